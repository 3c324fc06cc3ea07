"""HTTP messages as values: what was asked, what came back, and the fields that linked data rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Literal

__all__ = ["Exchange", "Failure", "Link", "Request", "content_type", "links_of"]

# Why there is no complete response: nothing came in time, the connection broke, the length is not what was said, there
# is more than may be read, the coding cannot be undone, or what came is not HTTP.
Failure = Literal["slow", "unreachable", "length", "too-large", "coding", "protocol"]


@dataclass(frozen=True)
class Request:
    """One request: a method, an absolute URL, header fields and a body."""

    url: str
    accept: str | None = None
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The header fields, with Accept first."""
        return [*([] if self.accept is None else [("Accept", self.accept)]), *self.headers]

    def __str__(self) -> str:
        """Return the request as a person would describe it."""
        said = "".join(f", {name}: {value}" for name, value in self.fields)
        return f"{self.method}{said}"


@dataclass(frozen=True)
class Exchange:
    """A request and its response; ``status`` is 0 where no response came, and ``failure`` says what is incomplete."""

    request: Request
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    failure: Failure | None = None
    detail: str = ""

    def field(self, name: str) -> str | None:
        """Return the value of a header field, in any case of its name; several lines are joined (RFC 9110, 5.3)."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    def listed(self, name: str) -> set[str]:
        """Return the members of a comma-separated field, in lower case."""
        return {part.strip().lower() for part in (self.field(name) or "").split(",") if part.strip()}

    @property
    def ok(self) -> bool:
        """Whether a complete response of the 2xx class came."""
        return self.failure is None and 200 <= self.status < 300

    @property
    def there(self) -> bool:
        """Whether a response of the 2xx class came, be it one with more than may be read."""
        return self.ok or (self.failure == "too-large" and 200 <= self.status < 300)

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; "" where none is given."""
        return self._content_type.get_content_type().lower() if self.field("Content-Type") else ""

    @property
    def charset(self) -> str | None:
        """The charset parameter of the media type."""
        return self._content_type.get_param("charset", None)  # type: ignore[return-value]

    @property
    def version(self) -> str | None:
        """The version parameter of the media type (RDF 1.2)."""
        return self._content_type.get_param("version", None)  # type: ignore[return-value]

    @property
    def _content_type(self) -> Message:
        return content_type(self.field("Content-Type") or "")

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.body.decode("utf-8-sig", errors="replace")

    @property
    def links(self) -> list[Link]:
        """The links of the Link fields."""
        return [link for key, value in self.headers if key.lower() == "link" for link in links_of(value)]

    @property
    def outcome(self) -> str:
        """What came back, in a few words."""
        if self.status == 0:
            return self.detail or "no response"
        kind = f" {self.field('Content-Type')}" if self.field("Content-Type") else ""
        return f"{self.status}{kind}{f' ({self.detail})' if self.detail else ''}"


def content_type(text: str) -> Message:
    """Return a message of the media type *text*, which tells its parameters."""
    message = Message()
    message["Content-Type"] = text
    return message


@dataclass(frozen=True)
class Link:
    """One link of a Link field (RFC 8288): where to, and how it is described."""

    target: str
    rels: tuple[str, ...]
    type: str | None = None


_LINK = re.compile(
    r"\s*<([^<>]*)>((?:\s*;\s*[\w!#$%&'*+\-.^`|~]+(?:\s*=\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\s\",;]+))?)*)\s*(,|$)"
)
_PARAMETER = re.compile(r";\s*([^\s=;]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s\",;]+)))?")


def links_of(value: str) -> Iterator[Link]:
    """Return the links of one Link field value, as far as it follows the grammar of RFC 8288, section 3."""
    end = 0
    while end < len(value) and (match := _LINK.match(value, end)):
        parameters: dict[str, str] = {}
        for name, quoted, token in _PARAMETER.findall(match[2]):
            parameters.setdefault(name.lower(), quoted or token)
        yield Link(match[1], tuple(parameters.get("rel", "").lower().split()), parameters.get("type"))
        if match.end() == end:
            return
        end = match.end()


def is_well_formed(value: str) -> bool:
    """Say whether a Link field follows its grammar to the end."""
    end = 0
    while end < len(value):
        match = _LINK.match(value, end)
        if match is None or match.end() == end:
            return False
        end = match.end()
    return bool(value.strip())
