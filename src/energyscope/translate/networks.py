"""Entries of columns in rows declared before them: `from`, `to`, `obj`, `coeff`, `cover`, and where they go."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.checks import not_in_index_set
from energyscope.translate.declared import dummy_frame
from energyscope.translate.frame import Frame, Mask, Rows
from energyscope.translate.indexing import Expansion, expand
from energyscope.translate.linear import Linear, Terms
from energyscope.translate.values import as_numbers, failure, first_true

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


@dataclass(frozen=True)
class Entries:
    """What one column family puts into one row family: row and column in their index sets, and coefficients."""

    column: ast.VarDeclaration
    rows: Rows
    columns: Rows
    coefficients: Values


class Networks:
    """All entries of a text by the row family they go to.

    In an expression `to_come`, `net_in` and `net_out` are a column of their own, one behind the last; `completed` puts
    the entries in its place.
    """

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._by_target: dict[str, list[tuple[ast.VarDeclaration, ast.Entry]]] = defaultdict(list)
        for column in ev.text.variables.values():
            for entry in column.entries:
                self._by_target[entry.target.name].append((column, entry))
        self._met = False
        self.found: dict[str, tuple[Index, list[Entries]]] = {}

    def targets(self) -> dict[str, set[str]]:
        """The row families that get entries, and the variables these come from."""
        return {name: {column.name for column, _ in pairs} for name, pairs in self._by_target.items()}

    def placeholder(self, node: ast.ToCome | ast.NetFlow, frame: Frame) -> Walk[Linear]:
        """`to_come`, `net_in` or `net_out`."""
        self._met = True
        sign = -1.0 if isinstance(node, ast.NetFlow) and node.direction == "net_out" else 1.0
        column = np.full(frame.length, self._ev.variables.n_columns, dtype=np.int32)
        return Linear(np.zeros(frame.length), (Terms(None, column, np.full(frame.length, sign)),))
        yield

    def completed(self, declaration: ast.Declaration, index: Index, linear: Linear, exists: Mask) -> Walk[Linear]:
        """The rows of a family with their entries: where their placeholder stands, else added to them."""
        met, self._met = self._met, False
        pairs = self._by_target.get(declaration.name, ())
        if not met and not pairs:
            return linear
        linear, weight = _without_placeholder(linear, self._ev.variables.n_columns)
        found: list[Entries] = []
        for column, entry in pairs:
            found.append((yield self._entries(declaration, index, exists, column, entry)))
        self.found[declaration.name] = (index, found)
        parts = tuple(
            Terms(
                each.rows,
                (each.columns + self._ev.variables.place(each.column.name).first).astype(np.int32),
                each.coefficients * weight[each.rows],
            )
            for each in found
        )
        return Linear(linear.constant, (*linear.parts, *parts))

    def _entries(
        self, target: ast.Declaration, index: Index, exists: Mask, column: ast.VarDeclaration, entry: ast.Entry
    ) -> Walk[Entries]:
        ev = self._ev
        own = ev.variables.place(column.name).index
        frame = dummy_frame(ev, column, own.columns, len(own))
        columns = np.arange(len(own), dtype=np.int64)
        if entry.indexing is not None:
            expansion: Expansion = yield expand(ev, entry.indexing, frame)
            inner = expansion.frame_of(frame, frozenset(), keep_all=True)
            frame, columns = inner.frame, inner.rows
        rows: Rows = yield self._target_rows(target, index, exists, entry, frame)
        coefficients = np.ones(frame.length)
        if entry.coefficient is not None:
            coefficients = as_numbers(ev, (yield ev.value(entry.coefficient, frame)), entry.coefficient, frame)
            infinite = first_true(~np.isfinite(coefficients))
            if infinite is not None:
                message = "Infinity cannot be a coefficient"
                raise failure(ev, "arithmetic", entry.coefficient.span, message, frame, infinite)
        return Entries(column, rows, columns, -coefficients if entry.kind == "from" else coefficients)

    def _target_rows(
        self, target: ast.Declaration, index: Index, exists: Mask, entry: ast.Entry, frame: Frame
    ) -> Walk[Rows]:
        ev = self._ev
        codes: list[Codes] = []
        for subscript in entry.target.subscripts:
            codes.append(ev.as_codes((yield ev.value(subscript, frame))))
        rows = index.positions(codes) if codes else np.zeros(frame.length, dtype=np.int64)
        outside = first_true(rows < 0)
        if outside is not None:
            raise not_in_index_set(ev, target, tuple(codes), outside, entry.target.span)
        missing = first_true(~exists[rows])
        if missing is not None:
            said = ev.symbols.describe(target.name, [int(column[missing]) for column in codes])
            message = f"`{said}` has no row: no branch of its condition holds"
            raise error("subscript", entry.target.span, message, "guard the entry with an indexing `{…: condition}`")
        return rows


def _without_placeholder(linear: Linear, placeholder: int) -> tuple[Linear, Values]:
    """The rows without their placeholder, and by what it is multiplied in each; 1 where there is none."""
    weight = np.zeros(len(linear))
    met = np.zeros(len(linear), dtype=bool)
    parts: list[Terms] = []
    for part in linear.parts:
        here = part.columns == placeholder
        rows = part.row_ids()
        np.add.at(weight, rows[here], part.coefficients[here])
        met[rows[here]] = True
        parts.append(Terms(rows[~here], part.columns[~here], part.coefficients[~here]) if here.any() else part)
    return Linear(linear.constant, tuple(parts)), np.where(met, weight, 1.0)
