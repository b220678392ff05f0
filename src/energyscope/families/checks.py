"""Checks of figures that several families make, each reported with the cell that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pandera.pandas as pa
import xarray as xr
from numpy.typing import NDArray

from energyscope.families.reading import Members, describe, place_of
from energyscope.language.diagnostics import MAX_SHOWN, Report, did_you_mean
from energyscope.modeldata.model_data import ModelData

UNITS = "see the units in the text of the model"


@dataclass(frozen=True, eq=False)
class Findings:
    """What is wrong in some data, each with its place: the figure in the data text, else the declaration."""

    data: ModelData
    report: Report = field(default_factory=Report)

    def error(self, code: str, name: str, key: Sequence[object], message: str, help: str | None = None) -> None:
        """Note an error about one figure, `name[key]`, or about a whole item."""
        # data text is read again for every place, so only those that are shown get one
        shown = len(self.report.diagnostics) < MAX_SHOWN
        self.report.error(code, place_of(self.data, name, key if shown else ()), message, help)

    def raise_errors(self) -> None:
        """Raise ModelError with all errors, when there are any."""
        self.report.raise_errors()


def technologies(
    report: Findings, *, i_rate: float, lifetime: xr.DataArray, f_min: xr.DataArray, f_max: xr.DataArray
) -> None:
    """Rate and lifetimes above 0, capacities between f_min and f_max."""
    if not 0 < i_rate < np.inf:
        message = f"`i_rate` is {i_rate:g}, must be above 0"
        report.error("data-range", "i_rate", (), message, "0.05 is five per cent a year")
    table = pd.DataFrame({each.name: each.to_series() for each in (lifetime, f_min, f_max)})
    positive = pa.Check.gt(0, error="above 0")
    schema = pa.DataFrameSchema(
        {
            "lifetime": pa.Column(float, [positive, pa.Check(np.isfinite, error="a finite number of years")]),
            "f_min": pa.Column(float, [pa.Check.ge(0, error="0 or above"), pa.Check(np.isfinite, error="finite")]),
            "f_max": pa.Column(float, pa.Check.ge(0, error="0 or above")),
        }
    )
    report_table(report, schema, table)
    for key, row in table[table["f_min"] > table["f_max"]].iterrows():
        message = f"`f_min[{key}]` is {row['f_min']:g}, above `f_max[{key}]` = {row['f_max']:g}"
        report.error("data-range", "f_min", [key], message, "no capacity lies between them: lower f_min or raise f_max")


def costs(report: Findings, *figures: xr.DataArray) -> None:
    """Costs are finite and not negative."""
    for each in figures:
        at_least(report, each, 0.0)


def efficiencies(report: Findings, *figures: xr.DataArray) -> None:
    """Efficiencies lie in (0, 1]; those by layer in [0, 1], where 0 says that the layer does not fit."""
    for each in figures:
        values = each.to_numpy()
        zero_allowed = "layer" in each.dims
        bad = ~((values >= 0) & (values <= 1)) | ((values == 0) & (not zero_allowed))
        _report_cells(report, each, bad, "in [0, 1]" if zero_allowed else "above 0, up to 1")


def shares(report: Findings, *figures: xr.DataArray) -> None:
    """Shares lie in [0, 1]."""
    for each in figures:
        values = each.to_numpy()
        _report_cells(report, each, ~((values >= 0) & (values <= 1)), "in [0, 1]")


def at_least(report: Findings, figures: xr.DataArray, least: float, *, infinite: bool = False) -> None:
    """Numbers not below a limit, and finite unless infinity is allowed."""
    values = figures.to_numpy()
    bad = ~(values >= least) | ((values == np.inf) & (not infinite))
    _report_cells(report, figures, bad, f"{least:g} or above" + ("" if infinite else " and finite"))


def positive(report: Findings, figures: xr.DataArray) -> None:
    """Numbers above 0 and finite: something is divided by them."""
    values = figures.to_numpy()
    _report_cells(report, figures, ~((values > 0) & np.isfinite(values)), "above 0 and finite")


def finite(report: Findings, figures: xr.DataArray) -> None:
    """Numbers of any sign, none of them infinite."""
    _report_cells(report, figures, ~np.isfinite(figures.to_numpy()), "finite")


def named(report: Findings, set_name: str, members: Members, needed: Sequence[str]) -> None:
    """Members that the equations call by name are there."""
    for each in needed:
        if each not in members:
            help = did_you_mean(each, [str(member) for member in members]) or f"add it to `{set_name}`"
            message = f"`{each}` is not in `{set_name}`; the equations name it"
            report.error("missing-data", set_name, (), message, help)


def unserved(report: Findings, layer: str, demand: str) -> None:
    """A demand that nothing can meet."""
    message = f"layer `{layer}` has a {demand}, and no technology or resource delivers into it"
    help = "give one a positive `layers_in_out` there, and capacity for it"
    report.error("demand-unserved", "layers_in_out", (), message, help)


def report_table(report: Findings, schema: pa.DataFrameSchema, table: pd.DataFrame) -> None:
    """What a pandera schema finds in a table, cell by cell."""
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as failure:
        for case in failure.failure_cases.itertuples():
            message = f"`{case.column}[{case.index}]` is {case.failure_case:g}, must be {case.check}"
            report.error("data-range", case.column, [case.index], message, UNITS)


def _report_cells(report: Findings, figures: xr.DataArray, bad: NDArray[np.bool_], must: str) -> None:
    for place in np.argwhere(bad):
        key = [figures.coords[dimension].values[each] for dimension, each in zip(figures.dims, place, strict=True)]
        value = float(figures.to_numpy()[tuple(place)])
        message = f"`{describe(str(figures.name), key)}` is {value:g}, must be {must}"
        report.error("data-range", str(figures.name), key, message, UNITS)
