"""Charges on metered means: demand with ratchets, agreed capacity and its excess, triads; and the peaks of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.bill_lines import Line, at_rate
from energyscope.families.btm.accounts.bill_terms import DemandTerms, Terms
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.tariff.calendar import LocalTimes
from energyscope.families.btm.tariff.metering import Metering, Places
from energyscope.families.btm.tariff.triads import PER_WINTER
from energyscope.modeldata.symbols import Values

PEAK_TIE_KW = 1e-6
"""Intervals this close to the highest count as equal, and the first of them decides: a peak that the optimiser shaved
is reached in many intervals, which differ by rounding only."""


@dataclass(frozen=True)
class DemandMonth:
    """One demand charge in one month; `at` is the start of the first interval that sets the metered peak.

    `at` is None where the peak incurred before the run is as high, or no interval is metered.
    """

    peak_kw: float
    chargeable_kw: float
    at: pd.Timestamp | None
    rate_gbp_per_kw: float

    @property
    def amount_gbp(self) -> float:
        """What the month costs [GBP]."""
        return self.rate_gbp_per_kw * self.chargeable_kw

    def to_json(self) -> dict[str, Any]:
        """The month as it stands in metrics.json."""
        return {
            "peak_kw": self.peak_kw,
            "chargeable_kw": self.chargeable_kw,
            "at": None if self.at is None else instant_text(self.at),
            "rate_gbp_per_kw": self.rate_gbp_per_kw,
            "amount_gbp": self.amount_gbp,
        }


def instant_text(instant: pd.Timestamp) -> str:
    """A UTC instant as text, `2025-06-01T00:00:00Z`."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def means(metering: Metering, flow: Values) -> Values:
    """The mean of a flow over each metering interval [kW]."""
    return flow[metering.steps].mean(axis=1)


def peaks(terms: Terms, dispatch: Dispatch) -> dict[str, Any]:
    """Highest half-hourly means of the run and of each month [kW].

    A half-hour that the run cuts has the mean of its steps in the run. Peaks incurred before the run do not count.
    """
    bought = half_hour_means(terms.reported, dispatch.flow(columns.GRID_IMPORT))
    sold = half_hour_means(terms.reported, dispatch.flow(columns.GRID_EXPORT))
    groups = terms.reported_of_month
    return {
        "import_peak_kw": _highest(bought),
        "import_peak_step_kw": _highest(dispatch.flow(columns.GRID_IMPORT)),
        "export_peak_kw": _highest(sold),
        "by_month": {
            month: _highest(bought[groups.places(place)]) for place, month in enumerate(terms.calendar.month_names)
        },
    }


def half_hour_means(half_hour: Places, flow: Values) -> Values:
    """The mean of a flow over the steps of each half-hour, by the half-hour that each step begins in [kW]."""
    return np.asarray(np.bincount(half_hour, weights=flow) / np.bincount(half_hour), dtype=np.float64)


def demand_by_month(terms: Terms, dispatch: Dispatch) -> dict[str, dict[str, DemandMonth]]:
    """Every demand charge in every month of the run."""
    bought = dispatch.flow(columns.GRID_IMPORT)
    return {each.charge.name: _months(terms.calendar.month_names, each, bought) for each in terms.demand}


def demand_lines(demand: dict[str, dict[str, DemandMonth]]) -> Iterator[Line]:
    """One line for each demand charge and month."""
    for name, months in demand.items():
        for month, each in months.items():
            yield at_rate("demand_gbp", name, month, each.chargeable_kw, "kW", each.rate_gbp_per_kw)


def capacity_lines(terms: Terms) -> Iterator[Line]:
    """The agreed capacity on every local date: one line a month."""
    if (charge := terms.tariff.capacity_charge) is not None:
        for month, days in terms.calendar.days_by_month.items():
            quantity = charge.agreed_capacity_kva * days
            yield at_rate("capacity_gbp", "agreed capacity", month, quantity, "kVA day", charge.rate_gbp_per_kva_day)


def excess_lines(terms: Terms, dispatch: Dispatch) -> Iterator[Line]:
    """The highest excess over the agreed capacity, paid on every local date of its month: one line a month."""
    charge = terms.tariff.capacity_charge
    if charge is None:
        return
    apparent = means(terms.half_hours, dispatch.flow(columns.GRID_IMPORT)) / charge.power_factor
    for place, (month, days) in enumerate(terms.calendar.days_by_month.items()):
        metered = _highest(apparent[terms.half_hours_of_month.places(place)])
        highest = max(metered or 0.0, charge.incurred_kva.get(month, 0.0))
        quantity = max(0.0, highest - charge.agreed_capacity_kva) * days
        rate = charge.excess_rate_gbp_per_kva_day
        yield at_rate("excess_capacity_gbp", "excess capacity", month, quantity, "kVA day", rate)


def triad_lines(terms: Terms, dispatch: Dispatch) -> Iterator[Line]:
    """A third of the rate on mean import, and of the credit on mean export, of each triad; `band` is its start."""
    charge = terms.tariff.triad_charge
    if charge is None:
        return
    bought = means(terms.half_hours, dispatch.flow(columns.GRID_IMPORT))
    sold = means(terms.half_hours, dispatch.flow(columns.GRID_EXPORT))
    sides = (
        ("triad import", bought, charge.rate_gbp_per_kw / PER_WINTER),
        ("triad export", sold, -charge.export_credit_gbp_per_kw / PER_WINTER),
    )
    for triad in terms.triads:
        month = str(
            LocalTimes.of(pd.DatetimeIndex([triad.start]), terms.calendar.timezone).date[0].astype("datetime64[M]")
        )
        for name, mean, rate in sides:
            yield at_rate("triad_gbp", name, month, float(mean[triad.interval]), "kW", rate, instant_text(triad.start))


def _highest(values: Values) -> float | None:
    return float(values.max()) if len(values) else None


def _months(names: tuple[str, ...], each: DemandTerms, bought: Values) -> dict[str, DemandMonth]:
    mean = means(each.metering, bought)
    found = [_metered(each, mean, place) for place in range(len(names))]
    peak = np.array([kw for kw, _ in found])
    chargeable = np.maximum(peak, each.months.ratchet_floor)
    month, earlier = each.months.lookback.T
    np.maximum.at(chargeable, month, each.months.ratchet_fraction * peak[earlier])
    rows = zip(names, peak.tolist(), chargeable.tolist(), found, each.months.rate.tolist(), strict=True)
    return {name: DemandMonth(kw, charged, at, rate) for name, kw, charged, (_, at), rate in rows}


def _metered(each: DemandTerms, mean: Values, month: int) -> tuple[float, pd.Timestamp | None]:
    """The peak of a month, at least that incurred before the run, and when it was."""
    places, incurred = each.metered.places(month), float(each.months.incurred[month])
    highest = _highest(mean[places])
    if highest is None or highest <= incurred + PEAK_TIE_KW:
        return max(incurred, highest or 0.0), None
    first = places[np.argmax(mean[places] >= highest - PEAK_TIE_KW)]
    return highest, each.metering.starts[first]
