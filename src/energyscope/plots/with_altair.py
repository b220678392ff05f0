"""Pictures drawn by Altair."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from energyscope.plots.names import SERIES, colour, darker, label, short
from energyscope.plots.picture import Bars, Day, Flows, Levels, Panel, Picture
from energyscope.plots.sankey_layout import flows_height, placed

WIDTH = 640
"""Width of a panel in points."""
CURVE = 24
"""Points along a ribbon."""
INK = "#222222"
END_LABELS = 1.1
"""Room for the names of the last column, in widths of a column."""


def draw(picture: Picture) -> Any:
    """The picture as a chart."""
    chart: Any
    match picture.content:
        case Bars():
            chart = alt.vconcat(*[_bars(panel) for panel in picture.content.panels], spacing=18)
        case Day():
            chart = _day(picture.content)
        case Levels():
            chart = _levels(picture.content)
        case Flows():
            chart = _flows(picture.content)
    title = alt.TitleParams(_title(picture), anchor="start", fontSize=16, offset=12, subtitle=picture.note)
    return (
        chart.properties(title=title, padding=12)
        .configure_view(stroke=None)
        .configure_axis(gridColor="#e6e6e6", domainColor="#999999", tickColor="#999999", labelLimit=300)
        .configure_legend(labelLimit=300, title=None)
    )


def _title(picture: Picture) -> str:
    if not isinstance(picture.content, Day) or len(picture.content.days) == 1:
        return picture.title
    content = picture.content
    hours = dict(zip(content.days, content.hours_of_year, strict=True))[content.shown]
    return f"{picture.title} (day {content.shown}: {hours / 24:.0f} of the year)"


def _bars(panel: Panel) -> alt.LayerChart | alt.Chart:
    table = panel.table
    order = table["label"].drop_duplicates().tolist()
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(grid=False, ticks=False))
    x = alt.X("value:Q", title=panel.unit)
    single = table["series"].nunique() == 1
    if not single:
        series = table["series"].drop_duplicates().tolist()
        names = [label(each) for each in series]
        scale = alt.Scale(domain=names, range=[SERIES.get(str(each), INK) for each in series])
        shown = table.assign(series=table["series"].map(label), rank=table["series"].map(series.index))
        bars = alt.Chart(shown).mark_bar().encode(y=y, x=x, color=alt.Color("series:N", scale=scale), order="rank:Q")
        return bars.properties(width=WIDTH, height=alt.Step(20))
    coloured = table.assign(colour=table["name"].map(colour), text=table["value"].map(short))
    bars = alt.Chart(coloured).mark_bar().encode(y=y, x=x, color=alt.Color("colour:N", scale=None))
    text = bars.mark_text(align="left", dx=4, color=INK).encode(text="text:N", color=alt.value(INK))
    return (bars + text).properties(width=WIDTH, height=alt.Step(20), title=_heading(panel.title))


def _day(content: Day) -> alt.LayerChart:
    table = content.table[content.table["day"] == content.shown]
    names = table["name"].drop_duplicates().tolist()
    scale = alt.Scale(domain=[label(name) for name in names], range=[colour(name) for name in names])
    tone = alt.Color("label:N", scale=scale)
    x = alt.X("begin:Q", title="hour of the day", axis=alt.Axis(values=list(range(0, 25, 3))))
    # stacked here: Vega-Lite does not stack bars that have a beginning and an end
    table = table.assign(begin=table["hour"] - 1, end=table["hour"], above=table["value"] > 0)
    top = table.sort_values("place").groupby(["hour", "above"])["value"].cumsum()
    bars = (
        alt.Chart(table.assign(top=top, bottom=top - table["value"]))
        .mark_rect(strokeWidth=0)
        .encode(x=x, x2="end:Q", y=alt.Y("bottom:Q", title=content.unit), y2="top:Q", color=tone)
    )
    demand = content.demand[content.demand["day"] == content.shown]
    # the last hour is drawn to its end
    steps = pd.concat([demand.assign(begin=demand["hour"] - 1), demand.tail(1).assign(begin=demand["hour"].max())])
    line = alt.Chart(steps).mark_line(color="#111111", strokeWidth=2, interpolate="step-after").encode(x=x, y="value:Q")
    return (bars + line).properties(width=WIDTH, height=320)


def _levels(content: Levels) -> alt.VConcatChart:
    parts = [part for _, part in content.table.groupby("place")]
    charts = [_level(part, content, place == len(parts) - 1) for place, part in enumerate(parts)]
    return alt.vconcat(*charts, spacing=10)


def _level(part: pd.DataFrame, content: Levels, last: bool) -> alt.LayerChart:
    tone = colour(part["name"].iloc[0])
    axis = alt.Axis(labels=last, ticks=last)
    x = alt.X("time:Q", title=content.axis if last else None, scale=alt.Scale(nice=False), axis=axis)
    base = alt.Chart(part[["time", "level", "low", "high"]]).encode(x=x)
    band = base.mark_area(color=tone, opacity=0.45).encode(y=alt.Y("low:Q", title=content.unit), y2="high:Q")
    line = base.mark_line(color=darker(tone), strokeWidth=1.3).encode(y="level:Q")
    return (band + line).properties(width=WIDTH, height=90, title=_heading(str(part["label"].iloc[0])))


def _flows(content: Flows) -> Any:
    put = placed(content.nodes, content.links)
    last = put.columns - 1
    nodes = put.nodes.assign(
        right=put.nodes["column"] + 0.06,
        middle=(put.nodes["top"] + put.nodes["bottom"]) / 2,
    )
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, last + END_LABELS], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[1, 0], nice=False))
    ribbons = (
        alt.Chart(_ribbon_points(put.nodes, put.links))
        .mark_area(opacity=0.45)
        .encode(x=x, y=y, y2="y2:Q", detail="link:N", color=alt.Color("colour:N", scale=None))
    )
    boxes = (
        alt.Chart(nodes)
        .mark_rect()
        .encode(
            x=alt.X("column:Q"),
            x2="right:Q",
            y=alt.Y("top:Q"),
            y2="bottom:Q",
            color=alt.Color("colour:N", scale=None),
        )
    )
    return alt.layer(ribbons, boxes, *_labels(nodes)).properties(width=1060, height=flows_height(nodes))


def _labels(nodes: pd.DataFrame) -> list[alt.Chart]:
    """Names beside their nodes, on a pale outline that keeps them readable on ribbons."""
    base = alt.Chart(nodes).encode(x="right:Q", y="middle:Q", text="text:N")
    outline = {"stroke": "white", "strokeWidth": 3, "strokeOpacity": 0.8, "strokeJoin": "round"}
    return [base.mark_text(align="left", dx=4, fontSize=11, **style) for style in (outline, {"color": INK})]


def _heading(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", frame="group", fontSize=12)


def _ribbon_points(nodes: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Upper and lower edge of every ribbon, level at both ends."""
    share = np.linspace(0.0, 1.0, CURVE)
    eased = share * share * (3 - 2 * share)
    column = nodes["column"].to_numpy()
    begin, end = column[links["source"]] + 0.06, column[links["target"]]
    top = links["source_top"].to_numpy()[:, None] * (1 - eased) + links["target_top"].to_numpy()[:, None] * eased
    return pd.DataFrame(
        {
            "link": np.repeat(np.arange(len(links)), CURVE),
            "x": (begin[:, None] * (1 - share) + end[:, None] * share).ravel(),
            "y": top.ravel(),
            "y2": (top + links["width"].to_numpy()[:, None]).ravel(),
            "colour": np.repeat(links["colour"].to_numpy(), CURVE),
        }
    )
