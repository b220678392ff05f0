"""The bill of a dispatch: what its flows cost by the tariff, computed from them alone.

The linear program says what the bill will be; this module adds it up again from the dispatch and may not import the
model, so that an error in one shows as a gap between the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from math import fsum
from typing import Any

from energyscope.families.btm.accounts.bill_demand import (
    capacity_lines,
    demand_by_month,
    demand_lines,
    excess_lines,
    peaks,
    triad_lines,
)
from energyscope.families.btm.accounts.bill_lines import (
    Line,
    energy_lines,
    fixed_lines,
    flex_lines,
    service_lines,
    volumetric_lines,
)
from energyscope.families.btm.accounts.bill_terms import Terms, terms_of
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch

COMPONENTS = (
    "import_energy_gbp",
    "export_energy_gbp",
    "volumetric_gbp",
    "demand_gbp",
    "capacity_gbp",
    "excess_capacity_gbp",
    "triad_gbp",
    "fixed_gbp",
    "flex_gbp",
    "services_gbp",
)
"""The components of a bill, in order; each line belongs to one."""
TOTAL = "total_gbp"


@dataclass(frozen=True)
class Bill:
    """Amounts by component and in total [GBP], the lines they are sums of, demand and peaks as in metrics.json."""

    amounts: dict[str, float]
    lines: list[dict[str, Any]]
    demand: dict[str, dict[str, dict[str, Any]]]
    peaks: dict[str, Any]

    @property
    def total_gbp(self) -> float:
        """The sum of all lines [GBP]; positive where the site pays."""
        return self.amounts[TOTAL]


def bill(site: SiteConfig, run: RunConfig, dispatch: Dispatch) -> Bill:
    """The bill of a dispatch, before VAT.

    `site` gives the time zone, `run` the tariff and the length of a step, `dispatch` flows [kW] and prices [GBP/kWh].
    Nothing is checked: a dispatch that the site could not have run is billed all the same.
    """
    return billed(terms_of(site, run, dispatch.frame), dispatch)


def billed(terms: Terms, dispatch: Dispatch) -> Bill:
    """The same with the terms of the run at hand."""
    demand = demand_by_month(terms, dispatch)
    lines = [
        *energy_lines(terms, dispatch),
        *volumetric_lines(terms, dispatch),
        *demand_lines(demand),
        *capacity_lines(terms),
        *excess_lines(terms, dispatch),
        *triad_lines(terms, dispatch),
        *fixed_lines(terms),
        *flex_lines(terms, dispatch),
        *service_lines(terms, dispatch),
    ]
    return Bill(
        amounts=_amounts(lines),
        lines=[line.to_json() for line in lines],
        demand={name: {month: each.to_json() for month, each in months.items()} for name, months in demand.items()},
        peaks=peaks(terms, dispatch),
    )


def _amounts(lines: Iterable[Line]) -> dict[str, float]:
    parts: dict[str, list[float]] = {component: [] for component in COMPONENTS}
    for line in lines:
        parts[line.component].append(line.amount_gbp)
    return {name: fsum(each) for name, each in parts.items()} | {TOTAL: fsum(chain.from_iterable(parts.values()))}
