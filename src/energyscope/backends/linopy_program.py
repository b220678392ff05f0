"""A linopy model as a Program: the way back from linopy's arrays to blocks by name.

A dimension gives one place of the index; a dimension that only counts, with coordinates along it (linopy's own way to
stack keys), gives one place for each of these coordinates instead, in their order. Rows
`NAME upper side` are the upper sides of the double inequalities `NAME`, and a variable `objective constant` fixed at a
number carries the constant of the objective, as in the models that `linopy_model` makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import linopy
import numpy as np
import pandas as pd
import scipy.sparse as sp
from linopy import Variable
from linopy.constraints import ConstraintBase
from numpy.typing import NDArray

from energyscope.backends.base import backend_error
from energyscope.backends.linopy_model import CONSTANT
from energyscope.language.diagnostics import ModelError, error
from energyscope.modeldata.incoming import codes_from
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes, Symbols, Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock

UPPER_SIDE = " upper side"
"""What the name of the second side of a double inequality ends in; the blank keeps it apart from names of a text."""
CONSTANT_ROW_SLACK = 1e-9
"""A row without variables is true within this, relative to 1 + |right side|: what the translation of texts allows."""

Places = NDArray[np.int64]
Tuples = Mapping[str, Index]


@dataclass(frozen=True)
class _Rows:
    """Active rows of one linopy constraint: places on its grid, entries by column of the program, and sides."""

    places: Places
    matrix: sp.csr_array
    lower: Values
    upper: Values


def program_of(
    model: linopy.Model, symbols: Symbols, *, tuples: Tuples | None = None, objective: str = "obj"
) -> Program:
    """The program of a linopy model; masked cells are left out, true rows without variables are dropped and counted.

    `tuples` gives the members behind dimensions that only count (those of `linopy_model.to_linopy`), `objective` the
    name of the objective, which linopy does not keep.
    Raises BackendError for what is no linear program, ModelError `row-infeasible` for a false row without variables and
    `not-a-number` for NaN, or infinity where there can be none, in bounds, coefficients and sides.
    """
    _require_linear(model)
    variables = _variable_blocks(model, symbols, tuples or {})
    column_count = sum(len(block.index) for block in variables.values())
    constant = _constant(model)
    constraints: dict[str, ConstraintBlock] = {}
    first = 0
    for name, constraint in model.constraints.items():
        if name.endswith(UPPER_SIDE):
            _require_lower_side(model, name)
            continue
        rows = _rows(model, constraint, column_count)
        if name + UPPER_SIDE in model.constraints:
            rows = _both_sides(rows, _rows(model, model.constraints[name + UPPER_SIDE], column_count))
        block = _constraint_block(name, rows, constraint, first, symbols, tuples or {})
        constraints[name] = block
        first += len(block.index)
    program = Program(symbols, variables, constraints, _objective(model, objective, column_count, constant))
    _require_numbers(program)
    return program


def _require_linear(model: linopy.Model) -> None:
    quadratic = model.objective.is_quadratic
    special = [name for name, variable in model.variables.items() if variable.attrs.get("semi_continuous")]
    special += [name for name, variable in model.variables.items() if "sos_type" in variable.attrs]
    if not quadratic and not special and not len(model.indicator_constraints):
        return
    what = "a quadratic objective" if quadratic else f"`{special[0]}`" if special else "indicator constraints"
    raise backend_error(
        "unsupported", f"the linopy model has {what}: only linear and integer programs go through", "solve it by linopy"
    )


def _variable_blocks(model: linopy.Model, symbols: Symbols, tuples: Tuples) -> dict[str, VariableBlock]:
    blocks: dict[str, VariableBlock] = {}
    first = 0
    for name, variable in model.variables.items():
        if name == CONSTANT:
            continue
        active = np.flatnonzero(variable.labels.to_numpy().ravel() != -1)
        index = _index(variable, active, symbols, tuples)
        lower, upper = _bounds(variable, active)
        integer = bool(variable.attrs.get("integer")) or bool(variable.attrs.get("binary"))
        blocks[name] = VariableBlock(name, index, first, lower, upper, integer)
        first += len(active)
    return blocks


def _bounds(variable: Variable, active: Places) -> tuple[Values, Values]:
    shape = variable.labels.shape
    return tuple(  # type: ignore[return-value]
        np.broadcast_to(side.to_numpy(), shape).ravel()[active].astype(np.float64)
        for side in (variable.lower, variable.upper)
    )


def _index(array: Variable | ConstraintBase, active: Places, symbols: Symbols, tuples: Tuples) -> Index:
    """The tuples of the active cells of a grid, in order."""
    dimensions = [str(dimension) for dimension in array.labels.dims]
    if not dimensions:
        return Index((), len(active))
    places = np.unravel_index(active, array.labels.shape)
    columns: list[Codes] = []
    for dimension, place in zip(dimensions, places, strict=True):
        columns += [codes[place] for codes in _dimension_codes(array.labels.coords, dimension, symbols, tuples)]
    return Index(tuple(columns))


def _dimension_codes(coords: Any, dimension: str, symbols: Symbols, tuples: Tuples) -> list[Codes]:
    """The members along a dimension, one array a place of the index."""
    if dimension in tuples:
        return list(tuples[dimension].columns)
    own = coords[dimension].to_numpy()
    along = [name for name, values in coords.items() if values.dims == (dimension,) and name != dimension]
    counts_only = own.dtype.kind in "iu" and np.array_equal(own, np.arange(len(own)))
    return [
        _codes(pd.Index(coords[name].to_numpy()), symbols) for name in (along if counts_only else ()) or [dimension]
    ]


def _codes(members: pd.Index, symbols: Symbols) -> Codes:
    """Codes of coordinate values; times become text."""
    if members.dtype.kind in "mM":
        members = members.astype(str)
    return codes_from(members, symbols)


def _column_places(model: linopy.Model) -> NDArray[np.int64]:
    """Column of the program for every position among linopy's active variables, -1 for the objective's constant."""
    count = model.variables.label_index.n_active_vars
    if CONSTANT not in model.variables:
        return np.arange(count)
    label_places = model.variables.label_index.label_to_pos
    kept = np.ones(count, dtype=bool)
    kept[label_places[model.variables[CONSTANT].labels.to_numpy().ravel()]] = False
    return np.where(kept, np.cumsum(kept) - 1, -1)


def _rows(model: linopy.Model, constraint: ConstraintBase, column_count: int) -> _Rows:
    matrix, labels, sides, sense = constraint.to_matrix_with_rhs(model.variables.label_index)
    columns = _column_places(model)[matrix.indices]
    if columns.size and columns.min() < 0:
        raise backend_error("unsupported", f"`{CONSTANT}` stands in the rows `{constraint.name}`", "use another name")
    entries = sp.csr_array(
        (matrix.data, columns.astype(np.int32), matrix.indptr.astype(np.int32)), shape=(len(sides), column_count)
    )
    entries.eliminate_zeros()
    entries.sort_indices()
    lower = np.where(sense == "<", -np.inf, sides)
    upper = np.where(sense == ">", np.inf, sides)
    return _Rows(labels - constraint.range[0], entries, lower, upper)


def _require_lower_side(model: linopy.Model, name: str) -> None:
    if name.removesuffix(UPPER_SIDE) not in model.constraints:
        message = f"the rows `{name}` stand without `{name.removesuffix(UPPER_SIDE)}`"
        raise backend_error("unsupported", message, "a double inequality has both: remove, or replace, the two")


def _both_sides(lower: _Rows, upper: _Rows) -> _Rows:
    """Rows with the upper sides of the same rows added, wherever both stand."""
    places = np.union1d(lower.places, upper.places)
    below = np.searchsorted(places, upper.places)
    above = np.searchsorted(places, lower.places)
    sides = _Rows(places, lower.matrix, np.full(len(places), -np.inf), np.full(len(places), np.inf))
    sides.lower[above], sides.upper[above] = lower.lower, lower.upper
    sides.upper[below] = np.minimum(sides.upper[below], upper.upper)
    only_above = np.isin(upper.places, lower.places, invert=True)
    stacked = sp.csr_array(sp.vstack([lower.matrix, upper.matrix[np.flatnonzero(only_above)]], format="csr"))
    order = np.argsort(np.concatenate([lower.places, upper.places[only_above]]), kind="stable")
    return replace(sides, matrix=sp.csr_array(stacked[order]))


def _constraint_block(
    name: str, rows: _Rows, constraint: ConstraintBase, first: int, symbols: Symbols, tuples: Tuples
) -> ConstraintBlock:
    index = _index(constraint, rows.places, symbols, tuples)
    filled = np.diff(rows.matrix.indptr) > 0
    _require_true(name, rows, index, ~filled, symbols)
    if filled.all():
        return ConstraintBlock(name, index, first, rows.matrix, rows.lower, rows.upper)
    matrix = sp.csr_array(rows.matrix[np.flatnonzero(filled)])
    dropped = int(np.count_nonzero(~filled))
    return ConstraintBlock(name, index.take(filled), first, matrix, rows.lower[filled], rows.upper[filled], dropped)


def _require_true(name: str, rows: _Rows, index: Index, empty: NDArray[np.bool_], symbols: Symbols) -> None:
    """A row without variables reads lower <= 0 <= upper."""
    reach = CONSTANT_ROW_SLACK * (1 + np.minimum(np.abs(rows.lower), np.abs(rows.upper)))
    wrong = empty & ((rows.lower > reach) | (rows.upper < -reach))
    if not wrong.any():
        return
    row = int(np.argmax(wrong))
    said = symbols.describe(name, [int(column[row]) for column in index.columns])
    message = f"`{said}` reads {rows.lower[row]:.15g} <= 0 <= {rows.upper[row]:.15g}"
    raise error("row-infeasible", None, message, "no variable is left in this row")


def _require_numbers(program: Program) -> None:
    """Coefficients are finite, a lower bound or side is no +inf, an upper one no -inf, and none is NaN."""
    for variable in program.variables.values():
        _require_sides(("lower bound", "upper bound"), variable, program.column_label)
    for block in program.constraints.values():
        _require_sides(("right side", "right side"), block, program.row_label)
        if (place := _first(~np.isfinite(block.matrix.data))) is not None:
            row = int(np.searchsorted(block.matrix.indptr, place, side="right")) - 1
            column = program.column_label(int(block.matrix.indices[place]))
            label = program.row_label(block.first + row)
            raise _no_number(f"the coefficient of `{column}` in `{label}`", float(block.matrix.data[place]))
    if program.objective is None:
        return
    costs = program.objective.coefficients
    if (place := _first(~np.isfinite(costs))) is not None:
        column = program.column_label(int(program.objective.columns[place]))
        raise _no_number(f"the coefficient of `{column}` in the objective", float(costs[place]))
    if not np.isfinite(program.objective.constant):
        raise _no_number("the constant of the objective", program.objective.constant)


def _require_sides(names: tuple[str, str], block: VariableBlock | ConstraintBlock, label: Callable[[int], str]) -> None:
    for name, values, allowed in zip(names, (block.lower, block.upper), (-np.inf, np.inf), strict=True):
        if (place := _first(~(np.isfinite(values) | (values == allowed)))) is not None:
            raise _no_number(f"the {name} of `{label(block.first + place)}`", float(values[place]))


def _first(wrong: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(wrong)) if wrong.any() else None


def _no_number(what: str, value: float) -> ModelError:
    help = "a value is missing in the data it is made of: `.isna()` finds it"
    if np.isinf(value):
        help = "infinity stands for no limit, as an upper bound or the right side of `<=`; else give a number"
    return error("not-a-number", None, f"{what} is {value:g}", help)


def _constant(model: linopy.Model) -> float:
    """The number at which the variable of the objective's constant is fixed."""
    if CONSTANT not in model.variables:
        return 0.0
    variable = model.variables[CONSTANT]
    if variable.labels.size != 1 or float(variable.lower) != float(variable.upper):
        raise backend_error("unsupported", f"`{CONSTANT}` is not fixed", "it carries the constant of the objective")
    return float(variable.lower)


def _objective(model: linopy.Model, name: str, column_count: int, fixed_at: float) -> Objective | None:
    """The objective; none where linopy holds an empty one."""
    labels, coefficients = model.objective.linear_terms()
    columns = _column_places(model)[model.variables.label_index.label_to_pos[labels]]
    constant = fixed_at * float(coefficients[columns < 0].sum())
    dense = np.zeros(column_count)
    np.add.at(dense, columns[columns >= 0], coefficients[columns >= 0])
    used = np.flatnonzero(dense).astype(np.int32)
    if not len(used) and not constant:
        return None
    sense: Literal["minimize", "maximize"] = "minimize" if model.objective.sense == "min" else "maximize"
    return Objective(name, sense, used, dense[used], constant)
