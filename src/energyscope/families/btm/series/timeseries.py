"""Time series of a run: read from parquet, checked as a whole, and brought to one form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from energyscope.families.btm import columns
from energyscope.families.btm.bundles.folder import SERIES, Folder
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.refusals import BtmError, refuse
from energyscope.families.btm.series.column_checks import (
    extra_columns,
    floats,
    is_number,
    missing_columns,
    wrong_types,
    wrong_values,
)
from energyscope.families.btm.series.data_rows import Rows
from energyscope.families.btm.series.expected import Expected, expected_of
from energyscope.families.btm.series.horizon import cut_intervals, in_horizon, no_rows, off_boundary, outside
from energyscope.families.btm.series.time_checks import (
    UNIT,
    is_instants,
    stamps_of,
    wrong_instants,
    wrong_order,
    wrong_stamps,
    wrong_steps,
    wrong_zone,
)
from energyscope.language.diagnostics import Diagnostic

ORDER = "BTM201 BTM209 BTM210 BTM202 BTM207 BTM205 BTM203 BTM204 BTM206 BTM208 BTM211".split()
"""In which problems are told: what hinders most comes first."""


@dataclass(frozen=True, eq=False)
class Checked:
    """A time series in the one form that the engine reads, and what was odd about it.

    `frame` has the steps of the horizon: index `timestamp` (UTC, microseconds), columns of floats, first the required
    ones, then the optional ones it has, then prices of services.
    """

    frame: pd.DataFrame
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, eq=False)
class Findings:
    """All that a check found; `frame` is None where there are problems."""

    problems: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    frame: pd.DataFrame | None


def read_timeseries(path: str | Path, missing: str = "`gridq init DIR` writes a bundle to start from") -> pd.DataFrame:
    """The table of a parquet file, local or a URL that fsspec knows; the index, if it has a name, as a column.

    `missing` is what to do where there is no such file.

    Raises BtmError BTM001 where there is no file and BTM002 where it cannot be read as parquet.
    """
    folder, name = Folder.holding(path)
    if not folder.has(name):
        raise refuse("BTM001", f"there is no file {folder.shown(name)}", missing)
    return parquet_table(read_bytes(folder, name), folder.shown(name))


def read_bytes(folder: Folder, name: str) -> bytes:
    """The bytes of a parquet file. Raises BtmError BTM002 with the reason of the file system."""
    try:
        return folder.read(name)
    except OSError as failure:
        raise _unreadable(folder.shown(name), failure) from failure


def parquet_table(data: bytes, file: str) -> pd.DataFrame:
    """The table in the bytes of a parquet file; an index that pandas wrote under a name is a column of it.

    Raises BtmError BTM002 with the reason of the reader.
    """
    try:
        return pq.ParquetFile(pa.BufferReader(data)).read(use_threads=False).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError, KeyError) as failure:
        raise _unreadable(file, failure) from failure


def _unreadable(file: str, failure: Exception) -> BtmError:
    reason = f"nothing is called {failure}" if isinstance(failure, KeyError) else " ".join(str(failure).split())
    return refuse("BTM002", f"{file} cannot be read: {reason}; expected a parquet file", "write or copy the file again")


def check_frame(site: SiteConfig, run: RunConfig, frame: pd.DataFrame, *, file: str = SERIES) -> Checked:
    """Check a time series against the site and the run it is for, and bring it to the engine's form.

    `frame` is any table as in timeseries.parquet, `file` what messages call it. Raises BtmError with all problems
    (BTM2xx), in the order of the catalogue.
    """
    found = frame_findings(expected_of(site, run), frame, file)
    if found.frame is None:
        raise BtmError(found.problems)
    return Checked(found.frame, found.warnings)


def frame_findings(expected: Expected, frame: pd.DataFrame, file: str) -> Findings:
    """Everything that is wrong or odd about a time series, and its checked form where nothing is wrong."""
    warnings = tuple(extra_columns(expected, frame, file))
    problems = list(missing_columns(expected, frame, file))
    if len(frame) == 0:
        return Findings((*problems, no_rows(file)), warnings, None)
    stamps = stamps_of(frame)
    index = None if stamps is None or not is_instants(stamps) else pd.DatetimeIndex(stamps, name=columns.TIMESTAMP)
    given = [frame[name] for name in expected.known if list(frame.columns).count(name) == 1]
    table = pd.DataFrame({each.name: floats(each) for each in given if is_number(each)})
    problems += [each for series in given for each in wrong_types(series, file)]
    problems += wrong_stamps(stamps, file)
    problems += _wrong_times(index, expected, file)
    problems += wrong_values(table, Rows(file, index))
    if problems or index is None:
        return Findings(tuple(sorted(problems, key=_rank)), warnings, None)
    utc = index.tz_convert("UTC").as_unit(UNIT)
    return Findings((), warnings, table.set_index(utc)[in_horizon(utc, expected)])


def _rank(problem: Diagnostic) -> int:
    return ORDER.index(problem.code)


def _wrong_times(index: pd.DatetimeIndex | None, expected: Expected, file: str) -> list[Diagnostic]:
    """Problems of the timestamps; those that others would follow from come alone."""
    if index is None:
        return []
    rows = Rows(file, index)
    if found := list(wrong_zone(index, file)) or list(wrong_instants(rows, index)):
        return found
    utc = index.tz_convert("UTC").as_unit(UNIT)
    found = [*outside(utc, expected, file), *wrong_order(rows, utc, expected), *wrong_steps(rows, utc, expected)]
    if found := found or list(off_boundary(utc, expected, file)):
        return found
    return list(cut_intervals(utc[in_horizon(utc, expected)], expected, file))
