"""Open what a user names: regular files only, and no more of them than is allowed.

A pipe may never end and a device never stops, so neither is a file here; and a folder stands for what is in it, not for
what links in it lead to.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from mineralkg.errors import LoadError

__all__ = ["below", "content", "named_files", "opened", "real_path"]


def real_path(path: str | Path) -> Path:
    """Return what a path leads to, link by link; for a link that leads to itself, that link."""
    return Path(os.path.realpath(path))  # Path.resolve raises an error for it before Python 3.13


def opened(path: Path) -> BinaryIO:
    """Return a regular file, open to be read as bytes. Raises LoadError where it is none or cannot be opened."""
    try:
        file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  # a Path takes no opener
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
    except OSError as error:
        raise LoadError(str(path), f"the file cannot be read ({error.strerror or error}).") from error
    file.close()
    raise LoadError(str(path), "this is a pipe or a device, not a file. Save what it gives as a file.")


def content(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file, and one more than *most* where it has more.

    Raises LoadError where it is no regular file or cannot be read.
    """
    with opened(path) as file:
        try:
            return file.read(most + 1)
        except OSError as error:
            raise LoadError(str(path), f"the file cannot be read ({error.strerror or error}).") from error


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def named_files(paths: Iterable[str | Path], inside: Callable[[Path], list[Path]]) -> list[Path]:
    """Return the files that *paths* stand for: a file stands for itself, a folder for what is *inside* it.

    Raises LoadError for a path that does not exist or cannot be read, and for an empty one.
    """
    found: list[Path] = []
    for given in paths:
        if not str(given):
            raise LoadError("“”", "an empty name is no file; for the current folder write “.”.")
        path = Path(given)
        try:
            if path.is_dir():
                found += inside(path)
            elif path.exists():
                found.append(path)
            else:
                raise LoadError(str(path), "there is no such file or folder.")
        except OSError as error:
            raise LoadError(str(given), f"it cannot be read ({error.strerror or error}).") from error
    return found


def below(folder: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    """Return the files below a folder that are wanted, in order.

    Raises LoadError for one that is no regular file, and for a link that leads out of the folder: who sends a folder
    could otherwise have any file here read, and quoted in a report. Raises OSError for a folder that cannot be listed.
    """
    next(folder.iterdir(), None)  # which rglob would take for an empty one
    found = sorted(path for path in folder.rglob("*") if wanted(path) and not path.is_dir())
    home = real_path(folder)
    for path in found:
        if path.is_symlink() and not real_path(path).is_relative_to(home):
            reason = "this is a link out of the folder, which is not followed. Name the file itself if it is meant."
            raise LoadError(str(path), reason)
        if not path.is_file():
            raise LoadError(str(path), "this is no file, although it is called like one. Take it out of the folder.")
    return found
