"""Installed capacities, costs and emissions as bars."""

from __future__ import annotations

import pandas as pd

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError
from energyscope.plots.names import label
from energyscope.plots.picture import Bars, Panel, Picture
from energyscope.plots.tables import only_run, table_of
from energyscope.result import Result
from energyscope.result_summary import cost_unit

LONGEST = 20
"""Bars of a panel; what is shorter is put together in the last one."""
SMALLEST = 1e-3
"""Share of the longest bar below which one cannot be seen and is left out."""
_UNITS = {"GW": "Power", "GWh": "Storage", "Mpkm/h": "Passenger mobility", "Mtkm/h": "Freight", "kt/h": "Carbon"}


def capacities(result: Result) -> Picture:
    """What is installed: GW of main output, GWh of storage, Mpkm/h and Mtkm/h of vehicles."""
    table = table_of(result, "capacities")
    panels = [
        Panel(_UNITS.get(str(unit), "Capacity"), str(unit), _bars(part[["capacity"]]))
        for unit, part in table.groupby("unit", sort=False)
    ]
    # what has no unit (measures of efficiency) is no capacity
    filled = [panel for panel in panels if len(panel.table) and panel.unit != "-"]
    filled.sort(key=lambda panel: list(_UNITS).index(panel.unit) if panel.unit in _UNITS else len(_UNITS))
    return Picture("Installed capacities", "", Bars(filled))


def costs(result: Result) -> Picture:
    """Annual costs by technology and resource: annualised investment, maintenance, operation."""
    table = table_of(result, "costs")
    bars = _bars(table[["investment", "maintenance", "operation"]])
    unit = cost_unit(result.postprocessing)
    return Picture("Costs of the year" if unit.endswith("/y") else "Costs", "", Bars([Panel("", unit, bars)]))


def emissions(result: Result) -> Picture:
    """Emissions by technology and resource: operation, and construction spread over the lifetime."""
    table = table_of(result, "emissions")
    note = "Construction, spread over the lifetime, is not part of the limit on emissions."
    bars = _bars(table[["operation", "construction_per_year"]])
    return Picture("Emissions of the year", note, Bars([Panel("", "ktCO2-eq./y", bars)]))


def variables(result: Result) -> Picture:
    """Every variable with one subscript that is not 0 throughout, for models that no other picture knows.

    Raises EnergyscopeError where there is none, or the result has several runs.
    """
    only_run(result)
    single = {name: table[[name]] for name, table in result.variables.items() if table.index.name is not None}
    bars = {name: _bars(table.rename_axis("name")) for name, table in single.items() if table[name].any()}
    # names of a model of one's own are said as they are
    panels = [Panel(name, "", table.assign(label=table["name"].astype("str"))) for name, table in bars.items()]
    if not panels:
        message = "no variable with one subscript has a value other than 0"
        raise EnergyscopeError(Diagnostic("plots", "error", None, message, "look at `result.variables`"))
    note = "Values in the units of the model; what is below a thousandth of the longest bar of a panel is left out."
    return Picture("Variables", note, Bars(panels))


def _bars(wide: pd.DataFrame) -> pd.DataFrame:
    """A row for each bar and series, longest bar first, those beyond the limit in one of their own."""
    total = wide.groupby(level=0).sum().rename_axis("name")
    total = total.loc[total.abs().sum(axis=1).sort_values(ascending=False).index]
    length = total.abs().sum(axis=1)
    total = total[length > SMALLEST * length.max()] if len(length) else total
    if len(total) > LONGEST:
        rest = total.iloc[LONGEST - 1 :]
        total = pd.concat([total.iloc[: LONGEST - 1], rest.sum().to_frame("Other").T.rename_axis("name")])
    long = total.reset_index().melt("name", var_name="series", value_name="value")
    return long.assign(label=long["name"].map(label))
