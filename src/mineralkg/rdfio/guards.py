"""What is looked at before a parser sees a file: its size, encoding, depth, and whether it reaches outside itself.

The parsers recurse on some nested text, grow XML entities without bound, and need memory as the square of the depth of
JSON-LD; a file beyond these limits is refused before that.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mineralkg.rdfio.problems import Problem

__all__ = ["LIMITS", "Limits", "check"]


@dataclass(frozen=True)
class Limits:
    """How large and how deep a file may be, and how long it may take to validate it with shapes that are not ours."""

    bytes: int = 512 * 1024 * 1024
    depth: int = 500
    entities: int = 16 * 1024 * 1024  # bytes to which the entities of a file may grow
    seconds: float = 300  # 0: any time


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
# A text in quotation marks, an IRI and a comment hide what they hold; anything else that nests is a bracket. What is
# never closed is taken to the end, and no expression looks back, so that each reads a text once.
_NESTS = re.compile(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z)|"(?:[^"\\\n]++|\\.)*+"?'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)|'(?:[^'\\\n]++|\\.)*+'?"
    rb"|<[^<>\s]++>|#[^\n]*+|<<|>>|[\[({]|[\])}]",
    re.DOTALL,
)
_JSON_NESTS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_TERM_NESTS = re.compile(rb"<<\(|\)>>")
_TAGS = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<[?!][^>]*+>?"
    rb"|<(/?)[^<>/\s!?\"'](?:[^<>\"'/]++|\"[^\"]*+\"|'[^']*+'|/(?!>))*+(/?)>",
    re.DOTALL,
)
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s*)?([^\s%\"'>]+)\s+(?:(SYSTEM|PUBLIC)\b|\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(rb"&([^;#&\s]+);")
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+[^\s>\[]+\s+(?:SYSTEM|PUBLIC)\b")
_DECLARED = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z][\w.\-]*)[\"']")


def check(data: bytes, format: str, limits: Limits = LIMITS) -> Problem | None:
    """Return what is wrong with the bytes of a file in the format of that name, or None."""
    if len(data) > limits.bytes:
        return Problem("too-large/file", details={"size": str(len(data)), "limit": str(limits.bytes)})
    return (
        _archive(data)
        or _encoding(data)
        or (_declared(data) or _entities(data, limits) if format == "rdf" else None)
        or _nesting(data, format, limits)
    )


def _archive(data: bytes) -> Problem | None:
    name = next((name for magic, name in _ARCHIVES.items() if data.startswith(magic)), None)
    if name is None and data[257:262] == b"ustar":
        name = "tar"
    return Problem("archive", details={"found": name}) if name else None


def _encoding(data: bytes) -> Problem | None:
    for mark, name in _OTHER_ENCODINGS.items():
        if data.startswith(mark):
            return Problem("encoding/other", details={"found": name})
    if len(data) > 1 and (data[0] == 0) != (data[1] == 0):
        return Problem("encoding/other", details={"found": "UTF-16"})
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = len(data[: error.start].decode("utf-8-sig"))
        byte = data[error.start : error.start + 1]
        letter = byte.decode("cp1252", errors="replace")
        details = {"byte": f"0x{byte[0]:02X}", "guess": "Windows-1252", "letter": letter}
        return Problem("encoding/utf8", start, start + 1, details)
    return None


def _declared(data: bytes) -> Problem | None:
    """Return what is wrong with the encoding that an XML text declares."""
    match = _DECLARED.match(data)
    if match is None or match[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        return None
    return Problem("encoding/other", match.start(1), match.end(1), {"found": match[1].decode()})


def _nesting(data: bytes, format: str, limits: Limits) -> Problem | None:
    if format == "rdf":
        return _element_depth(data, limits)
    if format == "jsonld":
        return _bracket_depth(data, _JSON_NESTS, (b"[", b"{"), limits)
    # After an error the parser may take what stands in a text for RDF; nested terms end the process there, too.
    found = _bracket_depth(data, _TERM_NESTS, (b"<<(",), limits)
    return found or (
        None if format in ("nt", "nq") else _bracket_depth(data, _NESTS, (b"[", b"(", b"{", b"<<"), limits)
    )


def _bracket_depth(data: bytes, marks: re.Pattern[bytes], opening: tuple[bytes, ...], limits: Limits) -> Problem | None:
    if sum(map(data.count, opening)) <= limits.depth:
        return None
    depth = 0
    for match in marks.finditer(data):
        mark = match.group()
        if mark in opening:
            depth += 1
        elif mark in _CLOSING:
            depth -= 1
        if depth > limits.depth:
            return _too_deep(data, match.start(), limits)
    return None


_CLOSING = (b"]", b")", b"}", b">>", b")>>")


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
    if match := _DOCTYPE.search(data):
        return _outside(data, match, "DOCTYPE")
    if b"<!ENTITY" not in data:
        return None
    uses = Counter(_REFERENCE.findall(data))
    sizes: dict[bytes, int] = {}
    total = 0
    for match in _ENTITY.finditer(data):
        name, outside = match[1], match[2]
        if outside:
            return _outside(data, match, f"ENTITY {name.decode()}")
        value = match[3] if match[3] is not None else match[4]
        size = len(value) + sum(sizes.get(used, 0) for used in _REFERENCE.findall(value))
        sizes[name] = max(size, sizes.get(name, 0))
        total += sizes[name] * (1 + uses[name])
        if total > limits.entities:
            return Problem("too-large/entities", details={"size": str(total), "limit": str(limits.entities)})
    return None


def _outside(data: bytes, match: re.Match[bytes], found: str) -> Problem:
    start = len(data[: match.start()].decode("utf-8-sig"))
    return Problem("outside", start, start + len(match.group().decode()), {"found": found})
