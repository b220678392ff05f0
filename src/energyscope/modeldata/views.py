"""What `data["name"]` gives: one item to read and to edit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from energyscope.language.diagnostics import error
from energyscope.modeldata.incoming import key_codes
from energyscope.modeldata.index import Index
from energyscope.modeldata.shapes import Shape
from energyscope.modeldata.symbols import Codes, Member

if TYPE_CHECKING:
    import pandas as pd

    from energyscope.modeldata.model_data import ModelData


class ParameterView:
    """One parameter: `view["PV"]`, `view["PV", 1] = 3`, iteration over its subscripts."""

    def __init__(self, data: ModelData, shape: Shape) -> None:
        self._data = data
        self._shape = shape

    def __getitem__(self, key: object) -> float | Member:
        """The value at one subscript (`()` for a scalar).

        Raises ModelError `missing-data` where there is none.
        """
        codes = key_codes(self._data.symbols, key, self._shape)
        columns = [np.array([code], np.int32) for code in codes]
        given = self._data.parameters.get(self._shape.name)
        if given is not None and (place := _position(given.index.columns, columns, len(given.index))) is not None:
            return self._plain(given.values[place])
        table = self._data.parameter_table(self._shape.name)
        place = _position(table.index.columns, columns, len(table.index))
        if place is None:
            raise error("missing-data", None, f"no value for `{self._data.symbols.describe(self._shape.name, codes)}`")
        return self._plain(table.values[place])

    def __setitem__(self, key: object, value: object) -> None:
        """Give one value; what follows from it is computed anew when it is next asked for."""
        key_codes(self._data.symbols, key, self._shape)
        self._data.let(self._shape.name, {key: value})

    def __iter__(self) -> Iterator[Any]:
        """The subscripts that have a value: members, or tuples where there are several."""
        table = self._data.parameter_table(self._shape.name)
        return _tuples(self._data, table.index)

    def __len__(self) -> int:
        return len(self._data.parameter_table(self._shape.name).index)

    def __float__(self) -> float:
        """The value of a scalar."""
        return float(self[()])

    def items(self) -> Iterator[tuple[Any, float | Member]]:
        """Subscripts and values."""
        values = self._data.parameter_table(self._shape.name).values
        return zip(self, (self._plain(value) for value in values), strict=True)

    def to_frame(self) -> pd.DataFrame:
        """Index columns and a value column."""
        return self._data.to_frame(self._shape.name)

    def __repr__(self) -> str:
        return f"<parameter {self._shape.name}>\n{self.to_frame()!r}"

    def _plain(self, value: Any) -> float | Member:
        if not self._shape.symbolic:
            return float(value)
        member: Member = self._data.symbols.objects[int(value)]
        return member


class SetView:
    """One set: its members in order; an indexed set is asked by key, `view["A"]`."""

    def __init__(self, data: ModelData, shape: Shape) -> None:
        self._data = data
        self._shape = shape

    def __getitem__(self, key: object) -> list[Any]:
        """The members under one key. Raises ModelError `missing-data` where there are none."""
        codes = key_codes(self._data.symbols, key, self._shape)
        table = self._data.set_table(self._shape.name)
        place = _position(table.keys.columns, [np.array([code], np.int32) for code in codes], len(table.keys))
        if place is None:
            raise error(
                "missing-data", None, f"no members for `{self._data.symbols.describe(self._shape.name, codes)}`"
            )
        start, stop = table.offsets[place : place + 2]
        return list(_tuples(self._data, table.members.take(np.arange(start, stop))))

    def __setitem__(self, key: object, members: object) -> None:
        """Give the members under one key."""
        key_codes(self._data.symbols, key, self._shape)
        self._data.let(self._shape.name, {key: members})

    def __iter__(self) -> Iterator[Any]:
        """The members of a plain set, the keys of an indexed one."""
        table = self._data.set_table(self._shape.name)
        return _tuples(self._data, table.keys if self._shape.arity else table.members)

    def __len__(self) -> int:
        table = self._data.set_table(self._shape.name)
        return len(table.keys) if self._shape.arity else len(table.members)

    def __contains__(self, member: object) -> bool:
        return any(member == each for each in self)

    def to_frame(self) -> pd.DataFrame:
        """Key columns and member columns."""
        return self._data.to_frame(self._shape.name)

    def __repr__(self) -> str:
        return f"<set {self._shape.name}>\n{self.to_frame()!r}"


def _position(columns: tuple[Codes, ...], wanted: list[Codes], length: int) -> int | None:
    """Where a tuple stands; without columns, the one entry of a scalar."""
    if not columns:
        return 0 if length else None
    found = np.flatnonzero(
        np.logical_and.reduce([column == code for column, code in zip(columns, wanted, strict=True)])
    )
    return int(found[0]) if len(found) else None


def _tuples(data: ModelData, index: Index) -> Iterator[Any]:
    objects = [data.symbols.objects[column].tolist() for column in index.columns]
    if not objects:
        return iter([()] * len(index))
    return iter(objects[0]) if len(objects) == 1 else zip(*objects, strict=True)
