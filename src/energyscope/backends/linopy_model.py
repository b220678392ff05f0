"""A Program as a linopy model, block by block."""

from __future__ import annotations

from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd
import scipy.sparse as sp
import xarray as xr
from linopy.constraints import CSRConstraint
from linopy.csr import Grid
from numpy.typing import NDArray

from energyscope.backends.scaling import scale_rows
from energyscope.language.diagnostics import Diagnostic
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Program, VariableBlock

CONSTANT = "objective constant"
"""Name of the column, fixed at 1, that carries the constant of the objective: linopy has no other place for it.

The blank keeps it apart from every name of a model text.
"""


@dataclass(frozen=True, eq=False)
class HandOver:
    """A linopy model and how its rows belong to those of the program.

    Row k of the solver is row `rows[k]` of the program times `factors[k]`. A double inequality gives two rows;
    rows without entries or without a finite side give none. The columns are those of the program, in order, and the
    column of the objective's constant at the end where there is one.
    """

    model: linopy.Model
    rows: NDArray[np.int64]
    factors: Values
    diagnostics: tuple[Diagnostic, ...]

    def original_duals(self, duals: Values, n_rows: int) -> Values:
        """One dual a row of the program from those of the solver's rows."""
        return per_row(self.rows, duals * self.factors, n_rows)


def per_row(rows: NDArray[np.int64], values: Values, n_rows: int) -> Values:
    """The sum of the values that belong to each row."""
    return np.asarray(np.bincount(rows, weights=values, minlength=n_rows)[:n_rows], dtype=np.float64)


def to_linopy(program: Program) -> linopy.Model:
    """The linopy model of a program.

    Variables and constraints keep their names; each has one dimension `NAME_index` that counts from 0 in order of its
    index table, a scalar none. The upper sides of double inequalities are in a constraint `NAME upper side`. A constant
    in the objective is a variable fixed at 1.
    """
    return hand_over(program).model


def hand_over(program: Program) -> HandOver:
    """The linopy model of a program with the way back for the duals."""
    model = linopy.Model()
    for variable in program.variables.values():
        _add_variable(model, variable)
    if program.objective is not None and program.objective.constant:
        model.add_variables(1.0, 1.0, name=CONSTANT)
    scaling = scale_rows(program)
    rows = [np.empty(0, dtype=np.int64)]
    for block in program.constraints.values():
        rows += _add_constraint(model, block, scaling.factors[block.rows])
    _add_objective(model, program)
    placed = np.concatenate(rows)
    return HandOver(model, placed, scaling.factors[placed], scaling.diagnostics)


def add_block(
    model: linopy.Model,
    name: str,
    matrix: sp.csr_array,
    positions: NDArray[np.int64],
    sense: str | NDArray[np.str_],
    sides: Values,
    factors: Values,
) -> None:
    """Add rows in CSR form, without ever building linopy's dense form of them.

    The matrix has one row for each entry of `positions` (places in a block of `len(factors)` rows) and a column for
    each variable label of the model. `sense` is `<=`, `>=` or `=`, one for all or one a row; `factors` scale the rows
    for the solver.
    """
    dimension = f"{name}_index"
    grid = Grid.from_coords([pd.RangeIndex(len(factors), name=dimension)])
    rows = CSRConstraint(matrix, positions, sides, sense, grid, model)
    unscaled = bool((factors == 1).all())
    model.add_constraints(
        rows, name=name, freeze=True, scaling=1 if unscaled else xr.DataArray(factors, dims=[dimension])
    )


def _add_variable(model: linopy.Model, block: VariableBlock) -> None:
    if block.first != model._xCounter:
        raise ValueError(f"variable blocks are not in order of their columns: `{block.name}` begins at {block.first}")
    if block.index.dimension == 0:
        model.add_variables(float(block.lower[0]), float(block.upper[0]), name=block.name, integer=block.integer)
        return
    place = pd.RangeIndex(len(block.index), name=f"{block.name}_index")
    model.add_variables(block.lower, block.upper, coords=[place], name=block.name, integer=block.integer)


def _add_constraint(model: linopy.Model, block: ConstraintBlock, factors: Values) -> list[NDArray[np.int64]]:
    """Add the rows of a block that say something; give the places of what was added, in order."""
    filled = np.diff(block.matrix.indptr) > 0
    equal = block.lower == block.upper
    below = np.isfinite(block.upper) & ~equal & filled
    above = np.isfinite(block.lower) & ~equal & filled
    both = below & above
    sense = np.where(equal, "=", np.where(above, ">=", "<="))
    sides = np.where(above | equal, block.lower, block.upper)
    first = np.flatnonzero((equal & filled) | below | above)
    second = np.flatnonzero(both)
    if len(first):
        add_block(model, block.name, _take(model, block, first), first, _one(sense[first]), sides[first], factors)
    if len(second):
        name = f"{block.name} upper side"
        add_block(model, name, _take(model, block, second), second, "<=", block.upper[second], factors)
    return [block.first + first, block.first + second]


def _one(sense: NDArray[np.str_]) -> str | NDArray[np.str_]:
    """One word for all rows where they agree."""
    return str(sense[0]) if (sense == sense[0]).all() else sense


def _take(model: linopy.Model, block: ConstraintBlock, positions: NDArray[np.int64]) -> sp.csr_array:
    """Some rows of a block, with a column for every label of the model."""
    matrix = block.matrix if len(positions) == block.matrix.shape[0] else block.matrix[positions]
    return sp.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], model._xCounter))


def _add_objective(model: linopy.Model, program: Program) -> None:
    objective = program.objective
    if objective is None:
        labels, coefficients = np.zeros(min(1, model._xCounter), dtype=np.int32), np.zeros(min(1, model._xCounter))
    else:
        labels, coefficients = objective.columns, objective.coefficients
        if objective.constant:
            labels = np.append(labels, np.int32(model._xCounter - 1))
            coefficients = np.append(coefficients, objective.constant)
    terms = xr.Dataset({"vars": ("_term", labels), "coeffs": ("_term", coefficients), "const": 0.0})
    maximise = objective is not None and objective.sense == "maximize"
    model.add_objective(linopy.LinearExpression(terms, model), sense="max" if maximise else "min")
