"""What a page of HTML holds, tag by tag."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["Tags"]


class Tags(HTMLParser):
    """The start tags of a text and all their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.attributes += attrs
