"""Conditions over the rows of a frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError
from energyscope.language.trampoline import Walk
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.expressions import PROJECT_ABOVE
from energyscope.translate.frame import Frame, Mask
from energyscope.translate.indexing import Expansion, Inner, expand
from energyscope.translate.linear import Linear
from energyscope.translate.members import Members
from energyscope.translate.values import Value, as_codes, as_numbers, is_codes

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


def condition(ev: Evaluator, node: ast.Expression, frame: Frame) -> Walk[Mask]:
    """Where a condition holds; a number counts as true unless it is 0."""
    if frame.length > PROJECT_ABOVE:
        used = ev.use.names(node) & frame.names
        if len(used) < len(frame.names):
            small, rows = frame.project(used)
            if small.length < frame.length:
                found: Mask = yield ev.condition(node, small)
                return found[rows]
    handler = _HANDLERS.get(type(node))
    if isinstance(node, ast.Chain) and node.operators[0] in ("and", "or"):
        handler = _connective
    elif isinstance(node, ast.Iterated) and node.operator in ("exists", "forall"):
        handler = _quantifier
    if handler is None or (isinstance(node, ast.Unary) and node.operator != "not"):
        number: Value = yield ev.value(node, frame)
        truth: Mask = as_numbers(ev, number, node, frame) != 0
        return truth
    result: Mask = yield handler(ev, node, frame)
    return result


def _connective(ev: Evaluator, node: ast.Chain, frame: Frame) -> Walk[Mask]:
    """`and`/`or`: each operand only on the rows that those before it left open."""
    decided_by = node.operators[0] == "or"
    holds = np.full(frame.length, not decided_by)
    left = np.arange(frame.length, dtype=np.int64)
    for operand in node.operands:
        if not len(left):
            break
        part: Mask = yield ev.condition(operand, frame.take(left) if len(left) < frame.length else frame)
        closed = part == decided_by
        holds[left[closed]] = decided_by
        left = left[~closed]
    return holds


def _negation(ev: Evaluator, node: ast.Unary, frame: Frame) -> Walk[Mask]:
    holds: Mask = yield ev.condition(node.operand, frame)
    return ~holds


def _comparison(ev: Evaluator, node: ast.Comparison, frame: Frame) -> Walk[Mask]:
    left: Value = yield ev.value(node.left, frame)
    right: Value = yield ev.value(node.right, frame)
    if node.operator in ("=", "<>"):
        equal: Mask = _equal(ev, node, left, right, frame)
        return equal if node.operator == "=" else ~equal
    if is_codes(left) and is_codes(right):
        return _ORDERS[node.operator](*_ranks(ev, left, right))
    a = as_numbers(ev, left, node.left, frame)
    b = as_numbers(ev, right, node.right, frame)
    return _ORDERS[node.operator](a, b)


_ORDERS: dict[str, Callable[..., Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _ranks(ev: Evaluator, left: Codes, right: Codes) -> tuple[Values, Values]:
    """Members as numbers in the same order: numbers by value, behind them texts by their characters, as in MathProg."""
    a, b = ev.symbols.numbers[left], ev.symbols.numbers[right]
    texts = np.unique(np.concatenate([left[np.isnan(a)], right[np.isnan(b)]]))
    if not len(texts):
        return a, b
    in_order = sorted(texts.tolist(), key=lambda code: str(ev.symbols.member(code)))
    rank = np.zeros(len(ev.symbols))
    rank[in_order] = np.arange(len(in_order))
    numbers = np.unique(np.concatenate([a[~np.isnan(a)], b[~np.isnan(b)]]))
    below = len(numbers)
    return (
        np.where(np.isnan(a), rank[left], np.searchsorted(numbers, a) - below),
        np.where(np.isnan(b), rank[right], np.searchsorted(numbers, b) - below),
    )


def _equal(ev: Evaluator, node: ast.Comparison, left: Value, right: Value, frame: Frame) -> Mask:
    if isinstance(left, Linear) or isinstance(right, Linear):
        variable = node.left if isinstance(left, Linear) else node.right
        as_numbers(ev, left if isinstance(left, Linear) else right, variable, frame)
    if is_codes(left) and is_codes(right):
        equal: Mask = left == right
        if frame.length and not equal.any():
            _warn_never_equal(ev, node, ev.symbols.numbers[left], ev.symbols.numbers[right])
        return equal
    a, b = (ev.symbols.numbers[side] if is_codes(side) else np.asarray(side) for side in (left, right))
    if frame.length:
        _warn_never_equal(ev, node, a, b)
    numeric: Mask = a == b
    return numeric


def _warn_never_equal(ev: Evaluator, node: ast.Comparison, left: Values, right: Values) -> None:
    texts, others = np.isnan(left), np.isnan(right)
    if (texts.all() and not others.any()) or (others.all() and not texts.any()):
        ev.warn("never-equal", node.operator_span, "a number is compared with a text: never equal")


def _membership(ev: Evaluator, node: ast.Membership, frame: Frame) -> Walk[Mask]:
    if node.operator == "in":
        inside: Mask = yield member_of(ev, node.left, node.right, frame)
    else:
        inside = yield _within(ev, node, frame)
    return ~inside if node.negated else inside


def member_of(ev: Evaluator, member: ast.Expression, container: ast.Expression, frame: Frame) -> Walk[Mask]:
    """Where a member (a Tuple has several places) lies in a set."""
    items = member.items if isinstance(member, ast.Tuple) else (member,)
    columns: list[Codes] = []
    for item in items:
        columns.append(as_codes(ev, (yield ev.value(item, frame))))
    sets: Members = yield ev.set(container, frame)
    inside: Mask = sets.places(columns) >= 0
    return inside


def _within(ev: Evaluator, node: ast.Membership, frame: Frame) -> Walk[Mask]:
    inner: Members = yield ev.set(node.left, frame)
    outer: Members = yield ev.set(node.right, frame)
    rows, columns, _ = inner.expand()
    missing = rows[outer.places(columns, rows) < 0] if inner.dimension else np.zeros(0, dtype=np.int64)
    contained: Mask = np.bincount(missing, minlength=frame.length) == 0
    return contained


def _quantifier(ev: Evaluator, node: ast.Iterated, frame: Frame) -> Walk[Mask]:
    """`exists` and `forall`; where a member cannot be evaluated, only those up to the first that decides count."""
    expansion: Expansion = yield expand(ev, node.indexing, frame)
    inner = expansion.frame_of(frame, ev.use.names(node.body), keep_all=True)
    decided_by = node.operator == "exists"
    try:
        body: Mask = yield ev.condition(node.body, inner.frame)
    except ModelError:
        found: Mask = yield _one_after_another(ev, node.body, inner, frame.length, decided_by)
    else:
        found = np.bincount(inner.rows[body == decided_by], minlength=frame.length) > 0
    return found if decided_by else ~found


def _one_after_another(ev: Evaluator, body: ast.Expression, inner: Inner, length: int, decided_by: bool) -> Walk[Mask]:
    """Which rows have a member whose condition is `decided_by`, each row's members in order up to the first such."""
    found = np.zeros(length, dtype=bool)
    counts = np.bincount(inner.rows, minlength=length)
    starts = np.cumsum(counts) - counts
    for ordinal in range(int(counts.max(initial=0))):
        rows = np.flatnonzero((counts > ordinal) & ~found)
        holds: Mask = yield ev.condition(body, inner.frame.take(starts[rows] + ordinal))
        found[rows[holds == decided_by]] = True
    return found


_HANDLERS: dict[type, Callable[..., Walk[Mask]]] = {
    ast.Comparison: _comparison,
    ast.Membership: _membership,
    ast.Unary: _negation,
}
