"""Declarations in MathProg's form, and as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from energyscope.language import ast
from energyscope.language.printing.expressions import pieces, value_pieces
from energyscope.language.printing.lines import filled
from energyscope.language.printing.mathprog.expressions import normal
from energyscope.language.printing.mathprog.networks import enter_rows, row_with_entries, with_entries
from energyscope.language.printing.mathprog.scope import (
    NOWHERE,
    Context,
    Scope,
    call,
    chain,
    names_in,
    negation,
    number,
)
from energyscope.language.printing.mathprog.sets import opened, typed_empty
from energyscope.language.trampoline import Walk


def set_statement(ctx: Context, node: ast.SetDeclaration, *, as_data: bool) -> Walk[str]:
    """A set with its dimension; `as_data` leaves the definition to the data section."""
    indexing, scope = yield _indexing(ctx, node)
    definition = None if as_data else node.definition
    if definition is not None and definition == ast.SetLiteral(NOWHERE, ()):
        definition = typed_empty(ctx, ctx.text.dimension(node.name))
    elif definition is not None:
        definition = yield normal(ctx, definition, scope)
    head = replace(
        node, indexing=indexing, definition=definition, dimension=ctx.text.dimension(node.name), assignment=_sign(node)
    )
    return printed_set(head)


def printed_set(node: ast.SetDeclaration) -> str:
    """`set S {…} dimen n := …;` of a declaration that is in MathProg's form."""
    definition = [] if node.definition is None else [f" {node.assignment} ", *value_pieces(node.definition)]
    return filled([*_head("set", node), f" dimen {node.dimension}", *definition, ";"])


def param_statement(
    ctx: Context, node: ast.ParamDeclaration, default: ast.Expression | None, *, as_data: bool
) -> Walk[str]:
    """A parameter; restrictions are left out, the values have been tested. `default` is that of the data section."""
    indexing, scope = yield _indexing(ctx, node)
    text = _head("param", replace(node, indexing=indexing))
    if node.kind == "symbolic":
        text.append(" symbolic")
    if default is not None:
        text.extend((" default ", *value_pieces(default)))
    elif node.definition is not None and not as_data:
        text.extend((f" {_sign(node)} ", *value_pieces((yield normal(ctx, node.definition, scope)))))
    return filled([*text, ";"])


def var_statement(ctx: Context, node: ast.VarDeclaration) -> Walk[str]:
    """A variable; several bounds on one side are one."""
    indexing, scope = yield _indexing(ctx, node)
    text = _head("var", replace(node, indexing=indexing))
    if node.kind != "real":
        text.append(f" {node.kind}")
    separator = " " if node.kind == "real" else ", "
    for relation, tightest, bounds in ((">=", "max", node.lower), ("<=", "min", node.upper)):
        if not bounds:
            continue
        values: list[ast.Expression] = []
        for bound in bounds:
            values.append((yield normal(ctx, bound, scope)))
        bound = values[0] if len(values) == 1 else call(tightest, *values)
        text.extend((f"{separator}{relation} ", *value_pieces(bound)))
        separator = ", "
    return filled([*text, ";"])


def objective_statement(ctx: Context, node: ast.ObjectiveDeclaration) -> Walk[str]:
    """The objective; one without an expression is 0."""
    enter_rows(ctx, node.name, Scope())
    written = node.expression or number(0)
    body = with_entries(ctx, written, (yield normal(ctx, written, Scope())))
    return filled([f"{node.sense} {node.name}:", " ", *value_pieces(body), ";"])


def constraint_statements(ctx: Context, node: ast.ConstraintDeclaration) -> Walk[list[tuple[str, str]]]:
    """The constraint, or one a branch where it is conditional: pairs of the name in MathProg and the text."""
    indexing, scope = yield _indexing(ctx, node)
    enter_rows(ctx, node.name, scope)
    if indexing is None and not isinstance(node.body, ast.Row):
        indexing = _once(ctx)
    written: list[tuple[str, str]] = []
    for conditions, row in _branches(node.body):
        guards = [] if indexing is None or indexing.condition is None else [indexing.condition]
        for condition in conditions:
            guards.append((yield normal(ctx, condition, scope)))
        guarded = replace(indexing, condition=chain("and", *guards)) if guards and indexing is not None else indexing
        name = ctx.fresh(node.name) if written else node.name
        head = _head("s.t.", replace(node, name=name, indexing=guarded))
        body = _open_sided(ctx, row_with_entries(ctx, row, (yield normal(ctx, row, scope))))
        written.append((name, filled([*head, ":", " ", *pieces(body), ";"])))
    return written


def _open_sided(ctx: Context, row: ast.Row) -> ast.Row:
    """`body <= c` as `-Infinity <= body <= c` where c may be infinite: GLPK would compute with it, and overflow."""
    if len(row.sides) == 3 or row.operators[0] == "=":
        return row
    left, right = (names_in(side) for side in row.sides)
    variables = ctx.text.variables.keys()
    infinity = ast.Number(NOWHERE, float("inf"))
    if right & ctx.infinite and not right & variables:
        first = ast.Unary(NOWHERE, "-", infinity) if row.operators[0] == "<=" else infinity
        return replace(row, sides=(first, *row.sides), operators=row.operators * 2)
    if left & ctx.infinite and not left & variables:
        last = infinity if row.operators[0] == "<=" else ast.Unary(NOWHERE, "-", infinity)
        return replace(row, sides=(*row.sides, last), operators=row.operators * 2)
    return row


def _branches(
    body: ast.RowBody, conditions: tuple[ast.Expression, ...] = ()
) -> Iterator[tuple[tuple[ast.Expression, ...], ast.Row]]:
    """Every row of a body with the conditions under which it holds."""
    if isinstance(body, ast.Row):
        yield conditions, body
        return
    for test, branch in body.branches:
        yield from _branches(branch, (*conditions, test))
        conditions = (*conditions, negation(test))
    if body.otherwise is not None:
        yield from _branches(body.otherwise, conditions)


def _once(ctx: Context) -> ast.Indexing:
    """An indexing of one member: MathProg takes conditions only there."""
    once = ast.Range(NOWHERE, number(1), number(1), None, NOWHERE)
    return ast.Indexing(NOWHERE, (ast.IndexItem(NOWHERE, ctx.indices(1), once),))


def _indexing(ctx: Context, node: ast.Declaration) -> Walk[tuple[ast.Indexing | None, Scope]]:
    if node.indexing is None:
        return None, Scope()
    named = isinstance(node, ast.ConstraintDeclaration)
    return (yield opened(ctx, node.indexing, Scope(), named=named))


def _sign(node: ast.SetDeclaration | ast.ParamDeclaration) -> Literal[":=", "default"]:
    return "default" if node.assignment == "default" else ":="


def _head(keyword: str, node: ast.Declaration) -> list[str]:
    indexing = [] if node.indexing is None else [" ", *pieces(node.indexing)]
    return [f"{keyword} {node.name}", *indexing]
