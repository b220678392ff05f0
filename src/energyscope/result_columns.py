"""Tables as flat columns with a description, so that a file of any kind gives back the same table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from energyscope.modeldata.symbols import label

Kind = Literal["integer", "number", "boolean", "text", "mixed"]

_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|Infinity)\Z")


@dataclass(frozen=True)
class Layout:
    """How a flat table goes back: the names of its index levels (none: rows are numbered), the kind of each column.

    The columns of the index come first. A `mixed` column has numbers and texts; both are written as data text spells
    them, so that the number 1 and the text `'1'` stay two.
    """

    index: tuple[str | None, ...]
    columns: Mapping[str, Kind]

    def to_json(self) -> dict[str, Any]:
        """Plain fields."""
        return {"index": list(self.index), "columns": dict(self.columns)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Layout:
        """The layout that `to_json` wrote."""
        return cls(tuple(fields["index"]), dict(fields["columns"]))


def flattened(table: pd.DataFrame) -> tuple[pd.DataFrame, Layout]:
    """The table with its index as columns that any file can hold, and the way back."""
    numbered = isinstance(table.index, pd.RangeIndex) and table.index.name is None
    flat = table.reset_index(drop=numbered)
    flat.columns = flat.columns.map(str)
    kinds = {name: _kind(flat[name]) for name in flat.columns}
    for name, kind in kinds.items():
        if kind == "mixed":
            flat[name] = _each_distinct(flat[name], _spelled).astype("str")
        elif kind == "text" and flat[name].dtype != "str":
            flat[name] = flat[name].astype("str")
    return flat, Layout(() if numbered else tuple(table.index.names), kinds)


def restored(flat: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """The table behind a flat one."""
    columns = {name: _column(flat[name], kind) for name, kind in layout.columns.items()}
    names = list(columns)
    depth = len(layout.index)
    levels = [columns[name] for name in names[:depth]]
    body = {name: columns[name].array for name in names[depth:]}
    if depth == 0:
        return pd.DataFrame(body, index=pd.RangeIndex(len(flat)))
    if depth == 1:
        return pd.DataFrame(body, index=pd.Index(levels[0].array, name=layout.index[0]))
    return pd.DataFrame(body, index=pd.MultiIndex.from_arrays([level.array for level in levels], names=layout.index))


def same_table(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Have two tables the same names, kinds of columns and values, NaN being equal to NaN?"""
    if len(one) != len(other) or list(one.columns) != list(other.columns):
        return False
    (left, left_layout), (right, right_layout) = flattened(one), flattened(other)
    return left_layout == right_layout and bool(left.equals(right))


def _kind(column: pd.Series) -> Kind:
    types = pd.api.types
    if types.is_bool_dtype(column.dtype):
        return "boolean"
    if types.is_integer_dtype(column.dtype):
        return "integer"
    if types.is_float_dtype(column.dtype):
        return "number"
    if column.dtype == object or column.isna().any():
        return "mixed"
    return "text"


def _column(column: pd.Series, kind: Kind) -> pd.Series:
    match kind:
        case "mixed":
            return _each_distinct(column, _member)
        case "integer":
            return column.astype(np.int64)
        case "number":
            return column.astype(np.float64)
        case "boolean":
            return column.astype(bool)
        case "text":
            return column.astype("str")


def _each_distinct(column: pd.Series, change: Callable[[Any], Any]) -> pd.Series:
    """A column of objects with a function applied once to each distinct value."""
    # numbers and equal texts are distinct to factorize, but 1 and 1.0 and True are not: members are never booleans
    codes, distinct = pd.factorize(column.astype(object), use_na_sentinel=False)
    changed = np.empty(len(distinct), dtype=object)
    changed[:] = [change(member) for member in distinct]
    return pd.Series(changed[codes], index=column.index, dtype=object)


def _spelled(member: object) -> str:
    """A member as data text spells it, nothing for a missing one; other objects by their text."""
    if member is None or member != member:
        return ""
    return label(member if isinstance(member, str | int | float) else str(member))


def _member(text: str) -> str | float | None:
    """The member that was spelled so."""
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if _WHOLE.match(text):
        return int(text)
    return float(text) if _NUMBER.match(text) else text or None
