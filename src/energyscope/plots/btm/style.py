"""Colours and sizes that all pictures of a report share; they can be told apart without red and green."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

WIDTH = 860
"""Width of a picture in points."""
SCALE = 2.0
"""Pixels a point of what is drawn as PNG."""
INK, FAINT = "#1d2733", "#8a95a1"
BEFORE, AFTER = "#9aa5b1", "#1f6fb2"
"""The passive site, and the one with the battery."""
DEARER, CHEAPER = "#d55e00", "#0f8b74"
FLOWS = {
    "PV": "#f5c542",
    "discharge": "#00664f",
    "import": "#8d99a6",
    "sold flex": "#d55e00",
    "charge": "#9be0d0",
    "export": "#8e5ea2",
    "load": "#111111",
}
"""What comes to the site and goes from it."""
PRICES = {"import price": "#1f6fb2", "export price": "#d55e00"}
BANDS = {"red": "#e9b5aa", "amber": "#f6e4b3", "green": "#edf5ee"}
"""Bands of network charges: the dearer, the darker."""
OTHER_BANDS = ("#cfc9df", "#d9e4ee", "#eee6d8", "#f0f0f0")


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture: what it is called, how to read it, what it shows to those who do not see it, and the chart.

    `raster` says that it has so many parts that it is smaller as pixels.
    """

    name: str
    title: str
    note: str
    alt: str
    chart: Any
    raster: bool = False


def by_series(colours: dict[str, str], title: str | None = None) -> alt.Color:
    """Colours of series by their names."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color("series:N", scale=scale, title=title)


def looked(chart: Any) -> Any:
    """A chart with the look of the report."""
    return (
        chart.configure(padding=6, font="Liberation Sans, Arial, Helvetica, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            gridColor="#e8eaed",
            domainColor=FAINT,
            tickColor=FAINT,
            labelColor=INK,
            titleColor=INK,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_legend(
            titleOrient="left",
            orient="top",
            labelLimit=240,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_title(anchor="start", fontSize=15, offset=10, color=INK)
        .configure_header(labelFontSize=12, labelColor=INK)
    )
