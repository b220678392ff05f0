"""Underwriting figures against the reference answers, closed forms and their own definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import btm_writer
import numpy as np
import pandas as pd
import pytest
from btm_cases import FUNCTIONS
from hypothesis import assume, given
from hypothesis import strategies as st

from energyscope.families.btm.accounts.finance import irr, npv, payback, underwriting, underwriting_of
from energyscope.families.btm.accounts.metrics import period
from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.config.schemas import Battery, RunConfig, SiteConfig, Underwriting
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.runners.requirements import short_year
from energyscope.families.btm.tariff.calendar import Calendar

REFERENCE = FUNCTIONS["finance"]
ROUNDING = 1e-12
"""Sums and powers of a few doubles."""
RATE_ACCURACY = 1e-10
"""The rate of return is found to 1e-14; what it is worth in money is that times a slope of some 1e3."""

BATTERY = Battery(capacity_kwh=100.0, max_charge_kw=50.0, max_discharge_kw=50.0)


def config(**changed: Any) -> Underwriting:
    return Underwriting.model_validate({"lifetime_years": 10, "discount_rate": 0.05, **changed})


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: f"savings {case['first_year_savings_gbp']:g}")
def test_the_reference_cases(case: dict[str, Any]) -> None:
    battery = None if case["battery"] is None else BATTERY.model_copy(update=case["battery"])
    told = underwriting(Underwriting.model_validate(REFERENCE["underwriting"]), battery, case["first_year_savings_gbp"])
    for name, expected in case["result"].items():
        assert told[name] == (None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-9)), name


def test_an_annuity() -> None:
    """Equal savings over N years at rate r are worth S (1 - (1 + r)^-N) / r."""
    told = underwriting(config(capex_fixed_gbp=5000.0), BATTERY, 800.0)
    assert told["npv_gbp"] == pytest.approx(800 * (1 - 1.05**-10) / 0.05 - 5000, rel=ROUNDING)
    assert told["simple_payback_years"] == pytest.approx(6.25, rel=ROUNDING)
    assert told["cash_flow_gbp"] == [-5000.0, *[800.0] * 10]


def test_capex_counts_capacity_power_and_the_whole() -> None:
    told = underwriting(config(capex_gbp_per_kwh=300.0, capex_gbp_per_kw=80.0, capex_fixed_gbp=1000.0), BATTERY, 0.0)
    assert told["capex_gbp"] == 300 * 100 + 80 * 50 + 1000


def test_savings_fade_until_nothing_is_left() -> None:
    told = underwriting(config(lifetime_years=4, soh_fade_per_year=0.5, capex_fixed_gbp=1.0), BATTERY, 100.0)
    assert told["cash_flow_gbp"] == [-1.0, 100.0, 50.0, 0.0, 0.0]


def test_fade_of_the_run_where_rainflow_is_asked_for() -> None:
    asked = config(lifetime_years=2, soh_fade_per_year="rainflow", capex_fixed_gbp=1.0)
    assert underwriting(asked, BATTERY, 100.0, fade_per_year=0.03)["cash_flow_gbp"] == pytest.approx([-1, 100, 97])
    with pytest.raises(BtmError, match="cycle_life") as refused:
        underwriting(asked, BATTERY, 100.0)
    assert refused.value.diagnostics[0].code == "BTM104"
    assert underwriting(asked, None, 100.0)["cash_flow_gbp"] == [0.0, 100.0, 100.0]


def test_without_battery_nothing_is_bought() -> None:
    costs = config(capex_fixed_gbp=9.0, opex_gbp_per_year=7.0, residual_value_gbp=5.0, lifetime_years=2)
    for nothing in (None, BATTERY.model_copy(update={"capacity_kwh": 0.0})):
        told = underwriting(costs, nothing, 3.0)
        assert told["cash_flow_gbp"] == [0.0, 3.0, 3.0]
        assert (told["capex_gbp"], told["irr"], told["simple_payback_years"]) == (0.0, None, 0.0)
        assert told["lcos_gbp_per_kwh"] is None


def test_the_cost_of_storage() -> None:
    """Undiscounted: (1000 capex + 2 x 50 opex - 100 residual) over 2 x 500 kWh."""
    costs = config(capex_fixed_gbp=1000.0, opex_gbp_per_year=50.0, residual_value_gbp=100.0, lifetime_years=2)
    free = costs.model_copy(update={"discount_rate": 0.0})
    assert underwriting(free, BATTERY, 0.0, discharge_kwh=500.0)["lcos_gbp_per_kwh"] == pytest.approx(1.0, rel=ROUNDING)
    told = underwriting(costs, BATTERY, 0.0, discharge_kwh=500.0)["lcos_gbp_per_kwh"]
    spent = 1000 + 50 / 1.05 + (50 - 100) / 1.05**2
    assert told == pytest.approx(spent / (500 / 1.05 + 500 / 1.05**2), rel=ROUNDING)
    assert underwriting(costs, BATTERY, 0.0)["lcos_gbp_per_kwh"] is None


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ([-100.0, 110.0], 0.1),
        ([-100.0, 0.0, 121.0], 0.1),
        ([-100.0, 50.0], -0.5),
        ([-100.0, 100.0, 0.0, 0.0], 0.0),
        ([-1.0, 10.9], 9.9),
        ([-1.0, 0.02], -0.98),
        ([-100.0, *[0.0] * 199, 100.0 * 1.01**200], 0.01),
        ([-100.0, 230.0, -132.0], 0.1),
        ([-100.0, 165.0, -67.5], -0.1),
    ],
)
def test_rates_of_return_known_in_closed_form(flows: list[float], rate: float) -> None:
    """The last two have two rates each, 10 and 20 %, and -10 and -25 %: the one nearest to 0 counts."""
    assert irr(flows) == pytest.approx(rate, abs=RATE_ACCURACY)


@pytest.mark.parametrize(
    "flows",
    [
        [0.0, 5.0],
        [5.0, -6.0],
        [-100.0],
        [-100.0, 0.0],
        [-100.0, -1.0],
        [-1.0, 11.0],
        [-1.0, 0.01],
        [-100.0, 0.001],
        [-100.0, *[0.0] * 200],
    ],
    ids=str,
)
def test_no_rate_of_return(flows: list[float]) -> None:
    """Nothing invested, nothing earned, or the rate is not inside (-0.99, 10)."""
    assert irr(flows) is None


@given(st.floats(1.0, 1e6), st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=40))
def test_at_the_rate_of_return_the_present_value_is_zero(capex: float, yearly: list[float]) -> None:
    flows = np.array([-capex, *yearly])
    rate = irr(flows)
    assume(rate is not None)
    assert rate is not None
    worth = npv(flows, rate)
    assert worth is not None
    terms = flows * (1 + rate) ** -np.arange(len(flows), dtype=np.float64)
    # a rate exact to 1e-14 moves a term of year y by y x 1e-14 / (1 + rate) of itself: 4e-11 at -0.99
    assert abs(worth) <= 1e-10 * np.abs(terms).sum()


@given(st.floats(1.0, 1e6), st.lists(st.floats(0.0, 1e5), min_size=1, max_size=30), st.floats(0.0, 2.0))
def test_one_investment_has_a_rate_above_the_discount_rate_if_it_pays(
    capex: float, yearly: list[float], rate: float
) -> None:
    flows = np.array([-capex, *yearly])
    worth, own = npv(flows, rate), irr(flows)
    assume(own is not None and worth is not None and abs(worth) > 1e-6 * capex)
    assert own is not None
    assert worth is not None
    assert (own > rate) == (worth > 0)


@pytest.mark.parametrize(
    ("flows", "years"),
    [
        ([0.0, -5.0], 0.0),
        ([-10.0, 4.0, 4.0, 4.0], 2.5),
        ([-10.0, 10.0], 1.0),
        ([-10.0, -2.0, 24.0], 1.5),
        ([-10.0, 4.0], None),
    ],
)
def test_payback_is_linear_within_the_year(flows: list[float], years: float | None) -> None:
    assert payback(np.array(flows)) == (None if years is None else pytest.approx(years, rel=ROUNDING))


def test_figures_beyond_doubles_are_not_defined() -> None:
    asked = config(discount_rate=-0.99, lifetime_years=200, capex_fixed_gbp=1.0, opex_gbp_per_year=1.0)
    told = underwriting(asked, BATTERY, 3.0, discharge_kwh=5.0)
    assert (told["npv_gbp"], told["lcos_gbp_per_kwh"]) == (None, None)
    assert told["irr"] == pytest.approx(2.0, abs=RATE_ACCURACY)


def told_by_a_run(cycle_fade: float | None) -> dict[str, Any]:
    return {
        "period": {"days": 73},
        "savings": {"total_gbp": 100.0},
        "battery": {"discharge_kwh": 40.0, "soh": {"cycle_fade": cycle_fade, "calendar_fade": 0.001, "end_soh": None}},
    }


@pytest.mark.parametrize(("annualise", "factor"), [(False, 1), (True, 5)])
def test_a_run_of_73_days_is_a_fifth_of_a_year(annualise: bool, factor: float) -> None:
    run = run_config(soh_fade_per_year="rainflow", annualise=annualise, capex_fixed_gbp=1000.0)
    told = underwriting_of(site(), run, told_by_a_run(0.003))
    assert told["first_year_savings_gbp"] == 100.0 * factor
    assert told["cash_flow_gbp"] == pytest.approx([-1000.0, 100.0 * factor, 100.0 * factor * (1 - 0.004 * factor)])
    health = 1 + (1 - 0.004 * factor)
    assert told["lcos_gbp_per_kwh"] == pytest.approx(1000.0 / (40.0 * factor * health), rel=ROUNDING)


def test_rainflow_needs_cycle_life_and_underwriting_a_section() -> None:
    with pytest.raises(BtmError, match="cycle_life"):
        underwriting_of(site(), run_config(soh_fade_per_year="rainflow"), told_by_a_run(None))
    with pytest.raises(BtmError, match="underwriting"):
        underwriting_of(site(), RunConfig.model_validate({"schema_version": 1}), told_by_a_run(None))


def site() -> SiteConfig:
    return SiteConfig.model_validate({"schema_version": 1, "site_id": "one", "battery": BATTERY.model_dump()})


def run_config(**changed: Any) -> RunConfig:
    asked = {"lifetime_years": 2, "discount_rate": 0.0, **changed}
    return RunConfig.model_validate({"schema_version": 1, "underwriting": asked})


def test_a_run_too_short_is_refused_with_the_days_of_its_metrics(tmp_path: Path) -> None:
    """Two days from midnight in UTC are three local dates in a British summer."""
    folder = btm_writer.write_inputs(tmp_path / "bundle")
    frame = pd.read_parquet(folder / "timeseries.parquet").iloc[: 2 * 96]
    run = run_config()
    bundle = Bundle("bundle", SiteConfig.model_validate(btm_writer.SITE), run, frame)
    assert period(Calendar.of(frame.index, "Europe/London", run.timestep_minutes))["days"] == 3
    assert ["the run has 3 days" in each.message for each in short_year(bundle)] == [True]
