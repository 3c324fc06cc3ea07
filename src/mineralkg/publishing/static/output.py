"""A folder that is published again and again: what did not change is not touched, what is no longer wanted goes.

A manifest names every file that was written; nothing else is ever removed. It grows while files are written, so that an
interrupted run is known to the next one. Several processes may write, each into a share of its own.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import IO

from mineralkg.errors import UsageError
from mineralkg.publishing.static.sorting import holds, missing_from, sorted_lines

__all__ = ["MANIFEST", "Output", "Share", "Shares", "file_of", "told_in_words"]

MANIFEST = ".mineralkg-published"
_PART = f"{MANIFEST}.part"
_NEW = ".mineralkg-new"  # what a file is called until it is whole
_SUFFIX = 2  # so much longer than "html" is the longest suffix of a form
_ROOM = 40  # so many bytes a path may grow by: suffixes, further pages, the language
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FIRST = "# The files that `mineralkg publish` wrote here, and may remove again.\n"


@contextmanager
def told_in_words() -> Iterator[None]:
    """Raise what the file system refuses as a UsageError: a full disk or a missing right is no fault of ours."""
    try:
        yield
    except OSError as error:
        place = f"“{error.filename}” cannot be read or written" if error.filename else "A file cannot be written"
        raise UsageError(
            f"{place} ({error.strerror or error}). Publish into a folder that you may read and write, on a disk with "
            f"enough room; “{tempfile.gettempdir()}” holds what is sorted meanwhile."
        ) from error


@dataclass(frozen=True)
class Shares:
    """What a process needs to know to write to a folder: where it is, and where the lists of this run lie."""

    folder: Path
    work: Path

    def can_hold(self, name: str) -> bool:
        """Say whether a file of this name can be written, as far as that can be known before."""
        longest, deepest = _bounds(self.folder)
        fits = len(os.fsencode(self.folder / name)) + _ROOM <= deepest
        parts = name.split("/")
        return fits and _is_path(name) and max(len(part.encode()) for part in parts) + _SUFFIX <= longest

    def open(self, number: int) -> Share:
        """Return the share with this number, which nobody else has."""
        return Share(self, number)


class Share:
    """The folder as one process writes to it; the files that it names are its own."""

    def __init__(self, shares: Shares, number: int) -> None:
        self.folder = shares.folder
        self.written = self.unchanged = 0
        self._before = shares.work / "before"
        self._temporary = self.folder / f"{_NEW}-{number}"
        # What was written before stays known until the run has ended, however it ends.
        self._part: IO[str] = (self.folder / f"{_PART}-{number}").open("a", encoding="utf-8")
        self._part.write(_FIRST)
        self._now = (shares.work / f"now-{number}").open("w", encoding="utf-8")

    def flush(self) -> None:
        """Let other processes see what was written."""
        self._now.flush()

    def close(self) -> None:
        """End writing."""
        self._part.close()
        self._now.close()

    def write(self, name: str, data: bytes | str) -> None:
        """Write a file, unless it is there with the same bytes. Raises UsageError for a name that cannot be a file."""
        content = data.encode() if isinstance(data, str) else data
        target = self._named(name)
        try:
            there = target.lstat()
        except OSError:
            there = None
        if there and stat.S_ISREG(there.st_mode) and there.st_size == len(content) and target.read_bytes() == content:
            self.unchanged += 1
            return
        self._temporary.write_bytes(content)
        self._in_place(target, name)

    def copy(self, name: str, source: Path) -> None:
        """Write a file with the bytes of another."""
        self.write(name, source.read_bytes())

    @contextmanager
    def made(self, name: str) -> Iterator[Path]:
        """Give a path to write to; when the block ends it becomes the file *name*, unless that has the same bytes."""
        target = self._named(name)
        yield self._temporary
        if target.is_file() and not target.is_symlink() and filecmp.cmp(self._temporary, target, shallow=False):
            self.unchanged += 1
        else:
            self._in_place(target, name)

    def _named(self, name: str) -> Path:
        """Return the path of a file that is going to be written, which the manifest names before it is there."""
        target = file_of(self.folder, name)
        self._part.write(f"{name}\n")
        self._part.flush()
        self._now.write(f"{name}\n")
        return target

    def _in_place(self, target: Path, name: str) -> None:
        if target.is_file() and not holds(self._before, name):
            raise UsageError(
                f"“{name}” is to be written below “{self.folder}”, and a file that is not ours has that name. "
                "Move it away, or publish into another folder."
            )
        try:
            try:
                self._temporary.replace(target)
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                self._temporary.replace(target)
        except OSError as error:
            raise UsageError(
                f"“{name}” cannot be written below “{self.folder}” ({error.strerror}). Give a folder that can be "
                "written to, on a file system that takes the names of your IRIs."
            ) from error
        self.written += 1


class Output:
    """The folder of a site, open for one run; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made where there is none.

        Raises UsageError for one that holds files and has no manifest: they are somebody else's.
        """
        self.folder = folder
        self.removed = 0
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"“{folder}” is a file. Give a folder to publish into.")
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / MANIFEST).is_file() and not any(self._parts()) and any(folder.iterdir()):
            raise UsageError(
                f"“{folder}” holds files that `mineralkg publish` did not write, and it would mix with them. "
                "Give an empty folder, or one that was published into before."
            )

    def __enter__(self) -> Output:
        self._work = tempfile.TemporaryDirectory(prefix="mineralkg-")
        self.work = Path(self._work.name)
        self.shares = Shares(self.folder, self.work)
        names = chain(_listed(self.folder / MANIFEST), *map(_listed, self._parts()))
        with (self.work / "before").open("w", encoding="utf-8") as out:
            out.writelines(f"{name}\n" for name in sorted_lines(names, self.work))
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self._work:
            for unfinished in self.folder.glob(f"{_NEW}-*"):
                unfinished.unlink()
            if kind is None:
                self._finish()

    def _parts(self) -> list[Path]:
        return sorted(self.folder.glob(f"{_PART}-*"))

    def _finish(self) -> None:
        """Remove what is no longer wanted, and the folders that this leaves empty; then the run has been."""
        place, wanted = self.folder / MANIFEST, self.work / "wanted"
        names = chain.from_iterable(map(_listed, sorted(self.work.glob("now-*"))))
        with wanted.open("w", encoding="utf-8") as out:
            out.write(_FIRST)
            out.writelines(f"{name}\n" for name in sorted_lines(names, self.work))
        for name in missing_from(_listed(self.work / "before"), _listed(wanted)):
            self._remove(name)
        if not place.is_file() or not filecmp.cmp(wanted, place, shallow=False):
            shutil.copyfile(wanted, place)
        for part in self._parts():
            part.unlink()

    def _remove(self, name: str) -> None:
        file = file_of(self.folder, name)
        if not file.resolve().parent.is_relative_to(self.folder.resolve()):
            return  # somebody put a link in place of a folder of ours
        if file.is_file():
            file.unlink()
            self.removed += 1
        for parent in file.parents:
            if parent == self.folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def file_of(folder: Path, name: str) -> Path:
    """Return the path of a file of the site. Raises UsageError for a name that leads elsewhere."""
    if not _is_path(name):
        raise UsageError(f"An IRI leads to “{name}”, which cannot be the path of a file. Publish it with `serve`.")
    return folder.joinpath(*name.split("/"))


def _is_path(name: str) -> bool:
    return not _CONTROL.search(name) and not any(part in ("", ".", "..") for part in name.split("/"))


@cache
def _bounds(folder: Path) -> tuple[int, int]:
    """Return how many bytes the name of a file in a folder may have, and its whole path."""
    if not hasattr(os, "pathconf"):
        return 255, 260  # Windows
    return os.pathconf(folder, "PC_NAME_MAX"), os.pathconf(folder, "PC_PATH_MAX")


def _listed(manifest: Path) -> Iterator[str]:
    if manifest.is_file():
        with manifest.open(encoding="utf-8") as lines:
            yield from (line.rstrip("\n") for line in lines if not line.startswith("# ") and line.strip())
