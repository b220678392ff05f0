"""Variables: the columns of each, references to them, and their bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes, Values
from energyscope.program.blocks import VariableBlock
from energyscope.translate.checks import check_given_subscripts, not_in_index_set
from energyscope.translate.declared import dummy_frame, in_index_set, index_table
from energyscope.translate.frame import Frame, group_rows
from energyscope.translate.linear import Linear, Terms
from energyscope.translate.values import Value, as_linear, as_numbers, first_true, take

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


@dataclass(frozen=True)
class Place:
    """The columns of one variable: `first` and the ones behind it, in order of the index."""

    index: Index
    first: int


class Variables:
    """All variables of a model, by name; columns are numbered in order of declaration."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._places: dict[str, Place] = {}
        self.n_columns = 0

    def place(self, name: str) -> Place:
        """Where the columns of a variable are."""
        return self._places[name]

    def number(self) -> Walk[None]:
        """Write out the index sets of all variables and number their columns; a defined variable has none."""
        for name, declaration in self._ev.text.variables.items():
            if declaration.fixed is not None:
                _refuse_bounds(declaration)
            else:
                index: Index = yield index_table(self._ev, declaration)
                self._places[name] = Place(index, self.n_columns)
                self.n_columns += len(index)

    def lookup(
        self, declaration: ast.VarDeclaration, columns: tuple[Codes, ...], node: ast.Reference, frame: Frame
    ) -> Walk[Linear]:
        """The variable as a linear expression, one tuple of subscripts a row."""
        if declaration.fixed is not None:
            defined: Linear = yield self._defined(declaration, columns, node, frame)
            return defined
        place = self._places.get(declaration.name)
        if place is None:
            raise error("variable-in-data", node.span, f"variable `{node.name}` has no value before the solve")
        if columns:
            positions = place.index.positions(columns)
            outside = first_true(positions < 0)
            if outside is not None:
                raise not_in_index_set(self._ev, declaration, columns, outside, node.span)
        else:
            positions = np.zeros(frame.length, dtype=np.int64)
        labels = (positions + place.first).astype(np.int32)
        return Linear(np.zeros(frame.length), (Terms(None, labels, np.ones(frame.length)),))

    def _defined(
        self, declaration: ast.VarDeclaration, columns: tuple[Codes, ...], node: ast.Reference, frame: Frame
    ) -> Walk[Linear]:
        """A defined variable is its definition, put in its place."""
        assert declaration.fixed is not None
        grouping = group_rows(columns, frame.length)
        wanted = tuple(column[grouping.first] for column in columns)
        if columns:
            inside = yield in_index_set(self._ev, declaration, wanted)
            outside = first_true(~inside)
            if outside is not None:
                raise not_in_index_set(self._ev, declaration, wanted, outside, node.span)
        inner = dummy_frame(self._ev, declaration, wanted, len(grouping.first))
        value: Value = yield self._ev.value(declaration.fixed, inner)
        return as_linear(self._ev, take(value, grouping.group), declaration.fixed, frame)

    def blocks(self, used: NDArray[np.bool_]) -> Walk[dict[str, VariableBlock]]:
        """The columns with their bounds; those of columns that nothing uses are evaluated where they can be."""
        blocks: dict[str, VariableBlock] = {}
        for name, place in self._places.items():
            declaration = self._ev.text.variables[name]
            rows = np.flatnonzero(used[place.first : place.first + len(place.index)])
            lower, upper = yield self._bounds(declaration, place.index, rows)
            if len(rows) < len(place.index):
                idle = np.setdiff1d(np.arange(len(place.index)), rows)
                try:
                    idle_lower, idle_upper = yield self._bounds(declaration, place.index, idle)
                    lower[idle], upper[idle] = idle_lower[idle], idle_upper[idle]
                except ModelError:
                    lower[idle], upper[idle] = -np.inf, np.inf
            yield self._fix(declaration, place.index, lower, upper)
            blocks[name] = VariableBlock(name, place.index, place.first, lower, upper, declaration.kind != "real")
        return blocks

    def _bounds(
        self, declaration: ast.VarDeclaration, index: Index, rows: NDArray[np.int64]
    ) -> Walk[tuple[Values, Values]]:
        length = len(index)
        binary = declaration.kind == "binary"
        lower, upper = np.full(length, 0.0 if binary else -np.inf), np.full(length, 1.0 if binary else np.inf)
        columns = tuple(column[rows] for column in index.columns)
        frame = dummy_frame(self._ev, declaration, columns, len(rows))
        for bound in declaration.lower:
            number = as_numbers(self._ev, (yield self._ev.value(bound, frame)), bound, frame)
            lower[rows] = np.maximum(lower[rows], number)
        for bound in declaration.upper:
            number = as_numbers(self._ev, (yield self._ev.value(bound, frame)), bound, frame)
            upper[rows] = np.minimum(upper[rows], number)
        crossed = first_true((lower > upper) | (lower == np.inf) | (upper == -np.inf))
        if crossed is not None:
            said = self._ev.symbols.describe(declaration.name, [int(column[crossed]) for column in index.columns])
            raise error(
                "bound-conflict",
                declaration.name_span,
                f"`{said}` has bounds {lower[crossed]:.15g} and {upper[crossed]:.15g}",
                "the lower bound must not be above the upper one",
            )
        return lower, upper

    def _fix(self, declaration: ast.VarDeclaration, index: Index, lower: Values, upper: Values) -> Walk[None]:
        """Put both bounds of fixed columns at their value."""
        fixed = self._ev.data.fixed.get(declaration.name)
        if fixed is None or not len(fixed.values):
            return
        yield check_given_subscripts(self._ev, declaration, fixed.index, fixed.origin)
        rows = index.positions(fixed.index.columns) if index.columns else np.zeros(1, dtype=np.int64)
        values = np.asarray(fixed.values, dtype=np.float64)
        broken = (values < lower[rows]) | (values > upper[rows])
        if declaration.kind != "real":
            broken |= values != np.trunc(values)
        lower[rows], upper[rows] = values, values
        if (row := first_true(broken)) is not None:
            said = self._ev.symbols.describe(declaration.name, [int(column[row]) for column in fixed.index.columns])
            place = fixed.origin.key_span(row) if fixed.origin is not None else None
            message = f"`{said}` is fixed at {values[row]:.15g}, outside its bounds: the value holds"
            self._ev.warn("fix-outside-bounds", place or declaration.name_span, message)


def _refuse_bounds(declaration: ast.VarDeclaration) -> None:
    """A defined variable is its definition: nothing would keep its bounds."""
    if declaration.lower or declaration.upper or declaration.entries or declaration.kind != "real":
        raise error(
            "unsupported",
            declaration.name_span,
            f"bounds, entries or a kind of the defined variable `{declaration.name}` are not supported",
            "declare a plain variable and write the definition and the bounds as constraints",
        )
