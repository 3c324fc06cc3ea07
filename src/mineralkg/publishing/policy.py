"""What every answer says of itself beside its content: one table for the server and for the hosts of files."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["HEADERS", "REVALIDATED", "framing", "policy"]

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, Content-Location, ETag, Link, Location, Retry-After, Vary",
}
REVALIDATED = "public, no-cache"  # kept by caches, asked about each time: right at once after a change of the data

_POLICY = (
    "default-src 'none'; script-src 'self'{engine}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'"
)


def policy(*, engine: bool = False) -> str:
    """Return the Content-Security-Policy (CSP 3) of a page: all comes from the site itself, nothing is inline.

    *engine* allows WebAssembly, which a page needs whose queries run in the browser.
    """
    return _POLICY.format(engine=" 'wasm-unsafe-eval'" if engine else "")


def framing(*, embedded: bool) -> str:
    """Return who may show a page in a frame, as a directive: anybody what is made to be *embedded*, else nobody.

    It works in a header only, not in the head of a page (CSP 3, 3.3).
    """
    return "frame-ancestors *" if embedded else "frame-ancestors 'none'"
