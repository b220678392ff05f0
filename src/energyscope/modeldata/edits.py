"""Sets and parameters with some values replaced; the old ones stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from energyscope.language.diagnostics import error
from energyscope.modeldata.incoming import Entries
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.origins import chosen, gathered
from energyscope.modeldata.shapes import Shape
from energyscope.modeldata.symbols import Codes, Symbols


def new_parameter(shape: Shape, entries: Entries, symbols: Symbols) -> Parameter:
    """A parameter of the entries alone. Raises ModelError `data-duplicate` when a subscript stands twice."""
    index = Index(entries.columns, len(entries.values))
    if (second := index.first_repeat) is not None:
        shown = symbols.describe(shape.name, [int(column[second]) for column in index.columns])
        raise error("data-duplicate", None, f"`{shown}` is given twice")
    return Parameter(shape.name, index, entries.values)


def with_entries(parameter: Parameter | None, shape: Shape, entries: Entries, symbols: Symbols) -> Parameter:
    """The parameter with entries replaced, or added behind the others. Raises ModelError as `new_parameter` does."""
    return laid_over(parameter, new_parameter(shape, entries, symbols))


def laid_over(old: Parameter | None, new: Parameter) -> Parameter:
    """The entries of both; where both have one, and for the default, the new one holds."""
    if old is None:
        return new
    default = old.default if new.default is None else new.default
    if not new.index.columns:
        held = new if len(new.values) else old
        return Parameter(new.name, held.index, held.values, default, held.origin)
    places = old.index.positions(new.index.columns)
    known, fresh = places >= 0, places < 0
    values = np.concatenate([old.values, new.values[fresh]])
    values[places[known]] = new.values[known]
    joined = zip(old.index.columns, new.index.columns, strict=True)
    index = old.index if known.all() else Index(tuple(np.concatenate([a, b[fresh]]) for a, b in joined))
    origin = None
    if old.origin is not None or new.origin is not None:
        order = np.arange(len(values), dtype=np.int64)
        order[places[known]] = len(old.values) + np.flatnonzero(known)
        order[len(old.values) :] = len(old.values) + np.flatnonzero(fresh)
        origin = chosen(gathered(old.origin, len(old.values), new.origin, len(new.values)), order)
    return Parameter(new.name, index, values, default, origin)


def last_entries(parameter: Parameter) -> Parameter:
    """Each subscript once, with the value it was given last."""
    index = parameter.index
    if index.first_repeat is None:
        return parameter
    last = index.last_sights
    origin = None
    if parameter.origin is not None:
        origin = chosen(gathered(parameter.origin, len(index), None, 0), last)
    return Parameter(parameter.name, index.take(last), parameter.values[last], parameter.default, origin)


def without(parameter: Parameter, columns: Sequence[Codes]) -> Parameter:
    """The parameter without the entries of some subscripts; of a scalar, without its value."""
    if not parameter.index.columns:
        return Parameter(parameter.name, Index((), 0), parameter.values[:0], parameter.default)
    keep = np.ones(len(parameter.index), dtype=bool)
    places = parameter.index.positions(columns)
    keep[places[places >= 0]] = False
    origin = None
    if parameter.origin is not None:
        origin = chosen(gathered(parameter.origin, len(keep), None, 0), np.flatnonzero(keep))
    return Parameter(parameter.name, parameter.index.take(keep), parameter.values[keep], parameter.default, origin)


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


def with_members(
    given: Set | None,
    name: str,
    arity: int,
    members: Sequence[tuple[tuple[int, ...], tuple[Codes, ...]]],
    symbols: Symbols,
) -> Set:
    """The set with the members of some keys replaced, or keys added behind the others."""
    return set_laid_over(given, new_set(name, arity, members, symbols))


def set_laid_over(old: Set | None, new: Set) -> Set:
    """The keys of both; where both have one, its members are those of the new one."""
    if old is None or not new.keys.columns:
        return new
    places = old.keys.positions(new.keys.columns)
    known = len(old.keys)
    order = np.arange(known + int(np.count_nonzero(places < 0)), dtype=np.int64)
    order[places[places >= 0]] = known + np.flatnonzero(places >= 0)
    order[known:] = known + np.flatnonzero(places < 0)
    lengths = np.concatenate([np.diff(old.offsets), np.diff(new.offsets)])
    starts = np.concatenate([old.offsets[:-1], len(old.members) + new.offsets[:-1]])
    offsets = np.concatenate([[0], np.cumsum(lengths[order])]).astype(np.int64)
    taken = np.arange(offsets[-1], dtype=np.int64) + np.repeat(starts[order] - offsets[:-1], lengths[order])
    origin = chosen(gathered(old.origin, len(old.members), new.origin, len(new.members)), taken)
    key_origin = chosen(gathered(old.key_origin, known, new.key_origin, len(new.keys)), order)
    keys = _joined(old.keys, new.keys).take(order)
    return Set(new.name, keys, offsets, _joined(old.members, new.members).take(taken), origin, key_origin)


def _joined(old: Index, new: Index) -> Index:
    """The tuples of both, one behind the other; where one is empty, its dimension does not matter."""
    if not len(old) or not len(new):
        return new if not len(old) else old
    return Index(tuple(np.concatenate(pair) for pair in zip(old.columns, new.columns, strict=True)))
