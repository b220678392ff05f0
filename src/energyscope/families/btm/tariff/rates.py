"""Rates of a tariff in every step: volumetric bands, effective prices, and costs that no dispatch changes."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import RunConfig, Tariff, VolumetricCharge
from energyscope.families.btm.tariff.calendar import Calendar
from energyscope.families.btm.tariff.metering import Places
from energyscope.families.btm.tariff.windows import in_windows
from energyscope.modeldata.symbols import Values

NO_BAND = -1
"""Code of a step that no band matches."""


def band_of_step(calendar: Calendar, charge: VolumetricCharge) -> Places:
    """The place of the first band that matches each step, by its local start; NO_BAND where none does."""
    band = np.full(len(calendar.index), NO_BAND, dtype=np.int64)
    for place in reversed(range(len(charge.bands))):
        band[in_windows(calendar.local, charge.bands[place].windows, charge.exclude_dates)] = place
    return band


def rate_of_step(calendar: Calendar, charge: VolumetricCharge) -> Values:
    """The rate of one charge in each step [GBP/kWh], 0 where no band matches."""
    rates = np.array([*(band.rate_gbp_per_kwh for band in charge.bands), 0.0])
    return rates[band_of_step(calendar, charge)]


def volumetric_rate(calendar: Calendar, charges: Iterable[VolumetricCharge], direction: str) -> Values:
    """The sum of the rates of all charges on import, or on export, in each step [GBP/kWh]."""
    rate = np.zeros(len(calendar.index))
    for charge in charges:
        if charge.direction == direction:
            rate += rate_of_step(calendar, charge)
    return rate


def effective_prices(run: RunConfig, frame: pd.DataFrame, calendar: Calendar) -> tuple[Values, Values]:
    """pi_t and pe_t: prices times multipliers, plus charges on import, less charges on export [GBP/kWh]."""
    tariff = run.tariff
    bought = frame[columns.IMPORT_PRICE].to_numpy(np.float64) * tariff.import_price_multiplier
    sold = frame[columns.EXPORT_PRICE].to_numpy(np.float64) * tariff.export_price_multiplier
    return (
        bought + volumetric_rate(calendar, tariff.volumetric_charges, "import"),
        sold - volumetric_rate(calendar, tariff.volumetric_charges, "export"),
    )


def constant_cost(tariff: Tariff, days: int) -> float:
    """Fixed charges and agreed capacity over a number of local dates [GBP]."""
    parts = [charge.rate_gbp_per_day * days for charge in tariff.fixed_charges]
    if (capacity := tariff.capacity_charge) is not None:
        parts.append(capacity.rate_gbp_per_kva_day * capacity.agreed_capacity_kva * days)
    return fsum(parts)
