"""The rules: every shape that tells a contributor something, read from the shapes themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio, resources
from mineralkg.checking.files import CheckedFile
from mineralkg.errors import LoadError, ShapesError, UnknownResource, near_matches
from mineralkg.namespaces import PREFIXES, SHAPES, shorten
from mineralkg.rdfio import LIMITS, Document
from mineralkg.reports import Level
from mineralkg.validation import SH, Engine, EngineName, Isolated, Node, ShapesGraph
from mineralkg.validation.incremental import Incremental, Judging
from mineralkg.validation.terms import RDF

__all__ = [
    "LEVEL_OF",
    "Rule",
    "Rules",
    "file_rules",
    "find_rule",
    "load_rules",
    "published_rules",
    "rules",
    "shipped_rules",
]

# What is asked of files, and of published data: rules that a program judges, and no shape.
_JUDGED = tuple(ox.NamedNode(SHAPES + name) for name in ("FileRule", "PublishedRule"))
LEVEL_OF: dict[Node | None, Level] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
_CITATION = ox.NamedNode(PREFIXES["dcterms"] + "bibliographicCitation")
_SEE_ALSO = ox.NamedNode(PREFIXES["rdfs"] + "seeAlso")


@dataclass(frozen=True)
class Rule:
    """A rule as its shape states it; texts are in the language asked for, else in English.

    Where a message speaks of what was found, an ellipsis stands for it.
    """

    id: str
    severity: Level
    name: str
    message: str
    description: str
    group: str
    iri: str
    file: str
    line: int | None = None
    spec: str = ""  # the specification that asks it, and its address


class Rules:
    """The shapes of some files, and where in them each shape stands; ``ours`` says that they are shipped ones."""

    def __init__(self, files: list[CheckedFile], *, ours: bool) -> None:
        self._files = files
        self.ours = ours
        self.graph = ShapesGraph(triple for file in files for triple in file.triples())

    @cache  # noqa: B019  # rules live as long as the process: see load_rules
    def engine(self, name: EngineName) -> Engine:
        """Return the engine of these shapes. Raises ShapesError for shapes that cannot be used.

        Shapes of ours on our own engines are known to come to an end; anything else is isolated.
        """
        return Engine(self.graph, name) if self.ours and name == "auto" else Isolated(self.graph, name)

    @cache  # noqa: B019
    def incremental(self, name: EngineName) -> Incremental:
        """Return what validates changes to a large graph with these shapes."""
        return Incremental(self.engine(name))

    @cached_property
    def judging(self) -> Judging:
        """What tells which nodes these shapes judge."""
        return Judging(self.graph)

    @cached_property
    def told(self) -> dict[str, ox.NamedNode]:
        """The rules that findings name, by their identifiers: shapes that can have results, and rules about files.

        Building blocks, which only decide whether a value conforms to another shape, are none.
        """
        nodes = [*self.graph.reported, *(node for kind in _JUDGED for node in self.graph.subjects(RDF.type, kind))]
        return {self.id(n): n for n in nodes if isinstance(n, ox.NamedNode) and self.graph.has(n, SH.message)}

    def id(self, shape: Node | None) -> str:
        """Return the short, stable name of a shape's rule: the last part of its IRI, "" for a blank node."""
        if not isinstance(shape, ox.NamedNode):
            return ""
        return shape.value.removeprefix(SHAPES).rpartition("#")[2].rpartition("/")[2]

    @cache  # noqa: B019
    def file(self, shape: Node | None) -> str | None:
        """Return the name of the file that first speaks of a shape, None where that is not known."""
        file = None if shape is None else self._home.get(str(shape))
        return None if file is None else resources.relative_name(Path(file.name)) or file.name

    @cache  # noqa: B019
    def line(self, shape: Node | None) -> int | None:
        """Return the line at which that file first speaks of it.

        Our own shapes begin a line each, under a prefix; they are found without reading the whole file for its places.
        """
        file = None if shape is None else self._home.get(str(shape))
        if self.ours and file is not None and isinstance(shape, ox.NamedNode):
            begins = re.search(rf"^{re.escape(shorten(shape.value))} ", file.lines.text, re.MULTILINE)
            return None if begins is None else file.lines.place(begins.start())[0]
        own = None if file is None or shape is None else file.own(shape)
        if file is None or own is None or file.places is None:
            return None
        span = file.places.of_subject(own)
        return None if span is None else file.lines.place(span.start)[0]

    @cached_property
    def _home(self) -> dict[str, CheckedFile]:
        home: dict[str, CheckedFile] = {}
        for file in self._files:
            for subject in file.part.subjects:
                home.setdefault(subject, file)
        return home

    @cache  # noqa: B019
    def rule(self, shape: ox.NamedNode, lang: str) -> Rule:
        """Return what a shape says, without the line at which it does."""
        return Rule(
            id=self.id(shape),
            severity=LEVEL_OF.get(self.graph.severity(shape), "violation"),
            name=self.graph.text(shape, SH.name, lang),
            message=re.sub(r"\{[?$]?\w+\}", "…", self.graph.text(shape, SH.message, lang)),
            description=self.graph.text(shape, SH.description, lang),
            group=self.graph.text(self.graph.value(shape, SH.group), _LABEL, lang),
            iri=shape.value,
            file=self.file(shape) or "",
            spec=self._spec(shape),
        )

    def _spec(self, shape: ox.NamedNode) -> str:
        cited = self.graph.text(shape, _CITATION, "")
        page = self.graph.value(shape, _SEE_ALSO)
        return f"{cited} – {page.value}" if isinstance(page, ox.NamedNode) and cited else cited


def load_rules(paths: Iterable[str | Path] = (), *, shapes: bool = True) -> Rules:
    """Return the rules of *paths*, or the shipped ones where none are given.

    Shipped ones that are given by their paths, wherever a copy lies, are ours as well. Without *shapes* the rules may
    be such as only a program judges. Raises ShapesError for a file that cannot be read, and where shapes are wanted
    and there is none.
    """
    given = list(paths)
    try:
        shipped = _read(resources.resource_files("shapes", ".ttl"))
        documents = _read(rdfio.documents(given)) if given else _without_meta(shipped)
    except LoadError as error:
        raise _unusable(error) from error
    words = {document.data for document in shipped}
    found = _rules(documents, ours=all(document.data in words for document in documents))
    if shapes and not found.graph.shapes:
        raise ShapesError(", ".join(map(str, given)) or "shapes/", "there is no SHACL shape in it.")
    return found


def _without_meta(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Return the shipped documents without the shapes about shapes, which are not for contributions."""
    return tuple(document for document in documents if Path(document.path).name != "meta.ttl")


def _read(paths: Iterable[Path]) -> tuple[Document, ...]:
    return tuple(rdfio.read(path, LIMITS) for path in paths)


@lru_cache(maxsize=8)
def _rules(documents: tuple[Document, ...], *, ours: bool) -> Rules:
    """Return the rules of some documents; those with the same words are compiled once in a process."""
    files = [CheckedFile.of(document, index, "") for index, document in enumerate(documents)]
    for file in files:
        if file.problems:
            raise _unusable(rdfio.load_error(file.name, file.lines.text, file.problems[0]))
    return Rules(files, ours=ours)


def _unusable(error: LoadError) -> ShapesError:
    where = f" (line {error.line})" if error.line else ""
    return ShapesError(error.path, f"{error.reason.rstrip('.')}{where}.")


def rules(paths: Iterable[str | Path] = (), *, lang: str = "en") -> list[Rule]:
    """Return the rules of the shipped shapes, or of the shapes in *paths*, by file and name."""
    given = list(paths)
    loaded = load_rules(given) if given else shipped_rules()
    return sorted((loaded.rule(node, lang) for node in loaded.told.values()), key=lambda rule: (rule.file, rule.id))


def find_rule(id: str, *, lang: str = "en") -> Rule:
    """Return the shipped rule *id*, or raise UnknownResource with near matches."""
    loaded = shipped_rules()
    node = loaded.told.get(id)
    if node is None:
        raise UnknownResource(id, "rule", near_matches(id, loaded.told))
    return replace(loaded.rule(node, lang), line=loaded.line(node))


@cache
def shipped_rules() -> Rules:
    """Return the shipped rules, which are read once in a process."""
    return load_rules()


@cache
def file_rules() -> Rules:
    """Return the rules about files, which are ours whatever shapes are used."""
    return load_rules([resources.folder("shapes") / "files.ttl"], shapes=False)


@cache
def published_rules() -> Rules:
    """Return the rules about published data."""
    return load_rules([resources.folder("shapes") / "published.ttl"], shapes=False)
