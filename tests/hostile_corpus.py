"""The hostile corpus, built anew for each run: cases by item, each with what must come of it.

A case writes its files into an empty folder. What it expects is said with it: the exit code, and for each of its files
the rules that findings about it must name. Where a format can say the same, each format says it.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyoxigraph as ox

__all__ = ["CANARY", "CASES", "HOSTILE_LABELS", "SYNTAXES", "Case", "written"]

CANARY = "canary-7f3a-no-report-shows-this"
SYNTAXES = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_PREFIXES = {
    "mkg": "https://w3id.org/mineralkg/ontology#",
    "mkgs": "https://w3id.org/mineralkg/shapes#",
    "state": "https://w3id.org/mineralkg/id/state/",
    "claim": "https://w3id.org/mineralkg/id/claim/",
    "status": "https://w3id.org/mineralkg/vocab/status/",
    "graph": "https://w3id.org/mineralkg/graph/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "ex": "https://example.org/",
}
_HEAD = "".join(f"@prefix {name}: <{base}> .\n" for name, base in _PREFIXES.items())

Build = Callable[[Path], Mapping[str, set[str]]]


@dataclass(frozen=True)
class Case:
    """Files to write, a command to run on them in their folder, and what must come of it.

    ``build`` writes the files and returns for each the rules that findings about it must name. ``codes`` are the exit
    codes that are right. ``says`` must stand in what is printed. ``placed`` says that
    each of these findings has a line, and ``joins`` that its files can be checked with those of other cases: they are
    not too many, and do not say the same.
    """

    name: str
    build: Build
    codes: set[int]
    argv: tuple[str, ...] = ("check", ".", "--against", "none", "-f", "json")
    says: str = ""
    placed: bool = True
    joins: bool = True
    stdin: str | None = None
    memory: int = 2048
    cpu: int = 60
    environment: Mapping[str, str] = field(default_factory=dict)


def _file(name: str, data: bytes | str, *rules: str) -> Build:
    def build(folder: Path) -> Mapping[str, set[str]]:
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return {name: set(rules)}

    return build


def _files(*builds: Build) -> Build:
    def build(folder: Path) -> Mapping[str, set[str]]:
        return {name: rules for one in builds for name, rules in one(folder).items()}

    return build


def written(turtle: str, name: str, graph: str | None = None) -> bytes:
    """Return what a Turtle text says, in another format."""
    fmt = SYNTAXES[name]
    quads = list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    if graph and fmt.supports_datasets:
        quads = [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(graph)) for q in quads]
    found = quads if fmt.supports_datasets else [q.triple for q in quads]
    prefixes = {k: v for k, v in _PREFIXES.items() if k in ("mkg", "owl", "sh")}
    data = ox.serialize(found, format=fmt, prefixes=None if name in ("nt", "nq") else prefixes)
    assert data is not None
    return data


def _everywhere(turtle: str, *rules: str, graph: str | None = None) -> Build:
    """Write the same statements in every format, about a claim of its own in each."""

    def build(folder: Path) -> Mapping[str, set[str]]:
        for name in SYNTAXES:
            (folder / f"x.{name}").write_bytes(
                written(_HEAD + turtle.replace("claim:x ", f"claim:{name} "), name, graph)
            )
        return {f"x.{name}": set(rules) for name in SYNTAXES if not graph or SYNTAXES[name].supports_datasets}

    return build


def _semantic() -> Iterator[Case]:
    """Statements that no contribution may make, and names that only look like known ones."""
    said = {
        "redefines a class": ("mkg:Claim rdfs:subClassOf ex:Anything .", "redefines-model", 1),
        "redefines a property": ("mkg:party rdfs:range ex:Anything .", "redefines-model", 1),
        "redefines a concept": ('status:signed skos:prefLabel "not signed"@en .', "redefines-model", 1),
        "imports": ("ex:a a owl:Ontology ; owl:imports <https://example.org/other> .", "imports", None),
        "imports a file": ("ex:a a owl:Ontology ; owl:imports <file:///etc/passwd> .", "imports", None),
        "merges the world": ("state:JPN owl:sameAs state:MEX , owl:Thing .", "same-as", 1),
        "forges provenance": (
            "<https://w3id.org/mineralkg/graph/data/instruments/usmca> prov:wasAttributedTo ex:me .",
            "forged-provenance",
            1,
        ),
        "records in the future": (
            'claim:x prov:generatedAtTime "2999-01-01T00:00:00Z"^^xsd:dateTime .',
            "recorded-later",
            1,
        ),
        "smuggles a shape": ("ex:S a sh:NodeShape ; sh:targetClass mkg:Claim .", "smuggled-shape", 1),
        "turns a shape off": ("mkgs:Claim sh:deactivated true .", "smuggled-shape", 1),
        "misspelt prefix": ("ex:x <https://w3id.org/mineralkgs/ontology#party> state:JPN .", "near-namespace", 1),
        "squatted host": ("ex:x <https://w3id.orq/mineralkg/ontology#party> state:JPN .", "near-namespace", 1),
        "homoglyph": ("ex:x <https://w3id.org/mineralkg/\u043entology#party> state:JPN .", "near-namespace", 1),
        "homoglyph of skos": ('ex:x <http://www.w3.org/2004/02/sk\u043es/core#prefLabel> "x" .', "near-namespace", 1),
        "unknown term": ("ex:x mkg:partyy state:JPN .", "unknown-term", 1),
        "bidi override": ('ex:x skos:altLabel "Nip\\u202Epon"@en .', "hidden-character", 1),
        "bidi isolate": ('ex:x skos:altLabel "Nip\\u2066pon"@en .', "hidden-character", 1),
        "zero width": ('ex:x skos:altLabel "Nip\\u200Bpon"@en .', "hidden-character", 1),
        "tag characters": ('ex:x skos:altLabel "Nip\\U000E0041pon"@en .', "hidden-character", 1),
        "next line": ('ex:x skos:altLabel "Nip\\u0085pon"@en .', "hidden-character", 1),
        "mark-up": ('ex:x skos:prefLabel "<script>alert(1)</script>"@en .', "label-not-plain", None),
        "formula": ('ex:x skos:prefLabel "=HYPERLINK(1)"@en .', "label-not-plain", None),
        "link": ('ex:x skos:prefLabel "[a](javascript:alert)"@en .', "label-not-plain", None),
        "impossible day": ('claim:x a mkg:Claim ; mkg:validFrom "2026-02-30"^^xsd:date .', "Claim-validDates", 1),
        "impossible month": ('claim:x a mkg:Claim ; mkg:validFrom "2026-13"^^xsd:gYearMonth .', "Claim-validDates", 1),
        "a year beyond time": (
            'claim:x a mkg:Claim ; mkg:validFrom "99999999999999999999"^^xsd:gYear .',
            "Claim-validDates",
            1,
        ),
        "a number of 5000 digits": (
            f'ex:x mkg:partyy {"1" * 5000} , "{"1" * 5000}"^^xsd:duration , "{"9" * 400}-01-01"^^xsd:date .',
            "unknown-term",
            1,
        ),
        "names of our own engine": (
            'claim:x a mkg:Claim ; <urn:mineralkg:core:label> "no label!" , "b" .',
            "Claim-evidence",
            1,
        ),
    }
    for name, (turtle, rule, code) in said.items():
        codes = {0, 1, 3} if code is None else {code}
        yield Case(name, _everywhere(turtle, *([rule] if rule else [])), codes, joins="mkg:Claim ;" not in turtle)
    # RDF/XML cannot hold a control character, so that it is left out here.
    control = 'ex:x skos:altLabel "Nip\\u001B[31mpon" .'
    names = [name for name in SYNTAXES if name != "rdf"]
    yield Case(
        "terminal escape",
        _files(*(_file(f"x.{n}", written(_HEAD + control, n), "hidden-character") for n in names)),
        {1},
    )
    foreign = "https://w3id.org/mineralkg/graph/data/instruments/usmca"
    turtle = 'ex:x skos:prefLabel "mine"@en .'
    digits = b'{"@id":"https://example.org/x","https://w3id.org/mineralkg/ontology#partyy":' + b"1" * 5000 + b"}"
    yield Case("a JSON number of 5000 digits", _file("x.jsonld", digits, "unknown-term"), {1})
    yield Case("another's graph", _everywhere(turtle, "foreign-graph", graph=foreign), {1})


_VALID = (
    _HEAD + 'claim:x a mkg:Remark ; skos:prefLabel "Größe – 日本 💥"@en , """two\nlines""" ; '
    'mkg:evidence [ a mkg:Evidence ; mkg:start 1 ] ; ex:list ( 1 2.5 "x"^^xsd:token [] ) .\nstate:JPN ex:p claim:x .\n'
)


def _truncated(folder: Path) -> Mapping[str, set[str]]:
    """Cut a valid file of each format off at many places, in the middle of characters, too."""
    expected: dict[str, set[str]] = {}
    for name, fmt in SYNTAXES.items():
        data = written(_VALID, name)
        for at in sorted({*range(0, len(data), max(1, len(data) // 25)), len(data) - 1, len(data) - 2}):
            cut = data[:at]
            (folder / f"{at:05d}.{name}").write_bytes(cut)
            try:
                list(ox.parse(cut.decode(), format=fmt, base_iri="http://x/"))
            except UnicodeDecodeError:
                expected[f"{at:05d}.{name}"] = {"encoding"}
            except (SyntaxError, ValueError):
                expected[f"{at:05d}.{name}"] = {"syntax"}
    return expected


def _broken(folder: Path) -> Mapping[str, set[str]]:
    """Change single bytes of a valid file of each format; what the parser refuses must be a finding."""
    chance = random.Random(7)
    expected: dict[str, set[str]] = {}
    for name, fmt in SYNTAXES.items():
        data = written(_VALID, name)
        for number in range(20):
            changed = bytearray(data)
            changed[chance.randrange(len(data))] = chance.choice(b"\x00\x01\n \"'\\<>[](){};.,@^_:#%&\x7f")
            (folder / f"{number:02d}.{name}").write_bytes(changed)
            try:
                list(ox.parse(bytes(changed).decode(), format=fmt, base_iri="http://x/"))
            except UnicodeDecodeError:
                expected[f"{number:02d}.{name}"] = {"encoding"}
            except (SyntaxError, ValueError) as error:
                outside = "remote" in str(error).lower()
                expected[f"{number:02d}.{name}"] = {"outside" if outside else "syntax"}
    return expected


def _each(data: Callable[[str], bytes], *rules: str, prefix: str = "x") -> Build:
    return _files(*(_file(f"{prefix}.{name}", data(name), *rules) for name in SYNTAXES))


def _encoded(encoding: str, name: str) -> bytes:
    plain = written(_VALID, name).decode().replace("–", "-").replace("日本 💥", "")
    return plain.encode(encoding)


def _spoilt(by: bytes, name: str) -> bytes:
    return written(_VALID, name).replace(b"list", b"li" + by + b"st")


def _encodings() -> Iterator[Case]:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"):
        yield Case(f"in {encoding}", _each(partial(_encoded, encoding), "encoding"), {2}, placed=False)
    for what, bad in {
        "a stray byte": b"\xff",
        "an overlong slash": b"\xc0\xaf",
        "a surrogate": b"\xed\xa0\x80",
    }.items():
        yield Case(f"UTF-8 with {what}", _each(partial(_spoilt, bad), "encoding"), {2})
    yield Case("NUL", _each(partial(_spoilt, b"\x00"), "syntax"), {2}, placed=False)
    yield Case("only NUL", _each(lambda n: b"\x00" * 4096, "syntax"), {2}, placed=False)
    yield Case(
        "an encoding that is declared and not meant",
        _file("x.rdf", written(_VALID, "rdf").replace(b"UTF-8", b"UTF-16"), "encoding"),
        {2},
    )
    yield Case("0 bytes", _files(*(_file(f"x.{n}", b"") for n in ("ttl", "trig", "nt", "nq"))), {3})
    yield Case("0 bytes of XML or JSON", _files(_file("x.rdf", b""), _file("x.jsonld", b"", "syntax")), {2})
    yield Case(
        "a mark and nothing", _files(*(_file(f"x.{n}", b"\xef\xbb\xbf") for n in ("ttl", "trig", "nt", "nq"))), {3}
    )
    yield Case("old line ends", _file("x.ttl", "\r\r\r\r\r\r;", "syntax"), {2})


def _many(count: int) -> Callable[[str], bytes]:
    def data(name: str) -> bytes:
        if name in ("ttl", "trig"):
            return b"[] <urn:p> [] .\n" * (count // 2)
        if name in ("nt", "nq"):
            return "".join(f"_:b{i} <urn:p> _:c{i} .\n" for i in range(count // 2)).encode()
        if name == "rdf":
            node = b"<rdf:Description><p xmlns='urn:'><rdf:Description/></p></rdf:Description>\n"
            return _RDF + node * (count // 2) + b"</rdf:RDF>"
        return json.dumps([{"urn:p": {}} for _ in range(count // 2)]).encode()

    return data


_RDF = b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"


def _literal(size: int) -> Callable[[str], bytes]:
    def data(name: str) -> bytes:
        text = b"a" * size
        if name == "rdf":
            return (
                _RDF
                + b"<rdf:Description rdf:about='urn:a'><p xmlns='urn:'>"
                + text
                + b"</p></rdf:Description></rdf:RDF>"
            )
        if name == "jsonld":
            return b'{"@id":"urn:a","urn:p":"' + text + b'"}'
        return b'<urn:a> <urn:p> "' + text + b'" .\n'

    return data


def _nested(depth: int, folder: Path) -> Mapping[str, set[str]]:
    def rdf(opening: bytes, closing: bytes) -> bytes:
        return _RDF + opening * depth + closing * depth + b"</rdf:RDF>"

    turtle = {
        "brackets": b"<urn:a> <urn:p> " + b"[ <urn:p> " * depth + b"1" + b" ]" * depth + b" .",
        "lists": b"<urn:a> <urn:p> " + b"( " * depth + b")" * depth + b" .",
        "terms": b"<urn:a> <urn:p> " + b"<<( <urn:a> <urn:p> " * depth + b"1" + b" )>>" * depth + b" .",
        "reified": b"<< " * depth + b"<urn:a> <urn:p> <urn:o>" + b" >> <urn:p> <urn:o>" * depth + b" .",
        "annotated": b"<urn:a> <urn:p> <urn:o>" + b" {| <urn:p> <urn:o>" * depth + b" |}" * depth + b" .",
        "open": b"[" * depth,
    }
    files = [_file(f"{what}.{name}", text, "too-deep") for what, text in turtle.items() for name in ("ttl", "trig")]
    files += [_file(f"terms.{name}", turtle["terms"], "too-deep") for name in ("nt", "nq")]
    files += [
        _file("x.rdf", rdf(b"<rdf:Description><p xmlns='urn:'>", b"</p></rdf:Description>"), "too-deep"),
        _file("open.rdf", _RDF + b"<a xmlns='urn:'>" * depth, "too-deep"),
        _file("x.jsonld", b'{"urn:p":' * depth + b"1" + b"}" * depth, "too-deep"),
        _file("list.jsonld", b"[" * depth + b"]" * depth, "too-deep"),
        _file("open.jsonld", b'{"urn:p":[' * depth, "too-deep"),
    ]
    return _files(*files)(folder)


def _chain(length: int, folder: Path) -> Mapping[str, set[str]]:
    """Write lists that are long, not deep: as a chain of statements, as a Turtle list, as members of a JSON array."""
    first, rest = (
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>",
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>",
    )
    cells = "".join(f"_:c{i} {first} <urn:x> .\n_:c{i} {rest} _:c{i + 1} .\n" for i in range(length)).encode()
    return _files(
        _file("x.nt", b"<urn:a> <urn:p> _:c0 .\n" + cells),
        _file("x.ttl", b"<urn:a> <urn:p> (" + b" <urn:x>" * length + b" ) ."),
        _file("x.jsonld", b'{"@id":"urn:a","urn:p":{"@list":[' + b'"x",' * length + b'"x"]}}'),
        _file("ring.nt", cells + f"_:c{length} {rest} _:c0 .\n".encode()),
    )(folder)


# A million takes minutes: set the variable to see it.
_NODES = int(os.environ.get("MINERALKG_HOSTILE_NODES", "100000"))


def _large() -> Iterator[Case]:
    for name in ("ttl", "nt", "rdf", "jsonld"):  # TriG and N-Quads are read by the parsers of the first two
        yield Case(
            f"a literal of 100 MB in {name}",
            _lazy(f"x.{name}", _literal(100_000_000), name, "too-large"),
            {2},
            placed=False,
            joins=False,
        )
    for name in ("ttl", "nt", "rdf", "jsonld"):
        yield Case(f"{_NODES} blank nodes in {name}", _lazy(f"x.{name}", _many(_NODES), name), {3}, joins=False)
    yield Case("nesting", partial(_nested, 100_000), {2})
    yield Case(
        "nesting just within the limit",
        _files(
            _file("x.ttl", b"<urn:a> <urn:p> " + b"[ <urn:p> " * 499 + b"1" + b" ]" * 499 + b" ."),
            _file("list.ttl", b"<urn:a> <urn:p> " + b"( " * 499 + b")" * 499 + b" ."),
            _file("x.jsonld", b'{"urn:p":' * 499 + b"1" + b"}" * 499),
            _file(
                "x.rdf",
                _RDF + b"<rdf:Description><p xmlns='urn:'>" * 240 + b"</p></rdf:Description>" * 240 + b"</rdf:RDF>",
            ),
        ),
        {3},
    )
    yield Case("long chains", partial(_chain, 100_000), {1, 3}, joins=False)
    yield Case(
        "larger than allowed",
        _file("x.ttl", b"<urn:a> <urn:p> 1 .\n" * 100, "too-large"),
        {2},
        argv=("check", ".", "-f", "json", "--max-bytes", "1000"),
        placed=False,
    )
    yield Case(
        "thousands of prefixes",
        _files(
            _file(
                "x.ttl",
                "".join(
                    f"@prefix p{i}: <https://example.org/{i}#> .\n<urn:a> p{i}:x p{i}:y .\n" for i in range(20_000)
                ),
            ),
        ),
        {3},
    )
    yield Case(
        "thousands of prefixes and a fault",
        _files(
            _file(
                "x.ttl",
                "".join(f"@prefix p{i}: <https://example.org/{i}#> .\n<urn:a> p{i}:x p{i}:y .\n" for i in range(3_000))
                + "<urn:fault> <https://w3id.org/mineralkg/ontology#nothing> 1 .",
                "unknown-term",
            ),
        ),
        {1},
    )
    yield Case(
        "thousands of prefixes and a fault beside each, said again and again",
        _files(
            _file(
                "x.ttl",
                "@prefix mkg: <https://w3id.org/mineralkg/ontology#> .\n"
                + "".join(
                    f"@prefix p{i}: <https://example.org/{i}#> .\n"
                    f"<urn:said-again> p{i}:x p{i}:y ; mkg:comitted{i % 20} <urn:b> .\n"
                    for i in range(3_000)
                ),
                "unknown-term",
            ),
        ),
        {1},
    )
    yield Case(
        "one prefix twice",
        _file("x.ttl", "@prefix p: <urn:a:> . p:a p:b p:c . @prefix p: <urn:b:> . p:a p:b p:c ."),
        {3},
    )


def _lazy(file: str, data: Callable[[str], bytes], name: str, *rules: str) -> Build:
    """Write what is large only when the case is run."""

    def build(folder: Path) -> Mapping[str, set[str]]:
        (folder / file).write_bytes(data(name))
        return {file: set(rules)}

    return build


def _slow() -> Iterator[Case]:
    """Texts on which a reader that looks back may take time as the square of their length."""
    brackets = b"[]" * 501
    many = 200_000
    texts = {
        "quotes that open.ttl": brackets + b'\\"""\n' * many,
        "single quotes that open.ttl": brackets + b"\\'''\n" * many,
        "escapes.jsonld": brackets + b'"' + b'\\"' * many,
        "comments that open.rdf": _RDF + b"<a/>" * 1001 + b"<!--" * many,
        "cdata that opens.rdf": _RDF + b"<a/>" * 1001 + b"<![CDATA[" * many,
        "declarations that open.rdf": _RDF + b"<a/>" * 1001 + b"<!" * many,
        "tags that open.rdf": _RDF + b"<a/>" * 1001 + b"<a a" * many,
        "faults.ttl": b")." * many,
        "faults.trig": b").}" * many,
        "faults on lines.nt": b".\n" * many,
        "faults on lines.nq": b"a.b.c.\n" * many,
        "undeclared.ttl": b"x:y x:y x:y ." * many,
        "strings.ttl": b'<urn:a> <urn:p> "' + b"\\" * many,
        "names.ttl": b"a" * many + b"." * many,
        "dots.ttl": b"<urn:a> <urn:p> a:" + b"." * many,
        "percent.ttl": b"<urn:a> <urn:p> a:" + b"%4" * many,
        "numbers.ttl": b"<urn:a> <urn:p> " + b"1" * many + b"e",
        "spaces.ttl": b'<urn:a> <urn:p> "' + b" " * many + b"\n",
        "web page.ttl": b"\n" * many + b"<!",
    }
    for name, data in texts.items():
        yield Case(f"slow: {name}", _file(name, data, "syntax"), {2}, cpu=20)
    labelled = "".join(f"<urn:s{i}> <urn:p> [ <urn:q> [ <urn:r> [] , [] ] ] .\n" for i in range(5_000))
    yield Case(
        "slow: thousands of alike nodes and a fault",
        _file("x.ttl", labelled + "<urn:fault> <https://w3id.org/mineralkg/ontology#nothing> 1 .", "unknown-term"),
        {1},
    )


def _iris() -> Iterator[Case]:
    bad = {
        "space": "http://exa mple/",
        "bracket": "http://[::1",
        "percent": "http://x/%zz",
        "no scheme": "nothing",
        "port": "http://x:abc/",
    }
    for what, iri in bad.items():
        files = [_file(f"x.{n}", f"<{iri}> <urn:p> <urn:o> .", "syntax") for n in ("nt", "nq")]
        if what != "no scheme":
            files += [_file(f"x.{n}", f"<{iri}> <urn:p> <urn:o> .", "syntax") for n in ("ttl", "trig")]
        yield Case(f"an IRI with {what}", _files(*files), {2}, placed=what != "no scheme")
    relative = _files(
        _file("x.ttl", "<a> <b> <../../../../etc/passwd> ."),
        _file("x.trig", "<a> <b> <c> ."),
        _file("x.rdf", _RDF + b"<rdf:Description rdf:about='a'><p xmlns='urn:'/></rdf:Description></rdf:RDF>"),
        _file("x.jsonld", '{"@id":"a","urn:p":{"@id":"b"}}'),
    )
    yield Case("relative IRIs", relative, {3})
    yield Case("IRIs with escapes", _file("x.ttl", "<urn:a\\u0000b> <urn:p> <urn:\\u003E> .", "syntax"), {2})
    yield Case("a base that is no base", _file("x.ttl", "@base <mailto:x> . <a> <b> <c> ."), {2, 3})


def _entities() -> Iterator[Case]:
    def xml(dtd: str, body: str) -> str:
        return (
            f"<?xml version='1.0'?>\n<!DOCTYPE rdf:RDF [\n{dtd}\n]>\n"
            + _RDF.decode()
            + f"<rdf:Description rdf:about='urn:a'><p xmlns='urn:'>{body}</p></rdf:Description></rdf:RDF>"
        )

    laughs = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    flat = '<!ENTITY a "' + "x" * 1_000_000 + '">'
    alike = '<!ENTITY a "' + "x" * 100_000 + '">' + "".join(f'<!ENTITY b{i} "{"&a;" * 100}">' for i in range(300))
    quadratic = "".join(f'<!ENTITY a{i} "x">' for i in range(30_000))
    files = {
        "laughs.rdf": (xml(laughs, "&a11;"), "too-large"),
        "flat.rdf": (xml(flat, "&a;" * 1000), "too-large"),
        "hidden.rdf": (xml(flat, "&a;" * 1000) + "<!-- <!ENTITY x -->", "too-large"),
        "many.rdf": (xml(alike, "x"), "too-large"),
        "attribute.rdf": (xml(flat, "x").replace("'urn:a'", "'urn:" + "&a;" * 1000 + "'"), "too-large"),
        "outside.rdf": (xml('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), "outside"),
        "network.rdf": (xml('<!ENTITY a SYSTEM "http://127.0.0.1:{port}/x">', "&a;"), "outside"),
        "public.rdf": (xml('<!ENTITY a PUBLIC "x" "http://127.0.0.1:{port}/x">', "&a;"), "outside"),
        "parameter.rdf": (xml('<!ENTITY % a SYSTEM "file://{trap}"> %a;', "x"), "outside"),
        "doctype.rdf": (xml("", "x").replace("rdf:RDF [\n\n]", 'rdf:RDF SYSTEM "file://{trap}"'), "outside"),
    }
    for name, (text, rule) in files.items():
        yield Case(f"entities: {name}", _trapped(name, text, rule), {2}, placed=rule == "outside")
    yield Case("entities: numerous", _file("x.rdf", xml(quadratic, "&a1;" * 30_000)), {2, 3}, placed=False)
    recursive = xml('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;")
    yield Case("entities: in a ring", _file("x.rdf", recursive, "syntax"), {2}, placed=False)
    trick = xml(
        '<!ENTITY a "'
        + "x" * 10_000
        + '"><!ENTITY b "'
        + "&#38;a;" * 1000
        + '"><!ENTITY c "'
        + "&#38;b;" * 1000
        + '">',
        "&c;" * 100,
    )
    yield Case("entities: by number", _file("x.rdf", trick), {2, 3}, placed=False)
    include = (
        _RDF.decode()
        + "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file://{trap}' parse='text'/></rdf:RDF>"
    )
    yield Case("entities: an inclusion", _trapped("x.rdf", include), {0, 2, 3}, placed=False)


def _trapped(name: str, text: str, *rules: str) -> Build:
    """Write a file that points to the trap: a file beside the folder, and a listener that nobody may visit."""

    def build(folder: Path) -> Mapping[str, set[str]]:
        trap, port = folder.parent / "trap" / "secret.txt", (folder.parent / "trap" / "port").read_text()
        (folder / name).write_text(text.replace("{trap}", str(trap)).replace("{port}", port), encoding="utf-8")
        return {name: set(rules)}

    return build


def _outside() -> Iterator[Case]:
    contexts = {
        "remote": '{"@context":"http://127.0.0.1:{port}/c","@id":"urn:a","x":1}',
        "file": '{"@context":"file://{trap}","@id":"urn:a","x":1}',
        "relative": '{"@context":"../trap/secret.txt","@id":"urn:a","x":1}',
        "among others": '{"@context":[{"x":"urn:x"},"http://127.0.0.1:{port}/c"],"@id":"urn:a","x":1}',
        "imported": '{"@context":{"@version":1.1,"@import":"http://127.0.0.1:{port}/c"},"@id":"urn:a","x":1}',
        "scoped": '{"@context":{"x":{"@id":"urn:x","@context":"http://127.0.0.1:{port}/c"}},"@id":"urn:a","x":{"y":1}}',
        "w3id": '{"@context":"https://w3id.org/mineralkg/context.jsonld","@id":"urn:a","x":1}',
    }
    for what, text in contexts.items():
        yield Case(f"context: {what}", _trapped("x.jsonld", text, "outside"), {2}, placed=False)
    yield Case(
        "imports that could be read",
        _trapped(
            "x.ttl",
            "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<urn:a> a owl:Ontology ; "
            "owl:imports <file://{trap}> , <http://127.0.0.1:{port}/x> .",
            "imports",
        ),
        {0, 1, 3},
    )


def _archives() -> Iterator[Case]:
    bomb = gzip.compress(b"\x00" * 20_000_000)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside.ttl", "<urn:a> <urn:b> <urn:c> .")
        archive.writestr("x.ttl", b" " * 20_000_000)
    tarred = io.BytesIO()
    with tarfile.open(fileobj=tarred, mode="w") as tar:
        info = tarfile.TarInfo("../../outside.ttl")
        tar.addfile(info, io.BytesIO())
    starts = {
        "bzip2": b"BZh91AY&SY",
        "xz": b"\xfd7zXZ\x00",
        "7z": b"7z\xbc\xaf\x27\x1c",
        "zstd": b"(\xb5/\xfd",
        "rar": b"Rar!\x1a\x07",
    }
    named = {"gzip bomb": bomb, "zip": zipped.getvalue(), "tar": tarred.getvalue(), **starts}
    for what, data in named.items():
        yield Case(f"archive: {what}", _each(partial(_same, data), "archive"), {2}, placed=False)


def _same(data: bytes, _: str) -> bytes:
    return data


def _kinds(folder: Path) -> Mapping[str, set[str]]:
    (folder / "x.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    (folder / "loop").symlink_to(folder)
    (folder / "ring.ttl").symlink_to(folder / "ring.ttl")
    (folder / "device.ttl").symlink_to("/dev/zero")
    (folder / "folder.ttl").mkdir()
    os.mkfifo(folder / "pipe.ttl")
    return {"x.ttl": set()}


def _leak(folder: Path) -> Mapping[str, set[str]]:
    (folder / "leak.ttl").symlink_to(folder.parent / "trap" / "secret.txt")
    return {"leak.ttl": {"outside"}}


def _ring(folder: Path) -> Mapping[str, set[str]]:
    (folder / "ring.ttl").symlink_to("ring.ttl")
    return {}


def _special() -> Iterator[Case]:
    yield Case("what is no file stands in a folder", _quiet(_kinds), {2}, says="not", joins=False)
    told = {"pipe.ttl": "", "device.ttl": "", "folder.ttl": "there is no RDF file in this folder", "ring.ttl": ""}
    for name, says in told.items():
        yield Case(
            f"what is no file: {name}",
            _quiet(_kinds),
            {2},
            argv=("check", name, "--against", "none"),
            says=says,
            placed=False,
        )
        yield Case(
            f"what is no data: {name}",
            _quiet(_kinds),
            {2},
            argv=("sparql", "ASK {}", "--data", name),
            says=says,
            placed=False,
        )
    for argv in (
        ("sparql", "--file", "pipe.ttl", "--timeout", "1"),
        ("sparql", "--file", "device.ttl"),
        ("verify-quotes", "device.ttl"),
        ("verify-quotes", "pipe.ttl"),
        ("check", "x.ttl", "--source", "device.ttl"),
        ("check", "x.ttl", "--shapes", "device.ttl"),
        ("check", "x.ttl", "--against", "pipe.ttl"),
        ("check", "x.ttl", "--baseline", "device.ttl"),
    ):
        yield Case(f"what is no file: {' '.join(argv)}", _quiet(_kinds), {2}, argv=argv, placed=False)
    yield Case("a link out of the folder", _quiet(_leak), {2}, says="a link out of the folder", joins=False)
    yield Case("a link to itself in a folder", _quiet(_ring), {2}, says="no file, although", joins=False)


def _out(folder: Path) -> Mapping[str, set[str]]:
    """Write what may stand where a scaffold is to be written."""
    (folder / "folder.ttl").mkdir()
    (folder / "there.ttl").write_text("# mine\n")
    (folder / "link.ttl").symlink_to(folder.parent / "trap" / "new.ttl")
    (folder / "ring.ttl").symlink_to("ring.ttl")
    (folder / "device.ttl").symlink_to("/dev/full")
    os.mkfifo(folder / "pipe.ttl")
    return {}


_NO_KINDS = {
    "none": "",
    "control characters": "sta\te\x1b[31m\x07\n::error::",
    "bidi": "\u202estate\u2066",
    "bytes that are no text": "sta\udcffte",
    "of 100,000 letters": "a" * 100_000,
    "of 100,000 words": "state " * 20_000,
    "a path": "../../../../etc/passwd",
    "an IRI": "https://w3id.org/mineralkg/ontology#State",
    "Turtle": "state> . <urn:a> <urn:b> <urn:c> . #",
    "a pattern": "(a+)+$",
    "an option": "--out",
}


def _scaffolds() -> Iterator[Case]:
    """Names of kinds, of files and of languages that are none."""
    for what, kind in _NO_KINDS.items():
        says = "There is no kind of thing"
        yield Case(f"new: a kind that is {what}", _quiet(_out), {2}, argv=("new", "--", kind), says=says)
    for name in ("folder.ttl", "there.ttl", "link.ttl", "ring.ttl", "device.ttl", "pipe.ttl"):
        argv = ("new", "state", "--out", name)
        yield Case(f"new: to {name}", _quiet(_out), {2}, argv=argv, says=f"{name} is there already")
    bad = {
        "": "a scaffold is Turtle",
        "-": "a scaffold is Turtle",
        "x.jsonld": "a scaffold is Turtle",
        "none/x.ttl": "x.ttl: the file cannot be written",
        "there.ttl/x.ttl": "x.ttl: the file cannot be written",
        "/proc/x.ttl": "x.ttl: the file cannot be written",
        "a" * 100_000 + ".ttl": "cannot be written (File name too long)",
    }
    for name, says in bad.items():
        yield Case(f"new: to “{name[:20]}”", _quiet(_out), {2}, argv=("new", "state", f"--out={name}"), says=says)
    odd = {"\x1b[31m\n.ttl": "\\u{1b}[31m⏎.ttl", "\udcff.ttl": "\\u{dcff}.ttl", "-x.ttl": "check ./-x.ttl"}
    for name, says in odd.items():
        yield Case(f"new: to {name!a}", _quiet(_out), {0}, argv=("new", "state", f"--out={name}"), says=says)
    for lang in ("x\n<urn:a> <urn:b> <urn:c> .", "e\udcffs", "a" * 100_000, "", "../../es"):
        says, shown = "is no language tag", lang[:20]
        yield Case(f"new: in {shown!a}", _quiet(_out), {2}, argv=("new", "state", f"--lang={lang}"), says=says)


def _quiet(build: Build) -> Build:
    def run(folder: Path) -> Mapping[str, set[str]]:
        build(folder)
        return {}

    return run


_SHAPES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:S> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ; "
_DATA = "".join(f'<urn:a{i}> <urn:p> "{"a" * 60}!" .\n' for i in range(300))
_PRODUCT = (
    "SELECT $this WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l "
    "FILTER (STR(?a) > STR(?d) && STR(?d) > STR(?g) && STR(?g) > STR(?j) && STR(?j) > STR(?a)) }"
)


def _shapes() -> Iterator[Case]:
    """Shapes of the user's own that never come to an end, on both engines."""
    bad = {
        "an exploding expression": "sh:property [ sh:path <urn:p> ; sh:pattern '^(a+)+$' ] .",
        "a query without end": f"sh:sparql [ sh:select '{_PRODUCT}' ] .",
        "an expression in a query": "sh:sparql [ sh:select "
        "'SELECT $this WHERE { $this ?p ?o FILTER (!REGEX(?o, \"^(a+)+$\")) }' ] .",
        "shapes in a ring": "sh:node <urn:S> .",
    }
    for what, text in bad.items():
        for engine in ("auto", "pyshacl"):
            argv = (
                "check",
                "x.ttl",
                "--shapes",
                "s.ttl",
                "--against",
                "none",
                "--engine",
                engine,
                "--timeout",
                "3",
                "-f",
                "json",
            )
            files = _quiet(_files(_file("x.ttl", _DATA), _file("s.ttl", _SHAPES + text)))
            ends = (engine == "auto" and "expression" in what) or what == "shapes in a ring"
            says = "" if ends else "3 seconds"
            yield Case(
                f"shapes: {what}, {engine}",
                files,
                {0, 1, 2} if ends else {2},
                argv=argv,
                says=says,
                placed=False,
                cpu=30,
            )
    yield Case(
        "a query without end",
        _quiet(_file("x.ttl", _DATA)),
        {2},
        argv=("sparql", _PRODUCT.replace("$this", "?a"), "--data", "x.ttl", "--timeout", "2"),
        says="2 seconds",
        cpu=30,
    )
    yield Case(
        "an expression in a query",
        _quiet(_file("x.ttl", _DATA)),
        {0},
        argv=("sparql", 'SELECT * { ?s ?p ?o FILTER REGEX(?o, "^(a+)+$") }', "--data", "x.ttl"),
    )
    yield Case(
        "a huge expression in a query",
        _quiet(_file("x.ttl", _DATA)),
        {0, 2},
        argv=("sparql", 'SELECT * { ?s ?p ?o FILTER REGEX(?o, "((a{1000}){1000}){1000}") }', "--data", "x.ttl"),
    )
    deep = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:S> a sh:NodeShape ; sh:targetNode <urn:a0> ; sh:property [ sh:minCount 1 ; sh:path "
        + "[ <http://www.w3.org/ns/shacl#zeroOrMorePath> " * 450
        + "<urn:p>"
        + " ]" * 450
        + " ] ."
    )
    for engine in ("auto", "pyshacl"):
        yield Case(
            f"shapes: a deep path, {engine}",
            _quiet(_files(_file("x.ttl", _DATA), _file("s.ttl", deep))),
            {0, 1, 2, 3},
            argv=("check", "x.ttl", "--shapes", "s.ttl", "--against", "none", "--engine", engine, "--timeout", "5"),
            placed=False,
        )
    chain = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        + "".join(f"<urn:S{i}> a sh:NodeShape ; sh:node <urn:S{i + 1}> .\n" for i in range(3000))
        + "<urn:S0> sh:targetSubjectsOf <urn:p> .\n<urn:S3000> a sh:NodeShape ; sh:nodeKind sh:Literal .\n"
    )
    for engine in ("auto", "pyshacl"):
        yield Case(
            f"shapes: a long chain, {engine}",
            _quiet(_files(_file("x.ttl", _DATA), _file("s.ttl", chain))),
            {0, 1, 2},
            argv=("check", "x.ttl", "--shapes", "s.ttl", "--against", "none", "--engine", engine, "--timeout", "5"),
            placed=False,
        )


HOSTILE_LABELS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) @everyone #1 **bold** `code`",
    "| cell | cell |",
    '=HYPERLINK("http://127.0.0.1")',
    "+1-1",
    "@SUM(A1)",
    "-cmd|' /C calc'!A0",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "one\n::error file=x::injected\r\n::set-output name=x::y",
    "2026-01-01 00:00:00 ERROR forged log line",
    "x.ttl:1:1: error[forged] a line of a report",
    "0 errors, 0 warnings, 0 notes",
    "]]> <!-- --> &amp; &lt; %0A %0D %2C",
    "'; DROP TABLE x; -- } UNION { ?s ?p ?o }",
    "\u202eright\u2066left\u200b\ufeff",
    "a\u2028b\u2029c\u0085d",
    "</testcase></testsuite>",
    '"^^xsd:string . <urn:x> <urn:y> "',
    "{found} {?this} {0} %s ${IFS} $(id)",
    "\ud7ff\uffff\U0010ffff",
)


def _all() -> Iterator[Case]:
    yield from _semantic()
    yield Case("truncated", _truncated, {2}, placed=False)
    yield Case("broken", _broken, {2}, placed=False)
    for cases in (_encodings, _iris, _entities, _outside, _archives, _special, _scaffolds, _shapes, _slow, _large):
        yield from cases()


CASES = list(_all())
