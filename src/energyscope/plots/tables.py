"""The tables of a result that pictures show, those of core and those of models without typical days in one shape."""

from __future__ import annotations

import numpy as np
import pandas as pd

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError
from energyscope.result import Result

ENERGY = ("GWh/y", "GWh")
"""Units of energy over the year, and over the periods of a model that has no year."""
DEMANDS = ("End_uses", "demand")
"""The item of the demand in balances of core and of toy."""
HOURS_OF_DAY = 24


def table_of(result: Result, *names: str) -> pd.DataFrame:
    """The first of some tables of postprocessing of the only run.

    Raises EnergyscopeError where the model has not the names that it is made of, or the result has several runs.
    """
    only_run(result)
    for name in names:
        if name in result.postprocessing:
            return result.postprocessing[name]
    message = f"this picture needs the table `{names[0]}` of `postprocessing`, which this result does not have"
    help = "it is made for models that have the names of core (F_t[i,h,td], T_H_TD, ...) or toy: see docs/results.md"
    raise EnergyscopeError(Diagnostic("plots", "error", None, message, help))


def only_run(result: Result) -> None:
    """Raise EnergyscopeError where a result has several runs."""
    if len(result.runs) != 1:
        message = f"a picture shows one run, this result has {len(result.runs)}"
        raise EnergyscopeError(Diagnostic("plots", "error", None, message, "draw each result before they are joined"))


def total_balance(result: Result) -> pd.DataFrame:
    """Balances over all hours: columns `layer`, `item`, `value`, `kind`, `unit`. Raises as `table_of`."""
    table = table_of(result, "annual_balance", "balance").reset_index()
    return table.rename(columns={"annual_balance": "value", "balance": "value"})


def hourly_balance(result: Result) -> pd.DataFrame:
    """Balances by hour: columns `layer`, `item`, `hour` (1 to 24), `day`, `value`. Raises as `table_of`."""
    table = table_of(result, "hourly_balance", "period_balance")
    names = {"hourly_balance": "value", "period_balance": "value", "typical_day": "day"}
    flat = table.reset_index().rename(columns=names)
    if "day" in flat:
        return flat
    place = _places(result).get_indexer(flat["period"])
    return flat.assign(hour=place % HOURS_OF_DAY + 1, day=place // HOURS_OF_DAY + 1)


def hours_of_days(result: Result) -> pd.Series:
    """Hours of the year that each day stands for. Raises as `table_of`."""
    table_of(result, "hourly_balance", "period_balance")
    if "year_weights" in result.postprocessing:
        return result.postprocessing["year_weights"]["hours"].groupby("typical_day").sum()
    days = np.arange(len(_places(result))) // HOURS_OF_DAY + 1
    return pd.Series(days, name="hours").groupby(days).count()


def _places(result: Result) -> pd.Index:
    """The periods in their order."""
    return pd.Index(result.sets["PERIODS"]["PERIODS"])
