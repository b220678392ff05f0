"""Places of declared items: their index sets, and whether subscripts lie in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes
from energyscope.translate.frame import Frame, Mask, unit_frame
from energyscope.translate.indexing import Expansion, expand
from energyscope.translate.members import Members

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


def dummy_columns(ev: Evaluator, declaration: ast.Declaration, columns: Sequence[Codes]) -> dict[str, Codes]:
    """Subscripts of an item as the indices that its declaration names."""
    bound: dict[str, Codes] = {}
    place = 0
    for item in declaration.indexing.items if declaration.indexing else ():
        if not item.slots:
            place += ev.text.expression_dimension(item.set)
            continue
        for name in ev.text.new_indices(item):
            bound[name] = columns[place]
            place += 1
    return bound


def dummy_frame(ev: Evaluator, declaration: ast.Declaration, columns: Sequence[Codes], length: int) -> Frame:
    """The frame in which the definition, default or bounds of an item are evaluated."""
    sets = {
        item.slots[0].name: item.set
        for item in (declaration.indexing.items if declaration.indexing else ())
        if len(item.slots) == 1 and isinstance(item.slots[0], ast.Reference)
    }
    return Frame(length, dummy_columns(ev, declaration, columns), sets)


def index_table(ev: Evaluator, declaration: ast.Declaration) -> Walk[Index]:
    """All subscripts of an item, in order; the empty tuple for a scalar."""
    if declaration.indexing is None:
        return Index((), 1)
    expansion: Expansion = yield expand(ev, declaration.indexing, unit_frame())
    places = expansion.places
    if len(places) != ev.text.arity(declaration.name):
        places = tuple(np.zeros(0, dtype=np.int32) for _ in range(ev.text.arity(declaration.name)))
    return Index(places)


def in_index_set(ev: Evaluator, declaration: ast.Declaration, columns: Sequence[Codes]) -> Walk[Mask]:
    """Which subscripts lie in the index set of an item, found without writing that set out."""
    length = len(columns[0])
    inside = np.ones(length, dtype=bool)
    assert declaration.indexing is not None
    frame, rows = Frame(length, {}), np.arange(length, dtype=np.int64)
    rest = list(columns)
    for item in declaration.indexing.items:
        keep, frame, rest = yield _in_item(ev, item, frame, rest)
        inside[rows[~keep]] = False
        rows, rest, frame = rows[keep], [column[keep] for column in rest], frame.take(keep)
    if declaration.indexing.condition is not None:
        holds: Mask = yield ev.condition(declaration.indexing.condition, frame)
        inside[rows[~holds]] = False
    return inside


def _in_item(
    ev: Evaluator, item: ast.IndexItem, frame: Frame, rest: list[Codes]
) -> Walk[tuple[Mask, Frame, list[Codes]]]:
    """Which rows have a member at an item; the frame with its indices bound, and the subscripts not used yet."""
    sets: Members = yield ev.set(item.set, frame)
    if not item.slots:
        width = ev.text.expression_dimension(item.set)
        return sets.places(rest[:width]) >= 0, frame, rest[width:]
    fresh = ev.text.new_indices(item)
    bound = frame.extended(
        dict(zip(fresh, rest, strict=False)), {fresh[0]: item.set} if len(item.slots) == 1 and fresh else {}
    )
    columns: list[Codes] = []
    for slot in item.slots:
        columns.append(ev.as_codes((yield ev.value(slot, bound))))
    return sets.places(columns) >= 0, bound, rest[len(fresh) :]
