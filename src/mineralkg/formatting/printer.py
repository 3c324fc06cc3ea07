"""From a tree to a text: one subject per block, one predicate per line, four spaces deeper for what is inside.

What fits in a line stays in one. Of values that do not, names fill lines, and others have a line each.
"""

from __future__ import annotations

from collections.abc import Iterable

from mineralkg.formatting.tree import Comment, Directive, GraphBlock, Item, Predicate, Statement, Value

__all__ = ["WIDTH", "show"]

WIDTH = 120
_STEP = 4


def show(items: list[Item], *, line_end: str = "\n") -> str:
    """Return the text of a tree. Text within quotation marks keeps its own line ends."""
    return _Printer(line_end).items(items, 0)


class _Printer:
    def __init__(self, line_end: str) -> None:
        self._end = line_end

    def _line(self, indent: int) -> str:
        return self._end + " " * indent

    def items(self, items: list[Item], indent: int) -> str:
        """Return items, each on lines of its own, with blank lines between them."""
        pieces: list[str] = []
        last: tuple[Item, str] | None = None
        for item in items:
            shown = self._item(item, indent)
            if last is not None:
                pieces.append(self._end * self._blank_lines(*last, item, shown))
            pieces.append(" " * indent + shown + self._end)
            last = item, shown
        return "".join(pieces)

    def _blank_lines(self, last: Item, last_shown: str, item: Item, shown: str) -> int:
        if isinstance(last, Directive) and isinstance(item, Directive):
            return min(item.blank, 1) if not last.name or not item.name else 0
        if isinstance(last, Comment):
            return min(item.blank, 1)
        if isinstance(item, Comment):
            apart = self._end in last_shown and not isinstance(last, Directive)
            return max(min(item.blank, 2), int(apart))
        one_liners = self._end not in last_shown and self._end not in shown
        if isinstance(last, Statement) and isinstance(item, Statement) and one_liners:
            return min(item.blank, 1)
        return 1

    def _item(self, item: Item, indent: int) -> str:
        if isinstance(item, Comment):
            return item.text
        if isinstance(item, Directive):
            words = ["@prefix", item.name] if item.name else ["@base"]
            return " ".join([*words, item.iri, ".", *item.after])
        if isinstance(item, GraphBlock):
            return self._graph(item, indent)
        return self._statement(item, indent)

    def _graph(self, graph: GraphBlock, indent: int) -> str:
        head = " ".join([graph.header, *graph.opening])
        inside = self.items(graph.items, indent + _STEP)
        return f"{head}{self._end}{inside}{' ' * indent}{' '.join(['}', *graph.after])}"

    def _statement(self, statement: Statement, indent: int) -> str:
        subject = self._value(statement.subject, indent, indent, 2)
        inner = indent + _STEP
        if not statement.predicates:
            return self._stopped(subject, statement, statement.subject.after, inner)
        first = statement.predicates[0]
        apart = statement.subject.after or first.before
        last_line = subject.rpartition("\n")[2]
        lead = inner if apart else len(last_line) + 1 + (0 if "\n" in subject else indent)
        subject = " ".join([subject, *statement.subject.after])
        shown = self._predicates(statement.predicates, inner, lead)
        text = f"{subject}{self._line(inner) if apart else ' '}{shown}"
        return self._stopped(text, statement, statement.predicates[-1].values[-1].after, inner)

    def _stopped(self, text: str, statement: Statement, after: list[str], inner: int) -> str:
        """Return a statement with its full stop, and the comments about it."""
        if not statement.dangling:
            return " ".join([text, ".", *after])
        lines = [" ".join([text, *after]), *statement.dangling, " ".join([".", *statement.after])]
        return self._line(inner).join(lines)

    def _predicates(self, predicates: list[Predicate], indent: int, lead: int) -> str:
        """Return predicates, the first of them after *lead* columns; the comment behind the last is left to others."""
        pieces = []
        for place, predicate in enumerate(predicates):
            is_last = place == len(predicates) - 1
            comments = "".join(f"{comment}{self._line(indent)}" for comment in predicate.before)
            shown = comments + self._predicate(predicate, indent, lead if place == 0 else indent)
            pieces.append(shown if is_last else " ".join([shown, ";", *predicate.values[-1].after]))
        return self._line(indent).join(pieces)

    def _predicate(self, predicate: Predicate, indent: int, lead: int) -> str:
        verb, values = predicate.verb, predicate.values
        inner = indent + _STEP
        if predicate.after:
            verb = " ".join([verb, *predicate.after])
        elif len(values) == 1 and not values[0].before:
            return f"{verb} {self._value(values[0], indent, lead + len(verb) + 1, 2)}"
        elif not any(value.before or value.after for value in values[:-1]) and not values[-1].before:
            flat = [_flat(value) for value in values]
            if all(one is not None and "\n" not in one for one in flat):
                joined = " , ".join(one for one in flat if one is not None)
                if lead + len(verb) + len(joined) + 3 <= WIDTH:
                    return f"{verb} {joined}"
                if all(value.kind in ("iri", "name", "blank") for value in values):
                    words = [f"{one} ," for one in flat[:-1]] + flat[-1:]
                    return f"{verb} {self._filled(words, lead + len(verb) + 1, inner)}"
        if not predicate.after and self._hug(values, inner):
            return f"{verb} {' , '.join(self._value(value, indent, indent + _STEP, 2) for value in values)}"
        apart = predicate.after or values[0].before or any(value.is_compound for value in values)
        return f"{verb}{self._line(inner) if apart else ' '}{self._listed(values, inner, ' ,')}"

    def _hug(self, values: list[Value], indent: int) -> bool:
        """Say whether values are all in brackets and none fits in a line, so that brackets can follow each other."""
        outside = any(value.before or value.after for value in values[:-1]) or values[-1].before
        return not outside and all(value.is_compound and not self._fits(value, indent, 2) for value in values)

    def _fits(self, value: Value, lead: int, behind: int) -> bool:
        flat = _flat(value)
        return flat is not None and "\n" not in flat and lead + len(flat) + behind <= WIDTH

    def _listed(self, values: list[Value], indent: int, mark: str) -> str:
        """Return values on lines of their own, with a mark between them; the comment behind the last is left out."""
        pieces = []
        for place, value in enumerate(values):
            comments = "".join(f"{comment}{self._line(indent)}" for comment in value.before)
            shown = comments + self._value(value, indent, indent, 2)
            pieces.append(shown if place == len(values) - 1 else " ".join([shown + mark, *value.after]))
        return self._line(indent).join(pieces)

    def _filled(self, words: Iterable[str | None], lead: int, indent: int) -> str:
        """Return words in lines that are as full as they can be."""
        pieces: list[str] = []
        column = lead
        for word in words:
            assert word is not None
            if pieces and column + 1 + len(word) + 2 > WIDTH:
                pieces.append(self._line(indent))
                column = indent
            elif pieces:
                pieces.append(" ")
                column += 1
            pieces.append(word)
            column += len(word)
        return "".join(pieces)

    def _value(self, value: Value, indent: int, lead: int, behind: int) -> str:
        """Return a value that begins after *lead* columns, and has *behind* more of them on its last line."""
        flat = _flat(value)
        if flat is not None and (not value.is_compound or self._fits(value, lead, behind)):
            return flat
        inner = indent + _STEP
        left, right = ("[", "]") if value.kind == "bracket" else ("(", ")")
        lines = [" ".join([left, *value.opening])]
        if value.predicates:
            lines.append(
                " ".join([self._predicates(value.predicates, inner, inner), *value.predicates[-1].values[-1].after])
            )
        if value.items:
            lines.append(self._members(value.items, inner))
        return self._line(inner).join([*lines, *value.dangling]) + self._line(indent) + right

    def _members(self, items: list[Value], indent: int) -> str:
        flat = [_flat(item) for item in items]
        if not any(item.has_comments or item.is_compound or item.kind == "string" for item in items):
            return self._filled(flat, indent, indent)
        return " ".join([self._listed(items, indent, ""), *items[-1].after])


def _flat(value: Value) -> str | None:
    """Return a value on one line, but for line ends within quotation marks; None where a comment stands in it."""
    if not value.is_compound:
        return value.text
    if value.opening or value.dangling:
        return None
    inside = [_flat(item) if not (item.before or item.after) else None for item in value.items]
    inside += [_flat_predicate(predicate) for predicate in value.predicates]
    if any(one is None for one in inside):
        return None
    between = " " if value.kind == "list" else " ; "
    left, right = ("[", "]") if value.kind == "bracket" else ("(", ")")
    text = between.join(one for one in inside if one is not None)
    return f"{left} {text} {right}" if text else left + right


def _flat_predicate(predicate: Predicate) -> str | None:
    if predicate.before or predicate.after or any(value.before or value.after for value in predicate.values):
        return None
    flat = [_flat(value) for value in predicate.values]
    return None if any(one is None for one in flat) else f"{predicate.verb} {' , '.join(one or '' for one in flat)}"
