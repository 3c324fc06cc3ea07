"""Text from outside as it may stand on a screen: on one line, with nothing that moves the cursor or hides."""

from __future__ import annotations

import unicodedata

__all__ = ["brief", "is_harmful", "printable"]


def printable(text: str) -> str:
    """Return *text* on one line, with characters that could move the cursor or turn the reading order made visible."""
    return "".join(c if c == " " or not is_harmful(c) else f"\\u{{{ord(c):x}}}" for c in text.replace("\n", "⏎"))


def is_harmful(character: str) -> bool:
    """Say whether a character could move the cursor, turn the reading order, hide, or be no character at all."""
    number = ord(character)
    is_none = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF  # Unicode, 23.7: noncharacters
    return is_none or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def brief(text: str, most: int) -> str:
    """Return *text* without its middle where it is too long: its start says what is wrong, its end what to do."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]} … {text[-most // 2 :]}"
