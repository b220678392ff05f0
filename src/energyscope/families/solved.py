"""What tables of any family are made from: those of one run as labelled arrays, and the names that are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

import numpy as np
import pandas as pd
import xarray as xr

Frames = Mapping[str, pd.DataFrame]
Maker = Callable[[], pd.DataFrame]


@dataclass(frozen=True)
class SolvedFrames:
    """Tables of variables, parameters, sets and constraints of one run, read as arrays."""

    variables: Frames
    parameters: Frames
    sets: Frames
    constraints: Frames
    run: int

    def variable(self, name: str, *dims: str) -> xr.DataArray:
        """A variable over named dimensions, 0 where its index has no such tuple."""
        return array(self.variables[name][name], dims)

    def parameter(self, name: str, *dims: str) -> xr.DataArray:
        """A parameter over named dimensions, 0 where its index has no such tuple."""
        return array(self.parameters[name][name], dims)

    def members(self, name: str) -> set[object]:
        """The members of a set, none where there is no such set."""
        return set(self.sets[name][name]) if name in self.sets else set()

    def with_run(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with the number of the run."""
        return frame.assign(Run=self.run)


S = TypeVar("S", bound=SolvedFrames)


@dataclass(frozen=True)
class Recipe(Generic[S]):
    """A table: how it is made, the names that it needs, and how many subscripts some of them must have."""

    make: Callable[[S], pd.DataFrame]
    variables: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)


def allowed(recipes: Mapping[str, Recipe[S]], solved: S, dimensions: Mapping[str, int]) -> dict[str, Maker]:
    """The tables that the names allow, each made when it is called.

    `dimensions` gives the number of subscripts of variables and constraints.
    """
    return {name: partial(each.make, solved) for name, each in recipes.items() if _allows(each, solved, dimensions)}


def _allows(recipe: Recipe[S], solved: S, dimensions: Mapping[str, int]) -> bool:
    there = (
        (recipe.variables, solved.variables),
        (recipe.parameters, solved.parameters),
        (recipe.sets, solved.sets),
        (recipe.constraints, solved.constraints),
    )
    if not all(name in frames for names, frames in there for name in names):
        return False
    named = {name for names in (recipe.variables, recipe.constraints) for name in names}
    fits = all(dimensions[name] == count for name, count in recipe.places.items() if name in named)
    # a table of a parameter is made for this, so it comes last
    return fits and all(
        solved.parameters[name].index.nlevels == count
        for name, count in recipe.places.items()
        if name in recipe.parameters
    )


def array(values: pd.Series, dims: Sequence[str]) -> xr.DataArray:
    """Values over an index as an array with these dimensions, 0 where the index has no such tuple."""
    return sparse_array(values, dims).fillna(0.0)


def sparse_array(values: pd.Series, dims: Sequence[str]) -> xr.DataArray:
    """Values over an index as an array with these dimensions, NaN where the index has no such tuple."""
    return values.set_axis(values.index.set_names(list(dims))).to_xarray()


def nonzero(values: xr.DataArray, name: str, dims: Sequence[str]) -> pd.DataFrame:
    """A row for every nonzero value, indexed by its labels."""
    values = values.transpose(*dims)
    places = np.nonzero(values.to_numpy())
    index = pd.MultiIndex(
        levels=[pd.Index(values[dim].to_numpy().tolist()) for dim in dims],
        codes=list(places),
        names=list(dims),
        verify_integrity=False,
    )
    return pd.DataFrame({name: values.to_numpy()[places]}, index=index)


def inner(dataset: xr.Dataset) -> pd.DataFrame:
    """Only the items that all variables of the dataset have, as a table."""
    return dataset.dropna("item").to_dataframe()


def zero_for(items: Sequence[object], values: xr.DataArray) -> xr.DataArray:
    """The values with 0 for some items."""
    return values.where(~values["item"].isin(list(items)), 0.0)
