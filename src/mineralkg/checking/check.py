"""Check files against shapes, in the context of what is already known."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from mineralkg import rdfio
from mineralkg.checking.context import Context, context_of
from mineralkg.checking.files import CheckedFile, finding_of, read_files
from mineralkg.checking.findings import Findings
from mineralkg.checking.gate import Model, faults
from mineralkg.checking.rules import Rules, load_rules
from mineralkg.checking.sources import hold
from mineralkg.checking.standard import validation_report
from mineralkg.graph import EmbeddedGraph
from mineralkg.rdfio import LIMITS, Limits
from mineralkg.reports import Finding, Level, Report, Summary
from mineralkg.validation import Data, Engine, EngineName, Result
from mineralkg.validation.sparql import Selector

__all__ = ["check"]


def check(
    paths: Iterable[str | Path],
    *,
    shapes: Sequence[str | Path] = (),
    against: Sequence[str | Path] | EmbeddedGraph | None = None,
    alone: bool = False,
    fail_on: Level = "violation",
    lang: str = "en",
    engine: EngineName = "auto",
    sources: Sequence[str | Path] = (),
    limits: Limits = LIMITS,
) -> Report:
    """Return the report on the files and folders *paths*.

    *shapes* replaces the shipped shapes. The files are seen together with the shipped graph, or with *against* instead
    (files and folders, or an open graph), or *alone*; the shipped shapes always see the ontology and the vocabularies.
    Reported is what the files say or lack, and what they break elsewhere. Messages are in *lang* where the shapes have
    it. *sources* are texts that are held: what is quoted from them must stand in them. What keeps a file from being
    read becomes a finding with its place, and the report is then ``unreadable``.
    Raises LoadError for a file that is not there, and ShapesError for shapes that cannot be used.
    """
    began = time.monotonic()
    rules = load_rules(shapes)
    with tempfile.TemporaryDirectory(prefix="mineralkg-") as folder:
        files = read_files(rdfio.documents(paths), limits, folder)
        context = context_of(files, against, with_model=not shapes, alone=alone, folder=folder)
        held = hold(sources, files, context.parts)
        run = _Run(rules, Engine(rules.graph, engine), files, replace(context, held=held.part), folder, lang)
        writer = Findings(rules, files, run.data, run.engine, lang)
        found: list[tuple[Finding, Result | None]] = [*zip(writer.of(run.results), run.results, strict=True)]
        found += [(finding_of(file, problem, lang), None) for file in files for problem in file.problems]
        found += [(finding, None) for finding in _at_the_gate(run, writer, found, all_rules=not shapes)]
        found += [(writer.other_text(name, digest), None) for name, digest in held.unknown]
        found += [(finding, None) for finding in writer.unchecked(sorted(run.subjects - run.targets))]
        return _report(run, sorted(found, key=lambda pair: pair[0].order), fail_on, lang, time.monotonic() - began)


def _at_the_gate(
    run: _Run, writer: Findings, found: list[tuple[Finding, Result | None]], *, all_rules: bool
) -> list[Finding]:
    """Return what breaks the rules of the gate, but for what a shape has found at the same place."""
    taken = {(finding.file, finding.line, finding.column) for finding, _ in found}
    model = Model(run.context.model, run.describes)
    now = dt.datetime.now(dt.UTC)
    told = [
        writer.of_fault(file, fault) for file in run.files for fault in faults(file, model, now, all_rules=all_rules)
    ]
    return [f for f in told if f.rule != "unknown-term" or (f.file, f.line, f.column) not in taken]


def _report(run: _Run, found: list[tuple[Finding, Result | None]], fail_on: Level, lang: str, seconds: float) -> Report:
    summary = Summary(
        files=len(run.files),
        triples=sum(file.part.count for file in run.files),
        focus_nodes=len(run.subjects & run.targets),
        shapes=len(run.rules.graph.shapes),
        unchecked_nodes=len(run.subjects - run.targets),
        engine=run.engine.described,
        seconds=round(seconds, 3),
    )
    return Report(
        findings=tuple(finding for finding, _ in found),
        summary=summary,
        fail_on=fail_on,
        checked=bool(run.subjects & run.targets) or bool(run.results),
        unreadable=any(file.problems for file in run.files),
        lang=lang,
        notes=tuple(run.notes()),
        graph=lambda: validation_report(found, run.rules.graph, lang),
    )


@dataclass
class _Run:
    """One check: what is looked at, and what the engine finds."""

    rules: Rules
    engine: Engine
    files: list[CheckedFile]
    context: Context
    folder: str
    lang: str

    @cached_property
    def data(self) -> Data:
        """The files together with their context."""
        return Data([*(file.part for file in self.files), *self.context.remaining], folder=self.folder)

    @cached_property
    def subjects(self) -> set[str]:
        """The subjects of the files, in N-Triples form."""
        return set().union(*(file.part.subjects for file in self.files))

    @cached_property
    def targets(self) -> set[str]:
        """What the shapes look at in files and context, in N-Triples form."""
        return set(map(str, Selector(self.rules.graph, self.data.store).targets()))

    @cached_property
    def results(self) -> list[Result]:
        """The results that are the files' doing, in a stable order."""
        if not self.subjects:
            return []
        found = set(self.engine.validate(self.data))
        elsewhere = {result for result in found if str(result.focus) not in self.subjects}
        if elsewhere:
            found -= elsewhere & set(self.engine.validate(Data(self.context.parts, folder=self.folder)))
        return sorted(found, key=lambda result: result.order)

    def describes(self, iri: str) -> bool:
        """Say whether files or context make a statement about an IRI."""
        return any(True for _ in self.data.store.quads_for_pattern(ox.NamedNode(iri), None, None))

    def notes(self) -> list[str]:
        """Return what there is to say about the check itself: what an engine could not do."""
        slow = [f"{one.shape}: {one.reason}" for one in self.engine.slow]
        left = [
            f"{name} is not run: it is beyond SHACL Core and SHACL-SPARQL" for name in self.rules.graph.ignored_features
        ]
        anew = len(self.context.anew)
        known = [_ANEW[self.lang == "es"].format(number=anew)] if anew else []
        return [*known, *(f"run by pySHACL: {text}" for text in slow), *left]


_ANEW = (
    "{number} of the subjects are known already and described anew here; they are judged by the words of these files.",
    "{number} de los sujetos ya se conocen y aquí se describen de nuevo; se juzgan por las palabras de estos archivos.",
)
