"""The order of the house: prefixes in one block, sorted; type, label, definition, the rest as written; values sorted.

Types keep their order, for the first of them is what a thing is above all. What a comment stands in keeps its order,
for the comment may be about it.
"""

from __future__ import annotations

import re

from mineralkg.formatting.tree import Comment, Directive, GraphBlock, Item, Predicate, Statement, Value, statements
from mineralkg.namespaces import PREFIXES

__all__ = ["put_in_order"]

_RANKS = [
    ["rdf:type"],
    ["rdfs:label", "skos:prefLabel", "sh:name"],
    ["skos:definition", "rdfs:comment", "sh:description"],
]
_RANK = {
    PREFIXES[prefix] + local: rank
    for rank, names in enumerate(_RANKS)
    for prefix, _, local in (name.partition(":") for name in names)
}

_TYPE = 0


def put_in_order(items: list[Item]) -> list[Item]:
    """Return the items in order; their statements are put in order in place."""
    ordered = _with_prefixes_first(items)
    prefixes = {item.name: item.iri[1:-1] for item in items if isinstance(item, Directive)}
    ordered = _merged(ordered)
    for statement in statements(ordered):
        _order_value(statement.subject, prefixes)
        statement.predicates = _ordered(statement.predicates, prefixes, as_written=statement.has_comments)
    return ordered


def _with_prefixes_first(items: list[Item]) -> list[Item]:
    """Return the items with all declarations in one block, sorted.

    They stay where they are where the order matters: a base, a prefix with two meanings, a comment on one of them.
    """
    directives = [item for item in items if isinstance(item, Directive)]
    meanings = {directive.name: directive.iri for directive in directives}
    if "" in meanings or any(meanings[directive.name] != directive.iri for directive in directives):
        return items
    first = next((place for place, item in enumerate(items) if isinstance(item, Directive)), len(items))
    later = [
        item
        for place, item in enumerate(items)
        if place > first and isinstance(item, Directive) and not item.after and not _is_headed(items, place)
    ]
    block: dict[str, Directive] = {}
    rest = []
    moved = {id(item) for item in later}
    leading = items[first] if first < len(items) else None
    if isinstance(leading, Directive) and not leading.after:
        block = {item.name: item for item in sorted([leading, *later], key=lambda item: item.name)}
        for place, item in enumerate(block.values()):
            item.blank = leading.blank if place == 0 else 0
        rest = [item for item in items[first + 1 :] if id(item) not in moved]
        return [*items[:first], *block.values(), *rest]
    return items


def _is_headed(items: list[Item], place: int) -> bool:
    """Say whether a comment stands directly above an item."""
    item = items[place]
    return isinstance(items[place - 1], Comment) and item.blank == 0


def _merged(items: list[Item]) -> list[Item]:
    """Return the items; what is said of one subject in statements that follow each other becomes one."""
    merged: list[Item] = []
    last: Statement | None = None  # to which another may be added
    for item in items:
        if isinstance(item, GraphBlock):
            item.items = _merged(item.items)
        plain = item if isinstance(item, Statement) and _is_plain(item) else None
        if plain and last and plain.subject.text == last.subject.text:
            last.predicates += plain.predicates
        else:
            merged.append(item)
            last = plain
    return merged


def _is_plain(statement: Statement) -> bool:
    return not statement.subject.is_compound and not statement.has_comments


def _order_value(value: Value, prefixes: dict[str, str]) -> None:
    value.predicates = _ordered(value.predicates, prefixes, as_written=value.has_comments)
    for item in value.items:
        _order_value(item, prefixes)


def _ordered(predicates: list[Predicate], prefixes: dict[str, str], *, as_written: bool) -> list[Predicate]:
    for predicate in predicates:
        for value in predicate.values:
            _order_value(value, prefixes)
    if as_written:
        return predicates
    by_verb: dict[str, Predicate] = {}
    for predicate in predicates:
        if predicate.verb in by_verb:
            by_verb[predicate.verb].values += predicate.values
        else:
            by_verb[predicate.verb] = predicate
    ranks = {verb: _rank(verb, prefixes) for verb in by_verb}
    for verb, predicate in by_verb.items():
        if ranks[verb] != _TYPE:
            predicate.values.sort(key=_place)
    return sorted(by_verb.values(), key=lambda predicate: ranks[predicate.verb])


def _rank(verb: str, prefixes: dict[str, str]) -> int:
    prefix, _, local = verb.partition(":")
    iri = PREFIXES["rdf"] + "type" if verb == "a" else prefixes.get(f"{prefix}:", "") + local
    return _RANK.get(verb[1:-1] if verb.startswith("<") else iri, len(_RANKS))


def _place(value: Value) -> tuple[int, str, tuple[tuple[int, str, str], ...]]:
    """Return what values are sorted by: names, then literals by language, then nodes in brackets as written."""
    if value.is_compound:
        return 2, "", ()
    language = value.text.rpartition("@")[2] if value.kind == "string" and value.text[-1:] not in "\"'>" else ""
    return int(value.kind not in ("iri", "name", "blank")), language, _natural(value.text)


def _natural(text: str) -> tuple[tuple[int, str, str], ...]:
    """Return a key that sorts 9 before 10: a number by its length and its digits, for it may have thousands of them."""
    parts = ((part, part.lstrip("0")) for part in re.split(r"([0-9]+)", text))
    return tuple((len(digits), digits, part) if part.isdecimal() else (0, part, "") for part, digits in parts)
