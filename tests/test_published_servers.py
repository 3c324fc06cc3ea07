"""The proof works on other people's servers: what is known to be wrong with two of them is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.servers import EXAMPLE, serving
from mineralkg.publishing.proof import prove

# Both answer queries, and neither publishes linked data: no IRI leads anywhere.
BROKEN = {
    # It sends a body after HEAD, ignores q=0 and lets no cache know that answers depend on Accept.
    "oxigraph": {
        "conneg-q-zero",
        "conneg-vary",
        "http-cors",
        "http-etag",
        "http-head",
        "http-preflight",
        "ld-resolves",
    },
    # It answers XML to whoever asks otherwise, and asks the whole graph whatever graph is named.
    "rdflib-endpoint": {
        "conneg-406",
        "conneg-accept",
        "conneg-case",
        "conneg-vary",
        "http-head",
        "ld-resolves",
        "page-off-host",
        "service-description",
        "sparql-dataset",
        "sparql-malformed",
        "sparql-results",
    },
}
HELD = {"sparql-get", "sparql-post-form", "sparql-post-direct", "sparql-ask", "sparql-update", "sparql-same-results"}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_wrong_with_a_server_is_found(name: str, tmp_path: Path) -> None:
    with serving(name, EXAMPLE, tmp_path) as base:
        outcome = prove(base)

    assert outcome.broken >= BROKEN[name]
    assert outcome.held >= HELD
