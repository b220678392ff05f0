"""Given data as labelled arrays and lists: what a native formulation reads from `ModelData`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, did_you_mean, error
from energyscope.language.source import Span
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Codes, Member
from energyscope.modeldata.tabulate import set_frame

Members = Sequence[Member]


def members(data: ModelData, name: str, default: Iterable[Member] | None = None) -> list[Member]:
    """The members of a set in order; `default` where none are given.

    Raises ModelError `missing-data` when there is neither.
    """
    table = _set(data, name, optional=default is not None)
    if table is None:
        return list(default or ())
    if table.keys.dimension or len(table.members.columns) != 1:
        raise error("set-dimension", None, f"`{name}` must be a set of single members", "see `data.to_frame(name)`")
    found: list[Member] = data.symbols.objects[table.members.columns[0]].tolist()
    return found


def relation(data: ModelData, name: str, *columns: str) -> pd.DataFrame:
    """A set of tuples, or an indexed set as (key, member), as a table with the named columns.

    Raises ModelError `missing-data` without the set and `set-dimension` when it has another number of places.
    """
    table = _set(data, name, optional=False)
    assert table is not None, "a set that is not optional is there, or an error was raised"
    keys = table.keys.dimension
    frame = set_frame(table, [f"key{place}" for place in range(keys)], data.symbols)
    if len(frame.columns) != len(columns):
        message = f"`{name}` has {len(frame.columns)} places, expected {len(columns)}: {', '.join(columns)}"
        raise error("set-dimension", None, message, "give a table with these columns")
    return frame.set_axis(list(columns), axis="columns")


def array(data: ModelData, name: str, default: float | None = None, **dimensions: str | Members) -> xr.DataArray:
    """A parameter over named dimensions, as in `array(data, "c_inv", technology="TECHNOLOGIES")`.

    Each dimension is given by its members or by the name of a set. `default` stands where no value is given.
    Raises ModelError: `missing-data` for a parameter or cell without value, `subscript-count` for another number of
    dimensions, `data-subscript` for a value outside them, `data-not-number` for texts.
    """
    axes = {
        dimension: members(data, given) if isinstance(given, str) else list(given)
        for dimension, given in dimensions.items()
    }
    parameter = _parameter(data, name)
    shape = tuple(len(axis) for axis in axes.values())
    if parameter is None:
        if default is None:
            raise _missing(data, name, axes)
        return xr.DataArray(np.full(shape, float(default)), coords=axes, dims=list(axes), name=name)
    if parameter.index.dimension != len(axes):
        given = f"{parameter.index.dimension} given, expected {len(axes)} ({', '.join(axes) or 'a single number'})"
        message = f"`{name}` has the wrong dimension: {given}"
        raise error("subscript-count", place_of(data, name), message, "reshape the table")
    _require_numbers(data, parameter)
    stated = parameter.default if parameter.default is not None else default
    values = np.full(shape, np.nan if stated is None else float(stated))
    values[_positions(data, parameter, axes)] = parameter.values if axes else parameter.values[0]
    whole = xr.DataArray(values, coords=axes, dims=list(axes), name=name)
    _require_whole(data, whole)
    return whole


def scalar(data: ModelData, name: str, default: float | None = None) -> float:
    """A parameter without subscripts. Raises ModelError as `array` does."""
    return float(array(data, name, default))


def describe(name: str, key: Sequence[object]) -> str:
    """`name[i,j]` for messages."""
    inside = ",".join(str(each) for each in key)
    return f"{name}[{inside}]" if inside else name


def refuse_derived(data: ModelData) -> None:
    """A formulation that computes what the text derives (`:=`) does not read values given for it.

    Raises ModelError `data-for-derived` where there are some.
    """
    for name in (*data.sets, *data.parameters):
        declared = data.text.declarations.get(name) if data.text is not None else None
        if isinstance(declared, ast.SetDeclaration | ast.ParamDeclaration) and declared.assignment == ":=":
            message = f"`{name}` is given, and the formulation in Python computes it from other data"
            help = 'change what it follows from, or say backend="linopy:text"'
            raise error("data-for-derived", place_of(data, name), message, help)


def place_of(data: ModelData, name: str, key: Sequence[object] = ()) -> Span | None:
    """Where a figure stands in the data text; where its item is declared, when it was not given there."""
    given = data.parameters.get(name)
    if given is not None and given.origin is not None and len(key) == given.index.dimension:
        codes = [data.symbols.find(each if isinstance(each, str) else float(str(each))) for each in key]
        columns = [np.array([code], np.int32) for code in codes]
        known = min(codes, default=0) >= 0
        position = -1 if not known else int(given.index.positions(columns)[0]) if codes else 0
        if position >= 0 and (span := given.origin.value_span(position)) is not None:
            return span
    declared = data.text.declarations.get(name) if data.text is not None else None
    return declared.name_span if declared is not None else None


def _set(data: ModelData, name: str, *, optional: bool) -> Set | None:
    """What is given for a set, else what follows from the model text."""
    if name in data.sets:
        return data.sets[name]
    if optional:
        return None
    if data.evaluator is not None and data.text is not None and name in data.text.sets:
        return data.set_table(name)
    message = f"the set `{name}` is not given"
    raise error("missing-data", None, message, did_you_mean(name, data.sets) or "give its members")


def _parameter(data: ModelData, name: str) -> Parameter | None:
    """What is given for a parameter, else what follows from the model text."""
    if name in data.parameters:
        given = data.parameters[name]
        return given if given.index.dimension or len(given.index) else None
    if data.evaluator is not None and data.text is not None and name in data.text.parameters:
        declared = data.text.parameters[name]
        return data.parameter_table(name) if declared.assignment is not None else None
    return None


def _require_numbers(data: ModelData, parameter: Parameter) -> None:
    """What a parameter of members holds are codes, nothing to compute with."""
    if parameter.values.dtype.kind != "i" or not len(parameter.values):
        return
    shown = data.symbols.describe(parameter.name, [int(column[0]) for column in parameter.index.columns])
    member = data.symbols.label(int(parameter.values[0]))
    message = f"`{shown}` is {member}, a text, and the formulation reads a number"
    span = parameter.origin.value_span(0) if parameter.origin is not None else None
    raise error("data-not-number", span or place_of(data, parameter.name), message, "give numbers: `pd.to_numeric`")


def _positions(data: ModelData, parameter: Parameter, axes: Mapping[str, Members]) -> tuple[Codes, ...]:
    """Where every value stands along the axes."""
    places = []
    for (dimension, axis), column in zip(axes.items(), parameter.index.columns, strict=True):
        codes = data.symbols.codes(axis)
        rank = np.full(len(data.symbols), -1, dtype=np.int32)
        rank[codes] = np.arange(len(codes), dtype=np.int32)
        place = rank[column]
        if (place < 0).any():
            raise _outside(data, parameter, int(np.argmax(place < 0)), dimension, column, axis)
        places.append(place)
    return tuple(places)


def _outside(
    data: ModelData, parameter: Parameter, row: int, dimension: str, column: Codes, axis: Members
) -> ModelError:
    shown = data.symbols.describe(parameter.name, [int(each[row]) for each in parameter.index.columns])
    member = data.symbols.label(int(column[row]))
    message = f"`{shown}` is given, but `{member}` is not among the members of dimension `{dimension}`"
    help = did_you_mean(member, [str(each) for each in axis]) or "add it to the set, or remove it"
    span = parameter.origin.key_span(row) if parameter.origin is not None else None
    return error("data-subscript", span or place_of(data, parameter.name), message, help)


def _require_whole(data: ModelData, values: xr.DataArray) -> None:
    """Every cell has a value."""
    absent = np.isnan(values.to_numpy())
    if not absent.any():
        return
    first = np.unravel_index(int(np.argmax(absent)), absent.shape) if absent.ndim else ()
    key = [values.coords[dimension].values[place] for dimension, place in zip(values.dims, first, strict=True)]
    message = f"no value for `{describe(str(values.name), key)}`"
    more = int(absent.sum()) - 1
    help = f"{more} more are missing" if more else "give one number for it"
    raise error("missing-data", place_of(data, str(values.name)), message, help)


def _missing(data: ModelData, name: str, axes: Mapping[str, Members]) -> ModelError:
    expected = f"one number for each {' x '.join(axes)}" if axes else "one number"
    help = f"give {expected}"
    if name in data.sets:
        help += f"; what was given for `{name}` reads as a set, whose last column is not `{name}` or `value`"
    return error("missing-data", place_of(data, name), f"the parameter `{name}` is not given", help)
