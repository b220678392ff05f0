"""Data for one run, laid over those of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from energyscope.language.diagnostics import error
from energyscope.modeldata.items import Set
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Codes

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("technologies", "demands", "resources")
"""The tables of a Dataset."""
NAMES = "name"
"""The column of a Dataset's table that holds the members, where they are not its index."""


class Dataset(Protocol):
    """Data in upstream's shape: tables with a row a member and a column for each parameter over these members.

    The members are the index, or the column `name`. Rows and columns of many parameters leave cells blank: in these
    tables, and only here, a blank (NaN) says that nothing is given. Sets stay as the model has them.
    """

    technologies: pd.DataFrame
    demands: pd.DataFrame
    resources: pd.DataFrame


def laid_over(data: ModelData, ds: Dataset | ModelData | Mapping[str, object]) -> ModelData:
    """A copy of the data with new values for some items. Raises ModelError for what does not fit."""
    if isinstance(ds, ModelData):
        values: Mapping[str, object] = {name: ds.to_frame(name) for name in ds.parameters}
        values = {**{name: _members(ds, name) for name in ds.sets}, **values}
    elif isinstance(ds, Mapping):
        values = ds
    else:
        values = _columns(ds)
    copy = data.copy()
    copy.let(values)
    if isinstance(ds, ModelData):
        for name in ds.fixed:
            copy.fix(name, ds.fixed_frame(name))
    return copy


def _members(ds: ModelData, name: str) -> object:
    """The members of a set; those of an indexed one by key, so that keys without members are there, too."""
    given, objects = ds.set_table(name), ds.symbols.objects
    if not given.keys.dimension:
        return ds.to_frame(name)
    return {
        tuple(objects[list(key)]): list(zip(*(objects[column] for column in columns), strict=True))
        for key, columns in _by_key(given)
    }


def _by_key(given: Set) -> list[tuple[tuple[int, ...], tuple[Codes, ...]]]:
    """The members of each key of a set, in order."""
    bounds = zip(given.offsets[:-1].tolist(), given.offsets[1:].tolist(), strict=True)
    return [
        (
            tuple(int(column[k]) for column in given.keys.columns),
            tuple(column[start:stop] for column in given.members.columns),
        )
        for k, (start, stop) in enumerate(bounds)
    ]


def _columns(ds: Dataset) -> dict[str, object]:
    """The columns of upstream's tables, which are named like the parameters they give, without their blanks."""
    import pandas as pd

    columns: dict[str, list[pd.Series]] = {}
    for kind in TABLES:
        table = getattr(ds, kind, None)
        if not isinstance(table, pd.DataFrame):
            message = f"data for one run are a mapping, ModelData, or a Dataset, not {type(ds).__name__}"
            help = f"say `calc({{name: value}})`; a Dataset has the tables {', '.join(TABLES)}"
            raise error("data-kind", None, message, help)
        members = table.set_index(NAMES) if NAMES in table.columns else table
        for column in members.columns:
            columns.setdefault(str(column), []).append(members[column].dropna())
    return {name: pd.concat(parts) for name, parts in columns.items()}
