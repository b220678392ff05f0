"""Values that Python hands over (numbers, lists, dicts, pandas objects) as columns of codes and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from energyscope.language.diagnostics import error
from energyscope.modeldata.frames import columns_of
from energyscope.modeldata.shapes import Shape, quoted, wrong_count
from energyscope.modeldata.symbols import Codes, Member, Symbols, Values

if TYPE_CHECKING:
    import pandas as pd

Scalar = str | int | float | np.generic


@dataclass(frozen=True)
class Entries:
    """Values with their subscripts, one code column a place."""

    columns: tuple[Codes, ...]
    values: Values | Codes


def is_scalar(value: object) -> bool:
    """Is it one number or one text?"""
    return isinstance(value, str | int | float | np.generic)


def is_blank(value: object) -> bool:
    """Is it what tables have in an empty cell: None, NaN, NA?"""
    import pandas as pd

    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def member_from(value: object) -> Member:
    """A Python value as a member. Raises ModelError `data-kind` for what is neither number nor text."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float | np.number | np.bool_) and not math.isnan(float(value)):
        return float(value)
    help = "drop the rows without one (`.dropna()`)" if is_blank(value) else "several subscripts make a tuple: `(i, j)`"
    raise error("data-kind", None, f"a member of a set is a number or a text, not {value!r}", help)


def key_codes(symbols: Symbols, key: object, shape: Shape) -> tuple[int, ...]:
    """The codes of one subscript or of a tuple of them.

    Raises ModelError `subscript-count` when there are more or fewer than the item takes.
    """
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) != shape.arity:
        raise wrong_count(shape, len(parts))
    return tuple(symbols.code(member_from(part)) for part in parts)


def codes_from(values: Iterable[Any], symbols: Symbols) -> Codes:
    """The codes of a column of members; work in Python only for the distinct ones of a pandas or numpy column."""
    import pandas as pd

    if isinstance(values, pd.Series | pd.Index | np.ndarray):
        if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf":
            numbers = np.asarray(values, dtype=np.float64)
            if np.isnan(numbers).any():
                member_from(math.nan)
            return symbols.codes_of_numbers(numbers)
        places, distinct = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=False)
        return symbols.codes(member_from(value) for value in distinct)[places]
    return symbols.codes(member_from(value) for value in values)


def entries_from(value: object, shape: Shape, symbols: Symbols) -> Entries:
    """The values of a parameter: a number or text, a mapping by subscripts, a Series by its index, or a DataFrame.

    A DataFrame has the subscripts and then the value as columns, see `frames`. A blank value (NaN, None) is an error:
    what is not given is left out. Raises ModelError where subscripts or values do not fit.
    """
    import pandas as pd

    if isinstance(value, pd.DataFrame | pd.Series):
        subscripts, values = columns_of(value, shape)
        return _entries([codes_from(column, symbols) for column in subscripts], values, shape, symbols)
    if isinstance(value, Mapping):
        keys = [key_codes(symbols, key, shape) for key in value]
        columns = [np.array([key[place] for key in keys], np.int32) for place in range(shape.arity)]
        return _entries(columns, pd.Series(list(value.values()), dtype=object), shape, symbols)
    if not is_scalar(value) and not is_blank(value):
        help = "an array has no subscripts: say which, `pd.Series(values, index=...)`" if shape.arity else "give one"
        message = f"`{shape.name}` takes a number, a mapping or a table, not {type(value).__name__}"
        raise error("data-kind", None, message, help)
    if shape.arity:
        raise wrong_count(shape, 0)
    return _entries([], pd.Series([value], dtype=object), shape, symbols)


def _entries(columns: Sequence[Codes], values: pd.Series, shape: Shape, symbols: Symbols) -> Entries:
    blank = values.isna().to_numpy()
    if blank.any():
        first, more = int(blank.argmax()), int(blank.sum()) - 1
        shown = symbols.describe(shape.name, [int(column[first]) for column in columns])
        message = f"no value for `{shown}`" + (f", and for {more} more" if more else "") + ": blank (NaN) is given"
        help = "drop those rows (`.dropna()`) to keep what the data have, or give values"
        raise error("missing-data", None, message, help if columns else "give a value, or leave it out")
    if shape.symbolic:
        if shape.guessed:
            _require_texts(columns, values, shape, symbols)
        return Entries(tuple(columns), codes_from(values, symbols))
    return Entries(tuple(columns), _numbers(columns, values, shape, symbols))


def _require_texts(columns: Sequence[Codes], values: pd.Series, shape: Shape, symbols: Symbols) -> None:
    """Without a declaration, texts are members only where none of the values is, or reads as, a number.

    Numbers that a table has as text ("5", "5,0", beside "n/a") would else be computed with as if they were names.
    Raises ModelError `data-not-number` at the first text.
    """
    if not any(not isinstance(value, str) or _reads_as_number(value) for value in values):
        return
    place = next((place for place, value in enumerate(values) if isinstance(value, str)), None)
    if place is None:
        return
    shown = symbols.describe(shape.name, [int(column[place]) for column in columns])
    message = f"`{values.iloc[place]}` is a text, not a number, given for `{shown}`"
    raise error("data-not-number", None, message, f"{NUMBERS_OF_TEXT}; numbers and texts do not mix")


NUMBERS_OF_TEXT = '`pd.to_numeric(column)` makes numbers of texts, `pd.read_csv(..., decimal=",")` reads 5,0'


def _reads_as_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


def _numbers(columns: Sequence[Codes], values: pd.Series, shape: Shape, symbols: Symbols) -> Values:
    """The values as doubles. Raises ModelError `data-not-number` at the first that is no number."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_complex_dtype(values.dtype):
        places = (place for place, value in enumerate(values) if not isinstance(value, Real | Decimal | np.bool_))
        if (wrong := next(places, None)) is not None:
            shown = symbols.describe(shape.name, [int(column[wrong]) for column in columns])
            message = f"`{values.iloc[wrong]}` is not a number, given for `{shown}`"
            raise error("data-not-number", None, message, f"`{shape.name}` holds numbers: {NUMBERS_OF_TEXT}")
    return values.to_numpy(dtype=np.float64)


def members_from(value: object, dimension: int | None, name: str, symbols: Symbols) -> tuple[Codes, ...]:
    """The members of a set from a list of members or tuples, a Series or Index, or a DataFrame with a column a place.

    Raises ModelError `set-dimension` where the places do not fit, `duplicate-member` for repeats.
    """
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        columns = tuple(codes_from(value.iloc[:, place], symbols) for place in range(len(value.columns)))
    elif isinstance(value, pd.MultiIndex):
        columns = tuple(codes_from(value.get_level_values(level), symbols) for level in range(value.nlevels))
    elif isinstance(value, pd.Series | pd.Index | range) or (isinstance(value, np.ndarray) and value.ndim == 1):
        columns = (codes_from(value if not isinstance(value, range) else list(value), symbols),)
    elif isinstance(value, list | tuple):
        columns = _from_members(value, dimension, name, symbols)
    else:
        message = f"`{name}` takes a list of members or a table, not {type(value).__name__}"
        raise error("data-kind", None, message, "a set of one member is `[member]`")
    if dimension is not None and len(columns) != dimension:
        message = f"`{name}` has dimension {dimension}, members of {len(columns)} places given"
        raise error("set-dimension", None, message, _member_of(dimension))
    return columns


def _member_of(dimension: int) -> str:
    return "its members are single" if dimension == 1 else f"its members are tuples of {dimension}"


def _from_members(members: Sequence[Any], dimension: int | None, name: str, symbols: Symbols) -> tuple[Codes, ...]:
    tuples = [member if isinstance(member, tuple | list) else (member,) for member in members]
    places = dimension if dimension is not None else len(tuples[0]) if tuples else 1
    odd = next((member for member in tuples if len(member) != places), None)
    if odd is not None:
        message = f"`{name}` has dimension {places}, {odd!r} has {len(odd)} places"
        raise error("set-dimension", None, message, _member_of(places))
    return tuple(symbols.codes(member_from(member[place]) for member in tuples) for place in range(places))


def keyed_members_from(
    value: object, shape: Shape, dimension: int | None, symbols: Symbols
) -> list[tuple[tuple[int, ...], tuple[Codes, ...]]]:
    """The members of an indexed set by key, from a mapping, or a table whose first columns are the key.

    Raises ModelError as `members_from` does, and `subscript-count` for keys of the wrong length.
    """
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        pairs = _rows_by_key(value, shape, dimension)
    elif isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        message = f"`{shape.name}` is indexed: give the members of each key, {{key: members}}"
        raise error("subscript-count", None, message, f"or a table whose first columns are {quoted(shape.names)}")
    return [(key_codes(symbols, key, shape), members_from(each, dimension, shape.name, symbols)) for key, each in pairs]


def _rows_by_key(table: pd.DataFrame, shape: Shape, dimension: int | None) -> list[tuple[Any, pd.DataFrame]]:
    """The rows of each key without the columns of the key."""
    places = len(table.columns) - shape.arity
    if places != (dimension or max(places, 1)):
        expected = f"{shape.arity} for the key and {dimension or 'some'} for the members"
        message = f"a table for `{shape.name}` has {len(table.columns)} columns, expected {expected}"
        raise error("set-dimension", None, message, f"the columns begin with {quoted(shape.names)}")
    if table.isna().to_numpy().any():
        raise error("missing-data", None, f"a table for `{shape.name}` has blank cells (NaN)", "drop them: `.dropna()`")
    names = list(table.columns[: shape.arity])
    return [(key, rows.drop(columns=names)) for key, rows in table.groupby(names, sort=False)] if len(table) else []
