"""The site as files: the same bytes each time, nothing of others touched, and no finding of `publish check`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import mineralkg as mk
from mineralkg.errors import UsageError
from mineralkg.publishing.proof import Bounds, prove
from mineralkg.publishing.static import Published, publish_files

TODAY = dt.date(2026, 1, 31)


def _publish(folder: Path) -> Published:
    return publish_files(mk.open(), folder, today=TODAY)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_site_is_reproducible_incremental_and_right(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    first = _publish(one)
    _publish(two)
    assert _bytes(one) == _bytes(two)
    assert [f"{f.file} {f.rule} {f.note}" for f in prove(one, bounds=Bounds(pages=60)).report] == []

    (one / "mine.txt").write_text("mine")
    before = (one / "index.html").stat().st_mtime_ns
    (one / "robots.txt").write_text("changed")
    again = _publish(one)
    assert (again.written, again.unchanged, again.removed) == (1, first.written - 1, 0)
    assert (one / "index.html").stat().st_mtime_ns == before
    assert (one / "mine.txt").read_text() == "mine"


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError):
        _publish(tmp_path)
