"""What a certificate accepts and what it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from energyscope.backends.linopy_backend import solve
from energyscope.certify import certify
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution
from small_programs import INF, program, programs, two_blocks

ASKED = program([[1, 1]], [3], [INF], bounds=[(0, 2), (0, INF)], cost=[1, 2], constant=5.0)


def answer(**changes: object) -> Solution:
    right = Solution(
        "optimal",
        "",
        "hand",
        objective=9.0,
        primal=np.array([2.0, 1.0]),
        dual=np.array([2.0]),
        reduced_cost=np.array([-1.0, 0.0]),
    )
    return replace(right, **changes)  # type: ignore[arg-type]


def test_the_right_answer_passes() -> None:
    certificate = certify(ASKED, answer())
    assert certificate.passed
    assert certificate.objective == 9.0
    assert set(certificate.figures().values()) == {0.0}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"primal": np.array([2.0, 0.9]), "objective": 8.8, "dual": None}, "relative row violation"),
        ({"primal": np.array([2.1, 0.9]), "objective": 8.9, "dual": None}, "relative bound violation"),
        ({"objective": 9.1}, "objective error"),
        ({"primal": np.array([1.0, 2.0]), "objective": 10.0}, "relative gap"),
        ({"dual": np.array([-2.0])}, "dual infeasibility"),
        ({"dual": np.array([3.0])}, "dual infeasibility"),
        ({"primal": np.array([np.nan, 1.0]), "dual": None}, "relative row violation"),
    ],
)
def test_wrong_answers_do_not(changes: dict[str, object], said: str) -> None:
    certificate = certify(ASKED, answer(**changes))
    assert not certificate.passed
    assert any(failure.startswith(said) for failure in certificate.failures)


def test_integrality_is_looked_at_and_duals_are_not() -> None:
    whole = program([[1, 1]], [3], [INF], bounds=[(0, 2), (0, INF)], cost=[1, 2], constant=5.0, integer=True)
    assert certify(whole, answer()).passed
    half = certify(whole, answer(primal=np.array([1.5, 1.5]), objective=9.5))
    assert half.integrality_violation == 0.5 and half.gap is None and not half.passed


def test_violations_are_measured_against_the_size_of_the_terms() -> None:
    large = program([[1, 1]], [1e9], [INF], bounds=[(0, INF)] * 2, cost=None)
    found = Solution("optimal", "", "hand", objective=0.0, primal=np.array([1e9 - 1e-2, 0.0]))
    certificate = certify(large, found)
    assert certificate.row_violation == pytest.approx(1e-2)
    assert certificate.passed


def test_a_huge_bound_behind_a_dual_of_rounding_is_no_gap() -> None:
    asked = program([[1, 1]], [3], [INF], bounds=[(0, 2), (0, 1e12)], cost=[1, 2], constant=5.0)
    assert certify(asked, answer(dual=np.array([2.0 + 1e-9]))).passed


def test_without_values_there_is_nothing_to_certify() -> None:
    with pytest.raises(ValueError, match="no values to certify"):
        certify(ASKED, Solution("infeasible", "Infeasible", "hand"))


@settings(deadline=None, max_examples=30)
@given(programs())
def test_the_gap_is_primal_minus_dual_objective(asked: Program) -> None:
    """Against the textbook sum over sides, for random duals that belong to finite sides."""
    found = solve(asked)
    if found.status != "optimal" or found.dual is None:
        return
    cost = np.zeros(asked.n_columns)
    if asked.objective is not None:
        cost[asked.objective.columns] = asked.objective.coefficients
    reduced = cost - asked.matrix.T @ found.dual
    sign = -1.0 if asked.objective is not None and asked.objective.sense == "maximize" else 1.0
    value = 0.0 if asked.objective is None else asked.objective.constant
    for dual, block in ((found.dual, "constraints"), (reduced, "variables")):
        for part in getattr(asked, block).values():
            side = np.where(sign * dual > 0, part.lower, part.upper)
            value += float(np.sum(dual[np.abs(dual) > 1e-9] * side[np.abs(dual) > 1e-9]))
    assert value == pytest.approx(found.objective, abs=1e-6)


def test_two_blocks_are_certified_as_one() -> None:
    assert certify(two_blocks(), solve(two_blocks())).passed
