"""From terms to what a reader sees: labels in the reader's language, safe links, dates and numbers in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast
from urllib.parse import urlsplit

import pyoxigraph as ox

from mineralkg.graph import Answer
from mineralkg.graph.answer import Row
from mineralkg.namespaces import DATA, PREFIXES, ROOT, shorten
from mineralkg.publishing.pages.environment import Words

if TYPE_CHECKING:
    from mineralkg.publishing.links import Links
    from mineralkg.publishing.site import Site

__all__ = ["Kept", "Names", "Reader", "Value", "document_of", "reading_of", "text_of", "values_block", "within_marks"]

_XSD = PREFIXES["xsd"]
# What a thing may be called by, best first. A passage is called by its words, a quantity by its wording.
_NAMES = tuple(
    ox.NamedNode(iri)
    for iri in (
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["rdfs"] + "label",
        PREFIXES["schema"] + "name",
        PREFIXES["dcterms"] + "title",
        "http://xmlns.com/foaf/0.1/name",
        PREFIXES["mkg"] + "verbatimQuantity",
        PREFIXES["mkg"] + "quote",
    )
)
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float")}
_REGISTERS = {"wd": "Wikidata"}  # by the prefix of their IRIs
_MOST_NAMES = 20_000  # kept from page to page, in each language
_PAGES_AT_ONCE = 200  # of a long list, where all are written

Kept: TypeAlias = dict[str, object]
T = TypeVar("T")


@dataclass(frozen=True)
class Value:
    """A term as it is shown: its text and language, where it leads, and what sort of thing it is."""

    text: str
    kind: str  # "thing", "text", "number", "date", "boolean", "blank"
    href: str | None = None
    lang: str | None = None
    iri: str | None = None
    outside: bool = False
    title: str | None = None

    @property
    def key(self) -> str:
        """What tells this value from others, for sorting and comparing."""
        return self.iri or self.text


@dataclass
class Names:
    """What things are called in one language, by their IRIs: their labels, and how they are shown; never without bound.

    A label comes with its language, and is None for what has none.
    """

    labels: dict[str, tuple[str, str | None] | None] = field(default_factory=dict)
    shown: dict[str, Value] = field(default_factory=dict)

    def trim(self) -> None:
        """Forget all where there is too much: what is named often is soon looked up again."""
        for known in (self.labels, self.shown):
            if len(known) > _MOST_NAMES:
                known.clear()


def document_of(iri: str) -> str:
    """Return the name under which what the document about a thing says is kept."""
    return f"the document about {iri}"


def reading_of(words: Words) -> dict[str, object]:
    """Return what a script needs to show names, dates and numbers as a Reader of the same language does."""
    return {
        "lang": words.lang,
        "names": [name.value for name in _NAMES],
        "months": [words(f"month.{number}") for number in range(1, 13)],
        "days": [words("days.one"), words("days.many")],
        **{key: words(key) for key in ("date", "year_month", "yes", "no")},
    }


def values_block(iris: Iterable[str]) -> str:
    """Return IRIs as the body of a VALUES block, those that are none left out."""
    return " ".join(str(node) for iri in iris if (node := _node(iri)) is not None)


def text_of(term: object) -> str:
    """Return the IRI or the text of a term."""
    return str(getattr(term, "value", term))


def within_marks(text: str) -> str:
    """Return a text as it stands within quotation marks: its own become single."""
    return text.translate({ord("“"): "‘", ord("”"): "’"})


def _quoted(text: str) -> str:
    """Return words in quotation marks, which are not put about words that stand in a pair of them already."""
    if text[0] == "“" and text[-1] == "”" and "“" not in text[1:]:
        return text
    return f"“{within_marks(text)}”"


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


class Reader:
    """A reader of the graph in one language: asks, and turns terms into values."""

    def __init__(
        self, site: Site, links: Links, words: Words, names: Names | None = None, kept: Kept | None = None
    ) -> None:
        """Read *site*; *names* are those looked up before in the same language, to which this reader adds.

        *kept* holds what was worked out before, in any language, and need not be worked out again.
        """
        self.site = site
        self.links = links
        self.words = words
        self.lang = words.lang
        names = names or Names()
        self._labels, self._shown = names.labels, names.shown
        self._kept = kept

    def once(self, key: str, made: Callable[[], T]) -> T:
        """Return what *made* returns, or returned before where such things are kept."""
        if self._kept is None:
            return made()
        if key not in self._kept:
            self._kept[key] = made()
        return cast("T", self._kept[key])

    def part(self, of: str, begin: int, made: Callable[[], T]) -> T:
        """Return what *made* returns: the part of a list that begins there. Of each list one part is kept."""
        if self._kept is None:
            return made()
        if (kept := cast("tuple[int, T] | None", self._kept.get(of))) is None or kept[0] != begin:
            self._kept[of] = kept = begin, made()
        return kept[1]

    def batch(self, text: str, first: int, size: int) -> Sequence[Row]:
        """Return the rows of one page of a query from the *first* on; *text* has no limit.

        Such a query sorts all there are, so it is asked for many pages at once where these are written one after the
        other.
        """
        most = size * (_PAGES_AT_ONCE if self._kept is not None else 1)
        begin = first - first % most

        def made() -> Answer:
            return self.site.graph.look_up(f"{text} LIMIT {most} OFFSET {begin}")

        return self.part(text, begin, made)[first - begin : first - begin + size]

    def ask(self, text: str) -> Answer:
        """Return the answer of the graph, which here includes the ontology and the vocabularies."""
        return self.once(text, lambda: self.site.graph.look_up(text))

    def answer(self, text: str) -> Answer:
        """Return the same for a query with values from outside, which is guarded."""
        return self.once(text, lambda: self.site.graph.ask_model(text))

    def learn(self, terms: Iterable[object]) -> None:
        """Look up the labels of all things among *terms*, IRIs or terms, that are not known yet."""
        iris = {t.value if isinstance(t, ox.NamedNode) else t for t in terms if isinstance(t, ox.NamedNode | str)}
        for iri in iris:
            if iri not in self._labels and (node := _node(iri)) is not None:
                self._labels[iri] = self._name(node)

    def _name(self, node: ox.NamedNode) -> tuple[str, str | None] | None:
        """Return the best label of a thing with its language. The store is asked itself: a query for the labels of
        many things walks over all triples there are.
        """
        found = [
            ((self._distance(label.language), rank, label.value), label)
            for rank, name in enumerate(_NAMES)
            for quad in self.site.graph.store.quads_for_pattern(node, name, None, None)
            if isinstance(label := quad.object, ox.Literal) and label.value.strip()
        ]
        spoken = any(distance == 0 for (distance, *_), _ in found)
        if not spoken and (common := self.words.term(node.value)) is not None:
            return common, self.lang
        if not found:
            return None
        (_, rank, text), label = min(found, key=lambda pair: pair[0])
        return _quoted(text) if rank == len(_NAMES) - 1 else text, label.language

    def _distance(self, lang: str | None) -> int:
        """Return how far a label is from the reader's language: the same, English, none, another."""
        if lang is None:
            return 2
        short = lang.partition("-")[0].lower()
        return {"en": 1, self.lang: 0}.get(short, 3)

    def label(self, iri: str) -> str:
        """Return what a thing is called, or a short form of its IRI."""
        self.learn([iri])
        found = self._labels.get(iri)
        return found[0] if found else _short(iri)

    def thing(self, iri: str) -> Value:
        """Return a thing as its label and a link: to its page where it is ours, else out of the site if it is http."""
        if iri not in self._shown:
            self._shown[iri] = self._thing(iri)
        return self._shown[iri]

    def _thing(self, iri: str) -> Value:
        self.learn([iri])
        ours = self.links.resource(iri)
        href = ours or (iri if _is_web(iri) else None)
        outside = href is not None and ours is None
        text, lang = self._labels.get(iri) or (_elsewhere(iri) if outside else _short(iri), None)
        shown = None if lang in (None, self.lang) else lang
        return Value(text, "thing", href, shown, iri, outside=outside, title=shorten(iri))

    def value(self, term: object) -> Value:
        """Return any term as a value; an unbound one is empty."""
        if isinstance(term, ox.NamedNode):
            return self.thing(term.value)
        if isinstance(term, ox.Literal):
            return self._literal(term)
        if term is None:
            return Value("", "text")
        return Value(self.words("blank_node"), "blank", title=str(term))

    def _literal(self, term: ox.Literal) -> Value:
        datatype = term.datatype.value
        if datatype in _NUMBERS:
            return Value(self._number(term.value), "number", title=term.value)
        if datatype in (_XSD + "date", _XSD + "dateTime", _XSD + "gYearMonth", _XSD + "gYear"):
            return Value(self.date(term.value), "date", title=term.value)
        if datatype == _XSD + "boolean":
            return Value(self.words("yes" if term.value in ("true", "1") else "no"), "boolean", title=term.value)
        if datatype == _XSD + "dayTimeDuration":
            return Value(self._days(term.value), "text", title=term.value)
        if datatype == _XSD + "anyURI" and _is_web(term.value):
            return Value(term.value, "text", term.value, outside=True)
        lang = term.language
        return Value(term.value, "text", lang=lang if lang and lang != self.lang else None)

    def _number(self, text: str) -> str:
        try:
            return self.words.number(int(text))
        except ValueError:
            return text.replace(".", ",") if self.lang == "es" else text

    def _days(self, text: str) -> str:
        days = text.removeprefix("P").removesuffix("D")
        return self.words.counted(int(days), "days") if days.isdigit() else text

    def date(self, text: str) -> str:
        """Return a date, month, year or point in time as a reader writes it; what is none of these as it is."""
        try:
            day = dt.date.fromisoformat(text[:10])
        except ValueError:
            return self._month(text)
        return self.words("date", day=day.day, month=self.words(f"month.{day.month}"), year=day.year)

    def _month(self, text: str) -> str:
        year, _, month = text.partition("-")
        if len(year) == 4 and month.isdigit() and 1 <= int(month) <= 12:
            return self.words("year_month", month=self.words(f"month.{int(month)}"), year=year)
        return text


def _short(iri: str) -> str:
    """Return a short form of an IRI: our own without their base, those of known vocabularies as CURIEs."""
    if iri.startswith(DATA):
        return iri.rpartition("/")[2]
    if iri.startswith(ROOT) and shorten(iri) == iri:
        return iri.removeprefix(ROOT)
    return shorten(iri)


def _elsewhere(iri: str) -> str:
    """Return what a thing of another site is shown as: its register and number, or its host and the end of its path."""
    short = shorten(iri)
    prefix, _, local = short.partition(":")
    if short != iri:
        return f"{_REGISTERS[prefix]} {local}" if prefix in _REGISTERS else short
    parts = urlsplit(iri)
    path, _, last = parts.path.strip("/").rpartition("/")
    between = "/…/" if path else "/"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.netloc}{between}{last}{query}{fragment}".removesuffix("/")


def _is_web(iri: str) -> bool:
    """Return whether an IRI may become a link: http and https only, so that no value of the data can run as script."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.netloc)
