"""Figures and keys of the JSON files as people read them."""

from __future__ import annotations

import pandas as pd

NO_FIGURE = "\N{EN DASH}"
Value = str | float | int | bool | None

_SHARES = frozenset(
    {
        "self_consumption",
        "self_sufficiency",
        "utilisation",
        "mean_depth",
        "damage",
        "cycle_fade",
        "calendar_fade",
        "end_soh",
        "irr",
    }
)
"""Keys of shares, shown in percent."""
_UNITS = {"gbp_per_kwh": "GBP/kWh", "gbp_per_kw": "GBP/kW", "kwh": "kWh", "kw": "kW", "gbp": "GBP", "kg": "kg"}
_DECIMALS = {"GBP/kWh": 5, "GBP/kW": 4, "kWh": 1, "kW": 2, "GBP": 2, "kg": 1, "years": 1}
_SPELT = {"pv": "PV", "soc": "state of charge", "irr": "internal rate of return", "npv": "net present value"} | {
    "soh": "state of health",
    "lcos": "levelised cost of storage",
    "mip": "MIP",
    "capex": "price of the battery",
    "mae": "mean error",
}


def component(key: str) -> str:
    """`import_energy_gbp` as people read it."""
    return key.removesuffix("_gbp").replace("_", " ")


def labelled(key: str) -> str:
    """A key with its words spelt, and its unit in brackets."""
    words, unit = _parts(key)
    text = " ".join(_SPELT.get(word, word) for word in words.split("_"))
    return f"{text} [{unit}]" if unit else text


def figure(key: str, value: Value) -> str:
    """The value of a key, to the decimals of its unit."""
    _, unit = _parts(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and unit:
        return number(100 * value if unit == "%" else value, _DECIMALS.get(unit, 2))
    return shown(value)


def _parts(key: str) -> tuple[str, str]:
    """The words of a key, and its unit, empty where it has none."""
    if key in _SHARES:
        return key, "%"
    if key.endswith("_years"):
        return key.removesuffix("_years"), "years"
    unit = next((each for each in _UNITS if key.endswith(f"_{each}")), None)
    return (key, "") if unit is None else (key.removesuffix(f"_{unit}"), _UNITS[unit])


def shown(value: Value) -> str:
    """A value of no unit: integers whole, others to four figures."""
    if value is None or value == "":
        return NO_FIGURE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4g}" if isinstance(value, float) else value


def number(value: float | None, decimals: int = 2) -> str:
    """A number with thousands apart; what rounds to zero has no sign."""
    return NO_FIGURE if value is None else f"{round(value, decimals) + 0.0:,.{decimals}f}"


def money(value: float | None) -> str:
    """`£1,234.50`, negative ones with a minus sign in front."""
    if value is None:
        return NO_FIGURE
    amount = round(value, 2)
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


def local_time(instant: str, timezone: str) -> str:
    """A UTC instant of a JSON file on the clock of the site, `12 May 2025 01:00`."""
    local = pd.Timestamp(instant).tz_convert(timezone)
    return f"{local_date(local)} {local:%H:%M}"


def local_date(day: pd.Timestamp) -> str:
    """A date as `12 May 2025`, in English wherever the machine is."""
    return f"{day.day} {day.month_name()} {day.year}"
