"""Seen through the vocabularies of others, our data still answers: each alignment has a question in their terms only.

A case is a folder ``tests/alignments/<name>/`` with ``question.rq`` and ``expected.csv``, beside the files
``ontology/alignments/<name>.ttl`` and, where OWL cannot express the mapping, ``<name>.rq``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import REPORT_FILES

from mineralkg import rdfio, resources
from mineralkg.graph import EmbeddedGraph
from mineralkg.namespaces import ONTOLOGY, PREFIXES, ROOT
from mineralkg.reasoning import alignments, clashes, materialise, seen_through
from mineralkg.sparqltext import tokens

CASES = Path(__file__).parent / "alignments"
FOLDER = resources.folder("ontology") / "alignments"
NAMES = sorted(path.parent.name for path in CASES.glob("*/question.rq"))

# The rules of hygiene that hold an ontology to the profiles; the others are for the ontology of our own.
PROFILE_RULES = sorted(p for p in (CASES.parent / "hygiene/rules").glob("*.rq") if "\n# OWL 2 " in p.read_text("utf-8"))

OWL_MAPPINGS = ("rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "owl:equivalentProperty")
SKOS_MAPPINGS = ("skos:closeMatch", "skos:relatedMatch", "skos:broadMatch", "skos:narrowMatch", "skos:exactMatch")
COMMON = {PREFIXES["rdfs"] + "label", PREFIXES["rdf"] + "type"}


@pytest.fixture(scope="module")
def unaligned() -> ox.Store:
    """The graph of the report and an example treaty, with all that OWL 2 RL makes of them without any alignment."""
    store = EmbeddedGraph.of([*REPORT_FILES, CASES / "example-treaty.ttl"]).store
    closed = ox.Store()
    closed.extend(store)
    closed.extend(ox.Quad(*triple) for triple in materialise(store))
    return closed


def answer(store: ox.Store, name: str) -> str:
    question = (CASES / name / "question.rq").read_text(encoding="utf-8")
    return EmbeddedGraph(store, name, shows_model=True).ask_model(question).text("csv")


def test_each_alignment_has_a_case_and_each_case_an_alignment() -> None:
    assert alignments() == NAMES
    assert len(NAMES) >= 10
    assert {path.stem for path in FOLDER.glob("*.rq")} <= set(NAMES)
    assert len(PROFILE_RULES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_question_is_answered_through_the_alignment(name: str, unaligned: ox.Store) -> None:
    aligned = ox.Store()
    aligned.extend(unaligned)
    aligned.extend(ox.Quad(*triple) for triple in seen_through(name, unaligned))

    expected = (CASES / name / "expected.csv").read_bytes().decode()
    assert answer(aligned, name) == expected
    assert len(expected.splitlines()) > 1


@pytest.mark.parametrize("name", NAMES)
def test_without_the_alignment_there_is_no_answer(name: str, unaligned: ox.Store) -> None:
    assert len(answer(unaligned, name).splitlines()) == 1


@pytest.mark.parametrize("name", NAMES)
def test_question_speaks_the_other_vocabulary_only(name: str) -> None:
    for iri in _iris((CASES / name / "question.rq").read_text(encoding="utf-8")):
        assert not iri.startswith(ROOT), iri
        assert not iri.startswith(PREFIXES["rdfs"]) or iri in COMMON, iri


def _iris(text: str) -> set[str]:
    found = list(tokens(text))
    prefixes = {found[i + 1].text: found[i + 2].text[1:-1] for i, t in enumerate(found[:-2]) if t.is_word("PREFIX")}
    names = {t.text for t in found if t.kind == "pname"} - set(prefixes)
    iris = {prefixes[name.partition(":")[0] + ":"] + name.partition(":")[2] for name in names}
    declared = set(prefixes.values())
    return iris | {t.text[1:-1] for t in found if t.kind == "iri"} - declared


@pytest.mark.parametrize("name", [name for name in NAMES if (FOLDER / f"{name}.rq").is_file()])
def test_what_is_minted_has_an_iri(name: str, unaligned: ox.Store) -> None:
    construct = (FOLDER / f"{name}.rq").read_text(encoding="utf-8")
    minted = EmbeddedGraph(unaligned, name, shows_model=True).ask_model(construct).triples

    assert minted
    for triple in minted:
        assert not isinstance(triple.subject, ox.BlankNode), triple
        assert not isinstance(triple.object, ox.BlankNode), triple


@pytest.mark.parametrize("name", NAMES)
def test_each_mapping_says_why_it_is_no_stronger_and_no_weaker(name: str) -> None:
    text = (FOLDER / f"{name}.ttl").read_text(encoding="utf-8")
    blocks = [
        block.strip("\n") for block in text.split("\n\n") if re.search(r"\bmkg:\w+", block.partition("a owl:")[0])
    ]
    mapped = [block for block in blocks if any(mapping in block for mapping in (*OWL_MAPPINGS, *SKOS_MAPPINGS))]
    chains = [block.strip("\n") for block in text.split("\n\n") if "propertyChainAxiom" in block]

    assert mapped
    for block in mapped + chains:
        assert re.match(r"# \S.{15,}", block), block


@pytest.mark.parametrize("name", NAMES)
def test_every_term_used_is_declared(name: str) -> None:
    alignment = list(rdfio.parse(rdfio.read(FOLDER / f"{name}.ttl")))
    declared = {t.subject for t in alignment if t.predicate.value == PREFIXES["rdf"] + "type"}
    declared |= {t.subject for path in resources.model_files() for t in rdfio.parse(rdfio.read(path))}
    queries = [path for path in (CASES / name / "question.rq", FOLDER / f"{name}.rq") if path.is_file()]
    used = {ox.NamedNode(iri) for path in queries for iri in _iris(path.read_text(encoding="utf-8")) - COMMON}
    logical = {_expanded(mapping) for mapping in OWL_MAPPINGS}
    used |= {t.object for t in alignment if t.predicate.value in logical and isinstance(t.object, ox.NamedNode)}
    used |= {t.subject for t in alignment if str(t.subject).startswith(f"<{ONTOLOGY}")}  # type: ignore[misc]

    assert used
    assert used <= declared, used - declared


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


@pytest.mark.parametrize("name", NAMES)
def test_nothing_clashes_through_the_alignment(name: str, unaligned: ox.Store) -> None:
    assert clashes([*unaligned, *seen_through(name, unaligned)], added=[]) == []


@pytest.mark.parametrize("rule", PROFILE_RULES, ids=lambda path: path.stem)
def test_alignments_stay_inside_owl_2_dl_and_rl(rule: Path) -> None:
    store = ox.Store()
    for path in [*resources.model_files(), *FOLDER.glob("*.ttl")]:
        store.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.resolve().as_uri())

    assert list(store.query(rule.read_text(encoding="utf-8"))) == []  # type: ignore[arg-type]


def test_an_unknown_alignment_is_refused_with_a_suggestion() -> None:
    from mineralkg.errors import UnknownResource

    with pytest.raises(UnknownResource) as caught:
        seen_through("prof", [])

    assert caught.value.suggestions == ["prov"]
