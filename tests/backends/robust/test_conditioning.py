"""Coefficients that a solver would drop, and objectives that it would not see."""

from __future__ import annotations

import pytest

from energyscope.backends.linopy_backend import solve
from energyscope.backends.robust.conditioning import conditioned
from energyscope.program.blocks import Program
from small_programs import INF, program


def impacts() -> Program:
    """A flow of 3e9 with an impact of 1e-11 a unit beside one in units of 1: rows cannot be scaled, the column can.

    minimize money: y at 1 a unit; 1e-11 x + 1e6 y >= 0.05, x <= 3e9: x gives 0.03, so that y = 0.02 / 1e6.
    """
    return program([[1e-11, 1e6]], [0.05], [INF], bounds=[(0, 3e9), (0, 9)], cost=[0, 1e6])


def test_a_column_is_scaled_where_its_row_cannot_be() -> None:
    scaled = conditioned(impacts())
    assert scaled.columns[1] == 1 and scaled.columns[0] > 1
    assert abs(scaled.program.constraints["c"].matrix.data).min() >= 1e-7
    found = solve(impacts(), reductions=False)
    # dropped, the entry would leave 0.05
    assert found.objective == pytest.approx(0.02, abs=2e-7)
    assert found.primal is not None and found.primal[0] == pytest.approx(3e9)
    assert found.dual is not None and found.dual[0] == pytest.approx(1.0)
    assert found.reduced_cost is not None and found.reduced_cost[0] == pytest.approx(-1e-11)
    assert [note.code for note in found.diagnostics] == ["small-coefficient"]
    assert "1 coefficients" in found.diagnostics[0].message and "the largest 1e-11" in found.diagnostics[0].message


def test_columns_are_scaled_after_rows_are_opened_too() -> None:
    found = solve(impacts(), reductions=False, robust="always")
    # the row is opened by 1e-7 (1 + 0.05)
    assert found.objective == pytest.approx(0.02, abs=5e-7)


def test_an_objective_in_tiny_units_is_seen() -> None:
    asked = program([[1, 1]], [3], [INF], bounds=[(0, 9)] * 2, cost=[2e-13, 1e-13], constant=1e-12)
    found = solve(asked)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(4e-13 + 9e-13, rel=1e-9)
    assert found.primal is not None and found.primal.tolist() == pytest.approx([0.0, 3.0])
    assert found.dual is not None and found.dual[0] == pytest.approx(1e-13)
    assert found.bound == pytest.approx(1.3e-12, rel=1e-6)


def test_a_program_of_ordinary_numbers_is_left_alone() -> None:
    asked = program([[1, 2]], [3], [INF], bounds=[(0, 9)] * 2, cost=[1, 1])
    assert conditioned(asked).program is asked


def test_integers_keep_their_unit() -> None:
    asked = program([[1e-11, 1e6]], [0.05], [INF], bounds=[(0, 3e9), (0, 9)], cost=[0, 1], integer=True)
    assert (conditioned(asked).columns == 1).all()
