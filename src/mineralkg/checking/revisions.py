"""What a change in git touches: the files that differ from a revision, and how they were then."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mineralkg import formats, rdfio
from mineralkg.errors import LoadError, UsageError
from mineralkg.validation import Labels, Part

__all__ = ["Touched", "touched"]


@dataclass(frozen=True)
class Touched:
    """The files that a change touches, and the triples that they and the files it deletes had before."""

    files: frozenset[Path]
    before: Part


def touched(paths: Iterable[str | Path], revision: str) -> Touched:
    """Return what differs between *revision* and the working tree in the files and folders *paths*.

    Files that git does not know yet count as touched. What a file held before is empty where it was not there or could
    not be read. Raises UsageError where there is no git, no repository or no such revision.
    """
    if revision.startswith("-"):
        raise UsageError(f"“{revision}” is no revision.")
    given = [Path(path) for path in paths]
    root = Path(_git(_home(given[0]), "rev-parse", "--show-toplevel").decode().rstrip("\n"))
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    listed = _git(root, "diff", "--name-only", "--no-renames", "-z", commit, "--")
    listed += _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    names = sorted({name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name})
    chosen = [root / name for name in names if _is_below(root / name, given) and formats.is_rdf(root / name)]
    parts = [_then(root, commit, path, number) for number, path in enumerate(chosen)]
    return Touched(frozenset(rdfio.real_path(path) for path in chosen if path.is_file()), Part.joined(parts))


def _home(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _is_below(path: Path, given: Sequence[Path]) -> bool:
    return any(path.resolve().is_relative_to(folder.resolve()) for folder in given)


def _then(root: Path, commit: str, path: Path, number: int) -> Part:
    """Return the triples of a file as it was at a commit."""
    try:
        data = _git(root, "cat-file", "blob", f"{commit}:{path.relative_to(root).as_posix()}")
    except UsageError:
        return Part(b"")
    document = rdfio.Document(str(path), formats.by_suffix(path), data)
    try:
        return Part.of((quad.triple for quad in rdfio.parse(document)), labels=Labels(f"r{number}"))
    except LoadError:
        return Part(b"")


def _git(folder: Path, *arguments: str) -> bytes:
    """Return what git prints; raises UsageError with its reason where it fails or is not there."""
    try:
        # No shell, and git is the user's own.
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise UsageError(
            f"git cannot be run ({error.strerror or error}), and only git knows what has changed."
        ) from error
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(f"git does not know this revision or folder: {reason[-1] if reason else ' '.join(arguments)}.")
    return done.stdout
