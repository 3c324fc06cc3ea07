"""The pages in a browser: with scripts and without, on a phone and in the dark, and no other host is asked."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from serving import serving

import mineralkg as mk
from mineralkg.languages import LANGUAGES
from mineralkg.publishing import Links, Site
from mineralkg.publishing.pages import assets
from mineralkg.publishing.pages.environment import words
from mineralkg.publishing.pages.question import question
from mineralkg.publishing.pages.reading import Reader
from mineralkg.publishing.proof.folder import Folder
from mineralkg.publishing.proof.folder import serving as serving_files
from mineralkg.queries import all_queries

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parent.parent
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGES = {
    "home": "",
    "instrument": "doc/instrument/us-mexico-action-plan",
    "claim": "doc/claim/hawkins-2026-02-04-c18",
    "state": "doc/state/USA",
    "source": "doc/source/hawkins-2026-02-04",
    "concept": "doc/vocab/modality/intend",
    "questions": "query",
    "map": "query/partner_commitments",
    "timeline": "query/deadlines",
    "shares": "query/market_shares",
    "wrong": "query/commitments_of?partner=Japn",
    "ontology": "ontology",
    "scheme": "vocab/modality",
    "rules": "rules",
    "rule": "rules/Claim-certainty",
    "sparql": "sparql",
    "interface": "api",
    "browse": "browse?class=https%3A%2F%2Fw3id.org%2Fmineralkg%2Fontology%23Claim",
    "spanish": "doc/instrument/us-mexico-action-plan?lang=es",
}
built = pytest.mark.skipif("built/graph.js" not in assets(), reason="the scripts are not built: make web")


def _browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    return found


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    _browser()
    with serving("--rate", "0") as running:
        yield running.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright")
    with playwright.sync_playwright() as driver:
        # In a container there is no sandbox to be had; these pages are our own.
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        started = driver.chromium.launch(executable_path=_browser(), args=arguments)
        yield started
        started.close()


class Watched:
    """A page that remembers what it complained of, and what it asked of which host."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.page: Page = context.new_page()
        self.site = site
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _request(self, request: Any) -> None:
        self.asked.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.site).netloc:
            self.elsewhere.append(request.url)

    def go(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def check(self) -> None:
        assert self.complaints == []
        assert self.elsewhere == []


@contextmanager
def watching(browser: Browser, site: str, **options: Any) -> Iterator[Watched]:
    """Give a page in a browser of its own, and hold it to no complaint and no request elsewhere when the block ends."""
    context = browser.new_context(locale="en", **options)
    page = Watched(context, site)
    yield page
    page.check()
    context.close()


@pytest.fixture
def watched(browser: Browser, site: str) -> Iterator[Watched]:
    with watching(browser, site) as page:
        yield page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_quietly_and_without_scripts_too(browser: Browser, site: str, name: str) -> None:
    seen = {}
    for scripts in (True, False):
        with watching(browser, site, java_script_enabled=scripts) as page:
            page.go(PAGES[name])
            seen[scripts] = page.page.locator("main h1").inner_text(), page.page.locator("main a").count()
            assert page.page.locator("main").inner_text().strip()
    assert seen[True] == seen[False]


def violations(page: Page) -> list[Any]:
    """Return what axe finds against WCAG 2.2 AA and good practice; skip where axe is not installed."""
    if not AXE.is_file():
        pytest.skip("axe is not installed: npm ci --prefix web")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", tags)
    return [
        (v["id"], v["help"], [node["html"][:160] for node in v["nodes"][:3]], v["nodes"][0]["failureSummary"])
        for v in found["violations"]
    ]


LOOKS = [(name, look) for name in PAGES for look in ("light", "phone")]
DARK = [(name, "dark") for name in ("home", "instrument", "claim", "map", "ontology", "rule", "sparql", "wrong")]


@pytest.mark.parametrize(("name", "look"), LOOKS + DARK)
def test_axe_finds_nothing(browser: Browser, site: str, name: str, look: str) -> None:
    size = {"width": 390, "height": 844} if look == "phone" else {"width": 1280, "height": 900}
    context = browser.new_context(
        locale="en",
        viewport=size,  # type: ignore[arg-type]
        color_scheme="dark" if look == "dark" else "light",
    )
    page = Watched(context, site).go(PAGES[name])
    page.wait_for_load_state("networkidle")
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    told = violations(page)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()

    assert told == []
    assert not wide, "the page scrolls sideways"


def test_a_form_leads_to_an_answer_and_to_the_words(watched: Watched) -> None:
    page = watched.go("query/commitments_of")
    page.select_option("select[name=partner]", label="Japan")
    page.click("form.question button")
    page.wait_for_url("**/query/commitments_of?partner=JPN")
    words = page.locator(".answer q.words").all_inner_texts()
    page.click(".answer tbody >> nth=0 >> a[href*='/claim/']")

    assert any("coordinated plans on critical minerals supply chains" in text for text in words)
    passages = page.locator("section.own blockquote q").all_inner_texts()
    assert passages
    assert all(any(passage in text for text in words) for passage in passages)


@pytest.mark.parametrize("width", [1280, 500])
def test_an_answer_is_no_wider_than_its_box(browser: Browser, site: str, width: int) -> None:
    with watching(browser, site, viewport={"width": width, "height": 900}) as watched:
        for name in ("deadlines", "promised_instruments", "evidence_for"):
            box = watched.go(f"query/{name}").locator(".answer")
            assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), name


def test_what_a_table_shows_is_said_within_the_page(browser: Browser, site: str) -> None:
    with watching(browser, site, viewport={"width": 500, "height": 900}) as watched:
        page = watched.go("?lang=es")
        said = page.locator("#heat").evaluate("said => said.getBoundingClientRect().right")
        shown = page.locator(".scroll:has(.heat)").evaluate("box => box.getBoundingClientRect().right")

    assert said <= shown


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (500, False)])
def test_the_timeline_comes_before_the_facts_or_beside_them(
    browser: Browser, site: str, width: int, beside: bool
) -> None:
    with watching(browser, site, viewport={"width": width, "height": 900}) as watched:
        page = watched.go("doc/instrument/us-mexico-action-plan")
        timeline, facts = (
            page.locator(f"section[aria-labelledby='{name}']").bounding_box() for name in ("timeline", "facts")
        )
        side = page.locator("aside").bounding_box()

    assert timeline
    assert facts
    assert side
    assert (timeline["x"] > facts["x"] + facts["width"]) == beside
    assert timeline["y"] + timeline["height"] <= side["y"]
    assert beside or timeline["y"] + timeline["height"] <= facts["y"]


# The facts whose basis stands on a line below the last one of the value.
ALONE = """
() => [...document.querySelectorAll(".facts dd")].filter((fact) => {
  const basis = fact.querySelector(".basis, .evidence > summary");
  const lines = [...fact.firstElementChild.getClientRects()];
  return basis.getBoundingClientRect().top >= lines.at(-1).bottom;
}).length
"""


@pytest.mark.parametrize("width", [1280, 500, 390])
def test_what_a_fact_rests_on_follows_its_last_word(browser: Browser, site: str, width: int) -> None:
    with watching(browser, site, viewport={"width": width, "height": 900}) as watched:
        page = watched.go("doc/claim/hawkins-2026-02-04-c22b")
        assert page.locator(".facts dd").count() > 10
        assert page.evaluate(ALONE) == 0


def test_evidence_is_one_click_away(watched: Watched) -> None:
    page = watched.go("doc/instrument/us-mexico-action-plan")
    fact = page.locator(".facts dd", has=page.get_by_role("link", name="Mexico", exact=True)).first
    assert not fact.locator("blockquote").first.is_visible()
    fact.locator("summary").click()

    assert fact.locator("blockquote").first.is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_folded_is_on_paper(browser: Browser, site: str, scripts: bool) -> None:
    with watching(browser, site, java_script_enabled=scripts) as watched:
        page = watched.go("doc/instrument/us-eu-japan-joint-statement")
        page.emulate_media(media="print")
        folded = page.locator("details:not([open]) blockquote q").all()
        heights = [quote.bounding_box() for quote in folded]

    assert len(heights) > 10
    assert all(box and box["height"] > 0 for box in heights)


@built
def test_the_graph_opens_grows_and_closes_by_keyboard(watched: Watched) -> None:
    page = watched.go("doc/instrument/us-mexico-action-plan")
    button = page.get_by_role("button", name="Open as a graph")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] canvas")
    assert violations(page) == []
    kinds = page.locator("dialog .legend li").count()
    said = page.locator("dialog [aria-live]")
    first = said.inner_text()
    page.keyboard.press("ArrowRight")
    second = said.inner_text()
    assert page.get_by_text("Arrow keys move between things").is_visible(), "the help stays while things are named"
    with page.expect_response(lambda response: "/doc/" in response.url):
        page.keyboard.press("Enter")
    target = page.locator("dialog .graph-bar a").get_attribute("href")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")

    assert first.startswith("United States–Mexico action plan")
    assert second != first
    assert kinds > 3
    assert target
    assert target.startswith("/doc/")
    assert button.evaluate("element => element === document.activeElement")
    assert page.locator("table.neighbours tbody tr").count() > 3


# Cytoscape keeps itself in the element that it draws in.
NAMES = """
() => {
  const { cy } = document.querySelector("dialog .graph")._cyreg;
  const boxes = cy.nodes().map((node) => node.boundingBox({ includeEdges: false }));
  const over = (a, b) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
  const whole = cy.elements().boundingBox();
  return {
    size: cy.zoom() * Math.min(...cy.elements().map((part) => part.numericStyle("font-size"))),
    covered: boxes.filter((box, i) => boxes.slice(i + 1).some((other) => over(box, other))).length,
    shape: whole.w / whole.h,
    number: boxes.length,
  };
}
"""
OPENED = """
(end) => new Promise((resolve, reject) => {
  const { cy } = document.querySelector("dialog .graph")._cyreg;
  cy.one("layoutstop", () => resolve());
  setTimeout(() => reject(new Error("nothing was laid out")), 10000);
  cy.nodes(`[id $= "${end}"]`).emit("tap");
})
"""


@built
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (500, 900)])
def test_the_names_in_the_graph_are_readable_and_cover_no_other(
    browser: Browser, site: str, width: int, height: int
) -> None:
    with watching(browser, site, viewport={"width": width, "height": height}) as watched:
        page = watched.go("doc/state/JPN")
        page.get_by_role("button", name="Open as a graph").click()
        page.wait_for_selector("dialog[open] canvas")
        first = page.evaluate(NAMES)
        page.evaluate(OPENED, "us-eu-japan-joint-statement")
        grown = page.evaluate(NAMES)
        legend = page.locator("dialog .legend svg").evaluate_all("pictures => pictures.map(p => p.innerHTML)")

    assert grown["number"] > first["number"]
    assert len(legend) > 10
    assert len(set(legend)) == len(legend), "no two kinds look alike"
    for seen in (first, grown):
        assert seen["size"] >= 11
        assert seen["covered"] == 0
        assert (seen["shape"] > 1.4) == (width > height), "the picture follows the shape of its box"


@built
def test_the_editor_completes_runs_and_says_what_is_wrong(watched: Watched) -> None:
    page = watched.go("sparql")
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("SELECT ?c WHERE { ?c a mkg:AbsenceC", delay=10)
    page.wait_for_selector(".cm-tooltip-autocomplete")
    page.wait_for_timeout(150)
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_selector("#results table")
    assert page.locator("#results tbody tr").count() == 1
    assert page.locator("#results tbody a").get_attribute("href") == "/id/claim/hawkins-2026-02-04-c29"

    assert violations(page) == []

    page.select_option("#examples", "deadlines")
    assert "mkg:hasDeadline" in editor.inner_text()
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("SELECT nothing")
    page.click("form button.primary")
    page.wait_for_selector("#results [role=alert]")
    assert "ends too early" in page.locator("#results").inner_text()
    watched.complaints = [c for c in watched.complaints if "400" not in c]  # the browser's own line about the answer


@built
def test_a_query_comes_from_the_page_of_its_question(watched: Watched) -> None:
    page = watched.go("query/deadlines?as_of=2026-03-10")
    page.locator("summary", has_text="The SPARQL").click()
    page.get_by_role("link", name="Open in the editor").click()
    page.wait_for_selector(".cm-content")
    assert "2026-03-10" in page.locator(".cm-content").inner_text()
    page.click("form button.primary")
    page.wait_for_selector("#results table")

    assert page.locator("#results tbody tr").count() == 2


def test_the_query_page_answers_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(locale="en", java_script_enabled=False)
    page = Watched(context, site).go("sparql")
    page.fill("textarea", "SELECT ?quote WHERE { ?claim a mkg:AbsenceClaim ; mkg:words ?quote }")
    page.click("form button.primary")
    assert "stops short of establishing a formal action plan" in page.locator("#results tbody").inner_text()

    page.select_option("#examples", "deadlines")
    page.click("form.examples button")
    assert "mkg:hasDeadline" in page.locator("textarea").input_value()
    assert not page.locator("#editor-help").is_visible()
    context.close()


@pytest.fixture(scope="module")
def files(shipped_site: Path) -> Iterator[str]:
    """The site as files, from a host that does no more than find them."""
    _browser()
    with serving_files(Folder(shipped_site)) as address:
        yield address


@pytest.fixture
def copied(browser: Browser, files: str) -> Iterator[Watched]:
    with watching(browser, files) as page:
        yield page


@built
def test_a_question_is_answered_without_a_server(copied: Watched) -> None:
    page = copied.go("query/commitments_of")
    assert not any("oxigraph" in url or "dump" in url for url in copied.asked), "the data are fetched when asked for"
    page.select_option("select[name=partner]", label="Japan")
    page.click("form.question button")
    page.wait_for_selector("#answer-section table.asked")
    rows = page.locator("#answer-section tbody tr").all_inner_texts()

    assert any("coordinated plans on critical minerals supply chains" in row for row in rows)
    assert any(url.endswith("/dump.nq") for url in copied.asked)
    assert page.url.endswith("?partner=JPN")
    assert page.locator("#permalink").get_attribute("href") == page.url
    assert "state/JPN" in (page.locator("#sparql code").text_content() or "")
    assert not page.locator("a.button[href$='.csv']").is_visible(), "that file has the answer to the example"
    page.locator("#answer-section tbody a[href*='/claim/']").first.click()
    assert page.locator("section.own blockquote q").count() > 0


@built
def test_an_answer_without_a_server_reads_well_on_a_phone(browser: Browser, files: str) -> None:
    with watching(browser, files, viewport={"width": 390, "height": 844}) as page:
        page.go("query/commitments_of?partner=JPN")
        page.page.wait_for_selector("#answer-section table.asked")
        told = violations(page.page)
        wide = page.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        cards = page.page.locator("table.asked tbody").count()

    assert told == []
    assert not wide, "the page scrolls sideways"
    assert cards > 1


@built
def test_a_permanent_link_and_a_typed_value_are_answered_without_a_server(copied: Watched) -> None:
    page = copied.go("query/deadlines?as_of=2026-03-10&overdue_only=true")
    page.wait_for_selector("#answer-section table.asked")
    assert page.locator("#answer-section tbody tr").count() == 1
    page = copied.go("query/commitments_of?partner=Japn")
    page.wait_for_selector("#answer-section [role=alert]")
    assert "“Japn” is not known here" in page.locator("#answer-section").inner_text()


@built
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_has_the_same_answer_without_a_server(copied: Watched, lang: str) -> None:
    site = Site(mk.open())
    reader = Reader(site, Links(site, site.base), words(lang))
    folder = "" if lang == "en" else f"{lang}/"
    for query in all_queries():
        given = {p.name: p.example for p in query.parameters if p.required or p.name == "partner"}
        if not query.parameters:
            continue  # its page has no form, and the answer on it is that of the files
        expected = question(reader, query.name, {name: [value] for name, value in given.items()})
        page = copied.go(f"{folder}query/{query.name}?{urlencode(given)}")
        if not given:
            page.click("form.question button")
        page.wait_for_selector("#answer-section:not([aria-busy]) :is(table.asked, .notice)", state="attached")
        assert page.locator("#answer-section [role=alert]").count() == 0, (
            query.name,
            page.inner_text("#answer-section"),
        )
        rows = page.evaluate(
            "[...document.querySelectorAll('table.asked tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
        )
        assert len(rows) == expected.total, query.name
        shown = [[", ".join(value.text for value in cell) for cell in row] for row in expected.rows]
        assert rows[: len(shown)] == shown, query.name


@built
def test_any_query_is_answered_without_a_server(copied: Watched) -> None:
    page = copied.go("es/sparql")
    page.click("form button.primary")
    page.wait_for_selector("#results table")
    assert page.locator("#results tbody tr").count() == 20
    assert violations(page) == []
    page.locator("#results tbody a").first.click()
    assert page.locator("main h1").count() == 1


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@built
def test_a_query_that_takes_too_long_leaves_the_page_usable_and_ends(copied: Watched) -> None:
    page = copied.page
    page.clock.install()
    copied.go(f"sparql#{urlencode({'query': ENDLESS})}")
    results = page.locator("#results")
    with page.expect_response(lambda response: response.url.endswith("/dump.nq")):
        page.click("form button.primary")
    page.wait_for_timeout(3000)  # the data are read, and it runs
    page.select_option("#examples", "deadlines")
    assert "mkg:hasDeadline" in page.locator(".cm-content").inner_text()
    page.clock.fast_forward(31_000)
    page.wait_for_selector("#results [role=alert]")
    assert "within 30 seconds" in results.inner_text()

    page.click("form button.primary")
    page.wait_for_selector("#results table")


@built
def test_a_query_can_be_stopped_and_another_takes_its_place(copied: Watched) -> None:
    page = copied.go(f"es/sparql#{urlencode({'query': ENDLESS})}")
    page.click("form button.primary")
    page.get_by_role("button", name="Detener").click()
    page.wait_for_selector("#results [role=alert]")
    assert "se detuvo" in page.locator("#results").inner_text()

    page.click("form button.primary")
    page.select_option("#examples", "deadlines")
    page.click("form button.primary")
    page.wait_for_selector("#results table")
    assert page.locator("#results [role=alert]").count() == 0


@built
def test_an_error_names_the_place_in_the_text_of_the_reader(copied: Watched) -> None:
    page = copied.go(f"sparql#{urlencode({'query': 'SELECT nothing'})}")
    page.click("form button.primary")
    page.wait_for_selector("#results [role=alert]")

    assert page.locator("#results").inner_text().startswith("error at 1:15:")


@built
def test_only_pages_that_ask_may_run_the_engine(copied: Watched) -> None:
    allowed = {}
    for path in ("", "doc/state/JPN", "query/deadlines", "sparql"):
        copied.go(path)
        policy = copied.page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
        assert "default-src 'none'" in policy
        allowed[path] = "wasm-unsafe-eval" in policy
    assert allowed == {"": False, "doc/state/JPN": False, "query/deadlines": True, "sparql": True}


@built
def test_the_graph_of_a_thing_grows_without_a_server(copied: Watched) -> None:
    page = copied.go("doc/instrument/us-mexico-action-plan")
    page.get_by_role("button", name="Open as a graph").click()
    page.wait_for_selector("dialog[open] canvas")
    page.keyboard.press("ArrowRight")
    with page.expect_response(lambda response: "/doc/" in response.url) as fetched:
        page.keyboard.press("Enter")
    assert fetched.value.status == 200
    page.keyboard.press("Escape")


def test_pages_of_files_are_whole_without_scripts(browser: Browser, files: str) -> None:
    with watching(browser, files, java_script_enabled=False) as page:
        page.go("query/commitments_of")
        assert page.page.locator(".answer tbody tr").count() > 0
        assert "with JavaScript" in page.page.locator("noscript").inner_text()
        page.page.get_by_role("link", name="Español").click()
        assert page.page.url.endswith("/es/query/commitments_of")


def test_the_reader_can_change_the_language(watched: Watched) -> None:
    page = watched.go("doc/instrument/us-mexico-action-plan")
    page.get_by_role("link", name="Español").click()
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator("h1").inner_text().startswith("Plan de acción")
    page.get_by_role("link", name="México", exact=True).first.click()

    assert page.locator("html").get_attribute("lang") == "es"
    assert re.search(r"[?&]lang=es", page.url)


def test_english_can_be_chosen_in_a_browser_set_to_spanish(browser: Browser, site: str) -> None:
    context = browser.new_context(locale="es-MX")
    page = Watched(context, site).go("doc/instrument/us-mexico-action-plan")
    assert page.locator("html").get_attribute("lang") == "es"
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Mexico", exact=True).first.click()

    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def test_on_paper_nothing_is_folded_and_links_are_spelt_out(watched: Watched) -> None:
    page = watched.go("doc/instrument/us-mexico-action-plan")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    folded = page.locator("details:not([open])").count()
    shown = page.locator(".top nav").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert folded == 0
    assert not shown
    assert page.locator("details:not([open])").count() > 3
