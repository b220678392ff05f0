"""Forecasts that were made elsewhere: `forecast.parquet` of a bundle, read and asked for the newest issue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.bundles.folder import FORECAST as FILE
from energyscope.families.btm.refusals import BtmError, problem, refuse
from energyscope.families.btm.series.column_checks import floats, is_number, wrong_types, wrong_values
from energyscope.families.btm.series.data_rows import Rows, instant_text, places
from energyscope.families.btm.series.time_checks import UNIT, is_instants
from energyscope.families.btm.series.timeseries import read_timeseries
from energyscope.language.diagnostics import Diagnostic

FORECAST = [columns.LOAD, columns.PV]
"""Columns that a forecast has [kW]."""
ISSUED = "issued_at"
_INSTANTS = [ISSUED, columns.TIMESTAMP]
_MISSING = f"the provider `file` reads it: {', '.join([*_INSTANTS, *FORECAST])}, a row for each issue and step"


@dataclass(frozen=True, eq=False)
class Issued:
    """Forecasts with the instant at which they were known: columns issued_at, timestamp, load_kw, pv_kw."""

    issues: pd.DataFrame

    def forecast(self, history: pd.DataFrame, now: pd.Timestamp, horizon: pd.DataFrame) -> pd.DataFrame:
        """The newest issue that is not after `now`. Raises BtmError BTM220 where there is none, or it is too short."""
        issue = self.issues.loc[self.issues[ISSUED] <= now, ISSUED].max()
        if pd.isna(issue):
            raise _none_yet(now, self.issues[ISSUED].min())
        newest = self.issues[self.issues[ISSUED] == issue].set_index(columns.TIMESTAMP)
        missing = horizon.index.difference(newest.index)
        if len(missing):
            raise _too_short(issue, missing)
        return newest.loc[horizon.index, FORECAST]


def _none_yet(now: pd.Timestamp, first: pd.Timestamp) -> BtmError:
    begins = "it has no rows" if pd.isna(first) else f"the first issue in {FILE} is of {instant_text(first)}"
    message = f"at {instant_text(now)} no forecast has been issued yet: {begins}; expected one not after that instant"
    return refuse("BTM220", message, "begin the run later (horizon.start), or add an earlier issue")


def _too_short(issue: pd.Timestamp, missing: pd.DatetimeIndex) -> BtmError:
    message = (
        f"the forecast issued at {instant_text(issue)} has no values for {len(missing)} of the steps that are planned "
        f"with it, the first of them {instant_text(missing[0])}; expected the whole of rolling.horizon_hours"
    )
    return refuse("BTM220", message, "issue longer forecasts, or shorten rolling.horizon_hours")


def read_issues(folder: str) -> pd.DataFrame:
    """The issues in the forecast file of a bundle. Raises BtmError with all that is wrong with them."""
    table = read_timeseries(f"{folder.rstrip('/')}/{FILE}", _MISSING)
    if problems := list(_missing(table)) or list(_wrong(table)):
        raise BtmError(problems)
    instants = {name: pd.DatetimeIndex(table[name]).as_unit(UNIT) for name in _INSTANTS}
    return pd.DataFrame(instants | {name: floats(table[name]) for name in FORECAST})


def _missing(table: pd.DataFrame) -> Iterator[Diagnostic]:
    for name in [*_INSTANTS, *FORECAST]:
        if name not in table:
            found = ", ".join(map(str, table.columns))
            yield problem("BTM201", f"{FILE}: there is no column `{name}`; the columns are: {found}")


def _wrong(table: pd.DataFrame) -> Iterator[Diagnostic]:
    wrong = [each for name in _INSTANTS for each in _wrong_instants(table[name])]
    yield from wrong
    yield from (each for name in FORECAST for each in wrong_types(table[name], FILE))
    numbers = {name: floats(table[name]) for name in FORECAST if is_number(table[name])}
    rows = Rows(FILE, None if wrong else pd.DatetimeIndex(table[columns.TIMESTAMP]))
    if numbers and len(table):
        yield from wrong_values(pd.DataFrame(numbers), rows)
    if not wrong and (twice := table.duplicated(_INSTANTS).to_numpy()).any():
        told = rows.told(
            places(twice), lambda row: f"again in the issue of {instant_text(table[ISSUED][row])}", "it once"
        )
        yield problem("BTM203", told, "keep one row for each instant of an issue")


def _wrong_instants(stamps: pd.Series) -> Iterator[Diagnostic]:
    if not is_instants(stamps) or pd.DatetimeIndex(stamps).tz is None or str(stamps.dt.tz) != "UTC":
        message = (
            f"{FILE}: `{stamps.name}` is of type {stamps.dtype}; expected instants in UTC, as `datetime64[us, UTC]`"
        )
        yield problem("BTM202", message, "localise or convert where the file is made: `.tz_convert('UTC')`")
    elif stamps.hasnans:
        message = Rows(FILE, None).told(
            places(stamps.isna().to_numpy()), lambda _: f"`{stamps.name}` is NaT", "an instant"
        )
        yield problem("BTM207", message)
