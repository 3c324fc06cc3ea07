"""RDF files as items of a pytest run: ``mineralkg_check = data`` in the configuration makes one of each file below.

    [pytest]
    mineralkg_check = data
    mineralkg_shapes = shapes      # instead of the shipped ones
    mineralkg_against = none       # instead of the shipped graph: files and folders, or none

The files are checked together, once; the item of a file fails with its part of the report. Where the option is not set,
nothing is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mineralkg.errors import MineralKGError
    from mineralkg.reports import Report

__all__ = ["pytest_addoption", "pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option and the settings."""
    words = "files and folders of RDF to check, an item for each file"
    parser.getgroup("mineralkg").addoption("--mineralkg-check", action="append", metavar="PATH", help=words)
    parser.addini("mineralkg_check", words, type="args", default=[])
    parser.addini("mineralkg_shapes", "shapes, instead of those of mineralkg", type="args", default=[])
    parser.addini("mineralkg_against", "what the files are seen with: files and folders, or none", type="args")


def pytest_configure(config: pytest.Config) -> None:
    """Take part only where there is something to check. Raises UsageError for a path without RDF."""
    given = [config.invocation_params.dir / path for path in config.getoption("--mineralkg-check") or ()]
    paths = [*given, *_paths(config, "mineralkg_check")]
    if not paths:
        return
    from mineralkg import rdfio
    from mineralkg.errors import LoadError
    from mineralkg.plaintext import printable

    try:
        documents = [_real(path) for path in rdfio.documents(paths)]
    except LoadError as error:
        raise pytest.UsageError(printable(f"mineralkg_check: {error}")) from error
    chosen = config.args_source is config.ArgsSource.ARGS  # then only what lies there, and what the option names
    config.args += [str(path) for path in (given if chosen else paths) if not _is_below(path, config)]
    config.pluginmanager.register(_Checks(config, documents), "mineralkg-checks")


def _paths(config: pytest.Config, name: str) -> list[Path]:
    base = config.inipath.parent if config.inipath else config.rootpath
    return [base / word for word in config.getini(name) or ()]


def _is_below(path: Path, config: pytest.Config) -> bool:
    collected = [_real(config.invocation_params.dir / word.partition("::")[0]) for word in config.args]
    return any(_real(path).is_relative_to(folder) for folder in collected)


def _real(path: Path) -> Path:
    """Return what a path leads to; a link that leads to itself may stand in any folder that is collected."""
    return Path(os.path.realpath(path))


class _Checks:
    """The check of all files of a run, which is made when the first item asks for it."""

    def __init__(self, config: pytest.Config, documents: Iterable[Path]) -> None:
        self._config = config
        self._documents = list(dict.fromkeys(documents))
        self._wanted = {*self._documents, *(folder for path in self._documents for folder in path.parents)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Do not let a folder be left out because of its name: a file that is not looked at must not pass."""
        return False if _real(collection_path) in self._wanted else None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Return the collector of an RDF file."""
        if _real(file_path) not in self._wanted:
            return None
        from mineralkg.plaintext import printable

        file = _File.from_parent(parent, path=file_path, checks=self)
        shown = printable(file.nodeid)
        return file if shown == file.nodeid else _File.from_parent(parent, path=file_path, nodeid=shown, checks=self)

    @cached_property
    def _outcome(self) -> Report | MineralKGError:
        """The report, or what keeps it from being made: that is found out once, not once for each item."""
        from mineralkg.errors import MineralKGError

        try:
            return self._checked()
        except MineralKGError as error:
            return error

    def _checked(self) -> Report:
        import mineralkg

        against = self._config.getini("mineralkg_against")
        alone = against == ["none"]
        context = None if alone or not against else _paths(self._config, "mineralkg_against")
        shapes = _paths(self._config, "mineralkg_shapes")
        return mineralkg.check(*self._documents, shapes=shapes, against=context, alone=alone)

    def of(self, path: Path) -> Report:
        """Return the findings of one file, with those that the files cause elsewhere.

        Raises MineralKGError where the check as a whole could not be made.
        """
        if isinstance(self._outcome, Exception):
            raise self._outcome
        others = set(map(str, self._documents)) - {str(_real(path))}
        return self._outcome.with_findings(tuple(f for f in self._outcome if f.file not in others))


class _File(pytest.File):
    def __init__(self, *, checks: _Checks, **rest: Any) -> None:
        super().__init__(**rest)
        self._checks = checks

    def collect(self) -> Iterable[pytest.Item]:
        yield _Item.from_parent(self, name="check", checks=self._checks)


class _Item(pytest.Item):
    def __init__(self, *, checks: _Checks, **rest: Any) -> None:
        super().__init__(**rest)
        self._checks = checks

    def runtest(self) -> None:
        report = self._checks.of(self.path)
        if report.failing or not report.checked:
            raise _DoesNotConform(report.text("text", most=0))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from mineralkg.errors import MineralKGError
        from mineralkg.plaintext import printable

        if isinstance(excinfo.value, MineralKGError):
            return printable(str(excinfo.value))
        if isinstance(excinfo.value, _DoesNotConform):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        from mineralkg.plaintext import printable

        return self.path, 0, f"{printable(self.path.name)} conforms"


class _DoesNotConform(Exception):
    """A file does not conform; the text is its report."""
