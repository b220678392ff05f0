"""A file of model text, statement by statement, as a tree.

Mistakes go to the report and reading goes on behind the next `;`, so that one run tells many of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from energyscope.language import ast
from energyscope.language.data.section import read_data_section
from energyscope.language.diagnostics import Report
from energyscope.language.source import Source, Span
from energyscope.language.syntax.attributes import read_head
from energyscope.language.syntax.commands import command, is_command, misspelt
from energyscope.language.syntax.constraints import check, constraint, objective
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.declarations import param_declaration, set_declaration, var_declaration
from energyscope.language.syntax.lexer import END_OF_FILE, NAME
from energyscope.language.syntax.rawtext import names_a_constraint

_DECLARATIONS: dict[str, Callable[[Cursor], ast.Statement]] = {
    "set": set_declaration,
    "param": param_declaration,
    "var": var_declaration,
    "minimize": objective,
    "maximize": objective,
    "check": check,
}


def parse_file(source: Source, mode: Literal["model", "data"], report: Report, known_sets: set[str]) -> ast.File:
    """The statements of one file; what is wrong goes to the report and leaves no statement.

    `mode` tells how the file begins. `known_sets` holds the names declared as sets in earlier files; those of this
    file are added.
    """
    if source.undecodable is not None:
        place = Span(source, source.undecodable, source.undecodable + 1)
        report.warning("encoding", place, f"`{source.name}` is not UTF-8, read as Latin-1", "save it as UTF-8")
    statements: list[ast.Statement] = []
    position = _read_data(statements, source, 0, report) if mode == "data" else 0
    cursor = Cursor(source, position, report, known_sets)
    while cursor.kind != END_OF_FILE and not _at(cursor, "end"):
        if _at(cursor, "data"):
            cursor.advance()
            cursor.restart(_read_data(statements, source, cursor.token.stop, report))
            continue
        try:
            statement = _statement(cursor)
        except StatementError as error:
            cursor.recover(error)
        else:
            if statement is not None:
                statements.append(statement)
    return ast.File(source, tuple(statements))


def _read_data(statements: list[ast.Statement], source: Source, start: int, report: Report) -> int:
    section, position = read_data_section(source, start, report)
    statements.append(section)
    return position


def _at(cursor: Cursor, word: str) -> bool:
    return cursor.token.text == word and cursor.at_section()


def _statement(cursor: Cursor) -> ast.Statement | None:
    """The next statement; None for one that says nothing."""
    if cursor.accept(";"):
        return None
    cursor.statement = cursor.token.text
    if read := _DECLARATIONS.get(cursor.kind):
        return read(cursor)
    if is_command(cursor):
        return command(cursor)
    if cursor.kind in ("s.t.", "subject") or (
        cursor.kind == NAME and cursor.token.text == "subj" and not _named(cursor)
    ):
        return _after_subject_to(cursor)
    if cursor.kind != NAME:
        cursor.refuse("a statement", "statements begin with `set`, `param`, `var`, `minimize`, `subject to` …")
    return _named_constraint(cursor)


def _named(cursor: Cursor) -> bool:
    return names_a_constraint(cursor.source.text, cursor.token.stop)


def _after_subject_to(cursor: Cursor) -> ast.ConstraintDeclaration:
    keyword = cursor.advance()
    if keyword.kind != "s.t.":
        cursor.expect("to", f"after `{keyword.text}`")
        cursor.statement = f"{keyword.text} to"
    return constraint(cursor, keyword.start, read_head(cursor, "a constraint"))


def _named_constraint(cursor: Cursor) -> ast.ConstraintDeclaration:
    """A constraint without keyword, or a word that is no statement at all."""
    word = cursor.token
    cursor.statement = ""
    head = read_head(cursor, "a constraint")
    if cursor.kind != ":":
        cursor.refuse(f"`:` after the name `{word.text}` of a constraint", misspelt(word.text))
    return constraint(cursor, word.start, head)
