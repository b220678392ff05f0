"""Commands that hold others: `for`, and `if` with its chain of `else if`.

Both are walks for `trampoline.run`; the reader of a command is handed in.
"""

from __future__ import annotations

from collections.abc import Callable

from energyscope.language import ast
from energyscope.language.syntax.cursor import STATEMENT_KEYWORDS, Cursor, StatementError
from energyscope.language.syntax.expressions import condition_of_if, indexing_head
from energyscope.language.syntax.lexer import END_OF_FILE
from energyscope.language.trampoline import Walk

Statements = tuple[ast.Statement, ...]
ReadCommand = Callable[[Cursor], Walk[ast.Statement | None]]


def loop(cursor: Cursor, command: ReadCommand) -> Walk[ast.For]:
    """Read `for {…} { … }` or `for {…} command`, with a colon behind the indexing or without."""
    keyword = cursor.advance()
    indexing = yield indexing_head(cursor, "`for`")
    cursor.accept(":")
    body = yield _body(cursor, command)
    return ast.For(cursor.since(keyword.start), indexing, body)


def choice(cursor: Cursor, command: ReadCommand) -> Walk[ast.If]:
    """Read `if test then { … } else if … else { … }`; a single command needs no braces."""
    start = cursor.token.start
    branches: list[tuple[ast.Expression, Statements]] = []
    otherwise: Statements = ()
    while cursor.kind == "if":
        test = yield condition_of_if(cursor)
        branches.append((test, (yield _body(cursor, command))))
        if not cursor.accept("else"):
            break
        if cursor.kind != "if":
            otherwise = yield _body(cursor, command)
            break
    return ast.If(cursor.since(start), tuple(branches), otherwise)


def _body(cursor: Cursor, command: ReadCommand) -> Walk[Statements]:
    if cursor.kind != "{":
        return (yield _one(cursor, command))
    opening = cursor.advance()
    statements: list[ast.Statement] = []
    while cursor.kind not in ("}", END_OF_FILE):
        statements.extend((yield _one(cursor, command)))
    cursor.expect_closing("}", opening)
    return tuple(statements)


def _one(cursor: Cursor, command: ReadCommand) -> Walk[Statements]:
    """The next command; none where it says nothing, or is wrong."""
    try:
        statement = yield command(cursor)
    except StatementError as failure:
        _recover(cursor, failure)
        return ()
    return () if statement is None else (statement,)


def _recover(cursor: Cursor, failure: StatementError) -> None:
    """Move behind the command that was abandoned, but not out of its block."""
    if failure.resume is not None:
        cursor.restart(failure.resume)
        return
    depth = 0
    while cursor.kind != END_OF_FILE and (depth > 0 or cursor.kind not in (";", "}")):
        depth += (cursor.kind == "{") - (cursor.kind == "}")
        cursor.advance()
    cursor.accept(";")


def refuse_declaration(cursor: Cursor) -> None:
    """Complain about a statement that cannot stand in a block."""
    what = "a declaration" if cursor.kind in STATEMENT_KEYWORDS else f"`{cursor.token.text}`"
    message = f"{what} cannot stand in a block of commands"
    cursor.report.error("syntax", cursor.span(cursor.token), message, "put it in front of the block")
    raise StatementError
