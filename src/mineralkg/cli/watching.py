"""Do something again whenever a file is saved."""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from mineralkg.cli import deadline
from mineralkg.cli.output import tell
from mineralkg.errors import MineralKGError, UsageError

__all__ = ["watch"]

_PATIENCE = 250  # milliseconds: how often Ctrl-C is looked for


def watch(
    paths: Sequence[str | Path], again: Callable[[], int], note: Callable[[str], None], *, seconds: float = 0
) -> int:
    """Call *again* now and after each change of *paths*, until Ctrl-C; return what it returned last.

    What it raises on purpose is told, and watching goes on: a file may be gone for a moment while it is saved. Each
    call may take so many *seconds*, or any time for 0. Raises UsageError where the library that watches is not
    installed, and where the system does not let it watch.
    """
    code = 2
    try:
        for _ in _changes([Path(path) for path in paths]):
            deadline.finished()  # of the time before, which went by in waiting
            deadline.start(seconds, "check")
            try:
                code = again()
            except MineralKGError as error:
                code = 2
                tell(str(error))
            deadline.finished()
            gc.collect()  # what the check has left is not kept until the next
            note(f"watching {', '.join(map(str, paths))}; Ctrl-C ends it.")
    except KeyboardInterrupt:
        note("watching has ended.")
    return code


def _changes(paths: Sequence[Path]) -> Iterator[None]:
    """Yield at once, and after each change. Folders are watched, because editors replace the file that they save.

    They are looked for anew after each change: another folder of the same name may stand there now.
    """
    try:
        import watchfiles
    except ImportError as error:
        raise UsageError('--watch needs the extra: pip install "mineralkg[watch]".') from error

    while True:
        try:
            watched = {place for path in paths for place in _places(path)}
            folders = _identities(_folders(watched))
            found = watchfiles.watch(
                *sorted(folders),
                watch_filter=_Counts(watched),
                recursive=False,  # for it would follow links, to the whole of the disk
                rust_timeout=_PATIENCE,
                yield_on_timeout=True,
            )
            next(found, None)  # from here on no change is missed, not even one that is made during the first run
            if _identities(_folders(watched)) != folders:
                continue  # a folder has come or gone meanwhile
            yield
            next(changes for changes in found if changes or _identities(folders) != folders)
        except FileNotFoundError:  # a folder has gone since it was looked for
            time.sleep(_PATIENCE / 1000)
        except (OSError, RuntimeError) as error:
            raise UsageError(f"This cannot be watched: {getattr(error, 'strerror', None) or error}.") from error


class _Counts:
    """Whether a change is one of what is watched: of a path or a folder above, or of what is not hidden below it."""

    def __init__(self, watched: Iterable[Path]) -> None:
        paths = set(watched)
        self._named = paths.union(*(path.parents for path in paths))
        self._folders = {path for path in paths if path.is_dir()}

    def __call__(self, _: object, name: str) -> bool:
        path = Path(name)
        if path in self._named:
            return True
        return not path.name.startswith(".") and any(folder in path.parents for folder in self._folders)


def _places(path: Path) -> set[Path]:
    """Return where a path stands, and where a link leads to; one that leads to itself leads nowhere."""
    return {path.absolute(), Path(os.path.realpath(path))}


def _folders(watched: Iterable[Path]) -> set[Path]:
    """Return the folders in which something could happen to a path or below it; links in them are not followed.

    Of a path that is not there, it is the nearest folder above.
    """
    found: set[Path] = set()
    for path in watched:
        above = next(folder for folder in (*path.parents, path) if folder.is_dir())
        if path.is_dir():
            found |= {Path(folder) for folder, _, _ in os.walk(path)}
        if not path.is_dir() or os.access(above, os.R_OK):
            found.add(above)
    return found


def _identities(folders: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Return what tells a folder from another of the same name, for each that is there."""
    known: dict[Path, tuple[int, int]] = {}
    for folder in folders:
        with contextlib.suppress(OSError):
            state = folder.stat()
            known[folder] = (state.st_dev, state.st_ino)
    return known
