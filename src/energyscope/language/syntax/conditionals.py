"""Parts of reading `if` that conditional values and conditional rows share."""

from __future__ import annotations

from energyscope.language import ast
from energyscope.language.syntax.braces import kind_of
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.lexer import BAD, END_OF_FILE


def conditional_node(
    cursor: Cursor,
    start: int,
    branches: list[tuple[ast.Expression, ast.Expression]],
    otherwise: ast.Expression | None,
) -> ast.Conditional:
    """One flat node, also where the chain goes on in parentheses: `else (if …)`."""
    if isinstance(otherwise, ast.Conditional):
        branches = [*branches, *otherwise.branches]
        otherwise = otherwise.otherwise
    return ast.Conditional(cursor.since(start), tuple(branches), otherwise)


def check_missing_else(cursor: Cursor, value: ast.Expression) -> None:
    """Only a number may be left out: it is 0."""
    text = isinstance(value, ast.Text) or (isinstance(value, ast.Chain) and value.operators[0] == "&")
    if text or kind_of(value, cursor.known_sets) == "set":
        _require_else(cursor)


def _require_else(cursor: Cursor) -> None:
    """Complain at the place where `else` is missing."""
    if cursor.kind in (END_OF_FILE, BAD):
        cursor.refuse("`else`")
    message = f"an else branch is required, found `{cursor.token.text}`"
    cursor.report.error(
        "syntax", cursor.span(cursor.token), message, "`else {}` gives the empty set, `else ''` no text"
    )
    raise StatementError
