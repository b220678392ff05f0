"""The figures of a result that fit on one screen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from energyscope.result import Result, Run

ZERO = 1e-6
"""What is shown as 0: the accuracy of a solver."""
SIZES = ("rows", "columns", "nonzeros", "integers", "solved_rows", "solved_columns", "solved_nonzeros")


class Line(NamedTuple):
    """One figure of one run."""

    section: str
    item: str
    unit: str
    run: int
    value: object


def summary_table(result: Result) -> pd.DataFrame:
    """Rows (section, item), a column `unit`, and a column `value` (of several runs: `run 0`, `run 1`, ...).

    Objective, costs by kind, emissions, capacities that are built, sizes of the program and seconds of the stages.
    """
    single = len(result.runs) == 1
    wide: dict[tuple[str, str], dict[str, object]] = {}
    for line in _lines(result):
        column = "value" if single else f"run {line.run}"
        wide.setdefault((line.section, line.item), {"unit": line.unit})[column] = line.value
    columns = ["unit", *(["value"] if single else [f"run {run.number}" for run in result.runs])]
    index = pd.MultiIndex.from_tuples(list(wide), names=["section", "item"]) if wide else None
    return pd.DataFrame(list(wide.values()), index=index, columns=columns).astype(object)


def spoken(value: object) -> str:
    """A figure as one reads it: whole numbers in groups of three digits, others with four digits or two decimals."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or not math.isfinite(value):
        return f"{value:,}"
    if abs(value) < ZERO:
        return "0"
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:.4g}"


def cost_unit(tables: Mapping[str, pd.DataFrame]) -> str:
    """Costs are those of a year where the tables know of one, else those of all periods of the model."""
    return "MEUR" if "period_balance" in tables else "MEUR/y"


def _lines(result: Result) -> Iterable[Line]:
    tables = result.postprocessing
    yield from _objectives(result.runs)
    yield from _sums(tables, "costs", ("investment", "maintenance", "operation", "total"), cost_unit(tables))
    yield from _sums(tables, "emissions", ("operation", "construction_per_year"), "ktCO2-eq./y")
    yield from _co2_price(tables)
    yield from _capacities(tables)
    yield from _solver(result.runs)


def _objectives(runs: Iterable[Run]) -> Iterable[Line]:
    for run in runs:
        yield Line("objective", "status", "", run.number, run.status)
        if run.objective is not None:
            yield Line("objective", run.objective_name or "objective", "", run.number, run.objective)


def _sums(tables: Mapping[str, pd.DataFrame], name: str, columns: tuple[str, ...], unit: str) -> Iterable[Line]:
    if name not in tables:
        return
    for run, sums in tables[name].groupby("Run")[list(columns)].sum().iterrows():
        for column in columns:
            yield Line(name, column.replace("_", " "), unit, int(run), float(sums[column]))


def _co2_price(tables: Mapping[str, pd.DataFrame]) -> Iterable[Line]:
    if "co2_price" in tables:
        for price, run in tables["co2_price"][["co2_price", "Run"]].itertuples(index=False):
            yield Line("emissions", "price of the limit", "EUR/tCO2-eq.", int(run), float(price))


def _capacities(tables: Mapping[str, pd.DataFrame]) -> Iterable[Line]:
    if "capacities" not in tables:
        return
    table = tables["capacities"].reset_index()
    installed = table[table["capacity"] > 0].sort_values("capacity", ascending=False)
    installed = installed.sort_values("unit", kind="stable", key=lambda units: units.replace("-", "~"))
    for name, capacity, unit, run in installed[["technology", "capacity", "unit", "Run"]].itertuples(index=False):
        yield Line("capacities", str(name), unit, int(run), float(capacity))


def _solver(runs: Iterable[Run]) -> Iterable[Line]:
    for run in runs:
        stats: Mapping[str, Any] = run.stats
        yield from (Line("size", each, "", run.number, stats[each]) for each in SIZES if stats.get(each))
        for stage, seconds in dict(stats.get("timings", {})).items():
            yield Line("time", stage, "s", run.number, round(float(seconds), 3))
