"""Named tables that are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping

import numpy as np
import pandas as pd

from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols, Values

Maker = Callable[[], pd.DataFrame]


class Tables(MutableMapping[str, pd.DataFrame]):
    """Mapping from AMPL names to tables; a table given as a function is made at the first access and kept."""

    def __init__(self, tables: Mapping[str, pd.DataFrame | Maker] | None = None) -> None:
        self._tables: dict[str, pd.DataFrame | Maker] = dict(tables or {})

    def __getitem__(self, name: str) -> pd.DataFrame:
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

    def __repr__(self) -> str:
        return f"Tables({', '.join(self._tables)})"


def index_names(dimension: int) -> list[str]:
    """Names of the index levels: `index0`, `index1`, ...; of a single one `index`, as upstream's scripts have it."""
    return ["index"] if dimension == 1 else [f"index{place}" for place in range(dimension)]


def indexed_frame(symbols: Symbols, index: Index, columns: Mapping[str, Values], run: int) -> pd.DataFrame:
    """A table over an index: its members as index levels (whole numbers as integers), the columns, and `Run`.

    A scalar has one row.
    """
    frame = pd.DataFrame(dict(columns), index=_pandas_index(symbols, index))
    return frame.assign(Run=run)


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
