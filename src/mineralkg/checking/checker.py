"""One check: the world that the shapes see, and what they and the gate find in it."""

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
from mineralkg.checking.worlds import Resident, Unbounded, Whole, World
from mineralkg.validation import EngineName, Result

__all__ = ["Checker"]


@dataclass
class Checker:
    """What is looked at, and what is found; ``ours`` says that the shapes are ours, with all rules of the gate.

    ``joined`` says why a graph that could have stayed in its store had to be validated as a whole.
    """

    world: World
    ours: bool
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    joined: str | None = None

    @classmethod
    def of(
        cls, rules: Rules, engine: EngineName, files: Sequence[CheckedFile], context: Context, *, ours: bool
    ) -> Checker:
        """Return the check of files in a context: of what they affect where that can be bounded, else of everything."""
        if context.resident is None:
            return cls(Whole(rules, engine, files, context), ours)
        found = cls(Resident(rules, engine, files, context), ours)
        try:
            found.results  # noqa: B018  # they are kept, and it shows whether they can be had
        except Unbounded as error:
            return cls(Whole(rules, engine, files, context.joined()), ours, joined=error.reason)
        return found

    @property
    def files(self) -> Sequence[CheckedFile]:
        """The files, with those that are not touched."""
        return self.world.files

    @property
    def rules(self) -> Rules:
        """The rules that are asked about."""
        return self.world.rules

    @property
    def touched(self) -> list[CheckedFile]:
        """The files that are checked themselves; the others are what these are seen with."""
        return [file for file in self.files if file.touched]

    @cached_property
    def results(self) -> list[Result]:
        """The results that are the files' doing, in a stable order."""
        return sorted(self.world.results, key=lambda result: result.order)

    @cached_property
    def model(self) -> Model:
        """The terms of the model, and of the data where these may declare some."""
        return Model(self.world.context.model, lambda iri: self.world.graph.has(ox.NamedNode(iri)))

    def faults(self) -> Iterator[tuple[CheckedFile, Fault]]:
        """Return what breaks the rules of the gate, file by file."""
        for file in self.touched:
            for fault in faults(file, self.model, self.now, all_rules=self.ours):
                yield file, fault

    def with_texts(self, texts: Mapping[Path, str]) -> Checker:
        """Return the same check of files some of which have other texts."""
        files = [file.with_text(texts[file.path]) if file.path in texts else file for file in self.files]
        return replace(self, world=self.world.with_files(files))
