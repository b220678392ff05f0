"""Sets and parameters as pandas tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.modeltext import ModelText
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Codes, Symbols

if TYPE_CHECKING:
    import pandas as pd


def index_names(text: ModelText | None, name: str, arity: int) -> list[str]:
    """A name for every subscript of an item: the index of its declaration, else `index0`, `index1`, …"""
    plain = [f"index{place}" for place in range(arity)]
    declaration = text.declarations.get(name) if text is not None else None
    if text is None or declaration is None or declaration.indexing is None:
        return plain
    names: list[str | None] = []
    for item in declaration.indexing.items:
        names.extend(_slot_names(text, item) if item.slots else [None] * _places(text, item.set))
    if len(names) != arity:
        return plain
    taken = [given if given is not None and names.count(given) == 1 and given != name else None for given in names]
    return [given or default for given, default in zip(taken, plain, strict=True)]


def _slot_names(text: ModelText, item: ast.IndexItem) -> list[str | None]:
    """The new indices of an item; its other slots are values to match and take no subscript of their own."""
    new = text.resolution.new_indices.get(id(item))
    if new is not None:
        return list(new)
    return [slot.name if isinstance(slot, ast.Reference) and not slot.subscripts else None for slot in item.slots]


def _places(text: ModelText, expression: ast.Expression) -> int:
    return text.resolution.places.get(id(expression), 1)


def members_column(codes: Codes, symbols: Symbols) -> pd.Series:
    """Members as a column: integers, floats or texts where all are, else Python objects."""
    import pandas as pd

    distinct, inverse = np.unique(codes, return_inverse=True)
    objects = symbols.objects[distinct]
    if all(isinstance(member, int) for member in objects):
        return pd.Series(objects.astype(np.int64)[inverse])
    if all(isinstance(member, int | float) for member in objects):
        return pd.Series(objects.astype(np.float64)[inverse])
    if all(isinstance(member, str) for member in objects):
        return pd.Series(objects[inverse], dtype="str")
    return pd.Series(objects[inverse], dtype=object)


def parameter_frame(parameter: Parameter, names: Sequence[str], symbols: Symbols) -> pd.DataFrame:
    """A row for every value: the subscripts, then a column of the parameter's name."""
    import pandas as pd

    columns = {name: members_column(c, symbols) for name, c in zip(names, parameter.index.columns, strict=True)}
    return pd.DataFrame({**columns, parameter.name: _value_column(parameter, symbols)})


def _value_column(parameter: Parameter, symbols: Symbols) -> pd.Series:
    import pandas as pd

    if parameter.values.dtype.kind == "i":
        return members_column(parameter.values.astype(np.int32), symbols)
    return pd.Series(parameter.values)


def set_frame(given: Set, names: Sequence[str], symbols: Symbols) -> pd.DataFrame:
    """A row for every member: the key, then a column of the set's name (`name_0`, `name_1`, … for tuples)."""
    import pandas as pd

    rows = np.repeat(np.arange(len(given.keys)), np.diff(given.offsets))
    keys = {name: members_column(column[rows], symbols) for name, column in zip(names, given.keys.columns, strict=True)}
    places = given.members.columns
    labels = [given.name] if len(places) == 1 else [f"{given.name}_{k}" for k in range(len(places))]
    return pd.DataFrame(
        {**keys, **{label: members_column(c, symbols) for label, c in zip(labels, places, strict=True)}}
    )
