"""The picture of one week of a dispatch: flows, state of charge and prices over the hours that pass.

The axis counts hours from the first step shown, so that the hour which comes twice in October is shown twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.storage_figures import initial_soc
from energyscope.families.btm.tariff.metering import Places
from energyscope.families.btm.tariff.rates import NO_BAND, band_of_step, effective_prices
from energyscope.modeldata.symbols import Values
from energyscope.plots.btm.load_pictures import named_axis
from energyscope.plots.btm.style import BANDS, CHEAPER, FLOWS, OTHER_BANDS, PRICES, WIDTH, Picture, by_series
from energyscope.plots.btm.wording import local_date, number
from energyscope.plots.btm.written import Written

DAYS_SHOWN, FEW_DAYS = 7, 2
MANY_STEPS = 1000
"""More steps than a picture has points across; a week has 672 quarter-hours."""
_QUARTER_OF_DAY = 6 * 60
_LEVEL_ROUNDING = 6
"""Decimals of the energy of a week [kWh] by which the busiest is chosen, so that rounding does not choose."""


def busiest_week(written: Written) -> slice:
    """The steps of the first seven local days in which the battery gives most energy; all steps of a shorter run."""
    calendar = written.calendar
    moved = np.bincount(calendar.day, weights=written.dispatch.flow(columns.DISCHARGE), minlength=calendar.days)
    weeks = np.convolve(moved, np.ones(min(DAYS_SHOWN, calendar.days)), mode="valid")
    first = int(np.argmax(np.round(weeks, _LEVEL_ROUNDING)))
    begin, end = np.searchsorted(calendar.day, [first, first + DAYS_SHOWN])
    return slice(int(begin), int(end))


def dispatch_week(written: Written) -> Picture:
    """Where the energy came from and went in the busiest week; state of charge, prices and bands of charges."""
    shown = busiest_week(written)
    x, bare, bands = _axis(written, shown), _axis(written, shown, named=False), _bands(written, shown)
    panels = [_panel(bands, bare, _flows(written, shown, bare), 230, named=True)]
    if written.site.storage is not None:
        panels.append(_panel(bands, bare, [_level(written, shown, bare)], 90))
    panels.append(_panel(bands, x, [_prices(written, shown, x)], 120))
    first, last = (local_date(date) for date in _dates(written, shown, np.array([0, -1])))
    shaded = "" if bands is None else f" Shaded: the bands of {bands.charge}."
    return Picture(
        "week",
        f"Dispatch from {first} to {last}",
        f"{_chosen(written)} Above zero what comes to the site, below what is stored or sold; the black line is the "
        f"load. Prices with all charges per kWh.{shaded}",
        f"Dispatch from {first} to {last} by step, state of charge and prices: {_energies(written, shown)}.{shaded}",
        alt.vconcat(*panels, spacing=12),
        raster=shown.stop - shown.start > MANY_STEPS,
    )


def _chosen(written: Written) -> str:
    days = written.calendar.days
    return "The whole run." if days <= DAYS_SHOWN else "The seven days in which the battery gives most energy."


def _energies(written: Written, shown: slice) -> str:
    """What came from where, in words."""
    sums = {name: float(values.sum()) * written.run.dt for name, values in _parts(written, shown).items()}
    return ", ".join(f"{name} {number(abs(each), 1)} kWh" for name, each in sums.items())


def _axis(written: Written, shown: slice, *, named: bool = True) -> alt.X:
    """Hours that have passed; local midnights bear the date, in short runs other hours the time, if they are named."""
    calendar = written.calendar
    starts = np.flatnonzero(np.diff(calendar.day[shown], prepend=-1))
    labels = [f"{each.day_name()[:3]} {each.day} {each.month_name()[:3]}" for each in _dates(written, shown, starts)]
    if len(starts) <= FEW_DAYS:
        starts, labels = _with_hours(calendar.local.minute[shown], starts, labels)
    axis = named_axis((starts * calendar.dt).tolist(), labels if named else [""] * len(labels))
    hours = (shown.stop - shown.start) * calendar.dt
    return alt.X("hour:Q", title=None, scale=alt.Scale(domain=[0, hours], nice=False), axis=axis)


def _with_hours(minute: Places, starts: Places, labels: list[str]) -> tuple[Places, list[str]]:
    """The same with the quarters of a day."""
    quarters = np.setdiff1d(np.flatnonzero(minute % _QUARTER_OF_DAY == 0), starts)
    places = np.concatenate([starts, quarters])
    return places, [*labels, *(f"{each // 60:02d}:00" for each in minute[quarters])]


def _dates(written: Written, shown: slice, places: Places) -> list[pd.Timestamp]:
    return [pd.Timestamp(each) for each in written.calendar.local.date[shown][places]]


def _panel(bands: Bands | None, x: alt.X, layers: Sequence[Any], height: int, *, named: bool = False) -> Any:
    """Layers over the shades of the bands, which one panel names."""
    behind = [] if bands is None else [bands.shades(x, named=named)]
    return alt.layer(*behind, *layers).properties(width=WIDTH - 60, height=height).resolve_scale(color="independent")


def _held(written: Written, values: Values) -> pd.DataFrame:
    """Values of steps by the hour they begin, the last one held to the end of its step."""
    return pd.DataFrame({"hour": np.arange(len(values) + 1) * written.run.dt, "value": np.append(values, values[-1:])})


def _parts(written: Written, shown: slice) -> dict[str, Values]:
    """Flows by their names, those from the site negative; sold flex stands for load that was not served."""
    dispatch = written.dispatch
    flow = {name: dispatch.flow(name)[shown] for name in columns.DISPATCH}
    parts = {
        "PV": dispatch.given(columns.PV)[shown] - flow[columns.CURTAILED],
        "discharge": flow[columns.DISCHARGE],
        "import": flow[columns.GRID_IMPORT],
        "sold flex": flow[columns.FLEX],
        "charge": -flow[columns.CHARGE],
        "export": -flow[columns.GRID_EXPORT],
    }
    return {name: values for name, values in parts.items() if values.any()}


def _flows(written: Written, shown: slice, x: alt.X) -> list[Any]:
    parts = _parts(written, shown)
    colours = by_series({name: FLOWS[name] for name in (*parts, "load")})
    stacked = [
        _held(written, values.round(4)).assign(series=name, place=place)
        for place, (name, values) in enumerate(parts.items())
    ]
    y = alt.Y("value:Q", title="kW", stack="zero")
    load = _held(written, written.dispatch.given(columns.LOAD)[shown]).assign(series="load")
    line = alt.Chart(load).mark_line(strokeWidth=1.6, interpolate="step-after").encode(x=x, y="value:Q", color=colours)
    if not stacked:
        return [line]
    area = alt.Chart(pd.concat(stacked)).mark_area(interpolate="step-after", opacity=0.9)
    return [alt.layer(area.encode(x=x, y=y, color=colours, order="place:Q"), line)]


def _level(written: Written, shown: slice, x: alt.X) -> Any:
    """State of charge at the ends of the steps, from that before the first one on."""
    battery = written.site.storage
    assert battery is not None
    levels = np.concatenate([[initial_soc(battery, written.dispatch)], written.dispatch.flow(columns.SOC)])
    shown_levels = levels[shown.start : shown.stop + 1]
    rows = pd.DataFrame({"hour": np.arange(len(shown_levels)) * written.run.dt, "value": shown_levels.round(4)})
    y = alt.Y("value:Q", title="stored [kWh]", scale=alt.Scale(domain=[0, battery.capacity_kwh]))
    return alt.Chart(rows).mark_area(color=CHEAPER, fillOpacity=0.35, line={"color": CHEAPER}).encode(x=x, y=y)


def _prices(written: Written, shown: slice, x: alt.X) -> Any:
    """What a kWh costs and earns with all charges and multipliers [GBP/kWh]."""
    bought, sold = effective_prices(written.run, written.dispatch.frame, written.calendar)
    rows = [
        _held(written, values[shown].round(6)).assign(series=name)
        for name, values in zip(PRICES, (bought, sold), strict=True)
    ]
    line = alt.Chart(pd.concat(rows)).mark_line(strokeWidth=1.6, interpolate="step-after")
    return line.encode(x=x, y=alt.Y("value:Q", title="GBP/kWh"), color=by_series(PRICES))


@dataclass(frozen=True, eq=False)
class Bands:
    """Bands of a charge by hour: from `hour` to `until`, and the colour of each band by its name."""

    charge: str
    rows: pd.DataFrame
    colours: dict[str, str]

    def shades(self, x: alt.X, *, named: bool) -> Any:
        """Rectangles over the whole height."""
        colour = by_series(self.colours, self.charge)
        colour = colour if named else colour.legend(None)
        return alt.Chart(self.rows).mark_rect().encode(x=x, x2="until:Q", color=colour)


def _bands(written: Written, shown: slice) -> Bands | None:
    """The bands of the first import charge that has several, None without one."""
    charges = [each for each in written.run.tariff.volumetric_charges if each.direction == "import"]
    charge = next((each for each in charges if len(each.bands) > 1), None)
    if charge is None:
        return None
    band = band_of_step(written.calendar, charge)[shown]
    begins = np.flatnonzero(np.diff(band, prepend=-2))
    ends = np.append(begins[1:], len(band))
    names = [each.name for each in charge.bands]
    rows = pd.DataFrame({"hour": begins * written.run.dt, "until": ends * written.run.dt, "place": band[begins]})
    rows = rows[rows["place"] != NO_BAND]
    colours = [BANDS.get(name.lower(), OTHER_BANDS[place % len(OTHER_BANDS)]) for place, name in enumerate(names)]
    series = [names[place] for place in rows["place"]]
    return Bands(charge.name, rows.assign(series=series), dict(zip(names, colours, strict=True)))
