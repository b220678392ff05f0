"""Pictures of what the meter sees, by hour and day, by duration and by month, and of the cycles of the battery."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.bill_demand import half_hour_means
from energyscope.families.btm.tariff.calendar import Calendar, half_hour_of_steps
from energyscope.modeldata.symbols import Values
from energyscope.plots.btm.style import AFTER, BEFORE, CHEAPER, DEARER, WIDTH, Picture, by_series
from energyscope.plots.btm.wording import number
from energyscope.plots.btm.written import Written

POINTS = 800
"""Points of a curve: what a screen can tell apart."""
_SIDES = {"baseline": BEFORE, "optimised": AFTER}
_HOUR_HEIGHT = 6
"""Height of an hour in points."""
_FEW_DAYS, _MANY_DAYS = 16, 70
"""Up to so many days each is named, up to so many each week, beyond that each month."""


def import_by_hour(written: Written) -> Picture:
    """Import by hour of the day and date, before and after [kW]."""
    calendar = written.calendar
    hour = calendar.local.minute // 60
    parts = []
    for name, dispatch in zip(_SIDES, (written.passive, written.dispatch), strict=True):
        rows = pd.DataFrame({"day": calendar.day, "hour": hour, "kW": dispatch.flow(columns.GRID_IMPORT)})
        parts.append(rows.groupby(["day", "hour"], as_index=False)["kW"].mean().round(1).assign(series=name))
    table = pd.concat(parts)
    table = table.assign(next=table["day"] + 1, end=table["hour"] + 1)
    y = alt.Y("hour:Q", title="hour", scale=alt.Scale(domain=[24, 0]), axis=alt.Axis(values=[0, 6, 12, 18, 24]))
    colour = alt.Color(
        "kW:Q",
        title="import [kW]",
        scale=alt.Scale(scheme="cividis"),
        legend=alt.Legend(gradientLength=200, titleOrient="top"),
    )
    cells = alt.Chart(table).mark_rect().encode(x=_days_axis(calendar), x2="next:Q", y=y, y2="end:Q", color=colour)
    header = alt.Header(labelAngle=0, labelAnchor="start", labelOrient="top")
    row = alt.Row("series:N", title=None, sort=list(_SIDES), header=header)
    highest = ", ".join(
        f"{name} up to {number(table.loc[table['series'] == name, 'kW'].max(), 1)} kW" for name in _SIDES
    )
    return Picture(
        "import_by_hour",
        "Import by hour and day",
        "Hourly means of import, hour of the day downwards on the local clock, days to the right.",
        f"Heat maps of import by hour of the day and date over {calendar.days} days; hourly means: {highest}.",
        cells.properties(width=_whole_cells(calendar.days), height=24 * _HOUR_HEIGHT).facet(row=row, spacing=8),
        raster=True,
    )


def _whole_cells(days: int) -> int:
    """A width at which a day is a whole number of points: its edges are sharp, and the picture is a small file."""
    most = WIDTH - 60
    return days * (most // days) if days <= most else most


def _days_axis(calendar: Calendar) -> alt.X:
    """Days of the run counted from 0; the first of each month, or Mondays, or all are named."""
    dates = pd.DatetimeIndex(calendar.day_names)
    if calendar.days <= _FEW_DAYS:
        named = np.arange(calendar.days)
    else:
        named = np.flatnonzero(dates.day == 1 if calendar.days > _MANY_DAYS else dates.day_of_week == 0)
    months = [each.month_name()[:3] for each in dates[named]]
    if calendar.days > _MANY_DAYS:
        labels = [f"{month} {each.year}" for month, each in zip(months, dates[named], strict=True)]
    else:
        labels = [f"{each.day} {month}" for month, each in zip(months, dates[named], strict=True)]
    axis = named_axis(named.tolist(), labels)
    return alt.X("day:Q", title=None, scale=alt.Scale(domain=[0, calendar.days], nice=False), axis=axis)


def named_axis(places: Sequence[float], labels: Sequence[str]) -> alt.Axis:
    """An axis that names some places: no clock of the machine has a say in it."""
    return alt.Axis(
        values=[*places], labelExpr=f"{[*labels]}[indexof({[*places]}, datum.value)]", labelAlign="left", grid=True
    )


def half_hours(written: Written) -> tuple[Values, Values]:
    """Half-hourly means of import, before and after [kW]; longer steps are their own."""
    places = half_hour_of_steps(written.calendar)
    before, after = (
        half_hour_means(places, each.flow(columns.GRID_IMPORT)) for each in (written.passive, written.dispatch)
    )
    return before, after


def duration_curve(written: Written) -> Picture:
    """Half-hourly means of import, highest first [kW]."""
    sides = half_hours(written)
    parts = [_falling(values).assign(series=name) for name, values in zip(_SIDES, sides, strict=True)]
    line = alt.Chart(pd.concat(parts)).mark_line(strokeWidth=2)
    x = alt.X("share:Q", title="share of the half-hours [%]", scale=alt.Scale(domain=[0, 100]))
    chart = line.encode(x=x, y=alt.Y("kW:Q", title="import [kW]"), color=by_series(_SIDES))
    highest = " and ".join(
        f"{number(float(each.max()), 1)} kW {name}" for name, each in zip(_SIDES, sides, strict=True)
    )
    return Picture(
        "duration",
        "Half-hourly load duration",
        "Half-hourly means of import, sorted from the highest to the lowest.",
        f"Duration curves of half-hourly import before and after; the highest half-hours are {highest}.",
        chart.properties(width=WIDTH, height=240),
    )


def _falling(values: Values) -> pd.DataFrame:
    """A curve from the highest to the lowest value, in so many points as a screen shows; the ends are exact."""
    share = np.linspace(0, 1, min(POINTS, max(2, len(values))))
    places = np.linspace(0, 1, len(values)) if len(values) > 1 else np.zeros(1)
    return pd.DataFrame({"share": 100 * share, "kW": np.interp(share, places, np.sort(values)[::-1])})


def monthly_peaks(written: Written) -> Picture | None:
    """The highest half-hour of each month before and after, and the agreed capacity [kW]; None without half-hours."""
    rows = [
        (month, name, peak)
        for name in _SIDES
        for month, peak in written.metrics[name]["peaks"]["by_month"].items()
        if peak is not None
    ]
    if not rows:
        return None
    table = pd.DataFrame(rows, columns=["month", "series", "kW"])
    x = alt.X("month:N", title=None, axis=alt.Axis(labelAngle=0))
    bars = alt.Chart(table).mark_bar()
    y = alt.Y("kW:Q", title="highest half-hour [kW]")
    layers = [bars.encode(x=x, xOffset=alt.XOffset("series:N", sort=list(_SIDES)), y=y, color=by_series(_SIDES))]
    said = _agreed(written)
    chart = alt.layer(*layers, *_limit(written)).properties(
        width=min(WIDTH - 60, 200 + 90 * table["month"].nunique()), height=240
    )
    peaks = "; ".join(f"{month} {name} {number(peak, 1)} kW" for month, name, peak in rows)
    note = f"The highest half-hourly mean of import of each month{f', and {said}' if said else ''}."
    return Picture("peaks", "Monthly peaks", note, f"Monthly peaks of import: {peaks}. {said}".strip(), chart)


def _agreed(written: Written) -> str:
    capacity = written.run.tariff.capacity_charge
    if capacity is None:
        return ""
    agreed, factor = capacity.agreed_capacity_kva, capacity.power_factor
    return f"the agreed capacity of {agreed:g} kVA, {number(agreed * factor, 1)} kW at power factor {factor:g}"


def _limit(written: Written) -> list[alt.Chart]:
    """The agreed capacity as a line across the picture."""
    capacity = written.run.tariff.capacity_charge
    if capacity is None:
        return []
    limit = alt.Chart(pd.DataFrame({"kW": [capacity.agreed_capacity_kva * capacity.power_factor]})).encode(y="kW:Q")
    text = f"{capacity.agreed_capacity_kva:g} kVA"
    beside = limit.mark_text(align="left", dx=5, color=DEARER, text=text, fontSize=12).encode(x=alt.value("width"))
    return [limit.mark_rule(color=DEARER, strokeDash=[6, 4], strokeWidth=2), beside]


def cycle_histogram(written: Written) -> Picture | None:
    """Cycles by depth; None without a battery that was cycled."""
    battery = written.metrics["battery"]
    if battery is None or not battery["cycles"]["count"]:
        return None
    rows = pd.DataFrame(battery["cycles"]["histogram"])
    rows["depth"] = [f"{100 * each.depth_from:.0f} to {100 * each.depth_to:.0f} %" for each in rows.itertuples()]
    x = alt.X("depth:N", sort=None, title="depth of the cycle, share of the capacity", axis=alt.Axis(labelAngle=0))
    chart = alt.Chart(rows).mark_bar(color=CHEAPER).encode(x=x, y=alt.Y("count:Q", title="cycles"))
    cycles, soh = battery["cycles"], battery["soh"]["end_soh"]
    health = "" if soh is None else f" At the end of the run {100 * soh:.2f} % of the nameplate capacity is left."
    counted = f"{number(cycles['count'], 1)} cycles of {100 * cycles['mean_depth']:.0f} % mean depth"
    return Picture(
        "cycles",
        "Cycles of the battery",
        f"Rainflow count (ASTM E1049): {counted}.{health}",
        f"Histogram of cycles by depth: {counted}.{health}",
        chart.properties(width=WIDTH, height=200),
    )
