"""Make the fixes that a report offers."""

from __future__ import annotations

from pathlib import Path

from mineralkg.rdfio import replace_text
from mineralkg.reports import Report
from mineralkg.reports.mending import mended

__all__ = ["apply_fixes"]


def apply_fixes(report: Report) -> int:
    """Make the fixes of a report that are verified and that nothing else would do as well; return how many were made.

    A file is replaced as a whole, so that a failure leaves it as it was. Raises LoadError where it cannot be written.
    """
    texts, made = mended(report)
    for name, text in texts.items():
        replace_text(Path(name), text)
    return made
