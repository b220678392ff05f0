"""Piecewise-linear terms in MathProg's form: their segments as variables, tied to the argument by a row.

Lengths, slopes and which terms have binaries are tables; the argument stays a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.printing.expressions import pieces
from energyscope.language.printing.lines import filled
from energyscope.language.printing.mathprog.scope import (
    NOWHERE,
    Context,
    OpenItem,
    Scope,
    SegmentTable,
    chain,
    names_in,
    number,
    reference,
)
from energyscope.language.trampoline import Walk

Normal = Callable[[Context, ast.Node, Scope], Walk[ast.Expression]]


def segments(ctx: Context, node: ast.Piecewise, scope: Scope, normal: Normal) -> Walk[ast.Expression]:
    """`base + sum {k in 1..count} slope[k] * segment[k]`; the segments are declared before the statement at hand."""
    if not names_in(node.argument) & ctx.text.variables.keys():
        message = "a piecewise-linear term of a constant cannot be written for GLPK"
        raise error("export", node.span, message, "give its value as a parameter")
    table = ctx.pieces.get(id(node))
    if table is None:
        return number(0)  # no row has it: an empty index set, or a coefficient 0 everywhere
    if not table.declared:
        table.declared = True
        yield _declare(ctx, node, scope, table, normal)
    subscripts = tuple(scope.names.get(key, reference(key)) for key in table.keys)
    return chain("+", reference(table.base, subscripts), _weighted(ctx, table, table.slope, subscripts))


def _weighted(ctx: Context, table: SegmentTable, weight: str, subscripts: tuple[ast.Expression, ...]) -> ast.Expression:
    """`sum {k in 1..count[…]} weight[…,k] * segment[…,k]`"""
    (k,) = ctx.indices(1)
    numbers = ast.Range(NOWHERE, number(1), reference(table.count, subscripts), None, NOWHERE)
    indexing = ast.Indexing(NOWHERE, (ast.IndexItem(NOWHERE, (k,), numbers),))
    key = (*subscripts, k)
    return ast.Iterated(NOWHERE, "sum", indexing, chain("*", reference(weight, key), reference(table.segment, key)))


def _declare(ctx: Context, node: ast.Piecewise, scope: Scope, table: SegmentTable, normal: Normal) -> Walk[None]:
    keys = ctx.indices(len(table.keys))
    names = dict(zip(table.keys, keys, strict=True))
    inner = Scope(names, {key: scope.sets[key] for key in names if key in scope.sets}, renaming=True)
    indexing: tuple[ast.IndexItem, ...] = ()
    if keys:
        item = ast.IndexItem(NOWHERE, keys, reference(table.terms))
        inner = inner.opening(OpenItem(item, tuple(key.name for key in keys)))
        indexing = (item,)
    argument = yield normal(ctx, node.argument, inner)
    tied = chain("-", argument, _weighted(ctx, table, table.sign, keys))
    row = ast.Row(NOWHERE, (tied, reference(table.anchor, keys)), ("=",), (NOWHERE,))
    head = pieces(ast.Indexing(NOWHERE, indexing)) if indexing else []
    ctx.pending.extend(_tables(ctx, table))
    ctx.pending.append(filled([f"s.t. {table.split}", *head, ":", " ", *pieces(row), ";"]))
    if table.steps is not None:
        ctx.pending.extend(_binaries(ctx, table))


def _tables(ctx: Context, table: SegmentTable) -> Iterator[str]:
    terms = ""
    if table.keys:
        terms = f" {{{table.terms}}}"
        yield f"set {table.terms} dimen {len(table.keys)};"
    default = " default 0" if terms else ""
    yield f"param {table.base}{terms}{default}; param {table.anchor}{terms}; param {table.count}{terms}{default};"
    yield f"set {table.segments} dimen {len(table.keys) + 1};"
    yield "".join(f"param {each} {{{table.segments}}}; " for each in (table.slope, table.sign)).rstrip()
    yield "".join(f"param {each} {{{table.segments}}}; " for each in (table.lower, table.upper)).rstrip()
    slots, key, _ = _places(ctx, table)
    bounds = f">= {table.lower}[{key}], <= {table.upper}[{key}]"
    yield f"var {table.segment} {{{slots} in {table.segments}}} {bounds};"


def _places(ctx: Context, table: SegmentTable) -> tuple[str, str, str]:
    """New indices of a segment as slots and as subscripts, and the subscripts of the segment behind it."""
    names = [index.name for index in ctx.indices(len(table.keys) + 1)]
    key = ",".join(names)
    return (f"({key})" if table.keys else key), key, f"{key} + 1"


def _binaries(ctx: Context, table: SegmentTable) -> Iterator[str]:
    """A segment is full where its binary is 1, and the next one empty where it is 0."""
    slots, here, following = _places(ctx, table)
    yield f"set {table.steps} dimen {len(table.keys) + 1}; var {table.reached} {{{table.steps}}} binary;"
    for name, key, relation in ((table.filled, here, ">="), (table.opened, following, "<=")):
        body = f"{table.segment}[{key}] - {table.upper}[{key}] * {table.reached}[{here}] {relation} 0"
        yield f"s.t. {name} {{{slots} in {table.steps}}}: {body};"
