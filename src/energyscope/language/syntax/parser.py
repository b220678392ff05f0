"""A file of model text, statement by statement, as a tree.

Mistakes go to the report and reading goes on behind the next `;`, so that one run tells many of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from energyscope.language import ast
from energyscope.language.data.lets import run_of_lets
from energyscope.language.data.section import read_data_section
from energyscope.language.diagnostics import Diagnostic, Report
from energyscope.language.source import Source, Span
from energyscope.language.syntax.attributes import read_head
from energyscope.language.syntax.commands import COMMAND_WORDS, command, is_command, misspelt
from energyscope.language.syntax.constraints import check, constraint, objective
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.declarations import (
    arc_declaration,
    param_declaration,
    set_declaration,
    var_declaration,
)
from energyscope.language.syntax.inclusions import Load, Mode, loaded, named_file
from energyscope.language.syntax.lexer import END_OF_FILE, NAME
from energyscope.language.syntax.networks import node_declaration
from energyscope.language.syntax.rawtext import names_a_constraint

_DECLARATIONS: dict[str, Callable[[Cursor], ast.Statement]] = {
    "set": set_declaration,
    "param": param_declaration,
    "var": var_declaration,
    "minimize": objective,
    "maximize": objective,
    "check": check,
}

_NETWORKS: dict[str, Callable[[Cursor], ast.Statement]] = {"node": node_declaration, "arc": arc_declaration}
"""Declarations that begin with a word which is a plain name elsewhere."""


@dataclass(frozen=True)
class _Reading:
    """What the files of one text share; `including` are the files that are being read."""

    report: Report
    known_sets: set[str]
    load: Load
    including: tuple[Path, ...] = ()


def parse_file(
    source: Source, mode: Mode, report: Report, known_sets: set[str], load: Load = Source.from_file
) -> ast.File:
    """The statements of one file; what is wrong goes to the report and leaves no statement.

    `mode` tells how the file begins. `known_sets` holds the names declared as sets in earlier files; those of this
    file are added. Files that the text names are read by `load`.
    """
    return ast.File(source, _statements(source, mode, _Reading(report, known_sets, load)))


def _statements(source: Source, mode: Mode, reading: _Reading) -> tuple[ast.Statement, ...]:
    if source.undecodable is not None:
        place = Span(source, source.undecodable, source.undecodable + 1)
        reading.report.warning("encoding", place, f"`{source.name}` is not UTF-8, read as Latin-1", "save it as UTF-8")
    if source.path is not None:
        reading = replace(reading, including=(*reading.including, source.path.resolve()))
    statements: list[ast.Statement] = []
    position = _read_data(statements, source, 0, reading) if mode == "data" else 0
    cursor = Cursor(source, position, reading.report, reading.known_sets)
    while cursor.kind != END_OF_FILE and not _at(cursor, "end"):
        if _at(cursor, "data"):
            cursor.advance()
            cursor.restart(_read_data(statements, source, cursor.token.stop, reading))
            continue
        try:
            statement = _statement(cursor, reading)
        except StatementError as error:
            cursor.recover(error)
        else:
            if statement is not None:
                statements.append(statement)
    return tuple(statements)


def _read_data(statements: list[ast.Statement], source: Source, start: int, reading: _Reading) -> int:
    def read_command(position: int) -> tuple[ast.Statement | None, int]:
        return _command_in_data(source, position, reading)

    section, position = read_data_section(source, start, reading.report, COMMAND_WORDS, read_command)
    statements.append(section)
    return position


def _command_in_data(source: Source, position: int, reading: _Reading) -> tuple[ast.Statement | None, int]:
    """A command among data, read with the tokens of model text, and the offset behind it."""
    cursor = Cursor(source, position, reading.report, reading.known_sets)
    cursor.in_data = True
    said = len(reading.report.diagnostics)
    try:
        statement = _command(cursor, reading)
    except StatementError as error:
        statement = None
        cursor.recover(error)
    stop = cursor.previous.stop
    findings = reading.report.diagnostics[said:]
    reading.report.diagnostics[said:] = [each for each in findings if not _is_behind(each, source, stop)]
    return statement, stop


def _is_behind(finding: Diagnostic, source: Source, stop: int) -> bool:
    """Is it about the token behind a command, which is one of data and not of model text?"""
    return finding.span is not None and finding.span.source is source and finding.span.start >= max(stop, 1)


def _command(cursor: Cursor, reading: _Reading) -> ast.Statement | None:
    keyword = cursor.token
    if keyword.text in ("model", "data"):
        return _inclusion(cursor, reading)
    if keyword.text == "let" and (lets := run_of_lets(cursor.source, keyword.start)) is not None:
        cursor.restart(lets.stop)
        return ast.LetRun(cursor.since(keyword.start), lets)
    return command(cursor)


def _inclusion(cursor: Cursor, reading: _Reading) -> ast.Inclusion | None:
    """`model FILE;` or `data FILE;` with what the file holds; None for `model;`."""
    keyword = cursor.token
    if cursor.follows(";"):
        cursor.advance()
        cursor.advance()
        return None
    cursor.statement = keyword.text
    named = named_file(cursor)
    source = loaded(named, reading.load, reading.including, reading.report)
    if source is None:
        return None
    return ast.Inclusion(named.statement, named.mode, named.name, _statements(source, named.mode, reading))


def _at(cursor: Cursor, word: str) -> bool:
    return cursor.token.text == word and cursor.at_section()


def _statement(cursor: Cursor, reading: _Reading) -> ast.Statement | None:
    """The next statement; None for one that says nothing."""
    if cursor.accept(";"):
        return None
    cursor.statement = cursor.token.text
    cursor.placeholders = frozenset()
    if read := _DECLARATIONS.get(cursor.kind):
        return read(cursor)
    if (read := _NETWORKS.get(cursor.token.text)) and not _named(cursor):
        return read(cursor)
    if is_command(cursor):
        return _command(cursor, reading)
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
        if cursor.token.text != "to":
            cursor.refuse(f"`to` after `{keyword.text}`")
        cursor.advance()
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
