"""Pictures drawn by Plotly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from energyscope.plots.names import SERIES, colour, label, short
from energyscope.plots.picture import Bars, Day, Flows, Levels, Picture
from energyscope.plots.sankey_layout import GAP as GAP_OF_NODES
from energyscope.plots.sankey_layout import placed

BAR, GAP, LINES, DAY, SANKEY = 22, 100, 150, 480, 720
"""Heights in points: a bar, the gap below a panel of bars, a panel of lines, a day, the flow picture."""
ENDS = 0.86
"""Where the last column of the flow picture stands; its names need the rest of the width."""
FONT = {"family": "Helvetica, Arial, sans-serif", "size": 13, "color": "#222222"}


def draw(picture: Picture) -> go.Figure:
    """The picture as a figure."""
    match picture.content:
        case Bars():
            figure = _bars(picture.content)
        case Day():
            figure = _day(picture.content)
        case Levels():
            figure = _levels(picture.content)
        case Flows():
            figure = _flows(picture.content)
    top = 100 if isinstance(picture.content, Day) else 60
    title = {"text": picture.title, "x": 0.0, "xanchor": "left", "y": 1.0, "yanchor": "top", "pad": {"l": 10, "t": 14}}
    figure.update_layout(template="plotly_white", font=FONT, margin={"l": 10, "r": 20, "t": top, "b": 40}, title=title)
    return figure


def _bars(content: Bars) -> go.Figure:
    counts = [panel.table["name"].nunique() for panel in content.panels]
    figure = make_subplots(
        rows=max(len(counts), 1),
        cols=1,
        row_heights=[count + 1 for count in counts] or None,
        subplot_titles=[panel.title for panel in content.panels] if len(counts) > 1 else None,
        vertical_spacing=min(0.3, GAP / _bars_height(counts)),
    )
    known: set[str] = set()
    for row, panel in enumerate(content.panels, 1):
        for series, part in panel.table.groupby("series", sort=False):
            single = panel.table["series"].nunique() == 1
            figure.add_bar(
                x=part["value"],
                y=part["label"],
                orientation="h",
                name=label(series),
                customdata=part["name"],
                hovertemplate=f"%{{customdata}}<br>{label(series)}: %{{x:,.4g}} {panel.unit}<extra></extra>",
                marker_color=[colour(name) for name in part["name"]] if single else SERIES.get(str(series)),
                text=part["value"].map(short) if single else None,
                textposition="outside",
                cliponaxis=False,
                showlegend=not single and series not in known,
                row=row,
                col=1,
            )
            known.add(str(series))
        figure.update_xaxes(title_text=panel.unit, tickformat=",~g", row=row, col=1)
    figure.update_yaxes(autorange="reversed", automargin=True, ticksuffix="  ")
    figure.update_layout(barmode="relative", height=_bars_height(counts), bargap=0.25)
    figure.update_layout(legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1.0, "xanchor": "right"})
    return figure


def _bars_height(counts: list[int]) -> int:
    return 110 + sum(BAR * count + GAP for count in counts)


def _day(content: Day) -> go.Figure:
    """Bars of the day that is shown, and a choice that puts the values of another one in their place."""
    figure = go.Figure()
    hours = sorted(content.table["hour"].unique())
    items = content.table.pivot_table(index=["place", "name"], columns=["day", "hour"], values="value", fill_value=0.0)
    values = items.reindex(columns=pd.MultiIndex.from_product([content.days, hours]), fill_value=0.0)
    for _, name in values.index:
        hover = f"{label(name)}: %{{y:.4g}} {content.unit}<extra></extra>"
        figure.add_bar(name=label(name), x=hours, marker_color=colour(name), marker_line_width=0, hovertemplate=hover)
    demand = content.demand.set_index(["day", "hour"])["value"].reindex(values.columns, fill_value=0.0)
    line = {"color": "#111111", "width": 2, "shape": "hvh"}
    figure.add_scatter(name="Demand", x=hours, mode="lines", line=line)
    ys = {day: [*values[day].to_numpy().round(6).tolist(), demand[day].round(6).tolist()] for day in content.days}
    for trace, y in zip(figure.data, ys[content.shown], strict=True):
        trace.y = y
    figure.update_layout(barmode="relative", bargap=0, height=DAY, hovermode="x unified")
    figure.update_xaxes(title_text="hour of the day", tick0=0, dtick=3)
    figure.update_yaxes(title_text=content.unit)
    figure.update_layout(updatemenus=[_choice(content, ys)])
    return figure


def _choice(content: Day, ys: Mapping[object, Sequence[Sequence[float]]]) -> dict[str, object]:
    """A list of the days to choose from."""
    buttons = [
        {"label": f"day {day}: {hours / 24:.0f} of the year", "method": "restyle", "args": [{"y": ys[day]}]}
        for day, hours in zip(content.days, content.hours_of_year, strict=True)
    ]
    place = {"x": 0.0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"}
    return {"buttons": buttons, "active": list(content.days).index(content.shown), **place}


def _levels(content: Levels) -> go.Figure:
    parts = list(content.table.groupby("place"))
    titles = [str(part["label"].iloc[0]) for _, part in parts]
    figure = make_subplots(
        rows=max(len(parts), 1), cols=1, shared_xaxes=True, subplot_titles=titles, vertical_spacing=0.06
    )
    for row, (_, part) in enumerate(parts, 1):
        figure.add_scatter(
            x=part["day"].round(3),
            y=part["level"].round(6),
            mode="lines",
            line={"color": colour(part["name"].iloc[0]), "width": 1},
            fill="tozeroy",
            name=titles[row - 1],
            showlegend=False,
            row=row,
            col=1,
        )
    figure.update_yaxes(title_text=content.unit, rangemode="tozero")
    figure.update_xaxes(title_text="day of the year", row=len(parts), col=1)
    figure.update_layout(height=120 + LINES * len(parts))
    return figure


def _flows(content: Flows) -> go.Figure:
    """Plotly writes names of the last column into the picture; here they stand beside it, as notes."""
    put = placed(content.nodes, content.links)
    last = put.columns - 1
    middle = (put.nodes["top"] + put.nodes["bottom"]) / 2
    ends = put.nodes["column"] == last
    node = {
        "label": put.nodes["label"].mask(ends, ""),
        "customdata": put.nodes["label"],
        "hovertemplate": "%{customdata}: %{value}<extra></extra>",
        "color": put.nodes["colour"],
        "x": (put.nodes["column"] / max(last, 1)).clip(0.001, 0.999),
        "y": middle.clip(0.001, 0.999),
        "pad": GAP_OF_NODES * (SANKEY - 100),
        "thickness": 14,
        "line": {"width": 0},
    }
    link = {
        "source": put.links["source"],
        "target": put.links["target"],
        "value": put.links["value"],
        "color": [f"rgba{_rgb(each)}" for each in put.links["colour"]],
        "hovertemplate": "%{source.customdata} to %{target.customdata}: %{value}<extra></extra>",
    }
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            valueformat=",.1f",
            valuesuffix=f" {content.unit}",
            node=node,
            link=link,
            domain={"x": [0, ENDS]},
        )
    )
    for y, text in zip(middle[ends], put.nodes.loc[ends, "label"], strict=True):
        figure.add_annotation(x=ENDS + 0.005, y=1 - y, text=text, showarrow=False, xanchor="left", yanchor="middle")
    figure.update_annotations(xref="paper", yref="paper", font_size=12)
    figure.update_layout(height=SANKEY)
    return figure


def _rgb(hex_colour: str) -> tuple[int, int, int, float]:
    red, green, blue = (int(hex_colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue, 0.45
