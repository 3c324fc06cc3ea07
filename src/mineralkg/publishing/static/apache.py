"""The rules of Apache: for the host of the files, and for w3id.org, which sends on to it."""

from __future__ import annotations

import re
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

__all__ = ["htaccess", "w3id"]

_SUFFIX = rf"(?:\.(?:{'|'.join(FILES)}))?"


def htaccess(rules: Rules) -> str:
    """Return the file ``.htaccess`` for the folder of the site."""
    root = rules.root
    framed = f'"expr=%{{REQUEST_URI}} =~ m#^{pattern(root)}(?:es/)?embed/#"'
    fields = headers()
    shown = f"{fields.pop('Content-Security-Policy')}; "
    return (
        f"{MARK}# Apache 2.4 with mod_rewrite, mod_headers, mod_setenvif and mod_mime, and AllowOverride All.\n"
        "Options -MultiViews -Indexes\nDirectorySlash Off\nDirectoryIndex index.html\nAddDefaultCharset utf-8\n"
        f"ErrorDocument 404 {root}404.html\nErrorDocument 406 {root}406.html\n"
        + "".join(f"AddType '{with_charset(type)}' .{suffix}\n" for suffix, type in {**COMMON, **TYPES}.items())
        + "".join(f'Header always set {name} "{value}"\n' for name, value in fields.items())
        + f'Header always set Content-Security-Policy "{shown}{framing(embedded=False)}"\n'
        f'Header always set Content-Security-Policy "{shown}{framing(embedded=True)}" {framed}\n'
        "Header always merge Vary Accept env=NEGOTIATED\n"
        # Hosts may pack answers. Apache would not say so in a 304, nor know the tag again that it gives to these.
        "Header always merge Vary Accept-Encoding\n"
        "RequestHeader edit* If-None-Match '-(?:gzip|br)\"' '\"'\n"
        f'Header set Link "{_quoted(links(rules, "%{DOCUMENT}e", "%{FILES}e", page=True))}" env=DOCUMENT\n'
        f'Header set Link "{_quoted(links(rules, "%{DESCRIBED}e", "%{DESCRIBED}e", page=False))}" env=DESCRIBED\n'
        f'{_weights()}SetEnvIf Request_URI "^{pattern(root)}(?:{rules.only_rdf})$" W0=0\n\n'
        f"RewriteEngine On\nRewriteBase {root}\n"
        "RewriteCond %{REQUEST_METHOD} !^(?:GET|HEAD|OPTIONS)$\nRewriteRule ^ - [R=405,L]\n\n"
        f"{_redirects(rules, root, root)}\n{_choice()}\n{_negotiated(rules)}\n"
        "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME}.html -f\n"
        'RewriteRule "^(.+)$" "$1.html" [L]\n'
    )


def w3id(rules: Rules) -> str:
    """Return the file ``.htaccess`` that w3id.org takes: it sends to the form that is asked for."""
    return (
        f"{MARK}# For https://w3id.org/, in the folder of the site's name in perma-id/w3id.org.\n"
        'Options -MultiViews\nHeader always set Access-Control-Allow-Origin "*"\nHeader always merge Vary Accept\n'
        f"{_weights()}\nRewriteEngine On\n{_choice()}\n"
        'RewriteCond %{ENV:FORM} "^\\.html$"\nRewriteRule ^ - [E=!FORM]\n'  # a page is shown at the document's address
        "RewriteRule ^ - [E=ENDING:%{ENV:FORM}]\nRewriteCond %{ENV:FORM} .\n"
        "RewriteRule ^ - [E=INSIDE:index%{ENV:FORM}]\n"
        'RewriteCond %{THE_REQUEST} "^[A-Z]+ [^? ]+/[? ]"\nRewriteRule ^ - [E=ENDING:%{ENV:INSIDE}]\n'
        + _redirects(rules, rules.named, rules.public, forms=True)
        + "".join(
            f'RewriteRule "^{pattern(unquote(path))}$" "{to}{_form_of(path)}" [R=303,NE,L]\n'
            for path in rules.documents
            for to in [rules.public + _substitution(path)]
        )
        # As it was asked for: what Apache matches is decoded, and would be a malformed address or another one.
        + f'RewriteCond %{{THE_REQUEST}} "^[A-Z]+ {pattern(rules.named)}([^? ]*)"\n'
        f'RewriteRule ^ "{rules.public}%1" [R=302,NE,L]\n'
    )


def _redirects(rules: Rules, asked: str, place: str, *, forms: bool = False) -> str:
    """Return what sends things on, from below *asked* to below *place*; the rest of a path stays as written.

    With *forms* it leads to the file with the form that is asked for.
    """
    lines = []
    for path, target, folder in rules.both():
        to = f"{place}{_substitution(target)}"
        if folder:
            lines.append(f'RewriteCond %{{THE_REQUEST}} "^[A-Z]+ {pattern(asked + path)}([^? ]+)"\n')
            form = "%{ENV:ENDING}" if forms else ""
            lines.append(f'RewriteRule "^{pattern(unquote(path))}." "{to}%1{form}" [R=303,NE,L]\n')
        else:
            form = _form_of(target) if forms else ""
            lines.append(f'RewriteRule "^{pattern(unquote(path))}$" "{to}{form}" [R=303,NE,L]\n')
    return "".join(lines)


def _form_of(document: str) -> str:
    """Return the variable with what follows the name of a document in that of its file."""
    return "%{ENV:INSIDE}" if document.endswith("/") else "%{ENV:FORM}"


def _weights() -> str:
    """Return rules that set W0, W1 … to the weights of the forms; the last that matches counts."""
    lines = [
        f'SetEnvIfNoCase Accept "{found}" W{place}={weight}\n'
        for place, type in enumerate(FORMS.values())
        for found, weight in [*weights(type)][::-1]
    ]
    return "".join(lines)


def _choice() -> str:
    """Return rules that set FORM to the suffix of the form with the greatest weight; the last that matches counts."""
    told = ",".join(f"%{{ENV:W{place}}}" for place in range(len(FORMS)))
    suffixes = list(FORMS)
    return "".join(
        f'RewriteCond "{told}" "{found}"\nRewriteRule ^ - [E=FORM:.{suffixes[place]}]\n'
        for found, place in [*greatest(len(FORMS))][::-1]
    )


def _negotiated(rules: Rules) -> str:
    """Return rules that give a document in the form that was chosen; Link and Vary follow what was asked for."""
    asked = f"^[A-Z]+ {pattern(rules.root)}({rules.negotiated('[^? ]+?')})"
    path = f"^(?:{rules.negotiated('.+')})$"
    return (
        f'RewriteCond %{{THE_REQUEST}} "{asked}{rules.inside}{_SUFFIX}[? ]"\n'
        "RewriteRule ^ - [E=DOCUMENT:%1,E=FILES:%1]\n"
        'RewriteCond %{ENV:DOCUMENT} "/$"\nRewriteRule ^ - [E=FILES:%{ENV:DOCUMENT}index]\n'
        f'RewriteCond %{{ENV:DOCUMENT}} "^(?:{rules.only_rdf})$"\n'
        "RewriteRule ^ - [E=DESCRIBED:%{ENV:DOCUMENT},E=!DOCUMENT]\n"
        f'RewriteCond %{{THE_REQUEST}} "{asked}[? ]"\nRewriteCond %1 "!\\.(?:{"|".join(FILES)})$"\n'
        "RewriteRule ^ - [E=NEGOTIATED:1]\n"
        f'RewriteCond %{{REQUEST_FILENAME}} -f\nRewriteRule "{path}" - [L]\n'
        f'RewriteCond %{{REQUEST_FILENAME}}.ttl -f\nRewriteCond %{{ENV:FORM}} ^$\nRewriteRule "{path}" - [R=406,L]\n'
        f'RewriteCond %{{REQUEST_FILENAME}} "/$"\nRewriteCond %{{REQUEST_FILENAME}}index.ttl -f\n'
        f'RewriteCond %{{ENV:FORM}} ^$\nRewriteRule "{path}" - [R=406,L]\n'
        f'RewriteCond %{{REQUEST_FILENAME}} "/$"\nRewriteCond %{{REQUEST_FILENAME}}index%{{ENV:FORM}} -f\n'
        f'RewriteRule "{path}" "$0index%{{ENV:FORM}}" [L]\n'
        f'RewriteCond %{{REQUEST_FILENAME}}%{{ENV:FORM}} -f\nRewriteRule "{path}" "$0%{{ENV:FORM}}" [L]\n'
    )


def _quoted(text: str) -> str:
    return text.replace('"', '\\"')


def _substitution(text: str) -> str:
    return re.sub(r"([$%\\])", r"\\\1", text)
