"""A graph behind a SPARQL 1.1 endpoint, asked through SPARQLWrapper. No other module knows that library."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from mineralkg import sparqltext
from mineralkg.errors import EndpointError, QuerySyntaxError
from mineralkg.graph.answer import Answer
from mineralkg.graph.handle import Handle
from mineralkg.namespaces import PREFIXES

if TYPE_CHECKING:
    import rdflib

__all__ = ["RemoteGraph"]

_TIMEOUT_SECONDS = 60
_ADVICE = "Check that it is up and that the address is right."
_STATUS = {"Unauthorized": 401, "EndPointNotFound": 404, "URITooLong": 414, "EndPointInternalError": 500}
_LONG_QUERY = 1500  # characters; longer ones go by POST, because servers bound the length of a URL


class RemoteGraph(Handle):
    """A graph that answers at a URL by the SPARQL 1.1 Protocol."""

    def __init__(self, url: str) -> None:
        if not _is_address(url):
            raise EndpointError(url, "an endpoint is an http or https address, without spaces.")
        self.url = url
        self.name = url

    @property
    def rdflib(self) -> rdflib.Dataset:
        """The endpoint as an rdflib dataset; every access is a request."""
        import rdflib
        from rdflib.plugins.stores.sparqlstore import SPARQLStore

        return rdflib.Dataset(store=SPARQLStore(self.url), default_union=True)

    def _evaluate(self, text: str, form: sparqltext.Form, /, *, with_model: bool) -> Answer:  # noqa: ARG002
        body = self._request(sparqltext.with_prefixes(text, PREFIXES), form)
        try:
            if form in ("construct", "describe"):
                return Answer("triples", triples=_triples(body))
            return Answer.of(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))
        except (SyntaxError, ValueError) as error:
            raise EndpointError(self.url, f"its answer cannot be read ({error}).") from error

    def _request(self, text: str, form: sparqltext.Form) -> bytes:
        from http.client import HTTPException
        from urllib.error import URLError

        from SPARQLWrapper import JSON, POST, POSTDIRECTLY, TURTLE, SPARQLExceptions, SPARQLWrapper

        wrapper: Any = SPARQLWrapper(self.url, agent=f"mineralkg/{_version()}")
        wrapper.setTimeout(_TIMEOUT_SECONDS)
        wrapper.setQuery(text)
        wrapper.queryType = form.upper()  # its own guess is by regular expression
        wrapper.setReturnFormat(TURTLE if form in ("construct", "describe") else JSON)
        if len(text) > _LONG_QUERY:
            wrapper.setMethod(POST)
            wrapper.setRequestMethod(POSTDIRECTLY)
        try:
            body: bytes = wrapper.query().response.read()
        except SPARQLExceptions.QueryBadFormed as error:
            raise QuerySyntaxError(f"the endpoint {self.url} refuses it: {_reason(error)}") from error
        except SPARQLExceptions.SPARQLWrapperException as error:
            raise EndpointError(self.url, _reason(error), _STATUS.get(type(error).__name__)) from error
        except URLError as error:
            raise EndpointError(self.url, f"{error.reason}. {_ADVICE}", getattr(error, "code", None)) from error
        except (OSError, ValueError, HTTPException) as error:
            raise EndpointError(self.url, f"{_reason(error)}. {_ADVICE}") from error
        return body


def _triples(body: bytes) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(io.BytesIO(body), format=ox.RdfFormat.TURTLE)]


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(c.isspace() for c in url)


def _reason(error: Exception) -> str:
    """Return the last line of what a library or an endpoint says; SPARQLWrapper puts the endpoint's bytes there."""
    text = (
        re.sub(r"b(['\"])(.*)\1", lambda m: m[2], str(error), flags=re.DOTALL).replace("\\n", "\n").replace("\\'", "'")
    )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reason = lines[-1] if lines else type(error).__name__
    return reason if len(reason) <= 300 else f"{reason[:299]}…"


def _version() -> str:
    from importlib.metadata import version

    return version("mineralkg")
