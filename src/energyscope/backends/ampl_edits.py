"""Edits of the data, as calls of amplpy: what differs from the files is set in AMPL after it has read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Codes, Member, Symbols

Key = tuple[Member, ...]
Item = TypeVar("Item", Set, Parameter)


@dataclass(frozen=True)
class AsRead:
    """The data as the files give them. Edits replace items and leave the old ones alone: keeping them is free."""

    sets: Mapping[str, Set]
    parameters: Mapping[str, Parameter]
    fixed: Mapping[str, Parameter]
    initial: Mapping[str, Parameter]

    @classmethod
    def of(cls, data: ModelData) -> AsRead:
        """What the data hold now."""
        return cls(dict(data.sets), dict(data.parameters), dict(data.fixed), dict(data.initial))


@dataclass(frozen=True)
class AmplEdits:
    """What AMPL does not find in the files."""

    before: AsRead
    data: ModelData

    def carry_out(self, ampl: Any) -> None:
        """Set it in AMPL: sets in order of their declaration, then parameters, then variables."""
        data, before = self.data, self.before
        for given in _edited(data, before.sets, data.sets):
            _give_set(ampl.get_set(given.name), given, data.symbols)
        for parameter in _edited(data, before.parameters, data.parameters):
            _give(ampl.get_parameter(parameter.name), parameter, data.symbols, scalar="set")
        for start in _edited(data, before.initial, data.initial):
            _give(ampl.get_variable(start.name), start, data.symbols, scalar="set_value")
        for name in dict.fromkeys((*before.fixed, *data.fixed)):
            if data.fixed.get(name) is not before.fixed.get(name):
                _hold(ampl.get_variable(name), before.fixed.get(name), data.fixed.get(name), data.symbols)


def _edited(data: ModelData, before: Mapping[str, Item], now: Mapping[str, Item]) -> list[Item]:
    """What was given anew, in order of the declarations: what a subscript needs comes before it."""
    order = {} if data.text is None else {name: place for place, name in enumerate(data.text.declarations)}
    names = [name for name, item in now.items() if item is not before.get(name)]
    return [now[name] for name in sorted(names, key=lambda name: order.get(name, len(order)))]


def _give_set(entity: Any, given: Set, symbols: Symbols) -> None:
    members = _keys(given.members, symbols)
    bounds = zip(given.offsets[:-1].tolist(), given.offsets[1:].tolist(), strict=True)
    for key, (start, stop) in zip(_keys(given.keys, symbols), bounds, strict=True):
        target = entity.get(*key) if key else entity
        some = members[start:stop]
        target.set_values([member[0] for member in some] if given.members.dimension == 1 else some)


def _give(entity: Any, given: Parameter, symbols: Symbols, *, scalar: str) -> None:
    if not given.index.columns:
        for value in _values(given, symbols):
            getattr(entity, scalar)(value)
        return
    for part in _alike(_keys(given.index, symbols), _values(given, symbols)):
        entity.set_values(part)


def _alike(keys: list[Key], values: list[Member]) -> Iterator[dict[Member | Key, Member]]:
    """Values by subscript, numbers and texts in the same places each time: amplpy makes columns of one kind of them."""
    parts: dict[tuple[bool, ...], dict[Member | Key, Member]] = defaultdict(dict)
    for key, value in zip(keys, values, strict=True):
        kinds = tuple(isinstance(each, str) for each in (*key, value))
        parts[kinds][key if len(key) > 1 else key[0]] = value
    yield from parts.values()


def _hold(entity: Any, before: Parameter | None, now: Parameter | None, symbols: Symbols) -> None:
    """Let go of what is fixed no longer, and fix the rest."""
    for key in [] if before is None else _keys(before.index, symbols):
        _instance(entity, key).unfix()
    if now is not None:
        for key, value in zip(_keys(now.index, symbols), _values(now, symbols), strict=True):
            _instance(entity, key).fix(value)


def _instance(entity: Any, key: Key) -> Any:
    return entity.get(*key) if key else entity


def _keys(index: Index, symbols: Symbols) -> list[Key]:
    """The tuples of an index as members; `()` for each of one without places."""
    if not index.columns:
        return [()] * len(index)
    return list(zip(*(_members(column, symbols) for column in index.columns), strict=True))


def _members(codes: Codes, symbols: Symbols) -> list[Member]:
    members: list[Member] = symbols.objects[codes].tolist()
    return members


def _values(given: Parameter, symbols: Symbols) -> list[Member]:
    if given.values.dtype.kind == "i":
        return _members(given.values.astype(np.int32), symbols)
    numbers: list[Member] = given.values.tolist()
    return numbers
