"""Canned questions: one file in queries/ is one question, with its parameters and its SPARQL."""

from mineralkg.queries.catalogue import Catalogue, all_queries, find, names
from mineralkg.queries.definition import Parameter, Query, View, load
from mineralkg.queries.running import bound_text, choices, description, run

__all__ = [
    "Catalogue",
    "Parameter",
    "Query",
    "View",
    "all_queries",
    "bound_text",
    "choices",
    "description",
    "find",
    "load",
    "names",
    "run",
]
