"""mineralkg: who promised what to whom about critical minerals, how firmly, and on whose words.

import mineralkg as mk

kg = mk.open()
kg.query.partner_commitments(partner="JPN")
mk.check("contribution.ttl", against=kg)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mineralkg import errors
    from mineralkg.api import KnowledgeGraph, check, open
    from mineralkg.errors import MineralKGError
    from mineralkg.graph import Answer, Row

__all__ = ["Answer", "KnowledgeGraph", "MineralKGError", "Row", "check", "errors", "open"]

_HOMES = {
    "Answer": "graph",
    "KnowledgeGraph": "api",
    "MineralKGError": "errors",
    "Row": "graph",
    "check": "api",
    "open": "api",
}


def __getattr__(name: str) -> object:
    """Return a public name. It is imported when it is asked for: pytest imports this package for its plug-in."""
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(f"mineralkg.{_HOMES[name]}"), name)
    if name == "errors":
        return import_module("mineralkg.errors")
    raise AttributeError(f"module “mineralkg” has no attribute “{name}”")


def __dir__() -> list[str]:
    return __all__
