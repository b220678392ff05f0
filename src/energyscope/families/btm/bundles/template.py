"""The bundle that `gridq init` leaves: commented configurations, and a week of made-up data under a clear sky.

Everything comes from closed forms; nothing in it was measured.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from energyscope.atomic import whole_file
from energyscope.families.btm.columns import EXPORT_PRICE, IMPORT_PRICE, LOAD, PV, TIMESTAMP
from energyscope.modeldata.symbols import Values

CONFIGURATIONS = ("site_config.yaml", "run_config.yaml")
SERIES = "timeseries.parquet"
START, DAYS, MINUTES = "2025-06-02", 7, 30
"""A week from the local midnight of a Monday on, in half-hours."""
TIMEZONE = "Europe/London"
LATITUDE = 51.5
"""Of London [degrees north]; longitude zero, so that solar time is UTC but for the equation of time."""
PEAK_KW = 60.0
"""Nameplate of the PV plant."""
PERFORMANCE = 0.85
"""Yield at the meter over nameplate yield: inverter, temperature, dirt."""
STANDARD_IRRADIANCE = 1000.0
"""Irradiance at which a module gives its nameplate power [W/m2]."""


def write_template(folder: Path) -> list[Path]:
    """Write the bundle into a folder, made if need be; gives the files. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in CONFIGURATIONS:
        text = files(__package__).joinpath("first_bundle", name).read_text(encoding="utf-8")
        with whole_file(folder / name) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
    with whole_file(folder / SERIES) as part:
        series().to_parquet(part)
    return [folder / name for name in (*CONFIGURATIONS, SERIES)]


def series() -> pd.DataFrame:
    """A week of load, PV and prices of a small workshop."""
    step = pd.Timedelta(minutes=MINUTES)
    start = pd.Timestamp(START, tz=TIMEZONE).tz_convert("UTC")
    index = pd.date_range(start, periods=DAYS * 24 * 60 // MINUTES, freq=step, name=TIMESTAMP)
    price = _import_price(index)
    columns = {
        LOAD: _load(index),
        PV: np.round(PEAK_KW * PERFORMANCE * clear_sky(index + step / 2) / STANDARD_IRRADIANCE, 3),
        IMPORT_PRICE: price,
        EXPORT_PRICE: np.round(0.5 * price, 5),
    }
    return pd.DataFrame(columns, index=index)


def clear_sky(instants: pd.DatetimeIndex) -> Values:
    """Global irradiance on the horizontal under a clear sky [W/m2].

    Haurwitz: 1098 cos z exp(-0.057 / cos z), z the zenith angle of the sun (Journal of Meteorology 2, 1945, 154); the
    declination and the equation of time are those of Spencer (Search 2, 1971, 172).
    """
    angle = 2 * np.pi * (np.asarray(instants.day_of_year) - 1) / 365
    solar_hour = np.asarray(instants.hour + instants.minute / 60) + _equation_of_time(angle) / 60
    declination, latitude = _declination(angle), np.deg2rad(LATITUDE)
    hour_angle = np.deg2rad(15 * (solar_hour - 12))
    cosine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    # night is taken as a sun so low that nothing is left of it: no division by zero
    height = np.maximum(cosine, 1e-3)
    return np.where(cosine > 0, 1098 * height * np.exp(-0.057 / height), 0.0)


def _declination(angle: Values) -> Values:
    """Declination of the sun [rad] at an angle of the year [rad]."""
    return np.asarray(
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
        - 0.002697 * np.cos(3 * angle)
        + 0.00148 * np.sin(3 * angle)
    )


def _equation_of_time(angle: Values) -> Values:
    """Solar time less mean time [min] at an angle of the year [rad]."""
    return np.asarray(
        229.18
        * (
            0.000075
            + 0.001868 * np.cos(angle)
            - 0.032077 * np.sin(angle)
            - 0.014615 * np.cos(2 * angle)
            - 0.04089 * np.sin(2 * angle)
        )
    )


def _load(index: pd.DatetimeIndex) -> Values:
    """12 kW always, and a broad hump up to 55 kW on the working day [kW]."""
    local = index.tz_convert(TIMEZONE)
    hour = np.asarray(local.hour + local.minute / 60)
    working = np.where(np.asarray(local.day_of_week) < 5, 1.0, 0.2)
    return np.round(12 + 43 * working * np.exp(-(((hour - 13.5) / 4.5) ** 4)), 3)


def _import_price(index: pd.DatetimeIndex) -> Values:
    """Cheap nights, a dear evening, on the local clock [GBP/kWh]."""
    local = index.tz_convert(TIMEZONE)
    hour = np.asarray(local.hour + local.minute / 60)
    return np.select([hour < 6, (hour >= 16) & (hour < 20)], [0.11, 0.27], 0.18)
