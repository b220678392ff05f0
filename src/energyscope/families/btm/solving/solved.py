"""What came of solving a site: values by variable, what they cost, and how that was proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from energyscope.backends.highs import Basis
from energyscope.language.diagnostics import Diagnostic
from energyscope.modeldata.symbols import Values


@dataclass(frozen=True, eq=False)
class Solved:
    """The optimum of a site.

    `values` by variable and `duals` by constraint have the names and the order of the model: steps in time order,
    charges times months, services (as in `plant.services_of`) times steps; there are none of what the site lacks. A
    dual is what a unit more on the right side of its row costs. With binaries, duals are those of the linear program in
    which they are decided. `objective_gbp` contains the constants. `exclusivity` and `stats` are the blocks of
    metrics.json and solve_stats.json. `basis` may start the same steps with other figures; None where the solver has
    none.
    """

    index: pd.DatetimeIndex
    values: Mapping[str, Values]
    objective_gbp: float
    exclusivity: dict[str, Any]
    stats: dict[str, Any]
    duals: Mapping[str, Values]
    basis: Basis | None = None
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, eq=False)
class SharedSolved:
    """The optimum of several sites behind one connection, proven for all of them together.

    Each site has its own values and its share of the objective; certificate and figures of the solver are common.
    `duals` has those of the limits in common.
    """

    sites: Mapping[str, Solved]
    objective_gbp: float
    exclusivity: dict[str, Any]
    stats: dict[str, Any]
    duals: Mapping[str, Values]
    warnings: tuple[Diagnostic, ...] = ()
