"""Functions of sets and of members in order: `card first last next prev nextw prevw ord ord0 member arity`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.symbols import Codes
from energyscope.translate.frame import Frame, Rows
from energyscope.translate.members import Members
from energyscope.translate.values import Value, as_codes, as_numbers, failure, first_true

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

ORDERED_FUNCTIONS = frozenset(
    ["card", "arity", "first", "last", "next", "prev", "nextw", "prevw", "ord", "ord0", "member"]
)


def ordered_call(ev: Evaluator, node: ast.Call, frame: Frame) -> Walk[Value]:
    """The value of one of ORDERED_FUNCTIONS in every row."""
    name = node.function
    span = Span(node.span.source, node.span.start, node.span.start + len(name))
    if name in ("card", "arity"):
        sets: Members = yield ev.set(node.arguments[0], frame)
        return (sets.counts if name == "card" else np.full(frame.length, sets.dimension)).astype(np.float64)
    if name in ("first", "last"):
        sets = yield ev.set(node.arguments[0], frame)
        empty = first_true(sets.counts == 0)
        if empty is not None:
            raise failure(ev, "subscript", span, f"`{name}` of an empty set", frame, empty)
        return sets.at(np.zeros_like(sets.counts) if name == "first" else sets.counts - 1)[0]
    if name == "member":
        result: Value = yield _member(ev, node, frame, span)
        return result
    member = as_codes(ev, (yield ev.value(node.arguments[0], frame)))
    container = _container(node, frame, span)
    sets = yield ev.set(container, frame)
    places = sets.places([member])
    if name == "ord0":
        return (places + 1).astype(np.float64)
    outside = first_true(places < 0)
    if outside is not None:
        said = ev.symbols.label(int(member[outside]))
        raise failure(ev, "subscript", span, f"{said} is not in the set that `{name}` looks at", frame, outside)
    if name == "ord":
        return (places + 1).astype(np.float64)
    moved: Codes = yield _neighbour(ev, node, container, sets, places, frame, span)
    return moved


def _container(node: ast.Call, frame: Frame, span: Span) -> ast.Expression:
    """The set argument, or the set that the index runs over."""
    if len(node.arguments) > 1:
        return node.arguments[1]
    argument = node.arguments[0]
    if isinstance(argument, ast.Reference) and argument.name in frame.sets:
        return frame.sets[argument.name]
    raise error("unordered-set", span, f"`{node.function}` needs a set", f"write `{node.function}(member, SET)`")


def _neighbour(
    ev: Evaluator, node: ast.Call, container: ast.Expression, sets: Members, places: Rows, frame: Frame, span: Span
) -> Walk[Codes]:
    steps = np.ones(frame.length)
    if len(node.arguments) > 2:
        steps = as_numbers(ev, (yield ev.value(node.arguments[2], frame)), node.arguments[2], frame)
    forward = node.function.startswith("next")
    moved = places + (steps if forward else -steps).astype(np.int64)
    if node.function.endswith("w") or _is_circular(ev, container):
        moved = np.mod(moved, np.maximum(sets.counts, 1))
    off = first_true((moved < 0) | (moved >= sets.counts))
    if off is not None:
        end = "last" if forward else "first"
        raise failure(
            ev,
            "subscript",
            span,
            f"`{node.function}` of the {end} member",
            frame,
            off,
            "leave that member out, or declare the set `circular`",
        )
    return sets.at(moved)[0]


def _is_circular(ev: Evaluator, container: ast.Expression) -> bool:
    if not isinstance(container, ast.Reference):
        return False
    declaration = ev.text.declarations.get(container.name)
    return isinstance(declaration, ast.SetDeclaration) and declaration.ordering == "circular"


def _member(ev: Evaluator, node: ast.Call, frame: Frame, span: Span) -> Walk[Codes]:
    """`member(k, S)`: the k-th member, from 1."""
    number = as_numbers(ev, (yield ev.value(node.arguments[0], frame)), node.arguments[0], frame)
    sets: Members = yield ev.set(node.arguments[1], frame)
    off = first_true((number < 1) | (number > sets.counts) | (number != np.trunc(number)))
    if off is not None:
        raise failure(ev, "subscript", span, f"the set has no member number {number[off]:g}", frame, off)
    return sets.at(number.astype(np.int64) - 1)[0]
