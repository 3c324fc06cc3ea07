"""How a file spells its terms, so that an edit reads like its neighbours."""

from __future__ import annotations

import re
from functools import cached_property

from mineralkg.rdfio import Span

__all__ = ["Spelling"]

_PREFIX = re.compile(r"^[ \t]*@?prefix[ \t]+([\w.-]*):[ \t]*<([^<>\"\s]*)>[ \t]*\.?", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(r"([\w.-]*):")
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w\-]*[A-Za-z0-9_\-])?")


class Spelling:
    """The prefixes of one text in Turtle or TriG, and how it would write a term."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that the text declares."""
        return {match[1]: match[2] for match in _PREFIX.finditer(self._text)}

    def declarations_for(self, term: str) -> str:
        """Return the declarations of the prefixes that a term uses, in Turtle: a file may have very many others."""
        used = [prefix for prefix in dict.fromkeys(_NAMED.findall(term)) if prefix in self.prefixes]
        return "".join(f"@prefix {prefix}: <{self.prefixes[prefix]}> .\n" for prefix in used)

    def iri(self, iri: str) -> str:
        """Return an IRI as a name with the longest prefix that fits, else in angle brackets."""
        fitting = sorted((base, prefix) for prefix, base in self.prefixes.items() if base and iri.startswith(base))
        if fitting:
            base, prefix = max(fitting, key=lambda pair: len(pair[0]))
            if _PLAIN_LOCAL.fullmatch(iri[len(base) :]):
                return f"{prefix}:{iri[len(base) :]}"
        return f"<{iri}>"

    def literal(self, text: str, datatype: str) -> str:
        """Return a literal with a datatype."""
        return f'"{text}"^^{self.iri(datatype)}'

    def declaration(self, namespace: str) -> Span | None:
        """Return where the IRI of a namespace stands in a prefix declaration, without its angle brackets."""
        for match in _PREFIX.finditer(self._text):
            if match[2] == namespace:
                return Span(match.start(2), match.end(2))
        return None

    @property
    def top(self) -> int:
        """The offset at which a new prefix declaration goes: behind the last one, else behind leading comments."""
        declared = list(_PREFIX.finditer(self._text))
        if declared:
            end = self._text.find("\n", declared[-1].end())
            return len(self._text) if end < 0 else end + 1
        comments = re.match(r"(?:[ \t]*#[^\n]*\n|[ \t]*\n)*", self._text)
        return comments.end() if comments else 0
