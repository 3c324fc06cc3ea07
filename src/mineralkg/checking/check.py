"""Check files against shapes, in the context of what is already known."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from mineralkg import rdfio
from mineralkg.checking.baseline import against_baseline
from mineralkg.checking.checker import Checker
from mineralkg.checking.context import context_of
from mineralkg.checking.files import CheckedFile, read_files
from mineralkg.checking.findings import MOST_UNCHECKED, TOO_MANY, Found, findings, other_text
from mineralkg.checking.rules import load_rules
from mineralkg.checking.sources import hold
from mineralkg.checking.standard import validation_report
from mineralkg.graph import EmbeddedGraph
from mineralkg.languages import served
from mineralkg.rdfio import LIMITS, Limits
from mineralkg.reports import LEVELS, Level, Report, Summary
from mineralkg.validation import EngineName, Part, time_limit

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
    changed_since: str | None = None,
    baseline: str | Path | None = None,
    fixes: bool = True,
    limits: Limits = LIMITS,
) -> Report:
    """Return the report on the files and folders *paths*.

    *shapes* replaces the shipped shapes, or says which of them. The files are seen together with the shipped graph, or
    with *against* instead (files and folders, or an open graph), or *alone*; the shipped shapes always see the ontology
    and the vocabularies. Reported is what the files say or lack, and what they break elsewhere. Messages are in *lang*
    where the shapes have it. What keeps a file from being read becomes a finding with its place, and the report is then
    ``unreadable``.

    *sources* are texts that are held: what is quoted from them must stand in them. With *changed_since*, a revision of
    git, only what has changed since is checked, and what that breaks elsewhere. Findings that *baseline*, a file, lists
    are counted and left out. With *fixes*, edits that are known to mend a finding are offered with it.

    Raises LoadError for a file that is not there, ShapesError for shapes that cannot be used, UsageError where git
    does not know the revision, and TimeLimit where *shapes*, or pySHACL, take longer than the *limits* allow.
    """
    began = time.monotonic()
    paths = list(paths)
    rules = load_rules(shapes)
    with tempfile.TemporaryDirectory(prefix="mineralkg-") as folder, time_limit(limits.seconds):
        with ThreadPoolExecutor(1) as beside:  # the engine works outside Python's lock
            preparing = beside.submit(rules.engine(engine).prepare)
            files = read_files(rdfio.documents(paths), limits, folder)
            before = Part(b"") if changed_since is None else _mark_touched(files, paths, changed_since)
            context = context_of(files, against, with_model=rules.ours, alone=alone, folder=folder)
        preparing.result()
        held = hold(sources, files, context)
        context = replace(context, held=held.part, before=before)
        checker = Checker.of(rules, engine, files, context, ours=rules.ours)
        found = findings(checker, lang)
        if not any(file.problems for file in files):  # one that cannot be read may describe the document
            found += [other_text(name, digest, lang) for name, digest in held.unknown]
        if fixes and found and not any(one.finding.rule == TOO_MANY for one in found):
            from mineralkg.checking.fixing import with_fixes  # what is right needs none of it

            found = with_fixes(checker, found, lang)
        report = _report(checker, found, fail_on, lang, time.monotonic() - began)
    return report if baseline is None else against_baseline(report, baseline, [file.name for file in files])


def _mark_touched(files: Sequence[CheckedFile], paths: Sequence[str | Path], revision: str) -> Part:
    """Mark the files that have changed since a revision, and return what they said then."""
    from mineralkg.checking.revisions import touched  # it runs git

    change = touched(paths, revision)
    for file in files:
        file.touched = rdfio.real_path(file.path) in change.files
    return change.before


def _report(checker: Checker, found: Sequence[Found], fail_on: Level, lang: str, seconds: float) -> Report:
    unchecked = len(checker.world.unchecked)
    looked_at = len(checker.world.subjects) - unchecked
    shapes = checker.rules.graph  # the report keeps these, and lets go of the graph that was checked
    summary = Summary(
        files=len(checker.touched),
        triples=sum(file.part.count for file in checker.touched),
        focus_nodes=looked_at,
        shapes=len(shapes.shapes),
        unchecked_nodes=unchecked,
        engine=checker.world.engine.described,
        seconds=round(seconds, 3),
    )
    return Report(
        findings=tuple(one.finding for one in found),
        summary=summary,
        fail_on=fail_on,
        checked=bool(looked_at) or bool(checker.results) or _fails(found, fail_on),
        unreadable=any(file.problems for file in checker.files),
        lang=served(lang),
        notes=tuple(_notes(checker, lang)),
        texts={file.name: file.lines.text for file in checker.files if any(f.finding.fixes for f in found)},
        graph=lambda: validation_report([(one.finding, one.result) for one in found], shapes, lang),
    )


def _fails(found: Sequence[Found], fail_on: Level) -> bool:
    """Say whether something is wrong, be it that no shape looked at anything: then that is what there is to say."""
    bound = LEVELS.index(fail_on)
    return any(LEVELS.index(one.finding.severity) <= bound and one.finding.rule != "unchecked-node" for one in found)


def _notes(checker: Checker, lang: str) -> Iterator[str]:
    """Return what there is to say about the check itself: what is known already, what an engine could not do."""
    if checker.joined is not None:
        yield f"validated as a whole, not only what the files affect: {checker.joined}"
    if (unchecked := len(checker.world.unchecked)) > MOST_UNCHECKED:
        yield _UNCHECKED[served(lang)].format(number=unchecked, most=MOST_UNCHECKED)
    if anew := len(checker.world.context.anew):
        yield _ANEW[served(lang)].format(number=anew)
    for one in checker.world.engine.slow:
        yield f"run by pySHACL: {one.shape}: {one.reason}"
    for name in checker.rules.graph.ignored_features:
        yield f"{name} is not run: it is beyond SHACL Core and SHACL-SPARQL"


_UNCHECKED = {
    "en": "no rule looks at {number} nodes; the first {most} are named.",
    "es": "ninguna regla mira {number} nodos; se nombran los primeros {most}.",
}
_ANEW = {
    "en": "{number} of the subjects are known already and described anew here; "
    "they are judged by the words of these files.",
    "es": "{number} de los sujetos ya se conocen y aquí se describen de nuevo; "
    "se juzgan por las palabras de estos archivos.",
}
