"""Places of declared items: their index sets, and whether subscripts lie in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.trampoline import Walk, run
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes
from energyscope.translate.frame import Frame, Mask, unit_frame
from energyscope.translate.indexing import Expansion, expand, new_names
from energyscope.translate.members import Members

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


def set_dimension(ev: Evaluator, node: ast.Expression) -> int:
    """Places of the members of a set expression, told from the text alone."""
    return run(_dimension(ev, node))


def _dimension(ev: Evaluator, node: ast.Expression) -> Walk[int]:
    if isinstance(node, ast.Reference):
        return ev.text.dimension(node.name)
    if isinstance(node, ast.SetLiteral):
        return len(node.members[0].items) if node.members and isinstance(node.members[0], ast.Tuple) else 1
    places = 0
    parts: tuple[ast.Expression, ...] = ()
    if isinstance(node, ast.Chain):
        parts = node.operands if node.operators[0] == "cross" else node.operands[:1]
    elif isinstance(node, ast.Conditional):
        parts = (node.branches[0][1],)
    elif isinstance(node, ast.Iterated):
        if node.operator == "setof":
            return len(node.body.items) if isinstance(node.body, ast.Tuple) else 1
        parts = (node.body,)
    elif isinstance(node, ast.Indexing):
        places = sum(len(new_names(ev, item, ())) for item in node.items)
        parts = tuple(item.set for item in node.items if not item.slots)
    if not parts:
        return places or 1
    for part in parts:
        places += yield _dimension(ev, part)
    return places


def dummy_columns(ev: Evaluator, declaration: ast.Declaration, columns: Sequence[Codes]) -> dict[str, Codes]:
    """Subscripts of an item as the indices that its declaration names."""
    bound: dict[str, Codes] = {}
    place = 0
    for item in declaration.indexing.items if declaration.indexing else ():
        if not item.slots:
            place += set_dimension(ev, item.set)
            continue
        for name in new_names(ev, item, set(bound)):
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
        width = set_dimension(ev, item.set)
        return sets.places(rest[:width]) >= 0, frame, rest[width:]
    fresh = new_names(ev, item, frame.names)
    bound = frame.extended(
        dict(zip(fresh, rest, strict=False)), {fresh[0]: item.set} if len(item.slots) == 1 and fresh else {}
    )
    columns: list[Codes] = []
    for slot in item.slots:
        columns.append(ev.as_codes((yield ev.value(slot, bound))))
    return sets.places(columns) >= 0, bound, rest[len(fresh) :]
