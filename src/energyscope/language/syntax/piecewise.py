"""Piecewise-linear terms: `<<breaks; slopes>> x`."""

from __future__ import annotations

from collections.abc import Callable

from energyscope.language import ast
from energyscope.language.syntax.cursor import Cursor
from energyscope.language.syntax.levels import POWER, VALUE
from energyscope.language.syntax.lexer import NAME
from energyscope.language.trampoline import Walk

ATOM = POWER + 1
ReadExpression = Callable[[Cursor, int], Walk[ast.Expression]]
ReadIndexing = Callable[[Cursor, str], Walk[ast.Indexing]]


def piecewise(cursor: Cursor, expression: ReadExpression, indexing_head: ReadIndexing) -> Walk[ast.Piecewise]:
    """A whole term; the readers of an expression of some level and of an indexing are handed in."""
    opening = cursor.advance()
    breaks: tuple[ast.ListItem, ...] = ()
    if cursor.kind != ";":
        breaks = yield _items(cursor, expression, indexing_head)
    cursor.expect(";", "after the breaks", "a term is `<<breaks; slopes>> variable`")
    slopes = yield _items(cursor, expression, indexing_head)
    cursor.expect(">>", "after the slopes", "a term is `<<breaks; slopes>> variable`")
    argument, zero = yield _argument(cursor, expression)
    return ast.Piecewise(cursor.since(opening.start), breaks, slopes, argument, zero)


def _items(cursor: Cursor, expression: ReadExpression, indexing_head: ReadIndexing) -> Walk[tuple[ast.ListItem, ...]]:
    items: list[ast.ListItem] = []
    while not items or cursor.accept(","):
        start = cursor.token.start
        indexing = (yield indexing_head(cursor, "`<<`")) if cursor.kind == "{" else None
        value = yield expression(cursor, VALUE)
        items.append(ast.ListItem(cursor.since(start), indexing, value))
    return tuple(items)


def _argument(cursor: Cursor, expression: ReadExpression) -> Walk[tuple[ast.Expression, ast.Expression | None]]:
    """`x[i]`, `(expression)` or `(expression, zero)`."""
    if cursor.kind == NAME:
        return (yield expression(cursor, ATOM)), None
    if cursor.kind != "(":
        cursor.refuse("a variable after `>>`", "an expression stands in parentheses")
    opening = cursor.advance()
    argument = yield expression(cursor, VALUE)
    zero = (yield expression(cursor, VALUE)) if cursor.accept(",") else None
    cursor.expect_closing(")", opening)
    return argument, zero
