"""What can go wrong between a client and the server, each with its HTTP status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mineralkg.errors import (
    AmbiguousResource,
    MineralKGError,
    ParameterError,
    QueryRefused,
    QuerySyntaxError,
    UnknownFormat,
    UnknownQuery,
    UnknownResource,
    UpdateRefused,
    UsageError,
)

__all__ = ["Problem", "problem_of"]

_STATUS: dict[type[MineralKGError], int] = {
    UnknownQuery: 404,
    ParameterError: 400,
    QuerySyntaxError: 400,
    UpdateRefused: 403,
    QueryRefused: 400,
    UnknownResource: 400,
    AmbiguousResource: 400,
    UnknownFormat: 406,
    UsageError: 400,
}
_TITLES = {
    400: "The request cannot be understood",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This method is not for this address",
    406: "None of the formats you accept is to be had",
    408: "The request took too long to arrive",
    413: "The request is too large",
    414: "The address is too long",
    415: "The body has a media type that is not understood here",
    422: "The answer is too large",
    429: "Too many requests",
    500: "This is a fault of the server",
    503: "The server cannot do this now",
    504: "It took too long",
}


class Problem(Exception):
    """Something that ends a request with an error status: what, and what to do next."""

    def __init__(
        self, status: int, detail: str, *, offered: Sequence[str] = (), retry_after: int | None = None, allow: str = ""
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.title = _TITLES[status]
        self.detail = detail
        self.offered = list(offered)
        self.headers = [
            *([("retry-after", str(retry_after))] if retry_after is not None else []),
            *([("allow", allow)] if allow else []),
        ]

    def fields(self) -> dict[str, Any]:
        """Return the problem as RFC 9457 has it."""
        found: dict[str, Any] = {"title": self.title, "status": self.status, "detail": self.detail}
        return found | ({"offered": self.offered} if self.offered else {})


def problem_of(error: MineralKGError) -> Problem:
    """Return the problem that an error of the toolkit amounts to for a client."""
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    return Problem(status, str(error))
