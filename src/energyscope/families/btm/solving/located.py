"""Where the variables and constraints of a site stand among the columns and rows that a solver sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import linopy
import numpy as np
from linopy.constraints import Constraints
from linopy.variables import Variables
from numpy.typing import NDArray

from energyscope.families.btm.program.formulation import FAMILIES, of_site
from energyscope.families.btm.program.inputs import Inputs, Places
from energyscope.families.btm.program.plant import storage_of
from energyscope.modeldata.symbols import Values

HOURLY = ("Import", "Export", "Charge", "Discharge", "Soc", "Curtailed", "Flex")
"""Variables with one column a step."""
MONTHLY = ("Peak", "Chargeable", "Excess_kva")
"""Variables whose last dimension is the months."""
SHARED = ("shared_import", "shared_export")
"""Constraints over several sites, one row a step."""
AVAILABILITY = "Availability"
"""One column a service and step, services as in `plant.services_of`."""


@dataclass(frozen=True, eq=False)
class Site:
    """One site of a model: its figures, and which columns and rows are its own, by the names of btm.mod.

    `name` is empty where it is alone. Variables without columns and constraints without rows are absent.
    """

    inputs: Inputs
    columns: Mapping[str, slice]
    rows: Mapping[str, slice]
    name: str = ""

    @property
    def constant(self) -> float:
        """What of its cost does not depend on its columns [GBP]."""
        battery = storage_of(self.inputs)
        return self.inputs.constant_cost + battery.terminal_value * (battery.soc_initial or 0.0)

    def values(self, of_columns: Values) -> dict[str, Values]:
        """One entry a column of the model, by variable."""
        return {name: of_columns[places] for name, places in self.columns.items()}

    def duals(self, of_rows: Values) -> dict[str, Values]:
        """One entry a row of the model, by constraint."""
        return {name: of_rows[places] for name, places in self.rows.items()}


def located(model: linopy.Model, inputs: Inputs, site: str = "") -> Site:
    """The part of a model that belongs to a site, by the name of the site in the model (none where it is alone)."""
    names = (*HOURLY, *MONTHLY, AVAILABILITY)
    of_columns, of_rows = model.variables.label_index.vlabels, model.constraints.label_index.clabels
    columns = {name: _places(of_columns, model.variables, of_site(name, site)) for name in names}
    rows = {name: _places(of_rows, model.constraints, of_site(name, site)) for name in FAMILIES}
    return Site(inputs, _filled(columns), _filled(rows), site)


def shared_rows(model: linopy.Model) -> dict[str, slice]:
    """The rows of limits that several sites have in common, by their names."""
    labels = model.constraints.label_index.clabels
    return _filled({name: _places(labels, model.constraints, name) for name in SHARED})


def month_of_columns(sites: tuple[Site, ...], count: int) -> Places:
    """The month that each column belongs to, -1 for columns of no month."""
    months = np.full(count, -1, dtype=np.int64)
    for site in sites:
        of_step, of_month = site.inputs.month, np.arange(len(site.inputs.month_names))
        for name, places in site.columns.items():
            pattern = of_month if name in MONTHLY else of_step
            months[places] = np.tile(pattern, (places.stop - places.start) // len(pattern))
    return months


def _places(labels: NDArray[np.int64], group: Variables | Constraints, name: str) -> slice:
    """Where the labels of a variable or constraint stand among those that are in use."""
    if name not in group:
        return slice(0, 0)
    first, last = group[name].range
    return slice(int(np.searchsorted(labels, first)), int(np.searchsorted(labels, last)))


def _filled(places: Mapping[str, slice]) -> dict[str, slice]:
    return {name: each for name, each in places.items() if each.stop > each.start}
