"""Printing commands: `display`, `print`, `printf`.

They never make a run fail: one that cannot be read is skipped, and the reason kept for a warning.
"""

from __future__ import annotations

import re
from typing import Literal, cast

from energyscope.language import ast
from energyscope.language.source import Span
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.expressions import expression, infix
from energyscope.language.syntax.levels import POWER, VALUE
from energyscope.language.syntax.rawtext import after_blanks, statement_end
from energyscope.language.trampoline import Walk, run

Keyword = Literal["display", "print", "printf"]
ATOM = POWER + 1
_SET_OPERATORS = frozenset(("union", "diff", "symdiff", "inter", "cross"))
_FILE = re.compile(r"[^\s;'\"()&,{}\[\]]*[./\\][^\s;'\"()&,{}\[\]]*")


def printing(cursor: Cursor) -> ast.Printing | ast.Skipped:
    """Read `printf {…} "format", …> file;` and its like."""
    keyword = cursor.token
    stop = statement_end(cursor.source.text, keyword.stop)
    findings = cursor.report.diagnostics
    said = len(findings)
    try:
        command = run(_printing(cursor))
    except StatementError:
        pass
    else:
        if len(findings) == said or all(each.severity == "warning" for each in findings[said:]):
            return command
    reason = next(each.message for each in findings[said:] if each.severity == "error")
    if stop is None:
        raise StatementError(len(cursor.source.text))
    del findings[said:]
    cursor.restart(stop)
    text = cursor.source.text[keyword.stop : stop - 1].strip()
    return ast.Skipped(cursor.since(keyword.start), keyword.text, text, reason)


def _printing(cursor: Cursor) -> Walk[ast.Printing]:
    keyword = cursor.advance()
    indexing: ast.Indexing | None = None
    items: list[ast.ListItem] = []
    if cursor.kind == "{":
        indexing, first = yield _after_braces(cursor)
        items.extend(() if first is None else (first,))
        cursor.accept(":")
    if not items and cursor.kind not in (";", ">", ">>"):
        items.append((yield _item(cursor)))
    while items and cursor.accept(","):
        items.append((yield _item(cursor)))
    appended = cursor.kind == ">>"
    redirect = (yield _file(cursor)) if cursor.kind in (">", ">>") else None
    if not items and keyword.text != "print":
        cursor.refuse(f"something to {keyword.text}")
    cursor.expect_end(f"`{keyword.text}`")
    word = cast("Keyword", keyword.text)
    shown = _unpacked(items) if word != "display" else tuple(items)
    return ast.Printing(cursor.since(keyword.start), word, indexing, shown, redirect, appended)


def _unpacked(items: list[ast.ListItem]) -> tuple[ast.ListItem, ...]:
    """`printf("…", a, b)` is written like a call."""
    first = items[0] if items else None
    if len(items) != 1 or first is None or first.indexing is not None or not isinstance(first.expression, ast.Tuple):
        return tuple(items)
    return tuple(ast.ListItem(each.span, None, each) for each in first.expression.items)


def _item(cursor: Cursor) -> Walk[ast.ListItem]:
    start = cursor.token.start
    if cursor.kind == "{":
        indexing, whole = yield _after_braces(cursor)
        if whole is not None:
            return whole
    else:
        indexing = None
    value = yield expression(cursor, VALUE, tuples=True)
    return ast.ListItem(cursor.since(start), indexing, value)


def _after_braces(cursor: Cursor) -> Walk[tuple[ast.Indexing | None, ast.ListItem | None]]:
    """What begins with `{`: an indexing of what follows, or a set as an item."""
    start = cursor.token.start
    braces = yield expression(cursor, ATOM)
    if isinstance(braces, ast.Indexing) and cursor.kind not in (",", ";", ">", ">>", *_SET_OPERATORS):
        return braces, None
    value = (yield infix(cursor, braces, start, VALUE)) if cursor.kind in _SET_OPERATORS else braces
    return None, ast.ListItem(cursor.since(start), None, value)


def _file(cursor: Cursor) -> Walk[ast.Expression]:
    """The file behind `>`: an expression, or a name as the shell has it, without quotes."""
    text, start = cursor.source.text, after_blanks(cursor.source.text, cursor.token.stop)
    match = _FILE.match(text, start)
    if match is not None and text.startswith(";", after_blanks(text, match.end())):
        cursor.restart(match.end())
        return ast.Text(Span(cursor.source, start, match.end()), match[0])
    cursor.advance()
    return (yield expression(cursor, VALUE))
