"""What is looked at before a parser sees a file: its size, encoding, depth, and whether it reaches outside itself.

The parsers recurse on some nested text, grow XML entities without bound, and need memory as the square of the depth of
JSON-LD; a file beyond these limits is refused before that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mineralkg.rdfio.problems import Problem

__all__ = ["LIMITS", "Limits", "check"]


@dataclass(frozen=True)
class Limits:
    """How large and how deep a file may be."""

    bytes: int = 512 * 1024 * 1024
    depth: int = 500
    entities: int = 16 * 1024 * 1024  # bytes to which the entities of a file may grow


LIMITS = Limits()

_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf": "7-Zip",
    b"(\xb5/\xfd": "Zstandard",
    b"Rar!": "RAR",
}
_OTHER_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
# A text in quotation marks, an IRI and a comment hide what they hold; anything else that nests is a bracket.
_NESTS = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"'
    rb"|'''(?:[^'\\]|\\.|'(?!''))*'''|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*|[\[({]|[\])}]",
    re.DOTALL,
)
_JSON_NESTS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_TAGS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[?!][^>]*>|<(/?)[^<>/\s!?][^<>]*?(/?)>", re.DOTALL)
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s*)?([^\s%\"'>]+)\s+(?:(SYSTEM|PUBLIC)\b|\"([^\"]*)\"|'([^']*)')")


def check(data: bytes, format: str, limits: Limits = LIMITS) -> Problem | None:
    """Return what is wrong with the bytes of a file in the format of that name, or None."""
    if len(data) > limits.bytes:
        return Problem("too-large/file", details={"size": str(len(data)), "limit": str(limits.bytes)})
    return (
        _archive(data)
        or _encoding(data)
        or (_entities(data, limits) if format == "rdf" else None)
        or _nesting(data, format, limits)
    )


def _archive(data: bytes) -> Problem | None:
    name = next((name for magic, name in _ARCHIVES.items() if data.startswith(magic)), None)
    return Problem("archive", details={"found": name}) if name else None


def _encoding(data: bytes) -> Problem | None:
    for mark, name in _OTHER_ENCODINGS.items():
        if data.startswith(mark):
            return Problem("encoding/other", details={"found": name})
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = len(data[: error.start].decode("utf-8-sig"))
        byte = data[error.start : error.start + 1]
        letter = byte.decode("cp1252", errors="replace")
        details = {"byte": f"0x{byte[0]:02X}", "guess": "Windows-1252", "letter": letter}
        return Problem("encoding/utf8", start, start + 1, details)
    return None


def _nesting(data: bytes, format: str, limits: Limits) -> Problem | None:
    if format == "rdf":
        return _element_depth(data, limits)
    opening = (b"[", b"{") if format == "jsonld" else (b"(",) if format in ("nt", "nq") else (b"[", b"(", b"{")
    if sum(map(data.count, opening)) <= limits.depth or (format in ("nt", "nq") and b"<<(" not in data):
        return None
    depth = 0
    for match in (_JSON_NESTS if format == "jsonld" else _NESTS).finditer(data):
        mark = match.group()
        if mark in (b"[", b"(", b"{"):
            depth += 1
        elif mark in (b"]", b")", b"}"):
            depth -= 1
        if depth > limits.depth:
            return _too_deep(data, match.start(), limits)
    return None


def _element_depth(data: bytes, limits: Limits) -> Problem | None:
    if data.count(b"<") <= 2 * limits.depth:
        return None
    depth = 0
    for match in _TAGS.finditer(data):
        if match[1] is None or match[2] == b"/":
            continue
        depth += -1 if match[1] else 1
        if depth > limits.depth:
            return _too_deep(data, match.start(), limits)
    return None


def _too_deep(data: bytes, at: int, limits: Limits) -> Problem:
    start = len(data[:at].decode("utf-8-sig"))
    return Problem("too-deep", start, start + 1, {"limit": str(limits.depth)})


def _entities(data: bytes, limits: Limits) -> Problem | None:
    """Return what is wrong with the entities of an XML text: they reach outside, or grow too large.

    Their growth is bounded from above by the sizes that they would have if each use were counted in the whole text.
    """
    if b"<!ENTITY" not in data:
        return None
    sizes: dict[bytes, int] = {}
    for match in _ENTITY.finditer(data):
        name, outside = match[1], match[2]
        if outside:
            found = match.group().decode("utf-8", errors="replace")
            start = len(data[: match.start()].decode("utf-8-sig"))
            return Problem("outside", start, start + len(found), {"found": f"ENTITY {name.decode()}"})
        value = match[3] if match[3] is not None else match[4]
        sizes[name] = len(value) + sum(sizes.get(used, 0) for used in re.findall(rb"&([^;#&]+);", value))
    body = data[data.rfind(b"<!ENTITY") :]
    total = sum(size * body.count(b"&" + name + b";") for name, size in sizes.items())
    if max(total, *sizes.values(), 0) > limits.entities:
        return Problem("too-large/entities", details={"size": str(total), "limit": str(limits.entities)})
    return None
