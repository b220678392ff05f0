"""Tables of pandas as columns of subscripts and one of values: by name where names tell, else by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from energyscope.language.diagnostics import ModelError, error
from energyscope.modeldata.shapes import Shape, quoted, wrong_count

if TYPE_CHECKING:
    import pandas as pd

VALUE = "value"
"""A column of values may have this name instead of the item's."""


def holds_values(frame: pd.DataFrame, name: str) -> bool:
    """Is a table of an item without declaration one of a parameter? Its last column says so."""
    return len(frame.columns) > 0 and frame.columns[-1] in {name, VALUE}


def subscripts_in(frame: pd.DataFrame) -> int:
    """How many subscripts a table of values has: columns before the last, else levels of the index."""
    if len(frame.columns) > 1 or _numbered(frame.index):
        return len(frame.columns) - 1
    return frame.index.nlevels


def columns_of(table: pd.DataFrame | pd.Series, shape: Shape) -> tuple[list[pd.Series | pd.Index], pd.Series]:
    """The columns of subscripts in order of the declaration, and the values.

    Raises ModelError `subscript-count` for more or fewer subscripts, `data-columns` for columns of other names.
    """
    import pandas as pd

    if isinstance(table, pd.Series):
        return _of_series(table, shape)
    names = list(table.columns)
    if len(names) == 1 and names[0] in {shape.name, VALUE}:
        return _of_series(table.iloc[:, 0], shape)
    if len(set(names)) == len(names) and set(names) == {*shape.names, shape.name}:
        return [table[name] for name in shape.names], table[shape.name]
    if not names or names[-1] not in {shape.name, VALUE}:
        raise _other_columns(names, shape)
    if len(names) - 1 != shape.arity:
        raise wrong_count(shape, len(names) - 1, f" in a table with the columns {quoted(tuple(names))}")
    order = _order(names[:-1], shape)
    return [table.iloc[:, place] for place in order], table.iloc[:, -1]


def _of_series(values: pd.Series, shape: Shape) -> tuple[list[pd.Series | pd.Index], pd.Series]:
    """A series has the subscripts in its index; that of a scalar only counts."""
    index = values.index
    if shape.arity == 0 and (len(values) == 0 or _numbered(index)):
        return [], values
    if index.nlevels != shape.arity:
        raise wrong_count(shape, index.nlevels, " in the index")
    return [index.get_level_values(level) for level in _order(list(index.names), shape)], values


def _numbered(index: pd.Index) -> bool:
    """Does the index only count rows?"""
    import pandas as pd

    return index.nlevels == 1 and index.name is None and pd.api.types.is_integer_dtype(index.dtype)


def _order(names: Sequence[object], shape: Shape) -> Sequence[int]:
    """Where each subscript stands: by the names of the declaration when all are there, else as they come."""
    if len(set(names)) == len(names) and set(names) == set(shape.names):
        return [list(names).index(name) for name in shape.names]
    for name, expected in zip(names, shape.names, strict=True):
        if name in shape.names and name != expected:
            message = f"subscript `{name}` of `{shape.name}` stands where `{expected}` is expected"
            raise error("data-columns", None, message, f"the columns are {quoted(shape.columns)}")
    return range(shape.arity)


def _other_columns(names: Sequence[object], shape: Shape) -> ModelError:
    message = f"a table for `{shape.name}` has the columns {quoted(tuple(names)) or 'of none'}"
    expected = f"expected {quoted(shape.columns)} (or `{VALUE}` for the last)"
    if shape.name in names:
        help = f'hand over that column alone, `table["{shape.name}"]`, with the subscripts as index'
    else:
        help = (
            f"name the column of values `{shape.name}` and let it be the last; a wide table is made long by `.stack()`"
        )
    return error("data-columns", None, f"{message}, {expected}", help)
