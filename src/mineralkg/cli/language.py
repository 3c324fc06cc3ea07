"""The option --lang: which language people are spoken to in, and what is said where it is not there."""

from __future__ import annotations

import argparse
import re

from mineralkg.languages import LANGUAGES, served

__all__ = ["add_language", "fallback_note"]

_TAG = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8}){0,8}", re.IGNORECASE)  # RFC 5646, 2.1, without what is only private


def add_language(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option to the parser of a command; *what* is in that language."""
    known = ", ".join(LANGUAGES)
    parser.add_argument("--lang", type=_tag, default="en", metavar="LANG", help=f"language of the {what}: {known}")


def _tag(text: str) -> str:
    tag = text.replace("_", "-")  # as locales are written
    if not _TAG.fullmatch(tag):
        raise argparse.ArgumentTypeError(f"“{text}” is no language tag, such as {' or '.join(LANGUAGES)}")
    return tag


def fallback_note(options: argparse.Namespace) -> str | None:
    """Return what there is to say where a command is asked for a language that our texts are not in."""
    lang = getattr(options, "lang", "en")
    if served(lang) == lang.partition("-")[0].lower():
        return None
    offered = ", ".join(f"{tag} ({name})" for tag, name in LANGUAGES.items())
    shapes = " Messages of your shapes are in it where they have it." if getattr(options, "shapes", None) else ""
    return f"there are no texts in “{lang}” here, so they are in English; --lang takes {offered}.{shapes}"
