"""Files with all data are described by their size and digest, and the proof counts both again."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from perfect_site import Fault, served
from serving import serving

import mineralkg as mk
from mineralkg.publishing.proof import prove
from mineralkg.publishing.static import publish_files

DCAT, SPDX = "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#"
BASE = "https://example.org/kg/"
THING = f"<{BASE}a> <http://www.w3.org/2000/01/rdf-schema#label> 'a' ."


def _measures(void: bytes) -> dict[str, tuple[str | None, str | None]]:
    """Return by address the size and the SHA-256 that a description states of each file."""
    store = ox.Store()
    store.load(void, format=ox.RdfFormat.TURTLE)
    rows = store.query(
        f"""PREFIX dcat: <{DCAT}> PREFIX spdx: <{SPDX}> SELECT ?url ?size ?digest WHERE {{
        ?file a dcat:Distribution ; dcat:downloadURL ?url . OPTIONAL {{ ?file dcat:byteSize ?size }}
        OPTIONAL {{ ?file spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
                                          spdx:checksumValue ?digest ] }} }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    return {
        row["url"].value: (row["size"] and row["size"].value, row["digest"] and row["digest"].value) for row in rows
    }


def test_files_state_theirs(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(THING)
    out = tmp_path / "out"
    publish_files(mk.open(tmp_path / "data.ttl"), out, base_url=BASE, licence=BASE, today=dt.date(2026, 11, 28))

    stated = _measures((out / "void.ttl").read_bytes())

    assert len(stated) == 6
    for url, measures in stated.items():
        data = (out / url.removeprefix(BASE)).read_bytes()
        assert measures == (str(len(data)), hashlib.sha256(data).hexdigest())
    assert {hashlib.sha256(data := p.read_bytes()).hexdigest() for p in out.glob("dump.*")} == {
        digest for _, digest in stated.values()
    }


def test_a_server_states_them_once_they_are_made() -> None:
    with serving("--rate", "0") as running, httpx.Client(base_url=running.url, timeout=30) as client:
        for _ in range(100):
            void = client.get("void.ttl")
            stated = _measures(void.content)
            if all(size for size, _ in stated.values()):
                break
            time.sleep(0.1)
        home = client.get("/", headers={"accept": "text/turtle"})

        assert len(stated) == 4
        assert _measures(home.content) == stated
        for url, measures in stated.items():
            data = client.get(url, headers={"accept-encoding": "identity"}).content
            assert measures == (str(len(data)), hashlib.sha256(data).hexdigest())


def _digest(algorithm: str, digest: str | None = None) -> Callable[[str], str]:
    """Return what states another digest of the dump of the site without a fault: the right one where none is given."""

    def change(text: str) -> str:
        if "{sha256}" not in text and "checksumAlgorithm" not in text:
            return text
        told = text.replace("checksumAlgorithm_sha256", f"checksumAlgorithm_{algorithm}")
        before, _, rest = told.partition('spdx:checksumValue "')
        return f'{before}spdx:checksumValue "{digest}{rest[rest.index(chr(34)) :]}' if digest else told

    return change


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha512", "sha256"])
def test_a_wrong_digest_is_found_whatever_its_algorithm(algorithm: str) -> None:
    with served(Fault(texts=_digest(algorithm, "00" * hashlib.new(algorithm).digest_size))) as base:
        outcome = prove(base)

    assert outcome.broken == {"dcat-distribution"}
    assert any(f"spdx:checksumValue {algorithm} 0000" in (f.note or "") for f in outcome.report)


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ("dcat:byteSize {size}", "dcat:byteSize {size}.0", False),
        ("dcat:byteSize {size}", 'dcat:byteSize "{size}"', False),
        ("dcat:byteSize {size}", 'dcat:byteSize "much"', True),
        ("dcat:byteSize {size}", "dcat:byteSize 0", True),
        ("checksumAlgorithm_sha256", "checksumAlgorithm_blake3", False),  # which is not one that Python has
    ],
)
def test_numbers_are_read_as_they_are_written(old: str, new: str, broken: bool) -> None:
    def texts(text: str) -> str:
        # The facts are filled in before a fault is; what is written there is found by its shape.
        import re

        pattern = re.escape(old).replace(re.escape("{size}"), "([0-9]+)")
        return re.sub(pattern, lambda match: new.replace("{size}", match[1] if match.groups() else ""), text)

    with served(Fault(texts=texts)) as base:
        outcome = prove(base)

    assert ("dcat-distribution" in outcome.broken) is broken
