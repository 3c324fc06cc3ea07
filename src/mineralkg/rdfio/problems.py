"""What can be wrong with a file before its triples are looked at: one table of sentences, in English and Spanish.

The parser's own words are matched to the kinds of this table; what matches none is quoted as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mineralkg.languages import served

__all__ = ["Problem", "of_parser"]


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a text from being read: its kind, and where it stands.

    Offsets count characters of the decoded text without a byte order mark, the end is exclusive; None where the place
    is not known. ``rule`` is the rule that a finding about it names.
    """

    kind: str
    start: int | None = None
    end: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The rule: what the kind begins with, before the slash."""
        return self.kind.partition("/")[0]

    def sentence(self, lang: str = "en") -> str:
        """Return what is wrong, in one sentence."""
        return _filled(_TEXTS[self.kind][served(lang)], self.details)

    def hint(self, lang: str = "en") -> str | None:
        """Return what to do about it, or None where the sentence says that already."""
        texts = _TEXTS[self.kind]
        hint = texts.get(f"{served(lang)}:hint") or texts.get("en:hint")
        return _filled(hint, self.details) if hint else None


def _filled(template: str, details: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: details.get(match[1], ""), template)


_TEXTS: dict[str, dict[str, str]] = {
    "syntax/dot": {
        "en": "A full stop is missing before “{found}”: the statement before it is not ended.",
        "es": "Falta un punto antes de «{found}»: la afirmación anterior no está cerrada.",
        "en:hint": "End a statement with “ .”, or go on about the same subject with “ ;”.",
        "es:hint": "Cierre la afirmación con « .», o siga con el mismo sujeto con « ;».",
    },
    "syntax/end": {
        "en": "The file ends in the middle of a statement.",
        "es": "El archivo termina en medio de una afirmación.",
        "en:hint": "End the last statement with “ .”.",
        "es:hint": "Cierre la última afirmación con « .».",
    },
    "syntax/open-string": {
        "en": "The text that begins here is never closed.",
        "es": "El texto que empieza aquí no se cierra.",
        "en:hint": 'Close it with the same quotation marks; a text over several lines stands between """ and """.',
        "es:hint": 'Ciérrelo con las mismas comillas; un texto de varias líneas va entre """ y """.',
    },
    "syntax/prefix": {
        "en": "The prefix “{found}” is not declared.",
        "es": "El prefijo «{found}» no está declarado.",
        "en:hint": "Add a line at the top: @prefix {found} <…> .",
        "es:hint": "Añada una línea al principio: @prefix {found} <…> .",
    },
    "syntax/bracket": {
        "en": "A “[” is not closed before “{found}”.",
        "es": "Un «[» no se cierra antes de «{found}».",
        "en:hint": "Close it with “]”.",
        "es:hint": "Ciérrelo con «]».",
    },
    "syntax/no-value": {
        "en": "A value is missing before “{found}”.",
        "es": "Falta un valor antes de «{found}».",
        "en:hint": "Write the value, or leave out the property before it.",
        "es:hint": "Escriba el valor o quite la propiedad anterior.",
    },
    "syntax/object": {
        "en": "“{found}” cannot be a value here.",
        "es": "«{found}» no puede ser un valor aquí.",
        "en:hint": "Write an IRI, a name with a declared prefix, a text in quotation marks or a number.",
        "es:hint": "Escriba un IRI, un nombre con prefijo declarado, un texto entre comillas o un número.",
    },
    "syntax/subject": {
        "en": "“{found}” cannot begin a statement.",
        "es": "«{found}» no puede empezar una afirmación.",
        "en:hint": "A statement begins with an IRI, a name with a declared prefix, or “[”.",
        "es:hint": "Una afirmación empieza con un IRI, un nombre con prefijo declarado o «[».",
    },
    "syntax/predicate": {
        "en": "“{found}” cannot be a property.",
        "es": "«{found}» no puede ser una propiedad.",
        "en:hint": "A property is an IRI, a name with a declared prefix, or “a”.",
        "es:hint": "Una propiedad es un IRI, un nombre con prefijo declarado, o «a».",
    },
    "syntax/quotes": {
        "en": '“{found}” is a typographic quotation mark; a text stands between straight ones (").',
        "es": '«{found}» es una comilla tipográfica; un texto va entre comillas rectas (").',
    },
    "syntax/relative": {
        "en": "<{found}> is not a whole IRI: it has no scheme such as https:.",
        "es": "<{found}> no es un IRI completo: le falta un esquema como https:.",
    },
    "syntax/iri": {
        "en": "This IRI is not valid: {reason}.",
        "es": "Este IRI no es válido: {reason}.",
        "en:hint": 'Write a space as %20, and leave out < > " { } | ^ ` and \\.',
        "es:hint": 'Escriba un espacio como %20 y no use < > " { } | ^ ` ni \\.',
    },
    "syntax/line-end": {
        "en": "A text between single quotation marks may not go over the end of the line.",
        "es": "Un texto entre comillas simples no puede pasar del fin de la línea.",
        "en:hint": 'Put it between """ and """, or write the line end as \\n.',
        "es:hint": 'Póngalo entre """ y """, o escriba el salto de línea como \\n.',
    },
    "syntax/escape": {
        "en": "“{found}” is not an escape that a text can have.",
        "es": "«{found}» no es un escape que pueda tener un texto.",
        "en:hint": 'A backslash is written \\\\; others are \\n \\t \\" and \\u with four digits.',
        "es:hint": 'Una barra inversa se escribe \\\\; otros son \\n \\t \\" y \\u con cuatro cifras.',
    },
    "syntax/other": {"en": "This is not {format}: {reason}.", "es": "Esto no es {format}: {reason}."},
    "syntax/format": {
        "en": "This is not {format}, although the file's name says so: it reads as {other}.",
        "es": "Esto no es {format}, aunque lo dice el nombre del archivo: se lee como {other}.",
        "en:hint": "Name the file so that it ends in {suffix}.",
        "es:hint": "Dele al archivo un nombre que acabe en {suffix}.",
    },
    "syntax/html": {
        "en": "This is a web page, not {format}.",
        "es": "Esto es una página web, no {format}.",
        "en:hint": "Save the data that the page links to, not the page.",
        "es:hint": "Guarde los datos a los que enlaza la página, no la página.",
    },
    "syntax/suffix": {
        "en": "The file's name does not say which RDF format it is in.",
        "es": "El nombre del archivo no dice en qué formato RDF está.",
        "en:hint": "Let it end in one of {known}.",
        "es:hint": "Haga que acabe en uno de {known}.",
    },
    "syntax/more": {
        "en": "There may be more faults than these: reading stopped after {number}.",
        "es": "Puede haber más fallos que estos: la lectura paró tras {number}.",
    },
    "encoding/utf8": {
        "en": "The text is not UTF-8: the byte {byte} cannot stand here.",
        "es": "El texto no es UTF-8: el byte {byte} no puede estar aquí.",
        "en:hint": "Save the file as UTF-8. In {guess} this byte is “{letter}”.",
        "es:hint": "Guarde el archivo como UTF-8. En {guess} este byte es «{letter}».",
    },
    "encoding/other": {
        "en": "The text is {found}, not UTF-8.",
        "es": "El texto está en {found}, no en UTF-8.",
        "en:hint": "Save the file as UTF-8.",
        "es:hint": "Guarde el archivo como UTF-8.",
    },
    "archive": {
        "en": "This is an archive ({found}), which is not opened here.",
        "es": "Esto es un archivo comprimido ({found}), que aquí no se abre.",
        "en:hint": "Unpack it and check what is in it.",
        "es:hint": "Descomprímalo y compruebe lo que contiene.",
    },
    "too-large/file": {
        "en": "The file has {size} bytes; the limit is {limit}.",
        "es": "El archivo tiene {size} bytes; el límite es {limit}.",
        "en:hint": "Split it, or raise the limit with --max-bytes.",
        "es:hint": "Divídalo o aumente el límite con --max-bytes.",
    },
    "too-large/token": {
        "en": "One text or name in it is longer than the 16 MiB that can be read.",
        "es": "Un texto o nombre que contiene supera los 16 MiB que se pueden leer.",
        "en:hint": "Quote shortly: the text of a source does not belong into the graph.",
        "es:hint": "Cite poco: el texto de una fuente no va en el grafo.",
    },
    "too-large/entities": {
        "en": "Its XML entities would grow to {size} bytes or more; the limit is {limit}.",
        "es": "Sus entidades XML crecerían hasta {size} bytes o más; el límite es {limit}.",
        "en:hint": "Write the text out instead of using entities.",
        "es:hint": "Escriba el texto completo en vez de usar entidades.",
    },
    "too-deep": {
        "en": "Brackets or elements nest more than {limit} deep here.",
        "es": "Los corchetes o elementos se anidan aquí más de {limit} niveles.",
        "en:hint": "Give the inner nodes IRIs of their own and describe them one after the other.",
        "es:hint": "Dé a los nodos interiores su propio IRI y descríbalos uno tras otro.",
    },
    "outside": {
        "en": "The file points outside itself ({found}), and nothing outside is read.",
        "es": "El archivo remite fuera de sí ({found}), y nada de fuera se lee.",
        "en:hint": "Put what is needed into the file.",
        "es:hint": "Ponga en el archivo lo que haga falta.",
    },
}

# From the sentences of the parser to kinds; {found} is what stands at the place where no group of that name is.
_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"A dot is expected at the end of statements", "syntax/dot"),
        (r"Unexpected end of file", "syntax/open-string"),
        (r"Unexpected end$", "syntax/end"),
        (r"The prefix (?P<found>\S*:) has not been declared", "syntax/prefix"),
        (r"blank node property lists should end with a '\]'", "syntax/bracket"),
        (r"'(?P<found>[“”„«»‘’])' is not allowed", "syntax/quotes"),
        (r"(?P<found>[.;,\])}]) is not a valid (?:RDF object|object)", "syntax/no-value"),
        (r".* is not a valid (?:RDF object|object)", "syntax/object"),
        (r".* is not a valid subject(?: or graph name)?", "syntax/subject"),
        (r".* is not a valid predicate", "syntax/predicate"),
        (r"No scheme found in an absolute IRI", "syntax/relative"),
        (r"(?P<reason>Invalid IRI .*|Invalid character .* in (?:host|.*)|.*percent.*|Invalid port.*)", "syntax/iri"),
        (r"Line jumps are not allowed in string literals", "syntax/line-end"),
        (r"Unexpected escape character '(?P<found>.*)'", "syntax/escape"),
        (r".*remote context.*|.*loading remote.*|.*No LoadDocumentCallback.*", "outside"),
    )
)


def of_parser(reason: str, format: str, start: int | None, end: int | None, found: str) -> Problem:
    """Return the problem that a sentence of the parser tells of; *found* is the text at its place."""
    for pattern, kind in _SENTENCES:
        if match := pattern.match(reason):
            return Problem(kind, start, end, _clipped({"found": found, **match.groupdict()}))
    details = {"format": format, "reason": reason.rstrip("."), "found": found}
    return Problem("syntax/other", start, end, _clipped(details))


def _clipped(details: Mapping[str, str]) -> dict[str, str]:
    """Return details short enough for a sentence."""
    return {key: text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for key, text in details.items()}


_LONGEST = 200
