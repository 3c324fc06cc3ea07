"""RDF files as items of a pytest run: ``mineralkg_check = data`` in the configuration makes one of each file below.

    [pytest]
    mineralkg_check = data
    mineralkg_shapes = shapes      # instead of the shipped ones
    mineralkg_against = none       # instead of the shipped graph: files and folders, or none

The files are checked together, once; the item of a file fails with its part of the report. Where the option is not set,
nothing is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
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

    try:
        documents = [path.resolve() for path in rdfio.documents(paths)]
    except LoadError as error:
        raise pytest.UsageError(f"mineralkg_check: {error}") from error
    chosen = config.args_source is config.ArgsSource.ARGS  # then only what lies there, and what the option names
    config.args += [str(path) for path in (given if chosen else paths) if not _is_below(path, config)]
    config.pluginmanager.register(_Checks(config, documents), "mineralkg-checks")


def _paths(config: pytest.Config, name: str) -> list[Path]:
    base = config.inipath.parent if config.inipath else config.rootpath
    return [base / word for word in config.getini(name) or ()]


def _is_below(path: Path, config: pytest.Config) -> bool:
    collected = [(config.invocation_params.dir / word.partition("::")[0]).resolve() for word in config.args]
    return any(path.resolve().is_relative_to(folder) for folder in collected)


class _Checks:
    """The check of all files of a run, which is made when the first item asks for it."""

    def __init__(self, config: pytest.Config, documents: Iterable[Path]) -> None:
        self._config = config
        self._documents = list(dict.fromkeys(documents))
        self._wanted = {*self._documents, *(folder for path in self._documents for folder in path.parents)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Do not let a folder be left out because of its name: a file that is not looked at must not pass."""
        return False if collection_path.resolve() in self._wanted else None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Return the collector of an RDF file."""
        if file_path.resolve() not in self._wanted:
            return None
        return _File.from_parent(parent, path=file_path, checks=self)

    @cached_property
    def _report(self) -> Report:
        import mineralkg

        against = self._config.getini("mineralkg_against")
        alone = against == ["none"]
        context = None if alone or not against else _paths(self._config, "mineralkg_against")
        shapes = _paths(self._config, "mineralkg_shapes")
        return mineralkg.check(*self._documents, shapes=shapes, against=context, alone=alone)

    def of(self, path: Path) -> Report:
        """Return the findings of one file, with those that the files cause elsewhere."""
        own = str(path.resolve())
        others = set(map(str, self._documents)) - {own}
        return self._report.with_findings(tuple(f for f in self._report if f.file not in others))


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

        if isinstance(excinfo.value, _DoesNotConform | MineralKGError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.name} conforms"


class _DoesNotConform(Exception):
    """A file does not conform; the text is its report."""
