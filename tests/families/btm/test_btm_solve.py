"""The optimum of a run: the reference figures by every start, solver and backend, and the dispatch made of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import highspy
import linopy
import numpy as np
import pytest
from btm_cases import CASES, SINGLE_SITE, allowed
from btm_runs import BATTERY, Run, of_case, reference, small

from energyscope.backends.base import BackendError, Progress
from energyscope.backends.highs import Watch, arrays_of
from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import SharedLimits, SolverChoice
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.program.formulation import build
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.solving import threads
from energyscope.families.btm.solving.choice import TOUCHING_FILES
from energyscope.families.btm.solving.dispatch_of import dispatch_of
from energyscope.families.btm.solving.idle import idle_basis
from energyscope.families.btm.solving.located import located
from energyscope.families.btm.solving.months import joined_basis, months
from energyscope.families.btm.solving.solve import solve, solve_shared
from energyscope.families.btm.solving.solved import Solved
from energyscope.families.btm.solving.solvers import HighsSolver

SAME = 1e-9
"""Share of the objective by which two solves of one program to 1e-9 may differ."""
ROUNDING = 1e-10
"""Kilowatts and kilowatt-hours of some hundred, added and multiplied a few times."""


def dispatched(case: Run) -> tuple[Solved, Dispatch]:
    solved = solve(case.inputs, case.run)
    return solved, dispatch_of(case.inputs, solved, case.frame)


@pytest.mark.parametrize("name", [name for name in SINGLE_SITE if CASES[name]["command"] == "backtest"])
def test_every_reference_case_has_its_objective(name: str) -> None:
    case = reference(name)
    expected = CASES[name]["expected"]["objective_gbp"]
    assert solve(case.inputs, case.run).objective_gbp == pytest.approx(expected, abs=allowed("gbp", expected))


@pytest.mark.parametrize("name", ["tou_pv_2d", "cyclic_two_days", "valued_terminal_day", "demand_month", "no_battery"])
def test_a_dispatch_is_balanced_and_stores_what_it_charges(name: str) -> None:
    case = reference(name)
    _, found = dispatched(case)
    flow, given, inputs = found.flow, found.given, case.inputs
    taken = given(columns.LOAD) - flow(columns.FLEX) + flow(columns.CHARGE) + flow(columns.GRID_EXPORT)
    fed = given(columns.PV) - flow(columns.CURTAILED) + flow(columns.DISCHARGE) + flow(columns.GRID_IMPORT)
    assert np.abs(taken - fed).max() <= ROUNDING
    assert found.flows.to_numpy().min() >= 0
    assert not np.signbit(found.flows.to_numpy()).any()
    if inputs.storage is None:
        assert not found.flows[[columns.CHARGE, columns.DISCHARGE, columns.SOC]].to_numpy().any()
        return
    battery, soc = inputs.storage, flow(columns.SOC)
    before = np.concatenate([[soc[-1] if battery.cyclic else battery.soc_initial], soc[:-1]])
    gained = battery.eta_charge * flow(columns.CHARGE) - flow(columns.DISCHARGE) / battery.eta_discharge
    assert np.abs(soc - battery.retention * before - gained * inputs.dt).max() <= ROUNDING
    assert battery.soc_min <= soc.min() and soc.max() <= battery.soc_max


def test_values_near_a_bound_are_put_on_it_and_the_grid_takes_up_the_difference() -> None:
    case = small([30.0, 30.0], [0.0, 0.0], site={"battery": {**BATTERY, "initial_soc_kwh": 30.0}})
    solved, _ = dispatched(case)
    values = {
        "Import": np.array([30.0, 10.0]),
        "Export": np.array([1e-12, 0.0]),
        "Charge": np.array([-3e-10, 4e-10]),
        "Discharge": np.array([0.0, 20.0 - 5e-10]),
        "Soc": np.array([30.0, 8.9]),
        "Curtailed": np.array([0.0, -0.0]),
        "Flex": np.zeros(2),
    }
    flows = dispatch_of(case.inputs, replace(solved, values=values), case.frame).flows
    assert flows[columns.CHARGE].tolist() == [0.0, 0.0]
    assert flows[columns.DISCHARGE].tolist() == [0.0, 20.0]
    assert flows[columns.GRID_IMPORT].tolist() == [30.0, 10.0]
    assert flows[columns.GRID_EXPORT].tolist() == [0.0, 0.0]
    assert flows[columns.SOC].tolist() == pytest.approx([30.0, 30.0 - 20.0 / 0.95], abs=ROUNDING)
    assert not np.signbit(flows.to_numpy()).any()


def test_services_stand_behind_the_flows_in_the_order_of_the_tariff() -> None:
    services = [
        {"name": name, "direction": direction, "price_column": "p", "max_kw": most, "duration_hours": 0.5}
        for name, direction, most in (("cut", "down", 3.0), ("fast", "up", 4.0))
    ]
    made = small([30.0, 30.0], site={"battery": {**BATTERY, "initial_soc_kwh": 20.0}}, tariff={"services": services})
    case = Run(made.site, made.run, made.frame.assign(p=0.01))
    _, found = dispatched(case)
    assert [*found.flows.columns] == [*columns.DISPATCH, "service_cut_kw", "service_fast_kw"]
    assert found.flow("service_cut_kw").tolist() == [3.0, 3.0]
    assert found.flow("service_fast_kw").tolist() == [4.0, 4.0]


def test_without_a_battery_no_service_is_sold() -> None:
    service = {"name": "up", "direction": "up", "price_column": "p", "max_kw": 5.0, "duration_hours": 0.5}
    made = small([30.0, 30.0], tariff={"services": [service]})
    _, found = dispatched(Run(made.site, made.run, made.frame.assign(p=0.01)))
    assert found.flow("service_up_kw").tolist() == [0.0, 0.0]


@pytest.mark.parametrize("terminal", ["at_least_initial", "cyclic"])
def test_months_joined_lead_to_the_same_optimum_in_few_iterations(terminal: str) -> None:
    """Three months that a ratchet ties together, and the ends of a cyclic run."""
    site = CASES["ratchet_quarter"]["site_config"]
    battery = {**site["battery"], "terminal_soc": {"mode": terminal}}
    case = reference("ratchet_quarter", site={"battery": battery})
    model = build(case.inputs)
    arrays, sites = arrays_of(model), (located(model, case.inputs),)
    cold = HighsSolver(arrays, SolverChoice(), Watch()).relaxation(None)
    solver = HighsSolver(arrays, SolverChoice(), Watch())
    basis, iterations = joined_basis(arrays, sites, solver.options, Watch())
    assert basis is not None
    assert iterations > 0
    found = solver.relaxation(basis)
    assert found.objective == pytest.approx(cold.objective, rel=SAME)
    assert found.iterations["simplex"] < 0.2 * cold.iterations["simplex"]


def test_rows_and_columns_of_months_only_meet_at_their_borders() -> None:
    case = reference("ratchet_quarter")
    model = build(case.inputs)
    arrays, site = arrays_of(model), located(model, case.inputs)
    parts = months(arrays, (site,))
    assert parts.count == 3
    held = np.flatnonzero(parts.held) - site.columns["Soc"].start
    last = np.flatnonzero(np.diff(case.inputs.month))
    assert held.tolist() == last.tolist()
    tied = np.flatnonzero(parts.rows < 0)
    assert tied.tolist() == list(range(*site.rows["chargeable_ratchet"].indices(10**9)))
    for part in range(parts.count):
        of_part = np.unique(arrays.matrix[parts.rows == part].indices)
        assert (parts.held | (parts.columns == part))[of_part].all()


def test_a_month_without_dispatch_of_its_own_gives_no_start_and_the_whole_is_solved_all_the_same() -> None:
    """The battery must come into February charged: from its lowest state the first hours cannot be covered."""
    load = np.full(59 * 24, 5.0)
    load[31 * 24 : 31 * 24 + 2] = 18.0
    made = small(load, site={"battery": BATTERY, "grid": {"import_limit_kw": 10.0}})
    frame = made.frame.set_index(made.frame.index - made.frame.index[0] + np.datetime64("2025-01-01").astype("M8[us]"))
    case = Run(made.site, made.run, frame.tz_localize("UTC"))
    model = build(case.inputs)
    arrays, sites = arrays_of(model), (located(model, case.inputs),)
    assert joined_basis(arrays, sites, {}, Watch())[0] is None
    assert solve(case.inputs, case.run).exclusivity["status"] == "lp_exact"


@pytest.mark.parametrize("name", ["demand_month", "cyclic_two_days", "no_battery", "reserve_two_days"])
def test_the_idle_battery_is_a_start_that_saves_iterations(name: str) -> None:
    case = reference(name)
    model = build(case.inputs)
    arrays, sites = arrays_of(model), (located(model, case.inputs),)
    cold, warm = (
        HighsSolver(arrays, SolverChoice(), Watch()).relaxation(start) for start in (None, idle_basis(arrays, sites))
    )
    assert warm.objective == pytest.approx(cold.objective, rel=SAME)
    assert warm.iterations.get("simplex", 0) <= 0.5 * cold.iterations.get("simplex", 0)


def test_an_earlier_answer_is_a_start_for_other_prices_of_the_same_steps() -> None:
    case = reference("demand_month")
    first = solve(case.inputs, case.run)
    dearer = replace(case.inputs, import_price=case.inputs.import_price * 1.02)
    plain, warm = solve(dearer, case.run), solve(dearer, case.run, start=first)
    assert warm.objective_gbp == pytest.approx(plain.objective_gbp, rel=SAME)
    assert warm.stats["iterations"] < 0.5 * plain.stats["iterations"]
    other = reference("tou_pv_2d")
    assert solve(other.inputs, other.run, start=first).objective_gbp == solve(other.inputs, other.run).objective_gbp


def test_the_same_run_has_the_same_values_with_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two months of quarter-hours, long enough to be started from months, with binaries in windows."""
    case = reference("full_year", steps=59 * 96)
    price = np.where(case.inputs.index.hour == 12, -0.2, case.inputs.import_price)
    inputs = replace(case.inputs, import_price=price, export_price=np.minimum(case.inputs.export_price, price))
    answers = []
    for processors in (1, 2):
        monkeypatch.setattr(threads, "_processors", lambda processors=processors: processors)
        answers.append(solve(inputs, case.run))
    one, two = answers
    assert one.exclusivity == two.exclusivity
    assert all((one.values[name] == two.values[name]).all() for name in one.values)
    assert one.stats == two.stats


def test_the_figures_of_a_solve_are_computed_and_say_what_was_solved() -> None:
    case = reference("tou_pv_2d")
    stats = solve(case.inputs, case.run).stats
    steps = CASES["tou_pv_2d"]["timeseries"]["steps"]
    assert stats["status"] == "optimal"
    assert stats["model"]["rows"] == 2 * steps + 1  # balance, storage, terminal
    assert stats["model"]["binaries"] == 0
    assert stats["dual_bound_gbp"] == stats["objective_gbp"]
    assert (stats["mip_gap"], stats["rounds"], stats["backend"]) == (0.0, 1, "linopy")
    assert stats["max_primal_infeasibility"] <= 1e-9
    assert stats["max_dual_infeasibility"] <= 1e-9
    assert stats["solver"]["name"] == "highs"
    assert stats["solver"]["options"]["threads"] == 1


def test_the_dual_of_the_balance_is_what_a_kilowatt_more_of_load_costs() -> None:
    case = reference("tou_pv_2d", steps=96)
    solved = solve(case.inputs, case.run)
    step, more = 40, 1e-4
    load = case.inputs.load.copy()
    load[step] += more
    change = solve(replace(case.inputs, load=load), case.run).objective_gbp - solved.objective_gbp
    assert -solved.duals["energy_balance"][step] * more == pytest.approx(change, abs=1e-9)


def test_progress_tells_build_and_solve_in_this_order() -> None:
    told: list[Progress] = []
    case = reference("flat_day")
    solve(case.inputs, case.run, progress=told.append)
    stages = [each.stage for each in told]
    assert stages[0] == "build"
    assert "solve" in stages
    assert all(earlier.elapsed <= later.elapsed for earlier, later in pairwise(told))


def test_the_time_limit_is_an_error_not_a_silent_answer() -> None:
    case = reference("negative_week_exclusive", exclusivity={"mode": "full"}, solver={"time_limit_s": 0.05})
    with pytest.raises(BtmError) as failure:
        solve(case.inputs, case.run)
    (problem,) = failure.value.diagnostics
    assert problem.code == "BTM303"
    assert "0.05 s" in problem.message
    assert failure.value.exit_code == 4


@pytest.mark.parametrize(
    ("solver", "code", "named"),
    [
        ({"name": "nosuch"}, "solver-unknown", "nosuch"),
        ({"options": {"presolv": "off"}}, "solver-option", "presolve"),
        ({"options": {"presolve": "perhaps"}}, "solver-option", "perhaps"),
    ],
)
def test_what_no_solver_knows_is_said_before_any_work(solver: dict[str, object], code: str, named: str) -> None:
    case = reference("flat_day", solver=solver)
    told: list[Progress] = []
    with pytest.raises(BackendError) as failure:
        solve(case.inputs, case.run, progress=told.append)
    assert failure.value.diagnostics[0].code == code
    assert named in str(failure.value)
    assert not told


def test_options_of_the_solver_are_the_users() -> None:
    case = reference("tou_pv_2d", solver={"options": {"solver": "ipm", "presolve": "off"}})
    found = solve(case.inputs, case.run)
    assert found.objective_gbp == pytest.approx(CASES["tou_pv_2d"]["expected"]["objective_gbp"], rel=1e-6)
    assert found.stats["solver"]["options"]["solver"] == "ipm"


def test_another_solver_of_linopy_finds_the_same_with_the_same_checks() -> None:
    pytest.importorskip("gurobipy")
    # without a licence Gurobi solves 2,000 rows and columns: the first days of the week, two of them with binaries
    case, plain = (
        reference("negative_week_exclusive", steps=130, solver={"name": name}) for name in ("gurobi", "highs")
    )
    found, expected = solve(case.inputs, case.run), solve(plain.inputs, plain.run)
    assert found.objective_gbp == pytest.approx(expected.objective_gbp, rel=1e-6)
    assert found.exclusivity["status"] == expected.exclusivity["status"] == "binaries"
    assert found.stats["solver"]["name"] == "gurobi"
    assert found.stats["max_primal_infeasibility"] <= 1e-6
    dispatch = dispatch_of(case.inputs, found, case.frame)
    assert not np.minimum(dispatch.flow(columns.CHARGE), dispatch.flow(columns.DISCHARGE)).any()


@pytest.mark.parametrize("name", ["triad_flex_december", "reserve_two_days", "cyclic_two_days"])
def test_glpk_finds_the_same_on_the_text(name: str) -> None:
    pytest.importorskip("swiglpk")
    native, text = reference(name), reference(name, backend="glpk")
    ours, theirs = solve(native.inputs, native.run), solve(text.inputs, text.run)
    assert theirs.objective_gbp == pytest.approx(ours.objective_gbp, rel=SAME)
    assert (theirs.stats["backend"], theirs.stats["solver"]["name"]) == ("glpk", "glpk")
    assert theirs.exclusivity["status"] == "lp_exact"
    assert theirs.stats["max_primal_infeasibility"] <= 1e-6
    found = dispatch_of(text.inputs, theirs, text.frame)
    assert [*found.flows.columns] == [*dispatch_of(native.inputs, ours, native.frame).flows.columns]


def test_the_text_has_no_binaries_and_refuses_where_they_are_needed() -> None:
    pytest.importorskip("swiglpk")
    case = reference("negative_week_exclusive", backend="glpk")
    with pytest.raises(BtmError) as failure:
        solve(case.inputs, case.run)
    (problem,) = failure.value.diagnostics
    assert problem.code == "BTM104"
    assert "backend is glpk" in problem.message
    assert "exclusivity.mode is auto" in problem.message
    relaxed = reference("negative_week_exclusive", backend="glpk", exclusivity={"mode": "relaxed"})
    found = solve(relaxed.inputs, relaxed.run)
    assert found.objective_gbp == pytest.approx(CASES["negative_week_relaxed"]["expected"]["objective_gbp"], rel=1e-6)
    assert found.warnings


def portfolio(exclusivity: str = "auto") -> tuple[dict[str, Run], SharedLimits]:
    case = CASES["portfolio_shared_export"]
    runs = {site["site_config"]["site_id"]: of_case(site, exclusivity={"mode": exclusivity}) for site in case["sites"]}
    return runs, SharedLimits.model_validate(case["portfolio"]["shared"])


def test_sites_behind_one_connection_are_one_program() -> None:
    runs, shared = portfolio()
    inputs = {name: each.inputs for name, each in runs.items()}
    found = solve_shared(inputs, shared, next(iter(runs.values())).run)
    expected = CASES["portfolio_shared_export"]["expected"]
    assert found.objective_gbp == pytest.approx(expected["objective_gbp"], rel=1e-6)
    assert sum(each.objective_gbp for each in found.sites.values()) == pytest.approx(found.objective_gbp, rel=SAME)
    exported = {}
    for name, each in runs.items():
        dispatch = dispatch_of(inputs[name], found.sites[name], each.frame)
        exported[name] = dispatch.flow(columns.GRID_EXPORT)
        wanted = expected[f"sites.{name}.energy.import_kwh"]
        assert dispatch.flow(columns.GRID_IMPORT).sum() * 0.5 == pytest.approx(wanted, abs=1e-4)
    assert sum(exported.values()).max() <= shared.export_limit_kw + ROUNDING


def test_shared_sites_run_one_way_at_a_time_too() -> None:
    """Both sites are paid for import at noon; the limits they share are those of branch and bound everywhere."""
    objectives = {}
    for mode in ("auto", "full"):
        runs, shared = portfolio(mode)
        inputs = {}
        for name, each in runs.items():
            noon = np.isin(each.inputs.index.hour, (11, 12))
            price = np.where(noon, -0.3, each.inputs.import_price)
            export = np.minimum(each.inputs.export_price, price)
            inputs[name] = replace(each.inputs, import_price=price, export_price=export)
        found = solve_shared(inputs, shared, next(iter(runs.values())).run)
        objectives[mode] = found.objective_gbp
        assert found.exclusivity["status"] == "binaries"
        assert found.exclusivity["max_simultaneous_kw"] <= 1e-6
    assert objectives["auto"] == pytest.approx(objectives["full"], rel=1e-8)


@pytest.mark.parametrize("mode", ["auto", "full"])
def test_a_solver_that_answers_in_six_digits_is_finished_to_the_last(mode: str) -> None:
    """Negative prices by night make binaries: glpk's text of the answer misses rows by more than 1e-6."""
    if "glpk" not in linopy.available_solvers:
        pytest.skip("glpsol is not installed")
    hours = np.arange(24)
    given = {
        "load": 31.234567 + 7.654321 * np.sin(hours),
        "pv": 10.0,
        "buy": 0.1234567 * np.cos(hours / 3.7),
        "site": {"battery": BATTERY, "grid": {"import_limit_kw": 100.0, "export_limit_kw": 50.0}},
        "exclusivity": {"mode": mode},
    }
    ours, theirs = small(**given), small(**given, solver={"name": "glpk"})
    expected, found = solve(ours.inputs, ours.run), solve(theirs.inputs, theirs.run)
    assert found.objective_gbp == pytest.approx(expected.objective_gbp, rel=1e-8)
    assert found.stats["max_primal_infeasibility"] <= 1e-8
    assert found.stats["solver"]["name"] == "glpk"
    assert found.stats["solver"]["finished_by"].startswith("highs")


def test_options_that_touch_files_or_print_are_refused(tmp_path: Path) -> None:
    """Every option of HiGHS whose name has to do with a file, as HiGHS lists them."""
    solver = highspy.Highs()
    solver.setOptionValue("log_to_console", False)
    solver.writeOptions(str(tmp_path / "options"))
    lines = (tmp_path / "options").read_text().splitlines()
    named = {line.split(" = ")[0] for line in lines if " = " in line and not line.startswith("#")}
    assert {name for name in named if "file" in name} <= TOUCHING_FILES["highs"] <= named
    case = small([1.0], solver={"options": {"log_file": "/tmp/told.log", "write_model_to_file": True}})
    with pytest.raises(BtmError) as failure:
        solve(case.inputs, case.run)
    assert [each.code for each in failure.value.diagnostics] == ["BTM103", "BTM103"]
    assert "`solver.options.log_file`" in failure.value.diagnostics[0].message
