"""What is checked: a site at an address, whose IRIs may begin with another one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from mineralkg.errors import UsageError
from mineralkg.publishing.proof.client import origin

__all__ = ["Target"]


@dataclass(frozen=True)
class Target:
    """The address where a site answers, and the IRI below which its resources are named: often the same.

    ``url`` leads from an IRI to where it is asked for, ``iri`` the other way. ``folder`` says that a folder of files
    answers, through a server of ours; ``public`` is the address that it is made for, which ours stands in for.
    """

    start: str
    base: str
    folder: bool = False
    public: str | None = None

    @classmethod
    def of(cls, start: str, base: str | None = None, *, folder: bool = False, public: str | None = None) -> Target:
        """Return the target of an address; raises UsageError for what is no http or https address."""
        start, base = _address(start), _address(base or start)
        if base != start:  # one stands for the other up to here
            start, base = f"{start.rstrip('/')}/", f"{base.rstrip('/')}/"
        return cls(start, base, folder, public)

    def url(self, iri: str) -> str | None:
        """Return the address at which an IRI is asked for, without its fragment; None for one of another site."""
        plain = urldefrag(iri).url
        if plain.startswith(self.base):
            return self.start + plain[len(self.base) :]
        if plain == self.base.rstrip("/"):
            return self.start
        if self.public and self.public.endswith("/") and plain.startswith(self.public):
            return self.start + plain[len(self.public) :]
        return plain if self.within(plain) else None

    def iri(self, url: str) -> str:
        """Return the IRI that an address stands for."""
        return self.base + url[len(self.start) :] if url.startswith(self.start) else url

    def within(self, url: str) -> bool:
        """Say whether an address belongs to the site."""
        return origin(url) == origin(self.start) and url.startswith(self.start.rpartition("/")[0] + "/")

    def at(self, path: str) -> str:
        """Return the address of a path below the start."""
        return urljoin(self.start, path)


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        parts.port  # noqa: B018  # raises for a port that is none
    except ValueError:
        right = False
    if not right:
        raise UsageError(f"“{text}” is no address. Write it in full, such as http://127.0.0.1:8000/.")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", "", ""))
