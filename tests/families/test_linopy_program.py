"""Linopy models made by hand, as programs."""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings

from energyscope.backends.base import BackendError
from energyscope.backends.linopy_model import to_linopy
from energyscope.backends.linopy_program import program_of
from energyscope.language.diagnostics import ModelError
from energyscope.modeldata.symbols import Symbols
from energyscope.program.blocks import Program
from program_agreement import assert_same_program
from small_programs import programs, two_blocks

PLANTS, HOURS = ["gas", "pv"], [1, 2, 3]


def dispatch() -> linopy.Model:
    """x[plant,hour] with x[pv,2] masked, a scalar y; rows by plant, by hour, and one scalar row."""
    model = linopy.Model()
    there = xr.DataArray([[True, True, True], [True, False, True]], coords={"plant": PLANTS, "hour": HOURS})
    x = model.add_variables(lower=-1, upper=5, coords={"plant": PLANTS, "hour": HOURS}, name="x", mask=there)
    y = model.add_variables(name="y")
    model.add_constraints(x.fillna(0).sum("hour") <= xr.DataArray([9.0, 4.0], coords={"plant": PLANTS}), name="energy")
    model.add_constraints(x.sel(plant="gas", drop=True) - 2 * y >= 0, name="share", freeze=True)
    model.add_constraints(y + x.sel(plant="pv", hour=3, drop=True) == 3, name="total")
    model.add_objective((2 * x.fillna(0)).sum() - y, sense="max")
    return model


def label(program: Program, name: str) -> list[str]:
    blocks = {**program.variables, **program.constraints}
    columns = blocks[name].index.columns
    places = range(len(blocks[name].index))
    return [program.symbols.describe(name, [int(column[place]) for column in columns]) for place in places]


def test_blocks_have_names_indices_bounds_and_no_masked_cells() -> None:
    program = program_of(dispatch(), Symbols())
    assert list(program.variables) == ["x", "y"]
    assert label(program, "x") == ["x[gas,1]", "x[gas,2]", "x[gas,3]", "x[pv,1]", "x[pv,3]"]
    assert (program.variables["x"].lower == -1).all()
    assert (program.variables["x"].upper == 5).all()
    assert program.variables["y"].index.dimension == 0
    assert (program.variables["y"].first, program.variables["y"].upper[0]) == (5, np.inf)


def test_rows_have_entries_sides_and_indices() -> None:
    program = program_of(dispatch(), Symbols())
    energy, share, total = program.constraints.values()
    assert label(program, "energy") == ["energy[gas]", "energy[pv]"]
    np.testing.assert_array_equal(energy.matrix.toarray(), [[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 0]])
    np.testing.assert_array_equal([energy.lower, energy.upper], [[-np.inf, -np.inf], [9, 4]])
    np.testing.assert_array_equal(
        share.matrix.toarray(), [[1, 0, 0, 0, 0, -2], [0, 1, 0, 0, 0, -2], [0, 0, 1, 0, 0, -2]]
    )
    np.testing.assert_array_equal([share.lower, share.upper], [[0, 0, 0], [np.inf] * 3])
    assert label(program, "total") == ["total"]
    assert (total.lower[0], total.upper[0], total.first) == (3, 3, 5)


def test_objective_has_sense_and_summed_coefficients() -> None:
    goal = program_of(dispatch(), Symbols(), objective="profit").objective
    assert goal is not None
    assert (goal.name, goal.sense, goal.constant) == ("profit", "maximize", 0)
    np.testing.assert_array_equal(goal.columns, range(6))
    np.testing.assert_array_equal(goal.coefficients, [2, 2, 2, 2, 2, -1])


def test_masked_rows_free_rows_and_integers() -> None:
    model = linopy.Model()
    n = model.add_variables(coords={"plant": PLANTS}, integer=True, lower=0, upper=9, name="n")
    on = model.add_variables(coords={"plant": PLANTS}, binary=True, name="on")
    only_pv = xr.DataArray([False, True], coords={"plant": PLANTS})
    model.add_constraints(n - 9 * on <= 0, name="start", mask=only_pv)
    model.add_constraints(n <= xr.DataArray([np.inf, 7], coords={"plant": PLANTS}), name="limit")
    program = program_of(model, Symbols())
    assert [block.integer for block in program.variables.values()] == [True, True]
    assert (program.variables["on"].upper == 1).all()
    assert label(program, "start") == ["start[pv]"]
    np.testing.assert_array_equal(program.constraints["limit"].upper, [np.inf, 7])
    assert program.objective is None


def test_terms_of_one_variable_are_added_and_true_rows_without_any_are_dropped() -> None:
    model = linopy.Model()
    x = model.add_variables(coords={"plant": PLANTS}, name="x")
    factor = xr.DataArray([1.0, 3.0], coords={"plant": PLANTS})
    model.add_constraints(factor * x - x <= 1, name="difference")
    block = program_of(model, Symbols()).constraints["difference"]
    np.testing.assert_array_equal(block.matrix.toarray(), [[0, 2]])
    assert block.constant_rows == 1
    model.add_constraints(factor * x - x == 1, name="wrong")
    with pytest.raises(ModelError, match=r"`wrong\[gas\]` reads 1 <= 0 <= 1"):
        program_of(model, Symbols())


def test_coordinates_along_a_counting_dimension_are_places_of_the_index() -> None:
    model = linopy.Model()
    x = model.add_variables(coords={"plant": PLANTS, "hour": HOURS}, name="x")
    pair = {"pair": [0, 1], "plant": ("pair", ["pv", "gas"]), "hour": ("pair", [3, 1])}
    where = {name: xr.DataArray(pair[name][1], dims="pair", coords=pair) for name in ("plant", "hour")}
    model.add_constraints(1 * x.sel(where) >= 1, name="must")
    program = program_of(model, Symbols())
    assert label(program, "must") == ["must[pv,3]", "must[gas,1]"]
    np.testing.assert_array_equal(program.constraints["must"].matrix.indices, [5, 0])


def test_coordinates_beside_the_members_of_a_dimension_are_no_places() -> None:
    model = linopy.Model()
    coords = xr.Coordinates({"plant": PLANTS, "region": ("plant", ["north", "south"])})
    x = model.add_variables(coords=coords, dims=["plant"], name="x")
    model.add_constraints(1 * x >= 1, name="must")
    assert label(program_of(model, Symbols()), "must") == ["must[gas]", "must[pv]"]


def test_times_become_text() -> None:
    model = linopy.Model()
    model.add_variables(coords=[pd.date_range("2030-01-01", periods=2, freq="h", name="time")], name="x")
    assert label(program_of(model, Symbols()), "x") == ["x['2030-01-01 00:00:00']", "x['2030-01-01 01:00:00']"]


def test_removed_variables_leave_no_columns() -> None:
    model = dispatch()
    model.remove_constraints(["share", "total"])
    model.add_objective(model.variables["x"].sum(), overwrite=True)
    model.remove_variables("y")
    extra = model.add_variables(name="extra")
    model.add_constraints(extra + model.variables["x"].sum() >= 0, name="last")
    program = program_of(model, Symbols())
    assert list(program.variables) == ["x", "extra"]
    np.testing.assert_array_equal(program.constraints["last"].matrix.toarray(), [[1] * 6])


def test_what_is_no_linear_program_is_refused() -> None:
    model = linopy.Model()
    x = model.add_variables(name="x")
    model.add_objective(x * x)
    with pytest.raises(BackendError, match="quadratic"):
        program_of(model, Symbols())


def test_an_upper_side_alone_is_refused() -> None:
    model = to_linopy(two_blocks())
    model.add_constraints(model.variables["end_total"] <= 1, name="gone upper side")
    with pytest.raises(BackendError, match="without `gone`"):
        program_of(model, Symbols())


@settings(deadline=None, max_examples=60)
@given(programs())
def test_there_and_back_is_the_same_program(asked: Program) -> None:
    blocks = {**asked.variables, **asked.constraints}
    tuples = {f"{name}_index": block.index for name, block in blocks.items()}
    name = asked.objective.name if asked.objective is not None else "obj"
    back = program_of(to_linopy(asked), asked.symbols, tuples=tuples, objective=name)
    assert_same_program(back, _said(asked, back))


def _said(program: Program, back: Program) -> Program:
    """The program without what linopy is not given: rows without a finite side, and an objective of zeros."""
    constraints = {}
    for name, block in program.constraints.items():
        kept = np.isfinite(block.lower) | np.isfinite(block.upper)
        if kept.any():
            constraints[name] = type(block)(
                name,
                block.index.take(kept),
                0,
                block.matrix[np.flatnonzero(kept)],
                block.lower[kept],
                block.upper[kept],
            )
    return Program(program.symbols, program.variables, constraints, program.objective if back.objective else None)
