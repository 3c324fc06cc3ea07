"""A folder that is published again and again: what did not change is not touched, what is no longer wanted goes.

A manifest names every file that was written; nothing else is ever removed. It grows while files are written, so that an
interrupted run is known to the next one.
"""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

from mineralkg.errors import UsageError
from mineralkg.publishing.static.sorting import holds, missing_from, sorted_lines

__all__ = ["MANIFEST", "Output"]

MANIFEST = ".mineralkg-published"
_PART = f"{MANIFEST}.part"
_NEW = ".mineralkg-new"  # what a file is called until it is whole
_FIRST = "# The files that `mineralkg publish` wrote here, and may remove again.\n"


class Output:
    """The folder of a site, open for one run; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made where there is none.

        Raises UsageError for one that holds files and has no manifest: they are somebody else's.
        """
        self.folder = folder
        self.written = self.unchanged = self.removed = 0
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"“{folder}” is a file. Give a folder to publish into.")
        folder.mkdir(parents=True, exist_ok=True)
        if not any((folder / name).is_file() for name in (MANIFEST, _PART)) and any(folder.iterdir()):
            raise UsageError(
                f"“{folder}” holds files that `mineralkg publish` did not write, and it would mix with them. "
                "Give an empty folder, or one that was published into before."
            )

    def __enter__(self) -> Output:
        self._work = tempfile.TemporaryDirectory(prefix="mineralkg-")
        self._before = Path(self._work.name) / "before"
        names = chain(_listed(self.folder / MANIFEST), _listed(self.folder / _PART))
        with self._before.open("w", encoding="utf-8") as out:
            out.writelines(f"{name}\n" for name in sorted_lines(names, self._before.parent))
        # What was written before stays known until the run has ended, however it ends.
        self._part: IO[str] = (self.folder / _PART).open("a", encoding="utf-8")
        self._part.write(_FIRST)
        self._now = (self.folder / f"{_PART}.now").open("w", encoding="utf-8")
        self._now.write(_FIRST)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._part.close()
        self._now.close()
        with self._work:
            if kind is None:
                self._finish()
            else:
                (self.folder / f"{_PART}.now").unlink()

    def write(self, name: str, data: bytes | str) -> None:
        """Write a file, unless it is there with the same bytes. Raises UsageError for a name that cannot be a file."""
        content = data.encode() if isinstance(data, str) else data
        with self.made(name) as temporary:
            temporary.write_bytes(content)

    def copy(self, name: str, source: Path) -> None:
        """Write a file with the bytes of another."""
        self.write(name, source.read_bytes())

    @contextmanager
    def made(self, name: str) -> Iterator[Path]:
        """Give a path to write to; when the block ends it becomes the file *name*, unless that has the same bytes."""
        target = self._target(name)
        self._part.write(f"{name}\n")
        self._part.flush()
        self._now.write(f"{name}\n")
        temporary = self.folder / _NEW
        try:
            yield temporary
            if target.is_file() and not target.is_symlink() and filecmp.cmp(temporary, target, shallow=False):
                self.unchanged += 1
            else:
                self._in_place(temporary, target, name)
                self.written += 1
        finally:
            temporary.unlink(missing_ok=True)

    def _in_place(self, temporary: Path, target: Path, name: str) -> None:
        if target.is_file() and not holds(self._before, name):
            raise UsageError(
                f"“{name}” is to be written below “{self.folder}”, and a file that is not ours has that name. "
                "Move it away, or publish into another folder."
            )
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
        except OSError as error:
            raise UsageError(
                f"“{name}” cannot be written below “{self.folder}” ({error.strerror}). Give a folder that can be "
                "written to, on a file system that takes the names of your IRIs."
            ) from error

    def _target(self, name: str) -> Path:
        parts = name.split("/")
        if (
            not name
            or any(ord(c) < 32 or ord(c) == 127 for c in name)
            or any(part in ("", ".", "..") for part in parts)
        ):
            raise UsageError(f"An IRI leads to “{name}”, which cannot be the path of a file. Publish it with `serve`.")
        return self.folder.joinpath(*parts)

    def _finish(self) -> None:
        """Remove what is no longer wanted, and the folders that this leaves empty; then the run has been."""
        now, place = self.folder / f"{_PART}.now", self.folder / MANIFEST
        wanted = Path(self._work.name) / "wanted"
        with wanted.open("w", encoding="utf-8") as out:
            out.write(_FIRST)
            out.writelines(f"{name}\n" for name in sorted_lines(_listed(now), wanted.parent))
        for name in missing_from(_listed(self._before), _listed(wanted)):
            self._remove(name)
        if not place.is_file() or not filecmp.cmp(wanted, place, shallow=False):
            shutil.copyfile(wanted, place)
        now.unlink()
        (self.folder / _PART).unlink()

    def _remove(self, name: str) -> None:
        file = self._target(name)
        if not file.resolve().parent.is_relative_to(self.folder.resolve()):
            return  # somebody put a link in place of a folder of ours
        if file.is_file():
            file.unlink()
            self.removed += 1
        for parent in file.parents:
            if parent == self.folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def _listed(manifest: Path) -> Iterator[str]:
    if manifest.is_file():
        with manifest.open(encoding="utf-8") as lines:
            yield from (line.rstrip("\n") for line in lines if not line.startswith("# ") and line.strip())
