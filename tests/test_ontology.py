"""The ontology is clean by the rules of tests/hygiene, each term of it serves a question, and its derivations hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare

from mineralkg import rdfio, resources
from mineralkg.graph import EmbeddedGraph
from mineralkg.graph.derive import derive
from mineralkg.namespaces import GRAPH, ONTOLOGY, PREFIXES, ROOT
from mineralkg.sparqltext import tokens

TESTS = Path(__file__).parent
RULES = sorted((TESTS / "hygiene/rules").glob("*.rq"))
FIXTURES = sorted((TESTS / "hygiene/fixtures").glob("*.ttl"))
CASES = sorted((TESTS / "inference").glob("*.trig"))
DERIVATIONS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((resources.folder("ontology") / "rules").glob("*.rq"))
}
QUERIES = {path.stem: path.read_text(encoding="utf-8") for path in resources.resource_files("queries", ".rq")}
TURTLE = [path for name in ("ontology", "shapes", "data") for path in resources.resource_files(name, ".ttl")]

TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
BESIDE = "\n# beside: the model\n"
CLASSES, PROPERTIES = 45, 80
KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
ORIGINS = ("FIBO", "FOOPS!", "OOPS!", "OWL 2 DL", "OWL 2 RL", "ROBOT", "SKOS", "mineralkg", "qSKOS")

# What the catalogues hold: each is a rule here or is named in tests/hygiene/README.md with the reason why not.
OOPS = [f"P{n:02}" for n in (*range(2, 9), *range(10, 14), *range(19, 23), *range(24, 42))]
ROBOT = re.findall(
    r"\w+",
    """annotation_whitespace deprecated_boolean_datatype deprecated_class_reference deprecated_property_reference
    duplicate_definition duplicate_exact_synonym duplicate_label duplicate_label_synonym duplicate_scoped_synonym
    equivalent_class_axiom_no_genus equivalent_pair illegal_use_of_built_in_vocabulary invalid_entity_uri invalid_xref
    label_formatting label_whitespace lowercase_definition missing_definition missing_label missing_obsolete_label
    missing_ontology_description missing_ontology_license missing_ontology_title missing_subset_declaration
    missing_superclass missing_synonymtype_declaration misused_obsolete_label misused_replaced_by
    multiple_asserted_superclasses multiple_definitions multiple_equivalent_class_definitions
    multiple_equivalent_classes multiple_labels""",
)

# The roots lend no use to what is below them: everything is.
ROOTS = {ONTOLOGY + "Entity", ONTOLOGY + "about"}
# The exemption of a term that no question can use yet; every other exemption names a rule of tests/hygiene.
NO_QUESTION = "no-question"
# A claim may say by hand what it is about where no narrower property does; every other shortcut is left to its rule.
BY_HAND = {ONTOLOGY + "about"}


def stem(path: Path) -> str:
    return path.stem


def text_of(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    assert not isinstance(term, ox.Triple)
    return term.value


def store_of(paths: Iterable[Path]) -> ox.Store:
    """Return the triples of some files as one default graph."""
    store = ox.Store()
    for path in paths:
        store.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.resolve().as_uri())
    return store


def model_paths() -> list[Path]:
    return [*resources.model_files(), *resources.resource_files("data", ".ttl")]


@pytest.fixture(scope="module")
def model() -> ox.Store:
    """The ontology, its stubs, the vocabularies and the data, as they are written."""
    return store_of(model_paths())


@pytest.fixture(scope="module")
def shipped() -> EmbeddedGraph:
    """The shipped graph with all that is derived."""
    return EmbeddedGraph.shipped()


def rows(rule: Path, store: ox.Store) -> list[str]:
    return answers(rule.read_text(encoding="utf-8"), store)


def answers(query: str, store: ox.Store) -> list[str]:
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return [" ".join(str(term) for term in solution) for solution in solutions]


# Hygiene


def rule_of(fixture: Path) -> Path | None:
    """Return the rule that a fixture is for: the longest name that its own name is, or begins with before a hyphen."""
    fitting = [rule for rule in RULES if fixture.stem == rule.stem or fixture.stem.startswith(rule.stem + "-")]
    return max(fitting, key=lambda rule: len(rule.stem), default=None)


@pytest.mark.parametrize("rule", RULES, ids=stem)
def test_rule_says_what_it_finds_and_where_it_comes_from(rule: Path) -> None:
    finds, origin, *rest = rule.read_text(encoding="utf-8").splitlines()

    assert re.fullmatch(r"# .+\.", finds)
    assert origin.removeprefix("# ").startswith(ORIGINS)
    assert any(re.match(r"SELECT (DISTINCT )?\?entity\b", line) for line in rest)


@pytest.mark.parametrize("rule", RULES, ids=stem)
def test_model_is_clean(rule: Path, model: ox.Store) -> None:
    assert rows(rule, model) == []


@pytest.mark.parametrize("fixture", FIXTURES, ids=stem)
def test_rule_fires_on_its_fixture(fixture: Path) -> None:
    text = fixture.read_text(encoding="utf-8")
    fires = re.search(r"^# fires: (\d+)$", text, re.MULTILINE)
    rule = rule_of(fixture)
    assert rule, "the fixture is named after no rule"
    assert fires, "the fixture does not say how often the rule fires"

    found = rows(rule, store_of([*(model_paths() if BESIDE in text else ()), fixture]))

    assert len(found) == int(fires[1]) > 0, "\n".join(found)


@pytest.mark.parametrize(
    "fixture", [path for path in FIXTURES if BESIDE not in path.read_text(encoding="utf-8")], ids=stem
)
def test_second_engine_finds_the_same(fixture: Path) -> None:
    rule = rule_of(fixture)
    assert rule

    found = rdflib.Graph().parse(fixture).query(rule.read_text(encoding="utf-8"))

    assert len(found) == len(rows(rule, store_of([fixture])))


def test_every_rule_has_a_fixture() -> None:
    assert {rule_of(fixture) for fixture in FIXTURES} == set(RULES)


def test_whole_catalogues_are_ported_or_the_reason_is_given() -> None:
    ported = {rule.stem if rule.stem in ROBOT else rule.stem.partition("-")[0] for rule in RULES}
    left = set(re.findall(r"^- `(\w+)`", (TESTS / "hygiene/README.md").read_text(encoding="utf-8"), re.MULTILINE))

    assert {*OOPS, *ROBOT} - ported == left


def exempted(store: ox.Store) -> list[ox.Quad]:
    return list(store.quads_for_pattern(None, ox.NamedNode(ONTOLOGY + "exemption"), None))


def reason(quad: ox.Quad) -> tuple[str, str]:
    """Return the rule that an exemption names, and why it does not apply."""
    name, _, why = text_of(quad.object).partition(": ")
    return name, why


def test_every_exemption_names_a_rule_and_is_needed(model: ox.Store) -> None:
    exemptions = [quad for quad in exempted(model) if reason(quad)[0] != NO_QUESTION]
    assert exemptions

    for quad in exemptions:
        name, _ = reason(quad)
        named = [rule for rule in RULES if rule.stem == name or rule.stem.startswith(name + "-")]
        assert len(named) == 1, f"{quad.object} names {len(named)} rules"
        model.remove(quad)
        found = rows(named[0], model)
        model.add(quad)
        assert found, f"{quad.subject} does not need the exemption {quad.object}"


# Files


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: resources.relative_name(path))
def test_two_parsers_read_the_same_graph(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    here = rdfio.to_rdflib(rdfio.parse(rdfio.read(path)))

    there = rdflib.Graph().parse(path, format="turtle", publicID=path.resolve().as_uri())

    assert rdflib.compare.isomorphic(here, there)


# Terms and the questions that they serve


def terms(store: ox.Store, *kinds: str) -> set[str]:
    """Return the terms of the ontology that are declared to be of one of the given OWL kinds."""
    declared = (store.quads_for_pattern(None, TYPE, ox.NamedNode(PREFIXES["owl"] + kind)) for kind in kinds)
    names = (text_of(quad.subject) for quads in declared for quad in quads)
    return {name for name in names if name.startswith(ONTOLOGY)}


def iris(text: str) -> set[str]:
    """Return the IRIs that a SPARQL text uses, those of its prefixes apart."""
    found = list(tokens(text))
    prologue = [
        (found[i + 1].text, found[i + 2].text[1:-1]) for i, token in enumerate(found) if token.is_word("PREFIX")
    ]
    bases = dict(prologue)
    names = [token.text.partition(":") for token in found if token.kind == "pname" and not token.text.endswith(":")]
    written = {token.text[1:-1] for token in found if token.kind == "iri"} - set(bases.values())
    return written | {bases[prefix + colon] + local for prefix, colon, local in names}


def derived_by(rule: str) -> set[str]:
    """Return the IRIs in the template of a CONSTRUCT: the predicate that the rule derives, and any constant."""
    prologue, template = re.fullmatch(r"(.*?)CONSTRUCT \{(.*?)\}.*", rule, re.DOTALL).groups()  # type: ignore[union-attr]
    return iris(prologue + template)


def asked() -> set[str]:
    """Return the IRIs of all questions, and of the rules that derive what a question asks for."""
    used = set().union(*map(iris, QUERIES.values()))
    return used.union(*(iris(rule) for rule in DERIVATIONS.values() if derived_by(rule) & used))


def in_use(store: ox.Store) -> set[str]:
    """Return the properties that a store uses, and the classes of which it names a member."""
    return {quad.predicate.value for quad in store} | {
        text_of(quad.object) for quad in store.quads_for_pattern(None, TYPE, None)
    }


def above(term: str, store: ox.Store) -> Iterator[str]:
    """Return the classes or properties above a term."""
    for name in ("subClassOf", "subPropertyOf"):
        for quad in store.quads_for_pattern(ox.NamedNode(term), ox.NamedNode(PREFIXES["rdfs"] + name), None):
            parent = text_of(quad.object)
            yield parent
            yield from above(parent, store)


def test_ontology_stays_small(model: ox.Store) -> None:
    assert len(terms(model, "Class")) <= CLASSES
    assert len(terms(model, *KINDS[1:])) <= PROPERTIES


def test_every_term_serves_a_question(model: ox.Store) -> None:
    used = asked()
    in_hygiene = set().union(*(iris(rule.read_text(encoding="utf-8")) for rule in RULES))
    served = used | (in_hygiene & terms(model, "AnnotationProperty"))
    written = in_use(store_of(resources.resource_files("data", ".ttl")))
    waiting = {text_of(quad.subject) for quad in exempted(model) if reason(quad)[0] == NO_QUESTION and reason(quad)[1]}

    # A question about a class or property asks of all below it, but only what the data holds can be in its answer.
    idle = {
        term
        for term in terms(model, *KINDS) - served
        if term not in written or not (set(above(term, model)) - ROOTS) & served
    }

    assert idle == waiting


def test_queries_and_rules_use_no_undeclared_name(model: ox.Store) -> None:
    declared = {text_of(quad.subject) for quad in model.quads_for_pattern(None, TYPE, None)}

    unknown = {
        name: used - declared
        for name, text in {**QUERIES, **DERIVATIONS}.items()
        if (used := {iri for iri in iris(text) if iri.startswith(ROOT)}) - declared
    }

    assert unknown == {}


# Derivation


def added(given: Iterable[ox.Quad], folder: Path) -> set[ox.Triple]:
    """Return what is derived from the given triples, read from a file as a user's would be."""
    path = folder / "given.ttl"
    path.write_text(rdfio.serialize([quad.triple for quad in given], "ttl"), encoding="utf-8")
    quads = EmbeddedGraph.of([path]).store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH + "derived/data"))
    return {quad.triple for quad in quads}


def graphs(case: Path) -> dict[str, list[ox.Quad]]:
    """Return the graphs of a case by their names: given, expected, not-expected."""
    parts: dict[str, list[ox.Quad]] = {"given": [], "expected": [], "not-expected": []}
    for quad in rdfio.parse(rdfio.read(case)):
        assert isinstance(quad.graph_name, ox.NamedNode)
        parts[quad.graph_name.value.removeprefix("urn:case:")].append(quad)
    return parts


@pytest.mark.parametrize("case", CASES, ids=stem)
def test_derives_what_the_case_expects_and_nothing_else(case: Path, tmp_path: Path) -> None:
    parts = graphs(case)
    expected, refused = ({quad.triple for quad in parts[name]} for name in ("expected", "not-expected"))
    spoken_of = {triple.predicate for triple in expected | refused}

    found = {triple for triple in added(parts["given"], tmp_path) if triple.predicate in spoken_of}

    assert found == expected
    assert not found & refused


@pytest.mark.parametrize("rule", sorted(DERIVATIONS))
def test_every_derivation_has_a_case_for_and_a_case_against(rule: str) -> None:
    parts = [graphs(case) for case in CASES if case.stem.partition("-")[0] == rule]

    for name in ("expected", "not-expected"):
        predicates = {quad.predicate.value for part in parts for quad in part[name]}
        assert predicates & (derived_by(DERIVATIONS[rule]) or {PREFIXES["rdf"] + "type"}), f"no case of {rule} {name}"


def test_one_pass_derives_everything(shipped: EmbeddedGraph) -> None:
    store = ox.Store()
    store.extend(shipped.store)
    before = len(store)

    derive(store, ox.NamedNode("urn:second-pass"))

    assert len(store) == before


def test_shortcuts_are_not_written_by_hand(model: ox.Store) -> None:
    shortcuts = {iri for rule in DERIVATIONS.values() for iri in derived_by(rule) if iri.startswith(ONTOLOGY)} - BY_HAND
    assert shortcuts

    written = [quad for iri in shortcuts for quad in model.quads_for_pattern(None, ox.NamedNode(iri), None)]

    assert written == []


@pytest.mark.parametrize(("side", "end"), [("domain", "?subject"), ("range", "?object")])
def test_shortcuts_stay_within_domain_and_range(side: str, end: str, shipped: EmbeddedGraph) -> None:
    strays = f"""PREFIX owl: <{PREFIXES["owl"]}>
    PREFIX rdfs: <{PREFIXES["rdfs"]}>
    SELECT ?subject ?property ?object WHERE {{
        GRAPH <{GRAPH}derived/data> {{ ?subject ?property ?object }}
        ?property a owl:ObjectProperty ; rdfs:{side} ?class .
        FILTER (STRSTARTS(STR(?class), "{ONTOLOGY}"))
        FILTER NOT EXISTS {{ {end} a ?class }}
    }}"""

    assert answers(strays, shipped.store) == []
