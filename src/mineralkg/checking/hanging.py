"""What a file says of nodes that it writes with brackets: all that tells in a long text which of them is which."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from mineralkg.validation import Graph, Node

__all__ = ["Hanging"]

_MOST = 20_000  # nodes; those beyond have no place


@dataclass
class Hanging:
    """Nodes written with brackets, the nodes with names that they hang from, and whether some hang from none."""

    nodes: set[Node] = field(default_factory=set)
    holders: set[Node] = field(default_factory=set)
    loose: bool = False

    @classmethod
    def of(cls, wanted: Collection[Node], graph: Graph, is_bracketed: Callable[[Node], bool]) -> Hanging:
        """Return what the *wanted* nodes hang from, and all that hangs there: a node is told by what it says."""
        found = cls()
        waiting = list(wanted)
        while waiting and len(found.nodes) < _MOST:
            node = waiting.pop()
            if node not in found.nodes:
                found.nodes.add(node)
                above = [triple.subject for triple in graph.find(None, None, node)]
                below = [triple.object for triple in graph.find(node, None, None)]
                waiting += filter(is_bracketed, (*above, *below))
                found.holders |= {holder for holder in above if not is_bracketed(holder)}
                found.loose |= not above
        return found
