"""What is done with answers in doubt: knife-edge problems, real infeasibility, modes, limits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.backends.base import BackendError
from energyscope.backends.linopy_backend import solve
from energyscope.backends.robust.opened import OPENING, opened
from energyscope.certify import certify
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution
from small_programs import INF, program


def at_least_the_average(periods: int, total: float, excess: float, *, integer: bool = False) -> Program:
    """Output of every period at least the average of all, as published models have it; weights sum to 1 + excess.

    Without excess all outputs are equal: total / periods each. With it the exact problem has no feasible point.
    """
    weights = np.full(periods, (1 + excess) / periods)
    rows = np.vstack([np.eye(periods) - weights, np.ones((1, periods))])
    return program(
        rows,
        [0.0] * periods + [total],
        [INF] * (periods + 1),
        bounds=[(0, INF)] * periods,
        cost=list(1.0 + np.arange(periods)),
        integer=integer,
    )


KNIFE_EDGE = at_least_the_average(2, 1.0, 1.5e-7)
"""Violations of 1.5e-7 in sum cannot be avoided: too much for HiGHS, but not with rows opened by 1e-7 each."""


def equal_shares(periods: int, total: float) -> float:
    return total / periods * sum(1.0 + period for period in range(periods))


@pytest.mark.parametrize("reductions", [True, False])
def test_a_knife_edge_that_the_solver_calls_infeasible_is_solved_with_opened_rows(reductions: bool) -> None:
    plain = solve(KNIFE_EDGE, robust="off", reductions=reductions)
    assert (plain.status, plain.robust["step"]) == ("infeasible", "plain")
    found = solve(KNIFE_EDGE, reductions=reductions)
    # the opening of 1e-7 moves the values by as much, times costs of 1 and 2
    assert (found.status, found.objective) == ("optimal", pytest.approx(1.5, abs=1e-6))
    assert (found.robust["mode"], found.robust["step"], found.robust["opened_by"]) == ("auto", "opened", OPENING)
    assert found.robust["attempts"][0] == "plain: infeasible, Infeasible"
    warning = next(note for note in found.diagnostics if note.code == "robust-solve")
    assert "opened by 1e-07" in warning.message and "plain: infeasible" in warning.message
    measured = certify(KNIFE_EDGE, found)
    assert 0 < measured.row_violation <= 2 * OPENING * (1 + 1.0)


@pytest.mark.parametrize("periods", [2, 12])
@pytest.mark.parametrize("total", [1.0, 100.0, 1e6, 1e9])
@pytest.mark.parametrize("excess", [2.3e-16, 1e-12])
def test_weights_that_sum_to_a_rounding_error_more_than_1(periods: int, total: float, excess: float) -> None:
    found = solve(at_least_the_average(periods, total, excess))
    assert found.status == "optimal", found.message
    assert found.objective == pytest.approx(equal_shares(periods, total), rel=1e-6)
    assert found.residuals["relative_row_violation"] <= 1e-6


def test_opening_moves_inequalities_only_and_leaves_the_program_as_it_was() -> None:
    asked = program([[1], [1], [1], [1]], [3, -INF, 2, -5], [INF, 4, 2, 6], bounds=[(0, 9)], cost=[1])
    wide = opened(asked).constraints["c"]
    assert wide.lower.tolist() == [3 - 4e-7, -INF, 2, -5 - 6e-7]
    assert wide.upper.tolist() == [INF, 4 + 5e-7, 2, 6 + 7e-7]
    assert asked.constraints["c"].lower.tolist() == [3, -INF, 2, -5]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (program([[1, 1]], [3], [INF], bounds=[(0, 1)] * 2, cost=[1, 1]), "is 0.25, cheapest in `c`"),
        (program([[1, 1]], [3], [INF], bounds=[(0, 1)] * 2, cost=[1, 1], integer=True), "is 0.25, cheapest in `c`"),
        (program([[2, 2]], [1], [1], bounds=[(0, 3)] * 2, cost=[1, 1], integer=True), "is 0.5, cheapest in `c`"),
        (program([[1]], [-INF], [9], bounds=[(4, 3)], cost=[1]), "the bounds of `x` contradict each other"),
        (program([[1]], [-INF], [9], bounds=[(0.2, 0.8)], cost=[1], integer=True), "the bounds of `x` contradict"),
    ],
)
@pytest.mark.parametrize("robust", ["auto", "always"])
def test_real_infeasibility_is_proven_and_named(asked: Program, said: str, robust: str) -> None:
    """Least violations by hand: 1 of 1 + 3, 1 of 1 + 1; the last two have crossed bounds."""
    found = solve(asked, robust=robust)
    assert found.status == "infeasible"
    assert said in found.message
    assert found.primal is None and found.objective is None
    assert not [note for note in found.diagnostics if note.code == "robust-solve"]
    assert solve(asked, robust="off").status == "infeasible"


def test_a_program_that_is_infeasible_by_more_than_the_opening_stays_so() -> None:
    found = solve(at_least_the_average(2, 100.0, 1.5e-7))
    assert found.status == "infeasible"
    assert found.robust["violation"] == pytest.approx(1.5e-5, rel=1e-3)
    assert found.robust["families"] == ["c"]


def test_always_opens_at_once_and_compares_presolve_on_and_off() -> None:
    found = solve(at_least_the_average(3, 3.0, 0.0), robust="always")
    assert (found.status, found.objective) == ("optimal", pytest.approx(6.0, abs=1e-5))
    assert found.robust["mode"] == "always" and found.robust["opened_by"] == OPENING
    assert [each.split(":")[0] for each in found.robust["attempts"]] == ["opened, presolve on", "opened, presolve off"]


def test_answers_that_do_not_agree_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from energyscope.backends.robust import ladder

    monkeypatch.setattr(ladder, "AGREEMENT", -1.0)
    found = solve(at_least_the_average(3, 3.0, 0.0), robust="always")
    assert found.status == "error"
    assert found.message.startswith("with presolve: optimal ")


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(BackendError, match="did you mean `always`"):
        solve(KNIFE_EDGE, robust="alway")


def test_a_plain_answer_has_no_warning() -> None:
    found = solve(at_least_the_average(3, 3.0, 0.0))
    assert found.robust == {"mode": "auto", "step": "plain", "attempts": []}
    assert found.diagnostics == ()


def test_the_optimum_of_integers_is_held_against_the_relaxation() -> None:
    """maximise x + y, 2x + 2y <= 7: 3 for integers, 3.5 without."""
    asked = program([[2, 2]], [-INF], [7], bounds=[(0, 9)] * 2, cost=[1, 1], sense="maximize", integer=True)
    found = solve(asked)
    assert (found.objective, found.bound) == (pytest.approx(3.0), pytest.approx(3.0))
    assert found.residuals["mip_gap"] <= 1e-6 and found.residuals["beyond_bound"] <= 1e-6
    assert found.residuals["relaxation_bound"] == pytest.approx(3.5)


def test_an_incumbent_beyond_its_bounds_is_no_optimum() -> None:
    asked = program([[1]], [3], [INF], bounds=[(0, 9)], cost=[1], integer=True)
    claimed = Solution("optimal", "", "hand", objective=3.0, primal=np.array([3.0]), bound=3.1)
    assert [failure.split(" is")[0] for failure in certify(asked, claimed).failures] == ["beyond bound"]
    short = Solution("optimal", "", "hand", objective=3.0, primal=np.array([3.0]), bound=2.9)
    assert [failure.split(" is")[0] for failure in certify(asked, short).failures] == ["mip gap"]
    assert certify(asked, short, gap_limit=0.1).passed


small = st.integers(-3, 3)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(small, small, st.integers(-4, 4)), min_size=1, max_size=5), st.sampled_from(["auto", "always"])
)
def test_no_false_verdict_on_random_inequalities(rows: list[tuple[int, int, int]], robust: str) -> None:
    """a x + b y >= c in the box [0, 5]^2: vertices in exact arithmetic tell feasibility and optimum of x + 2 y."""
    lines = [*rows, (1, 0, 0), (0, 1, 0), (-1, 0, -5), (0, -1, -5)]
    best = _exact_optimum(lines)
    left = [[float(a), float(b)] for a, b, _ in rows]
    sides = [float(c) for *_, c in rows]
    asked = program(left, sides, [INF] * len(rows), bounds=[(0, 5)] * 2, cost=[1, 2])
    found = solve(asked, robust=robust)
    assert found.status == ("infeasible" if best is None else "optimal"), found.message
    if best is not None:
        # rows opened by 1e-7 (1 + 4) move vertices of these small slopes by some ten times as much
        assert found.objective == pytest.approx(float(best), abs=1e-4)


def _exact_optimum(lines: list[tuple[int, int, int]]) -> Fraction | None:
    values = []
    for place, (a, b, c) in enumerate(lines):
        for d, e, f in lines[:place]:
            if determinant := a * e - b * d:
                x, y = Fraction(c * e - b * f, determinant), Fraction(a * f - c * d, determinant)
                if all(p * x + q * y >= r for p, q, r in lines):
                    values.append(x + 2 * y)
    return min(values, default=None)
