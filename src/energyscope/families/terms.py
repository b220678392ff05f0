"""Sums and index joins of linopy variables that hold a term only where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
import xarray as xr
from linopy import LinearExpression, Variable
from linopy.constraints import CSRConstraint
from linopy.csr import Grid


def pairs(dimension: str, table: pd.DataFrame) -> dict[str, xr.DataArray]:
    """The columns of a table of tuples as indexers along one new dimension.

    `variable.sel(pairs("charge", table))` is the variable at those tuples. The members stay as coordinates along the
    new dimension, by which `backends.linopy_program` knows the tuples of a row.
    """
    coords = {dimension: np.arange(len(table)), **{str(name): (dimension, table[name].to_numpy()) for name in table}}
    return {str(name): xr.DataArray(table[name].to_numpy(), dims=dimension, coords=coords) for name in table}


def weighted_sum(variable: Variable, weights: xr.DataArray, over: str) -> LinearExpression:
    """Sum over `over` of weights * variable, with terms for the weights that are not 0 only.

    `weights` has the dimension `over` and one more, which the variable may have too.
    """
    (key,) = [str(dimension) for dimension in weights.dims if dimension != over]
    table = weights.transpose(key, over).to_numpy()
    width = max(int((table != 0).sum(axis=1).max(initial=0)), 1)
    order = np.argsort(table == 0, axis=1, kind="stable")[:, :width]
    aligned = variable.labels.sel({over: weights.coords[over].values})
    spread = [str(dimension) for dimension in aligned.dims if dimension not in (key, over)]
    labels = aligned.transpose(*((key,) if key in aligned.dims else ()), over, *spread).to_numpy()
    rows = np.arange(len(table))[:, None]
    terms = labels[rows, order] if key in aligned.dims else labels[order]
    coefficients = np.take_along_axis(table, order, axis=1)
    coords: dict[str, Any] = {str(name): each for name, each in weights.coords.items() if each.dims == (key,)}
    coords |= {name: aligned.coords[name] for name in spread}
    dataset = xr.Dataset(
        {
            "vars": ((key, "_term", *spread), terms),
            "coeffs": ((key, "_term"), coefficients),
        },
        coords=coords,
    )
    return LinearExpression(dataset, variable.model)


def rows(expression: LinearExpression, sense: str, *places: str) -> CSRConstraint:
    """The rows `expression sense 0` with an index of these places: dimensions, or coordinates along one.

    Dense constraints have their dimensions turned round by xarray as soon as there are coordinates along one of them;
    rows in linopy's own sparse form keep the order, and cost less.
    """
    data = expression.data
    dimensions = list(dict.fromkeys(str(each) for place in places for each in data.coords[place].dims))
    shape = tuple(data.sizes[each] for each in dimensions)
    labels, coefficients = (data[part].transpose(*dimensions, ...).to_numpy() for part in ("vars", "coeffs"))
    entries = ((labels != -1) & (coefficients != 0)).reshape(int(np.prod(shape)), -1)
    starts = np.concatenate([[0], np.cumsum(entries.sum(axis=1))]).astype(np.int32)
    columns = labels.reshape(entries.shape)[entries].astype(np.int32)
    values = coefficients.reshape(entries.shape)[entries]
    matrix = sp.csr_array((values, columns, starts), shape=(len(entries), expression.model._xCounter))
    matrix.sum_duplicates()
    grid = Grid(
        {each: data.get_index(each) for each in dimensions},
        {
            place: (str(data.coords[place].dims[0]), data.coords[place].to_numpy())
            for place in places
            if place not in dimensions
        },
    )
    sides = -np.broadcast_to(data["const"].transpose(*dimensions).to_numpy(), shape).ravel()
    return CSRConstraint(matrix, np.arange(len(entries)), sides, sense, grid, expression.model)


def at(values: xr.DataArray | float, dimension: str, axis: Sequence[object], member: object) -> xr.DataArray:
    """An array along one more dimension: the values at one member, 0 at the others."""
    here = xr.DataArray(np.array([each == member for each in axis], dtype=float), coords={dimension: list(axis)})
    return here * values


def relabelled(variable: Variable, **dimensions: Mapping[str, Sequence[object]]) -> Variable:
    """Some members of a dimension under the name of another: `relabelled(F, technology={"storage": names})`."""
    for old, choice in dimensions.items():
        ((new, members),) = choice.items()
        variable = variable.sel({old: list(members)}).rename({old: new})
    return variable
