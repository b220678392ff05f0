"""Pictures as Plotly draws them: plain data for plotly.js.

Plotly's own figures check every field, which takes longer than all tables of core; they are made when one is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from energyscope.plots.names import SERIES, colour, darker, label, short
from energyscope.plots.picture import Bars, Day, Flows, Levels, Panel, Picture
from energyscope.plots.sankey_layout import GAP as GAP_OF_NODES
from energyscope.plots.sankey_layout import flows_height, placed

if TYPE_CHECKING:
    import plotly.graph_objects as go

Spec = dict[str, Any]

BAR, GAP, LINES, LINES_GAP, DAY = 22, 100, 110, 36, 480
"""Heights in points: a bar, the gap below a panel of bars, a panel of lines and its gap, a day."""
TOP, TOP_OF_DAY, BOTTOM = 60, 100, 60
"""Margins above and below the panels, in points."""
ENDS = 0.84
"""Where the last column of the flow picture stands; its names need the rest of the width."""
FONT = {"family": "Helvetica, Arial, sans-serif", "size": 13, "color": "#222222"}
AXIS: Spec = {"gridcolor": "#e9edf2", "zerolinecolor": "#c8ccd0", "automargin": True}
NAMES = {"autorange": "reversed", "ticksuffix": "  ", "showgrid": False}
"""The axis of names of bars."""
INK = "#111111"


def draw(picture: Picture) -> go.Figure:
    """The picture as a figure of Plotly, to be changed further."""
    import plotly.graph_objects as go

    return go.Figure(spec(picture))


def spec(picture: Picture) -> Spec:
    """The picture as `data` and `layout`, all of it JSON."""
    match picture.content:
        case Bars():
            drawn = _bars(picture.content)
        case Day():
            drawn = _day(picture.content)
        case Levels():
            drawn = _levels(picture.content)
        case Flows():
            drawn = _flows(picture.content)
    title = {"text": picture.title, "x": 0.0, "xanchor": "left", "y": 1.0, "yanchor": "top", "pad": {"l": 10, "t": 14}}
    top = TOP_OF_DAY if isinstance(picture.content, Day) else TOP
    margin = {"l": 10, "r": 20, "t": top, "b": BOTTOM}
    common = {"font": FONT, "margin": margin, "title": title, "plot_bgcolor": "white"}
    return {"data": drawn["data"], "layout": {**common, **drawn["layout"]}}


def _panels(heights: Sequence[float], gap: float) -> tuple[list[list[float]], float]:
    """Where panels of some heights stand below one another, as shares of the drawn part, and the height of that."""
    total = sum(heights) + gap * max(len(heights) - 1, 0)
    begins = accumulate([height + gap for height in heights], initial=0.0)
    domains = [
        [1 - (begin + height) / total, 1 - begin / total] for begin, height in zip(begins, heights, strict=False)
    ]
    return domains, total


def _heading(text: str, domain: Sequence[float]) -> Spec:
    """The name of a panel, above its left end."""
    place = {"x": 0.0, "xanchor": "left", "y": domain[1], "yanchor": "bottom", "xref": "paper", "yref": "paper"}
    return {**place, "text": f"<b>{text}</b>", "showarrow": False}


def _titled(text: str) -> Spec:
    """The title of an axis, near it."""
    return {"title": {"text": text, "standoff": 8}}


def _number(row: int) -> str:
    """What Plotly appends to the axes of a panel."""
    return "" if row == 0 else str(row + 1)


def _bars(content: Bars) -> Spec:
    heights = [BAR * (panel.table["name"].nunique() + 0.5) for panel in content.panels] or [BAR]
    domains, total = _panels(heights, GAP)
    layout: Spec = {"barmode": "relative", "bargap": 0.25, "height": total + TOP + BOTTOM, "annotations": []}
    layout["legend"] = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1.0, "xanchor": "right"}
    data: list[Spec] = []
    for row, (panel, domain) in enumerate(zip(content.panels, domains, strict=False)):
        data += _bars_of(panel, row)
        of = _number(row)
        layout[f"xaxis{of}"] = {**AXIS, "anchor": f"y{of}", **_titled(panel.unit), "tickformat": ",~g"}
        layout[f"yaxis{of}"] = {**AXIS, "domain": domain, "anchor": f"x{of}", **NAMES}
        if panel.title:
            layout["annotations"].append(_heading(panel.title, domain))
    return {"data": data, "layout": layout}


def _bars_of(panel: Panel, row: int) -> list[Spec]:
    single = panel.table["series"].nunique() == 1
    axes = {"xaxis": f"x{_number(row)}", "yaxis": f"y{_number(row)}"}
    bars: list[Spec] = []
    for series, part in panel.table.groupby("series", sort=False):
        tone: object = [colour(name) for name in part["name"]] if single else SERIES.get(str(series))
        bar = {"type": "bar", "orientation": "h", "name": label(series), "showlegend": not single, **axes}
        bar |= {"x": part["value"].tolist(), "y": part["label"].tolist(), "customdata": part["name"].tolist()}
        bar |= {"hovertemplate": f"%{{customdata}}<br>{label(series)}: %{{x:,.4g}} {panel.unit}<extra></extra>"}
        bar |= {"marker": {"color": tone}, "textposition": "outside", "cliponaxis": False}
        bars.append(bar | ({"text": part["value"].map(short).tolist()} if single else {}))
    return bars


def _day(content: Day) -> Spec:
    """Bars of the day that is shown, and a choice that puts the values of another one in their place."""
    hours = sorted(content.table["hour"].unique().tolist())
    items = content.table.pivot_table(index=["place", "name"], columns=["day", "hour"], values="value", fill_value=0.0)
    values = items.reindex(columns=pd.MultiIndex.from_product([content.days, hours]), fill_value=0.0)
    # an hour stands between its beginning and its end
    middle = [hour - 0.5 for hour in hours]
    begin, end = min(hours) - 1, max(hours)
    data: list[Spec] = [
        {
            "type": "bar",
            "name": label(name),
            "x": middle,
            "marker": {"color": colour(name), "line": {"width": 0}},
            "hovertemplate": f"{label(name)}: %{{y:.4g}} {content.unit}<extra></extra>",
        }
        for _, name in values.index
    ]
    ys = {day: np.round(values[day].to_numpy(), 6).tolist() for day in content.days}
    if len(content.demand):
        demand = content.demand.set_index(["day", "hour"])["value"].reindex(values.columns, fill_value=0.0)
        line = {"color": INK, "width": 2, "shape": "hvh"}
        data.append({"type": "scatter", "name": "Demand", "mode": "lines", "x": [begin, *middle, end], "line": line})
        for day in content.days:
            ys[day].append(np.pad(demand[day].to_numpy().round(6), 1, mode="edge").tolist())
    data = [{**trace, "y": y} for trace, y in zip(data, ys[content.shown], strict=True)]
    ticks = {"tick0": 0, "dtick": 3, "range": [begin, end], **_titled("hour of the day")}
    layout: Spec = {"barmode": "relative", "bargap": 0, "height": DAY, "hovermode": "x unified"}
    layout |= {"xaxis": {**AXIS, **ticks, "zeroline": False}, "yaxis": {**AXIS, **_titled(content.unit)}}
    return {"data": data, "layout": layout | (_choice(content, ys) if len(content.days) > 1 else {})}


def _choice(content: Day, ys: Mapping[object, Sequence[Sequence[float]]]) -> Spec:
    """A list of the days to choose from."""
    buttons = [
        {"label": f"day {day}: {hours / 24:.0f} of the year", "method": "restyle", "args": [{"y": ys[day]}]}
        for day, hours in zip(content.days, content.hours_of_year, strict=True)
    ]
    place = {"x": 0.0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"}
    return {"updatemenus": [{"buttons": buttons, "active": list(content.days).index(content.shown), **place}]}


def _levels(content: Levels) -> Spec:
    parts = [part for _, part in content.table.groupby("place")]
    domains, total = _panels([LINES] * max(len(parts), 1), LINES_GAP)
    layout: Spec = {"height": total + TOP + BOTTOM, "annotations": [], "showlegend": False}
    data: list[Spec] = []
    for row, (part, domain) in enumerate(zip(parts, domains, strict=False)):
        of, last = _number(row), row == len(parts) - 1
        data += _level(part, content.unit, {"xaxis": f"x{of}", "yaxis": f"y{of}"})
        y = {"domain": domain, "anchor": f"x{of}", "rangemode": "tozero", **_titled(content.unit)}
        layout[f"yaxis{of}"] = {**AXIS, **y}
        x = {"anchor": f"y{of}", "matches": "x", "showticklabels": last, "zeroline": False}
        layout[f"xaxis{of}"] = {**AXIS, **x, **_titled(content.axis if last else "")}
        layout["annotations"].append(_heading(str(part["label"].iloc[0]), domain))
    layout["xaxis"].pop("matches", None)
    return {"data": data, "layout": layout}


def _level(part: pd.DataFrame, unit: str, axes: Mapping[str, str]) -> list[Spec]:
    """The edges of the band, then the line."""
    tone = colour(part["name"].iloc[0])
    common: Spec = {"type": "scatter", "mode": "lines", "x": part["time"].round(3).tolist(), **axes}
    edge: Spec = {**common, "line": {"width": 0}, "hoverinfo": "skip"}
    low, level, high = (part[name].round(6).tolist() for name in ("low", "level", "high"))
    line = {"color": darker(tone), "width": 1.3}
    return [
        {**edge, "y": low},
        {**edge, "y": high, "fill": "tonexty", "fillcolor": _see_through(tone)},
        {**common, "y": level, "line": line, "hovertemplate": f"%{{x}}: %{{y:,.4g}} {unit}<extra></extra>"},
    ]


def _flows(content: Flows) -> Spec:
    """Plotly writes names of the last column into the picture; here they stand beside it, as notes."""
    put = placed(content.nodes, content.links)
    nodes, links, last = put.nodes, put.links, put.columns - 1
    middle = (nodes["top"] + nodes["bottom"]) / 2
    ends = nodes["column"] == last
    height = flows_height(nodes) + TOP + BOTTOM
    node = {
        "label": nodes["text"].mask(ends, "").tolist(),
        "customdata": nodes["label"].tolist(),
        "hovertemplate": "%{customdata}: %{value}<extra></extra>",
        "color": nodes["colour"].tolist(),
        "x": (nodes["column"] / max(last, 1)).clip(0.001, 0.999).tolist(),
        "y": middle.clip(0.001, 0.999).tolist(),
        "pad": GAP_OF_NODES * (height - TOP - BOTTOM),
        "thickness": 14,
        "line": {"width": 0},
    }
    link = {name: links[name].tolist() for name in ("source", "target", "value")} | {
        "color": links["colour"].map(_see_through).tolist(),
        "hovertemplate": "%{source.customdata} to %{target.customdata}: %{value}<extra></extra>",
    }
    sankey = {"type": "sankey", "arrangement": "fixed", "valueformat": ",.1f", "valuesuffix": f" {content.unit}"}
    notes = [
        _heading(text, [0, 1 - y]) | {"text": text, "x": ENDS + 0.005, "yanchor": "middle", "font": {"size": 12}}
        for y, text in zip(middle[ends], nodes.loc[ends, "text"], strict=True)
    ]
    data = {**sankey, "node": node, "link": link, "domain": {"x": [0, ENDS]}, "textfont": {"size": 12}}
    return {"data": [data], "layout": {"height": height, "annotations": notes}}


def _see_through(hex_colour: str) -> str:
    red, green, blue = (int(hex_colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.45)"
