"""One direction at a time: by need as by binaries everywhere, and what cancels out costs nothing."""

from __future__ import annotations

import numpy as np
import pytest
from btm_cases import CASES
from btm_runs import BATTERY, Run, reference, small
from hypothesis import HealthCheck, given, settings
from random_runs import Case, cases

from energyscope.backends.highs import Watch, arrays_of
from energyscope.families.btm.config.schemas import RunConfig, SolverChoice
from energyscope.families.btm.program.formulation import build
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.solving.branching import Decisions, by_branching
from energyscope.families.btm.solving.exclusivity import (
    PAIRS,
    both_ways,
    everywhere,
    widened,
    with_binaries,
)
from energyscope.families.btm.solving.idle import idle_basis
from energyscope.families.btm.solving.located import located
from energyscope.families.btm.solving.netting import netted
from energyscope.families.btm.solving.solve import solve
from energyscope.families.btm.solving.solved import Solved
from energyscope.families.btm.solving.solvers import HighsSolver
from energyscope.families.btm.solving.window_cuts import by_windows

SAME = 1e-8
"""Share of the objective that two proofs may differ by: ten times the gap at which branch and bound stops."""
ROUNDING = 1e-9
"""Sums of some hundred products, and rows that the solver keeps within 1e-9."""


def in_mode(mode: str, case: Case) -> Solved | None:
    """The answer of a run in a mode of exclusivity, None where there is no dispatch."""
    run = RunConfig.model_validate({**case.run, "exclusivity": {"mode": mode}})
    try:
        return solve(case.inputs, run)
    except BtmError as failure:
        assert failure.diagnostics[0].code == "BTM301"
        return None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_by_need_is_as_good_as_everywhere_and_never_better_than_the_relaxation(case: Case) -> None:
    relaxed, auto, full = (in_mode(mode, case) for mode in ("relaxed", "auto", "full"))
    assert (auto is None) == (full is None)
    if relaxed is None or auto is None or full is None:
        return
    allowed = SAME * max(1.0, abs(full.objective_gbp))
    assert auto.objective_gbp == pytest.approx(full.objective_gbp, abs=allowed)
    assert relaxed.objective_gbp <= auto.objective_gbp + allowed
    assert auto.exclusivity["relaxation_objective_gbp"] == pytest.approx(relaxed.objective_gbp, abs=allowed)
    assert auto.exclusivity["max_simultaneous_kw"] <= 1e-6
    assert auto.stats["dual_bound_gbp"] <= auto.objective_gbp + allowed
    exact = auto.objective_gbp == pytest.approx(relaxed.objective_gbp, abs=allowed)
    assert auto.exclusivity["status"] == "binaries" or exact


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_what_cancels_out_changes_neither_cost_nor_rows(case: Case) -> None:
    model = build(case.inputs)
    arrays, site = arrays_of(model), located(model, case.inputs)
    solver = HighsSolver(arrays, SolverChoice(), Watch())
    primal = solver.relaxation(None).primal
    if primal is None:
        return
    before, flows = site.values(primal), netted(case.inputs, site.values(primal))
    after = primal.copy()
    for name, places in site.columns.items():
        after[places] = flows[name]
    scale = max(1.0, float(np.abs(primal).max()))
    assert arrays.cost @ after == pytest.approx(arrays.cost @ primal, abs=ROUNDING * scale)
    assert (after >= arrays.lower - ROUNDING).all()
    assert (after <= arrays.upper + ROUNDING).all()
    activity = arrays.matrix @ after
    assert (activity >= arrays.row_lower - ROUNDING * scale).all()
    assert (activity <= arrays.row_upper + ROUNDING * scale).all()
    assert (both_ways(flows) <= both_ways(before) + ROUNDING).all()


def test_a_round_trip_that_only_wastes_free_power_is_curtailed_instead() -> None:
    """60 kW of surplus and no export: 20 kW in and 18.05 kW out of the battery at once are 1.95 kW less of it."""
    run = small([0.0], [60.0], site={"battery": BATTERY, "grid": {"export_limit_kw": 0}})
    waste = {"Import": 0.0, "Export": 0.0, "Charge": 20.0, "Discharge": 20.0 * 0.95**2, "Curtailed": 58.05}
    flows = netted(run.inputs, {name: np.array([value]) for name, value in waste.items()})
    assert {name: float(values[0]) for name, values in flows.items()} == pytest.approx(
        {"Import": 0.0, "Export": 0.0, "Charge": 0.0, "Discharge": 0.0, "Curtailed": 60.0}, abs=1e-12
    )


@pytest.mark.parametrize(
    ("buy", "sell", "left"), [(0.2, 0.2, (3.0, 0.0)), (0.2, 0.1, (3.0, 0.0)), (0.1, 0.2, (8.0, 5.0))]
)
def test_the_meter_is_netted_unless_export_earns_more(buy: float, sell: float, left: tuple[float, float]) -> None:
    run = small([3.0], buy=buy, sell=sell)
    flows = dict.fromkeys(("Charge", "Discharge", "Curtailed"), np.zeros(1))
    found = netted(run.inputs, {**flows, "Import": np.array([8.0]), "Export": np.array([5.0])})
    assert (found["Import"][0], found["Export"][0]) == pytest.approx(left)


def test_reserve_that_is_sold_from_charging_keeps_its_round_trip() -> None:
    """Reserve upwards of max_discharge - Discharge + Charge = 20 - 18.05 + 20 kW is all sold: nothing may be taken."""
    service = {"name": "up", "direction": "up", "price_column": "p", "max_kw": 30.0, "duration_hours": 0.1}
    made = small(
        [0.0], [60.0], site={"battery": BATTERY, "grid": {"export_limit_kw": 0}}, tariff={"services": [service]}
    )
    run = Run(made.site, made.run, made.frame.assign(p=0.01))
    waste = {
        "Import": 0.0,
        "Export": 0.0,
        "Charge": 20.0,
        "Discharge": 18.05,
        "Curtailed": 58.05,
        "Availability": 21.95,
    }
    flows = netted(run.inputs, {name: np.array([value]) for name, value in waste.items()})
    assert float(flows["Charge"][0]) == 20.0


def test_the_negative_week_needs_its_35_negative_steps_and_two_rounds() -> None:
    case = reference("negative_week_exclusive")
    found = solve(case.inputs, case.run)
    expected = CASES["negative_week_exclusive"]["expected"]["objective_gbp"]
    assert found.objective_gbp == pytest.approx(expected, rel=1e-6)
    relaxed = CASES["negative_week_relaxed"]["expected"]["objective_gbp"]
    assert found.exclusivity == {
        "mode": "auto",
        "status": "binaries",
        "rounds": 2,
        "binaries": 35,
        "max_simultaneous_kw": 0.0,
        "relaxation_objective_gbp": pytest.approx(relaxed, rel=1e-6),
    }
    assert found.stats["model"]["binaries"] == 35
    assert found.stats["mip_gap"] <= 1e-9


def test_a_gap_that_the_user_allows_is_told_and_kept() -> None:
    """5 % of 186 GBP are 9.3: branch and bound stops at the first decisions that are so good."""
    case = reference("negative_week_exclusive", exclusivity={"mode": "full"}, solver={"options": {"mip_rel_gap": 0.05}})
    found = solve(case.inputs, case.run)
    expected = CASES["negative_week_exclusive"]["expected"]["objective_gbp"]
    assert expected * (1 + SAME) <= found.objective_gbp <= expected + 0.05 * abs(expected)
    assert found.stats["dual_bound_gbp"] <= expected * (1 - SAME)
    assert 0 <= found.stats["mip_gap"] <= 0.05


def test_the_relaxation_alone_is_a_lower_bound_and_says_so() -> None:
    case = reference("negative_week_relaxed")
    found = solve(case.inputs, case.run)
    assert (found.exclusivity["status"], found.exclusivity["rounds"]) == ("violated", 1)
    assert found.exclusivity["max_simultaneous_kw"] > 1
    (warning,) = found.warnings
    assert (warning.severity, warning.code) == ("warning", "lower-bound")
    assert "lower bound" in warning.message


def test_where_nothing_runs_both_ways_the_linear_program_is_exact() -> None:
    case = reference("tou_pv_2d")
    found = solve(case.inputs, case.run)
    assert found.exclusivity == {
        "mode": "auto",
        "status": "lp_exact",
        "rounds": 1,
        "binaries": 0,
        "max_simultaneous_kw": 0.0,
        "relaxation_objective_gbp": found.objective_gbp,
    }
    assert not found.warnings


def test_export_dearer_than_import_is_not_sold_through_the_meter() -> None:
    """Without binaries the meter would import its limit to export it: 0.1 GBP for each kWh up to the limits."""
    case = small(10.0, [0.0, 40.0], 0.1, 0.2, site={"battery": BATTERY, "grid": {"import_limit_kw": 50.0}})
    found = solve(case.inputs, case.run)
    assert found.exclusivity["status"] == "binaries"
    assert not np.minimum(found.values["Import"], found.values["Export"]).any()
    full = solve(case.inputs, small([1.0], exclusivity={"mode": "full"}).run)
    assert found.objective_gbp == pytest.approx(full.objective_gbp, rel=SAME)


def test_steps_are_widened_to_those_around_them_that_fail_alike() -> None:
    buy = [0.2, -0.1, -0.1, 0.2, -0.1, 0.2, 0.1, 0.1]
    sell = [0.1, -0.2, -0.2, 0.1, -0.2, 0.3, 0.2, 0.0]
    case = small(10.0, 0.0, buy, sell, site={"battery": BATTERY})
    site = located(build(case.inputs), case.inputs)
    found = np.zeros((2, 8), dtype=bool)
    found[1, [1, 7]] = found[0, 6] = True
    worth = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, -0.2])
    wide = widened(site, found, worth)
    assert PAIRS == (("Import", "Export"), ("Charge", "Discharge"))
    assert np.flatnonzero(wide[0]).tolist() == [5, 6]  # export above import
    assert np.flatnonzero(wide[1]).tolist() == [1, 2, 6, 7]  # paid for import; energy worth nothing


def test_binaries_take_what_the_usable_window_lets_through_in_one_step() -> None:
    """10 kWh of window take 10 / 0.95 kW for an hour, though the battery could charge with 20 kW."""
    battery = {**BATTERY, "max_soc_kwh": 10.0}
    case = small(10.0, 30.0, site={"battery": battery})
    model = build(case.inputs)
    site = located(model, case.inputs)
    binaries = with_binaries(arrays_of(model), (site,), everywhere(site)[None])
    assert binaries.arrays.integer.sum() == 2
    assert binaries.first_limit.tolist() == pytest.approx([30.0, 10 / 0.95])
    assert binaries.second_limit.tolist() == pytest.approx([50.0, 10 * 0.95])


def test_pairs_of_which_one_can_never_flow_need_no_binary() -> None:
    case = small(10.0, 30.0, site={"battery": BATTERY, "grid": {"export_limit_kw": 0}})
    found = solve(case.inputs, small([1.0], exclusivity={"mode": "full"}).run)
    assert found.exclusivity["binaries"] == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_windows_and_branching_enclose_the_optimum(case: Case) -> None:
    """All steps with binaries but every fourth: windows of up to three steps, bound <= optimum <= decisions."""
    full = in_mode("full", case)
    if full is None:
        return
    model = build(case.inputs)
    arrays, site = arrays_of(model), located(model, case.inputs)
    solver = HighsSolver(arrays, SolverChoice(), Watch())
    solver.relaxation(idle_basis(arrays, (site,)))
    steps = everywhere(site)
    steps[:, ::4] = False
    binaries = with_binaries(arrays, (site,), steps[None])
    found = by_windows(arrays, binaries, (site,), steps[None], solver)
    if found is None:
        return
    exact = by_branching(found.outer, binaries, arrays.upper, Decisions(np.inf, arrays.upper))
    assert found.bound <= full.objective_gbp + SAME * max(1.0, abs(full.objective_gbp))
    if exact is None:  # too many nodes
        return
    best, bound = exact
    allowed = SAME * max(1.0, abs(bound))
    assert best.proven(bound)
    assert found.bound <= bound + allowed
    assert best.cost <= found.best.cost + allowed
    reference_outcome = solver.integer(binaries.arrays)
    assert best.cost == pytest.approx(reference_outcome.objective, abs=allowed)
