"""The shapes say what they should of every case, and nothing of the worlds, the shipped graph and themselves."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shacl_cases
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, DefinedNamespace
from rdflib.term import Node
from shacl_cases import Case, case_files, cases

from mineralkg import rdfio, resources
from mineralkg.namespaces import ONTOLOGY, ROOT
from mineralkg.namespaces import SHAPES as NAMESPACE
from mineralkg.validation import Data, Part
from mineralkg.validation.prebinding import judge

SHAPES = resources.folder("shapes")
META = SHAPES / "meta.ttl"
WORLDS = {name: shacl_cases.FOLDER / f"{name}.ttl" for name in ("world", "good")}
CASES = [case for file in case_files() for case in cases(file)]
FOREIGN = {f"<{NAMESPACE}Foreign-{kind}>" for kind in ("class", "property")}
QUERIES = sorted(shacl_cases.shapes_graph(SHAPES).subject_objects(SH.select))


def by_id(values: list[Case]) -> list[object]:
    return [pytest.param(case, id=case.id) for case in values]


def judged_by(world: Path) -> Path:
    """Return the shapes for a world: those of data, or those of shapes."""
    return META if world == WORLDS["good"] else SHAPES


def test_every_shape_has_its_file_of_cases_and_every_file_its_shape() -> None:
    shapes = {shacl_cases.local_name(shape) for shape in shacl_cases.reported(shacl_cases.shapes_graph(SHAPES))}

    assert case_files()
    assert sorted(file.stem for file in case_files()) == sorted(shapes)


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in case_files()])
def test_a_file_shows_what_breaks_its_shape_and_what_does_not(file: Path) -> None:
    shape = shacl_cases.shape_of(file).n3()

    assert any(case.conforms for case in cases(file))
    assert any(result.shape == shape for case in cases(file) for result in case.results)
    for case in cases(file):
        assert case.conforms == (not case.results), case.id
        assert case.shapes == judged_by(case.world), case.id


@pytest.mark.parametrize("case", by_id(CASES))
def test_case(case: Case) -> None:
    assert shacl_cases.outcome(case) == case.results


@pytest.mark.parametrize("case", by_id([case for case in CASES if case.replace is not None and not case.alone][::80]))
def test_pyshacl_says_the_same_of_all_shapes(case: Case) -> None:
    with shacl_cases.edited(case) as graph:
        assert shacl_cases.validate(graph, shacl_cases.bare_shapes(case.shapes)) == case.results


@pytest.mark.parametrize("world", [pytest.param(path, id=name) for name, path in WORLDS.items()])
def test_the_world_and_the_whole_model_conform(world: Path) -> None:
    graph = shacl_cases.Graph()
    graph += shacl_cases.model()
    graph += shacl_cases.base(world)

    assert shacl_cases.validate(graph, shacl_cases.bare_shapes(judged_by(world))) == ()


@pytest.mark.parametrize("world", [pytest.param(path, id=name) for name, path in WORLDS.items()])
def test_every_target_selects_something_in_the_world(world: Path) -> None:
    """Except for shapes that forbid the very property by which they find their nodes."""
    shapes, data = shacl_cases.shapes_graph(judged_by(world)), shacl_cases.world(world)
    others = shacl_cases.shapes_graph(META) if world == WORLDS["world"] else rdflib.Graph()
    targets = {t for t in shapes if t[1] in shacl_cases.TARGETS} - set(others)
    idle = [t for t in targets if not shacl_cases.selected(data, t[1], t[2])]

    assert targets
    assert [t for t in idle if (t[0], SH.maxCount, rdflib.Literal(0)) not in shapes] == []


def test_every_class_has_a_shape_that_looks_at_it_by_name() -> None:
    classes = {cls for cls in shacl_cases.model().subjects(RDF.type, OWL.Class) if str(cls).startswith(ONTOLOGY)}

    assert classes
    assert classes - set(shacl_cases.shapes_graph(SHAPES).objects(None, SH.targetClass)) == set()


def shortcuts() -> set[Node]:
    """Return the properties that rules derive, and that nobody may write."""
    shapes = shacl_cases.shapes_graph(SHAPES)
    return {path for shape, path in shapes.subject_objects(SH.path) if str(shape).startswith(NAMESPACE + "Shortcut-")}


@pytest.mark.parametrize("stem", ["Term-property", "Term-concept"])
def test_a_guard_of_terms_looks_at_whatever_has_a_property_of_ours(stem: str) -> None:
    """Except for shortcuts."""
    model = shacl_cases.model()
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    ours = {term for kind in kinds for term in model.subjects(RDF.type, kind) if str(term).startswith(ONTOLOGY)}

    looked_at = set(shacl_cases.shapes_graph(SHAPES).objects(rdflib.URIRef(NAMESPACE + stem), SH.targetSubjectsOf))

    assert shortcuts()
    assert looked_at == {RDF.type, *ours} - shortcuts()


def test_a_property_of_ours_asks_for_its_domain_its_range_and_the_right_scheme() -> None:
    """Except for shortcuts. What is asked for are declared kinds: nothing is guessed from the property itself."""
    model, elsewhere = shacl_cases.model(), rdflib.Namespace("https://example.org/elsewhere/")
    data, of_subjects, of_values = shacl_cases.Graph() + model, set(), set()
    for term, domain in model.subject_objects(RDFS.domain):
        if str(term).startswith(ONTOLOGY) and term not in shortcuts():
            name, ranges = shacl_cases.local_name(term), set(model.objects(term, RDFS.range))
            subject, value = elsewhere[f"subject-{name}"], elsewhere[f"value-{name}"]
            of_subjects.add(subject.n3())
            of_values |= {value.n3() for _ in ranges}
            data.add((subject, RDF.type, elsewhere.Thing))
            data.add((elsewhere[f"right-{name}"], RDF.type, domain))
            data.add((value, RDF.type, SKOS.Concept if SKOS.Concept in ranges else elsewhere.Thing))
            data.add((value, SKOS.inScheme, elsewhere.scheme))
            for each in (subject, elsewhere[f"right-{name}"]):
                data.add((each, term, value))

    results = shacl_cases.judged(Data([Part(data.serialize(format="nt").encode())]), shacl_cases.engine(SHAPES))

    of_kinds = {SH.ClassConstraintComponent.n3(), SH.QualifiedMinCountConstraintComponent.n3()}
    assert of_subjects
    assert of_subjects - {each.focus for each in results if each.component in of_kinds} == set()
    assert of_values - {each.value for each in results} == set()


@pytest.mark.parametrize("vocabulary", [DCTERMS, PROV, RDFS, SKOS], ids=str)
def test_no_term_of_a_well_known_vocabulary_is_taken_for_misspelt(vocabulary: type[DefinedNamespace]) -> None:
    known = [vocabulary[name] for name in vocabulary.__annotations__ if not name.startswith("_")]
    thing, data = rdflib.URIRef("https://example.org/elsewhere/thing"), shacl_cases.Graph()
    for term in known:
        is_class = shacl_cases.local_name(rdflib.URIRef(term.replace("/", "#")))[0].isupper()
        data.add((thing, RDF.type, term) if is_class else (thing, term, rdflib.Literal("text", lang="en")))

    results = shacl_cases.judged(Data([Part(data.serialize(format="nt").encode())]), shacl_cases.engine(SHAPES))

    assert len(known) > 10
    assert [each for each in results if each.shape in FOREIGN] == []


def test_the_shipped_graph_conforms() -> None:
    """Infos are allowed: they are matters of style."""
    files = resources.resource_files("data", ".ttl")
    graph = shacl_cases.Graph()
    graph += shacl_cases.model()
    graph += rdfio.to_rdflib(quad.triple for file in files for quad in rdfio.parse(rdfio.read(file)))
    results = shacl_cases.validate(graph, shacl_cases.bare_shapes(SHAPES))

    assert files
    assert [result for result in results if result.severity != SH.Info.n3()] == []


@pytest.mark.parametrize("stem", ["Deprecated-property", "Deprecated-value"])
def test_the_message_names_what_replaces_a_deprecated_term_and_since_when(stem: str) -> None:
    case = cases(shacl_cases.FOLDER / "cases" / f"{stem}.ttl")[1]
    shapes = rdflib.Graph()
    for triple in shacl_cases.resting_on(shacl_cases.shapes_graph(SHAPES), case.shape):
        shapes.add(triple)
    with shacl_cases.edited(case) as graph:
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
        [term] = (term for term in graph.subjects(OWL.deprecated) if str(term).startswith(ROOT))
        named = [term, graph.value(term, DCTERMS.isReplacedBy), graph.value(term, OWL.versionInfo)]

    assert isinstance(report, rdflib.Graph)
    messages = [str(message) for message in report.objects(None, SH.resultMessage)]
    assert len(messages) == 2
    assert all(str(each) in message for message in messages for each in named)


def _constructed(store: ox.Store, query: str) -> list[ox.Triple]:
    found = store.query(query)
    assert isinstance(found, ox.QueryTriples)
    return list(found)


def test_the_migration_puts_replacements_for_deprecated_terms() -> None:
    folder = shacl_cases.FOLDER / "migration"
    query = (resources.folder("ontology") / "migrations" / "deprecated_terms.rq").read_text(encoding="utf-8")
    graph, after = (shacl_cases.base(folder / f"{name}.ttl") for name in ("before", "after"))
    retired, replaced = {*graph.subjects(OWL.deprecated)}, {*graph.subjects(DCTERMS.isReplacedBy)}
    store = ox.Store()
    store.load(path=str(folder / "before.ttl"), format=ox.RdfFormat.TURTLE)

    # Results of the engine must be dropped where they were made. What parses queries for rdflib keeps this frame alive,
    # and another thread may drop it: so no name here holds them.
    new = _constructed(store, query)

    assert {*rdfio.to_rdflib(new)} == {*graph.query(query)} == {*after} - {*graph}
    assert {*graph} - {*after} == {(s, p, v) for s, p, v in graph if s not in retired and {p, v} & replaced}


@pytest.mark.parametrize("query", [pytest.param(text, id=shacl_cases.local_name(node)) for node, text in QUERIES])
def test_one_run_of_a_query_answers_for_every_node(query: rdflib.Literal) -> None:
    verdict = judge(str(query))

    assert verdict.refused is None
    assert verdict.singly is None


def test_the_shapes_are_well_formed_shacl() -> None:
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shacl_cases.shapes_graph(SHAPES), meta_shacl=True)

    assert conforms, text


def test_the_shapes_are_written_as_the_habits_ask() -> None:
    graph = shacl_cases.Graph()
    graph += shacl_cases.model()
    graph += shacl_cases.shapes_graph(SHAPES)

    assert shacl_cases.validate(graph, shacl_cases.bare_shapes(META)) == ()
