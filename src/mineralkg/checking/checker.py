"""One check: the rules, the files, what they are seen together with, and what the engine and the gate find."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from mineralkg.checking.context import Context
from mineralkg.checking.files import CheckedFile
from mineralkg.checking.gate import Fault, Model, faults
from mineralkg.checking.rules import Rules
from mineralkg.validation import Data, Engine, Result
from mineralkg.validation.sparql import Selector

__all__ = ["Checker"]


@dataclass
class Checker:
    """What is looked at, and what is found; ``ours`` says that the shapes are ours, with all rules of the gate."""

    rules: Rules
    engine: Engine
    files: Sequence[CheckedFile]
    context: Context
    folder: str
    ours: bool
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @cached_property
    def data(self) -> Data:
        """The files together with their context."""
        return Data([*(file.part for file in self.files), *self.context.remaining], folder=self.folder)

    @cached_property
    def subjects(self) -> set[str]:
        """The subjects of the files that are checked, in N-Triples form."""
        return set().union(*(file.part.subjects for file in self.touched))

    @property
    def touched(self) -> list[CheckedFile]:
        """The files that are checked themselves; the others are what these are seen with."""
        return [file for file in self.files if file.touched]

    @cached_property
    def targets(self) -> set[str]:
        """What the shapes look at in files and context, in N-Triples form."""
        return set(map(str, Selector(self.rules.graph, self.data.store).targets()))

    @property
    def unchecked(self) -> list[str]:
        """The subjects of the files that no shape looks at, in N-Triples form and in order."""
        return sorted(self.subjects - self.targets)

    @cached_property
    def results(self) -> list[Result]:
        """The results that are the files' doing, in a stable order."""
        if not self.subjects and not self.context.before.size:
            return []
        found = set(self.engine.validate(self.data))
        elsewhere = {result for result in found if str(result.focus) not in self.subjects}
        if elsewhere:
            found -= elsewhere & self.known_results
        return sorted(found, key=lambda result: result.order)

    @cached_property
    def known_results(self) -> set[Result]:
        """The results that were there before: those of the context, with the files that are not touched."""
        others = [file.part for file in self.files if not file.touched]
        before = Data([*others, *self.context.parts, self.context.before], folder=self.folder)
        return set(self.engine.validate(before))

    @cached_property
    def model(self) -> Model:
        """The terms of the model, and of the data where these may declare some."""
        return Model(self.context.model, self._describes)

    def _describes(self, iri: str) -> bool:
        return any(True for _ in self.data.store.quads_for_pattern(ox.NamedNode(iri), None, None))

    def faults(self) -> Iterator[tuple[CheckedFile, Fault]]:
        """Return what breaks the rules of the gate, file by file."""
        for file in self.touched:
            for fault in faults(file, self.model, self.now, all_rules=self.ours):
                yield file, fault

    def with_texts(self, texts: Mapping[Path, str]) -> Checker:
        """Return the same check of files some of which have other texts."""
        files = [file.with_text(texts[file.path]) if file.path in texts else file for file in self.files]
        again = replace(self, files=files)
        if "known_results" in self.__dict__:
            again.__dict__["known_results"] = self.known_results  # the context is the same
        return again
