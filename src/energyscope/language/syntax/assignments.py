"""Commands that assign: `let`, `fix`, `unfix`."""

from __future__ import annotations

from energyscope.language import ast
from energyscope.language.source import Span
from energyscope.language.syntax.attributes import read_value
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.expressions import expression, indexing_head
from energyscope.language.syntax.levels import POWER
from energyscope.language.syntax.lexer import NAME, Token
from energyscope.language.trampoline import run

ATOM = POWER + 1


def let(cursor: Cursor) -> ast.Let:
    """Read `let {…} target := value;`."""
    keyword, indexing, target = _head(cursor)
    cursor.expect(":=", "after the target of `let`", "a new value is `let name[…] := value;`")
    value = read_value(cursor)
    return ast.Let(_end(cursor, keyword), indexing, target, value)


def fix(cursor: Cursor) -> ast.Fix:
    """Read `fix {…} x[i] := value;`, where the value may be left out."""
    keyword, indexing, target = _head(cursor)
    value = read_value(cursor) if cursor.accept(":=") else None
    return ast.Fix(_end(cursor, keyword), indexing, target, value)


def unfix(cursor: Cursor) -> ast.Unfix:
    """Read `unfix {…} x[i];`."""
    keyword, indexing, target = _head(cursor)
    return ast.Unfix(_end(cursor, keyword), indexing, target)


def _head(cursor: Cursor) -> tuple[Token, ast.Indexing | None, ast.Reference]:
    keyword = cursor.advance()
    indexing = run(indexing_head(cursor, f"`{keyword.text}`")) if cursor.kind == "{" else None
    if cursor.kind != NAME:
        cursor.refuse(f"a name after `{keyword.text}`")
    first = cursor.token
    target = run(expression(cursor, ATOM))
    if not isinstance(target, ast.Reference):
        message = f"`{keyword.text}` needs a name with its subscripts"
        span = Span(cursor.source, first.start, max(first.stop, cursor.previous.stop))
        cursor.report.error("syntax", span, message, "functions and suffixes cannot be assigned to")
        raise StatementError
    return keyword, indexing, target


def _end(cursor: Cursor, keyword: Token) -> Span:
    cursor.expect_end(f"`{keyword.text}`")
    return cursor.since(keyword.start)
