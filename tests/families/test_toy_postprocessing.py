"""Tables that follow from a solution of toy, against its rows and against sums made one by one."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from energyscope import Energyscope, LinopyModel, models
from energyscope.families.toy.postprocessing import RECIPES
from energyscope.result import Result
from solved_small import toy

FEASIBLE = 1e-6
"""Relative: to what rows of the solution hold, and what may be left out as dust."""
ROUNDING = 1e-9
"""Relative: sums of some hundred doubles."""


def table(name: str) -> pd.DataFrame:
    return toy().postprocessing[name]


@pytest.fixture(scope="module", params=["linopy:native", "linopy:text"])
def either_route(request: pytest.FixtureRequest) -> Result:
    """toy with more sun than it uses, and gas that comes with the wind and is spilled."""
    energyscope = Energyscope(models.toy, backend=request.param)
    energyscope.data["f_min"]["PV"] = 6
    energyscope.data["layers_in_out"][("WIND", "GAS")] = 0.1
    return energyscope.calc()


def test_toy_has_its_tables_by_both_routes(either_route: Result) -> None:
    assert list(either_route.postprocessing) == ["capacities", *RECIPES]
    assert list(toy().postprocessing) == ["capacities", *RECIPES]
    for name, frame in either_route.postprocessing.items():
        assert (frame["Run"] == 0).all(), name
        numbers = frame.select_dtypes("number").to_numpy()
        assert not (np.signbit(numbers) & (numbers == 0)).any(), name


def test_balances_sum_to_zero(either_route: Result) -> None:
    tables = either_route.postprocessing
    for frame, by in (
        (tables["period_balance"]["period_balance"], ["layer", "period"]),
        (tables["balance"]["balance"], ["layer"]),
    ):
        assert (frame.groupby(by).sum().abs() <= FEASIBLE * frame.abs().max()).all()
    assert {"surplus", "demand", "BATTERY", "GRID"} <= set(tables["balance"].index.get_level_values("item"))


def test_the_terms_are_those_of_the_solution(either_route: Result) -> None:
    values = {name: frame[name] for name, frame in either_route.variables.items()}
    terms = either_route.postprocessing["period_balance"]["period_balance"]
    for period in (1, 12, 18):
        stored = 0.95 * values["Storage_out"].loc[("BATTERY", period)]
        taken = values["Storage_in"].loc[("BATTERY", period)] / 0.95
        given = terms.get(("ELECTRICITY", "BATTERY", period), 0.0)
        assert given == pytest.approx(stored - taken, abs=FEASIBLE)
        assert terms.get(("ELECTRICITY", "GRID", period), 0.0) == -values["F_t"].loc[("GRID", period)]
    demand = terms.sort_index().xs(("END_USE", "demand"))
    assert demand.sum() == pytest.approx(-either_route.parameters["demand"]["demand"].sum(), rel=ROUNDING)


def test_production_and_use_are_the_two_sides_of_the_balance(either_route: Result) -> None:
    tables = either_route.postprocessing
    net = tables["production"]["production"].sub(tables["use"]["use"], fill_value=0.0)
    balance = tables["balance"]
    of_items = balance.loc[balance["kind"].isin(["technology", "storage"]), "balance"].swaplevel()
    pd.testing.assert_series_equal(net.sort_index(), of_items.sort_index(), check_names=False, rtol=FEASIBLE)


def test_costs_add_up_to_the_objective(either_route: Result) -> None:
    costs = either_route.postprocessing["costs"]
    assert costs["total"].sum() == pytest.approx(either_route.objective, rel=FEASIBLE)
    wind, annuity = either_route.variables["F"].loc["WIND", "F"], 0.05 * 1.05**25 / (1.05**25 - 1)
    assert costs.loc["WIND", "investment"] == pytest.approx(annuity * 150 * wind, rel=ROUNDING)
    imported = either_route.variables["F_t"]["F_t"].loc["GRID"].sum()
    assert costs.loc["GRID", "operation"] == pytest.approx(100 * imported, rel=ROUNDING)


def test_gas_is_a_cost_of_the_plant_that_burns_it() -> None:
    energyscope = Energyscope(models.toy)
    # gas that flows by itself from a grid that nobody has to feed
    energyscope.data["layers_in_out"][("WIND", "GAS")] = 1
    energyscope.data["layers_in_out"][("GAS_PLANT", "END_USE")] = 1
    energyscope.data["c_op"]["GAS"] = 1
    result = energyscope.calc()
    costs = result.postprocessing["costs"]
    burnt = result.variables["F_t"]["F_t"].loc["GAS_PLANT"].sum()
    assert burnt > 1 and costs.loc["GAS_PLANT", "operation"] == pytest.approx(burnt, rel=ROUNDING)
    assert costs["total"].sum() == pytest.approx(result.objective, rel=FEASIBLE)


def test_capacity_factors_and_curtailment(either_route: Result) -> None:
    factors, curtailed = (either_route.postprocessing[name] for name in ("capacity_factors", "curtailment"))
    output = math.fsum(either_route.variables["F_t"]["F_t"].loc["WIND"])
    assert factors.loc["WIND", "capacity_factor"] == pytest.approx(output / (24 * factors.loc["WIND", "capacity"]))
    assert math.isnan(factors.loc["GAS_PLANT", "capacity_factor"]) and "BATTERY" not in factors.index
    # the availabilities of the twelve bright hours add up to 6.6
    assert curtailed.loc["PV", "available"] == pytest.approx(6.6 * factors.loc["PV", "capacity"], rel=ROUNDING)
    slack = either_route.constraints["capacity_limit"].loc["PV", "slack"].sum()
    assert curtailed.loc["PV", "curtailed"] == pytest.approx(slack, rel=FEASIBLE, abs=FEASIBLE)
    assert curtailed.loc["PV", "share"] == pytest.approx(slack / curtailed.loc["PV", "available"], abs=FEASIBLE)


def test_the_storage_keeps_its_energy() -> None:
    row, size = table("storage_cycles").loc["BATTERY"], 0.77562327
    assert row["size"] == pytest.approx(size, rel=1e-7)  # the published figure has eight digits
    # charged * eff_in is what Storage_in says; the level ends as it began
    assert row["charged"] * 0.95 * 0.95 == pytest.approx(row["discharged"] / 0.95 / 0.95, rel=FEASIBLE)
    assert row["cycles"] == pytest.approx(row["discharged"] / 0.95 / 0.95 / size, rel=FEASIBLE)
    assert row["losses"] == row["charged"] - row["discharged"]
    assert row["highest_level"] == pytest.approx(size, rel=1e-7)


def test_the_price_of_a_layer_is_what_more_demand_costs() -> None:
    price = table("layer_prices")["layer_price"].loc[("END_USE", 18)]
    energyscope = Energyscope(models.toy)
    energyscope.data["demand"][18] += 1e-4
    more = energyscope.calc().objective
    assert more is not None and toy().objective is not None
    # a difference of two objectives of 2548, each to 1e-9, over 1e-4
    assert (more - toy().objective) / 1e-4 == pytest.approx(price, rel=1e-3)


def test_a_model_that_shares_only_some_names_gets_the_tables_they_allow() -> None:
    def build(data: object) -> object:
        import linopy

        model = linopy.Model()
        built = model.add_variables(0, 10, coords={"technology": ["PV", "WIND"]}, name="F")
        model.add_constraints(built.sum() >= 3, name="need")
        model.add_objective((built * 1.0).sum())
        return model

    result = Energyscope(LinopyModel(build, {"rate": 0.5})).calc()  # type: ignore[arg-type]
    assert list(result.postprocessing) == ["capacities"]
    assert result.postprocessing["capacities"]["capacity"].sum() == pytest.approx(3)
