"""What is to be said of the check itself, in the languages of the reports."""

from __future__ import annotations

from collections.abc import Mapping

from mineralkg.languages import served

__all__ = ["note"]

_NOTES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "rules": "rules that hold: {held}; that are broken: {broken}",
        "unjudged": "nothing here to judge by: {rules}",
        "none": "there is no linked data here: no RDF and no endpoint was found",
        "base": "IRIs begin with {base} here, as the site says of itself (--base-url says otherwise)",
        "things": "{done} things were looked at in all their forms, {left} more were left out (--max-things)",
        "pages": "{done} pages were walked over, {left} more addresses were found and left out (--max-pages)",
        "requests": "{left} requests were left out (--max-requests)",
        "large": "answers larger than --max-bytes, of which sizes, checksums and statements were not judged: {paths}",
        "tired": "the server failed {number} times and was asked no more",
        "symmetric": "{iri}: two graphs could not be compared, their unnamed nodes are too much alike",
        "folder": "files alone cannot show what a host does; not judged: {rules}. Check the site when it is online.",
        "hosts": "rules for hosts that are not run here: {files}",
    },
    "es": {
        "rules": "reglas que se cumplen: {held}; que no: {broken}",
        "unjudged": "nada que juzgar aquí por: {rules}",
        "none": "aquí no hay datos enlazados: no se encontró RDF ni punto de acceso",
        "base": "aquí los IRI comienzan por {base}, según dice el propio sitio (--base-url indica otra cosa)",
        "things": "se examinaron {done} cosas en todas sus formas; quedaron fuera {left} más (--max-things)",
        "pages": "se recorrieron {done} páginas; quedaron fuera {left} direcciones más (--max-pages)",
        "requests": "quedaron fuera {left} peticiones (--max-requests)",
        "large": "respuestas mayores que --max-bytes, sin juzgar su tamaño, sus sumas ni sus enunciados: {paths}",
        "tired": "el servidor falló {number} veces y no se le preguntó más",
        "symmetric": "{iri}: no se pudieron comparar dos grafos, sus nodos sin nombre se parecen demasiado",
        "folder": "los archivos solos no muestran lo que hace un servidor; sin juzgar: {rules}. "
        "Compruebe el sitio en línea.",
        "hosts": "reglas para servidores que aquí no se ejecutan: {files}",
    },
}


def note(lang: str, name: str, **values: object) -> str:
    """Return a note in a language, English where it is not there."""
    texts = _NOTES[served(lang)]
    return texts[name].format(**values)
