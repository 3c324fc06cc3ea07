"""One handle on a knowledge graph, embedded or remote, and the answers it gives."""

from mineralkg.graph.answer import Answer, Row, Term
from mineralkg.graph.embedded import EmbeddedGraph
from mineralkg.graph.handle import Handle, check_syntax
from mineralkg.graph.lookup import Resource, resolve
from mineralkg.graph.remote import RemoteGraph

__all__ = [
    "Answer",
    "EmbeddedGraph",
    "Handle",
    "RemoteGraph",
    "Resource",
    "Row",
    "Term",
    "check_syntax",
    "resolve",
]
