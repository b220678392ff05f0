"""Solving programs: statuses, duals, rows of every kind; GLPK gives the second opinion."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose

from energyscope import Energyscope, models
from energyscope.backends import linopy_backend, strategy
from energyscope.backends.base import BackendError, Progress, SolveOptions
from energyscope.backends.linopy_backend import LinopyBackend, solve
from energyscope.certify import certify
from energyscope.program.blocks import Program
from small_programs import INF, program, programs, solve_with_glpk, two_blocks


def agrees_with_glpk(asked: Program) -> None:
    status, value = solve_with_glpk(asked)
    found = solve(asked)
    assert found.status == status, found
    if value is not None:
        assert found.objective == pytest.approx(0.0 if asked.objective is None else value, rel=1e-6, abs=1e-6)
        assert certify(asked, found).passed


@settings(deadline=None, max_examples=80)
@given(programs())
def test_random_linear_programs_end_as_with_glpk(asked: Program) -> None:
    agrees_with_glpk(asked)


@settings(deadline=None, max_examples=40)
@given(programs(integer=True))
def test_random_integer_programs_end_as_with_glpk(asked: Program) -> None:
    agrees_with_glpk(asked)


def test_the_constant_is_part_of_the_objective() -> None:
    found = solve(two_blocks())
    assert found.status == "optimal"
    assert found.objective == 23.0
    assert found.values(two_blocks().variables["use"]).tolist() == [1.0, 2.0, 2.0, 2.0]
    assert found.duals(two_blocks().constraints["balance"]).tolist() == [3.0, 3.0]


@pytest.mark.parametrize("sense", ["minimize", "maximize"])
@pytest.mark.parametrize("solver", ["highs", "glpk"])
def test_duals_are_the_change_of_the_objective_per_unit_of_the_side(sense: str, solver: str) -> None:
    if solver == "glpk" and shutil.which("glpsol") is None:
        pytest.skip("linopy runs GLPK through glpsol, which is not here")
    sign = 1.0 if sense == "minimize" else -1.0

    def asked(shift: float = 0.0, bound: float = 1.0) -> Program:
        rows = [[1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
        return program(
            rows,
            [2 + shift, -INF, -1, -INF],
            [INF, 3, 8, INF],
            bounds=[(0, bound), (0, INF), (-4, 5)],
            cost=[sign * 1, sign * 3, sign * 2],
            sense=sense,  # type: ignore[arg-type]
        )

    found = solve(asked(), solver=solver)
    assert found.dual is not None and found.reduced_cost is not None and found.objective is not None
    step = 1e-3
    moved_side = solve(asked(shift=step)).objective
    moved_bound = solve(asked(bound=1 + step)).objective
    assert moved_side is not None and moved_bound is not None
    assert found.dual[0] == pytest.approx((moved_side - found.objective) / step)
    assert found.reduced_cost[0] == pytest.approx((moved_bound - found.objective) / step)
    assert found.dual[3] == 0.0
    cost = sign * np.array([1.0, 3.0, 2.0])
    assert_allclose(found.reduced_cost, cost - asked().matrix.T @ found.dual, atol=1e-9)


@pytest.mark.parametrize(("sense", "dual"), [("minimize", 1.0), ("maximize", 2.0)])
def test_a_double_inequality_has_the_dual_of_its_active_side(sense: str, dual: float) -> None:
    found = solve(program([[1, 1]], [2], [5], bounds=[(0, INF)] * 2, cost=[1, 2], sense=sense))  # type: ignore[arg-type]
    assert found.dual is not None
    assert found.dual.tolist() == [dual]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (program([[1, 1]], [3], [INF], bounds=[(0, 1)] * 2, cost=[1, 1]), "infeasible"),
        (program([[1, 1]], [-INF], [3], bounds=[(-INF, INF)] * 2, cost=[1, 1]), "unbounded"),
        (program([[1, -1], [-1, 1]], [1, 1], [INF, INF], bounds=[(0, INF)] * 2, cost=[-1, -1]), "infeasible"),
        (program([[2, 2]], [1], [1], bounds=[(0, 3)] * 2, cost=[1, 1], integer=True), "infeasible"),
        (program([[1, -1]], [0], [0], bounds=[(0, INF)] * 2, cost=[-1, -1], integer=True), "unbounded"),
    ],
)
def test_infeasible_and_unbounded_are_told_apart(asked: Program, status: str) -> None:
    found = solve(asked)
    assert found.status == status
    assert found.objective is None and found.primal is None and found.dual is None


def test_presolve_is_not_believed_when_it_calls_a_feasible_problem_infeasible() -> None:
    """HiGHS 1.15.1 does so here, though 0 is feasible and x2 is unbounded."""
    asked = program(
        [[0, -1, -1, 1], [0, 0, 0, 1]],
        [0, -INF],
        [1, INF],
        bounds=[(-INF, 1), (-INF, 1), (-INF, 1), (-INF, 3)],
        cost=[0, 0, 1, 0],
    )
    assert solve(asked).status == "unbounded"


def test_without_an_objective_any_feasible_point_has_value_0() -> None:
    found = solve(program([[1, 1]], [3], [INF], bounds=[(0, 9)] * 2, cost=None))
    assert (found.status, found.objective) == ("optimal", 0.0)
    assert found.primal is not None and found.primal.sum() >= 3 - 1e-9


def test_a_program_of_nothing_is_optimal() -> None:
    found = solve(program([], [], [], bounds=[], cost=None))
    assert (found.status, found.objective) == ("optimal", 0.0)


@pytest.mark.parametrize(
    ("bounds", "integer", "value"),
    [((-INF, INF), False, 0.0), ((2.5, 7), False, 2.5), ((2.5, 7), True, 3.0), ((-9, -1.5), True, -2.0)],
)
def test_unused_columns_take_the_value_nearest_to_0(bounds: tuple[float, float], integer: bool, value: float) -> None:
    asked = program([[1, 0]], [1], [3], bounds=[(0, 3), bounds], cost=None, integer=integer)
    found = solve(asked)
    assert found.primal is not None and found.primal[1] == value


def test_small_coefficients_are_kept_by_scaling_the_row_and_duals_are_of_the_original_row() -> None:
    """emission 2e-12 per unit of a flow, limit 1e-3 of a unit: the solver would drop the coefficient unscaled."""
    asked = program([[2e-12, 1e-8]], [-INF], [6e-12], bounds=[(0, 100)] * 2, cost=[1, 1], sense="maximize")
    found = solve(asked)
    assert found.primal is not None and found.dual is not None
    assert_allclose(found.primal, [3.0, 0.0], atol=1e-5)
    assert found.dual[0] == pytest.approx(1 / 2e-12)
    assert [(note.code, note.severity) for note in found.diagnostics] == [("small-coefficient", "warning")]


def test_large_coefficients_reach_the_solver() -> None:
    found = solve(program([[2e15, 1]], [-INF], [4e15], bounds=[(0, 9), (0, 9)], cost=[1, 0], sense="maximize"))
    assert found.objective == pytest.approx(2.0)
    assert [note.code for note in found.diagnostics] == ["large-coefficient"]


def test_an_answer_without_certificate_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from energyscope.certify import certificate

    monkeypatch.setitem(certificate.LIMITS, "relative_row_violation", -1.0)
    found = solve(two_blocks())
    assert found.status == "error"
    assert "certificate fails: relative row violation" in found.message
    steps = [attempt.split(":")[0] for attempt in found.attempts]
    assert list(dict.fromkeys(steps)) == ["plain", "opened", "another algorithm"]
    assert found.attempts[0].startswith("plain: HiGHS: Optimal") and "without presolve" in found.attempts[1]
    once = solve(two_blocks(), robust="off")
    assert (once.status, once.attempts) == ("error", ())


@pytest.mark.parametrize(("limit", "hipo"), [("LARGE_ROWS", True), ("HUGE_ROWS", True), ("HUGE_ROWS", False)])
def test_large_programs_go_to_interior_points_first(monkeypatch: pytest.MonkeyPatch, limit: str, hipo: bool) -> None:
    monkeypatch.setattr(strategy, "LARGE_ROWS", 1)
    monkeypatch.setattr(strategy, limit, 1)
    monkeypatch.setattr(linopy_backend.highs_runs, "hipo_available", lambda: hipo and _hipo_is_installed())
    found = solve(two_blocks())
    assert found.objective == pytest.approx(23.0)
    by_hipo = limit == "HUGE_ROWS" and hipo and _hipo_is_installed()
    assert found.message == ("Optimal (HiPO)" if by_hipo else "Optimal (IPX)")


def _hipo_is_installed() -> bool:
    from importlib.util import find_spec

    return find_spec("highspy_extras") is not None


def test_options_go_to_the_solver_and_a_choice_of_method_is_respected() -> None:
    found = solve(two_blocks(), options={"solver": "ipm", "presolve": "off", "threads": "1"})
    assert (found.status, found.message) == ("optimal", "Optimal")
    assert found.iterations["ipm"] > 0


@pytest.mark.parametrize(
    ("solver", "options", "said"),
    [
        ("highs", {"thread": 1}, "HiGHS has no option `thread`\nhelp: did you mean `threads`?"),
        ("highs", {"threads": "many"}, "HiGHS does not accept 'many' for its option `threads`"),
        ("simplest", {}, "the solver `simplest` is not installed\nhelp: installed are: "),
    ],
)
def test_unknown_solvers_and_options_are_named(solver: str, options: dict[str, str | int], said: str) -> None:
    with pytest.raises(BackendError, match="error") as failure:
        solve(two_blocks(), solver=solver, options=options)
    assert said in str(failure.value)


def test_the_backend_takes_its_choices_as_one_object() -> None:
    told: list[Progress] = []
    backend = LinopyBackend()
    assert backend.name == "linopy" and backend.availability().ok
    found = backend.solve(two_blocks(), SolveOptions(time_limit=60, progress=told.append))
    assert found.objective == 23.0
    assert [progress.stage for progress in told[:2]] == ["passes", "hand-over"]
    assert {"hand_over", "load", "solve", "certify"} <= found.timings.keys()


@pytest.mark.skipif(shutil.which("glpsol") is None, reason="linopy runs GLPK through glpsol, which is not here")
def test_another_solver_by_name() -> None:
    found = solve(two_blocks(), solver="glpk", time_limit=60)
    assert (found.status, found.objective, found.solver) == ("optimal", 23.0, "glpk")
    assert found.dual is not None and found.dual.tolist() == [3.0, 3.0, 1.0]
    assert solve(program([[1, 1]], [3], [INF], bounds=[(0, 1)] * 2, cost=[1, 1]), solver="glpk").status == "infeasible"


def test_gurobi_by_name_within_its_licence() -> None:
    pytest.importorskip("gurobipy", reason="gurobipy is not installed")
    run = Energyscope(models.toy, solver="gurobi")
    assert run.calc().objective == pytest.approx(2548.522393556281, rel=1e-9)


def test_gurobi_beyond_its_licence_says_so_before_it_gets_the_program() -> None:
    pytest.importorskip("gurobipy", reason="gurobipy is not installed")
    large = program(np.eye(3_000).tolist(), [1.0] * 3_000, [INF] * 3_000, bounds=[(0, INF)] * 3_000, cost=[1.0] * 3_000)
    told: list[str] = []
    with pytest.raises(BackendError, match="licence that comes with gurobipy takes 2,000 rows") as caught:
        solve(large, solver="gurobi", reductions=False, progress=lambda step: told.append(step.stage))
    assert "3,000 rows and 3,000 columns" in caught.value.diagnostics[0].message
    assert told == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"TimeLimt": 60}, "did you mean `TimeLimit`"),
        ({"Method": "abc"}, "does not accept"),
        ({"Method": 77}, "maximum"),
    ],
)
def test_gurobi_options_are_looked_at_first(options: dict[str, str | int], said: str) -> None:
    pytest.importorskip("gurobipy", reason="gurobipy is not installed")
    with pytest.raises(BackendError, match=said):
        Energyscope(models.core, solver="gurobi", solver_options=options).calc()


def test_gurobi_options_may_be_texts() -> None:
    pytest.importorskip("gurobipy", reason="gurobipy is not installed")
    run = Energyscope(models.toy, solver="gurobi", solver_options={"Method": "1", "TimeLimit": "60", "LogFile": ""})
    assert run.calc().objective == pytest.approx(2548.522393556281, rel=1e-9)


def test_huge_programs_are_warned_of_where_no_storage_pass_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = two_blocks()
    assert strategy.slow_solve(asked, {}) is None
    monkeypatch.setattr(strategy, "LARGE_ROWS", 0)
    monkeypatch.setattr(strategy, "HUGE_ROWS", 0)
    declined = {"daily-storage": "no day repeats", "seasonal-storage": "no chain", "fixed-columns": "none"}
    warning = strategy.slow_solve(asked, declined)
    assert warning is not None
    assert "(daily-storage: no day repeats; seasonal-storage: no chain)" in warning.message
    off = strategy.slow_solve(asked, None)
    assert off is not None
    assert "reductions are off" in off.message
    assert strategy.slow_solve(replace(asked, passes=("daily-storage",)), {}) is None
