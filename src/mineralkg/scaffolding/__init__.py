"""Scaffolds: what a contribution of a kind needs, written out from shapes, ontology and what is already known."""

from mineralkg.scaffolding.kinds import Kind, find_kind, kinds
from mineralkg.scaffolding.writing import scaffold

__all__ = ["Kind", "find_kind", "kinds", "scaffold"]
