"""Sets and parameters with some values replaced; the old ones stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from energyscope.language.diagnostics import error
from energyscope.language.source import Span
from energyscope.modeldata.incoming import Entries
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Origin, Parameter, Set
from energyscope.modeldata.shapes import Shape
from energyscope.modeldata.symbols import Codes, Symbols


@dataclass(frozen=True)
class PartOrigin:
    """The origin of entries of which some are new: `positions` are those in the first origin, -1 for none."""

    origin: Origin
    positions: NDArray[np.int64]

    def key_span(self, position: int) -> Span | None:
        """The subscripts of an entry that still stands in the text."""
        place = int(self.positions[position])
        return None if place < 0 else self.origin.key_span(place)

    def value_span(self, position: int) -> Span | None:
        """The value of an entry that still stands in the text."""
        place = int(self.positions[position])
        return None if place < 0 else self.origin.value_span(place)


def new_parameter(shape: Shape, entries: Entries, symbols: Symbols) -> Parameter:
    """A parameter of the entries alone. Raises ModelError `data-duplicate` when a subscript stands twice."""
    index = Index(entries.columns, len(entries.values))
    if (second := index.first_repeat) is not None:
        shown = symbols.describe(shape.name, [int(column[second]) for column in index.columns])
        raise error("data-duplicate", None, f"`{shown}` is given twice")
    return Parameter(shape.name, index, entries.values)


def with_entries(parameter: Parameter | None, shape: Shape, entries: Entries, symbols: Symbols) -> Parameter:
    """The parameter with entries replaced, or added behind the others. Raises ModelError as `new_parameter` does."""
    added = new_parameter(shape, entries, symbols)
    if parameter is None:
        return added
    if not shape.arity:
        replaced = added if len(added.index) else parameter
        return Parameter(shape.name, replaced.index, replaced.values, parameter.default)
    places = parameter.index.positions(added.index.columns)
    known, fresh = places >= 0, places < 0
    values = np.concatenate([parameter.values, added.values[fresh]])
    values[places[known]] = added.values[known]
    joined = zip(parameter.index.columns, added.index.columns, strict=True)
    index = parameter.index if known.all() else Index(tuple(np.concatenate([old, new[fresh]]) for old, new in joined))
    origin = None
    if parameter.origin is not None:
        positions = np.concatenate([np.arange(len(parameter.index)), np.full(int(fresh.sum()), -1)])
        positions[places[known]] = -1
        origin = PartOrigin(parameter.origin, positions)
    return Parameter(shape.name, index, values, parameter.default, origin)


def new_set(
    name: str, arity: int, members: Sequence[tuple[tuple[int, ...], tuple[Codes, ...]]], symbols: Symbols
) -> Set:
    """A set of the members of each key; a plain set has the one key `()`.

    Raises ModelError `duplicate-member` when a member stands twice under one key.
    """
    for key, columns in members:
        if (second := Index(columns).first_repeat) is not None:
            label = ",".join(symbols.label(int(column[second])) for column in columns)
            shown = f"({label})" if len(columns) > 1 else label
            raise error("duplicate-member", None, f"`{shown}` stands twice in `{symbols.describe(name, key)}`")
    lengths = [len(columns[0]) for _, columns in members]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    keys = Index(tuple(np.array([key[k] for key, _ in members], np.int32) for k in range(arity)), len(members))
    dimension = len(members[0][1]) if members else 1
    empty = [np.empty(0, np.int32)]
    joined = tuple(np.concatenate([*empty, *(columns[k] for _, columns in members)]) for k in range(dimension))
    return Set(name, keys, offsets, Index(joined))


def members_by_key(given: Set) -> list[tuple[tuple[int, ...], tuple[Codes, ...]]]:
    """The members of each key of a set, in order."""
    bounds = zip(given.offsets[:-1].tolist(), given.offsets[1:].tolist(), strict=True)
    return [
        (
            tuple(int(column[k]) for column in given.keys.columns),
            tuple(column[start:stop] for column in given.members.columns),
        )
        for k, (start, stop) in enumerate(bounds)
    ]


def with_members(
    given: Set | None,
    name: str,
    arity: int,
    members: Sequence[tuple[tuple[int, ...], tuple[Codes, ...]]],
    symbols: Symbols,
) -> Set:
    """The set with the members of some keys replaced, or keys added behind the others."""
    parts = dict(members_by_key(given)) if given is not None else {}
    return new_set(name, arity, list({**parts, **dict(members)}.items()), symbols)
