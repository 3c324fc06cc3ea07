"""One layout for Turtle and TriG: what is said stays the same, and so do comments and the way terms are written."""

from mineralkg.formatting.files import Layout, find, laid_out, lay_out

__all__ = ["Layout", "find", "laid_out", "lay_out"]
