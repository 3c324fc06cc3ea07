"""The kinds of thing that can be contributed: the classes that the shapes judge and that have none below them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from mineralkg.errors import AmbiguousResource, UnknownResource, near_matches
from mineralkg.namespaces import ONTOLOGY, PREFIXES, VOCAB
from mineralkg.scaffolding.model import Model, model
from mineralkg.validation.terms import RDF

__all__ = ["Kind", "find_kind", "kinds"]

_DEFINITION = ox.NamedNode(PREFIXES["skos"] + "definition")


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its name on the command line, its class, and what it is."""

    name: str
    cls: ox.NamedNode
    definition: str


def kinds() -> list[Kind]:
    """Return the kinds that can be contributed, in the order of their names."""
    known = model()
    concrete = [cls for cls in known.classes if _is_contributed(known, cls)]
    return [Kind(_name(cls), cls, known.terms.text(cls, _DEFINITION, "en")) for cls in concrete]


def _is_contributed(known: Model, cls: ox.NamedNode) -> bool:
    """Say whether something of a class can be contributed: concepts of the vocabularies, say, are part of the model."""
    concepts = [node for node in known.terms.subjects(RDF.type, cls) if str(node).startswith(f"<{VOCAB}")]
    abstract = known.below(cls) and not known.instances(cls)
    return not concepts and not abstract and bool(known.needs(cls))


def _name(cls: ox.NamedNode) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.value.removeprefix(ONTOLOGY)).lower()


def find_kind(text: str) -> Kind:
    """Return the kind of that name, or of the only one that begins with it.

    Raises AmbiguousResource for what has several kinds below it (claim, actor), UnknownResource with near matches.
    """
    wanted = text.strip().lower().replace("_", "-")
    found = {kind.name: kind for kind in kinds()}
    if wanted in found:
        return found[wanted]
    known = model()
    for cls in known.classes:
        if _name(cls) == wanted:
            below = [kind.name for kind in found.values() if cls in known.upwards(kind.cls)]
            raise AmbiguousResource(text, "kind of thing", below) if below else UnknownResource(text, "kind of thing")
    begin = [name for name in found if wanted and name.startswith(wanted)]
    if len(begin) == 1:
        return found[begin[0]]
    raise UnknownResource(text, "kind of thing", begin or near_matches(wanted, found))
