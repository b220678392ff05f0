"""Solving by active capacities: the same optimum, proved, on random capacity expansion and on core_small."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope import Energyscope, models
from energyscope.backends import strategy
from energyscope.backends.base import Progress
from energyscope.backends.capacities import active, active_capacities, columns
from energyscope.backends.capacities.coarse import coarse_copy
from energyscope.backends.capacities.linear import Linear
from energyscope.backends.highs import Watch
from energyscope.backends.linopy_backend import solve
from energyscope.certify import certify
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols, Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock
from small_programs import INF

HOURS, DAYS = 4, 3
PERIODS = HOURS * DAYS


@pytest.fixture
def small_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program is large, two hours make a capacity, and all of them but one are worth leaving out."""
    monkeypatch.setattr(strategy, "LARGE_ROWS", 1)
    monkeypatch.setattr(columns, "LEAST_ROWS", 2)
    monkeypatch.setattr(active, "LEAST_CAPACITIES", 1)
    monkeypatch.setattr(active, "MOST_ACTIVE", 1.0)


def expansion(
    build: Values, run: Values, available: Values, demand: Values, *, storage: float = 1.0, missing: float = 50.0
) -> Program:
    """Technologies j with capacities F[j] and flows G[j,h,d] meet a demand, with a storage that has a capacity, too.

    minimize build @ F + storage * F['store'] + run @ G + missing * lack
    balance: sum of G - in + out + lack = demand; limit: G <= available * F; chain: the next level after in and out;
    held: level <= F['store']. An infinite price of what is missing: nothing may be.
    """
    n, m = len(build), PERIODS
    symbols = Symbols()
    names = symbols.codes([*(f"tech {j}" for j in range(n)), "store"])
    hours = symbols.codes(np.tile(np.arange(1, HOURS + 1), DAYS))
    days = symbols.codes(np.repeat(np.arange(1, DAYS + 1), HOURS))
    each = Index([np.repeat(names[:n], m), np.tile(hours, n), np.tile(days, n)])
    period = Index([hours, days])
    lack = np.full(m, INF if np.isfinite(missing) else 0.0)
    columns = {"F": Index([names]), "G": each, "in": period, "out": period, "level": period, "lack": period}
    one, after = sp.eye_array(m), sp.kron(sp.eye_array(DAYS), np.roll(np.eye(HOURS), -1, axis=1))
    shares = -sp.csr_array(np.kron(np.eye(n), np.ones((m, 1))) * available.reshape(-1, 1))
    blocks = {
        "balance": [None, sp.kron(np.ones((1, n)), one), -one, one, None, one],
        "limit": [sp.hstack([shares, sp.coo_array((n * m, 1))]), sp.eye_array(n * m), None, None, None, None],
        "chain": [None, None, -0.9 * one, one, after - one, None],
        "held": [sp.coo_array((-np.ones(m), (np.arange(m), np.full(m, n))), (m, n + 1)), None, None, None, one, None],
    }
    widths = [len(index) for index in columns.values()]
    rows = {name: sparse_row([*parts], widths) for name, parts in blocks.items()}
    sides = {"balance": (demand, demand), "chain": (np.zeros(m), np.zeros(m))}
    cost = np.concatenate(
        [build, [storage], np.repeat(run, m), np.zeros(3 * m), np.full(m, np.nan_to_num(missing, posinf=0))]
    )
    return assembled(symbols, columns, rows, sides, {"lack": lack}, cost)


def sparse_row(parts: list[Any], widths: list[int]) -> sp.csr_array:
    height = next(part.shape[0] for part in parts if part is not None)
    row = sp.hstack(
        [sp.coo_array((height, width)) if part is None else part for part, width in zip(parts, widths, strict=True)]
    )
    row = sp.csr_array(row)
    row.sum_duplicates()
    row.eliminate_zeros()
    row.indices, row.indptr = row.indices.astype(np.int32), row.indptr.astype(np.int32)
    return row


def assembled(
    symbols: Symbols,
    columns: dict[str, Index],
    rows: dict[str, sp.csr_array],
    sides: dict[str, tuple[Values, Values]],
    tops: dict[str, Values],
    cost: Values,
) -> Program:
    """Blocks one after the other; rows without sides are at most 0, columns from 0 on."""
    variables, constraints, first = {}, {}, 0
    for name, index in columns.items():
        top = tops.get(name, np.full(len(index), INF))
        variables[name] = VariableBlock(name, index, first, np.zeros(len(index)), top)
        first += len(index)
    first = 0
    for name, matrix in rows.items():
        height = matrix.shape[0]
        low, high = sides.get(name, (np.full(height, -INF), np.zeros(height)))
        index = columns["G"] if name == "limit" else columns["in"]
        constraints[name] = ConstraintBlock(name, index, first, matrix, low, high)
        first += height
    objective = Objective("total", "minimize", np.arange(len(cost), dtype=np.int32), cost)
    return Program(symbols, variables, constraints, objective)


def drawn(seed: int, n: int) -> Program:
    """Many technologies, few of them worth it; availability that differs by hour and day."""
    random = np.random.default_rng(seed)
    available = np.round(random.uniform(0, 1, (n, PERIODS)) * (random.uniform(0, 1, (n, PERIODS)) > 0.2), 2)
    demand = np.round(random.uniform(1, 5, PERIODS), 1)
    return expansion(
        random.uniform(2, 40, n), random.uniform(0, 3, n), available, demand, storage=random.uniform(0.1, 5)
    )


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 12))
def test_the_optimum_is_that_of_the_whole_program(seed: int, n: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "LEAST_ROWS", 2)
        patch.setattr(active, "LEAST_CAPACITIES", 1)
        patch.setattr(active, "MOST_ACTIVE", 1.0)
        asked = drawn(seed, n)
        found = active_capacities(asked, {}, Watch()).solution
    whole = solve(asked)
    if found is not None:
        # Both certificates hold a relative gap of 1e-7 or better.
        assert found.objective == pytest.approx(whole.objective, rel=2e-7)
        certificate = certify(asked, found)
        assert certificate.passed and certificate.relative_gap is not None and certificate.relative_gap <= active.GAP


@pytest.mark.usefixtures("small_thresholds")
def test_it_applies_to_capacity_expansion_and_tells_what_was_done() -> None:
    told: list[Progress] = []
    asked = drawn(7, 30)
    found = solve(asked, progress=told.append)
    assert found.status == "optimal" and "of 31 capacities, round" in found.message
    assert 0 < len(found.capacities) < 31
    assert found.dual is not None and not np.isnan(found.dual).any()
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages[:2] == ["passes", "guess of capacities"] and "pricing" in stages
    again = solve(asked, likely=found.capacities)
    assert again.message.endswith("round 1)") and again.objective == pytest.approx(found.objective, rel=2e-7)
    assert solve(asked).message == found.message
    assert "capacities" not in solve(asked, reductions=False).message


@pytest.mark.usefixtures("small_thresholds")
@pytest.mark.parametrize("likely", [("F['tech 0']",), ("F['tech 0']", "nothing[1]"), ("nothing",)])
def test_a_wrong_guess_only_costs_time(likely: tuple[str, ...]) -> None:
    asked = drawn(7, 30)
    assert solve(asked, likely=likely).objective == pytest.approx(solve(asked).objective, rel=2e-7)


@pytest.mark.usefixtures("small_thresholds")
def test_what_is_maximised_has_duals_of_the_other_sign() -> None:
    asked = drawn(7, 30)
    assert asked.objective is not None
    turned = replace(
        asked, objective=replace(asked.objective, sense="maximize", coefficients=-asked.objective.coefficients)
    )
    straight, found = solve(asked), solve(turned)
    assert "capacities" in found.message and found.objective == pytest.approx(-(straight.objective or 0), rel=2e-7)
    assert found.residuals["dual_infeasibility"] <= 1e-7


@pytest.mark.usefixtures("small_thresholds")
def test_infeasible_and_unbounded_are_still_told() -> None:
    ones, demand = np.ones((20, PERIODS)), np.ones(PERIODS)
    dark = expansion(np.arange(1.0, 21), np.ones(20), 0 * ones, demand, missing=INF)
    assert solve(dark).status == "infeasible"
    paid = expansion(np.arange(1.0, 21), np.ones(20), ones, demand, missing=-1.0)
    assert solve(paid).status == "unbounded"


def test_columns_without_which_others_are_0() -> None:
    ones = np.ones((3, PERIODS))
    asked = expansion(np.ones(3), np.ones(3), ones, ones[0])
    linear = Linear.of(asked)
    only = np.zeros(asked.n_columns, dtype=bool)
    only[0] = True
    gone = columns.without(linear, only)
    flows = asked.variables["G"].first + np.arange(PERIODS)
    limited = np.isin(np.arange(asked.n_columns), flows)
    assert (gone == (only | limited)).all()


def test_the_coarse_copy_takes_days_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "LEAST_ROWS", 2)
    asked = drawn(1, 3)
    linear = Linear.of(asked)
    coarse = coarse_copy(asked, linear, columns.capacity_columns(linear))
    assert coarse is not None
    # 4 capacities, and flows, in, out, level, missing of one day
    assert coarse.linear.matrix.shape[1] == 4 + (3 + 4) * HOURS
    one, other = (asked.variables["G"].first + HOURS * day for day in (0, 1))
    assert coarse.columns[one] == coarse.columns[other] != coarse.columns[one + 1]


@pytest.mark.slow
@pytest.mark.usefixtures("small_thresholds")
def test_core_small_goes_through_it() -> None:
    asked = Energyscope(models.core_small, backend="linopy:text").program()
    found = solve(asked)
    assert found.status == "optimal" and "capacities" in found.message, found.attempts
    whole = solve(asked, options={"solver": "ipx", "run_crossover": "off"})
    assert found.objective == pytest.approx(whole.objective, rel=2e-7)
