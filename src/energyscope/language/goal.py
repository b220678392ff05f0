"""An objective that is named beside a text, by a caller instead of by a file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.source import Source
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.expressions import expression
from energyscope.language.syntax.levels import VALUE
from energyscope.language.syntax.lexer import END_OF_FILE
from energyscope.language.trampoline import run

Sense = Literal["minimize", "maximize"]


@dataclass(frozen=True)
class Goal:
    """An expression in the language of the text, to be minimised or maximised instead of what the text declares."""

    sense: Sense
    expression: str


def parse_goal(goal: Goal, taken: Collection[str], report: Report, known_sets: set[str]) -> ast.File:
    """The objective as a file of its own that declares and chooses it; mistakes go to the report.

    It is called `minimized` or `maximized`, with underscores behind where that name is `taken`. Places in it are those
    of the expression: `<minimize>:1:1` is its first character.
    """
    source = Source(f"<{goal.sense}>", goal.expression)
    cursor = Cursor(source, 0, report, known_sets)
    cursor.statement = goal.sense
    try:
        value = run(expression(cursor, VALUE))
        cursor.accept(";")
        if cursor.kind != END_OF_FILE:
            cursor.refuse("an operator or the end of the expression")
    except StatementError:
        _tell_of_end(report, source)
        return ast.File(source, ())
    name = f"{goal.sense}d"
    while name in taken:
        name += "_"
    span = cursor.since(0)
    declared = ast.ObjectiveDeclaration(span, name, span, None, None, goal.sense, value)
    return ast.File(source, (declared, ast.ObjectiveChoice(span, name, span)))


def _tell_of_end(report: Report, source: Source) -> None:
    """An expression ends without `;`: the advice for files would mislead."""
    last = report.diagnostics[-1]
    if last.code == "unexpected-end" and last.span is not None and last.span.source is source:
        message = "the expression ends before it is complete"
        report.diagnostics[-1] = replace(last, message=message, help="say what is to be optimised, as in `TotalCost`")
