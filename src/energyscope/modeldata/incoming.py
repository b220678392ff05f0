"""Values that Python hands over (numbers, lists, dicts, pandas objects) as columns of codes and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from energyscope.language.diagnostics import error
from energyscope.modeldata.symbols import Codes, Member, Symbols, Values

Scalar = str | int | float | np.generic


@dataclass(frozen=True)
class Shape:
    """What a parameter looks like: its name, how many subscripts it takes, and whether it holds members."""

    name: str
    arity: int
    symbolic: bool


@dataclass(frozen=True)
class Entries:
    """Values with their subscripts, one code column a place."""

    columns: tuple[Codes, ...]
    values: Values | Codes


def is_scalar(value: object) -> bool:
    """Is it one number or one text?"""
    return isinstance(value, str | int | float | np.generic)


def member_from(value: object) -> Member:
    """A Python value as a member. Raises TypeError for what is neither number nor text."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float | np.number | np.bool_) and not math.isnan(float(value)):
        return float(value)
    raise TypeError(f"a member is a number or a text, not {value!r}")


def key_codes(symbols: Symbols, key: object, shape: Shape) -> tuple[int, ...]:
    """The codes of one subscript or of a tuple of them.

    Raises ModelError `subscript-count` when there are more or fewer than the item takes.
    """
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) != shape.arity:
        raise wrong_count(shape, len(parts))
    return tuple(symbols.code(member_from(part)) for part in parts)


def wrong_count(shape: Shape, given: int) -> Exception:
    """The error for a wrong number of subscripts."""
    count = f"{shape.arity} subscript{'' if shape.arity == 1 else 's'}"
    return error("subscript-count", None, f"`{shape.name}` takes {count}, {given} given")


def codes_from(values: Iterable[Any], symbols: Symbols) -> Codes:
    """The codes of a column of members; work in Python only for the distinct ones of a pandas or numpy column."""
    if isinstance(values, pd.Series | pd.Index | np.ndarray):
        if values.dtype.kind in "iuf":
            return symbols.codes_of_numbers(np.asarray(values, dtype=np.float64))
        places, distinct = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=False)
        return symbols.codes(member_from(value) for value in distinct)[places]
    return symbols.codes(member_from(value) for value in values)


def entries_from(value: object, shape: Shape, symbols: Symbols) -> Entries:
    """The values of a parameter: a number or text, a mapping by subscripts, a Series by its index, or a DataFrame.

    A DataFrame has the subscripts in its first columns (or its index) and the value in the last. NaN is no value.
    Raises ModelError where subscripts or values do not fit.
    """
    if isinstance(value, pd.DataFrame):
        return _from_frame(value, shape, symbols)
    if isinstance(value, pd.Series):
        count = value.index.nlevels if shape.arity else 0
        levels = [value.index.get_level_values(level) for level in range(count)]
        return _from_columns(levels, value, shape, symbols)
    if isinstance(value, Mapping):
        keys = [key_codes(symbols, key, shape) for key in value]
        columns = tuple(np.array([key[place] for key in keys], np.int32) for place in range(shape.arity))
        return Entries(columns, _values(list(value.values()), shape, symbols))
    if not is_scalar(value):
        raise error(
            "data-kind", None, f"`{shape.name}` takes a number, a mapping or a table, not {type(value).__name__}"
        )
    if shape.arity:
        raise wrong_count(shape, 0)
    return Entries((), _values([value], shape, symbols))


def _from_frame(frame: pd.DataFrame, shape: Shape, symbols: Symbols) -> Entries:
    if len(frame.columns) == 1 and shape.arity > 0:
        return entries_from(frame.iloc[:, 0], shape, symbols)
    columns = [frame.iloc[:, place] for place in range(len(frame.columns) - 1)]
    return _from_columns(columns, frame.iloc[:, -1], shape, symbols)


def _from_columns(
    columns: Sequence[pd.Series | pd.Index], values: pd.Series, shape: Shape, symbols: Symbols
) -> Entries:
    if len(columns) != shape.arity:
        raise wrong_count(shape, len(columns))
    given = values.notna().to_numpy()
    codes = tuple(codes_from(column[given], symbols) for column in columns)
    return Entries(codes, _values(values[given].to_numpy(), shape, symbols))


def _values(values: Sequence[Any] | np.ndarray[Any, Any], shape: Shape, symbols: Symbols) -> Values | Codes:
    if shape.symbolic:
        return codes_from(values, symbols)
    wrong = next((value for value in values if isinstance(value, str)), None) if _may_hold_text(values) else None
    if wrong is not None:
        raise error("data-not-number", None, f"`{wrong}` is not a number", f"`{shape.name}` holds numbers")
    return np.asarray(values, dtype=np.float64)


def _may_hold_text(values: object) -> bool:
    return not isinstance(values, np.ndarray) or values.dtype.kind not in "iufb"


def members_from(value: object, dimension: int | None, name: str, symbols: Symbols) -> tuple[Codes, ...]:
    """The members of a set from a list of members or tuples, a Series or Index, or a DataFrame with a column a place.

    Raises ModelError `set-dimension` where the places do not fit, `duplicate-member` for repeats.
    """
    if isinstance(value, pd.DataFrame):
        columns = tuple(codes_from(value.iloc[:, place], symbols) for place in range(len(value.columns)))
    elif isinstance(value, pd.MultiIndex):
        columns = tuple(codes_from(value.get_level_values(level), symbols) for level in range(value.nlevels))
    elif isinstance(value, pd.Series | pd.Index | np.ndarray | range):
        columns = (codes_from(value if not isinstance(value, range) else list(value), symbols),)
    elif isinstance(value, list | tuple):
        columns = _from_members(value, dimension, name, symbols)
    else:
        raise error("data-kind", None, f"`{name}` takes a list of members or a table, not {type(value).__name__}")
    if dimension is not None and len(columns) != dimension:
        raise error(
            "set-dimension", None, f"`{name}` has dimension {dimension}, members of {len(columns)} places given"
        )
    return columns


def _from_members(members: Sequence[Any], dimension: int | None, name: str, symbols: Symbols) -> tuple[Codes, ...]:
    tuples = [member if isinstance(member, tuple | list) else (member,) for member in members]
    places = dimension if dimension is not None else len(tuples[0]) if tuples else 1
    odd = next((member for member in tuples if len(member) != places), None)
    if odd is not None:
        raise error("set-dimension", None, f"`{name}` has dimension {places}, {odd!r} has {len(odd)} places")
    return tuple(symbols.codes(member_from(member[place]) for member in tuples) for place in range(places))


def keyed_members_from(
    value: object, shape: Shape, dimension: int | None, symbols: Symbols
) -> list[tuple[tuple[int, ...], tuple[Codes, ...]]]:
    """The members of an indexed set by key, from a mapping, or a table whose first columns are the key.

    Raises ModelError as `members_from` does, and `subscript-count` for keys of the wrong length.
    """
    if isinstance(value, pd.DataFrame):
        names = list(value.columns[: shape.arity])
        groups = value.groupby(names, sort=False) if len(value) else ()
        pairs = [(key, rows.drop(columns=names)) for key, rows in groups]
    elif isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        message = f"`{shape.name}` is indexed: give the members of each key, {{key: members}}"
        raise error("subscript-count", None, message)
    return [(key_codes(symbols, key, shape), members_from(each, dimension, shape.name, symbols)) for key, each in pairs]
