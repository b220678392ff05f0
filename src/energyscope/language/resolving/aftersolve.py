"""What waits for the solution: printing code, output tables, and what behind `solve` reads values of variables.

There variables, objectives and constraints have values and suffixes, and nothing has to be linear. What cannot be
resolved is no error: the reason is kept, for the warning that it is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.resolving.dimensions import nodes_under
from energyscope.language.resolving.expressions import SUFFIXES, bind, visit
from energyscope.language.resolving.scope import Scope
from energyscope.language.trampoline import Walk, run

_VALUED = (ast.VarDeclaration, ast.ObjectiveDeclaration, ast.ConstraintDeclaration, ast.NodeDeclaration)


def reads_solution(scope: Scope, statement: ast.Node) -> bool:
    """Does a statement read what only a solve gives?"""
    return any(
        isinstance(node, ast.Suffix)
        or (
            isinstance(node, ast.Reference)
            and (node.name in scope.aside or isinstance(scope.declared.get(node.name), _VALUED))
        )
        for node in nodes_under(statement)
    )


def kept_aside(scope: Scope, statement: ast.Node, check: Walk[None]) -> ast.Node:
    """A declaration or check behind `solve`, checked as printing code; what it declares is known to printing code."""
    keyword = statement.span.text.split(maxsplit=1)[0]
    message = f"this `{keyword}` reads values of variables: it waits for the solve"
    scope.report.warning("after-solve", statement.span, message)
    kept = _tried(scope, statement, check)
    if kept is not statement and isinstance(statement, ast.Declaration):
        scope.aside.pop(statement.name, None)
    return kept


def shown(scope: Scope, statement: ast.Node) -> ast.Node:
    """Printing code as it will be carried out: itself, or skipped with the reason."""
    if isinstance(statement, ast.Skipped):
        return statement
    return _tried(scope, statement, _show(scope, statement))


def not_shown_inside(scope: Scope, command: ast.Node) -> None:
    """Warn of printing commands in a block that acts: the block is carried out before the solve."""
    for node in nodes_under(command):
        if isinstance(node, ast.Printing | ast.TableOut):
            message = "this is not shown: it stands in a block with commands that act before the solve"
            scope.report.warning("not-shown", node.span, message, "put it into a block of its own")


def _tried(scope: Scope, statement: ast.Node, check: Walk[None]) -> ast.Node:
    with _printing(scope) as trial:
        run(check)
    if not trial.errors:
        return statement
    keyword, _, text = statement.span.text.partition(" ")
    return ast.Skipped(statement.span, keyword, text.strip().removesuffix(";"), trial.errors[0].message)


@contextmanager
def _printing(scope: Scope) -> Iterator[Report]:
    """Let the scope read values of the solution, and gather what is wrong in a report of its own."""
    report, scope.report, scope.printing = scope.report, Report(), True
    try:
        yield scope.report
    finally:
        scope.report, scope.printing = report, False


def _show(scope: Scope, command: ast.Node) -> Walk[None]:
    opened: list[str] = []
    if isinstance(command, ast.Printing):
        yield _printed(scope, command)
    elif isinstance(command, ast.TableOut):
        for argument in command.arguments:
            yield visit(scope, argument, "number", None)
        yield bind(scope, command.indexing, opened)
        for field in command.fields:
            yield visit(scope, field.expression, "number", None)
    elif isinstance(command, ast.For):
        yield bind(scope, command.indexing, opened)
        for each in command.body:
            yield _show(scope, each)
    elif isinstance(command, ast.If):
        for test, body in command.branches:
            yield visit(scope, test, "condition", None)
            for each in body:
                yield _show(scope, each)
        for each in command.otherwise:
            yield _show(scope, each)
    scope.release(opened)


def _printed(scope: Scope, command: ast.Printing) -> Walk[None]:
    opened: list[str] = []
    if command.indexing is not None:
        yield bind(scope, command.indexing, opened)
    for item in command.items:
        inner: list[str] = []
        if item.indexing is not None:
            yield bind(scope, item.indexing, inner)
        if not (command.keyword == "display" and _is_whole(scope, item.expression)):
            yield visit(scope, item.expression, "anything", None)
        scope.release(inner)
    if command.redirect is not None:
        yield visit(scope, command.redirect, "number", None)
    scope.release(opened)


def _is_whole(scope: Scope, node: ast.Expression) -> bool:
    """Is it the name of an indexed item, of which `display` shows all elements?"""
    if isinstance(node, ast.Suffix) and node.name not in SUFFIXES:
        return False
    reference = node.reference if isinstance(node, ast.Suffix) else node
    if not isinstance(reference, ast.Reference) or reference.subscripts or reference.name in scope.indices:
        return False
    return scope.found(reference.name) is not None
