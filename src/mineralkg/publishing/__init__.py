"""What is published, at which address, in which representation: shared by the server and the static site."""

from mineralkg.publishing.links import Links
from mineralkg.publishing.representations import (
    ANNOTATED,
    DOCUMENT_FORMATS,
    RDF_FORMATS,
    Representation,
    context,
    represent,
)
from mineralkg.publishing.site import Known, Site

__all__ = [
    "ANNOTATED",
    "DOCUMENT_FORMATS",
    "RDF_FORMATS",
    "Known",
    "Links",
    "Representation",
    "Site",
    "context",
    "represent",
]
