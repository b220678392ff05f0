"""Named tables that are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import partial

import numpy as np
import pandas as pd

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError, ModelError, did_you_mean
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Symbols, Values
from energyscope.modeldata.tabulate import members_column, set_frame
from energyscope.result_columns import same_table

Maker = Callable[[], pd.DataFrame]


class UnknownTableError(EnergyscopeError, KeyError):
    """A table is asked for by a name that a result has not; a KeyError as any mapping raises it."""

    def __str__(self) -> str:
        return Exception.__str__(self)


class Tables(MutableMapping[str, pd.DataFrame]):
    """Mapping from AMPL names to tables; a table given as a function is made at the first access and kept."""

    def __init__(self, tables: Mapping[str, pd.DataFrame | Maker] | None = None) -> None:
        self._tables: dict[str, pd.DataFrame | Maker] = dict(tables or {})

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._tables:
            help = did_you_mean(str(name), self._tables) or f"there are {', '.join(self._tables) or 'none'}"
            raise UnknownTableError(Diagnostic("unknown-table", "error", None, f"there is no table `{name}`", help))
        table = self._tables[name]
        if not isinstance(table, pd.DataFrame):
            table = self._tables[name] = table()
        return table

    def __setitem__(self, name: str, table: pd.DataFrame | Maker) -> None:
        self._tables[name] = table

    def __delitem__(self, name: str) -> None:
        del self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        """Are there the same names, with the same contents?"""
        if not isinstance(other, Mapping):
            return NotImplemented
        return self.keys() == other.keys() and all(same_table(self[name], other[name]) for name in self)

    def __repr__(self) -> str:
        return f"Tables({', '.join(self._tables)})"


def index_names(dimension: int) -> list[str]:
    """Names of the index levels: `index0`, `index1`, ...; of a single one `index`, as upstream's scripts have it."""
    return ["index"] if dimension == 1 else [f"index{place}" for place in range(dimension)]


def indexed_frame(symbols: Symbols, index: Index, columns: Mapping[str, Values | pd.Series], run: int) -> pd.DataFrame:
    """A table over an index: its members as index levels (whole numbers as integers), the columns, and `Run`.

    A scalar has one row.
    """
    plain = {name: np.asarray(column) for name, column in columns.items()}
    return pd.DataFrame(plain, index=_pandas_index(symbols, index)).assign(Run=run)


def parameter_tables(data: ModelData, run: int) -> Tables:
    """The parameters of data that nobody edits any more."""
    names = data.parameters if data.text is None else data.text.parameters
    return Tables({name: partial(_parameter_frame, data, name, run) for name in names})


def set_tables(data: ModelData, run: int) -> Tables:
    """The sets of data that nobody edits any more; an indexed set has its keys as index levels."""
    names = data.sets if data.text is None else data.text.sets
    return Tables({name: partial(_set_frame, data, name, run) for name in names})


def _parameter_frame(data: ModelData, name: str, run: int) -> pd.DataFrame:
    try:
        parameter = data.parameter_table(name)
    except ModelError:
        # a value that the program never needed may be missing, or not be computable
        parameter = data.parameters.get(name, Parameter(name, Index((), 0), np.empty(0)))
    values = parameter.values
    column = members_column(values.astype(np.int32), data.symbols) if values.dtype.kind == "i" else values
    return indexed_frame(data.symbols, parameter.index, {name: column}, run)


def _set_frame(data: ModelData, name: str, run: int) -> pd.DataFrame:
    try:
        table = data.set_table(name)
    except ModelError:
        table = data.sets.get(name, Set(name, Index((), 0), np.zeros(1, dtype=np.int64), Index((), 0)))
    frame = set_frame(table, index_names(table.keys.dimension), data.symbols).assign(Run=run)
    return frame.set_index(index_names(table.keys.dimension)) if table.keys.columns else frame


def _pandas_index(symbols: Symbols, index: Index) -> pd.Index:
    if index.dimension == 0:
        return pd.RangeIndex(len(index))
    names = index_names(index.dimension)
    if index.dimension == 1:
        return pd.Index(symbols.objects[index.columns[0]].tolist(), name=names[0])
    levels, codes = [], []
    for column in index.columns:
        distinct, inverse = np.unique(column, return_inverse=True)
        levels.append(pd.Index(symbols.objects[distinct].tolist()))
        codes.append(inverse)
    return pd.MultiIndex(levels=levels, codes=codes, names=names, verify_integrity=False)
