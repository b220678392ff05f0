"""The statements of a text in their order: what acts on data, and what only shows something after the solve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from energyscope.language import ast
from energyscope.language.data.nodes import ColumnData, ParamData, SetData

DATA = (SetData, ParamData, ColumnData)
COMMANDS = (ast.Let, ast.LetRun, ast.Fix, ast.Unfix, ast.For, ast.If, ast.TableIn, ast.ObjectiveChoice)
SHOWN = (ast.Printing, ast.TableOut)
_HARMLESS = (*SHOWN, ast.Skipped)


def flattened(statements: Iterable[ast.Node]) -> Iterator[ast.Node]:
    """All statements, those of included files and data sections in their places."""
    stack = [iter(statements)]
    while stack:
        statement = next(stack[-1], None)
        if statement is None:
            stack.pop()
        elif isinstance(statement, ast.Inclusion | ast.DataSection):
            stack.append(iter(statement.statements))
        else:
            yield statement


def commands_under(command: ast.Node) -> Iterator[ast.Node]:
    """A command and those in its blocks, in order; the blocks themselves are left out."""
    stack = [command]
    while stack:
        top = stack.pop()
        if isinstance(top, ast.For):
            stack.extend(reversed(top.body))
        elif isinstance(top, ast.If):
            bodies = [*(body for _, body in top.branches), top.otherwise]
            stack.extend(reversed([each for body in bodies for each in body]))
        else:
            yield top


def only_shows(statement: ast.Node) -> bool:
    """Does a command change nothing, so that it can wait for the solution?"""
    if isinstance(statement, ast.For | ast.If):
        return all(isinstance(each, _HARMLESS) for each in commands_under(statement))
    return isinstance(statement, SHOWN) or (isinstance(statement, ast.Skipped) and statement.reason is not None)


def acts(statement: ast.Node) -> bool:
    """Does a command change data, bounds or the objective?"""
    return isinstance(statement, COMMANDS) and not only_shows(statement)
