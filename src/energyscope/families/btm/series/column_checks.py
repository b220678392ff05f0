"""Checks of the columns of a time series: are they there (BTM201), are they numbers (BTM209), are these possible."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from energyscope.families.btm import columns
from energyscope.families.btm.refusals import caution, problem
from energyscope.families.btm.series.data_rows import Rows, places
from energyscope.families.btm.series.expected import Expected
from energyscope.families.btm.series.frame_schema import NOT_FINITE, misfits, range_of
from energyscope.language.diagnostics import Diagnostic, did_you_mean
from energyscope.modeldata.symbols import Values


def missing_columns(expected: Expected, frame: pd.DataFrame, file: str) -> Iterator[Diagnostic]:
    """BTM201: a column that the run needs, or `timestamp`, is not there, or more than once."""
    found = [str(name) for name in frame.columns]
    given = [str(frame.index.name)] if frame.index.name is not None else []
    listed = ", ".join([*given, *found]) or "none"
    for name in (columns.TIMESTAMP, *expected.known):
        count = found.count(name) + (name == columns.TIMESTAMP and given == [name])
        if count > 1:
            yield problem("BTM201", f"{file}: column `{name}` is given {count} times; expected once")
        elif count == 0 and (name in expected.needed or name == columns.TIMESTAMP):
            asked = f", which `{why}` asks for" if (why := expected.needed.get(name)) else ""
            message = f"{file}: there is no column `{name}`{asked}; the columns are: {listed}"
            yield problem("BTM201", message, did_you_mean(name, set(found) - set(expected.known)) or _about(name))


def _about(name: str) -> str:
    if name == columns.TIMESTAMP:
        return "name the column or the index that has the start of every step in UTC: `frame.rename_axis('timestamp')`"
    return f"add it: {range_of(name).expected}"


def extra_columns(expected: Expected, frame: pd.DataFrame, file: str) -> Iterator[Diagnostic]:
    """BTM290: columns that nothing reads, in one warning."""
    used = {columns.TIMESTAMP, *expected.known}
    if extra := [f"`{name}`" for name in frame.columns if name not in used]:
        yield caution(
            "BTM290", f"{file}: no use is made of {'column' if len(extra) == 1 else 'columns'} {', '.join(extra)}"
        )


def is_number(series: pd.Series) -> bool:
    """Integers and floats, of pandas, numpy or Arrow; not booleans, texts, objects, times."""
    kind = series.dtype
    types = pd.api.types
    return bool(types.is_numeric_dtype(kind) and not types.is_bool_dtype(kind) and not types.is_complex_dtype(kind))


def wrong_types(series: pd.Series, file: str) -> Iterator[Diagnostic]:
    """BTM209: a column that holds something else than numbers."""
    if not is_number(series):
        message = f"{file}: column `{series.name}` is of type {series.dtype}; expected numbers, integers or floats"
        yield problem("BTM209", message, "convert it where the file is made, for example with `pandas.to_numeric`")


def wrong_values(table: pd.DataFrame, rows: Rows) -> Iterator[Diagnostic]:
    """BTM207, numbers missing or infinite, and BTM208, numbers that cannot be, column by column."""
    for name, code, flags in misfits(table):
        say = partial(_said, name, table[name].to_numpy())
        if code == NOT_FINITE:
            expected, help = "finite numbers", "fill the gaps where the file is made: the engine guesses nothing"
        else:
            expected, help = range_of(name).expected, range_of(name).hint
        yield problem(code, rows.told(places(flags), say, expected), help)


def floats(series: pd.Series) -> Values:
    """The numbers of a column as floats, NaN where there is none."""
    values: NDArray[np.float64] = series.to_numpy(dtype=np.float64, na_value=np.nan)
    return values


def _said(name: str, values: Values, row: int) -> str:
    return f"`{name}` is {values[row]:.9g}"
