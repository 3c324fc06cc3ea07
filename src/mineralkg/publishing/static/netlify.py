"""The rules of Netlify and Cloudflare Pages, which read the same two files."""

from __future__ import annotations

import re

from mineralkg.publishing.static.rules import MARK, TYPES, Rules, headers, with_charset

__all__ = ["header_rules", "redirect_rules"]


_PATTERN = re.compile(r"\*|:[A-Za-z]")  # what these hosts take for a wildcard or a placeholder; nothing escapes it


def redirect_rules(rules: Rules) -> str:
    """Return the file ``_redirects``. Cloudflare wants what has no wildcard first.

    Names that would be patterns are left out: a rule for one of them would send on what it is not about.
    """
    lines = [f"{rules.root}{path} {rules.root}{path}.ttl 303\n" for path in rules.described]
    lines += [
        f"{rules.root}{path}{'*' if folder else ''} {rules.root}{target}{':splat' if folder else ''} 303\n"
        for path, target, folder in rules.both()
        if not _PATTERN.search(path)
    ]
    return MARK + "".join(lines)


def header_rules(rules: Rules) -> str:
    """Return the file ``_headers``. Of two rules for one field both count, so that frames cannot be told apart."""
    blocks = [(f"{rules.root}*", headers())]
    blocks += [(f"{rules.root}*.{suffix}", {"Content-Type": with_charset(type)}) for suffix, type in TYPES.items()]
    return MARK + "".join(
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in fields.items()) for path, fields in blocks
    )
