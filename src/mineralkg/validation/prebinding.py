"""What SHACL-SPARQL asks of a constraint's query, and whether one run over all focus nodes answers for each of them.

SHACL 5.3.1 evaluates a query once per focus node with ``$this`` bound beforehand everywhere, in subqueries and nested
groups too. Run once with ``$this`` as a variable, the query gives the same solutions where ``$this`` is bound before
anything uses it: the groups that stand apart in the algebra (the branches of a UNION, a nested group) must bind it
themselves. The check is on tokens and errs on the side of no.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from mineralkg import sparqltext
from mineralkg.sparqltext import Token

__all__ = ["Verdict", "judge"]

_FORBIDDEN = ("MINUS", "SERVICE", "VALUES")
_APART = ("GROUP", "HAVING", "LIMIT", "OFFSET", "FROM", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE")
_APART_TOO = ("GROUP_CONCAT", "REDUCED", "BNODE", "RAND", "UUID", "STRUUID", "NOW")
_THIS = ("$this", "?this")
_PREBOUND = ("this", "currentShape", "shapesGraph")

Role = Literal["top", "optional", "exists", "apart"]


@dataclass(frozen=True)
class Verdict:
    """What a query is: ``refused`` says why SHACL forbids it, ``singly`` why it must be run node by node.

    ``targets_first`` says that the focus nodes must be given at its beginning, because it does not find them itself;
    ``start`` is where that beginning is, right behind the opening brace of WHERE.
    """

    refused: str | None = None
    singly: str | None = None
    targets_first: bool = False
    start: int = 0


@dataclass
class _Group:
    role: Role
    binds: bool = False  # a triple pattern of its own mentions $this
    uses: bool = False  # $this stands in it or below, anywhere
    computes_early: bool = False  # a BIND or a nested group uses $this before it is bound


def judge(text: str) -> Verdict:
    """Return what the text of an ``sh:select`` is."""
    found = list(sparqltext.tokens(text))
    if reason := _forbidden(found):
        return Verdict(refused=reason)
    if reason := _beyond_one_run(found):
        return Verdict(singly=reason)
    walk = _Walk(found)
    walk.run()
    if walk.reason or walk.top is None:
        return Verdict(singly=walk.reason or "it has no WHERE")
    return Verdict(targets_first=not walk.top.binds or walk.top.computes_early, start=walk.start)


def _forbidden(found: Sequence[Token]) -> str | None:
    for i, token in enumerate(found):
        if token.is_word(*_FORBIDDEN):
            return f"{token.text.upper()} cannot be used where variables are bound beforehand"
        if token.is_word("AS") and i + 1 < len(found) and found[i + 1].text[1:] in _PREBOUND:
            return f"{found[i + 1].text} is bound beforehand and cannot be bound again"
    for i, token in enumerate(found):
        if token.is_word("SELECT") and i and not _returns_this(found[i + 1 :]):
            return "a subquery must return $this"
    return None


def _returns_this(rest: Sequence[Token]) -> bool:
    """Say whether the head of a subquery, whose tokens behind SELECT are given, lists $this or all variables."""
    for token in rest:
        if token.text in ("{", "*") or token.is_word("WHERE"):
            return token.text == "*"
        if token.text in _THIS:
            return True
    return False


def _beyond_one_run(found: Sequence[Token]) -> str | None:
    selects = [token for token in found if token.is_word("SELECT")]
    if len(selects) != 1:
        return "it has a subquery" if selects else "it is not a SELECT"
    head = next((i for i, token in enumerate(found) if token.text == "{" or token.is_word("WHERE")), len(found))
    if not any(token.text in _THIS or token.text == "*" for token in found[:head]):
        return "it does not return $this"
    for token in found:
        if token.is_word(*_APART, *_APART_TOO):
            return f"it uses {token.text.upper()}"
        if token.kind == "variable" and token.text[1:] in _PREBOUND[1:]:
            return f"it uses {token.text}"
    return None


@dataclass
class _Walk:
    """One pass over the tokens of a WHERE clause that keeps the groups which are open."""

    tokens: Sequence[Token]
    reason: str | None = None
    top: _Group | None = None
    start: int = 0
    _open: list[_Group] = field(default_factory=list)
    _at: int = 0

    def run(self) -> None:
        while self._at < len(self.tokens) and self.reason is None:
            token = self.tokens[self._at]
            if token.text == "{":
                self._enter(token)
            elif token.text == "}":
                self._leave()
            elif token.is_word("FILTER") and self._open:
                self._expression(early=False)
                continue
            elif token.is_word("BIND") and self._open:
                self._expression(early=True)
                continue
            elif token.text in _THIS and self._open:
                self._open[-1].binds = self._open[-1].uses = True
            self._at += 1

    def _enter(self, token: Token) -> None:
        if not self._open:
            self.top = _Group("top")
            self.start = token.start + 1
            self._open.append(self.top)
            return
        before = self.tokens[self._at - 1]
        roles: dict[str, Role] = {"OPTIONAL": "optional", "EXISTS": "exists"}
        self._open.append(_Group(roles.get(before.text.upper(), "apart")))

    def _leave(self) -> None:
        if not self._open:
            self.reason = "its brackets do not match"
            return
        group = self._open.pop()
        if group.role == "apart" and group.uses and not group.binds:
            self.reason = "a nested group uses $this and does not bind it"
        if group.computes_early and group.role != "top":
            self.reason = "a nested group computes with $this before it binds it"
        if self._open:
            outer = self._open[-1]
            outer.uses = outer.uses or group.uses
            if group.uses and group.role == "apart" and not outer.binds:
                outer.computes_early = outer.computes_early or outer.role != "top"
            if group.uses and group.role == "optional" and not outer.binds:
                outer.computes_early = True

    def _expression(self, *, early: bool) -> None:
        """Pass over the expression of a FILTER or BIND; the groups of EXISTS in it are entered like others."""
        group = self._open[-1]
        self._at += 1
        depth = 0
        while self._at < len(self.tokens):
            token = self.tokens[self._at]
            if token.is_word("EXISTS") or (token.is_word("NOT") and depth == 0):
                if depth:
                    self.reason = "EXISTS stands within an expression"
                return
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.text in _THIS:
                group.uses = True
                group.computes_early = group.computes_early or (early and not group.binds)
            self._at += 1
            if depth == 0 and token.text == ")":
                return
