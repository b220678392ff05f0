"""What an expression gives over the rows of a frame, and the conversions between its kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeGuard

import numpy as np

from energyscope import memory
from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.source import Span
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.frame import Frame, Mask, Rows
from energyscope.translate.linear import Linear, linear_of

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

SURELY_FITS = 100_000
"""Entries that need no look at the memory."""
TUPLE_BYTES = 50
"""What a tuple of an indexing takes while it is joined: its row, its place, its codes, and their copies."""
MEMBER_BYTES = 200
"""What a new number among the members takes: a Python float in a list and a dict, its code, its copies."""
TERM_BYTES = 50
"""What a term takes until it is in a matrix: row, column and coefficient, gathered, and as compressed rows."""

Value: TypeAlias = "Values | Codes | Linear"
"""Numbers (float64), members (int32 codes) or linear expressions, one a row."""


def is_codes(value: Value) -> TypeGuard[Codes]:
    """Whether a value holds members rather than numbers."""
    return isinstance(value, np.ndarray) and value.dtype == np.int32


def take(value: Value, rows: Rows) -> Value:
    """The value on the given rows, repeats allowed."""
    return value.take(rows) if isinstance(value, Linear) else value[rows]


def as_codes(ev: Evaluator, value: Value) -> Codes:
    """Members; numbers are interned."""
    assert not isinstance(value, Linear)
    return value if is_codes(value) else ev.symbols.codes_of_numbers(np.asarray(value, dtype=np.float64))


def as_numbers(ev: Evaluator, value: Value, node: ast.Node, frame: Frame) -> Values:
    """Numbers; a text among the members is an error at the node."""
    if isinstance(value, Linear):
        raise error("variable-in-data", node.span, "a variable cannot stand here", "only constants are allowed")
    if not is_codes(value):
        return np.asarray(value, dtype=np.float64)
    numbers = ev.symbols.numbers[value]
    texts = np.isnan(numbers)
    if texts.any():
        row = int(np.flatnonzero(texts)[0])
        said = ev.symbols.label(int(value[row]))
        raise failure(
            ev, "wrong-kind", node.span, f"`{said}` is text; a number is needed here", frame, row, "compare it with `=`"
        )
    return numbers


def as_linear(ev: Evaluator, value: Value, node: ast.Node, frame: Frame) -> Linear:
    """A linear expression."""
    return value if isinstance(value, Linear) else linear_of(as_numbers(ev, value, node, frame))


def failure(
    ev: Evaluator, code: str, span: Span, message: str, frame: Frame, row: int, help: str | None = None
) -> ModelError:
    """An error at a place of the text, naming the row of the frame where it was met."""
    return error(code, span, message + where(ev, frame, row), help)


def where(ev: Evaluator, frame: Frame, row: int) -> str:
    """` for i = 3, j = gas`: the indices of a row, in words; empty where nothing is bound."""
    bound = [
        f"{name} = {ev.symbols.label(int(column[row]))}"
        for name, column in frame.columns.items()
        if name.isidentifier()
    ]
    return f" for {', '.join(bound)}" if bound else ""


def first_true(mask: Mask) -> int | None:
    """The first row where a mask holds."""
    return int(np.argmax(mask)) if mask.any() else None


def constant(number: float, frame: Frame) -> Values:
    """The same number in every row."""
    return np.full(frame.length, number, dtype=np.float64)


def refuse_size(count: float, span: Span, what: str, bytes_each: int = TUPLE_BYTES) -> None:
    """More entries than memory holds are an error at the place that asks for them."""
    if count < SURELY_FITS:
        return
    needed, room = count * bytes_each, memory.room()
    if needed > room:
        raise error(
            "memory",
            span,
            f"{what}: some {memory.shown(needed)} of memory, {memory.shown(room)} may still be taken",
            "leave out what is not needed by a condition as in `(i,j) in LINKS`, or by smaller sets; "
            "`--max-memory` allows more",
        )
