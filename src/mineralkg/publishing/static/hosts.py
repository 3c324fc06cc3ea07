"""The rules that hosts need: where a thing leads to (303), and which media type a file has.

What each host cannot do is told in docs/publish.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from mineralkg.publishing.representations import RDF_FORMATS
from mineralkg.publishing.site import DOCUMENTS, Site

__all__ = ["Redirects", "host_files", "redirects"]

# Folders that hold files of the site: what lies below them is never sent on as a whole.
_TAKEN = ("assets", "browse", "doc", "embed", "es", "page", "query", "rules", "w3id", ".well-known")
_TYPES = {
    **{f.name: f.media_type for f in RDF_FORMATS},
    "atom": "application/atom+xml",
    "ics": "text/calendar",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "md": "text/markdown",
    "wasm": "application/wasm",
}
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
_MARK = "# Written by `mineralkg publish`.\n"


@dataclass
class Redirects:
    """Where the things of a site lead to, as paths below its root: whole folders of them, and single ones."""

    folders: dict[str, str] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)


def redirects(site: Site, things: Iterable[tuple[str, str]]) -> Redirects:
    """Return the rules for *things*, pairs of an IRI and its document.

    A folder whose things all have the document of their own name is one rule; each other thing is one of its own.
    """
    found = Redirects(single={".well-known/void": "void.ttl", ".well-known/sparql-examples": _EXAMPLES})
    for iri, document in things:
        path = quote(iri.removeprefix(site.base), safe="/:@!$&'()*+,;=~-._%")
        folder, slash, rest = path.partition("/")
        target = DOCUMENTS if folder == "id" else f"{DOCUMENTS}{folder}/"
        if slash and rest and folder not in _TAKEN and document == target + rest:
            found.folders[f"{folder}/"] = target
        else:
            found.single[path] = document
    return found


_EXAMPLES = ".well-known/sparql-examples.ttl"


def host_files(site: Site, rules: Redirects, root: str, public: str) -> Iterator[tuple[str, str]]:
    """Return the names and texts of the files that hosts read: below *root*, and at the address *public*."""
    yield "_redirects", _netlify(rules, root)
    yield "_headers", _headers(root)
    yield ".htaccess", _apache(site, rules, root)
    yield "w3id/.htaccess", _w3id(site, rules, public)
    yield "nginx.conf", _nginx(site, rules, root)
    yield ".nojekyll", ""  # GitHub Pages leaves out names with a dot or an underscore before it without this


def _netlify(rules: Redirects, root: str) -> str:
    lines = [f"{root}{path} {root}{target} 303\n" for path, target in sorted(rules.single.items())]
    lines += [f"{root}{path}* {root}{target}:splat 303\n" for path, target in sorted(rules.folders.items())]
    return f"{_MARK}# For Netlify and Cloudflare Pages.\n{''.join(lines)}"


def _headers(root: str) -> str:
    blocks = [
        f"{root}*\n  Access-Control-Allow-Origin: *\n  X-Content-Type-Options: nosniff\n"
        f"  Referrer-Policy: no-referrer\n  Content-Security-Policy: {_POLICY}\n"
    ]
    blocks += [f"{root}*.{suffix}\n  Content-Type: {_with_charset(type)}\n" for suffix, type in _TYPES.items()]
    return f"{_MARK}# For Netlify and Cloudflare Pages.\n{''.join(blocks)}"


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _apache(site: Site, rules: Redirects, root: str) -> str:
    types = "".join(f"AddType '{_with_charset(type)}' .{suffix}\n" for suffix, type in _TYPES.items())
    things = "".join(
        f'RewriteRule "^{_pattern(path)}{end}$" "{root}{_substitution(target)}{back}" [R=303,NE,L]\n'
        for path, target, end, back in _both(rules)
    )
    return (
        f"{_MARK}# For Apache with mod_rewrite, mod_mime and mod_headers, and AllowOverride All.\n"
        f"Options -MultiViews -Indexes\nDirectorySlash Off\nErrorDocument 404 {root}404.html\n{types}"
        f'Header always set Access-Control-Allow-Origin "*"\nHeader always set X-Content-Type-Options "nosniff"\n'
        f'Header always set Content-Security-Policy "{_POLICY}"\nHeader merge Vary Accept\n'
        f"RewriteEngine On\nRewriteBase {root}\n{things}{_negotiated(site)}"
        "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME}.html -f\n"
        'RewriteRule "^(.+)$" "$1.html" [L]\n'
    )


def _negotiated(site: Site) -> str:
    """Return the rules that choose a form by Accept; q-values are not looked at, and HTML is what else is sent."""
    documents = "|".join(["doc/.+", *(re.escape(quote(d)) for d in sorted(site.hash_documents))])
    return "".join(
        f'RewriteCond %{{HTTP_ACCEPT}} "{_pattern(f.media_type)}" [NC]\n'
        f'RewriteCond %{{HTTP_ACCEPT}} "!text/html" [NC]\nRewriteCond %{{REQUEST_FILENAME}}.{f.name} -f\n'
        f'RewriteRule "^({documents})$" "$1.{f.name}" [L]\n'
        for f in RDF_FORMATS
    )


def _w3id(site: Site, rules: Redirects, public: str) -> str:
    lines = []
    for path, target, end, back in _both(rules):
        if target.startswith(DOCUMENTS):
            lines += [
                f'RewriteCond %{{HTTP_ACCEPT}} "{_pattern(f.media_type)}" [NC]\n'
                f'RewriteCond %{{HTTP_ACCEPT}} "!text/html" [NC]\n'
                f'RewriteRule "^{_pattern(path)}{end}$" "{public}{_substitution(target)}{back}.{f.name}" [R=303,NE,L]\n'
                for f in RDF_FORMATS
            ]
        lines.append(f'RewriteRule "^{_pattern(path)}{end}$" "{public}{_substitution(target)}{back}" [R=303,NE,L]\n')
    for document in sorted(site.hash_documents):
        lines += [
            f'RewriteCond %{{HTTP_ACCEPT}} "{_pattern(f.media_type)}" [NC]\n'
            f'RewriteCond %{{HTTP_ACCEPT}} "!text/html" [NC]\n'
            f'RewriteRule "^{_pattern(quote(document))}$" '
            f'"{public}{_substitution(quote(document))}.{f.name}" [R=303,NE,L]\n'
            for f in RDF_FORMATS
        ]
    return (
        f"{_MARK}# For https://w3id.org/: a pull request to perma-id/w3id.org puts it below the name of the site.\n"
        'Header always set Access-Control-Allow-Origin "*"\nHeader merge Vary Accept\nOptions -MultiViews\n'
        f'RewriteEngine On\n{"".join(lines)}RewriteRule "^(.*)$" "{public}$1" [R=302,NE,L]\n'
    )


def _both(rules: Redirects) -> Iterator[tuple[str, str, str, str]]:
    for path, target in sorted(rules.single.items()):
        yield path, target, "", ""
    for path, target in sorted(rules.folders.items()):
        yield path, target, "(.+)", "$1"


def _pattern(text: str) -> str:
    return re.sub(r"([.+*?^$()\[\]{}|\\])", r"\\\1", text)


def _substitution(text: str) -> str:
    return re.sub(r"([$%\\])", r"\\\1", text)


def _nginx(site: Site, rules: Redirects, root: str) -> str:
    forms = "".join(f'    "~*{_pattern(f.media_type)}" .{f.name};\n' for f in RDF_FORMATS)
    # Regular expressions here are matched against the decoded path, and exact locations too.
    single = "".join(
        f'location = "{root}{_nginx_text(path)}" {{ return 303 "{root}{_nginx_text(target)}"; }}\n'
        for path, target in sorted(rules.single.items())
    )
    folders = "".join(
        f'location ~ "^{_pattern(root + path)}(?<rest>.+)$" {{ return 303 {root}{target}$rest; }}\n'
        for path, target in sorted(rules.folders.items())
    )
    types = "".join(f"    {type} {suffix};\n" for suffix, type in _TYPES.items())
    common = (
        "text/html html; text/css css; text/javascript js; application/json json; application/xml xml; "
        "image/svg+xml svg; text/csv csv; text/tab-separated-values tsv; text/plain txt; application/gzip gz;"
    )
    documents = "|".join(["doc/.+", *(_pattern(d) for d in sorted(site.hash_documents))])
    return (
        f"{_MARK}# For nginx. The map goes into the http block, the rest into the server block, after its root.\n"
        f'map $http_accept $form {{\n    default .html;\n    "~*text/html" .html;\n{forms}}}\n\n'
        f"types {{\n    {common}\n{types}}}\ncharset utf-8;\nerror_page 404 {root}404.html;\n"
        "add_header Access-Control-Allow-Origin * always;\nadd_header X-Content-Type-Options nosniff always;\n"
        f'add_header Vary Accept always;\nadd_header Content-Security-Policy "{_POLICY}" always;\n'
        f"{single}{folders}"
        f'location ~ "^{_pattern(root)}(?:{documents})$" {{ try_files $uri $uri$form $uri.html =404; }}\n'
        f"location {root} {{ try_files $uri $uri.html $uri/index.html =404; }}\n"
    )


def _nginx_text(path: str) -> str:
    return path.replace("\\", "\\\\").replace('"', '\\"').replace("$", "%24")
