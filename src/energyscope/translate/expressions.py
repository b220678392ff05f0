"""Values of expressions over the rows of a frame: the dispatch, leaves, conditionals, iterated operators, texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.trampoline import Walk
from energyscope.modeldata.symbols import Codes, Values, label
from energyscope.translate import arithmetic
from energyscope.translate.figures import VALUE
from energyscope.translate.frame import Frame, Mask, Rows
from energyscope.translate.indexing import Expansion, expand
from energyscope.translate.linear import Linear
from energyscope.translate.ordered import ORDERED_FUNCTIONS, ordered_call
from energyscope.translate.text_functions import TEXT_FUNCTIONS, text_call
from energyscope.translate.values import (
    TERM_BYTES,
    Value,
    as_codes,
    as_linear,
    as_numbers,
    constant,
    failure,
    first_true,
    is_codes,
    refuse_size,
    take,
)

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

PROJECT_ABOVE = 8
"""Frames with more rows than this are cut to the distinct rows of the indices an expression uses."""
_VALUED = (ast.VarDeclaration, ast.ObjectiveDeclaration, ast.ConstraintDeclaration, ast.NodeDeclaration)
"""What has figures in a solution."""
CHUNK_TUPLES = 20_000_000
"""An iterated operator never holds more (row, index) tuples than this at a time."""


def value(ev: Evaluator, node: ast.Expression, frame: Frame) -> Walk[Value]:
    """The value of an expression in every row of a frame; computed once for rows that agree in the indices it uses."""
    if isinstance(node, ast.Number):
        return constant(node.value, frame)
    if isinstance(node, ast.Reference) and not node.subscripts and node.name in frame.columns:
        return frame.columns[node.name]
    if frame.length > PROJECT_ABOVE:
        used = ev.use.names(node) & frame.names
        if len(used) < len(frame.names):
            small, rows = frame.project(used)
            if small.length < frame.length:
                found: Value = yield ev.value(node, small)
                if isinstance(found, Linear) and found.parts:
                    terms = sum(len(part.columns) for part in found.parts) / small.length * frame.length
                    refuse_size(terms, node.span, f"an expression with {terms:.3g} terms", TERM_BYTES)
                return take(found, rows)
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise error("wrong-kind", node.span, "a number is needed here", "this is a set or a condition")
    result: Value = yield handler(ev, node, frame)
    return result


def _text(ev: Evaluator, node: ast.Text, frame: Frame) -> Walk[Value]:
    return np.full(frame.length, ev.symbols.code(node.value), dtype=np.int32)
    yield


def _reference(ev: Evaluator, node: ast.Reference, frame: Frame) -> Walk[Value]:
    declaration = ev.text.declarations.get(node.name)
    columns: list[Codes] = []
    for subscript in node.subscripts:
        columns.append(as_codes(ev, (yield ev.value(subscript, frame))))
    if isinstance(declaration, ast.ParamDeclaration):
        found: Value = yield ev.parameters.lookup(declaration, tuple(columns), node, frame)
        return found
    if ev.figures is not None and isinstance(declaration, _VALUED):
        figures: Value = yield ev.figures.lookup(ev, declaration, VALUE, tuple(columns), node, frame)
        return figures
    if isinstance(declaration, ast.VarDeclaration):
        linear: Value = yield ev.variables.lookup(declaration, tuple(columns), node, frame)
        return linear
    raise error("wrong-kind", node.span, f"`{node.name}` is no number", None)


def _suffix(ev: Evaluator, node: ast.Suffix, frame: Frame) -> Walk[Value]:
    declaration = ev.text.declarations.get(node.reference.name)
    if ev.figures is None or not isinstance(declaration, _VALUED):
        raise error("wrong-kind", node.span, f"`{node.reference.name}` has no `.{node.name}`")
    columns: list[Codes] = []
    for subscript in node.reference.subscripts:
        columns.append(as_codes(ev, (yield ev.value(subscript, frame))))
    figures: Value = yield ev.figures.lookup(ev, declaration, node.name, tuple(columns), node, frame)
    return figures


def _chain(ev: Evaluator, node: ast.Chain, frame: Frame) -> Walk[Value]:
    if node.operators[0] in ("+", "-", "less"):
        result: Value = yield arithmetic.additive(ev, node, frame)
        return result
    if node.operators[0] == "&":
        result = yield _concatenation(ev, node, frame)
        return result
    if node.operators[0] in ("*", "/", "div", "mod"):
        result = yield arithmetic.multiplicative(ev, node, frame)
        return result
    result = yield _truth(ev, node, frame)
    return result


def _truth(ev: Evaluator, node: ast.Expression, frame: Frame) -> Walk[Value]:
    holds: Mask = yield ev.condition(node, frame)
    return holds.astype(np.float64)


def _concatenation(ev: Evaluator, node: ast.Chain, frame: Frame) -> Walk[Value]:
    texts = np.full(frame.length, "", dtype=object)
    for operand in node.operands:
        texts = texts + texts_of(ev, (yield ev.value(operand, frame)))
    return intern_texts(ev, texts)


def texts_of(ev: Evaluator, value: Value) -> Any:
    """Members as Python texts; numbers as reports spell them."""
    codes = as_codes(ev, value)
    words = {code: ev.symbols.member(code) for code in np.unique(codes).tolist()}
    spelled = {code: word if isinstance(word, str) else label(word) for code, word in words.items()}
    return np.array([spelled[code] for code in codes.tolist()] + [""], dtype=object)[:-1]


def intern_texts(ev: Evaluator, texts: Any) -> Codes:
    """Texts as members."""
    return ev.symbols.codes(texts.tolist())


def _conditional(ev: Evaluator, node: ast.Conditional, frame: Frame) -> Walk[Value]:
    pieces: list[tuple[Rows, Value, ast.Expression]] = []
    left = np.arange(frame.length, dtype=np.int64)
    for test, branch in node.branches:
        rest = frame.take(left)
        live: Mask = yield ev.condition(test, rest)
        if live.any():
            pieces.append((left[live], (yield ev.value(branch, rest.take(live))), branch))
        left = left[~live]
        if not len(left):
            break
    if len(left) and node.otherwise is not None:
        pieces.append((left, (yield ev.value(node.otherwise, frame.take(left))), node.otherwise))
    return _assembled(ev, pieces, frame)


def _assembled(ev: Evaluator, pieces: list[tuple[Rows, Value, ast.Expression]], frame: Frame) -> Value:
    """One value from those of the live branches; rows that no branch took are 0."""
    if any(isinstance(piece, Linear) for _, piece, _ in pieces):
        total = Linear(np.zeros(frame.length))
        for rows, piece, branch in pieces:
            total = total.plus(as_linear(ev, piece, branch, frame.take(rows)).scattered(rows, frame.length))
        return total
    if any(is_codes(piece) for _, piece, _ in pieces):
        codes = np.full(frame.length, ev.symbols.code(0.0), dtype=np.int32)
        for rows, piece, _ in pieces:
            codes[rows] = as_codes(ev, piece)
        return codes
    numbers = np.zeros(frame.length)
    for rows, piece, branch in pieces:
        numbers[rows] = as_numbers(ev, piece, branch, frame)
    return numbers


def _iterated(ev: Evaluator, node: ast.Iterated, frame: Frame) -> Walk[Value]:
    if node.operator in ("exists", "forall"):
        truth: Value = yield _truth(ev, node, frame)
        return truth
    expansion: Expansion = yield expand(ev, node.indexing, frame, ordered=False)
    if node.operator == "sum":
        total: Value = yield _sum(ev, node, frame, expansion)
        return total
    inner = expansion.frame_of(frame, ev.use.names(node.body), keep_all=True)
    body = as_numbers(ev, (yield ev.value(node.body, inner.frame)), node.body, inner.frame)
    if node.operator == "prod":
        product = np.ones(frame.length)
        np.multiply.at(product, inner.rows, body)
        return product
    fold, start = (np.minimum, np.inf) if node.operator == "min" else (np.maximum, -np.inf)
    empty = first_true(np.bincount(inner.rows, minlength=frame.length) == 0)
    if empty is not None:
        raise failure(ev, "arithmetic", node.span, f"`{node.operator}` over an empty set", frame, empty)
    best = np.full(frame.length, start)
    fold.at(best, inner.rows, body)
    return best


def _sum(ev: Evaluator, node: ast.Iterated, frame: Frame, expansion: Expansion) -> Walk[Value]:
    used = ev.use.names(node.body)
    pieces: list[Linear | Values] = []
    for rows in expansion.chunks(frame, CHUNK_TUPLES):
        part = frame if rows is None else frame.take(rows)
        inner = (expansion if rows is None else expansion.part(rows)).frame_of(part, used)
        body: Value = yield ev.value(node.body, inner.frame)
        pieces.append(_added_up(ev, body, inner.rows, inner.counts, part.length, node.body, inner.frame))
        if rows is not None and isinstance(last := pieces[-1], Linear):
            terms = len(last.triplets()[0]) / part.length * (frame.length - int(rows[-1]) - 1)
            refuse_size(terms, node.span, f"a sum with {terms:.3g} more terms", TERM_BYTES)
    if len(pieces) == 1:
        return pieces[0]
    return _stacked(pieces)


def _added_up(
    ev: Evaluator, body: Value, parent: Rows, counts: Rows | None, parents: int, node: ast.Expression, frame: Frame
) -> Linear | Values:
    if isinstance(body, Linear):
        weighted = body if counts is None else body.scaled(counts.astype(np.float64))
        return weighted.summed(parent, parents)
    numbers = as_numbers(ev, body, node, frame)
    if counts is not None:
        numbers = numbers * counts
    return np.bincount(parent, weights=numbers, minlength=parents).astype(np.float64)


def _stacked(pieces: list[Linear | Values]) -> Value:
    """Values of consecutive rows as one."""
    numbers = [piece for piece in pieces if not isinstance(piece, Linear)]
    if len(numbers) == len(pieces):
        return np.concatenate(numbers)
    length = sum(len(piece) for piece in pieces)
    total, start = Linear(np.zeros(length)), 0
    for piece in pieces:
        rows = np.arange(start, start + len(piece), dtype=np.int64)
        linear = piece if isinstance(piece, Linear) else Linear(piece)
        total = total.plus(linear.scattered(rows, length))
        start += len(piece)
    return total


def _call(ev: Evaluator, node: ast.Call, frame: Frame) -> Walk[Value]:
    name = node.function
    if name in ORDERED_FUNCTIONS:
        result: Value = yield ordered_call(ev, node, frame)
        return result
    if name in arithmetic.FUNCTIONS or name in ("min", "max"):
        result = yield arithmetic.call(ev, node, frame)
        return result
    if name in TEXT_FUNCTIONS:
        result = yield text_call(ev, node, frame)
        return result
    raise error("unsupported", node.span, f"function `{name}` is not supported", "give its values as data")


_HANDLERS: dict[type, Callable[..., Walk[Value]]] = {
    ast.Text: _text,
    ast.Reference: _reference,
    ast.Suffix: _suffix,
    ast.Chain: _chain,
    ast.Unary: lambda ev, node, frame: (
        _truth(ev, node, frame) if node.operator == "not" else arithmetic.unary(ev, node, frame)
    ),
    ast.Power: arithmetic.power,
    ast.Conditional: _conditional,
    ast.Iterated: _iterated,
    ast.Call: _call,
    ast.Comparison: _truth,
    ast.Membership: _truth,
    ast.Piecewise: lambda ev, node, frame: ev.pieces.value(node, frame),
    ast.ToCome: lambda ev, node, frame: ev.networks.placeholder(node, frame),
    ast.NetFlow: lambda ev, node, frame: ev.networks.placeholder(node, frame),
}
