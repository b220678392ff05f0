"""Daily and seasonal storage: the optimum is that of the rows as they are written, and so is every row at it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from storage_cases import BEFORE, CHAIN, ENDS, FLOW, STARTS, Case, Storage, cases

from energyscope.backends.linopy_backend import solve
from energyscope.certify import certify
from energyscope.passes import Reduction, reduce_program
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

SIMPLEX = 1e-7
"""Feasibility and optimality that HiGHS's simplex method stops at, relative to costs and levels of some hundred."""


shapes = st.tuples(st.sampled_from(sorted(STARTS)), st.sampled_from(sorted(ENDS)))
MISPLACED = "at the beginning of periods"
"""Days of such levels begin with the last flow of the day before: of so few days, too few may be alike."""
BEHIND = ("implied-rows", "defined-columns")
"""Passes that leave small programs to the solver."""


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


@settings(max_examples=60, deadline=None)
@given(cases, shapes)
def test_duals_of_daily_storage_are_a_proof_for_the_program_as_written(case: Case, shape: tuple[str, str]) -> None:
    daily = tuple(replace(storage, daily=True) for storage in case.storages)
    program = replace(case, storages=daily).program(*STARTS[shape[0]], *ENDS[shape[1]])
    reduction = reduce_program(program)
    assert reduction.program.passes == ("daily-storage",) or shape[0] == MISPLACED
    restored = reduction.restore(solve(reduction.program, reductions=False))
    assume(restored.status == "optimal")
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


@settings(max_examples=120, deadline=None)
@given(cases, shapes)
def test_any_start_and_end_of_the_year_keep_optimum_and_rows(case: Case, shape: tuple[str, str]) -> None:
    program = case.program(*STARTS[shape[0]], *ENDS[shape[1]])
    as_written = solve(program, reductions=False)
    reduction = reduce_program(program)
    assert reduction.program.passes or shape[0] == MISPLACED
    restored = reduction.restore(solve(reduction.program, reductions=False))
    assert restored.status == as_written.status
    if as_written.status == "optimal":
        assert restored.objective == pytest.approx(as_written.objective, rel=SIMPLEX, abs=SIMPLEX)
        figures = certify(program, restored).figures()
        assert figures["relative_row_violation"] <= 1e-6
        assert figures["relative_bound_violation"] <= 1e-6
        assert figures["objective_error"] <= 1e-9


@pytest.mark.parametrize("daily", [True, False])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("start", STARTS)
def test_every_start_and_end_of_the_year_leaves_far_fewer_rows(start: str, end: str, daily: bool) -> None:
    storages = (Storage(daily, 0.01, 0.9, 0.8, 40, 0.0),)
    program = Case((1, 2, 2, 3, 1, 3, 3, 2, 1, 1, 2) * 9, storages, 4).program(*STARTS[start], *ENDS[end])
    reduction = reduce_program(program)
    assert ("daily-storage" if daily else "seasonal-storage") in reduction.program.passes
    assert reduction.declined.keys() <= {"fixed-columns", "daily-storage", "seasonal-storage", *BEHIND}
    assert reduction.program.n_rows < program.n_rows * (0.35 if daily else 0.6)
    as_written, restored = solve(program, reductions=False), solve(program)
    assert (restored.status, restored.passes) == (as_written.status, reduction.program.passes)
    if as_written.status == "optimal":
        assert restored.objective == pytest.approx(as_written.objective, rel=SIMPLEX)


WRITINGS = {
    "by typical day": [(CHAIN, "s.t. chain {s in S, q in K, (t,h,k) in MAP: k = q}:")],
    "last period first": [(CHAIN, "s.t. chain {s in S, u in T, (t,h,k) in MAP: t = n + 1 - u}:")],
    "by period, then storage": [(CHAIN, "s.t. chain {(t,h,k) in MAP, s in S}:")],
    "first period apart": [
        (
            CHAIN,
            f"s.t. first {{s in S, (t,h,k) in MAP: t = 1}}: level[s,t] = level[s,n]{FLOW}\n{CHAIN[:-2]}: t > 1}}:",
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
