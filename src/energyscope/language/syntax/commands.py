"""Commands: what is not a declaration. Printing and options are skipped; the rest of them comes later."""

from __future__ import annotations

from typing import NoReturn

from energyscope.language import ast
from energyscope.language.diagnostics import did_you_mean
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.lexer import END_OF_FILE, NAME
from energyscope.language.syntax.rawtext import block_end, names_a_constraint, statement_end
from energyscope.language.syntax.unsupported import LATER_STATEMENTS, LOAD_TABLES, REFUSED_STATEMENTS

SKIPPED = frozenset(("option", "options", "solve", "display", "print", "printf", "show", "write", "close"))
STATEMENT_WORDS = ("set", "param", "var", "minimize", "maximize", "subject", "check", "data", "model", "end")
_BLOCKS = frozenset(("for", "if"))


def is_command(cursor: Cursor) -> bool:
    """Does a command begin here? Its word is the name of a constraint when `:` or an indexing and `:` follow."""
    word = cursor.token.text
    if cursor.kind not in (NAME, "if", "while"):
        return False
    if not (word in SKIPPED or word in LATER_STATEMENTS or word in REFUSED_STATEMENTS or word == "objective"):
        return False
    return cursor.kind != NAME or not names_a_constraint(cursor.source.text, cursor.token.stop)


def command(cursor: Cursor) -> ast.ObjectiveChoice | ast.Skipped | None:
    """The command that begins here; None for `model;`, which changes nothing in model text."""
    word = cursor.token.text
    if word == "objective":
        return _objective_choice(cursor)
    if word == "model" and cursor.follows(";"):
        cursor.advance()
        cursor.advance()
        return None
    if word in SKIPPED and not (word == "write" and cursor.follows("table")):
        return _skipped(cursor)
    if word == "reset" and cursor.follows("options"):
        return _skipped(cursor)
    return _refuse_command(cursor)


def misspelt(word: str) -> str | None:
    """What to say about a word that begins a statement and is no name of a constraint."""
    return did_you_mean(word, [*STATEMENT_WORDS, *SKIPPED, *LATER_STATEMENTS])


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
        _refuse_end(cursor)
    cursor.restart(stop)
    return ast.Skipped(cursor.since(keyword.start), keyword.text, text[keyword.stop : stop - 1].strip())


def _refuse_end(cursor: Cursor) -> NoReturn:
    """The text ends inside a skipped command: the place is its last token."""
    while cursor.kind != END_OF_FILE:
        cursor.advance()
    cursor.refuse("`;` after the command")


def _refuse_command(cursor: Cursor) -> NoReturn:
    keyword = cursor.token
    help = LATER_STATEMENTS.get(keyword.text)
    cursor.unsupported(keyword, help or REFUSED_STATEMENTS.get(keyword.text, LOAD_TABLES), later=help is not None)
    text = cursor.source.text
    stop = block_end(text, keyword.start) if keyword.text in _BLOCKS else statement_end(text, keyword.stop)
    raise StatementError(len(text) if stop is None else stop)
