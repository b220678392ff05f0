"""Programs as linopy models."""

from __future__ import annotations

import linopy
import numpy as np
import scipy.sparse as sp
import xarray as xr

from energyscope.backends.linopy_model import add_block, hand_over, to_linopy
from small_programs import INF, program, two_blocks


def test_add_block_gives_three_rows_as_linopy_would_have_them() -> None:
    def model() -> linopy.Model:
        made = linopy.Model()
        made.add_variables(np.zeros(3), np.full(3, 5.0), coords=[np.arange(3)], name="x")
        made.add_objective(1 * made.variables["x"])
        return made

    fast, slow = model(), model()
    rows = sp.csr_array(np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 3.0], [1.0, 1.0, 1.0]]))
    sense, sides, factors = np.array(["<=", "=", ">="]), np.array([4.0, 6.0, 1.0]), np.array([1.0, 4.0, 1.0])
    add_block(fast, "c", rows, np.arange(3), sense, sides, factors)
    x = slow.variables["x"]
    expression = xr.DataArray(rows.toarray(), dims=["c_index", "dim_0"]) * x
    slow.add_constraints(
        expression.sum("dim_0"),
        xr.DataArray(sense, dims=["c_index"]),
        xr.DataArray(sides, dims=["c_index"]),
        name="c",
        scaling=xr.DataArray(factors, dims=["c_index"]),
    )
    assert fast.matrices.A.toarray().tolist() == slow.matrices.A.toarray().tolist()
    assert fast.matrices.b.tolist() == slow.matrices.b.tolist() == [4.0, 24.0, 1.0]
    assert fast.matrices.sense.tolist() == slow.matrices.sense.tolist() == ["<", "=", ">"]


def test_names_shapes_and_the_constant_are_there_for_who_takes_the_model() -> None:
    model = to_linopy(two_blocks())
    assert list(model.variables) == ["use", "end_total", "objective constant"]
    assert list(model.constraints) == ["balance", "definition"]
    assert model.variables["use"].sizes == {"use_index": 4}
    assert model.variables["end_total"].sizes == {}
    model.solve("highs", output_flag=False, progress=False)
    assert model.objective.value == 23.0
    assert model.variables["end_total"].solution.item() == 13.0


def test_double_inequalities_are_two_rows_and_free_rows_none() -> None:
    asked = program([[1, 1], [1, 0], [0, 1]], [1, -INF, -INF], [4, INF, 5], bounds=[(0, INF)] * 2, cost=[1, 2])
    handed = hand_over(asked)
    assert handed.rows.tolist() == [0, 2, 0]
    assert handed.model.matrices.sense.tolist() == [">", "<", "<"]
    assert handed.original_duals(np.array([1.0, 2.0, -4.0]), 3).tolist() == [-3.0, 0.0, 2.0]


def test_a_program_without_an_objective_can_be_solved_by_linopy() -> None:
    model = to_linopy(program([[1, 1]], [2], [INF], bounds=[(0, 9)] * 2, cost=None))
    assert model.solve("highs", output_flag=False, progress=False) == ("ok", "optimal")


def test_large_blocks_are_handed_over_without_work_per_row() -> None:
    """Steps of the interpreter must not grow with the rows."""
    import sys

    def steps(count: int) -> int:
        asked = program(
            np.eye(count) + np.eye(count, k=1), np.ones(count), np.full(count, 2.0), bounds=[(0, 9)] * count, cost=None
        )
        calls = 0

        def count_call(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count_call)
        try:
            hand_over(asked)
        finally:
            sys.setprofile(None)
        return calls

    steps(3)
    assert steps(300) < 1.05 * steps(30)
