"""A report as JUnit XML, which continuous integration shows as tests: a finding that fails the check is a failure."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from mineralkg.plaintext import printable
from mineralkg.reports.model import Finding, Report

__all__ = ["render"]


def render(report: Report) -> str:
    """Return the report with one suite per file and one case per finding; a clean report is one passing case."""
    failing = {id(finding) for finding in report.failing}
    root = ET.Element("testsuites", name="mineralkg check", tests="0", failures="0", errors="0")
    suites = [
        _suite(root, file or "–", list(findings), failing)
        for file, findings in groupby(report.findings, key=lambda finding: finding.file)
    ]
    if not suites:
        suite = ET.SubElement(root, "testsuite", name="mineralkg check", tests="1", failures="0", errors="0")
        case = ET.SubElement(suite, "testcase", classname="mineralkg", name="conforms")
        if not report.checked:
            ET.SubElement(case, "skipped", message="nothing was checked")
    root.set("tests", str(sum(1 for _ in root.iter("testcase"))))
    root.set("failures", str(sum(1 for _ in root.iter("failure"))))
    root.set("time", f"{report.summary.seconds:.3f}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, file: str, findings: list[Finding], failing: set[int]) -> ET.Element:
    failures = sum(id(finding) in failing for finding in findings)
    tests = str(len(findings))
    suite = ET.SubElement(root, "testsuite", name=printable(file), tests=tests, failures=str(failures), errors="0")
    for finding in findings:
        place = ":".join(str(part) for part in (finding.line, finding.column) if part is not None)
        name = printable(f"{finding.rule} {place}".strip())
        case = ET.SubElement(suite, "testcase", classname=printable(file), name=name, file=printable(file))
        if finding.line is not None:
            case.set("line", str(finding.line))
        fails = id(finding) in failing
        said = ET.SubElement(case, "failure" if fails else "system-out")
        said.text = printable(_said(finding))
        if fails:
            said.set("type", finding.severity)
            said.set("message", printable(finding.message))
    return suite


def _said(finding: Finding) -> str:
    parts = (f"{finding.severity}: {finding.message}", finding.note, finding.hint, finding.focus_node)
    return " · ".join(part for part in parts if part)
