"""What commands assign: batches of values, put into the order of the text and stored in the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from energyscope.language import ast
from energyscope.language.source import Span
from energyscope.modeldata.edits import laid_over, last_entries, set_laid_over, without
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.origins import GatheredOrigin, OnePlace
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.frame import Rows
from energyscope.translate.members import Members

Kind = Literal["value", "set", "initial", "fixed"]
"""What is assigned: a parameter, a set, the starting value of a variable, or the value it is held at."""
Trail = tuple[Rows, ...]
"""When each row of a batch has its turn: rows of the loops and numbers of the statements around it, outermost first."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Values for one item, a row each. Of `fixed`, NaN lets go of the column.

    A parameter, or the starting value of a variable, has `numbers`, a set has `members`.
    """

    kind: Kind
    target: ast.Reference
    value_span: Span
    columns: tuple[Codes, ...]
    numbers: Values | Codes
    members: Members | None
    trail: Trail

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def name(self) -> str:
        """The item."""
        return self.target.name

    @property
    def repeats(self) -> bool:
        """Does a subscript stand twice?"""
        return Index(self.columns, len(self)).first_repeat is not None


def store(data: ModelData, batches: Sequence[Batch]) -> set[str]:
    """Put batches into the data; of several values for the same subscripts the last one holds.

    Gives the names of the sets and parameters that were changed.
    """
    groups: dict[tuple[str, str], list[Batch]] = {}
    for batch in batches:
        if len(batch):
            groups.setdefault((batch.kind, batch.name), []).append(batch)
    for (kind, name), group in groups.items():
        if kind == "set":
            for part in group if len(group) == 1 else _in_turn(group):
                data.sets[name] = set_laid_over(data.sets.get(name), _set_of(part, data))
        else:
            _store_values(data, kind, last_entries(_parameter_of(group)))
    return {name for kind, name in groups if kind in ("set", "value")}


def _store_values(data: ModelData, kind: str, new: Parameter) -> None:
    if kind != "fixed":
        values = data.parameters if kind == "value" else data.initial
        values[new.name] = laid_over(values.get(new.name), new)
        return
    released = np.isnan(new.values)
    columns = [column[released] for column in new.index.columns]
    held = data.fixed.get(new.name)
    if held is not None and released.any():
        held = without(held, columns)
    data.fixed[new.name] = laid_over(held, without(new, columns) if released.any() else new)


def _parameter_of(group: Sequence[Batch]) -> Parameter:
    """All values of a group, in the order of their turns."""
    order = _order(group)
    lengths = [len(batch) for batch in group]
    columns = tuple(np.concatenate(parts)[order] for parts in zip(*(batch.columns for batch in group), strict=True))
    values = np.concatenate([batch.numbers for batch in group])[order]
    if not columns:
        values = values[-1:]
    origin = GatheredOrigin(
        [OnePlace(batch.target.span, batch.value_span) for batch in group],
        np.repeat(np.arange(len(group), dtype=np.int32), lengths)[order][-len(values) :],
        np.zeros(len(values), dtype=np.int64),
    )
    return Parameter(group[0].name, Index(columns, len(values)), values, None, origin)


def _order(group: Sequence[Batch]) -> Rows:
    depth = max(len(batch.trail) for batch in group)
    if len(group) == 1 or depth == 0:
        return np.arange(sum(len(batch) for batch in group), dtype=np.int64)
    turns = []
    for level in range(depth):
        parts = [
            batch.trail[level] if level < len(batch.trail) else np.zeros(len(batch), dtype=np.int64) for batch in group
        ]
        turns.append(np.concatenate(parts))
    return np.lexsort(turns[::-1])


def _in_turn(group: Sequence[Batch]) -> list[Batch]:
    """Batches of sets cut into single rows, in the order of their turns."""
    owners = np.repeat(np.arange(len(group)), [len(batch) for batch in group])
    rows = np.concatenate([np.arange(len(batch)) for batch in group])
    return [_row(group[owners[place]], int(rows[place])) for place in _order(group)]


def _row(batch: Batch, row: int) -> Batch:
    one = np.array([row], dtype=np.int64)
    assert batch.members is not None
    columns = tuple(column[one] for column in batch.columns)
    members = batch.members.take(one)
    return Batch(batch.kind, batch.target, batch.value_span, columns, batch.numbers[one], members, ())


def _set_of(batch: Batch, data: ModelData) -> Set:
    """The sets that a batch gives, each key once."""
    assert batch.members is not None
    keys = Index(batch.columns, len(batch))
    last = keys.last_sights if keys.columns else np.array([len(batch) - 1], dtype=np.int64)
    members = batch.members.take(last)
    rows, columns, _ = members.expand()
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(last)))]).astype(np.int64)
    if not columns and data.text is not None:
        columns = (np.zeros(0, dtype=np.int32),) * data.text.dimension(batch.name)
    place = OnePlace(batch.target.span, batch.value_span)
    return Set(batch.name, keys.take(last), offsets, Index(columns, 0), place, place)
