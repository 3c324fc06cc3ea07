"""Write a scaffold: a new description with the values of a known one, each with a comment that asks for another.

The known one conforms, so the scaffold does, too, but for what its comments ask to be filled in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from mineralkg.languages import served
from mineralkg.namespaces import PREFIXES, VOCAB, shorten
from mineralkg.scaffolding.kinds import Kind
from mineralkg.scaffolding.model import Model, Need, model
from mineralkg.validation import SH, Node
from mineralkg.validation.paths import members_of
from mineralkg.validation.terms import RDF

__all__ = ["scaffold"]

_IN_SCHEME = ox.NamedNode(PREFIXES["skos"] + "inScheme")
_EXAMPLE = ox.NamedNode(PREFIXES["skos"] + "example")
_LABEL = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
_RDFS_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
_WORDS = {
    "en": {
        "fill": "fill in",
        "name": "A name of its own, in lower case with hyphens",
        "choices": "One of",
        "optional": "It may be left out",
        "more": "What it may say, too",
        "head": "To be filled in. Each comment “fill in” asks for a value of yours; the one there is of another thing.",
        "then": "Remove each comment as you go; mineralkg check names those that are left.",
    },
    "es": {
        "fill": "por rellenar",
        "name": "Un nombre propio, en minúsculas y con guiones",
        "choices": "Uno de",
        "optional": "Se puede omitir",
        "more": "Lo que también puede decir",
        "head": "Por rellenar. Cada comentario “por rellenar” pide un valor suyo: el que hay es de otra cosa.",
        "then": "Quite cada comentario al avanzar; mineralkg check nombra los que quedan.",
    },
}


def scaffold(kind: Kind, *, lang: str = "en") -> str:
    """Return Turtle that describes a new thing of a kind, with comments in *lang* that say what is to be filled in."""
    return _Writer(model(), kind, _WORDS[served(lang)], lang).text()


@dataclass
class _Writer:
    known: Model
    kind: Kind
    words: dict[str, str]
    lang: str
    prefixes: dict[str, str] = field(default_factory=dict)
    made: dict[Node, ox.NamedNode] = field(default_factory=dict)
    waiting: list[tuple[ox.NamedNode, Node]] = field(default_factory=list)

    def text(self) -> str:
        examples = self.known.instances(self.kind.cls)
        if examples:
            self._new(examples[0])
        else:
            self.made[self.kind.cls] = self._iri(PREFIXES["mkgd"] + self.kind.name + "/")
        blocks = [] if examples else [self._block(self.kind.cls, self.kind.cls, list(self._invented()))]
        while self.waiting:
            cls, example = self.waiting.pop(0)
            blocks.append(self._block(cls, example, list(self.known.said(example))))
        prefixes = "".join(f"@prefix {name}: <{base}> .\n" for name, base in sorted(self.prefixes.items()))
        head = f"# {self.words['head']}\n# {self.words['then']}\n"
        return f"{head}\n{prefixes}\n" + "\n".join(blocks)

    def _iri(self, base: str) -> ox.NamedNode:
        taken = {made.value for made in self.made.values()}
        names = (f"{base}new-{self.kind.name}{number}" for number in ("", *(f"-{n}" for n in range(2, 100))))
        return ox.NamedNode(next(name for name in names if name not in taken))

    def _new(self, example: ox.NamedNode) -> ox.NamedNode:
        """Return the IRI of the new thing that takes after an example."""
        if example not in self.made:
            base = example.value[: example.value.rfind("/") + 1]
            self.made[example] = self._iri(base)
            classes = [value for predicate, value in self.known.said(example) if predicate == RDF.type]
            self.waiting.append((next(c for c in classes if isinstance(c, ox.NamedNode)), example))
        return self.made[example]

    def _invented(self) -> Iterator[tuple[ox.NamedNode, Node]]:
        """Return what is required of a kind of which nothing is known yet; a text is the example of the ontology."""
        example = self.known.terms.text(self.kind.cls, _EXAMPLE, "en")
        for language in ("en", "es"):
            yield _LABEL, ox.Literal(example.rstrip("."), language=language)

    def _block(self, cls: Node, example: Node, said: list[tuple[ox.NamedNode, Node]]) -> str:
        needs = self.known.needs(cls)
        by_property: dict[ox.NamedNode, list[Node]] = {}
        for predicate, value in said:
            by_property.setdefault(predicate, []).append(value)
        written = [need for need in needs if need.property in by_property]
        head = f"{self._term(self.made[example])} a {self._term(cls)} ; # {self.words['fill']}: {self.words['name']}.\n"
        lines = [self._line(need, by_property[need.property]) for need in written]
        open_ones = [need for need in needs if need not in written and not self._is_forbidden(need)]
        return head + self._ended(lines) + self._optional(open_ones)

    def _ended(self, lines: list[tuple[str, str]]) -> str:
        marks = [*[";"] * (len(lines) - 1), "."]
        return "".join(f"    {said} {mark} # {asked}\n" for (said, asked), mark in zip(lines, marks, strict=True))

    def _line(self, need: Need, values: list[Node]) -> tuple[str, str]:
        if any(map(self._is_part, values)):
            values = values[:1]  # one passage is enough to begin with
        if need.property == _LABEL:
            own = [self._named(value) for value in values]  # two things of one name would be told for one
        else:
            own = [self._unused(value) if need.unique else self._own(value) for value in values]
        shown = " , ".join(map(self._term, own))
        asked = [f"{self.words['fill']}: {self.known.wanted(need, self.lang)}"]
        if not need.required:
            asked.append(f"{self.words['optional']}.")
        if choices := self._choices(need, values[0]):
            asked.append(f"{self.words['choices']}: {', '.join(choices)}.")
        return f"{self._term(need.property)} {shown}", " ".join(asked)

    def _named(self, label: Node) -> Node:
        """Return a name that says what is to be named, in the language of an example."""
        assert isinstance(label, ox.Literal)  # SHACL asks for a text here
        language = label.language or "en"
        kind = self.known.terms.text(self.kind.cls, _RDFS_LABEL, language)
        return ox.Literal(f"{'Nombre' if language == 'es' else 'Name'} ({kind})", language=language)

    def _own(self, value: Node) -> Node:
        """Return a new thing in the place of one that is made for what uses it, else the value itself."""
        return self._new(value) if isinstance(value, ox.NamedNode) and self._is_part(value) else value

    def _is_part(self, value: Node) -> bool:
        classes = [found for predicate, found in self.known.said(value) if predicate == RDF.type]
        return any(map(self.known.is_part, classes))

    def _unused(self, value: Node) -> Node:
        """Return another value in the place of one that only one thing can have.

        Of codes in capital letters, those that begin with X are left to users (ISO 3166-1, 8.1.3).
        """
        return ox.Literal(f"X{value.value[:-1]}") if isinstance(value, ox.Literal) else value

    def _choices(self, need: Need, value: Node) -> list[str]:
        """Return what there is to choose from: the members of sh:in, or the concepts of the scheme of a value."""
        lists = [head for shape in need.shapes for head in self.known.shapes.objects(shape, SH.in_)]
        members = [member for head in lists for member in members_of(self.known.shapes.value, head)]
        schemes = [scheme for _, scheme in self._schemes(value)]
        members += [node for scheme in schemes for node in self.known.terms.subjects(_IN_SCHEME, scheme)]
        return [self._term(member, declare=False) for member in dict.fromkeys(members)]

    def _schemes(self, value: Node) -> list[tuple[Node, Node]]:
        return [(value, scheme) for scheme in self.known.terms.objects(value, _IN_SCHEME)]

    def _optional(self, needs: list[Need]) -> str:
        if not needs:
            return ""
        lines = [f"#     {self._term(n.property, declare=False)}: {self.known.wanted(n, self.lang)}\n" for n in needs]
        return f"# {self.words['more']}:\n" + "".join(lines)

    def _is_forbidden(self, need: Need) -> bool:
        return any(self.known.shapes.has(shape, SH.maxCount, ox.Literal(0)) for shape in need.shapes)

    def _term(self, node: Node, *, declare: bool = True) -> str:
        """Return a term in Turtle, with a prefix that is then declared, or is to be read only."""
        if isinstance(node, ox.Literal):
            return self._literal(node, declare=declare)
        if not isinstance(node, ox.NamedNode):
            return str(node)
        name = self._name(node.value)
        if name is None:
            return str(node)
        if declare:
            self.prefixes[name[0]] = name[1]
        return f"{name[0]}:{node.value[len(name[1]) :]}"

    def _literal(self, literal: ox.Literal, *, declare: bool) -> str:
        quoted = str(ox.Literal(literal.value))
        if literal.language:
            return f"{quoted}@{literal.language}"
        xsd = PREFIXES["xsd"]
        if literal.datatype.value == f"{xsd}string":
            return quoted
        if literal.datatype.value == f"{xsd}integer":
            return literal.value
        return f"{quoted}^^{self._term(literal.datatype, declare=declare)}"

    def _name(self, iri: str) -> tuple[str, str] | None:
        """Return the prefix of an IRI and what it stands for; a vocabulary is called by its own name."""
        scheme, slash, _ = iri.removeprefix(VOCAB).partition("/")
        if iri.startswith(VOCAB) and slash:
            return scheme, f"{VOCAB}{scheme}/"
        prefix = shorten(iri).partition(":")[0]
        base = PREFIXES.get(prefix)
        local = iri[len(base) :] if base else ""
        return (prefix, base) if base and local.replace("-", "").isalnum() else None
