"""Where fields of the tariff contradict each other, and where dates are excluded that nothing depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from energyscope.families.btm.config.clashes import Spot, clash, idle
from energyscope.families.btm.config.schemas import RunConfig, Tariff, TriadCharge, Window
from energyscope.families.btm.tariff.calendar import HALF_HOUR
from energyscope.language.diagnostics import Diagnostic

NAMED = ("volumetric_charges", "demand_charges", "fixed_charges", "services")
"""Lists of the tariff whose items have names."""


def of_tariff(run: RunConfig) -> Iterator[Diagnostic]:
    """All contradictions of the tariff, with the length of the steps as well."""
    spot, tariff = Spot(run, ("tariff",)), run.tariff
    for name in NAMED:
        yield from same_names(spot / name, [each.name for each in getattr(tariff, name)])
    for place, charge in enumerate(tariff.volumetric_charges):
        bands = spot / "volumetric_charges" / place / "bands"
        yield from same_names(bands, [band.name for band in charge.bands])
        for at, band in enumerate(charge.bands):
            yield from _windows(bands / at / "windows", band.windows)
    for place, demand in enumerate(tariff.demand_charges):
        yield from _windows(spot / "demand_charges" / place / "windows", demand.windows)
    if tariff.triad_charge is not None:
        yield from _triads(spot / "triad_charge", tariff.triad_charge)
    yield from _metering(run, spot)


def same_names(spot: Spot, names: Sequence[str], field: str | None = "name") -> Iterator[Diagnostic]:
    """Names that stand twice in a list; `field` is that of an item with the name, None where items are names."""
    first: dict[str, int] = {}
    for place, name in enumerate(names):
        if (known := first.setdefault(name, place)) != place:
            ends = [spot / at / field if field else spot / at for at in (place, known)]
            yield clash("another name for each", *ends)


def _windows(spot: Spot, windows: Sequence[Window]) -> Iterator[Diagnostic]:
    """A window starts before it ends."""
    for place, window in enumerate(windows):
        start, end = window.minutes
        if start >= end:
            help = f'over midnight take two windows: "{window.start}" to "24:00" and "00:00" to "{window.end}"'
            if window.end == "00:00":
                help = 'midnight at the end of the day is "24:00"'
            yield clash("a start before the end", spot / place / "start", spot / place / "end", help=help)


def _triads(spot: Spot, charge: TriadCharge) -> Iterator[Diagnostic]:
    """Half-hours are either given or selected, each of them once."""
    given, select = spot / "half_hours", spot / "select"
    if (charge.half_hours is None) == (charge.select is None):
        yield clash("one of the two", given, select, help="give the half-hours, or `select: system_demand`")
    yield from same_names(given, [str(each) for each in charge.half_hours or ()], field=None)


def _metering(run: RunConfig, spot: Spot) -> Iterator[Diagnostic]:
    """Metering intervals are whole numbers of steps, unless steps are longer."""
    step, minutes = Spot(run, ("timestep_minutes",)), run.timestep_minutes
    for place, charge in enumerate(run.tariff.demand_charges):
        interval = charge.metering_interval_minutes
        if minutes < interval and interval % minutes:
            yield clash("a multiple of the step", spot / "demand_charges" / place / "metering_interval_minutes", step)
    for name in ("capacity_charge", "triad_charge"):
        if getattr(run.tariff, name) is not None and minutes < HALF_HOUR and HALF_HOUR % minutes:
            yield clash("a step that divides the half-hour of the meter", step, spot / name)


def idle_dates(spot: Spot, tariff: Tariff) -> Iterator[Diagnostic]:
    """Warnings of excluded dates on charges none of whose windows is given: without windows a rate holds always."""
    charges: list[tuple[Spot, Any, bool]] = [
        (spot / "volumetric_charges" / place, charge, any(band.windows for band in charge.bands))
        for place, charge in enumerate(tariff.volumetric_charges)
    ]
    for place, demand in enumerate(tariff.demand_charges):
        charges.append((spot / "demand_charges" / place, demand, bool(demand.windows)))
    for charge_spot, charge, has_windows in charges:
        if charge.exclude_dates and not has_windows:
            help = 'a window of all days, {start: "00:00", end: "24:00"}, is one that dates can be excluded from'
            yield idle(charge_spot / "exclude_dates", "but no window of the charge is given", help)
