"""The static check of piecewise-linear terms."""

from __future__ import annotations

from collections.abc import Callable

from energyscope.language import ast
from energyscope.language.resolving.meaning import Meaning, Want, begin
from energyscope.language.resolving.scope import Scope
from energyscope.language.trampoline import Walk

Visit = Callable[[Scope, ast.Expression, Want, str | None], Walk[Meaning]]
Bind = Callable[[Scope, ast.Indexing, list[str]], Walk[int | None]]


def check_piecewise(scope: Scope, node: ast.Piecewise, where: str | None, visit: Visit, bind: Bind) -> Walk[Meaning]:
    """Breaks, slopes and the zero are constant; the term holds the variable of its argument."""
    yield _items(scope, node.breaks, "the breaks of a piecewise-linear term", visit, bind)
    yield _items(scope, node.slopes, "the slopes of a piecewise-linear term", visit, bind)
    _check_count(scope, node)
    argument = yield visit(scope, node.argument, "number", where)
    if node.zero is not None:
        yield visit(scope, node.zero, "number", "the zero of a piecewise-linear term")
    return Meaning("number", variable=argument.variable)


def _items(scope: Scope, items: tuple[ast.ListItem, ...], where: str, visit: Visit, bind: Bind) -> Walk[None]:
    for item in items:
        opened: list[str] = []
        if item.indexing is not None:
            yield bind(scope, item.indexing, opened)
        yield visit(scope, item.expression, "number", where)
        scope.release(opened)


def _check_count(scope: Scope, node: ast.Piecewise) -> None:
    """Lists that are written out can be counted before there are data."""
    if any(item.indexing is not None for item in (*node.breaks, *node.slopes)):
        return
    if len(node.slopes) != len(node.breaks) + 1:
        message, help = count_message(len(node.breaks), len(node.slopes))
        scope.report.error("pwl-count", begin(node.span, 2), message, help)


def count_message(breaks: int, slopes: int) -> tuple[str, str]:
    """What is wrong with these numbers of breaks and slopes, and what to do."""
    return f"{breaks} breaks need {breaks + 1} slopes, {slopes} given", "there is one slope more than breaks"
