"""Parameters as xarray: dense over the members of their index sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.modeldata import tabulate
from energyscope.modeldata.itemkinds import is_set
from energyscope.modeldata.items import Parameter
from energyscope.modeldata.symbols import Codes

if TYPE_CHECKING:
    from energyscope.modeldata.model_data import ModelData

MAX_CELLS = 100_000_000
"""Beyond this a dense array of doubles (0.8 GB) is refused: such tables are sparse, `to_frame` keeps them so."""

Coordinates = dict[str, Codes]


def array(data: ModelData, name: str) -> xr.DataArray:
    """One parameter over its dimensions; a set as the list of its members.

    A dimension has the name of the index set where that is declared, else `name_index0`, … Cells without a value are
    NaN (None for symbols), or the default that the data state.
    """
    if is_set(data, name):
        frame = data.to_frame(name)
        return xr.DataArray(
            frame.to_numpy(dtype=object), dims=(name, f"{name}_place"), coords={f"{name}_place": list(frame)}
        )
    parameter = data.parameter_table(name)
    dimensions = _dimensions(data, name, parameter.index.dimension)
    return _dense(data, parameter, dimensions, _coordinates(data, [(parameter, dimensions)]))


def dataset(data: ModelData) -> xr.Dataset:
    """All given parameters; those over one set share its dimension."""
    tables = [(data.parameter_table(name), name) for name in data.parameters]
    shaped = [(parameter, _dimensions(data, name, parameter.index.dimension)) for parameter, name in tables]
    coordinates = _coordinates(data, shaped)
    return xr.Dataset({parameter.name: _dense(data, parameter, dims, coordinates) for parameter, dims in shaped})


def _dimensions(data: ModelData, name: str, arity: int) -> list[str]:
    """A name for every place, each once."""
    names: list[str] = [f"{name}_{index}" for index in tabulate.index_names(data.text, name, arity)]
    declared = data.text.declarations.get(name) if data.text is not None else None
    items = declared.indexing.items if declared is not None and declared.indexing is not None else ()
    if len(items) == arity:
        for place, item in enumerate(items):
            if isinstance(item.set, ast.Reference) and not item.set.subscripts and item.set.name not in names:
                names[place] = item.set.name
    return names


def _coordinates(data: ModelData, shaped: list[tuple[Parameter, list[str]]]) -> Coordinates:
    """The members along every dimension: those of a given set first, then what else occurs, in order of first sight."""
    parts: dict[str, list[Codes]] = {}
    for parameter, dimensions in shaped:
        for dimension, column in zip(dimensions, parameter.index.columns, strict=True):
            given = data.sets.get(dimension)
            start = [given.members.columns[0]] if given is not None and not given.keys.columns else []
            parts.setdefault(dimension, start).append(column)
    return {dimension: _distinct(np.concatenate(columns)) for dimension, columns in parts.items()}


def _distinct(codes: Codes) -> Codes:
    _, first = np.unique(codes, return_index=True)
    return codes[np.sort(first)]


def _dense(data: ModelData, parameter: Parameter, dimensions: list[str], coordinates: Coordinates) -> xr.DataArray:
    shape = tuple(len(coordinates[dimension]) for dimension in dimensions)
    if np.prod(shape, dtype=np.float64) > MAX_CELLS:
        message = f"`{parameter.name}` as an array has {' x '.join(map(str, shape))} cells"
        raise error("export", None, message, "use `to_frame`, which holds the given values only")
    symbolic = parameter.values.dtype.kind == "i"
    objects = data.symbols.objects
    default = parameter.default if not symbolic or parameter.default is None else objects[int(parameter.default)]
    empty = np.full(
        shape, (None if symbolic else np.nan) if default is None else default, dtype=object if symbolic else float
    )
    places = tuple(_ranks(coordinates[d])[c] for d, c in zip(dimensions, parameter.index.columns, strict=True))
    values = objects[parameter.values.astype(np.int32)] if symbolic else parameter.values
    if places or len(values):
        empty[places] = values if places else values[0]
    coords = {d: tabulate.members_column(coordinates[d], data.symbols).to_numpy() for d in dimensions}
    return xr.DataArray(empty, dims=dimensions, coords=coords, name=parameter.name)


def _ranks(codes: Codes) -> Codes:
    """Place of every code among the given ones."""
    ranks = np.zeros(int(codes.max()) + 1 if len(codes) else 0, dtype=np.int32)
    ranks[codes] = np.arange(len(codes), dtype=np.int32)
    return ranks
