"""Why there is no feasible point."""

from __future__ import annotations

from energyscope.backends.elastic import explain_infeasible
from small_programs import INF, program, two_blocks


def test_families_in_conflict_with_amounts_and_examples() -> None:
    """x0 + x1 >= 10 against x0 + x2 <= 3 and x1 <= 4: short of 3."""
    asked = program(
        [[1, 1, 0], [1, 0, 1], [0, 2, 1]],
        [10, -INF, -INF],
        [INF, 3, 8],
        bounds=[(0, INF), (0, 4), (0, 9)],
        cost=[1, 2, 3],
    )
    explanation = explain_infeasible(asked)
    rows, bounds = explanation.conflicts
    assert (rows.family, rows.kind, bounds.family, bounds.kind) == ("c", "constraint", "x", "bound")
    assert abs(rows.total + bounds.total - 3) < 1e-6
    assert any(example.startswith("c[0]") for example in rows.examples)
    assert rows.rows_in_conflict >= 1 and bounds.rows_in_conflict >= 1
    assert not explanation.integrality


def test_amounts_are_in_the_units_of_the_rows() -> None:
    explanation = explain_infeasible(
        program([[1000.0, 0], [0, 1]], [5000, 0], [INF, INF], bounds=[(0, 2)] * 2, cost=None)
    )
    assert sum(conflict.total * (1 if conflict.kind == "bound" else 1e-3) for conflict in explanation.conflicts) == 3.0


def test_conflicts_of_integrality_alone_are_named_as_such() -> None:
    explanation = explain_infeasible(program([[2, 2]], [1], [1], bounds=[(0, 3)] * 2, cost=[1, 1], integer=True))
    assert explanation.integrality
    assert [(conflict.family, conflict.violated_rows, conflict.largest) for conflict in explanation.conflicts] == [
        ("c", 1, 1.0)
    ]


def test_a_feasible_program_has_no_conflict() -> None:
    assert explain_infeasible(two_blocks()).conflicts == ()


def test_only_bounds_can_be_in_conflict() -> None:
    explanation = explain_infeasible(program([[1, 1]], [-INF], [INF], bounds=[(0, 1)] * 2, cost=None))
    assert explanation.conflicts == ()


def test_what_the_solver_could_not_finish_is_told_by_its_status() -> None:
    explanation = explain_infeasible(two_blocks(), time_limit=0.0)
    assert explanation.solution.status in ("time_limit", "optimal")
