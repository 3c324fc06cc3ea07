"""The graph handles: what an embedded and a remote graph answer, and that they answer alike."""

from __future__ import annotations

import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from SPARQLWrapper import SPARQLExceptions

import mineralkg as mk
from mineralkg.errors import AmbiguousResource, EndpointError, LoadError, QuerySyntaxError, StoreError, UnknownResource
from mineralkg.graph import EmbeddedGraph, RemoteGraph, remote, resolve
from mineralkg.graph.derive import derive
from mineralkg.graph.embedded import _DERIVED
from mineralkg.namespaces import GRAPH, ONTOLOGY
from mineralkg.queries import bound_text, find, names
from mineralkg.resources import resource_files

OXIGRAPH = Path(sysconfig.get_path("scripts")) / "oxigraph"


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Oxigraph server that holds the shipped graph."""
    folder = tmp_path_factory.mktemp("endpoint")
    dump = folder / "graph.nq"
    dump.write_bytes(EmbeddedGraph.shipped().dump())
    subprocess.run([OXIGRAPH, "load", "--location", folder / "db", "--file", dump], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [OXIGRAPH, "serve-read-only", "--location", folder / "db", "--bind", address, "--union-default-graph"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(address)
        yield f"http://{address}/query"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(address: str) -> None:
    host, _, port = address.partition(":")
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(address)


@pytest.mark.parametrize("name", names())
def test_a_remote_graph_answers_every_question_alike(name: str, endpoint: str) -> None:
    query = find(name)
    values = {parameter.name: parameter.example for parameter in query.parameters if parameter.required}
    local, far = EmbeddedGraph.shipped(), RemoteGraph(endpoint)

    here = local.ask_model(bound_text(local, query, values))
    there = far.ask_model(bound_text(far, query, values))

    assert here.text("srj") == there.text("srj")


def test_a_remote_graph_answers_sparql_of_every_form(endpoint: str) -> None:
    far = mk.open(endpoint=endpoint)

    assert far.sparql("ASK { ?s ?p ?o }").boolean is True
    assert far.sparql(
        "SELECT (COUNT(*) AS ?n) WHERE { ?i a mkg:Instrument }".replace("mkg:Instrument", f"<{ONTOLOGY}Instrument>")
    )
    assert far.sparql(f"CONSTRUCT {{ ?s a <{ONTOLOGY}State> }} WHERE {{ ?s a <{ONTOLOGY}State> }}").triples
    assert far.show("USTR").facts
    assert len(list(far.graph.query(f"SELECT ?s WHERE {{ ?s a <{ONTOLOGY}State> }}"))) == 8


def test_a_long_query_goes_by_post(endpoint: str) -> None:
    padding = "# " + "x" * 5000

    assert RemoteGraph(endpoint).sparql(f"ASK {{ ?s ?p ?o }}\n{padding}").boolean is True


def test_an_endpoint_that_is_down_is_one_clear_error() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/query"

    with pytest.raises(EndpointError, match="Check that it is up") as caught:
        RemoteGraph(url).sparql("ASK { ?s ?p ?o }")

    assert caught.value.url == url


def test_an_endpoint_that_is_no_sparql_endpoint_is_one_clear_error(endpoint: str) -> None:
    with pytest.raises(EndpointError):
        RemoteGraph(endpoint.replace("/query", "/nothing-here")).sparql("ASK { ?s ?p ?o }")


def test_an_endpoint_that_refuses_the_query_says_so(endpoint: str) -> None:
    with pytest.raises(QuerySyntaxError, match="refuses"):
        RemoteGraph(endpoint).sparql("SELECT ?x WHERE { ?x unknown:prefix ?y }")


def test_every_exception_of_sparqlwrapper_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    import SPARQLWrapper

    raised = [e for e in vars(SPARQLExceptions).values() if isinstance(e, type) and issubclass(e, Exception)]
    assert raised
    for exception in raised:

        def fail(self: object, exception: type[Exception] = exception) -> None:
            raise exception(b"the server's words")

        monkeypatch.setattr(SPARQLWrapper.SPARQLWrapper, "query", fail)
        with pytest.raises((EndpointError, QuerySyntaxError)):
            remote.RemoteGraph("http://127.0.0.1:1/").sparql("ASK { ?s ?p ?o }")


def test_each_shipped_file_has_a_named_graph_with_its_provenance() -> None:
    graph = EmbeddedGraph.shipped()
    named = f"GRAPH <{GRAPH}provenance> {{ ?g dcterms:identifier ?file ; schema:sha256 ?sha }}"
    rows = graph.sparql(f"SELECT ?g ?file WHERE {{ {named} }}")

    recorded = {str(row.file): str(row.g) for row in rows}
    shipped = {f"data/{p.relative_to(p.parents[1]).as_posix()}" for p in resource_files("data", ".ttl")}
    assert shipped <= set(recorded)
    assert set(recorded.values()) <= {g.value for g in graph.store.named_graphs() if isinstance(g, ox.NamedNode)}


def test_the_rdflib_view_is_the_same_graph() -> None:
    kg = mk.open()

    ask = f"SELECT ?i WHERE {{ ?i a <{ONTOLOGY}Instrument> }} ORDER BY ?i"
    assert [str(row[rdflib.Variable("i")]) for row in kg.graph.query(ask).bindings] == [row.i for row in kg.sparql(ask)]
    assert isinstance(kg.graph, rdflib.Dataset)


def test_own_files_are_seen_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text("<http://example.org/a> <http://example.org/b> 1, 2 .", encoding="utf-8")

    kg = mk.open(file)

    assert len(kg.sparql("SELECT * WHERE { ?s ?p ?o }")) == 2


def test_own_files_are_answered_with_the_model_behind_them(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(
        """@prefix mkg: <https://w3id.org/mineralkg/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <http://example.org/plan> a mkg:Instrument ; skos:prefLabel "My plan"@en ;
            mkg:instrumentType <https://w3id.org/mineralkg/vocab/instrument-type/action-plan> .
        <http://example.org/c> a mkg:StatusAssertion ; mkg:statusOf <http://example.org/plan> ;
            mkg:status <https://w3id.org/mineralkg/vocab/status/announced> .""",
        encoding="utf-8",
    )

    rows = mk.open(file).query.instruments()

    assert [(row.instrument_label, row.type_label, row.status_label) for row in rows] == [
        ("My plan", "action plan", "announced")
    ]


def test_quads_keep_their_graphs(tmp_path: Path) -> None:
    file = tmp_path / "mine.trig"
    file.write_text("<urn:g> { <urn:a> <urn:b> <urn:c> } <urn:a> <urn:b> <urn:d> .", encoding="utf-8")
    kg = mk.open(file)

    assert [row.g for row in kg.sparql("SELECT ?g WHERE { GRAPH ?g { <urn:a> <urn:b> <urn:c> } }")] == ["urn:g"]
    assert len(kg.sparql("SELECT * WHERE { ?s ?p ?o }")) == 2
    assert len(kg.sparql("SELECT * FROM <urn:g> WHERE { ?s ?p ?o }")) == 1


def test_a_store_on_disk_is_filled_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

    first = mk.open(store=folder).sparql(count)[0].n
    again = mk.open(store=folder).sparql(count)[0].n

    assert first == again == mk.open().sparql(count)[0].n
    with pytest.raises(StoreError, match="already holds"):
        mk.open("x.ttl", store=folder)


def test_a_store_that_is_no_store_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")

    with pytest.raises(StoreError):
        mk.open(store=tmp_path)


def test_a_broken_store_folder_is_not_left_half_filled(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<urn:a> <urn:b> .")

    with pytest.raises(LoadError):
        mk.open(broken, store=tmp_path / "store")

    assert not (tmp_path / "store").exists() or not any((tmp_path / "store").iterdir())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("JPN", "state/JPN"),
        ("jpn", "state/JPN"),
        ("Japan", "state/JPN"),
        ("Japón", "state/JPN"),
        ("state:JPN", "state/JPN"),
        ("https://w3id.org/mineralkg/id/state/JPN", "state/JPN"),
        ("<https://w3id.org/mineralkg/id/state/JPN>", "state/JPN"),
        ("USTR", "body/ustr"),
        ("csis", "organisation/csis"),
        ("doug-burgum", "person/doug-burgum"),
    ],
)
def test_a_thing_is_found_by_code_label_curie_or_iri(text: str, found: str, report_graph: EmbeddedGraph) -> None:
    resource = resolve(report_graph, text, kind="actor", iri=ONTOLOGY + "Actor")

    assert resource.iri == f"https://w3id.org/mineralkg/id/{found}"


def test_an_unknown_thing_gets_near_matches(report_graph: EmbeddedGraph) -> None:
    with pytest.raises(UnknownResource) as caught:
        resolve(report_graph, "Japn", kind="actor", iri=ONTOLOGY + "Actor")

    assert caught.value.suggestions == ["JPN (Japan)"]


def test_an_ambiguous_name_lists_the_candidates(tmp_path: Path) -> None:
    file = tmp_path / "two.ttl"
    file.write_text(
        """@prefix mkg: <https://w3id.org/mineralkg/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <urn:a> a mkg:Person ; skos:prefLabel "Ana"@en . <urn:b> a mkg:Person ; skos:prefLabel "Ana"@en .""",
        encoding="utf-8",
    )

    with pytest.raises(AmbiguousResource) as caught:
        resolve(EmbeddedGraph.of([file]), "Ana", kind="person", iri=ONTOLOGY + "Person")

    assert caught.value.candidates == ["urn:a (Ana)", "urn:b (Ana)"]


@pytest.mark.parametrize("text", ["http://exa mple/", '"} UNION {?s ?p ?o} #', "<x> ?y", "a\nb", "💥", ""])
def test_hostile_names_are_only_unknown(text: str, report_graph: EmbeddedGraph) -> None:
    with pytest.raises(UnknownResource):
        resolve(report_graph, text, kind="actor", iri=ONTOLOGY + "Actor")


def test_one_pass_of_the_rules_is_enough(report_graph: EmbeddedGraph) -> None:
    store = ox.Store()
    store.extend(report_graph.store)
    size = len(store)

    derive(store, _DERIVED)

    assert len(store) == size


def test_a_row_keeps_its_columns_whatever_they_are_called() -> None:
    import copy
    import pickle

    answer = EmbeddedGraph.shipped().sparql("SELECT (1 AS ?count) (2 AS ?index) {}")
    row = answer[0]

    assert (row.count, row.index) == (1, 2)
    assert copy.copy(row) == copy.deepcopy(row) == row
    assert tuple(row) == (1, 2)
    assert pickle.loads(pickle.dumps(row)) == row
