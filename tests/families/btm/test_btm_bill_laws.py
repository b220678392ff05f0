"""The bill against a slow biller that goes from step to step, and what lines always are."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import fsum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from btm_made import day, dispatch, run, site
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.bill import COMPONENTS, Bill, bill
from energyscope.families.btm.config.schemas import RunConfig
from energyscope.families.btm.dispatch import Dispatch

LINES_GBP = 1e-6
"""Lines sum to the total within this (spec/btm, section 5)."""

EVERYTHING: dict[str, Any] = {
    "import_price_multiplier": 1.07,
    "volumetric_charges": [
        {
            "name": "duos",
            "exclude_dates": ["2025-10-27"],
            "bands": [
                {"name": "red", "rate_gbp_per_kwh": 0.1, "windows": [{"days": ["mon", "sat"], "start": "16:00"}]},
                {"name": "amber", "rate_gbp_per_kwh": 0.03, "windows": [{"start": "01:00", "end": "02:30"}]},
                {"name": "green", "rate_gbp_per_kwh": 0.002},
            ],
        },
        {"name": "out", "direction": "export", "bands": [{"name": "all", "rate_gbp_per_kwh": -0.01}]},
    ],
    "demand_charges": [
        {"name": "a", "rate_gbp_per_kw": 3.0, "prorate": True, "incurred_peak_kw": {"2025-10": 60.0}},
        {"name": "b", "rate_gbp_per_kw": 2.0, "windows": [{"days": ["sun"], "start": "00:30", "end": "20:00"}]},
        {"name": "c", "rate_gbp_per_kw": 1.5, "ratchet": {"fraction": 0.9, "history_kw": {"2025-09": 95.0}}},
    ],
    "capacity_charge": {
        "agreed_capacity_kva": 70.0,
        "rate_gbp_per_kva_day": 0.05,
        "excess_rate_gbp_per_kva_day": 0.2,
        "power_factor": 0.93,
    },
    "triad_charge": {
        "rate_gbp_per_kw": 40.0,
        "export_credit_gbp_per_kw": 2.0,
        "half_hours": ["2025-10-26T01:00:00Z", "2025-10-26T17:30:00Z", "2025-11-01T10:00:00Z"],
    },
    "fixed_charges": [{"name": "standing", "rate_gbp_per_day": 2.5}],
}


def slow_bill(asked: RunConfig, flows: Dispatch, timezone: str) -> float:
    """The same bill from step to step, with Python's own local times."""
    tariff, dt, zone = asked.tariff, asked.dt, ZoneInfo(timezone)
    rows = [(at.to_pydatetime(), *values) for at, *values in flows.frame.join(flows.flows).itertuples()]
    names = [*flows.frame.columns, *flows.flows.columns]
    steps = [(at, at.astimezone(zone), dict(zip(names, values, strict=True))) for at, *values in rows]
    cost = 0.0
    for _, local, now in steps:
        bought, sold = now[columns.GRID_IMPORT] * dt, now[columns.GRID_EXPORT] * dt
        cost += now[columns.IMPORT_PRICE] * tariff.import_price_multiplier * bought
        cost -= now[columns.EXPORT_PRICE] * tariff.export_price_multiplier * sold
        for charge in tariff.volumetric_charges:
            matching = [band for band in charge.bands if matches(local, band.windows, charge.exclude_dates)]
            cost += (bought if charge.direction == "import" else sold) * (
                matching[0].rate_gbp_per_kwh if matching else 0
            )
    days = sorted({local.date() for _, local, _ in steps})
    months: dict[str, int] = {}
    for each in days:
        months[f"{each:%Y-%m}"] = months.get(f"{each:%Y-%m}", 0) + 1
    cost += sum(charge.rate_gbp_per_day for charge in tariff.fixed_charges) * len(days)
    halves: dict[datetime, list[dict[str, float]]] = {}
    for at, _, now in steps:
        halves.setdefault(at - timedelta(minutes=at.minute % 30), []).append(now)
    metered = [
        (at, at.astimezone(zone), np.mean([now[columns.GRID_IMPORT] for now in each]), each)
        for at, each in halves.items()
    ]
    return cost + slow_demand(tariff, metered, months) + slow_triads(tariff, metered)


def matches(local: datetime, windows: Any, excluded: Any) -> bool:
    if not windows:
        return True
    clock = f"{local:%H:%M}"
    return local.date() not in excluded and any(
        window.start <= clock < window.end
        and (window.days is None or f"{local:%a}".lower() in window.days)
        and (window.months is None or local.month in window.months)
        for window in windows
    )


def slow_demand(tariff: Any, metered: list[Any], months: dict[str, int]) -> float:
    cost = 0.0
    lengths = {"2025-10": 31, "2025-11": 30}
    for charge in tariff.demand_charges:
        peaks = dict(charge.ratchet.history_kw) if charge.ratchet else {}
        for month, days in months.items():
            inside = [
                kw
                for _, local, kw, _ in metered
                if f"{local:%Y-%m}" == month and matches(local, charge.windows, charge.exclude_dates)
            ]
            before = max(peaks.values(), default=0.0)
            peaks[month] = max([charge.incurred_peak_kw.get(month, 0.0), *inside])
            chargeable = max(peaks[month], charge.ratchet.fraction * before if charge.ratchet else 0.0)
            share = days / lengths[month] if charge.prorate else 1.0
            cost += charge.rate_gbp_per_kw * share * chargeable
    capacity = tariff.capacity_charge
    for month, days in months.items():
        kva = max(kw for _, local, kw, _ in metered if f"{local:%Y-%m}" == month) / capacity.power_factor
        cost += capacity.rate_gbp_per_kva_day * capacity.agreed_capacity_kva * days
        cost += capacity.excess_rate_gbp_per_kva_day * days * max(0.0, kva - capacity.agreed_capacity_kva)
    return cost


def slow_triads(tariff: Any, metered: list[Any]) -> float:
    charge = tariff.triad_charge
    return sum(
        (
            charge.rate_gbp_per_kw * kw
            - charge.export_credit_gbp_per_kw * np.mean([n[columns.GRID_EXPORT] for n in each])
        )
        / 3
        for at, _, kw, each in metered
        if at in charge.half_hours
    )


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([10, 15, 30]),
    st.sampled_from(["Europe/London", "UTC", "America/New_York", "Asia/Kathmandu"]),
    st.integers(1, 200),
)
def test_every_component_agrees_with_the_slow_biller(seed: int, minutes: int, timezone: str, halves: int) -> None:
    """From 25 October on, over the change of the clock and, in long runs, over the end of the month."""
    rng = np.random.default_rng(seed)
    steps = (halves + 100) * 30 // minutes
    flows = dispatch(
        "2025-10-25T12:00" if halves % 2 else "2025-10-30T00:30",
        minutes,
        bought=rng.uniform(0, 100, steps),
        sold=rng.uniform(0, 20, steps),
        import_price=rng.normal(0.2, 0.2, steps),
        export_price=rng.normal(0.1, 0.1, steps),
    )
    asked = run(minutes, **EVERYTHING)
    found = bill(site(timezone), asked, flows)
    # both add some thousand doubles of up to 20 GBP, the slow one without care
    assert found.total_gbp == pytest.approx(slow_bill(asked, flows, timezone), rel=1e-11)
    assert_consistent(found)


def assert_consistent(found: Bill) -> None:
    assert set(found.amounts) == {*COMPONENTS, "total_gbp"}
    assert fsum(line["amount_gbp"] for line in found.lines) == pytest.approx(found.total_gbp, abs=LINES_GBP)
    for component in COMPONENTS:
        amounts = [line["amount_gbp"] for line in found.lines if line["component"] == component]
        assert fsum(amounts) == found.amounts[component]
    for line in found.lines:
        assert line["rate"] is None or line["amount_gbp"] == line["quantity"] * line["rate"] + 0.0


def test_lines_depend_on_the_tariff_not_on_the_flows() -> None:
    asked = run(30, **EVERYTHING)
    keys = ("component", "name", "band", "month")
    first, second = (
        [tuple(line[key] for key in keys) for line in bill(site(), asked, day("2025-10-26", steps=480, kw=kw)).lines]
        for kw in (0.0, 80.0)
    )
    assert first == second
    assert len(set(first)) == len(first)
