"""Entries of columns in MathProg's form: sums over a table of coefficients, since it has neither nodes nor arcs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from energyscope.language import ast
from energyscope.language.printing.mathprog.scope import (
    NOWHERE,
    Context,
    EntryTable,
    Scope,
    chain,
    member_of,
    reference,
)
from energyscope.language.resolving.dimensions import nodes_under
from energyscope.language.trampoline import Walk


def enter_rows(ctx: Context, name: str, scope: Scope) -> None:
    """Remember which rows are written: their placeholders stand for their own entries."""
    subscripts = tuple(reference(index) for item in scope.items for index in item.indices)
    ctx.entries = _entries(ctx, ctx.tables.get(name, ()), subscripts)


def table_statements(table: EntryTable) -> Iterator[str]:
    """The declarations of a table of coefficients."""
    dimension = table.row_places + table.column_places
    if dimension:
        yield f"set {table.places} dimen {dimension};"
        yield f"param {table.coefficient} {{{table.places}}};  # entries of {table.column}"
    else:
        yield f"param {table.coefficient};  # entry of {table.column}"


def placeholder(ctx: Context, node: ast.ToCome | ast.NetFlow, scope: Scope) -> Walk[ast.Expression]:
    """What `to_come`, `net_in` or `net_out` stands for."""
    entries = ctx.entries or ast.Number(NOWHERE, 0.0)
    if isinstance(node, ast.NetFlow) and node.direction == "net_out":
        return ast.Unary(NOWHERE, "-", entries)
    return entries
    yield


def with_entries(ctx: Context, written: ast.Expression, expression: ast.Expression) -> ast.Expression:
    """An objective in MathProg's form; entries are added where the expression, as it was written, has no place."""
    if ctx.entries is None or _has_place(written):
        return expression
    return chain("+", expression, ctx.entries)


def row_with_entries(ctx: Context, written: ast.Row, row: ast.Row) -> ast.Row:
    """A row in MathProg's form; entries without a place are added to the left side, or between the bounds."""
    if ctx.entries is None or _has_place(written):
        return row
    place = 1 if len(row.sides) == 3 else 0
    sides = list(row.sides)
    sides[place] = chain("+", sides[place], ctx.entries)
    return replace(row, sides=tuple(sides))


def _has_place(node: ast.Node) -> bool:
    return any(isinstance(each, ast.ToCome | ast.NetFlow) for each in nodes_under(node))


def _entries(
    ctx: Context, tables: tuple[EntryTable, ...], subscripts: tuple[ast.Expression, ...]
) -> ast.Expression | None:
    """`sum {(i, k) in PLACES} coefficient[i,k] * column[k] + …` for a row i; None where nothing has entries."""
    terms = [_term(ctx, table, subscripts[: table.row_places]) for table in tables]
    return chain("+", *terms) if terms else None


def _term(ctx: Context, table: EntryTable, row: tuple[ast.Expression, ...]) -> ast.Expression:
    column = ctx.indices(table.column_places)
    key = (*row, *column)
    product = chain("*", reference(table.coefficient, key), reference(table.column, column))
    places = reference(table.places)
    if column:
        indexing = ast.Indexing(NOWHERE, (ast.IndexItem(NOWHERE, key, places),))
        return ast.Iterated(NOWHERE, "sum", indexing, product)
    if not row:
        return product
    inside = ast.Membership(NOWHERE, "in", negated=False, left=member_of(row), right=places)
    return ast.Conditional(NOWHERE, ((inside, product),), ast.Number(NOWHERE, 0.0))
