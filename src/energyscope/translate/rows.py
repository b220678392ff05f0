"""Constraints and objectives as blocks of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols, Values
from energyscope.program.blocks import ConstraintBlock, Objective
from energyscope.translate.declared import dummy_frame, index_table
from energyscope.translate.frame import Frame, Mask, Rows, unit_frame
from energyscope.translate.linear import Linear, linear_of
from energyscope.translate.values import Value, as_linear, as_numbers, failure, first_true

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

CONSTANT_ROW_SLACK = 1e-9
"""A row without variables is true within this, relative to 1 + |constant| (spec/ampl, section 7)."""


@dataclass(frozen=True)
class _Body:
    """lower <= linear <= upper on some rows of a constraint's index; the constant of `linear` is kept apart."""

    rows: Rows
    linear: Linear
    lower: Values
    upper: Values


def constraint_block(ev: Evaluator, declaration: ast.ConstraintDeclaration, first: int) -> Walk[ConstraintBlock]:
    """The rows of one constraint; those that hold no variable are tested and dropped."""
    index: Index = yield index_table(ev, declaration)
    frame = dummy_frame(ev, declaration, index.columns, len(index))
    bodies: list[_Body] = []
    yield _row_bodies(ev, declaration.body, frame, np.arange(len(index), dtype=np.int64), bodies)
    length = len(index)
    linear, lower, upper = Linear(np.zeros(length)), np.full(length, -np.inf), np.full(length, np.inf)
    exists = np.zeros(length, dtype=bool)
    for body in bodies:
        linear = linear.plus(body.linear.scattered(body.rows, length)) if len(bodies) > 1 else body.linear
        if len(bodies) == 1 and len(body.rows) < length:
            linear = body.linear.scattered(body.rows, length)
        lower[body.rows], upper[body.rows], exists[body.rows] = body.lower, body.upper, True
    linear = yield ev.networks.completed(declaration, index, linear, exists)
    entries = linear.entries(ev.pieces.width)
    lower, upper = lower - linear.constant, upper - linear.constant
    filled = entries.filled
    refuse_false_rows(ev.symbols, declaration, index, exists & ~filled, lower, upper, linear.constant)
    constant_rows = int(np.count_nonzero(exists & ~filled))
    if not filled.all():
        entries, index = entries.take(filled), index.take(filled)
        lower, upper = lower[filled], upper[filled]
    return ConstraintBlock(declaration.name, index, first, entries, lower, upper, constant_rows)


def _row_bodies(ev: Evaluator, body: ast.RowBody, frame: Frame, rows: Rows, bodies: list[_Body]) -> Walk[None]:
    """The rows of a body; of a conditional one, each branch on the rows where it is live."""
    if not len(rows):
        return
    if isinstance(body, ast.Row):
        bodies.append((yield _row(ev, body, frame, rows)))
        return
    for test, branch in body.branches:
        live: Mask = yield ev.condition(test, frame)
        yield _row_bodies(ev, branch, frame.take(live), rows[live], bodies)
        frame, rows = frame.take(~live), rows[~live]
    if body.otherwise is not None:
        yield _row_bodies(ev, body.otherwise, frame, rows, bodies)


def _row(ev: Evaluator, row: ast.Row, frame: Frame, rows: Rows) -> Walk[_Body]:
    values: list[Value] = []
    for side in row.sides:
        values.append((yield ev.value(side, frame)))
    if len(values) == 3:
        return _double(ev, row, values, frame, rows)
    sides = [as_linear(ev, value, side, frame) for value, side in zip(values, row.sides, strict=True)]
    left, right = (Linear(_finite_part(side.constant), side.parts) for side in sides)
    linear = left.plus(right, -1.0)
    with np.errstate(invalid="ignore"):
        infinite = _infinite_part(sides[0].constant) - _infinite_part(sides[1].constant)
    operator, span = row.operators[0], row.operator_spans[0]
    _refuse_infinite(ev, operator, infinite, span, frame)
    lower = np.where(np.isinf(infinite), -np.inf, 0.0) if operator in ("=", ">=") else np.full(len(rows), -np.inf)
    upper = np.where(np.isinf(infinite), np.inf, 0.0) if operator in ("=", "<=") else np.full(len(rows), np.inf)
    return _Body(rows, linear, lower, upper)


def _refuse_infinite(ev: Evaluator, operator: str, infinite: Values, span: Span, frame: Frame) -> None:
    """An infinite constant may only say that a side is absent: `x <= Infinity`."""
    wrong = {"=": np.isinf(infinite), "<=": infinite == np.inf, ">=": infinite == -np.inf}[operator]
    row = first_true(wrong | np.isnan(infinite))
    if row is not None:
        raise failure(ev, "arithmetic", span, f"`{operator}` with Infinity cannot hold", frame, row)


def _finite_part(constant: Values) -> Values:
    return np.where(np.isfinite(constant), constant, 0.0)


def _infinite_part(constant: Values) -> Values:
    return np.where(np.isfinite(constant), 0.0, constant)


def _double(ev: Evaluator, row: ast.Row, values: list[Value], frame: Frame, rows: Rows) -> _Body:
    """`a <= body <= b` or the other way round; the outer sides are constant."""
    outer = []
    for place in (0, 2):
        value = values[place]
        if isinstance(value, Linear):
            if not value.is_constant().all():
                span = row.sides[place].span
                raise error(
                    "range-not-constant",
                    span,
                    "outer sides of a double inequality must be constant",
                    "write two constraints",
                )
            value = value.constant
        outer.append(as_numbers(ev, value, row.sides[place], frame))
    lower, upper = outer if row.operators[0] == "<=" else outer[::-1]
    wrong = first_true((lower == np.inf) | (upper == -np.inf))
    if wrong is not None:
        raise failure(ev, "arithmetic", row.operator_spans[0], "a side with Infinity cannot hold", frame, wrong)
    return _Body(rows, as_linear(ev, values[1], row.sides[1], frame), lower.copy(), upper.copy())


def refuse_false_rows(
    symbols: Symbols,
    declaration: ast.ConstraintDeclaration,
    index: Index,
    empty: Mask,
    lower: Values,
    upper: Values,
    constant: Values,
) -> None:
    """A row without variables reads lower <= 0 <= upper."""
    slack = CONSTANT_ROW_SLACK * (1 + np.abs(constant))
    row = first_true(empty & ((lower > slack) | (upper < -slack)))
    if row is None:
        return
    said = symbols.describe(declaration.name, [int(column[row]) for column in index.columns])
    if lower[row] == upper[row]:
        relation = f"0 = {lower[row]:.15g}"
    else:
        relation = f"0 >= {lower[row]:.15g}" if lower[row] > slack[row] else f"0 <= {upper[row]:.15g}"
    raise error(
        "row-infeasible", declaration.name_span, f"`{said}` reads {relation}", "no variable is left in this row"
    )


def objective(ev: Evaluator, declaration: ast.ObjectiveDeclaration) -> Walk[Objective]:
    """An objective as coefficients of columns and a constant."""
    if declaration.indexing is not None:
        raise error("unsupported", declaration.name_span, "an indexed objective is not supported", "sum it up")
    linear = linear_of(np.zeros(1))
    if declaration.expression is not None:
        value: Value = yield ev.value(declaration.expression, unit_frame())
        linear = as_linear(ev, value, declaration.expression, unit_frame())
    linear = yield ev.networks.completed(declaration, Index((), 1), linear, np.ones(1, dtype=bool))
    entries = linear.entries(ev.pieces.width)
    constant = float(linear.constant[0])
    if not np.isfinite(constant):
        raise error("arithmetic", declaration.name_span, "the objective has an infinite constant", None)
    return Objective(declaration.name, declaration.sense, entries.indices, entries.data, constant)
