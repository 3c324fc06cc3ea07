"""Reports: what a check found, in one type, and every format in which it can be read."""

from mineralkg.reports.model import LEVELS, Edit, Excerpt, Finding, Fix, Level, Name, Report, Summary

__all__ = ["LEVELS", "Edit", "Excerpt", "Finding", "Fix", "Level", "Name", "Report", "Summary"]
