"""One layout for Turtle and TriG: what is said stays the same, and so do comments and the way terms are written."""

from mineralkg.formatting.files import Layout, find, lay_out

__all__ = ["Layout", "find", "lay_out"]
