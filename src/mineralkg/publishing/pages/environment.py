"""The templates, and the words of the interface in the languages it can be read in."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mineralkg.namespaces import shorten

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Words", "assets", "render", "words"]

_HERE = Path(__file__).parent


class Words:
    """The words of the interface in one language: ``words("facts")``, ``words("of", number=3)``."""

    def __init__(self, lang: str, texts: Mapping[str, str]) -> None:
        self.lang = lang
        self.texts = texts

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the words under *key*, with *values* in their places. Raises KeyError for a key that is not there."""
        return self.texts[key].format(**values) if values else self.texts[key]

    def term(self, iri: str) -> str | None:
        """Return what a term of a common vocabulary is called in this language, or None."""
        return self.texts.get(f"terms.{shorten(iri)}")

    def counted(self, number: int, key: str) -> str:
        """Return a number with its noun, in singular or plural: ``3 claims``."""
        noun = self.texts[f"{key}.one" if number == 1 else f"{key}.many"]
        return f"{self.number(number)} {noun}"

    def number(self, number: int | float) -> str:
        """Return a number as it is written in this language; numbers of four digits take no separator in Spanish."""
        text = f"{number:,}"
        if self.lang == "es":
            return text.replace(",", "\u202f" if abs(number) >= 10_000 else "").replace(".", ",")
        return text

    def called(self, name: str) -> str:
        """Return a name as it stands within a sentence: with an article, if it takes one."""
        for line in self.texts["articles"].split("\n"):
            article, _, start = line.partition(" ")
            if start and f"{name} ".startswith(f"{start} "):
                return f"{article} {name}"
        return name

    def contracted(self, text: str) -> str:
        """Return a sentence with the words drawn together that the language draws together."""
        return text.replace(" de el ", " del ") if self.lang == "es" else text

    def listed(self, items: list[str]) -> str:
        """Return words joined as a sentence joins them: ``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        last = self.texts["and"]
        if self.lang == "es" and items[-1][:1].lower() in ("i", "í"):
            last = "e"
        return f"{', '.join(items[:-1])} {last} {items[-1]}"


@cache
def words(lang: str) -> Words:
    """Return the words of a language that the interface has."""
    texts = tomllib.loads((_HERE / "words" / f"{lang}.toml").read_text(encoding="utf-8"))
    return Words(lang, dict(_flat(texts)))


def _flat(table: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += _flat(value, f"{before}{key}.") if isinstance(value, Mapping) else [(before + key, str(value))]
    return found


@cache
def assets() -> Mapping[str, Path]:
    """Return the files that pages refer to, by the name they are linked under.

    What ``make web`` builds is among them where it was built; without it the pages leave out the graph view, the
    editor and the map, and say the same in tables and plain forms. They are looked for once.
    """
    folder = _HERE / "assets"
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.name != "ready"
    }


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["data"] = _data
    return environment


def _data(value: object) -> Any:
    """Return a value as JSON that can stand inside a script element, whatever text is in it."""
    from markupsafe import Markup

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(safe)  # noqa: S704  # no character is left that could end the element


def render(template: str, /, **context: object) -> str:
    """Return the page that a template makes of its context; all that comes from the data is escaped."""
    return _environment().get_template(template).render(**context)
