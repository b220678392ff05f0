"""What a site and a run expect of their time series: columns, length of a step, horizon, metering intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig, Tariff
from energyscope.families.btm.tariff.calendar import HALF_HOUR


@dataclass(frozen=True, eq=False)
class Expected:
    """Names and numbers that a time series is checked against; what is not known because a file is wrong is None."""

    needed: Mapping[str, str | None]
    """Columns that must be there, each with the field that asks for it (None: every bundle has it)."""
    timezone: str = "Europe/London"
    timestep_minutes: int | None = None
    start: pd.Timestamp | None = None
    end: pd.Timestamp | None = None
    metering: Mapping[int, str] | None = None
    """Lengths of metering intervals [min], each with the first field that meters so."""

    @property
    def known(self) -> tuple[str, ...]:
        """All columns that are used, in the order of a checked frame."""
        return tuple(dict.fromkeys((*columns.REQUIRED, *columns.OPTIONAL, *self.needed)))


def expected_of(site: SiteConfig | None, run: RunConfig | None) -> Expected:
    """What these configurations expect; of one that cannot be read, what holds for all."""
    timezone = site.timezone if site is not None else Expected.timezone
    if run is None:
        return Expected(dict.fromkeys(columns.REQUIRED), timezone)
    return Expected(
        needed=_needed(run.tariff),
        timezone=timezone,
        timestep_minutes=run.timestep_minutes,
        start=_instant(run.horizon.start),
        end=_instant(run.horizon.end),
        metering=_metering(run.tariff),
    )


def _needed(tariff: Tariff) -> dict[str, str | None]:
    needed: dict[str, str | None] = dict.fromkeys(columns.REQUIRED)
    if tariff.triad_charge is not None and tariff.triad_charge.select is not None:
        needed.setdefault(columns.SYSTEM_DEMAND, "tariff.triad_charge.select")
    for service in tariff.services:
        needed.setdefault(service.price_column, f"tariff.services[{service.name}].price_column")
    return needed


def _metering(tariff: Tariff) -> dict[int, str]:
    lengths: dict[int, str] = {}
    for charge in tariff.demand_charges:
        lengths.setdefault(charge.metering_interval_minutes, f"tariff.demand_charges[{charge.name}]")
    if tariff.capacity_charge is not None:
        lengths.setdefault(HALF_HOUR, "tariff.capacity_charge")
    if tariff.triad_charge is not None:
        lengths.setdefault(HALF_HOUR, "tariff.triad_charge")
    return lengths


def _instant(given: datetime | None) -> pd.Timestamp | None:
    return None if given is None else pd.Timestamp(given).tz_convert("UTC")
