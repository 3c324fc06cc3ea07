"""The files that hosts read. What each host cannot do is told in docs/publish.md."""

from __future__ import annotations

from collections.abc import Iterator

from mineralkg.publishing.static import apache, netlify, nginx
from mineralkg.publishing.static.rules import Rules

__all__ = ["host_files"]


def host_files(rules: Rules) -> Iterator[tuple[str, str]]:
    """Return the names and texts of the files that hosts read."""
    yield "_redirects", netlify.redirect_rules(rules)
    yield "_headers", netlify.header_rules(rules)
    yield ".htaccess", apache.htaccess(rules)
    yield "w3id/.htaccess", apache.w3id(rules)
    yield "nginx/maps.conf", nginx.maps(rules)
    yield "nginx/site.conf", nginx.server(rules)
    yield ".nojekyll", ""  # GitHub Pages leaves out names with a dot or an underscore before it without this
