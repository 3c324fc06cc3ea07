"""The words of a report in the languages it can be read in; a language that is not here is served in English."""

from __future__ import annotations

from collections.abc import Mapping

from mineralkg.languages import served
from mineralkg.reports.model import Level

__all__ = ["Words", "counted", "words"]

Words = Mapping[str, str]

_ENGLISH: Words = {
    "violation": "error",
    "warning": "warning",
    "info": "note",
    "violations": "errors",
    "warnings": "warnings",
    "infos": "notes",
    "nodes": "nodes",
    "node": "node",
    "quotations": "quotations",
    "quotation": "quotation",
    "requests": "requests",
    "request": "request",
    "locations": "addresses",
    "location": "address",
    "files": "files",
    "file": "file",
    "shapes": "shapes",
    "shape": "shape",
    "rule": "rule",
    "on": "on",
    "help": "help",
    "fix": "fix",
    "with": "with",
    "done_shapes": "checked {shapes} on {nodes} in {files}",
    "done": "checked {nodes} in {files}",
    "of_kind": "… and {number} more like this in {file}",
    "not_checked": "not checked: {nodes} that no rule looks at",
    "nothing": "Nothing was checked: there is nothing here that any rule looks at.",
    "fixable": "{number} can be mended with --fix",
    "choose": "choose one; neither is applied by --fix",
    "known": "{number} known, from the baseline",
    "stale": "no longer there, remove it from the baseline: {entry}",
    "severity": "severity",
    "message": "message",
    "place": "place",
    "report": "Report",
    "conforms": "Everything checked conforms.",
    "fails": "This does not pass.",
    "unreadable": "Not everything could be read.",
    "filter": "Show",
    "all": "all",
    "no_findings": "Nothing to report.",
}
_SPANISH: Words = {
    "violation": "error",
    "warning": "aviso",
    "info": "nota",
    "violations": "errores",
    "warnings": "avisos",
    "infos": "notas",
    "nodes": "nodos",
    "node": "nodo",
    "quotations": "citas",
    "quotation": "cita",
    "requests": "peticiones",
    "request": "petición",
    "locations": "direcciones",
    "location": "dirección",
    "files": "archivos",
    "file": "archivo",
    "shapes": "formas",
    "shape": "forma",
    "rule": "regla",
    "on": "sobre",
    "help": "ayuda",
    "fix": "arreglo",
    "with": "con",
    "done_shapes": "comprobado: {shapes} sobre {nodes} en {files}",
    "done": "comprobado: {nodes} en {files}",
    "of_kind": "… y {number} más como este en {file}",
    "not_checked": "sin comprobar: {nodes} que ninguna regla mira",
    "nothing": "No se comprobó nada: aquí no hay nada que alguna regla mire.",
    "fixable": "{number} se pueden arreglar con --fix",
    "choose": "elija uno; --fix no aplica ninguno",
    "known": "{number} ya conocidos, de la línea base",
    "stale": "ya no está, quítelo de la línea base: {entry}",
    "severity": "gravedad",
    "message": "mensaje",
    "place": "lugar",
    "report": "Informe",
    "conforms": "Todo lo comprobado es conforme.",
    "fails": "Esto no pasa.",
    "unreadable": "No se pudo leer todo.",
    "filter": "Mostrar",
    "all": "todos",
    "no_findings": "Nada que informar.",
}
_LANGUAGES: Mapping[str, Words] = {"en": _ENGLISH, "es": _SPANISH}


def words(lang: str) -> Words:
    """Return the words of a language, or of English where they are not there; ``es-MX`` is served as ``es``."""
    return _LANGUAGES[served(lang)]


def counted(vocabulary: Words, number: int, key: Level | str) -> str:
    """Return a number with its noun in singular or plural: ``2 errors``."""
    return f"{number} {vocabulary[key if number == 1 else key + 's']}"
