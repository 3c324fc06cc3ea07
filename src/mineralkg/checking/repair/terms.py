"""Ways to mend a term: the one that was meant is spelt like it, is called by it, or stands in the right vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from mineralkg.checking.gate import namespace, nearly_known
from mineralkg.checking.repair.candidate import Candidate, Case
from mineralkg.checking.repair.known import local_name
from mineralkg.checking.repair.spot import Spot
from mineralkg.errors import near_matches
from mineralkg.namespaces import ONTOLOGY, PREFIXES, ROOT, VOCAB
from mineralkg.rdfio import Change, Span
from mineralkg.validation import SH, Node
from mineralkg.validation.paths import members_of
from mineralkg.validation.terms import RDF

__all__ = [
    "in_scheme",
    "missing_type",
    "named_thing",
    "near_listed",
    "near_member",
    "near_namespace",
    "near_term",
    "near_thing",
    "replacement",
    "twin",
]

_IN_SCHEME = ox.NamedNode(PREFIXES["skos"] + "inScheme")
_REPLACED = ox.NamedNode(PREFIXES["dcterms"] + "isReplacedBy")
_LISTED = re.compile(r"[\^(|](https?://[^\s()|\"]+)\(([\w|]+)\)")
_SCHEME = re.compile(r"^https?")
# Well-known namespaces without their scheme: a twin of one differs in nothing else.
_TWINS = {_SCHEME.sub("", base): base for base in (*PREFIXES.values(), ROOT)}


def near_term(case: Case) -> Iterator[Candidate]:
    """A term of ours that does not exist gives way to those that are spelt like it."""
    iri = case.at.iri
    if iri is not None and iri.startswith((ONTOLOGY, VOCAB)) and not case.model.declares(iri):
        yield from (case.replace(case.at.spelling.iri(term)) for term in case.model.near(iri))


def near_listed(case: Case) -> Iterator[Candidate]:
    """A term that its vocabulary does not have gives way to those that are spelt like it.

    Which it has is said where the rule asks for it, and nowhere else: ``^namespace(name|name)$`` in query or pattern.
    """
    constraint = None if case.result is None else case.result.constraint
    queries = [] if constraint is None else case.shapes.objects(constraint, SH.select)
    texts = [
        text.value for text in (*queries, *case.values(SH.pattern, of_causes=True)) if isinstance(text, ox.Literal)
    ]
    iri = case.at.iri or ""
    for base, names in (found for text in texts for found in _LISTED.findall(text)):
        namespace = base.replace("[.]", ".")
        if iri.startswith(namespace):
            near = near_matches(iri[len(namespace) :], names.split("|"))
            yield from (case.replace(case.at.spelling.iri(namespace + name)) for name in near)


def near_member(case: Case) -> Iterator[Candidate]:
    """A value that is none of those allowed gives way to the ones that are spelt like it."""
    members = [member for head in case.values(SH.in_) for member in members_of(case.shapes.value, head)]
    yield from (case.replace(text) for text in _near_spellings(case.at, members))


def in_scheme(case: Case) -> Iterator[Candidate]:
    """A concept of another vocabulary gives way to the one of the right vocabulary that has its name, or nearly."""
    schemes = {
        scheme
        for cause in case.causes
        if cause.predicate == _IN_SCHEME
        for scheme in case.shapes.objects(cause.shape, SH.hasValue)
    }
    members = [member for scheme in schemes for member in case.known.subjects(_IN_SCHEME, scheme)]
    name = local_name(case.at.iri or case.at.literal or "")
    same = [m for m in members if isinstance(m, ox.NamedNode) and local_name(m.value) == name]
    yield from (case.replace(case.at.spelling.iri(member.value)) for member in same)
    if not same:
        yield from (case.replace(text) for text in _near_spellings(case.at, members))


def named_thing(case: Case) -> Iterator[Candidate]:
    """A text that is the name or code of something known gives way to that thing, if the rule asks for its kind."""
    if case.at.literal is not None:
        classes = case.values(SH.class_)
        found = [node for node in case.known.called(case.at.literal) if case.known.is_a(node, classes)]
        yield from (case.replace(case.at.spelling.iri(node.value)) for node in found)


def near_thing(case: Case) -> Iterator[Candidate]:
    """An IRI of ours of which nothing is said gives way to those that are spelt like it."""
    iri = case.at.iri
    if iri is not None and iri.startswith(ROOT) and not case.known.describes(iri):
        near = case.known.near(iri, case.values(SH.class_))
        yield from (case.replace(case.at.spelling.iri(thing)) for thing in near)


def replacement(case: Case) -> Iterator[Candidate]:
    """A deprecated term gives way to the one that replaces it."""
    if case.at.iri is not None:
        for term in case.known.objects(ox.NamedNode(case.at.iri), _REPLACED):
            if isinstance(term, ox.NamedNode):
                yield case.replace(case.at.spelling.iri(term.value))


def twin(case: Case) -> Iterator[Candidate]:
    """A namespace with http for https, or the reverse, is corrected: in its prefix, or where the IRI is written."""
    iri = case.at.name[0] if case.at.name else ""
    without = _SCHEME.sub("", iri)
    for rest, known in _TWINS.items():
        if without.startswith(rest) and not iri.startswith(known):
            yield from _other_namespace(case, iri[: len(iri) - len(without)] + rest, known)


def near_namespace(case: Case) -> Iterator[Candidate]:
    """A namespace that is misspelt is corrected: in its prefix, or where the IRI is written."""
    wrong = namespace(case.at.name[0]) if case.at.name else ""
    if known := nearly_known(wrong):
        yield from _other_namespace(case, wrong, known)


def _other_namespace(case: Case, wrong: str, known: str) -> Iterator[Candidate]:
    if case.at.name is None:
        return
    iri, written = case.at.name
    if case.at.file_text(written).startswith("<"):
        yield case.replace(f"<{known}{iri[len(wrong) :]}>", written)
        return
    for base in case.at.spelling.prefixes.values():
        meant = base.startswith(wrong) and iri.startswith(base)
        if meant and (span := case.at.spelling.declaration(base)) is not None:
            new = known + base[len(wrong) :]
            yield Candidate(case.texts["prefix"].format(old=base, new=new), (Change(span, new),))


def missing_type(case: Case) -> Iterator[Candidate]:
    """A thing without a type gets the one that the rule asks for, or that alone has the properties it has."""
    at = case.at
    about_another_value = case.result is not None and case.result.value != case.result.focus
    if at.place.states or at.text.startswith("[") or about_another_value or str(RDF.type) in at.predicates:
        return
    for cls in case.values(SH.class_) if case.result is not None else [_domain(case)]:
        if isinstance(cls, ox.NamedNode):
            name = at.spelling.iri(cls.value)
            change = Change(Span(at.span.end, at.span.end), f" a {name} ;")
            yield Candidate(case.texts["type"].format(type=name), (change,))


def _domain(case: Case) -> Node | None:
    return case.known.domain(ox.NamedNode(predicate[1:-1]) for predicate in case.at.predicates)


def _near_spellings(at: Spot, members: Sequence[Node]) -> list[str]:
    """Return how the file would write the members that are spelt like what stands at the place."""
    written: dict[str, str] = {}
    for member in members:
        if isinstance(member, ox.NamedNode):
            written[local_name(member.value)] = at.spelling.iri(member.value)
        elif isinstance(member, ox.Literal):
            written[member.value] = str(member)
    word = local_name(at.iri) if at.iri is not None else at.literal or ""
    return [written[name] for name in near_matches(word, written, most=2)]
