"""Set expressions over the rows of a frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.trampoline import Walk
from energyscope.modeldata.symbols import Codes
from energyscope.translate.frame import Frame, Mask, Rows, group_rows, repeat_ranges, unit_frame
from energyscope.translate.indexing import Expansion, expand
from energyscope.translate.members import Members, choose, combine, distinct, from_rows
from energyscope.translate.values import MEMBER_BYTES, as_codes, as_numbers, failure, first_true, refuse_size

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

RANGE_SLACK = 1e-9
"""Relative slack of the last step of `a .. b by s`: 0..1 by 0.1 holds 1 although 0.1 is not exact."""


def members(ev: Evaluator, node: ast.Expression, frame: Frame) -> Walk[Members]:
    """The set in every row of a frame; computed once for rows that agree in the indices it uses."""
    used = ev.use.names(node) & frame.names
    if not used:
        known = ev.constant_sets.get(node)
        if known is None:
            if frame.length == 0:
                return from_rows(np.zeros(0, dtype=np.int64), (), 0)
            known = yield _members(ev, node, unit_frame())
            ev.constant_sets.keep(node, known)
        return known.take(np.zeros(frame.length, dtype=np.int64))
    if len(used) < len(frame.names) or frame.length > 1:
        small, rows = frame.project(used)
        if small.length < frame.length:
            found: Members = yield _members(ev, node, small)
            return found.take(rows)
    found = yield _members(ev, node, frame)
    return found


def _members(ev: Evaluator, node: ast.Expression, frame: Frame) -> Walk[Members]:
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise error("wrong-kind", node.span, "a set is needed here", None)
    found: Members = yield handler(ev, node, frame)
    return found


def _reference(ev: Evaluator, node: ast.Reference, frame: Frame) -> Walk[Members]:
    declaration = ev.text.declarations.get(node.name)
    if not isinstance(declaration, ast.SetDeclaration):
        raise error("wrong-kind", node.span, f"`{node.name}` is no set; a set is needed here", None)
    columns: list[Codes] = []
    for subscript in node.subscripts:
        columns.append(as_codes(ev, (yield ev.value(subscript, frame))))
    found: Members = yield ev.sets.lookup(declaration, tuple(columns), node, frame)
    return found


def _chain(ev: Evaluator, node: ast.Chain, frame: Frame) -> Walk[Members]:
    result: Members = yield ev.set(node.operands[0], frame)
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        if operator not in ("union", "diff", "symdiff", "inter", "cross"):
            raise error("wrong-kind", node.span, "a set is needed here", None)
        right: Members = yield ev.set(operand, frame)
        if operator == "cross":
            tuples = float((result.counts * right.counts.astype(np.float64)).sum())
            refuse_size(tuples, operand.span, f"`cross` gives {tuples:.3g} tuples")
        elif result.dimension and right.dimension and result.dimension != right.dimension:
            raise error(
                "set-dimension",
                operand.span,
                f"`{operator}` of sets of dimension {result.dimension} and {right.dimension}",
            )
        result = combine(operator, result, right)
    return result


def _range(ev: Evaluator, node: ast.Range, frame: Frame) -> Walk[Members]:
    start = as_numbers(ev, (yield ev.value(node.start, frame)), node.start, frame)
    stop = as_numbers(ev, (yield ev.value(node.stop, frame)), node.stop, frame)
    step = np.ones(frame.length)
    if node.step is not None:
        step = as_numbers(ev, (yield ev.value(node.step, frame)), node.step, frame)
    wrong = first_true((step == 0) | ~np.isfinite(start) | ~np.isfinite(stop))
    if wrong is not None:
        said = "a step of 0" if step[wrong] == 0 else "an infinite range"
        raise failure(ev, "arithmetic", node.operator_span, f"{said} has no members", frame, wrong)
    with np.errstate(all="ignore"):
        sizes = np.maximum(np.floor((stop - start) / step * (1 + RANGE_SLACK) + RANGE_SLACK) + 1, 0)
    refuse_size(float(sizes.sum()), node.operator_span, f"the range has {sizes.sum():.3g} members", MEMBER_BYTES)
    counts = sizes.astype(np.int64)
    rows, ordinal = repeat_ranges(np.zeros(frame.length, dtype=np.int64), counts)
    return from_rows(rows, [ev.symbols.codes_of_numbers(start[rows] + ordinal * step[rows])], frame.length)


def _literal(ev: Evaluator, node: ast.SetLiteral, frame: Frame) -> Walk[Members]:
    if not node.members:
        return from_rows(np.zeros(0, dtype=np.int64), (), frame.length)
    places: list[list[Codes]] = []
    for member in node.members:
        items = member.items if isinstance(member, ast.Tuple) else (member,)
        columns: list[Codes] = []
        for item in items:
            columns.append(as_codes(ev, (yield ev.value(item, frame))))
        if places and len(columns) != len(places[0]):
            raise error(
                "set-dimension", member.span, f"a member has {len(columns)} places, the first has {len(places[0])}"
            )
        places.append(columns)
    rows = np.repeat(np.arange(frame.length, dtype=np.int64), len(places))
    table = [np.stack([columns[k] for columns in places], axis=1).ravel() for k in range(len(places[0]))]
    _refuse_repeat(ev, node, rows, table)
    return from_rows(rows, table, frame.length)


def _refuse_repeat(ev: Evaluator, node: ast.SetLiteral, rows: Rows, table: list[Codes]) -> None:
    grouping = group_rows((rows, *table), len(rows))
    if len(grouping.first) < len(rows):
        repeated = np.ones(len(rows), dtype=bool)
        repeated[grouping.first] = False
        place = int(np.argmax(repeated))
        said = ",".join(ev.symbols.label(int(column[place])) for column in table)
        raise error("duplicate-member", node.members[place % len(node.members)].span, f"{said} stands twice in the set")


def _indexing(ev: Evaluator, node: ast.Indexing, frame: Frame) -> Walk[Members]:
    if len(node.items) == 1 and not node.items[0].slots and node.condition is None:
        plain: Members = yield ev.set(node.items[0].set, frame)
        return plain
    expansion: Expansion = yield expand(ev, node, frame)
    return from_rows(expansion.rows, expansion.places, expansion.n_rows).take(expansion.entry)


def _iterated(ev: Evaluator, node: ast.Iterated, frame: Frame) -> Walk[Members]:
    if node.operator not in ("setof", "union", "inter"):
        raise error("wrong-kind", node.span, "a set is needed here", None)
    expansion: Expansion = yield expand(ev, node.indexing, frame)
    inner = expansion.frame_of(frame, ev.use.names(node.body), keep_all=True)
    if node.operator == "setof":
        items = node.body.items if isinstance(node.body, ast.Tuple) else (node.body,)
        columns: list[Codes] = []
        for item in items:
            columns.append(as_codes(ev, (yield ev.value(item, inner.frame))))
        return distinct(inner.rows, columns, frame.length)
    sets: Members = yield ev.set(node.body, inner.frame)
    rows, members_, _ = sets.expand()
    if node.operator == "union":
        return distinct(inner.rows[rows], members_, frame.length)
    return _common(inner.rows, rows, members_, frame.length)


def _common(parents: Rows, rows: Rows, columns: tuple[Codes, ...], length: int) -> Members:
    """Members that stand in every one of the sets of a row."""
    owner = parents[rows]
    grouping = group_rows((owner, *columns), len(owner))
    needed = np.bincount(parents, minlength=length)[owner[grouping.first]]
    kept = grouping.first[grouping.counts == needed]
    return distinct(owner[kept], [column[kept] for column in columns], length)


def _conditional(ev: Evaluator, node: ast.Conditional, frame: Frame) -> Walk[Members]:
    options: list[tuple[Rows, Members]] = []
    left = np.arange(frame.length, dtype=np.int64)
    for test, branch in node.branches:
        rest = frame.take(left)
        live: Mask = yield ev.condition(test, rest)
        if live.any():
            options.append((left[live], (yield ev.set(branch, rest.take(live)))))
        left = left[~live]
    if len(left):
        if node.otherwise is None:
            raise error("syntax", node.span, "an else branch is required", "add `else {}`")
        options.append((left, (yield ev.set(node.otherwise, frame.take(left)))))
    return choose(options, frame.length)


_HANDLERS: dict[type, Callable[..., Walk[Members]]] = {
    ast.Reference: _reference,
    ast.Chain: _chain,
    ast.Range: _range,
    ast.SetLiteral: _literal,
    ast.Indexing: _indexing,
    ast.Iterated: _iterated,
    ast.Conditional: _conditional,
}
