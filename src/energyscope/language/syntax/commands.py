"""Commands: what is not a declaration. Printing is kept for after the solve, options and `solve` are skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from energyscope.language import ast
from energyscope.language.diagnostics import did_you_mean
from energyscope.language.syntax.assignments import fix, let, unfix
from energyscope.language.syntax.blocks import choice, loop, refuse_declaration
from energyscope.language.syntax.constraints import check
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.lexer import END_OF_FILE, NAME
from energyscope.language.syntax.rawtext import block_end, holds_word, names_a_constraint, statement_end
from energyscope.language.syntax.showing import printing
from energyscope.language.syntax.tables import table
from energyscope.language.syntax.unsupported import LOAD_TABLES, REFUSED_STATEMENTS
from energyscope.language.trampoline import Walk, run

SKIPPED = frozenset(("option", "options", "solve", "show", "write", "close"))
STATEMENT_WORDS = ("set", "param", "var", "minimize", "maximize", "subject", "check", "data", "model", "end")
_BLOCKS = frozenset(("for", "if"))
_ACTING = frozenset(("let", "fix", "unfix", "objective", "table", "check", "set", "param", "var"))


def is_command(cursor: Cursor) -> bool:
    """Does a command begin here? Its word is the name of a constraint when `:` or an indexing and `:` follow."""
    word = cursor.token.text
    if cursor.kind not in (NAME, "if", "while"):
        return False
    if word not in COMMAND_WORDS:
        return False
    return cursor.kind != NAME or not names_a_constraint(cursor.source.text, cursor.token.stop)


def command(cursor: Cursor) -> ast.Statement | None:
    """The command that begins here; None for one that says nothing."""
    if cursor.token.text in _BLOCKS:
        return _block(cursor)
    found: ast.Statement | None = run(_command(cursor))
    return found


def _block(cursor: Cursor) -> ast.Statement | None:
    """A loop or a choice; one that only prints and cannot be read is skipped."""
    keyword, text = cursor.token, cursor.source.text
    findings = cursor.report.diagnostics
    said = len(findings)
    statement: ast.Statement | None = None
    failure: StatementError | None = None
    try:
        statement = run(_command(cursor))
    except StatementError as error:
        failure = error
    reason = next((each.message for each in findings[said:] if each.severity == "error"), None)
    stop = None if reason is None else block_end(text, keyword.start)
    if reason is None or stop is None or holds_word(text, keyword.start, stop, _ACTING):
        if failure is not None:
            raise failure
        return statement
    del findings[said:]
    cursor.restart(stop)
    held = text[keyword.stop : stop].strip().removesuffix(";").rstrip()
    return ast.Skipped(cursor.since(keyword.start), keyword.text, held, reason)


def misspelt(word: str) -> str | None:
    """What to say about a word that begins a statement and is no name of a constraint."""
    return did_you_mean(word, [*STATEMENT_WORDS, *SKIPPED, *_PLAIN, *_BLOCKS])


def _command(cursor: Cursor) -> Walk[ast.Statement | None]:
    word = cursor.statement = cursor.token.text
    if word == "for":
        return (yield loop(cursor, _inner))
    if word == "if":
        return (yield choice(cursor, _inner))
    if read := _PLAIN.get(word):
        return read(cursor)
    if word in SKIPPED and not (word == "write" and cursor.follows("table")):
        return _skipped(cursor)
    if word == "reset" and cursor.follows("options"):
        return _skipped(cursor)
    _refuse_command(cursor)


def _inner(cursor: Cursor) -> Walk[ast.Statement | None]:
    """A command in a block, or a check."""
    if cursor.accept(";"):
        return None
    if cursor.kind == "check":
        return check(cursor)
    if not is_command(cursor) or cursor.token.text in ("data", "model"):
        refuse_declaration(cursor)
    return (yield _command(cursor))


def _objective_choice(cursor: Cursor) -> ast.ObjectiveChoice:
    start = cursor.advance().start
    name = cursor.declared_name("an objective")
    cursor.expect_end("the name of the objective")
    return ast.ObjectiveChoice(cursor.since(start), name.text, cursor.span(name))


def _skipped(cursor: Cursor) -> ast.Skipped:
    keyword = cursor.token
    text = cursor.source.text
    stop = statement_end(text, keyword.stop)
    if stop is None:
        while cursor.kind != END_OF_FILE:
            cursor.advance()
        cursor.expect_end("the command")
        return ast.Skipped(cursor.since(keyword.start), keyword.text, text[keyword.stop : cursor.previous.stop].strip())
    cursor.restart(stop)
    return ast.Skipped(cursor.since(keyword.start), keyword.text, text[keyword.stop : stop - 1].strip())


def _refuse_command(cursor: Cursor) -> NoReturn:
    keyword = cursor.token
    cursor.unsupported(keyword, REFUSED_STATEMENTS.get(keyword.text, LOAD_TABLES))
    raise StatementError(cursor.statement_stop(keyword.stop))


_PLAIN: dict[str, Callable[[Cursor], ast.Statement]] = {
    "let": let,
    "fix": fix,
    "unfix": unfix,
    "objective": _objective_choice,
    **dict.fromkeys(("display", "print", "printf"), printing),
    "table": table,
}
COMMAND_WORDS = frozenset((*SKIPPED, *_PLAIN, *_BLOCKS, *REFUSED_STATEMENTS, "model", "data"))
"""Words that begin a command; `model` and `data` name a file to be read."""
