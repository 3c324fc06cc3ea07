"""Lines in order, however many there are: what does not fit into memory is sorted in pieces on disk."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path

__all__ = ["holds", "missing_from", "sorted_lines"]

_LINES = 200_000  # sorted in memory at once


def sorted_lines(lines: Iterable[str], work: Path) -> Iterator[str]:
    """Return lines in order, each once; *work* is a folder for pieces, which are merged and removed."""
    waiting = iter(lines)
    pieces: list[Path] = []
    chunk = sorted(set(islice(waiting, _LINES)))
    while len(chunk) and (following := list(islice(waiting, _LINES))):
        pieces.append(_piece(chunk, work, len(pieces)))
        chunk = sorted(set(following))
    if not pieces:
        yield from chunk
        return
    pieces.append(_piece(chunk, work, len(pieces)))
    with ExitStack() as stack:
        files = [stack.enter_context(piece.open(encoding="utf-8", newline="\n")) for piece in pieces]
        for line, _ in groupby(heapq.merge(*files)):
            yield line.rstrip("\n")
    for piece in pieces:
        piece.unlink()


def _piece(lines: list[str], work: Path, number: int) -> Path:
    path = work / f"piece-{number}"
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{line}\n" for line in lines)
    return path


def missing_from(lines: Iterable[str], others: Iterable[str]) -> Iterator[str]:
    """Return those of *lines* that are not among *others*; both are in order, each line once."""
    waiting = iter(others)
    other = next(waiting, None)
    for line in lines:
        while other is not None and other < line:
            other = next(waiting, None)
        if line != other:
            yield line


def holds(path: Path, line: str) -> bool:
    """Say whether a file with lines in order has one, by looking at few of them."""
    wanted = line.encode() + b"\n"
    low, high = 0, path.stat().st_size
    with path.open("rb") as file:
        while low < high:
            middle = (low + high) // 2
            file.seek(max(middle - 1, 0))
            if middle:
                file.readline()  # up to the end of the line before
            start, found = file.tell(), file.readline()
            if found == wanted:
                return True
            if found and found < wanted and start < high:
                low = start + len(found)
            else:
                high = middle
    return False
