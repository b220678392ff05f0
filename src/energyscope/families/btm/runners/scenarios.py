"""Every tariff with every battery of a grid: one backtest each, and what each battery is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite
from time import perf_counter
from typing import Any

import pandas as pd

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.families.btm.accounts.finance import capex_gbp, underwriting_of
from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.config.reading import run_of, site_of
from energyscope.families.btm.config.schemas import RunConfig, Scenarios, SiteConfig
from energyscope.families.btm.engine import optimum
from energyscope.families.btm.refusals import caution
from energyscope.families.btm.runners.parallel import Place, results
from energyscope.families.btm.runners.patches import patched
from energyscope.families.btm.runners.requirements import UNDERWRITING_DAYS, is_year
from energyscope.families.btm.solving.solved import Solved
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError

COLUMNS = (
    "tariff",
    "battery",
    "capacity_kwh",
    "max_discharge_kw",
    "objective_gbp",
    "bill_total_gbp",
    "baseline_total_gbp",
    "savings_gbp",
    "capex_gbp",
    "npv_gbp",
    "irr",
    "simple_payback_years",
    "status",
)
"""Columns of scenarios.csv and scenarios.parquet, in order; figures that are not defined are empty."""
TEXTS = ("tariff", "battery", "status")
CHAIN = 4
"""Scenarios that start from one another: 3 of 4 take a quarter of the iterations, and parts still share out well."""
OK = "ok"
"""The status of a scenario that was solved; any other is its error."""


@dataclass(frozen=True)
class Scenario:
    """One row of the grid: patches of the tariff and of the battery, by their names."""

    tariff: str
    battery: str
    tariff_patch: Mapping[str, Any]
    battery_patch: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Row:
    """A scenario that was run: a row of the table, and the errors of one that failed."""

    figures: Mapping[str, Any]
    errors: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, eq=False)
class ScenarioResults:
    """The table of a grid (`COLUMNS`; a row a scenario), and the errors of its first failed row."""

    table: pd.DataFrame
    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]

    @property
    def best_npv(self) -> dict[str, Any] | None:
        """The row of the highest net present value, the first of equals; None where there is none."""
        return _best(self.table, "npv_gbp")

    @property
    def best_savings(self) -> dict[str, Any] | None:
        """The row of the highest savings, the first of equals; None where there is none."""
        return _best(self.table, "savings_gbp")


def _best(table: pd.DataFrame, column: str) -> dict[str, Any] | None:
    known = table[column].dropna()
    if known.empty:
        return None
    return {str(name): None if pd.isna(value) else value for name, value in table.loc[known.idxmax()].items()}


def parts_of(grid: Scenarios) -> list[list[Scenario]]:
    """The scenarios in the order of the file, in parts of one tariff each that are run one after the other.

    Each part begins afresh and is as long as it is wherever it is run, so that no answer depends on that.
    """
    count = len(grid.batteries)
    batteries = [range(first, min(first + CHAIN, count)) for first in range(0, count, CHAIN)]
    pairs = scenarios_of(grid)
    return [[pairs[row * count + each] for each in part] for row in range(len(grid.tariffs)) for part in batteries]


def scenarios_of(grid: Scenarios) -> list[Scenario]:
    """All pairs in the order of the file, tariffs outer."""
    return [
        Scenario(tariff, battery.name, tariff_patch, battery.model_dump(exclude={"name"}))
        for tariff, tariff_patch in grid.tariffs.items()
        for battery in grid.batteries
    ]


def run_scenarios(
    bundle: Bundle, grid: Scenarios, place: Place | None = None, progress: ProgressCallback | None = None
) -> ScenarioResults:
    """Run all scenarios; one that fails is a row with its error.

    `place` says where the work is done, on which nothing else depends. Raises BackendError for a Dask scheduler that
    cannot be used.
    """
    rows = list(_told(results(rows_of, bundle, parts_of(grid), place or Place()), progress))
    table = pd.DataFrame([each.figures for each in rows], columns=list(COLUMNS))
    table = table.astype({name: "float64" for name in COLUMNS if name not in TEXTS})
    errors = next((each.errors for each in rows if each.errors), ())
    return ScenarioResults(table, errors, tuple(_short_year(bundle)))


def _told(parts: Iterator[list[Row]], progress: ProgressCallback | None) -> Iterator[Row]:
    """The rows of all parts; tells the number of each row that is done."""
    began = perf_counter()
    for number, row in enumerate(chain.from_iterable(parts), start=1):
        if progress is not None:
            progress(Progress("solve", perf_counter() - began, number, row.figures.get("objective_gbp")))
        yield row


def _short_year(bundle: Bundle) -> Iterator[Diagnostic]:
    if bundle.run.underwriting is not None and not is_year(bundle):
        message = (
            f"the run has less than {UNDERWRITING_DAYS} days, and underwriting.annualise is false: "
            "there are no npv_gbp, irr and simple_payback_years"
        )
        yield caution("BTM290", message, "give a year of data, or scale the savings with `annualise: true`")


def rows_of(bundle: Bundle, part: Sequence[Scenario]) -> list[Row]:
    """Scenarios run one after the other, each started from the optimum of the one before."""
    rows: list[Row] = []
    start: Solved | None = None
    for scenario in part:
        row, start = _row(bundle, scenario, start)
        rows.append(row)
    return rows


def _row(bundle: Bundle, scenario: Scenario, start: Solved | None) -> tuple[Row, Solved | None]:
    """One scenario run, or refused; and where the next one starts."""
    names = {"tariff": scenario.tariff, "battery": scenario.battery}
    try:
        site, run = patched_site(bundle.site, scenario.battery_patch), patched_run(bundle.run, scenario.tariff_patch)
        _, told, solved = optimum(site, run, bundle.frame, start=start)
        figures = {**_sizes(site), **_bills(told), **_worth(bundle, site, run, told)}
        return Row({**names, **figures, "status": OK}), solved
    except EnergyscopeError as failure:
        first = failure.diagnostics[0]
        sizes = _given_sizes(bundle.site, scenario.battery_patch)
        return Row({**names, **sizes, "status": f"{first.code}: {first.message}"}, failure.diagnostics), start


def patched_site(site: SiteConfig, patch: Mapping[str, Any]) -> SiteConfig:
    """The site with another battery, without one at capacity 0. Raises BtmError for a patch that is wrong."""
    tree = site.model_dump(exclude_unset=True)
    battery = patched(tree.get("battery") or {}, patch)
    return site_of({**tree, "battery": battery if battery.get("capacity_kwh") != 0 else None})


def patched_run(run: RunConfig, patch: Mapping[str, Any]) -> RunConfig:
    """The run with another tariff. Raises BtmError for a patch that is wrong."""
    return run_of(patched(run.model_dump(exclude_unset=True), {"tariff": patch}))


def _sizes(site: SiteConfig) -> dict[str, float]:
    battery = site.storage
    return {
        "capacity_kwh": 0.0 if battery is None else battery.capacity_kwh,
        "max_discharge_kw": 0.0 if battery is None else battery.max_discharge_kw,
    }


def _given_sizes(site: SiteConfig, patch: Mapping[str, Any]) -> dict[str, float]:
    """The sizes that a scenario which failed says it has, as far as they are sizes."""
    given = patched(site.model_dump(exclude_unset=True).get("battery") or {}, patch)
    found: dict[str, Any] = {name: given.get(name) for name in ("capacity_kwh", "max_discharge_kw")}
    if found["capacity_kwh"] == 0:
        found["max_discharge_kw"] = 0
    return {name: float(size) for name, size in found.items() if type(size) in (int, float) and isfinite(size)}


def _bills(told: Mapping[str, Any]) -> dict[str, float]:
    return {
        "objective_gbp": told["objective_gbp"],
        "bill_total_gbp": told["optimised"]["bill"]["total_gbp"],
        "baseline_total_gbp": told["baseline"]["bill"]["total_gbp"],
        "savings_gbp": told["savings"]["total_gbp"],
    }


def _worth(bundle: Bundle, site: SiteConfig, run: RunConfig, told: Mapping[str, Any]) -> dict[str, float | None]:
    """What the battery costs and brings, as far as the run says; no more than the price for less than a year."""
    if run.underwriting is None:
        return {}
    if not is_year(bundle):
        return {"capex_gbp": capex_gbp(run.underwriting, site.storage)}
    worth = underwriting_of(site, run, told)
    return {name: worth[name] for name in ("capex_gbp", "npv_gbp", "irr", "simple_payback_years")}
