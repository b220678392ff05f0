"""Storages that charge and discharge in the same hour: made-up solutions, and what the tables make of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from energyscope.families.core import postprocessing_energy
from energyscope.families.core.postprocessing_solved import Solved
from energyscope.families.solved import Frames
from energyscope.families.storages import without_circulation
from energyscope.families.toy import postprocessing as toy_tables
from energyscope.families.toy.postprocessing_solved import SolvedPeriods
from energyscope.result import Result
from solved_small import core_small, toy

EXACT = 1e-12
"""Relative: sums of a few doubles."""
ROUNDING = 1e-9
"""Relative: sums of up to 1e5 doubles."""
DAYS, HOURS_A_DAY = 10, 4


def made_up(extra: float, eff_in: float = 0.8, eff_out: float = 0.5) -> Solved:
    """Ten equal days: PHS charges 10 GW and then gives 4 GW, and `extra` goes round in all hours but the last.

    What goes round takes extra / (eff_in eff_out) to give extra. An import covers what the layer lacks.
    """
    given = np.array([0.0, 4.0, 0.0, 0.0]) + extra * np.array([1, 1, 1, 0])
    taken = np.array([10.0, 0.0, 0.0, 0.0]) + extra / (eff_in * eff_out) * np.array([1, 1, 1, 0])
    hourly = {"Storage_in": taken, "Storage_out": given}
    pairs = [("PHS", "ELECTRICITY", hour, 1) for hour in range(1, HOURS_A_DAY + 1)]
    variables = {name: series(name, dict(zip(pairs, flow, strict=True))) for name, flow in hourly.items()}
    variables["F"] = series("F", {"PHS": 8.0, "IMPORT": 50.0})
    variables["F_t"] = series(
        "F_t", {("IMPORT", hour, 1): use for hour, use in zip(range(1, HOURS_A_DAY + 1), taken - given, strict=True)}
    )
    variables["Storage_level"] = series("Storage_level", {("PHS", 1): 0.0, ("PHS", 2): 8.0})
    parameters = {
        "storage_eff_in": series("storage_eff_in", {("PHS", "ELECTRICITY"): eff_in}),
        "storage_eff_out": series("storage_eff_out", {("PHS", "ELECTRICITY"): eff_out}),
        "layers_in_out": series("layers_in_out", {("IMPORT", "ELECTRICITY"): 1.0}),
    }
    times = [(day * HOURS_A_DAY + hour, hour, 1) for day in range(DAYS) for hour in range(1, HOURS_A_DAY + 1)]
    sets = {
        "T_H_TD": pd.DataFrame(times, columns=["T_H_TD_0", "T_H_TD_1", "T_H_TD_2"]),
        "STORAGE_TECH": pd.DataFrame({"STORAGE_TECH": ["PHS"]}),
    }
    return Solved(variables, parameters, sets, {}, 0)


def series(name: str, values: dict[object, float]) -> pd.DataFrame:
    return pd.Series(values).to_frame(name)


@pytest.mark.parametrize(("eff_in", "eff_out", "given"), [(0.8, 0.5, 4.0), (1.0, 1.0, 10.0)])
@pytest.mark.parametrize("extra", [0.0, 3.0, 1000.0])
def test_circulation_is_no_use_of_the_store(extra: float, eff_in: float, eff_out: float, given: float) -> None:
    solved = made_up(extra, eff_in, eff_out)
    row = postprocessing_energy.storage_cycles(solved).loc["PHS"]
    # a day: 10 GWh and 4 GWh, and three hours of `extra`
    lost = 3 * extra * (1 / (eff_in * eff_out) - 1)
    assert row["circulation"] == pytest.approx(DAYS * 3 * extra, rel=EXACT)
    assert row["discharged"] == pytest.approx(DAYS * 4.0, rel=ROUNDING)
    assert row["charged"] == pytest.approx(DAYS * (10.0 + lost), rel=ROUNDING)
    assert row["losses"] == pytest.approx(DAYS * (10.0 - 4.0 + lost), rel=ROUNDING)
    assert row["cycles"] == pytest.approx(DAYS * 4.0 / eff_out / 8.0, rel=ROUNDING)


@pytest.mark.parametrize("extra", [0.0, 3.0, 1000.0])
def test_balances_close_with_circulation(extra: float) -> None:
    solved = made_up(extra)
    hourly = postprocessing_energy.hourly_balance(solved)["hourly_balance"]
    largest = hourly.abs().max()
    assert (hourly.groupby(["layer", "hour", "typical_day"]).sum().abs() <= EXACT * largest).all()
    year = postprocessing_energy.annual_balance(solved)["annual_balance"]
    assert abs(year.sum()) <= EXACT * year.abs().max()
    production = postprocessing_energy.annual_production(solved)["annual_production"]
    use = postprocessing_energy.annual_use(solved)["annual_use"]
    assert production["PHS", "ELECTRICITY"] == pytest.approx(DAYS * 4.0, rel=ROUNDING)
    net = production["PHS", "ELECTRICITY"] - use["PHS", "ELECTRICITY"]
    assert net == pytest.approx(year["ELECTRICITY", "PHS"], rel=ROUNDING)


def test_without_efficiencies_nothing_is_netted() -> None:
    solved = made_up(3.0)
    bare = Solved(solved.variables, {"layers_in_out": solved.parameters["layers_in_out"]}, solved.sets, {}, 0)
    production = postprocessing_energy.annual_production(bare)["annual_production"]
    assert production["PHS", "ELECTRICITY"] == pytest.approx(DAYS * (4.0 + 3 * 3.0), rel=ROUNDING)


def test_a_model_without_storages_has_balances_of_others() -> None:
    solved = made_up(0.0)
    others = {name: frame for name, frame in solved.variables.items() if not name.startswith("Storage")}
    without = Solved(others, solved.parameters, solved.sets, {}, 0)
    assert postprocessing_energy.annual_production(without).index.tolist() == [("IMPORT", "ELECTRICITY")]
    assert postprocessing_energy.annual_balance(without).index.tolist() == [("ELECTRICITY", "IMPORT")]


def test_what_goes_from_layer_to_layer_does_not_circulate() -> None:
    """Charged from one layer, given to another: the round trip of each layer by itself is 0."""
    coords = {"item": ["STORE"], "layer": ["GAS", "HEAT"]}
    into, out_of = (xr.DataArray([share], coords) for share in ([0.9, 0.0], [0.0, 0.9]))
    charged, discharged = (xr.DataArray([flow], coords) for flow in ([5.0, 0.0], [0.0, 5.0]))
    flows = without_circulation(charged, discharged, into * out_of)
    assert float(flows.circulation.sum()) == 0.0
    xr.testing.assert_identical(flows.charged, charged)


def test_driving_is_use_of_the_battery_though_others_charge() -> None:
    """In core_small cars charge while others drive; nothing goes from the grid to the grid."""
    result = core_small()
    row, flows = result.postprocessing["storage_cycles"].loc["BEV_BATT"], result.variables
    both = np.minimum(flows["Storage_in"]["Storage_in"], flows["Storage_out"]["Storage_out"]).loc["BEV_BATT"]
    assert both.max() > 1.0 and row["circulation"] == 0.0
    extra = 2.0
    changed = circulating(result, "BEV_BATT", "ELECTRICITY", extra)
    gone_round = postprocessing_energy.storage_cycles(changed).loc["BEV_BATT"]
    assert gone_round["circulation"] == pytest.approx(336 * extra, rel=1e-6)  # rows hold to 1e-6
    assert gone_round["cycles"] == pytest.approx(row["cycles"], rel=1e-6)


def test_without_vehicles_nobody_drives() -> None:
    solved = made_up(3.0)
    nobody = pd.DataFrame({"EVs_BATT_OF_V2G": []}, dtype=object)
    sets = {**solved.sets, "EVs_BATT_OF_V2G": nobody}
    cycles = postprocessing_energy.storage_cycles(Solved(solved.variables, solved.parameters, sets, {}, 0))
    pd.testing.assert_frame_equal(cycles, postprocessing_energy.storage_cycles(solved))


def circulating(result: Result, storage: str, layer: str, extra: float) -> Solved:
    """The solution with `extra` GW given back in every hour, and what that takes."""
    shares = (result.parameters[name][name].loc[(storage, layer)] for name in ("storage_eff_in", "storage_eff_out"))
    variables: dict[str, pd.DataFrame] = dict(result.variables)
    for name, flow in (("Storage_in", extra / float(np.prod(list(shares)))), ("Storage_out", extra)):
        variables[name] = variables[name].copy()
        labels = variables[name].index
        there = (labels.get_level_values(0) == storage) & (labels.get_level_values(1) == layer)
        variables[name].loc[there, name] += flow
    return Solved(variables, result.parameters, result.sets, result.constraints, 0)


@pytest.mark.parametrize("extra", [0.5, 50.0])
def test_circulation_of_toy_is_no_use(extra: float) -> None:
    """The layer takes Storage_in / 0.95 and gets 0.95 Storage_out, the level 0.95 Storage_in - Storage_out / 0.95."""
    given, row = toy(), toy().postprocessing["storage_cycles"].loc["BATTERY"]
    variables: dict[str, pd.DataFrame] = dict(given.variables)
    # keeps the level: 0.95 in = out / 0.95
    for name, flow in (("Storage_in", extra / 0.95**2), ("Storage_out", extra)):
        variables[name] = variables[name].assign(**{name: variables[name][name] + flow})
    frames: tuple[Frames, ...] = (variables, given.parameters, given.sets, given.constraints)
    solved = SolvedPeriods(*frames, 0)
    changed = toy_tables.storage_cycles(solved).loc["BATTERY"]
    assert changed["circulation"] == pytest.approx(24 * extra * 0.95, rel=ROUNDING)
    for column in ("discharged", "cycles"):
        # differences of 50 GW leave 1e-14 of that
        assert changed[column] == pytest.approx(row[column], rel=ROUNDING)
    lost = 24 * extra * (1 / 0.95**3 - 0.95)
    assert changed["losses"] == pytest.approx(row["losses"] + lost, rel=ROUNDING)
    sides = toy_tables.production(solved)["production"], toy_tables.use(solved)["use"]
    net = [float(side["BATTERY", "ELECTRICITY"]) for side in sides]
    assert net[0] - net[1] == pytest.approx(
        toy_tables.balance(solved).loc[("ELECTRICITY", "BATTERY"), "balance"], rel=ROUNDING
    )
