"""Where each triple of a text stands: the tokens of its subject, predicate and object.

The parser says nothing of places. So the text is read once more for its structure alone - tokens and brackets - and
the tokens' terms are asked of the same parser, so that no term is built by a second set of rules. Nodes written with
brackets have no name that both readings share; they are paired by what they say and where they hang, which is enough:
two that say the same in the same place are interchangeable. What cannot be paired has no place, not a wrong one.

Turtle, TriG, N-Triples and N-Quads are read so; this is done only for a file that has something to report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TypeAlias

import pyoxigraph as ox

from mineralkg.rdfio.pairing import Anonymous, Pairing, Statement
from mineralkg.rdfio.structure import ParsedStatement, Part, Place, Reader, Unreadable
from mineralkg.rdfio.text import Span

__all__ = ["Place", "Places", "TextPlaces", "pairing_of"]

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_MOST_PAIRED = 200_000  # nodes; each costs some 2 kB to pair
_DEFAULT, _UNNAMED = "the default graph", "a graph that has brackets for a name"


class Places:
    """The places of the triples of one text: by subject, and by value. Each format has a reader that fills them."""

    def __init__(self) -> None:
        self._said: dict[str, list[tuple[str, str, Place]]] = defaultdict(list)
        self._objects: dict[str, list[Span]] = defaultdict(list)

    def of(self, subject: Node, predicate: Node, value: Node) -> list[Place]:
        """Return where a triple stands: once as a rule, not at all where that is not known."""
        wanted = (str(predicate), str(value))
        return [place for said, found, place in self._said.get(str(subject), ()) if (said, found) == wanted]

    def about(self, subject: Node) -> list[tuple[str, str, Place]]:
        """Return what the text says of *subject*, in order: predicate and value in N-Triples form, and the place."""
        return self._said.get(str(subject), [])

    def of_subject(self, subject: Node) -> Span | None:
        """Return where the text first says something of *subject*."""
        said = self.about(subject)
        return said[0][2].subject if said else None

    def of_object(self, value: Node) -> list[Span]:
        """Return where *value* stands as a value."""
        return self._objects.get(str(value), [])

    def all(self) -> Iterable[tuple[str, list[tuple[str, str, Place]]]]:
        """Return what is known: each subject in N-Triples form, and what the text says of it."""
        return self._said.items()

    def _note(self, subject: str, predicate: str, value: str, place: Place) -> None:
        self._said[subject].append((predicate, value, place))
        self._objects[value].append(place.object)

    def __len__(self) -> int:
        return len({(s, p, o) for s, said in self._said.items() for p, o, _ in said})


class TextPlaces(Places):
    """The places of the triples of one text of Turtle, TriG, N-Triples or N-Quads, given as the parser gave them."""

    def __init__(
        self,
        text: str,
        quads: Iterable[ox.Quad],
        *,
        base: str,
        quad_lines: bool = False,
        pairing: Pairing | None = None,
    ) -> None:
        """Read the places of *quads* in *text*; *quad_lines* says that it is N-Quads.

        Where the text is a part of a longer one, *pairing* has the nodes with brackets of all of it.
        """
        super().__init__()
        try:
            reader = Reader(text, quads=quad_lines)
            terms = _terms(reader, base)
        except (Unreadable, IndexError, SyntaxError, ValueError):
            return
        names = _Names(terms)
        paired: dict[Hashable, Hashable] = {}
        if 0 < reader.nodes <= _MOST_PAIRED:
            labels = {str(term) for term in terms.values() if isinstance(term, ox.BlankNode)}
            pairing = pairing or pairing_of(quads, lambda name: name not in labels)
            paired = pairing.pair(map(names.key, reader.statements))
        for statement in reader.statements:
            subject, predicate, value = (_name(names.of(part), paired) for part in statement[1:])
            if subject and predicate and value:
                place = Place(statement.subject.span, statement.predicate.span, statement.object.span)
                self._note(subject, predicate, value, place)


def pairing_of(quads: Iterable[ox.Quad], is_anonymous: Callable[[str], bool]) -> Pairing:
    """Return what the nodes of a text that are written with brackets are paired with.

    A blank node of *quads*, given as ``_:label``, is such a node where it is anonymous.
    """

    def key(term: Node) -> str | Anonymous:
        name = str(term)
        return Anonymous(name) if isinstance(term, ox.BlankNode) and is_anonymous(name) else name

    def graph(quad: ox.Quad) -> str:
        name = _DEFAULT if isinstance(quad.graph_name, ox.DefaultGraph) else key(quad.graph_name)
        return name if isinstance(name, str) else _UNNAMED

    return Pairing((graph(quad), key(quad.subject), str(quad.predicate), key(quad.object)) for quad in quads)


def _terms(reader: Reader, base: str) -> dict[tuple[int, str], Node]:
    """Return the terms of the tokens, by the declarations they stand under: asked of the parser, in one text."""
    wanted: dict[int, dict[str, None]] = defaultdict(dict)
    for statement in reader.statements:
        for part in statement:
            if part is not None and part.text:
                wanted[part.prologue][part.text] = None
    pieces, tokens = [], []
    for number, declaration in enumerate(reader.prologues):
        pieces.append(declaration)
        if texts := wanted.get(number):
            pieces.append(f"<urn:x> <urn:x> {' , '.join(texts)} .\n")
            tokens += [(number, text) for text in texts]
    quads = ox.parse("".join(pieces), format=ox.RdfFormat.TURTLE, base_iri=base)
    return {token: quad.object for token, quad in zip(tokens, quads, strict=True)}


class _Names:
    """What the parts of statements are called: terms by their N-Triples form, bracketed nodes by number."""

    def __init__(self, terms: dict[tuple[int, str], Node]) -> None:
        self._terms = {token: str(term) for token, term in terms.items()}

    def of(self, part: Part) -> str | Anonymous:
        if part.number is not None:
            return Anonymous(part.number)
        return str(part.known) if part.known else self._terms[part.prologue, part.text]

    def key(self, statement: ParsedStatement) -> Statement:
        subject, predicate, value = (self.of(part) for part in statement[1:])
        return self._graph(statement.graph), subject, str(predicate), value

    def _graph(self, part: Part | None) -> str:
        if part is None:
            return _DEFAULT
        return str(self.of(part)) if part.text else _UNNAMED


def _name(called: str | Anonymous, paired: dict[Hashable, Hashable]) -> str | None:
    if isinstance(called, str):
        return called
    found = paired.get(called.id)
    return None if found is None else str(found)
