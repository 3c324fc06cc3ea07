"""Data of others, without a licence and without our ontology: what is found wrong is theirs, and nothing is ours."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

import mineralkg as mk
from mineralkg.errors import UsageError
from mineralkg.publishing import Site
from mineralkg.publishing.proof import Bounds, Outcome, prove
from mineralkg.publishing.static import publish_files
from mineralkg.publishing.static.publish import Published

BASE = "http://shop.example/kg/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
SHOP = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <{BASE}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix v: <{BASE}vocab#> .
ex:vocab a owl:Ontology ; rdfs:label "Shop terms" .
v:Tool a owl:Class ; rdfs:label "Tool"@en ; rdfs:comment "What work is done with." ; rdfs:subClassOf v:Thing .
v:madeOf a owl:ObjectProperty ; rdfs:label "made of" ; rdfs:comment "The material of a tool." .
ex:hammer a v:Tool , schema:Product ; rdfs:label "Hammer"@en , "Hammer"@de ; v:madeOf ex:steel , [ rdfs:label "wood" ] ;
    schema:price 9.50 ; schema:image <http://other.example/pic.png> ; rdfs:seeAlso <mailto:me@shop.example> .
ex:steel a schema:Thing ; skos:prefLabel "steel"@en , "Stahl"@de ; skos:inScheme ex:materials .
ex:materials a skos:ConceptScheme ; skos:prefLabel "Materials"@en .
ex:Käse a schema:Thing ; rdfs:label "Käse"@de .
<{BASE}a%20b> a schema:Thing ; schema:isRelatedTo <{BASE}id/x> , <{BASE}thing/without/type> .
"""
EVERYTHING = Bounds(pages=5_000)


def _publish(tmp_path: Path, text: str, **given: str) -> tuple[Published, Path]:
    (tmp_path / "shop.ttl").write_text(text, encoding="utf-8")
    kg = mk.open(tmp_path / "shop.ttl", base_url=BASE)
    done = publish_files(kg, tmp_path / "out", base_url=BASE, today=dt.date(2026, 11, 28), **given)  # type: ignore[arg-type]
    return done, tmp_path / "out"


def _found(outcome: Outcome) -> set[str]:
    return {f"{f.rule} {f.note}" for f in outcome.report}


ONTOLOGY = "onto-metadata dcterms:description, {}dcterms:creator, dcterms:created, owl:versionInfo"


def test_what_is_not_stated_is_all_that_is_missing(tmp_path: Path) -> None:
    done, out = _publish(tmp_path, SHOP)

    assert _found(prove(out, bounds=EVERYTHING)) == {
        f"dataset-shape <{BASE}void#dataset>: dcterms:license",
        f"dataset-shape <{BASE}void#dataset>: dcterms:publisher | dcterms:creator",
        "dataset-schema-org schema:license, schema:creator",
        ONTOLOGY.format("dcterms:license, "),
    }
    assert ["--licence" in note for note in done.notes] == [True]
    for page in out.rglob("*.html"):
        assert not re.search(r'(?:href|src)="(?:None|)"|>None<', page.read_text(encoding="utf-8")), page


def test_what_is_given_is_stated(tmp_path: Path) -> None:
    done, out = _publish(tmp_path, SHOP, licence=CC0, publisher="http://shop.example/us")

    assert {f.rule for f in prove(out, bounds=EVERYTHING).report} == {"onto-metadata"}  # which is the ontology's own
    assert done.notes == ()
    assert "<http://shop.example/us>" in (out / "void.ttl").read_text()


@pytest.mark.parametrize(
    ("said", "licence", "publisher"),
    [
        (f"ex:all a dcat:Dataset ; dcterms:license <{CC0}> ; dcterms:creator ex:us .", CC0, f"{BASE}us"),
        (f"<{BASE}> schema:license <{CC0}> ; schema:publisher ex:us .", CC0, f"{BASE}us"),
        (f"ex:all a dcat:Dataset ; dcterms:license <{CC0}> , ex:other ; dcterms:creator 'us' .", None, None),  # which?
        (f"ex:vocab dcterms:license <{CC0}> ; dcterms:creator ex:us .", None, None),  # of the ontology alone
        (f"<http://other.example/d> a dcat:Dataset ; dcterms:license <{CC0}> .", None, None),  # of other data
    ],
)
def test_what_the_data_say_of_themselves_counts(
    tmp_path: Path, said: str, licence: str | None, publisher: str | None
) -> None:
    (tmp_path / "shop.ttl").write_text(SHOP + said, encoding="utf-8")
    kg = mk.open(tmp_path / "shop.ttl")

    site = Site(kg, BASE)

    assert (site.licence, site.publisher) == (licence, publisher)
    assert Site(kg, BASE, licence="http://e.x/l", publisher="http://e.x/p").licence == "http://e.x/l"


@pytest.mark.parametrize("option", ["licence", "publisher"])
def test_what_is_no_iri_is_refused(tmp_path: Path, option: str) -> None:
    with pytest.raises(UsageError, match="“CC BY” is no IRI of a"):
        _publish(tmp_path, SHOP, **{option: "CC BY"})


@pytest.mark.parametrize("suffix", ["nt", "nq", "trig"])
def test_hash_iris_have_a_document_in_whichever_graph_they_stand(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"terms.{suffix}"
    file.write_text(f'<{BASE}o#A> <http://www.w3.org/2000/01/rdf-schema#label> "A" .', encoding="utf-8")

    site = Site(mk.open(file), BASE)

    assert [document for document, _ in site.documents()] == ["o"]
    assert site.topic("o") == f"{BASE}o"


def test_names_of_graphs_do_not_tell_where_files_lie(tmp_path: Path) -> None:
    for name in ("all/a b.nt", "all/deep/x.nt", "all/x.nt", "all/x.ttl", "x.nt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"<{BASE}{Path(name).stem[0]}> <{BASE}p> <{BASE}{len(name)}> .")
    given = (tmp_path / "all", tmp_path / "x.nt", tmp_path / "all" / "x.nt")

    kg = mk.open(*given, base_url=BASE.removesuffix("/"))

    names = {str(row.g) for row in kg.handle.seen().sparql("SELECT ?g { GRAPH ?g { } }")}  # type: ignore[attr-defined]
    below = f"{BASE}graph/data/"
    assert names == {f"{below}{name}" for name in ("a%20b", "deep/x", "x", "x-2", "x-3")}
    assert len(kg.sparql(f"SELECT * FROM <{below}deep/x> {{ ?s ?p ?o }}")) == 1
    assert tmp_path.as_uri() not in kg.handle.dump().decode()  # type: ignore[attr-defined]
    assert (tmp_path / "x.nt").as_uri() in mk.open(tmp_path / "x.nt").handle.dump().decode()  # type: ignore[attr-defined]
