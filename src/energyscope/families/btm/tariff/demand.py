"""Demand charges and agreed capacity by billing month: rates, peaks already incurred, ratchets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from energyscope.families.btm.config.schemas import CapacityCharge, DemandCharge, Ratchet
from energyscope.families.btm.tariff.calendar import Calendar, calendar_days
from energyscope.families.btm.tariff.metering import Places
from energyscope.modeldata.symbols import Values


@dataclass(frozen=True, eq=False)
class DemandMonths:
    """One demand charge in the billing months of a run; fields as in `inputs.Demand`."""

    rate: Values
    incurred: Values
    ratchet_fraction: float
    ratchet_floor: Values
    lookback: Places


def demand_months(
    charge: DemandCharge,
    calendar: Calendar,
    *,
    days: Mapping[str, int] | None = None,
    carried_kw: Mapping[str, float] | None = None,
) -> DemandMonths:
    """Rates [GBP/kW], floors [kW] and ratchet of a demand charge in the months of a calendar.

    A window of a longer run gives the local dates that each month has in that run (`days`) and the peaks settled so
    far (`carried_kw`): a floor in the months of the window, known history in the months before it.
    """
    days = calendar.days_by_month if days is None else days
    known = _highest(charge.incurred_peak_kw, carried_kw or {})
    ratchet = charge.ratchet
    return DemandMonths(
        rate=np.array([_rate(charge, month, days[month]) for month in calendar.month_names]),
        incurred=np.array([known.get(month, 0.0) for month in calendar.month_names]),
        ratchet_fraction=0.0 if ratchet is None else ratchet.fraction,
        ratchet_floor=_ratchet_floor(ratchet, calendar.month_names, _history(ratchet, known, days)),
        lookback=_lookback(ratchet, calendar.month_names),
    )


def excess_months(
    charge: CapacityCharge,
    calendar: Calendar,
    *,
    days: Mapping[str, int] | None = None,
    carried_kva: Mapping[str, float] | None = None,
) -> tuple[Values, Values]:
    """Excess rate of a whole month [GBP/kVA] and floor of the excess [kVA], by month; arguments as above."""
    days = calendar.days_by_month if days is None else days
    known = _highest(charge.incurred_kva, carried_kva or {})
    rate = np.array([charge.excess_rate_gbp_per_kva_day * days[month] for month in calendar.month_names])
    incurred = np.array([known.get(month, 0.0) for month in calendar.month_names])
    return rate, np.maximum(incurred - charge.agreed_capacity_kva, 0.0)


def _highest(*peaks: Mapping[str, float]) -> dict[str, float]:
    months = {month for each in peaks for month in each}
    return {month: max(each[month] for each in peaks if month in each) for month in months}


def _rate(charge: DemandCharge, month: str, days: int) -> float:
    return charge.rate_gbp_per_kw * (days / calendar_days(month) if charge.prorate else 1.0)


def _history(ratchet: Ratchet | None, known: Mapping[str, float], run_months: Mapping[str, int]) -> dict[str, float]:
    """Known peaks by month: the run's own where it has settled them, else those of before the run."""
    if ratchet is None:
        return {}
    before = {month: peak for month, peak in ratchet.history_kw.items() if month not in run_months}
    return before | {month: peak for month, peak in known.items() if month in run_months}


def _ratchet_floor(ratchet: Ratchet | None, months: tuple[str, ...], history: Mapping[str, float]) -> Values:
    """Share of the highest known peak of the months looked back on that are not among `months`    [kW]."""
    if ratchet is None:
        return np.zeros(len(months))
    known = {_number(month): peak for month, peak in history.items() if month not in months}
    reach = [range(_number(month) - ratchet.lookback_months, _number(month)) for month in months]
    peaks = [max((peak for month, peak in known.items() if month in back), default=0.0) for back in reach]
    return ratchet.fraction * np.array(peaks)


def _lookback(ratchet: Ratchet | None, months: tuple[str, ...]) -> Places:
    """Pairs of months of the run: one, and an earlier one whose peak counts for it; none that asks for nothing."""
    if ratchet is None or ratchet.fraction == 0:
        return np.empty((0, 2), dtype=np.int64)
    number = np.array([_number(month) for month in months], dtype=np.int64)
    apart = number[:, None] - number[None, :]
    return np.argwhere((apart > 0) & (apart <= ratchet.lookback_months)).astype(np.int64)


def _number(month: str) -> int:
    """Months since January of year 0."""
    return int(month[:4]) * 12 + int(month[5:]) - 1
