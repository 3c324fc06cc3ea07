"""What a file says of nodes that it writes with brackets: all that tells in a long text which of them is which."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from mineralkg.validation import Graph, Node

__all__ = ["Hanging"]

_MOST = 20_000  # nodes; those beyond have no place


@dataclass
class Hanging:
    """Nodes written with brackets, the nodes with names that they hang from, and whether some hang from none."""

    nodes: dict[Node, None] = field(default_factory=dict)  # in order
    holders: set[Node] = field(default_factory=set)
    loose: bool = False

    @classmethod
    def of(
        cls, wanted: Iterable[Node], named: Iterable[Node], graph: Graph, is_bracketed: Callable[[Node], bool]
    ) -> Hanging:
        """Return what the *wanted* nodes hang from, and all that hangs there: a node is told by what it says.

        The objects of *named* nodes belong to them. Nodes that are wanted are looked at first.
        """
        found = cls()
        objects = (value for node in named for value in _bracketed_objects(graph, node, is_bracketed))
        waiting = deque([*wanted, *islice(objects, _MOST)])
        while waiting and len(found.nodes) < _MOST:
            node = waiting.popleft()
            if node not in found.nodes:
                found.nodes[node] = None
                above = [triple.subject for triple in graph.find(None, None, node)]
                waiting += filter(is_bracketed, above)
                waiting += _bracketed_objects(graph, node, is_bracketed)
                found.holders |= {holder for holder in above if not is_bracketed(holder)}
                found.loose |= not above
        return found


def _bracketed_objects(graph: Graph, node: Node, is_bracketed: Callable[[Node], bool]) -> Iterator[Node]:
    return (triple.object for triple in graph.find(node, None, None) if is_bracketed(triple.object))
