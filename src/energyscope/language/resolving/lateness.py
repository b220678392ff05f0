"""Printing code in front of a command that changes what it reads: it shows the values at the end of the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError
from energyscope.language.ordering import acts, commands_under, only_shows
from energyscope.language.resolving.dimensions import nodes_under
from energyscope.language.resolving.scope import Scope, line_of
from energyscope.language.source import Span


def warn_of_late_values(scope: Scope, statements: Sequence[ast.Node], reads: Mapping[str, frozenset[str]]) -> None:
    """Warn where something is printed that a later `let` or `fix` changes; `reads` has what declarations read."""
    changed: dict[str, Span] = {}
    needs = {**reads, **{name: _named(each) for name, each in scope.aside.items()}}
    for statement in reversed(statements):
        if acts(statement):
            changed.update(_assigned(statement))
        elif changed and only_shows(statement) and not isinstance(statement, ast.Skipped):
            late = _reached(_named(statement), needs) & changed.keys()
            if late:
                name = min(late)
                place = line_of(changed[name], statement.span)
                message = f"this shows the value at the end of the text: `{name}` is changed at {place}"
                help = "everything is shown after the solve: put it behind the change, or solve twice from Python"
                scope.report.warning("shown-late", statement.span, message, help)


def _assigned(statement: ast.Node) -> dict[str, Span]:
    """The names that a command gives values, each with the first place."""
    found: dict[str, Span] = {}
    for command in commands_under(statement):
        for name, span in _targets(command):
            found.setdefault(name, span)
    return found


def _targets(command: ast.Node) -> Iterator[tuple[str, Span]]:
    if isinstance(command, ast.Let | ast.Fix):
        yield command.target.name, command.target.span
    elif isinstance(command, ast.LetRun):
        try:
            for columns in command.lets.columns():
                yield columns.name, command.lets.target_span(columns.statements[0])
        except ModelError:
            return  # the check of the command reports it


def _named(node: ast.Node) -> frozenset[str]:
    return frozenset(each.name for each in nodes_under(node) if isinstance(each, ast.Reference))


def _reached(names: frozenset[str], needs: Mapping[str, frozenset[str]]) -> set[str]:
    reached, stack = set(names), list(names)
    while stack:
        fresh = needs.get(stack.pop(), frozenset()) - reached
        reached |= fresh
        stack.extend(fresh)
    return reached
