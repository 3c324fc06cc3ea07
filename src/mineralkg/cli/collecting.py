"""How often Python looks for cycles of objects that nobody needs: seldom in a command that ends, else as usual."""

from __future__ import annotations

import gc

__all__ = ["as_usual", "seldom"]

_USUAL = gc.get_threshold()
# After so many new objects. Graphs are many objects and few cycles; with Python's 700 a tenth of the time of a check is
# spent looking. What goes on for days would keep what it has done with for very long.
_NEW_OBJECTS = 100_000


def seldom() -> None:
    """Look seldom: the memory is going to be left to the operating system anyway."""
    gc.set_threshold(_NEW_OBJECTS)


def as_usual() -> None:
    """Look as often as Python does."""
    gc.set_threshold(*_USUAL)
