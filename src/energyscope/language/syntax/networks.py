"""Networks and columns: `node`, `arc`, and the entries of a column in rows declared before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from energyscope.language import ast
from energyscope.language.syntax.attributes import read_head, read_value
from energyscope.language.syntax.constraints import row_or_value
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.expressions import expression, indexing_head
from energyscope.language.syntax.levels import VALUE
from energyscope.language.syntax.lexer import NAME, Token
from energyscope.language.syntax.placeholders import NET_FLOWS
from energyscope.language.trampoline import Walk, run

_BODY_HELP = "a node is `name: net_in = demand;`"
_NO_COEFFICIENT = frozenset((",", ";", ">=", "<=", ">", "<", "=", ":=", "default", "integer", "binary", "logical"))
_ENDS = frozenset(("from", "to"))
EntryKind = Literal["coeff", "obj", "cover", "from", "to"]


class Column(Protocol):
    """What the attributes of a variable or an arc are gathered in."""

    entries: list[ast.Entry]


def node_declaration(cursor: Cursor) -> ast.NodeDeclaration:
    """Read `node balance {…}: net_in = demand;`."""
    start = cursor.advance().start
    head = read_head(cursor, "a node")
    body = run(_node_body(cursor)) if cursor.accept(":") else None
    cursor.expect_end("the node", None if body else _BODY_HELP)
    name = head.name
    return ast.NodeDeclaration(cursor.since(start), name.text, cursor.span(name), head.alias, head.indexing, body)


def _node_body(cursor: Cursor) -> Walk[ast.Row]:
    cursor.placeholders = NET_FLOWS
    first = cursor.token
    body = yield row_or_value(cursor)
    if isinstance(body, ast.Row):
        return body
    if isinstance(body, ast.ConditionalRow):
        message = "the body of a node cannot be conditional"
        cursor.report.error("syntax", cursor.span(first), message, "put the condition into the index set")
    else:
        message = "a node needs `<=`, `=` or `>=`"
        cursor.report.error("relation-missing", cursor.span(first), message, _BODY_HELP)
    raise StatementError


def _entry(kind: EntryKind) -> Callable[[Cursor, Column], None]:
    def read(cursor: Cursor, draft: Column) -> None:
        start = cursor.advance().start
        indexing = run(indexing_head(cursor, f"`{kind}`")) if cursor.kind == "{" else None
        target = _target(cursor, kind)
        coefficient = read_value(cursor) if _has_coefficient(cursor, kind) else None
        draft.entries.append(ast.Entry(cursor.since(start), kind, indexing, target, coefficient))

    return read


def _target(cursor: Cursor, kind: EntryKind) -> ast.Reference:
    """The row: a name, with subscripts in brackets; what follows is the coefficient."""
    if cursor.kind != NAME:
        cursor.refuse(f"the name of {'a node' if kind in _ENDS else 'a row'} after `{kind}`")
    name = cursor.advance()
    subscripts = run(_subscripts(cursor)) if cursor.kind == "[" else ()
    return ast.Reference(cursor.since(name.start), name.text, subscripts)


def _subscripts(cursor: Cursor) -> Walk[tuple[ast.Expression, ...]]:
    opening = cursor.advance()
    found = [(yield expression(cursor, VALUE))]
    while cursor.accept(","):
        found.append((yield expression(cursor, VALUE)))
    cursor.expect_closing("]", opening)
    return tuple(found)


def _has_coefficient(cursor: Cursor, kind: EntryKind) -> bool:
    if kind == "cover":
        return False
    return kind not in _ENDS or not _ends_entry(cursor.token)


def _ends_entry(token: Token) -> bool:
    return token.kind in _NO_COEFFICIENT or token.text in ARC_ENTRIES


ENTRIES: dict[str, Callable[[Cursor, Column], None]] = {
    "obj": _entry("obj"),
    "coeff": _entry("coeff"),
    "cover": _entry("cover"),
}
"""Attributes of a variable that put it into rows."""
ARC_ENTRIES: dict[str, Callable[[Cursor, Column], None]] = {**ENTRIES, "from": _entry("from"), "to": _entry("to")}
"""Attributes of an arc that put it into rows."""
