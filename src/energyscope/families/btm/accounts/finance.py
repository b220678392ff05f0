"""Is the battery worth its price: cash flows, net present value, rate of return, payback, cost of storage.

Money GBP, rates a year as shares. Year 0 is the day of purchase, year y its y-th year of life, paid at its end.
Figures that leave the range of doubles (rates near -1, escalations above 1 over centuries) are None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

import numpy as np

from energyscope.families.btm.accounts.degradation import DAYS_OF_YEAR
from energyscope.families.btm.config.schemas import Battery, RunConfig, SiteConfig, Underwriting
from energyscope.families.btm.refusals import refuse
from energyscope.modeldata.symbols import Values

IRR_ABOVE, IRR_BELOW = -0.99, 10.0
"""Rates of return are looked for between these, neither included."""
_BRACKETS = 1024
"""Parts of that span, equal in log(1 + rate), in each of which a change of sign is looked for."""
_IRR_ACCURACY = 1e-14
"""Absolute accuracy of a rate of return; a share of 4 ulp is the least that brentq accepts relatively."""


@np.errstate(over="ignore", invalid="ignore")
def underwriting(
    config: Underwriting,
    battery: Battery | None,
    first_year_savings_gbp: float,
    *,
    fade_per_year: float | None = None,
    discharge_kwh: float = 0.0,
) -> dict[str, Any]:
    """The tree of underwriting.json.

    `first_year_savings_gbp` and `discharge_kwh` (AC) are those of the first year, `fade_per_year` the loss of capacity
    a year, and of the savings with it, where the configuration leaves that to rainflow. Without a battery (None, or of
    no capacity) nothing is bought: capex, opex and residual value are 0.

    Raises BtmError BTM104 where rainflow is asked for and no fade is known.
    """
    bought = battery is not None and battery.capacity_kwh > 0
    fade = _fade(config, fade_per_year if bought else 0.0)
    capex = capex_gbp(config, battery)
    opex = _growing(config.opex_gbp_per_year, config.opex_escalation, config.lifetime_years) * bought
    residual = config.residual_value_gbp * bought
    health = np.maximum(0.0, 1 - fade * np.arange(config.lifetime_years))
    earned = _growing(first_year_savings_gbp, config.savings_escalation, config.lifetime_years) * health
    flows = _flows(capex, earned - opex, residual)
    discounted = flows * _discount(config.discount_rate, len(flows))
    return {
        "capex_gbp": capex,
        "first_year_savings_gbp": first_year_savings_gbp,
        "cash_flow_gbp": flows.tolist(),
        "npv_gbp": _sum(discounted),
        "irr": irr(flows),
        "simple_payback_years": payback(flows),
        "discounted_payback_years": payback(discounted),
        "lcos_gbp_per_kwh": _lcos(_flows(-capex, opex, -residual), discharge_kwh * health, config.discount_rate),
    }


def underwriting_of(site: SiteConfig, run: RunConfig, told: Mapping[str, Any]) -> dict[str, Any]:
    """The same from the metrics of a run; `annualise` takes 365 / days of its savings, discharge and fade.

    Raises BtmError BTM104 where the run configuration says nothing of underwriting, and as above.
    """
    if run.underwriting is None:
        raise refuse(
            "BTM104", "run_config.yaml has no `underwriting`", "give lifetime_years and discount_rate at least"
        )
    factor = DAYS_OF_YEAR / told["period"]["days"] if run.underwriting.annualise else 1.0
    figures = told["battery"]
    return underwriting(
        run.underwriting,
        site.storage,
        told["savings"]["total_gbp"] * factor,
        fade_per_year=None if figures is None else _run_fade(figures["soh"], factor),
        discharge_kwh=0.0 if figures is None else figures["discharge_kwh"] * factor,
    )


def capex_gbp(config: Underwriting, battery: Battery | None) -> float:
    """What the battery costs, by its capacity, its discharging power and as a whole; 0 without one    [GBP]."""
    if battery is None or battery.capacity_kwh <= 0:
        return 0.0
    by_size = config.capex_gbp_per_kwh * battery.capacity_kwh + config.capex_gbp_per_kw * battery.max_discharge_kw
    return by_size + config.capex_fixed_gbp


def npv(flows: Sequence[float] | Values, rate: float) -> float | None:
    """Net present value: the sum of flow_y / (1 + rate)^y, y = 0, 1, ...    [GBP]."""
    return _sum(np.asarray(flows, dtype=np.float64) * _discount(rate, len(flows)))


def irr(flows: Sequence[float] | Values) -> float | None:
    """The rate in (-0.99, 10) at which the net present value is 0, None if there is none or nothing is invested.

    Cash flows that change sign more than once can have several such rates: it is then the one nearest to 0.
    """
    values = np.trim_zeros(np.asarray(flows, dtype=np.float64), "b")
    if not len(values) or values[0] >= 0 or not np.isfinite(values).all():
        return None
    rates = np.expm1(np.linspace(np.log1p(IRR_ABOVE), np.log1p(IRR_BELOW), _BRACKETS + 1))
    signs = np.sign(_scaled_npv(rates, values))
    roots = [_root(values, rates[at], rates[at + 1]) for at in np.flatnonzero(signs[:-1] * signs[1:] <= 0)]
    return min((root for root in roots if IRR_ABOVE < root < IRR_BELOW), key=abs, default=None)


def payback(flows: Values) -> float | None:
    """Years until the sum of the flows is no longer negative, linear within the year; 0 if nothing is invested.

    None if that never happens.
    """
    reached = np.cumsum(flows)
    if reached[0] >= 0:
        return 0.0
    paid = np.flatnonzero(reached >= 0)
    if not len(paid):
        return None
    year = int(paid[0])
    return year - 1 + float(-reached[year - 1] / flows[year])


def _scaled_npv(rates: Values, flows: Values) -> Values:
    """Net present values times a positive number: discounted to year 0, or to the last year where rates are negative.

    So no term leaves the range of doubles, and as neither end of the flows is 0, the sum does not vanish by underflow.
    """
    years = np.arange(len(flows), dtype=np.float64)
    powers = np.where(rates[:, None] >= 0, -years, years[::-1])
    return ((1 + rates[:, None]) ** powers * flows).sum(axis=1)


def _root(flows: Values, low: float, high: float) -> float:
    """The rate between two at which the net present value is 0; one of them where rounding has hidden the change."""
    from scipy.optimize import brentq  # takes 0.2 s to import, and only what is bought needs it

    def worth(rate: float) -> float:
        return float(_scaled_npv(np.array([rate]), flows)[0])

    if (worth(low) > 0) == (worth(high) > 0):
        return min(low, high, key=lambda rate: abs(worth(rate)))
    return float(brentq(worth, low, high, xtol=_IRR_ACCURACY))


def _sum(values: Values) -> float | None:
    return fsum(values.tolist()) if np.isfinite(values).all() else None


def _flows(capex: float, yearly: Values, residual: float) -> Values:
    """Cash flows of year 0, of every year of life, and the residual value in the last."""
    flows = np.concatenate([[-capex], yearly])
    flows[-1] += residual
    return flows + 0.0


def _growing(first: float, escalation: float, years: int) -> Values:
    return first * (1 + escalation) ** np.arange(years, dtype=np.float64)


def _discount(rate: float, years: int) -> Values:
    return (1 + rate) ** -np.arange(years, dtype=np.float64)


def _lcos(costs: Values, discharge_kwh: Values, rate: float) -> float | None:
    """Discounted capex and opex less residual value, over discounted discharge; None without    [GBP/kWh].

    What charging costs is no part of it: that stands in the savings.
    """
    spent, energy = npv(costs, rate), npv([0.0, *discharge_kwh], rate)
    return None if spent is None or energy is None or energy <= 0 else spent / energy


def _fade(config: Underwriting, of_the_run: float | None) -> float:
    if config.soh_fade_per_year != "rainflow":
        return config.soh_fade_per_year
    if of_the_run is None:
        message = "underwriting.soh_fade_per_year is `rainflow`, but the battery's degradation has no cycle_life"
        raise refuse("BTM104", message, "give battery.degradation.cycle_life, or the fade as a number")
    return of_the_run


def _run_fade(soh: Mapping[str, float | None], factor: float) -> float | None:
    cycle_fade, calendar_fade = soh["cycle_fade"], soh["calendar_fade"]
    return None if cycle_fade is None or calendar_fade is None else (cycle_fade + calendar_fade) * factor
