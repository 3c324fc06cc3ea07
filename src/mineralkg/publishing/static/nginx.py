"""The rules of nginx: maps for its http block, and what a server block includes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from mineralkg.publishing.policy import framing
from mineralkg.publishing.static.accept import greatest, weights
from mineralkg.publishing.static.rules import (
    COMMON,
    FILES,
    FORMS,
    MARK,
    TYPES,
    Rules,
    headers,
    links,
    pattern,
    with_charset,
)

__all__ = ["maps", "server"]

_SUFFIX = rf"(?:\.(?:{'|'.join(FILES)}))"


def maps(rules: Rules) -> str:
    """Return the maps: the weight of each form, the form, the document, its links, and where folders of things lead."""
    root = pattern(rules.root)
    asked = f"^{root}(?<mkg_d>{rules.negotiated('[^?]+?')})"
    folders = [
        (f"^{pattern(rules.root + path)}(?<mkg_rest>[^?]+)", f'"{rules.root}{_text(target)}$mkg_rest"')
        for path, target, folder in rules.both()
        if folder
    ]
    described = f"'{links(rules, '$mkg_document', '$mkg_files', page=False)}'"
    named = f"{asked}{rules.inside}{_SUFFIX}"
    blocks = [
        *_choice(),
        _map("$request_uri $mkg_page", '""', [(rf"^{root}(?:{rules.only_rdf})(?:\?|$)", '"no page: "')]),
        _map("$request_uri $mkg_document", '""', [(rf"{named}?(?:\?|$)", "$mkg_d")]),
        _map("$mkg_document $mkg_files", "$mkg_document", [("/$", '"${mkg_document}index"')]),
        # Hosts may pack answers, and nginx itself would not say so in a 304.
        _map(
            "$request_uri $mkg_vary",
            '"Accept-Encoding"',
            [(rf"{named}(?:\?|$)", '"Accept-Encoding"'), (rf"{asked}(?:\?|$)", '"Accept, Accept-Encoding"')],
        ),
        _map(
            "$mkg_document $mkg_links",
            f"'{links(rules, '$mkg_document', '$mkg_files', page=True)}'",
            [(f"^(?:{rules.only_rdf})$", described)],
            empty='""',
        ),
        _map("$request_uri $mkg_target", '""', folders),
        _map(
            "$request_uri $mkg_framing",
            f'"{framing(embedded=False)}"',
            [(f"^{root}(?:es/)?embed/", f'"{framing(embedded=True)}"')],
        ),
        _map("$request_method $mkg_allow", '"GET, HEAD, OPTIONS"', [("^(?:GET|HEAD)$", '""')]),
    ]
    return f"{MARK}# nginx: include it in the http block.\n\n" + "\n".join(blocks)


def _choice() -> Iterator[str]:
    """Return the maps from Accept to the suffix of a form."""
    suffixes = list(FORMS)
    for place, type in enumerate(FORMS.values()):
        # In the values of maps nginx has named captures only.
        lines = [(f.replace("([0-9.]+)", "(?<mkg_q>[0-9.]+)"), w.replace("$1", "$mkg_q")) for f, w in weights(type)]
        yield _map(f"$http_accept $mkg_w{place}", "0", lines, empty="1")
    told = ",".join(f"$mkg_w{place}" for place in range(len(suffixes)))
    lines = [(found, f".{suffixes[place]}") for found, place in greatest(len(suffixes))]
    yield _map(f'"$mkg_page{told}" $mkg_form', '""', lines)


def server(rules: Rules) -> str:
    """Return what the server block includes, after its root."""
    root, fields = rules.root, headers()
    shown = fields.pop("Content-Security-Policy")
    # nginx adds the charset to types without parameters only.
    types = {s: f'"{with_charset(t)}"' if ";" in t else t for s, t in {**COMMON, **TYPES}.items()}
    texts = " ".join(sorted({t for t in types.values() if t.startswith("text/")} - {"text/html"}))
    single = "".join(
        f'location = "{root}{_name(path)}" {{ return 303 "{root}{_text(target)}$is_args$args"; }}\n'
        for path, target, folder in rules.both()
        if not folder
    )
    folders = "|".join(pattern(path) for path in sorted(rules.folders))
    sent_on = (
        f'location ~ "^{pattern(root)}(?:{folders})." {{\n    if ($mkg_target = "") {{ return 404; }}\n'
        "    return 303 $mkg_target$is_args$args;\n}\n"
    )
    return (
        f"{MARK}# nginx: include it in the server block, after its root; maps.conf goes into the http block.\n\n"
        f"types {{\n{''.join(f'    {type} {suffix};{chr(10)}' for suffix, type in types.items())}}}\n"
        f"charset utf-8;\ncharset_types {texts};\nabsolute_redirect off;\n"
        f"error_page 404 {root}404.html;\nerror_page 406 {root}406.html;\n"
        + "".join(f'add_header {name} "{value}" always;\n' for name, value in fields.items())
        + f'add_header Content-Security-Policy "{shown}; $mkg_framing" always;\n'
        "add_header Vary $mkg_vary always;\nadd_header Link $mkg_links;\nadd_header Allow $mkg_allow always;\n"
        "if ($request_method = OPTIONS) { return 204; }\nif ($mkg_allow) { return 405; }\n\n"
        f"{single}{sent_on if folders else ''}"
        f'location ~ "^{pattern(root)}(?:{rules.negotiated(".+")})(?<=/)$" {{\n'
        "    etag off;\n    try_files ${uri}index$mkg_form @mkg_lacks;\n}\n"
        # The tags of nginx are made of time and length, and two forms of a document may have both in common.
        f'location ~ "^{pattern(root)}(?:{rules.negotiated(".+")})$" {{\n'
        "    etag off;\n    try_files $uri $uri$mkg_form @mkg_lacks;\n}\n"
        'location @mkg_lacks {\n    if ($mkg_form = "") { return 406; }\n    return 404;\n}\n'
        f"location {root} {{ try_files $uri $uri.html $uri/index.html =404; }}\n"
    )


def _map(head: str, default: str, lines: list[tuple[str, str]], *, empty: str = "") -> str:
    """Return a map whose patterns are looked for in any case of letters; the first found counts.

    nginx looks for none in an empty text: what that leads to is said apart.
    """
    told = "".join(f'    "~*{found}" {value};\n' for found, value in lines)
    nothing = f'    "" {empty};\n' if empty else ""
    return f"map {head} {{\n    default {default};\n{nothing}{told}}}\n"


def _text(path: str) -> str:
    return path.replace("\\", "%5C").replace('"', "%22").replace("$", "%24")


def _name(path: str) -> str:
    """Return a path as the text of an exact location, which is compared with the path after decoding."""
    return unquote(path).replace("\\", "\\\\").replace('"', '\\"')
