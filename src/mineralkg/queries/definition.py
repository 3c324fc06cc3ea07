"""A query file becomes a Query: its question, its parameters and its SPARQL, checked against each other when loading.

A file begins with lines that start with ``#+``, the prefix that grlc reads too:

    #+ question: Which partners committed to which instruments?
    #+ cq: 1
    #+ param partner: actor list, optional, e.g. JPN. Only these partners' commitments

A parameter has a type, then ``required``, ``optional`` or ``default VALUE``, an example, and a sentence to explain it.
The type is ``date``, ``integer``, ``decimal``, ``string``, ``boolean``, a class of the ontology in lower case with
hyphens (``unnamed-group``), or a scheme of the vocabulary (``modality``); with ``list`` it takes several values.

A question can be put in other languages, too, and its parameters explained in them; and one whose answer can be seen as
a picture says so, with the columns that make it:

    #+ question es: ¿Qué compromisos tienen plazo?
    #+ param partner es: Solo los compromisos de estos socios
    #+ words naming es: named = nombrado; through a group = por un grupo
    #+ view: timeline date=due label=action

The words are for the texts that the query itself puts into a column, in English. The pictures are ``timeline``
(date, label), ``bars`` (label, and value, or else rows are counted), ``shares`` (label, and value in percent) and
``map`` (place).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from mineralkg import rdfio, resources, sparqltext
from mineralkg.errors import QueryFileError, QueryRefused, QuerySyntaxError, near_matches
from mineralkg.graph import check_syntax
from mineralkg.namespaces import ONTOLOGY, PREFIXES, QUERY, VOCAB

__all__ = ["LITERAL_TYPES", "VIEWS", "Parameter", "Query", "TypeKind", "View", "load"]

TypeKind = Literal["literal", "class", "scheme"]

_KEYS = ("question", "cq", "param", "words", "view")
# The pictures an answer can be seen as: the columns that each needs, and those it may have.
VIEWS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bars": (("label",), ("value",)),
    "map": (("place",), ()),
    "shares": (("label", "value"), ()),
    "timeline": (("date", "label"), ()),
}
LITERAL_TYPES = ("boolean", "date", "decimal", "integer", "string")

_HEADER = re.compile(
    r"#\+\s*(?P<key>[\w-]+)(?:\s+(?P<name>[\w-]+))?(?:\s+(?P<lang>[\w-]+))?\s*:\s*(?P<value>.*\S)?\s*$"
)
_PARAMETER = re.compile(
    r"(?P<type>[a-z][\w-]*)(?P<many>\s+list)?\s*,"
    r"(?:\s*(?P<need>required|optional|default\s+(?P<default>[^,]+?))\s*,)?"
    r"\s*e\.g\.\s+(?P<example>.+?)\.\s+(?P<doc>.+)"
)
_DUMMY = {
    "boolean": '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',
    "date": '"2026-02-04"^^<http://www.w3.org/2001/XMLSchema#date>',
    "decimal": '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    "integer": '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    "string": '"text"',
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: what it is called, what it takes, and what it does."""

    name: str
    type: str
    kind: TypeKind
    required: bool
    many: bool
    default: str | None
    example: str
    doc: str
    translations: Mapping[str, str] = field(default_factory=dict)

    def explained_in(self, lang: str) -> tuple[str, str]:
        """Return what it does in *lang*, else in English, and the language that this is in."""
        return (self.translations[lang], lang) if lang in self.translations else (self.doc, "en")

    @property
    def type_iri(self) -> str | None:
        """The IRI of the class or scheme that the type names, or None for a literal type."""
        return _model_types().get(self.type, (None, None))[1]


@dataclass(frozen=True)
class View:
    """The picture that an answer can be seen as: its kind, and the column for each of its parts."""

    kind: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Query:
    """A canned question, as its file defines it."""

    name: str
    question: str
    cq: int | None
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    text: str
    path: Path
    view: View | None = None
    translations: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)  # by language and column

    def asked_in(self, lang: str) -> tuple[str, str]:
        """Return the question in *lang*, else in English, and the language that it is in."""
        return (self.translations[lang], lang) if lang in self.translations else (self.question, "en")

    @property
    def iri(self) -> str:
        """The IRI under which the question can be cited."""
        return QUERY + self.name


def load(path: Path) -> Query:
    """Return the query that a file defines.

    Raises QueryFileError, with the line, where the header or the SPARQL is broken or the two disagree.
    """
    return _loaded(path, path.read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def _loaded(path: Path, text: str) -> Query:
    """Return the query of a file; one with the same words is judged once in a process."""
    asked: dict[str, str] = {}
    explained: dict[str, dict[str, str]] = {}
    words: dict[str, dict[str, dict[str, str]]] = {}
    cq, view = None, None
    parameters: list[Parameter] = []
    for number, line in _header_lines(path, text):
        key, name, lang, value = line
        if key == "question":
            asked[name or "en"] = value
        elif key == "cq":
            cq = _number(path, number, value)
        elif key == "param" and name and lang:
            explained.setdefault(name, {})[lang] = value
        elif key == "param" and name:
            parameters.append(_parameter(path, number, name, value))
        elif key == "words":
            found = _words(path, number, name, lang, value, text)
            words.setdefault(lang or "", {}).setdefault(name or "", {}).update(found)
        elif key == "view":
            view = _view(path, number, value, sparqltext.projected(text))
        else:
            hint = f" Did you mean {near[0]}?" if (near := near_matches(key, _KEYS)) else ""
            raise QueryFileError(
                str(path), f"the header has no line “{key}”; it knows {', '.join(_KEYS)}.{hint}", number
            )
    question = asked.pop("en", None)
    if not question:
        raise QueryFileError(str(path), "the header must begin with “#+ question: …”.", 1)
    columns = tuple(sparqltext.projected(text))
    told = tuple(replace(p, translations=explained.pop(p.name, {})) for p in parameters)
    if explained:
        raise QueryFileError(str(path), f"parameter {next(iter(explained))} is explained and not declared.")
    query = Query(path.stem, question, cq, told, columns, text, path, view, asked, words)
    _check_names(query)
    _check_sparql(query)
    return query


def _header_lines(path: Path, text: str) -> list[tuple[int, tuple[str, str | None, str | None, str]]]:
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        match = _HEADER.fullmatch(line)
        if match is None or not match["value"] or (match["lang"] and match["key"] not in ("param", "words")):
            raise QueryFileError(str(path), "a header line reads “#+ key: value”.", number)
        lines.append((number, (match["key"], match["name"], match["lang"], match["value"])))
    return lines


def _number(path: Path, line: int, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise QueryFileError(str(path), f"“cq” is the number of a competency question, not “{value}”.", line) from None


def _view(path: Path, line: int, value: str, projected: Sequence[str]) -> View:
    kind, *pairs = value.split()
    if kind not in VIEWS:
        raise QueryFileError(str(path), f"there is no view “{kind}”; there are {', '.join(sorted(VIEWS))}.", line)
    needed, possible = VIEWS[kind]
    columns = {part: column for part, _, column in (pair.partition("=") for pair in pairs)}
    if not set(needed) <= set(columns) <= {*needed, *possible}:
        form = " ".join(f"{part}=COLUMN" for part in needed)
        raise QueryFileError(str(path), f"a view of this kind is written “{kind} {form}”.", line)
    for column in columns.values():
        if column not in projected:
            raise QueryFileError(str(path), f"the view names the column {column}, and the answer has none.", line)
    return View(kind, columns)


def _words(path: Path, line: int, column: str | None, lang: str | None, value: str, text: str) -> dict[str, str]:
    """Return what stands in another language for each of the texts that the query itself puts into a column."""
    pairs = [[part.strip() for part in pair.split("=")] for pair in value.split(";")]
    if not lang or any(len(pair) != 2 or not all(pair) for pair in pairs):
        form = "#+ words COLUMN LANGUAGE: text = text; text = text"
        raise QueryFileError(str(path), f"words in another language are written “{form}”.", line)
    if column not in sparqltext.projected(text):
        raise QueryFileError(str(path), f"there are words for the column {column}, and the answer has none.", line)
    for own, _ in pairs:
        if not re.search(rf'"{re.escape(own)}"@en(?![\w-])', text):
            raise QueryFileError(
                str(path), f"the query has no text “{own}” in English, for which there are words.", line
            )
    return dict(pairs)


def _parameter(path: Path, line: int, name: str, value: str) -> Parameter:
    match = _PARAMETER.fullmatch(value)
    if match is None:
        form = "TYPE, required|optional|default VALUE, e.g. EXAMPLE. What it does"
        raise QueryFileError(str(path), f"parameter {name} must be written “{form}”.", line)
    if not name.isidentifier() or keyword.iskeyword(name):
        raise QueryFileError(str(path), f"“{name}” cannot be a parameter's name in Python; choose another word.", line)
    kind = _kind_of_type(path, line, match["type"])
    need = match["need"] or "required"
    return Parameter(
        name,
        match["type"],
        kind,
        required=need == "required",
        many=bool(match["many"]),
        default=match["default"],
        example=match["example"],
        doc=match["doc"],
    )


def _kind_of_type(path: Path, line: int, type_: str) -> TypeKind:
    if type_ in LITERAL_TYPES:
        return "literal"
    known = _model_types()
    if type_ not in known:
        near = near_matches(type_, [*LITERAL_TYPES, *known])
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise QueryFileError(str(path), f"there is no type “{type_}”.{hint}", line)
    return known[type_][0]


@cache
def _model_types() -> dict[str, tuple[TypeKind, str]]:
    """Return the types that the model gives: classes by their name in lower case with hyphens, schemes by theirs."""
    types: dict[str, tuple[TypeKind, str]] = {}
    owl_class = PREFIXES["owl"] + "Class"
    for quad in rdfio.parse(rdfio.read(resources.folder("ontology") / "mineralkg.ttl")):
        subject = getattr(quad.subject, "value", "")
        if getattr(quad.object, "value", None) == owl_class and subject.startswith(ONTOLOGY):
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", subject.removeprefix(ONTOLOGY)).lower()
            types[name] = ("class", subject)
    for path in (resources.folder("ontology") / "vocab").glob("*.ttl"):
        types.setdefault(path.stem, ("scheme", VOCAB + path.stem))
    return types


def _check_names(query: Query) -> None:
    declared = {parameter.name: parameter for parameter in query.parameters}
    used = sparqltext.parameters(query.text)
    for name, offset in used.items():
        if name not in declared:
            line, _ = sparqltext.line_and_column(query.text, offset)
            raise QueryFileError(str(query.path), f"${name} is used and the header does not declare it.", line)
    blocks = sparqltext.list_parameters(query.text)
    for name, parameter in declared.items():
        if name not in used:
            raise QueryFileError(str(query.path), f"parameter {name} is declared and ${name} is not used.")
        if parameter.many and name not in blocks:
            raise QueryFileError(str(query.path), f"a list parameter is written “VALUES ${name} {{ UNDEF }}”.")


def _check_sparql(query: Query) -> None:
    dummies = {p.name: [_DUMMY.get(p.type, "<urn:example>")] for p in query.parameters}
    for text, when in ((query.text, ""), (sparqltext.bind(query.text, dummies), " once its parameters are bound")):
        try:
            sparqltext.guard(text)
            check_syntax(text)
        except (QueryRefused, QuerySyntaxError) as error:
            raise QueryFileError(str(query.path), f"{error.reason.rstrip('.')}{when}.", error.line) from error
