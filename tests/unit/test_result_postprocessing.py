"""Tables of core that follow from a solution: balances, yearly sums, costs, prices."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from energyscope import Energyscope, models
from energyscope.families.core.postprocessing import RECIPES
from energyscope.families.core.postprocessing_solved import unit_of_layer
from energyscope.families.dust import ACCURACY, CAPACITY
from energyscope.result import Result
from solved_small import core_small, toy

ROUNDING = 1e-9
"""Relative: the tables are sums of up to 1e5 doubles, each exact to 2e-16."""
FEASIBLE = 1e-6
"""Relative: to what rows of the solution hold."""


def table(name: str) -> pd.DataFrame:
    return core_small().postprocessing[name]


def days_of_pair() -> Counter[tuple[int, int]]:
    """How often (hour, typical day) occurs in the year, counted one by one."""
    return Counter(zip(*(core_small().sets["T_H_TD"][f"T_H_TD_{place}"] for place in (1, 2)), strict=True))


def year_of(name: str, *labels: str) -> float:
    """The sum over the year of an hourly variable, term by term (t_op is 1 in core_small)."""
    values = core_small().variables[name][name]
    return math.fsum(count * float(values.loc[(*labels, hour, day)]) for (hour, day), count in days_of_pair().items())


def test_all_tables_are_there_and_have_a_run() -> None:
    assert list(core_small().postprocessing) == list(RECIPES)
    for name in RECIPES:
        assert (table(name)["Run"] == 0).all(), name


def test_a_model_with_fewer_names_has_fewer_tables() -> None:
    few = Result(variables=toy().variables, runs=toy().runs)
    assert list(few.postprocessing) == []
    assert not {"emissions", "co2_price", "annual_balance", "df_annual"} & set(toy().postprocessing)
    capacities = toy().postprocessing["capacities"]
    assert capacities.loc["BATTERY", "unit"] == "GWh" and capacities.loc["WIND", "unit"] == "GW"


def test_hours_of_the_year_are_counted() -> None:
    weights = table("year_weights")["hours"]
    assert weights.sum() == 336
    for pair, count in days_of_pair().items():
        assert weights.loc[pair] == count


def test_hourly_balances_sum_to_zero() -> None:
    balance = table("hourly_balance")["hourly_balance"]
    units = balance.index.get_level_values("layer").map(unit_of_layer)
    largest = balance.abs().groupby(units).max()
    # what is left out as dust adds up to at most ACCURACY of the largest term in the unit; rows hold to FEASIBLE
    allowed = (ACCURACY + FEASIBLE) * (1 + largest)
    sums = balance.groupby(["layer", "hour", "typical_day"]).sum().abs()
    assert (sums <= allowed.reindex(sums.index.get_level_values("layer").map(unit_of_layer)).to_numpy()).all()


def test_annual_balances_sum_to_zero() -> None:
    balance = table("annual_balance")["annual_balance"].groupby("layer")
    assert len(balance) > 15
    assert (balance.sum().abs() <= FEASIBLE * (1 + balance.max().abs())).all()


def test_production_and_use_are_those_of_the_year() -> None:
    factor = core_small().parameters["layers_in_out"]["layers_in_out"]
    production, use = table("annual_production")["annual_production"], table("annual_use")["annual_use"]
    for item, layer in [("PV", "ELECTRICITY"), ("DEC_HP_ELEC", "HEAT_LOW_T_DECEN"), ("WOOD", "WOOD")]:
        expected = float(factor.loc[(item, layer)]) * year_of("F_t", item)
        assert production.loc[(item, layer)] == pytest.approx(expected, rel=ROUNDING)
    used = -float(factor.loc[("DEC_HP_ELEC", "ELECTRICITY")]) * year_of("F_t", "DEC_HP_ELEC")
    assert use.loc[("DEC_HP_ELEC", "ELECTRICITY")] == pytest.approx(used, rel=ROUNDING)
    circulation = table("storage_cycles")["circulation"]
    for name, side in (("Storage_out", production), ("Storage_in", use)):
        for storage, layer in (("PHS", "ELECTRICITY"), ("TS_DEC_HP_ELEC", "HEAT_LOW_T_DECEN")):
            flow = side.loc[(storage, layer)] + circulation[storage]
            # circulation up to FEASIBLE of what is charged is left out as dust
            assert flow == pytest.approx(year_of(name, storage, layer), rel=FEASIBLE)


def test_production_and_use_of_storages_are_the_two_sides_of_the_balance() -> None:
    net = table("annual_production")["annual_production"].sub(table("annual_use")["annual_use"], fill_value=0.0)
    balance = table("annual_balance").query("kind == 'storage'")["annual_balance"].swaplevel()
    assert len(balance) > 3
    # each of the three tables leaves out ACCURACY of the largest term at most
    largest = table("annual_balance")["annual_balance"].abs().max()
    np.testing.assert_allclose(net.reindex(balance.index).to_numpy(), balance.to_numpy(), atol=3 * ACCURACY * largest)


def test_resources_are_what_the_availability_rows_say() -> None:
    body = core_small().constraints["resource_availability"]["body"]
    annual = table("df_annual").loc[body.index, "Annual_Use"]
    # a name that is a resource and a technology too would have two rows
    assert annual.index.is_unique
    # what is left out as dust adds up to at most ACCURACY of all that is used
    np.testing.assert_allclose(annual.to_numpy(), body.to_numpy(), rtol=ROUNDING, atol=ACCURACY * body.sum())


def test_the_kind_and_unit_of_items() -> None:
    annual = table("annual_balance")
    assert annual.loc[("WOOD", "WOOD"), "kind"] == "resource"
    assert annual.loc[("ELECTRICITY", "PV"), ["kind", "unit"]].tolist() == ["technology", "GWh/y"]
    assert annual.loc[("ELECTRICITY", "End_uses"), "kind"] == "demand"
    assert annual.loc[("MOB_PRIVATE", "End_uses"), "unit"] == "Mpkm/y"
    assert table("capacities").loc[["PHS", "CAR_BEV", "EFFICIENCY"], "unit"].tolist() == ["GWh", "Mpkm/h", "-"]


def test_costs_add_up_to_the_total() -> None:
    costs = table("costs")
    total = float(core_small().variables["TotalCost"]["TotalCost"].iloc[0])
    assert costs["total"].sum() == pytest.approx(total, rel=FEASIBLE)
    assert costs["total"].sum() == pytest.approx(core_small().objective, rel=FEASIBLE)
    parts = costs[["investment", "maintenance", "operation"]].sum(axis=1)
    np.testing.assert_allclose(parts, costs["total"], rtol=ROUNDING)


def test_emissions_add_up_to_the_total() -> None:
    emissions = table("emissions")
    total = float(core_small().variables["TotalGWP"]["TotalGWP"].iloc[0])
    assert emissions["operation"].sum() == pytest.approx(total, rel=FEASIBLE, abs=FEASIBLE)
    lifetime = float(core_small().parameters["lifetime"].loc["PV", "lifetime"])
    row = emissions.loc["PV"]
    assert row["construction_per_year"] * lifetime == pytest.approx(row["construction"], rel=ROUNDING)


def test_capacity_factors_and_curtailment() -> None:
    factors, curtailed = table("capacity_factors"), table("curtailment")
    built = factors[factors["capacity"] > 1e-3]
    limit = core_small().parameters["c_p"]["c_p"].reindex(built.index)
    without = ["DHN", "EFFICIENCY", "GRID"]
    assert factors.loc[without, ["annual_output", "capacity_factor"]].isna().all(axis=None)
    assert factors["annual_output"].drop(without).notna().all()
    built = built.drop(without)
    assert (built["capacity_factor"] <= limit.drop(without) + FEASIBLE).all()
    row = factors.loc["PV"]
    assert row["capacity_factor"] == pytest.approx(year_of("F_t", "PV") / (row["capacity"] * 336), rel=ROUNDING)
    availability = core_small().parameters["c_p_t"]["c_p_t"]
    available = row["capacity"] * math.fsum(
        count * float(availability.loc[("PV", hour, day)]) for (hour, day), count in days_of_pair().items()
    )
    assert curtailed.loc["PV", "available"] == pytest.approx(available, rel=ROUNDING)
    assert curtailed.loc["PV", "used"] == pytest.approx(year_of("F_t", "PV"), rel=ROUNDING)
    assert "DEC_HP_ELEC" not in curtailed.index and "PHS" not in curtailed.index


def test_storages_keep_their_energy() -> None:
    """What is charged is discharged or lost; losses by standing are those of the levels (level rows, summed up)."""
    result, cycles = core_small(), table("storage_cycles")
    for storage, layer in (("PHS", "ELECTRICITY"), ("TS_DHN_SEASONAL", "HEAT_LOW_T_DHN")):
        into, out_of = (
            float(result.parameters[name].loc[(storage, layer), name]) for name in ("storage_eff_in", "storage_eff_out")
        )
        standing = float(result.parameters["storage_losses"].loc[storage, "storage_losses"])
        levels = result.variables["Storage_level"].loc[storage, "Storage_level"]
        row = cycles.loc[storage]
        kept = (row["charged"] + row["circulation"]) * into - (row["discharged"] + row["circulation"]) / out_of
        assert kept == pytest.approx(standing * levels.sum(), abs=FEASIBLE * (1 + row["charged"]))
        assert row["highest_level"] == levels.max()
        assert row["lowest_level"] == pytest.approx(levels.min(), abs=CAPACITY * row["size"])
        if row["size"] > 1e-3:
            assert row["cycles"] == pytest.approx(row["discharged"] / out_of / row["size"], rel=ROUNDING)


def _objective_with(name: str, change: dict[str, float] | float) -> float:
    energyscope = Energyscope(models.core_small)
    if isinstance(change, dict):
        for key, amount in change.items():
            energyscope.data[name][key] = amount
    else:
        energyscope.data.let({name: change})
    objective = energyscope.solve().objective
    assert objective is not None
    return objective


@pytest.mark.slow
def test_the_price_of_the_limit_is_what_a_looser_limit_saves() -> None:
    price = float(table("co2_price")["co2_price"].iloc[0])
    limit = float(core_small().parameters["gwp_limit"]["gwp_limit"].iloc[0])
    loosened = 0.5
    assert core_small().objective is not None
    saved = core_small().objective - _objective_with("gwp_limit", limit + loosened)
    # objectives are known to about 1e-7 of 1873 MEUR, that is 2e-4 of a saving of 1 MEUR; the rest is curvature
    assert price > 0
    assert saved * 1000 / loosened == pytest.approx(price, rel=5e-3)


@pytest.mark.slow
def test_the_price_of_a_layer_is_what_more_demand_costs() -> None:
    prices = table("layer_prices")["layer_price"].loc["ELECTRICITY"]
    hours = table("year_weights")["hours"].reindex(prices.index)
    demand = core_small().parameters["end_uses_demand_year"]["end_uses_demand_year"]
    more = 5.0
    raised = _objective_with(
        "end_uses_demand_year", {("ELECTRICITY", "HOUSEHOLDS"): demand.loc[("ELECTRICITY", "HOUSEHOLDS")] + more}
    )
    assert core_small().objective is not None
    # the demand ELECTRICITY is the same in every hour, so its price is the mean over the year
    mean = float((prices * hours).sum() / hours.sum())
    assert (raised - core_small().objective) / more == pytest.approx(mean, rel=5e-3)


def test_prices_of_rows_without_dual_are_missing() -> None:
    from energyscope.families.core.postprocessing_costs import layer_prices
    from energyscope.families.core.postprocessing_solved import Solved

    given = core_small()
    lost = given.constraints["layer_balance"].assign(layer_balance=np.nan)
    solved = Solved(given.variables, given.parameters, given.sets, {"layer_balance": lost}, 0)
    assert layer_prices(solved)["layer_price"].isna().all()


def test_dust_of_an_interior_point_is_gone() -> None:
    """The variables stay as the solver gave them; what follows from them has no -0.0 and no plants of 60 W."""
    raw, clean = core_small().variables["F"]["F"], table("capacities")["capacity"]
    gone = raw[(raw != 0) & (clean == 0)]
    assert len(gone) > 0 and gone.abs().max() <= CAPACITY * raw.max()
    np.testing.assert_array_equal(clean[clean != 0], raw[clean != 0])
    for name in RECIPES:
        numbers = table(name).select_dtypes("number").to_numpy()
        assert not (np.signbit(numbers) & (numbers == 0)).any(), name
    for name, column in (("costs", "total"), ("storage_cycles", "size"), ("capacity_factors", "annual_output")):
        of_none = table(name)[column].reindex(gone.index).dropna()
        assert (of_none == 0).all(), name


def test_tables_of_joined_runs_stand_below_one_another() -> None:
    joined: Result = core_small() + core_small()
    assert joined.postprocessing["costs"].groupby("Run")["total"].sum().index.tolist() == [0, 1]
