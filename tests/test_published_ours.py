"""Our own server is held to what it asks of others."""

from __future__ import annotations

from serving import serving

from mineralkg.namespaces import ROOT
from mineralkg.publishing.proof import Bounds, prove


def test_our_server_passes() -> None:
    with serving("--rate", "0") as running:
        outcome = prove(running.url, bounds=Bounds(pages=80))

    assert [f"{f.file} {f.rule} {f.note}" for f in outcome.report] == []
    assert len(outcome.held) > 80
    assert any(ROOT in note for note in outcome.report.notes)  # it found by itself what the IRIs begin with
