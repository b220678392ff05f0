"""A picture: what it shows, apart from how it is drawn, and its export to HTML, PNG and SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from energyscope.atomic import whole_file
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError

if TYPE_CHECKING:
    import altair
    import plotly.graph_objects as go

INSTALL = "pip install 'energyscope-linopy[plots]'"
"""What brings the packages that draw."""


@dataclass(frozen=True)
class Panel:
    """Bars of one unit: a row for each bar and series (`name`, `label`, `series`, `value`), longest bar first."""

    title: str
    unit: str
    table: pd.DataFrame


@dataclass(frozen=True)
class Bars:
    """Horizontal bars, stacked by series; one panel for each unit."""

    panels: Sequence[Panel]


@dataclass(frozen=True)
class Day:
    """Hours of typical days: a row for each `day`, `hour` and item (`name`, `label`, `value`), demand apart.

    Supply is positive and use negative. `shown` is the day that a still picture has.
    """

    unit: str
    table: pd.DataFrame
    demand: pd.DataFrame
    days: Sequence[object]
    hours_of_year: Sequence[float]
    shown: object


@dataclass(frozen=True)
class Levels:
    """Lines over time, each in a band, a panel for each `name`: `name`, `label`, `time`, `level`, `low`, `high`."""

    unit: str
    axis: str
    table: pd.DataFrame


@dataclass(frozen=True)
class Flows:
    """Nodes and links between them (`source` and `target` by place, `value`, `colour`).

    Of a node: `name`, `label`, `text` (the label, with the amount where the chain begins and ends), `colour`, `column`.
    """

    unit: str
    nodes: pd.DataFrame
    links: pd.DataFrame


@dataclass(frozen=True)
class Picture:
    """A picture of a result, drawn when asked: by Plotly for HTML, by Altair for PNG and SVG."""

    title: str
    note: str
    content: Bars | Day | Levels | Flows

    @property
    def figure(self) -> go.Figure:
        """The picture as a Plotly figure. Raises EnergyscopeError where Plotly is not installed."""
        require("plotly")
        from energyscope.plots.with_plotly import draw

        return draw(self)

    @property
    def chart(self) -> altair.TopLevelMixin:
        """The picture as an Altair chart. Raises EnergyscopeError where Altair is not installed."""
        require("altair")
        from energyscope.plots.with_altair import draw

        return draw(self)

    def to_html(self, path: str | Path) -> None:
        """Write one HTML file that needs no other."""
        text = self.figure.to_html(include_plotlyjs=True, config={"displaylogo": False})
        with whole_file(path) as part:
            part.write_text(text, encoding="utf-8")

    def to_png(self, path: str | Path, scale: float = 2.0) -> None:
        """Write a PNG with `scale` pixels a point; no browser is needed for it."""
        require("vl_convert")
        import vl_convert

        with whole_file(path) as part:
            part.write_bytes(vl_convert.vegalite_to_png(self._vega_lite(), scale=scale))

    def to_svg(self, path: str | Path) -> None:
        """Write an SVG."""
        require("vl_convert")
        import vl_convert

        with whole_file(path) as part:
            part.write_text(vl_convert.vegalite_to_svg(self._vega_lite()), encoding="utf-8")

    def _vega_lite(self) -> dict[str, Any]:
        require("altair")
        import altair

        # the limit guards notebooks; a year has 8760 hours
        with altair.data_transformers.enable("default", max_rows=None):
            return dict(self.chart.to_dict())

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The picture in a notebook, as Plotly shows its figures there."""
        return dict(self.figure._repr_mimebundle_(**options))


def require(package: str) -> None:
    """Raise EnergyscopeError, with what to install, where a package that draws is missing."""
    try:
        import_module(package)
    except ImportError as failure:
        message = f"pictures need the package `{package}`, which is not installed"
        raise EnergyscopeError(Diagnostic("extra-missing", "error", None, message, INSTALL)) from failure
