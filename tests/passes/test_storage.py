"""Daily and seasonal storage: the optimum is that of the rows as they are written, and so is every row at it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from storage_cases import Case, Storage, cases

from energyscope.backends.linopy_backend import solve
from energyscope.certify import certify
from energyscope.passes import Reduction, daily_storage, reduce_program, seasonal_storage
from energyscope.passes.flat import Flat
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

SIMPLEX = 1e-7
"""Feasibility and optimality that HiGHS's simplex method stops at, relative to costs and levels of some hundred."""


def reduced_and_restored(program: Program) -> tuple[Reduction, Solution]:
    """The reduction of a program, and its answer put back."""
    reduction = reduce_program(program)
    solution = solve(reduction.program, reductions=False)
    assert solution.status == "optimal"
    return reduction, reduction.restore(solution)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_optimum_and_rows_are_those_of_the_program_as_written(case: Case) -> None:
    program = case.program()
    as_written = solve(program, reductions=False)
    reduction, restored = reduced_and_restored(program)
    used = reduction.program.passes
    assert ("daily-storage" in used) == any(storage.daily for storage in case.storages)
    assert ("seasonal-storage" in used) == any(not storage.daily for storage in case.storages)
    assert restored.objective == pytest.approx(as_written.objective, rel=SIMPLEX)
    figures = certify(program, restored).figures()
    assert figures["relative_row_violation"] <= 1e-6
    assert figures["relative_bound_violation"] <= 1e-6
    assert figures["objective_error"] <= 1e-9


@settings(max_examples=30, deadline=None)
@given(cases)
def test_duals_of_daily_storage_are_a_proof_for_the_program_as_written(case: Case) -> None:
    daily = tuple(replace(storage, daily=True) for storage in case.storages)
    program = replace(case, storages=daily).program()
    _, restored = reduced_and_restored(program)
    certificate = certify(program, restored)
    assert certificate.relative_gap is not None
    assert certificate.passed, certificate.failures


def test_duals_that_seasonal_storage_hides_are_nan_and_all_others_known() -> None:
    program = Case((1, 1, 2, 1, 3, 3, 2, 1, 1, 2, 1, 3, 3, 2), (Storage(False, 0.01, 0.9, 0.9, 40, 0.1),), 1).program()
    _, restored = reduced_and_restored(program)
    assert restored.dual is not None
    unknown = {name: np.isnan(restored.duals(block)) for name, block in program.constraints.items() if len(block.index)}
    assert {name for name, mask in unknown.items() if mask.all()} == {"chain", "most", "least"}
    assert {name for name, mask in unknown.items() if not mask.any()} == {"balance", "speed"}


def test_far_fewer_rows_are_left() -> None:
    storage = (Storage(False, 0.0, 0.9, 0.9, 40, 0), Storage(True, 0.0, 0.9, 0.9, 40, 0))
    program = Case((1, 2) * 60, storage, 1).program()
    reduced = reduce_program(program).program
    assert reduced.n_rows < program.n_rows / 4


@pytest.mark.parametrize("change", ["cost on a level", "an integer level", "one day unlike the others"])
def test_what_does_not_fit_stays_as_it_is(change: str) -> None:
    flat = Flat.of(Case((1, 2) * 8, (Storage(False, 0.0, 0.9, 0.9, 40, 0),), 1).program())
    assert seasonal_storage.accepts(flat) is None
    levels = flat.columns.names.index("level")
    level = np.flatnonzero(flat.columns.block == levels)[5]
    if change == "cost on a level":
        cost = flat.cost.copy()
        cost[level] = 1.0
        changed = replace(flat, cost=cost)
    elif change == "an integer level":
        integer = flat.integer.copy()
        integer[level] = True
        changed = replace(flat, integer=integer)
    else:
        upper = flat.upper.copy()
        upper[level] = 7.0
        changed = replace(flat, upper=upper)
    reason = seasonal_storage.accepts(changed)
    assert reason is not None
    assert "repeats its days" in reason
    assert daily_storage.accepts(changed) is not None


CHAIN = "s.t. chain {s in S, (t,h,k) in MAP}:"
BEFORE = "(if t = 1 then level[s,n] else level[s,t-1])"
FLOW = "* (1 - loss[s])\n        + eff_in[s] * fill[s,h,k] - draw[s,h,k] / eff_out[s];"
WRITINGS = {
    "by typical day": [(CHAIN, "s.t. chain {s in S, q in K, (t,h,k) in MAP: k = q}:")],
    "last period first": [(CHAIN, "s.t. chain {s in S, u in T, (t,h,k) in MAP: t = n + 1 - u}:")],
    "by period, then storage": [(CHAIN, "s.t. chain {(t,h,k) in MAP, s in S}:")],
    "first period apart": [
        (
            CHAIN,
            f"s.t. first {{s in S, (t,h,k) in MAP: t = 1}}: level[s,t] = level[s,n] {FLOW}\n{CHAIN[:-2]}: t > 1}}:",
        ),
        (BEFORE, "level[s,t-1]"),
    ],
    "other names": [("level", "soc"), ("chain", "state_of_charge"), ("tie", "equal"), ("most", "ceiling")],
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_other_ways_to_write_the_same_storage_are_found_too(writing: str) -> None:
    storages = (Storage(True, 0.01, 0.9, 0.9, 3, 0), Storage(False, 0.0, 0.9, 0.8, 40, 0.1))
    case = Case((1, 1, 2, 1, 3, 3, 2, 1, 1, 2, 1, 3, 3, 2), storages, 4)
    program = case.program(*WRITINGS[writing])
    reduction, restored = reduced_and_restored(program)
    assert reduction.program.passes == ("daily-storage", "seasonal-storage")
    assert reduction.program.n_rows == reduce_program(case.program()).program.n_rows
    assert restored.objective == pytest.approx(solve(case.program(), reductions=False).objective, rel=SIMPLEX)
    assert certify(program, restored).figures()["relative_row_violation"] <= 1e-6
