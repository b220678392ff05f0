"""A site that cannot be served is told why: steps and kW, energy that was asked for, or the rows in the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from btm_runs import BATTERY, Run, small

from energyscope.families.btm.config.schemas import SharedLimits
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.solving.solve import solve, solve_shared
from energyscope.language.diagnostics import Diagnostic


def refused(case: Run) -> Diagnostic:
    """What a run is refused for."""
    with pytest.raises(BtmError) as failure:
        solve(case.inputs, case.run)
    assert failure.value.exit_code == 3
    (problem,) = failure.value.diagnostics
    assert problem.code == "BTM301"
    assert problem.help
    return problem


def test_steps_that_import_and_discharge_cannot_cover_are_named_with_the_kilowatts() -> None:
    """30 kW of import and 20 kW of discharge serve 50 kW: 60 kW of load need 10 more, 55 less 2 of PV another 3."""
    load = [20.0, 60.0, 20.0, 55.0]
    case = small(load, [0.0, 0.0, 0.0, 2.0], site={"battery": BATTERY, "grid": {"import_limit_kw": 30.0}})
    told = refused(case)
    assert told.message == (
        "load - PV - discharge exceeds the import limit in 2 steps: "
        "2025-06-02T01:00Z by 10 kW, 2025-06-02T03:00Z by 3 kW"
    )
    assert "grid.import_limit_kw" in (told.help or "")


def test_of_many_steps_the_first_five_are_named() -> None:
    told = refused(small(np.full(7, 40.0), site={"grid": {"import_limit_kw": 25.0}}))
    assert "in 7 steps: 2025-06-02T00:00Z by 15 kW" in told.message
    assert told.message.count("by 15 kW") == 5
    assert told.message.endswith(", ...")


def test_a_battery_that_holds_too_little_leaves_steps_short() -> None:
    """40 kWh at 0.95 give 38: three hours of 15 kW above the limit are 7 kWh short, in whichever step."""
    battery = {**BATTERY, "initial_soc_kwh": 40.0, "terminal_soc": {"mode": "free"}}
    told = refused(small([45.0, 45.0, 45.0], site={"battery": battery, "grid": {"import_limit_kw": 30.0}}))
    assert told.message.startswith("load - PV - discharge exceeds the import limit in 1 step: 2025-06-02T0")
    assert told.message.endswith("by 7 kW")


def test_pv_that_nothing_takes_and_that_may_not_be_curtailed() -> None:
    """80 kW of PV: 10 of load, 20 of charging and 30 of export leave 20."""
    site = {"battery": BATTERY, "grid": {"export_limit_kw": 30.0}, "pv": {"curtailable": False}}
    told = refused(small(10.0, [0.0, 80.0], site=site))
    assert told.message == (
        "PV - load - charge exceeds the export limit in 1 step: 2025-06-02T01:00Z by 20 kW, and PV may not be curtailed"
    )


def test_a_state_of_charge_that_cannot_be_reached_is_told_with_what_can() -> None:
    """Two hours of 20 kW at 0.95 store 38 kWh."""
    battery = {**BATTERY, "terminal_soc": {"mode": "fixed", "soc_kwh": 39.0}}
    told = refused(small([5.0, 5.0], site={"battery": battery}))
    assert told.message == "the state of charge at the end of the run must be 39 kWh; the highest possible is 38 kWh"


def test_a_battery_that_cannot_be_emptied_in_time() -> None:
    """Two hours of 20 kW at 0.95 take 42.1 kWh out of a store of 60."""
    battery: dict[str, Any] = {**BATTERY, "capacity_kwh": 60.0, "initial_soc_kwh": 60.0}
    battery["terminal_soc"] = {"mode": "fixed", "soc_kwh": 0.0}
    told = refused(small([5.0, 5.0], site={"battery": battery}))
    assert told.message == (
        "the state of charge at the end of the run must be 0 kWh; the lowest possible is 17.8947 kWh"
    )


LOSING = {**BATTERY, "min_soc_kwh": 10.0, "self_discharge_per_hour": 0.01, "allow_grid_charging": False}


def test_a_store_that_cannot_be_kept_at_its_least_at_night() -> None:
    """Charging from PV alone, and none: self-discharge takes 0.1 kWh of 10 in each of two hours."""
    told = refused(small([5.0, 5.0], site={"battery": LOSING}))
    assert told.message == (
        "the state of charge cannot be kept at its least, 10 kWh, in 2 steps: "
        "2025-06-02T00:00Z by 0.1 kWh, 2025-06-02T01:00Z by 0.1 kWh"
    )


def test_where_no_single_reason_is_enough_the_rows_in_the_way_are_named() -> None:
    """The same store loses at night, and by day has no room for 6 kW that may be neither exported nor curtailed."""
    site = {
        "battery": {**LOSING, "max_soc_kwh": 10.5},
        "grid": {"export_limit_kw": 20.0},
        "pv": {"curtailable": False},
    }
    told = refused(small([5.0, 5.0], [0.0, 31.0], site=site))
    assert told.message.startswith("no dispatch satisfies all limits: `")
    assert "energy_balance" in f"{told.message}{told.help}"


def test_what_only_both_ways_at_once_could_do_is_said_so() -> None:
    """A full battery can burn 1.95 kW of surplus by charging and discharging at once, and in no other way."""
    battery = {**BATTERY, "initial_soc_kwh": 40.0, "terminal_soc": {"mode": "free"}}
    site = {"battery": battery, "grid": {"export_limit_kw": 0.0}, "pv": {"curtailable": False}}
    case = small([10.0, 10.0], [11.5, 11.5], site=site)
    told = refused(case)
    assert told.message == "no dispatch satisfies all limits without running both ways in a step"
    relaxed = small([10.0], site=site, exclusivity={"mode": "relaxed"})
    assert solve(case.inputs, relaxed.run).exclusivity["status"] == "violated"


def test_a_shared_limit_can_be_the_reason() -> None:
    """Two sites of 30 kW behind 50 kW miss 10."""
    cases = {name: small([30.0, 20.0]) for name in ("north", "south")}
    run = cases["north"].run
    with pytest.raises(BtmError) as failure:
        solve_shared({name: each.inputs for name, each in cases.items()}, SharedLimits(import_limit_kw=50.0), run)
    (problem,) = failure.value.diagnostics
    assert problem.code == "BTM301"
    assert problem.message.startswith("import of all sites exceeds shared.import_limit_kw")
    assert "50 kW, in 1 step: 2025-06-02T00:00Z by 10 kW" in problem.message


def test_the_text_backend_tells_the_same() -> None:
    pytest.importorskip("swiglpk")
    told = refused(small(np.full(2, 40.0), site={"grid": {"import_limit_kw": 25.0}}, backend="glpk"))
    assert "in 2 steps: 2025-06-02T00:00Z by 15 kW" in told.message


LEAKING = {**BATTERY, "max_charge_kw": 2.0, "min_soc_kwh": 10.0, "terminal_soc": {"mode": "free"}}


def test_a_least_state_of_charge_that_losses_bring_down() -> None:
    """Of 10 kWh a tenth is left after an hour, and 2 kW at 0.95 add 1.9: 7.1 are missing every hour."""
    told = refused(small(np.full(2, 5.0), site={"battery": {**LEAKING, "self_discharge_per_hour": 0.9}}))
    assert told.message == (
        "the state of charge cannot be kept at its least, 10 kWh, in 2 steps: "
        "2025-06-02T00:00Z by 7.1 kWh, 2025-06-02T01:00Z by 7.1 kWh"
    )
    assert "battery.min_soc_kwh" in (told.help or "")


def test_where_no_reason_of_the_site_applies_the_family_of_rows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row of it has a limit that could give way, so that all rows are opened, and opened once more for the proof."""
    monkeypatch.setattr("energyscope.families.btm.solving.infeasible._by_losses", lambda problem: None)
    told = refused(small(np.full(2, 5.0), site={"battery": {**LEAKING, "self_discharge_per_hour": 0.9}}))
    assert "`soc_dynamics` would have to give way by 7.1" in told.message
