"""The pages: well-formed in both languages, no link leads nowhere, no fact stands without what it rests on."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import html5lib
import pyoxigraph as ox
import pytest

import mineralkg as mk
from mineralkg.api import KnowledgeGraph
from mineralkg.errors import UnknownQuery, UsageError
from mineralkg.graph import EmbeddedGraph
from mineralkg.languages import LANGUAGES
from mineralkg.namespaces import DATA, ONTOLOGY, PREFIXES
from mineralkg.publishing import DOCUMENT_FORMATS, Links, Site
from mineralkg.publishing.answers import ANSWER_FORMATS
from mineralkg.publishing.catalogue import Dump
from mineralkg.publishing.derivation import derivation_rules
from mineralkg.publishing.openapi import openapi
from mineralkg.publishing.pages import Pages, assets
from mineralkg.publishing.pages.charts import bars, shade
from mineralkg.publishing.pages.environment import words
from mineralkg.publishing.pages.reading import Reader, Value
from mineralkg.publishing.pages.support import supporting_claims
from mineralkg.queries import all_queries, find, names
from mineralkg.server.problem import _TITLES

ROOT = Path(__file__).parent.parent
WORDS = ROOT / "src/mineralkg/publishing/pages/words"
BASE = "http://localhost/kg/"
PLAN = DATA + "instrument/us-mexico-action-plan"
TODAY = dt.date(2026, 3, 20)


class Page(HTMLParser):
    """What stands in a page: its links, anchors, scripts and quotes; ``tree`` is what a strict parser reads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.links: list[str] = []
        self.ids: list[str] = []
        self.scripts: list[dict[str, str]] = []
        self.quotes: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert tag != "style"
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        self.links += [attributes[name] for name in ("href", "src", "action", "data-script") if name in attributes]
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.scripts += [attributes] if tag == "script" else []
        if tag == "blockquote" or self._open:
            self._open.append(tag)
        if tag == "q" and self._open:
            self.quotes.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["q"]:
            self.quotes[-1] += data

    @cached_property
    def tree(self) -> Any:
        """The page as html5lib reads it, which raises ParseError where it is not well-formed."""
        return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(self.text)

    def all(self, path: str) -> list[Any]:
        return list(self.tree.findall(path))


def read(text: str) -> Page:
    """Return a page, held to be well-formed."""
    page = Page(text)
    assert page.tree is not None
    return page


def words_of(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(mk.open())


@pytest.fixture(scope="module")
def pages(site: Site) -> Pages:
    return Pages(site, Links(site, BASE), today=TODAY)


def every_page(site: Site, pages: Pages, lang: str) -> Iterator[tuple[str, str]]:
    """Return the path and the text of every page of a site, further pages of lists left out."""
    plain = {
        "": pages.home,
        "query": pages.questions,
        "rules": pages.rules,
        "sparql": pages.sparql,
        "api": pages.interface,
    }
    for path, page in plain.items():
        yield path, page(lang)
    for name in names():
        yield f"query/{name}", pages.question(name, {}, lang)
    for document, iri in site.documents():
        kind = site.page_of(iri)
        if kind in ("entity", "scheme"):
            yield document, getattr(pages, kind)(iri, lang)
        else:
            yield document, getattr(pages, kind)(lang)


@pytest.fixture(scope="module")
def english(site: Site, pages: Pages) -> dict[str, Page]:
    return {path: Page(text) for path, text in every_page(site, pages, "en")}


@pytest.fixture(scope="module")
def sample(english: dict[str, Page]) -> dict[str, Page]:
    """Some pages of each kind, to be read by the strict and slow parser."""
    return {p: page for i, (p, page) in enumerate(english.items()) if i % 8 == 0 or "instrument" in p or "/" not in p}


def test_every_page_has_its_anchors_once(english: dict[str, Page]) -> None:
    assert len(english) > 400
    for path, page in english.items():
        assert [i for i, n in Counter(page.ids).items() if n > 1] == [], path


def test_pages_are_well_formed_and_have_one_title(sample: dict[str, Page]) -> None:
    for path, page in sample.items():
        assert len(page.all(".//h1")) == 1, path
        assert page.all("head/title")[0].text.strip(), path


def test_no_link_or_anchor_leads_nowhere(site: Site, pages: Pages, english: dict[str, Page]) -> None:
    known = set(english) | {f"{d}.{f.name}" for d, _ in site.documents() for f in DOCUMENT_FORMATS}
    known |= {f"query/{name}.{f.name}" for name in names() for f in ANSWER_FORMATS}
    known |= {f"assets/{name}" for name in assets()} | {f"dump.{name}" for name in ("nt", "ttl", "nq", "trig")}
    known |= {"openapi.json", "void", "feed.atom", "deadlines.ics"}
    rules = {match[1] for match in re.finditer(r'href="/kg/rules/([^"]+)"', english["rules"].text)}
    for path, page in english.items():
        for link in page.links:
            target, _, anchor = link.removeprefix("/kg/").partition("#")
            if link.startswith("#"):
                assert unquote(anchor) in page.ids, (path, link)
            elif link.startswith("/kg/"):
                bare, _, asked = target.partition("?")
                if bare.startswith("rules/"):
                    assert bare.removeprefix("rules/") in rules
                elif bare == "browse":
                    assert site.publishes(parse_qs(asked)["class"][0]), (path, link)
                else:
                    assert unquote(bare) in known or bare in known, (path, link)
                if anchor and not anchor.startswith("query="):
                    assert unquote(anchor) in english[unquote(bare)].ids, (path, link)
            else:
                assert urlsplit(link).scheme in ("http", "https"), (path, link)


def test_pages_load_nothing_from_elsewhere(english: dict[str, Page], sample: dict[str, Page]) -> None:
    for path, page in english.items():
        for script in page.scripts:
            loaded = script.get("src")
            assert loaded is None or loaded.startswith("/kg/assets/"), path
            assert loaded is not None or script["type"] in ("application/ld+json", "application/json"), path
    for page in sample.values():
        for element in [*page.all(".//link"), *page.all(".//img")]:
            if element.tag == "img" or element.get("rel") in ("stylesheet", "icon"):
                assert (element.get("href") or element.get("src")).startswith("/kg/assets/")


def test_every_fact_shows_what_it_rests_on(sample: dict[str, Page]) -> None:
    seen = 0
    for path, page in sample.items():
        for fact in page.all(".//section[@class='facts']//dd"):
            seen += 1
            behind = fact.findall("details") + fact.findall("a[@class='basis']")
            assert len(behind) == 1, (path, words_of(fact))
            if "href" in behind[0].attrib:
                assert behind[0].get("href") == "#words"
                assert "words" in page.ids
            elif behind[0].get("class") == "evidence":
                assert behind[0].findall(".//blockquote//q"), (path, words_of(fact))
            else:
                assert behind[0].findall(".//code") or "graph" in words_of(behind[0])
    assert seen > 300


def test_pages_show_the_words_letter_for_letter(site: Site, english: dict[str, Page]) -> None:
    rows = site.graph.ask_model("SELECT ?quote WHERE { ?passage mkg:quote ?quote }")
    quotes = {str(row.quote) for row in rows}
    shown = {quote for page in english.values() for quote in page.quotes}

    assert shown == quotes


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_embedded_data_are_those_of_the_document(site: Site, pages: Pages, lang: str) -> None:
    page = read(pages.entity(PLAN, lang))
    data = next(e.text for e in page.all("head/script") if e.get("type") == "application/ld+json")
    dataset = ox.Dataset(ox.parse(data, ox.RdfFormat.JSON_LD))
    stated = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in site.statements(PLAN))
    for one in (dataset, stated):
        one.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)

    assert dataset == stated


def test_parameters_are_explained_in_the_language_of_the_page(site: Site, pages: Pages) -> None:
    for lang in LANGUAGES:
        for query in all_queries():
            helps = read(pages.question(query.name, {}, lang)).all("body//span[@class='help']")
            shown = {help.get("id"): help for help in helps}
            assert len(shown) == len(query.parameters)
            for parameter in query.parameters:
                help = shown[f"help-{parameter.name}"]
                text, told = parameter.explained_in(lang)
                assert (help.text or "").startswith(text)
                assert help.get("lang") == told == lang
    # Programs are told in English.
    described = json.dumps(openapi(site, pages.links), ensure_ascii=False)
    assert all(parameter.doc in described for query in all_queries() for parameter in query.parameters)


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_the_interface_tells_questions_in_the_language_of_the_page(pages: Pages, lang: str) -> None:
    page = read(pages.interface(lang))
    told = [(words_of(p), p.get("lang")) for p in page.all(".//section/p")]
    explained = [(words_of(cell), cell.get("lang")) for cell in page.all(".//td")]

    for query in all_queries():
        assert query.asked_in(lang) in told
        assert query.asked_in(lang)[1] == lang
        for parameter in query.parameters:
            text = parameter.explained_in(lang)[0]
            assert any(shown.startswith(text) and spoken == lang for shown, spoken in explained), text


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_further_pages_list_what_points_to_a_thing_and_nothing_else(site: Site, pages: Pages, lang: str) -> None:
    hub = DATA + "organisation/mineralkg-project"
    first, second, third = (read(pages.entity(hub, lang, number)) for number in (1, 2, 3))
    pointing = {str(row.x) for row in site.graph.ask_model(f"SELECT ?x {{ ?x ?p <{hub}> FILTER isIRI(?x) }}")}

    def listed(page: Page) -> list[str]:
        section = next(s for s in page.all("body//section") if s.get("aria-labelledby") == "incoming")
        return [a.get("href").partition("?")[0] for item in section.iter("li") for a in item.iter("a")]

    assert len(first.all("body//section")) > 3
    assert [len(page.all("body//section")) for page in (second, third)] == [1, 1]
    assert [len(listed(page)) for page in (first, second)] == [50, 50]
    assert {*listed(first), *listed(second), *listed(third)} <= {pages.links.resource(iri) for iri in pointing}
    assert not {*listed(first)} & {*listed(second)}
    assert '<script type="application/ld+json' not in second.text
    assert second.all("body//h1/a")[0].get("href").partition("?")[0] == pages.links.resource(hub)
    assert [rel for a in second.all("body//nav/a") if (rel := a.get("rel"))] == ["prev", "next"]
    assert read(pages.entity(hub, lang, 1_000)).text == read(pages.entity(hub, lang, int(1e6))).text


def test_spanish_pages_are_well_formed_and_stay_in_spanish(site: Site, pages: Pages) -> None:
    chosen = [(p, t) for i, (p, t) in enumerate(every_page(site, pages, "es-MX")) if i % 29 == 0 or i < 30]
    for path, text in chosen:
        page = read(text)
        assert page.tree.get("lang") == "es"
        links = [a.attrib for a in page.all("body//a") if "hreflang" not in a.attrib]
        inside = [a["href"] for a in links if a.get("href", "").startswith("/kg/doc/")]
        assert all("lang=es" in link or re.search(r"\.(ttl|ttl12|trig|nt|nq|rdf|jsonld)$", link) for link in inside), (
            path
        )
    assert "Plan de acción sobre minerales críticos" in pages.entity(PLAN, "es")
    assert "5 de abril de 2026" in pages.entity(PLAN, "es")


def shown_facts(page: Page) -> dict[str, list[str]]:
    """Return the values of the facts on a page, by what their property is called."""
    rows = page.all(".//section[@class='facts']/dl/div")
    return {words_of(row.find("dt")): [words_of(dd[0]) for dd in row.findall("dd")] for row in rows}


def test_an_explanation_is_shown_in_one_language(pages: Pages) -> None:
    consult = f"{PREFIXES['mkgv']}modality/consult"
    page = read(pages.entity(consult, "en"))
    facts = shown_facts(page)

    assert words_of(page.all(".//p[@class='description']")[0]).startswith("Wording that promises")
    assert "definition" not in facts
    assert [text[:9] for text in facts["scope note"]] == ["The talks"]
    assert facts["preferred label"] == ["consult", "consultar"]
    # There is no Spanish note on this one: the English is better than none.
    assert "Named as a class" in words_of(read(pages.entity(DATA + "material/rare-earth-elements", "es")).tree)


@pytest.mark.parametrize(
    ("thing", "english", "spanish"),
    [
        (
            "state/USA",
            "State, about which the graph holds 12 claims quoted from 1 document.",
            "Estado; el grafo guarda al respecto 12 afirmaciones a partir de 1 documento.",
        ),
        (
            "person/doug-burgum",
            "Person, about whom the graph holds 2 claims quoted from 1 document. Speaker of 17 claims.",
            "Persona; el grafo guarda al respecto 2 afirmaciones a partir de 1 documento. Habla en 17 afirmaciones.",
        ),
        ("event/usmca-joint-review-2026", "Event in July 2026, about", "Acontecimiento en julio de 2026; el"),
        (
            "event/csis-event-2026-02-03",
            "Event on 3 February 2026, about",
            "Acontecimiento el 3 de febrero de 2026; el",
        ),
        (
            "instrument/us-eu-japan-joint-statement",
            "Joint statement between the European Union, Japan and the United States, announced on",
            "Declaración conjunta entre Estados Unidos, Japón y la Unión Europea, con fecha de anuncio",
        ),
        (
            "instrument/usmca",
            "Trade agreement, on record as existing, about",
            "Acuerdo comercial, con el estado «existente»",
        ),
        (
            "source/hawkins-2026-02-04-his-statement",
            "Source document by Jamieson Greer, tier “primary”.",
            "Documento fuente de Jamieson Greer, nivel «primaria».",
        ),
        (
            "evidence/hawkins-2026-02-04-c01",
            "Evidence, quoted from News report by Ari Hawkins, 4 February 2026. Basis of 2 claims.",
            "Evidencia, procedente de Noticia de Ari Hawkins, 4 de febrero de 2026. Base de 2 afirmaciones.",
        ),
        (
            "claim/hawkins-2026-02-04-c18",
            "Commitment of Mexico and the United States under “United States–Mexico action plan on critical minerals”: "
            "“Advance an initial phase of work”, on record as said by Ari Hawkins, quoted from",
            "Compromiso de Estados Unidos y México en «Plan de acción sobre minerales críticos entre Estados Unidos y "
            "México», según Ari Hawkins, procedente de",
        ),
    ],
)
def test_a_page_begins_with_a_sentence(pages: Pages, thing: str, english: str, spanish: str) -> None:
    for lang, expected in (("en", english), ("es", spanish)):
        assert words_of(read(pages.entity(DATA + thing, lang)).all(".//p[@class='lead']")[0]).startswith(expected)


def test_no_sentence_says_the_kind_alone(pages: Pages) -> None:
    assert not read(pages.entity(DATA + "quantity/hawkins-2026-02-04-c05")).all(".//p[@class='lead']")


@pytest.mark.parametrize(("lang", "expected"), [("en", ("Language", "English")), ("es", ("lengua", "inglés"))])
def test_a_language_is_shown_by_its_name(pages: Pages, lang: str, expected: tuple[str, str]) -> None:
    facts = shown_facts(read(pages.entity(DATA + "source/hawkins-2026-02-04", lang)))

    assert facts[expected[0]] == [expected[1]]


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("http://www.wikidata.org/entity/Q30", "Wikidata Q30"),
        ("http://publications.europa.eu/resource/authority/country/USA", "publications.europa.eu/…/USA"),
        ("http://data.europa.eu/eli/ontology#InForce-inForce", "data.europa.eu/…/ontology#InForce-inForce"),
        ("https://creativecommons.org/licenses/by/4.0/", "creativecommons.org/…/4.0"),
        ("https://example.org/a?b=c", "example.org/a?b=c"),
        ("https://example.org/", "example.org"),
        ("http://www.w3.org/2001/XMLSchema#decimal", "xsd:decimal"),
    ],
)
def test_things_of_other_sites_are_shown_by_a_short_name(site: Site, iri: str, expected: str) -> None:
    shown = Reader(site, Links(site, BASE), words("en")).thing(iri)

    assert (shown.text, shown.href, shown.outside) == (expected, iri, True)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("and casting", "“and casting”"),
        ("“The concept there is,”", "“The concept there is,”"),
        ("a bilateral “action plan”", "“a bilateral ‘action plan’”"),
        ("“Club” and “plan”", "“‘Club’ and ‘plan’”"),
    ],
)
def test_quotation_marks_are_not_doubled(tmp_path: Path, quote: str, expected: str) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(f'<http://example.org/kg/e> <{ONTOLOGY}quote> "{quote}"@en .\n')
    site = Site(mk.open(path), "http://example.org/kg/")

    assert Reader(site, Links(site, BASE), words("en")).label("http://example.org/kg/e") == expected


def test_things_that_a_query_joins_are_named_in_the_language_of_the_page(pages: Pages) -> None:
    page = read(pages.question("instruments", {"type": ["joint-statement"]}, "es"))

    shown = next(cell for cell in page.all(".//td") if cell.get("data-title") == "partes")
    links = [(a.get("href"), words_of(a)) for a in shown.iter() if a.tag.endswith("a")]

    assert words_of(shown) == "Unión Europea, Japón, Estados Unidos"
    assert links[1] == ("/kg/doc/state/JPN?lang=es", "Japón")


def test_texts_of_a_query_are_in_the_language_of_the_page(pages: Pages) -> None:
    shown = [
        [
            words_of(cell)
            for cell in read(pages.question("instruments", {}, lang)).all(".//td")
            if cell.get("data-title") == title
        ]
        for lang, title in (("en", "legal force"), ("es", "fuerza jurídica"))
    ]

    assert shown == [["not stated"] * 3, ["no consta"] * 3]


def test_both_languages_have_the_same_words() -> None:
    def flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
        for key, value in table.items():
            yield from flat(value, f"{before}{key}.") if isinstance(value, dict) else [(before + key, str(value))]

    read = {path.stem: dict(flat(tomllib.loads(path.read_text(encoding="utf-8")))) for path in WORDS.glob("*.toml")}

    assert set(read) == set(LANGUAGES)
    common = {lang: {k: v for k, v in texts.items() if not k.startswith("column.")} for lang, texts in read.items()}
    assert set(common["en"]) == set(common["es"])
    for key, text in common["en"].items():
        assert re.findall(r"\{\w+\}", text).sort() == re.findall(r"\{\w+\}", common["es"][key]).sort(), key
    columns = {c.removeprefix("column.") for c in read["es"] if c.startswith("column.")}
    used = {
        re.sub("_(label|code)$", "", c) for q in all_queries() for c in (*q.columns, *(p.name for p in q.parameters))
    }
    assert columns <= used  # a column without a word here is shown under its own name


def test_programs_and_people_are_told_a_status_alike() -> None:
    told = {key: text for key, text in words("en").texts.items() if key.startswith("status.")}

    assert told == {f"status.{status}": title for status, title in _TITLES.items()}


def test_common_terms_are_named_in_the_language_of_the_page(site: Site, pages: Pages) -> None:
    rows = site.graph.look_up("SELECT DISTINCT ?p { ?s ?p ?o FILTER (isIRI(?s)) }")
    reader = Reader(site, Links(site, BASE), words("es"))
    consult = read(pages.entity(f"{PREFIXES['mkgv']}modality/consult", "es"))

    assert [reader.label(str(row.p)) for row in rows if (reader.thing(str(row.p)).lang or "es") != "es"] == []
    assert words_of(consult.all(".//p[@class='chips']")[0]) == "concepto2"
    assert {"etiqueta preferida", "notación", "nota de alcance", "concepto superior de"} <= set(shown_facts(consult))


def test_a_label_of_the_graph_goes_before_the_common_name(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(
        "@prefix dcterms: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'dcterms:creator rdfs:label "autoría"@es . dcterms:subject rdfs:label "topic"@en .\n'
    )
    site = Site(mk.open(path), "http://example.org/kg/")
    terms = [PREFIXES["dcterms"] + name for name in ("creator", "subject", "conformsTo")]

    names = {lang: [Reader(site, Links(site, BASE), words(lang)).label(term) for term in terms] for lang in LANGUAGES}
    assert names == {
        "en": ["Creator", "topic", "dcterms:conformsTo"],
        "es": ["autoría", "tema", "dcterms:conformsTo"],
    }


# What a fact rests on


def test_a_derived_fact_rests_on_the_claims_that_its_rule_read(site: Site) -> None:
    reader = Reader(site, Links(site, BASE), words("en"))
    rules = {p: r for p, r in derivation_rules().items() if r.reads_claims}
    assert len(rules) > 8
    checked = 0
    for property_ in rules:
        for row in site.graph.ask_model(f"SELECT ?s ?o WHERE {{ ?s <{property_}> ?o }}"):
            claims = supporting_claims(reader, str(row.s), {property_})[property_, str(row.terms["o"])]
            assert claims, (property_, row)
            for claim in claims:
                spoken = f"ASK {{ <{claim}> mkg:evidence ?words ; (mkg:about|!mkg:about) <{row.s}> }}"
                assert site.graph.ask_model(spoken).boolean, (property_, row, claim)
            checked += 1
    assert checked > 30


def test_a_party_shows_the_words_of_both_claims(pages: Pages) -> None:
    page = read(pages.entity(PLAN))
    facts = {words_of(f.findall("a")[0]): f for f in page.all(".//dd") if f.findall("a")}
    evidence = words_of(facts["Mexico"].findall("details")[0])

    assert "agreements to work with Mexico, the European Union and Japan" in evidence
    assert "Washington and Mexico announced a bilateral critical minerals “action plan”" in evidence
    assert "Says Ari Hawkins" in evidence
    assert "stated" in evidence
    assert "characters 1,107–1,182" in evidence


# What the graph does not hold today


def changed(report_graph: EmbeddedGraph, mutated: Callable[[str], EmbeddedGraph], update: str) -> Pages:
    del report_graph
    site = Site(KnowledgeGraph(mutated(update)))
    return Pages(site, Links(site, BASE), today=TODAY)


CLAIM = """
  claim:{id} a mkg:{kind} ; skos:prefLabel "{label}"@en ; {facts} mkg:evidence evidence:hawkins-2026-02-04-c15 ;
    mkg:certainty <https://w3id.org/mineralkg/vocab/certainty/stated> ; mkg:speaker person:ari-hawkins ;
    mkg:reporter person:ari-hawkins ; mkg:recorder organisation:mineralkg-project ;
    prov:generatedAtTime "2026-11-24T00:00:00Z"^^xsd:dateTime .
"""


def test_claims_that_disagree_stand_side_by_side(
    report_graph: EmbeddedGraph, mutated: Callable[[str], EmbeddedGraph]
) -> None:
    facts = 'mkg:statusOf instrument:us-mexico-action-plan ; mkg:validFrom "2026-02-04"^^xsd:date ; mkg:status '
    other = CLAIM.format(
        id="x1", kind="StatusAssertion", label="It was signed", facts=f"{facts}<{PREFIXES['mkgv']}status/signed> ;"
    )
    page = read(changed(report_graph, mutated, f"INSERT DATA {{ {other} }}").entity(PLAN))
    groups = {g.get("aria-label"): words_of(g) for g in page.all(".//div[@class='side-by-side']")}

    status = next(text for title, text in groups.items() if title.startswith("status"))
    assert "It was signed" in status
    values = [words_of(p) for p in page.all(".//div[@class='side-by-side']//p[@class='differs']")]
    assert {"signed", "announced"} <= set(values)
    assert "The action plan was announced on 4 February 2026" in status
    moments = [words_of(m) for m in page.all(".//ol[@class='timeline']/li")]
    assert [m for m in moments if m.startswith("4 February 2026")] == [
        "4 February 2026 announced",
        "4 February 2026 signed",
    ]


def test_a_later_status_is_history_and_no_contradiction(
    report_graph: EmbeddedGraph, mutated: Callable[[str], EmbeddedGraph]
) -> None:
    facts = 'mkg:statusOf instrument:us-mexico-action-plan ; mkg:validFrom "2026-05-01"^^xsd:date ; mkg:status '
    later = CLAIM.format(
        id="x1", kind="StatusAssertion", label="It was signed", facts=f"{facts}<{PREFIXES['mkgv']}status/signed> ;"
    )
    page = read(changed(report_graph, mutated, f"INSERT DATA {{ {later} }}").entity(PLAN))

    assert not [g for g in page.all(".//div[@class='side-by-side']") if g.get("aria-label").startswith("status")]
    moments = [words_of(m) for m in page.all(".//ol[@class='timeline']/li")]
    assert moments[:1] == ["4 February 2026 announced"]
    assert "1 May 2026 signed" in moments


def test_a_deadline_on_the_timeline_is_due_until_its_day_is_over(site: Site) -> None:
    memorandum = DATA + "instrument/eu-us-memorandum-of-understanding"
    told = {}
    for day in ("2026-03-06", "2026-03-07"):
        pages = Pages(site, Links(site, BASE), today=dt.date.fromisoformat(day))
        found = read(pages.entity(memorandum)).all(".//ol[@class='timeline']/li")
        told[day] = [(m.get("class"), words_of(m)) for m in found if "Memorandum within" in words_of(m)]

    assert told["2026-03-06"] == [("due", "6 March 2026 Due: Memorandum within the next 30 days")]
    assert told["2026-03-07"] == [("past", "6 March 2026 Was due: Memorandum within the next 30 days")]


def test_parties_to_one_commitment_are_not_linked_with_each_other(pages: Pages) -> None:
    japan, states = DATA + "state/JPN", DATA + "state/USA"
    found = {}
    for iri in (japan, states):
        page = read(pages.entity(iri))
        edges = json.loads(page.all(".//script[@id='neighbourhood']")[0].text)["edges"]
        found[iri] = [e for e in edges if {e["source"], e["target"]} == {japan, states}]
    rows = [words_of(row) for row in read(pages.entity(japan)).all(".//table[@class='neighbours']/tbody/tr")]

    assert "in the same claim: commitmentUnited States state" in rows
    assert {e["label"] for e in found[japan]} == {"commitment"}
    assert not any(e["arrow"] for e in found[japan])
    assert found[japan] == found[states], "the same edge, from whichever end it is found"
    assert any("points here" in row for row in rows), "a link that has a direction keeps it"


def test_what_points_to_a_thing_is_counted_and_paged(
    report_graph: EmbeddedGraph, mutated: Callable[[str], EmbeddedGraph]
) -> None:
    things = " ".join(f"mkgd:thing-{i} skos:related state:NOR ." for i in range(120))
    pages = changed(report_graph, mutated, f"INSERT DATA {{ {things} state:NOR a mkg:State }}")
    numbers = []
    for number in (1, 2, 3, 9):
        page = read(pages.entity(DATA + "state/NOR", "en", number))
        numbers.append(len(page.all(".//details[@class='in']/ul/li")))
        assert "related concept 120" in words_of(page.all(".//p[@class='tally']")[0])
    assert numbers == [50, 50, 20, 20]


def test_what_points_to_a_thing_is_named_and_all_that_is_counted_is_listed(pages: Pages) -> None:
    consult = f"{PREFIXES['mkgv']}modality/consult"  # a member of a list, too
    tallies = []
    for lang in LANGUAGES:
        page = read(pages.entity(consult, lang))
        counted = words_of(page.all(".//h2[@id='incoming']/span")[0])
        assert int(counted) == len(page.all(".//details[@class='in']/ul/li")) == 3
        tallies.append(words_of(page.all(".//p[@class='tally']")[0]))
    report = read(pages.entity(DATA + "source/hawkins-2026-02-04"))

    assert tallies == ["top concept 1modality 2", "concepto superior 1modalidad 2"]
    assert "origin 1source 5" in words_of(report.all(".//p[@class='tally']")[0])


HOSTILE = """
  mkgd:evil a mkg:Instrument ; skos:prefLabel "<script>alert(1)</script>\\"'&"@en ;
    dcterms:description "</script><img src=x onerror=alert(1)>"@en ;
    rdfs:seeAlso <javascript:alert(1)> , <data:text/html,x> , <https://example.org/'onmouseover=alert(1)> ;
    schema:url "javascript:alert(2)"^^xsd:anyURI ; skos:note "]]></script><!--"@en .
  <https://w3id.org/mineralkg/id/%22%3E%3Cscript%3E> a mkg:Instrument ; mkg:related mkgd:evil .
"""


def test_values_of_the_data_cannot_act(report_graph: EmbeddedGraph, mutated: Callable[[str], EmbeddedGraph]) -> None:
    pages = changed(report_graph, mutated, f"INSERT DATA {{ {HOSTILE} }}")
    texts = [pages.entity(DATA + "evil"), pages.entity(DATA + "%22%3E%3Cscript%3E"), pages.home(), pages.ontology()]
    texts += [pages.browse(ONTOLOGY + "Instrument"), pages.question("instruments", {}), pages.question("measures", {})]
    for text in texts:
        page = read(text)
        for script in page.scripts:
            assert script.get("src", "/kg/assets/").startswith("/kg/assets/")
        assert not page.all(".//img[@src='x']")
        assert not [link for link in page.links if not link.startswith(("/kg/", "http://", "https://", "#"))]
        for element in page.all(".//script"):
            if "json" in element.get("type", ""):
                json.loads(element.text)
    evil = read(texts[0])
    assert words_of(evil.all(".//h1")[0]) == "<script>alert(1)</script>\"'&"
    assert "javascript:alert(1)" in words_of(evil.all(".//main")[0])


@pytest.mark.parametrize("value", ['"><script>alert(1)</script>', "javascript:alert(1)", "\0", "ñ' OR 1", "a" * 3000])
def test_what_a_reader_types_cannot_act(pages: Pages, value: str) -> None:
    by_type = {(p.type, p.many): (query, p) for query in all_queries() for p in query.parameters}
    for query, parameter in by_type.values():
        page = read(pages.question(query.name, {parameter.name: [value]}).replace("\0", "�"))
        assert all("src" in s or "json" in s["type"] for s in page.scripts)
        assert not [link for link in page.links if link.lower().startswith("javascript")]


def test_other_peoples_data_have_pages_too(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(
        "@prefix ex: <http://example.org/kg/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'ex:a a ex:Thing ; rdfs:label "A thing"@en ; ex:near ex:b, [ ex:size 3 ] . ex:b rdfs:label "Otra"@es .\n'
        'ex:Thing rdfs:label "thing" . ex:odd a "a text" .\n'
    )
    site = Site(mk.open(path), "http://example.org/kg/")
    pages = Pages(site, Links(site, BASE), today=TODAY)

    for lang in LANGUAGES:
        texts = [pages.entity(iri, lang) for _, iri in site.documents()]
        texts += [pages.home(lang), pages.sparql(lang), pages.browse("http://example.org/kg/Thing", lang)]
        for text in texts:
            read(text)
    assert "A thing" in pages.home() or "thing" in pages.home()
    assert "text" not in [unquote(link).rpartition("=")[2][-4:] for link in read(pages.home()).links]
    assert 'lang="es"' in pages.entity("http://example.org/kg/a")


# Questions


@pytest.mark.parametrize("name", names())
def test_the_page_of_a_question_shows_an_answer_and_how_to_ask_elsewhere(pages: Pages, name: str) -> None:
    page = read(pages.question(name, {}))
    query = next(q for q in all_queries() if q.name == name)
    fields = {e.get("name") for tag in ("input", "select") for e in page.all(f".//form//{tag}")}

    assert fields == {p.name for p in query.parameters}
    assert page.all(".//div[@class='scroll answer']") or page.all(".//p[@class='notice']")
    for suffix in ("csv", "json", "xlsx"):
        assert any(f"/kg/query/{name}.{suffix}" in link for link in page.links)
    text = words_of(page.all(".//main")[0])
    assert "curl --location" in text
    assert f"mk.open().query.{name}(" in text
    assert f"mineralkg query {name}" in text
    if query.view and query.view.kind != "map":
        assert page.all(".//figure")


def test_the_python_that_a_page_shows_gives_its_rows(pages: Pages) -> None:
    page = read(pages.question("deadlines", {"as_of": ["2026-03-10"], "overdue_only": ["true"]}))
    code = next(words for e in page.all(".//pre") if "mk.open" in (words := "".join(e.itertext())))
    names: dict[str, Any] = {}
    exec(code.replace("rows.to_csv", "(lambda path: None)"), names)

    assert len(names["rows"]) == len(page.all(".//div[@class='scroll answer']//tbody")) == 1


def test_a_wrong_value_is_said_at_its_field(pages: Pages) -> None:
    page = read(pages.question("commitments_of", {"partner": ["Japn"]}))
    wrong = page.all(".//p[@id='wrong-partner']")

    assert "Did you mean JPN (Japan)?" in words_of(wrong[0])
    assert "wrong-partner" in page.all(".//select")[0].get("aria-describedby")
    assert not page.all(".//div[@class='scroll answer']")


@pytest.mark.parametrize("name", names())
def test_an_optional_choice_that_a_form_offers_has_an_answer(site: Site, pages: Pages, name: str) -> None:
    query, page = find(name), read(pages.question(name, {}))
    example = {p.name: p.example for p in query.parameters if p.required}
    for parameter in query.parameters:
        if parameter.required or parameter.name not in query.columns or not parameter.type_iri:
            continue
        options = [
            *page.all(f".//select[@name='{parameter.name}']/option"),
            *page.all(f".//input[@name='{parameter.name}']"),
        ]
        values = [value for e in options if (value := e.get("value"))]
        assert values
        for value in values:
            assert len(getattr(site.kg.query, name)(**example, **{parameter.name: value})) > 0, value


def test_a_choice_from_an_address_is_shown_though_it_has_no_answer(pages: Pages) -> None:
    page = read(pages.question("market_shares", {"holder": ["JPN"]}))

    assert "JPN" in [e.get("value") for e in page.all(".//option") if e.get("selected") is not None]


def test_from_a_question_to_the_words_it_takes_no_click(pages: Pages) -> None:
    page = read(pages.question("partner_commitments", {"partner": ["JPN"]}))
    rows = page.all(".//div[@class='scroll answer']//tbody")

    assert rows
    assert all(row.findall(".//q[@class='words']") for row in rows)
    assert all(any("/claim/" in a.get("href") for a in row.findall(".//a")) for row in rows)


def test_an_embedded_answer_is_the_answer_alone(pages: Pages) -> None:
    page = read(pages.question("deadlines", {"as_of": ["2026-03-10"], "embed": ["1"]}))

    assert not page.all(".//header")
    assert page.all(".//div[@class='scroll answer']")
    assert page.text.index("<table") < page.text.index("<form")


def test_a_copy_without_a_server_brings_what_its_script_needs(site: Site) -> None:
    pages = Pages(site, Links(site, BASE), local="/kg/dump.nq")
    page = read(pages.question("market_shares", {}))
    if "built/question.js" not in assets():
        pytest.skip("the scripts are not built: make web")
    told = next(json.loads(e.text) for e in page.all(".//script") if e.get("id") == "question-data")

    assert told["data"] == "/kg/dump.nq"
    parameters = {p["name"]: p for p in told["parameters"]}
    assert parameters["holder"]["values"]["CHN"] == DATA + "state/CHN"
    assert parameters["stage"]["many"] is True


def test_there_is_no_page_for_what_there_is_not(pages: Pages) -> None:
    with pytest.raises(UnknownQuery):
        pages.question("nothing", {})
    with pytest.raises(UsageError):
        pages.browse("not an <iri>")


@pytest.mark.parametrize(
    ("id", "title", "command"),
    [
        ("http-etag", "Check your own site", "mineralkg publish check https://example.org/"),
        ("Actor-kind", "Check your own file", "mineralkg check my-file.ttl"),
    ],
)
def test_a_rule_names_the_command_that_judges_it(pages: Pages, id: str, title: str, command: str) -> None:
    page = read(pages.rule(id))

    assert [words_of(h) for h in page.all(".//h2")][-1] == title
    assert words_of(page.all(".//pre[@id='command']")[0]).startswith(f"{command} mineralkg rules {id}")


# Home, pictures, words


def test_deadlines_are_judged_on_the_day_given(site: Site) -> None:
    def sections(today: dt.date) -> dict[str, str]:
        page = read(Pages(site, Links(site, BASE), today=today).home())
        section = next(s for s in page.all(".//section") if s.get("aria-labelledby") == "deadlines")
        text = words_of(section)
        return {"upcoming": text.partition("Upcoming")[2].partition("Lapsed")[0], "lapsed": text.partition("Lapsed")[2]}

    before, between, after = (sections(dt.date(2026, month, 20)) for month in (2, 3, 4))
    assert "days left" in before["upcoming"]
    assert "No deadline on record has passed" in before["lapsed"]
    assert "16 days left" in between["upcoming"]
    assert "14 days ago" in between["lapsed"]
    assert "No deadline on record lies ahead" in after["upcoming"]
    assert after["lapsed"].count("ago") == 2


def test_the_front_page_counts_what_the_graph_holds(site: Site, pages: Pages) -> None:
    page = read(pages.home())
    shown = dict(words_of(a).split(" ", 1)[::-1] for a in page.all(".//ul[@class='figures']//a"))
    count = site.graph.ask_model("SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { ?x a mkg:Claim }")[0].n

    assert shown["claims"] == str(count)
    heat = [words_of(td) for td in page.all(".//table[@class='heat']/tbody//td")]
    drawn = sum(int(text) for text in heat if text.isdigit())
    counted = """
      SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?c ?m ?s { ?c mkg:concernsMaterial|mkg:concernsForm ?m
      OPTIONAL { ?c mkg:concernsStage ?s } } }
    """
    assert drawn == site.graph.ask_model(counted)[0].n


def test_downloads_show_size_and_checksum_where_they_are_known(pages: Pages) -> None:
    page = read(pages.home("en", [Dump("nq", 2_048_000, "ab" * 32), Dump("nq.gz", 1024, "cd" * 32)]))
    rows = [" ".join(map(words_of, row)) for row in page.all(".//section//tbody/tr")]

    assert f"N-Quads 2,000 KB {'ab' * 32}" in rows
    assert [row.split()[0] for row in rows if row.startswith(("N-Triples", "Turtle", "TriG"))] == [
        "N-Triples",
        "Turtle",
        "TriG",
    ]
    assert f"N-Quads (gz) 1 KB {'cd' * 32}" in rows


@pytest.mark.parametrize(
    ("number", "most", "expected"), [(0, 9, 0), (1, 9, 1), (5, 9, 2), (9, 9, 4), (1, 1, 4), (1, 1000, 1)]
)
def test_a_field_is_as_dark_as_its_number(number: int, most: int, expected: int) -> None:
    assert shade(number, most) == expected


def test_a_bar_is_as_long_as_its_number() -> None:
    found = [(Value("a", "text"), 90.0), (Value("b", "text"), 45.0)]

    assert [bar.percent for bar in bars(found)] == [100.0, 50.0]
    assert [bar.percent for bar in bars(found, 100)] == [90.0, 45.0]
    assert bars([]) == []


@pytest.mark.parametrize(
    ("lang", "items", "expected"),
    [
        ("en", [], ""),
        ("en", ["a"], "a"),
        ("en", ["a", "b", "c"], "a, b and c"),
        ("es", ["Mali", "India"], "Mali e India"),
    ],
)
def test_lists_read_as_sentences_do(lang: str, items: list[str], expected: str) -> None:
    assert words(lang).listed(items) == expected


@pytest.mark.parametrize(
    ("lang", "name", "expected"),
    [
        ("en", "United States Department of State", "the United States Department of State"),
        ("en", "Netherlands", "the Netherlands"),
        ("en", "Netherlandish painters", "Netherlandish painters"),
        ("es", "Departamento de Estado", "el Departamento de Estado"),
        ("es", "México", "México"),
    ],
)
def test_names_take_the_article_of_the_language(lang: str, name: str, expected: str) -> None:
    assert words(lang).called(name) == expected


def test_spanish_draws_words_together() -> None:
    assert words("es").contracted("Cargo de el Departamento de El Salvador") == "Cargo del Departamento de El Salvador"
    assert words("en").contracted("Post of el Departamento de el Interior") == "Post of el Departamento de el Interior"


@pytest.mark.parametrize(
    ("lang", "number", "expected"),
    [("en", 6687, "6,687"), ("es", 6687, "6687"), ("es", 0.5, "0,5"), ("es", 1234567, "1\u202f234\u202f567")],
)
def test_numbers_are_written_as_the_language_writes_them(lang: str, number: int, expected: str) -> None:
    assert words(lang).number(number) == expected
