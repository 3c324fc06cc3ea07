"""The languages that people are spoken to in, and what serves whoever asks for another."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["LANGUAGES", "fallbacks", "served"]

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}


def served(lang: str) -> str:
    """Return the language that our texts are in for who asks for *lang*: ``es`` for ``es-MX``, English for ``fr``."""
    primary = lang.partition("-")[0].lower()
    return primary if primary in LANGUAGES else "en"


def fallbacks(lang: str) -> tuple[str, ...]:
    """Return the tags under which a text is looked for, best first (RFC 4647, 3.4); the last is that of no language."""
    parts = lang.lower().split("-")
    own = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(dict.fromkeys([*own, "en", ""]))
