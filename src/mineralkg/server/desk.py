"""Where a worker does its tasks: the site as it is seen at an address, and what a task returns."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from mineralkg.publishing import Links, Site
from mineralkg.publishing.pages import Pages

__all__ = ["Desk", "Outcome"]

_MOST_BASES = 4  # addresses under which pages are kept ready


@dataclass(frozen=True)
class Outcome:
    """What a task returns: bytes, their media type, and facts about them."""

    data: bytes = b""
    media_type: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Desk:
    """The site, with links and pages for each address under which it is asked for, and the limits of a task."""

    def __init__(self, site: Site, *, max_rows: int, max_bytes: int) -> None:
        self.site = site
        self.seen = site.graph.seen()  # what a query from outside sees
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self._doors: OrderedDict[str, tuple[Links, Pages]] = OrderedDict()

    def at(self, base: str) -> tuple[Links, Pages]:
        """Return the links and pages of the site as seen at *base*."""
        if base not in self._doors:
            links = Links(self.site, base)
            self._doors[base] = links, Pages(self.site, links)
            if len(self._doors) > _MOST_BASES:
                self._doors.popitem(last=False)
        self._doors.move_to_end(base)
        return self._doors[base]
