"""Conditions that say what an index is: `i - j = k` or `next = t + 1`, with every other index known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.trampoline import Walk
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.frame import Frame, IndexUse, Mask
from energyscope.translate.linear import Linear
from energyscope.translate.values import Value, is_codes

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

EXACT_BELOW = 2.0**40
"""Sums of whole numbers below this are exact in any order, so that `i - j = k` and `j = i - k` are one condition."""


@dataclass(frozen=True)
class Equation:
    """`index` is the sum of `sign * term`; `plain` where the text has it alone on one side of the `=`."""

    index: str
    terms: tuple[tuple[float, ast.Expression], ...]
    plain: bool


def equation_for(test: ast.Expression, index: str, use: IndexUse) -> Equation | None:
    """A condition solved for an index; None where it is no equality, or not linear in it with coefficient 1 or -1."""
    if not isinstance(test, ast.Comparison) or test.operator != "=":
        return None
    for side, other in ((test.left, test.right), (test.right, test.left)):
        if is_index(side, index) and index not in use.names(other):
            return Equation(index, ((1.0, other),), True)
    terms = _addends(test)
    own = [sign for sign, term in terms if is_index(term, index)]
    rest = [(sign, term) for sign, term in terms if not is_index(term, index)]
    if len(own) != 1 or any(index in use.names(term) for _, term in rest):
        return None
    return Equation(index, tuple((-own[0] * sign, term) for sign, term in rest), False)


def is_index(node: ast.Expression, index: str) -> bool:
    """Whether an expression is an index and nothing else."""
    return isinstance(node, ast.Reference) and node.name == index and not node.subscripts


def _addends(test: ast.Comparison) -> list[tuple[float, ast.Expression]]:
    """The terms of `left - right`, each with its sign."""
    addends: list[tuple[float, ast.Expression]] = []
    stack: list[tuple[float, ast.Expression]] = [(-1.0, test.right), (1.0, test.left)]
    while stack:
        sign, node = stack.pop()
        if isinstance(node, ast.Chain) and set(node.operators) <= {"+", "-"}:
            signs = [sign, *(sign if operator == "+" else -sign for operator in node.operators)]
            stack.extend(zip(reversed(signs), reversed(node.operands), strict=True))
        elif isinstance(node, ast.Unary) and node.operator in ("+", "-"):
            stack.append((sign if node.operator == "+" else -sign, node.operand))
        else:
            addends.append((sign, node))
    return addends


def solved(ev: Evaluator, equation: Equation, members: Codes, frame: Frame) -> Walk[Codes | None]:
    """The only member each row allows, -1 where there is none; `members` are all that the index may be.

    None where testing every member could give something else: rounding, an error or a warning.
    """
    known = ev.symbols.numbers[members]
    values: list[Value] = []
    for _, term in equation.terms:
        values.append((yield ev.value(term, frame)))
    if any(isinstance(value, Linear) for value in values):
        return None
    if equation.plain and is_codes(first := values[0]):
        return first if _same_kind(known, ev.symbols.numbers[first]) else None
    numbers = [ev.symbols.numbers[value] if is_codes(value) else np.asarray(value) for value in values]
    if equation.plain:
        comparable = not np.isnan(known).any() and not np.isnan(numbers[0]).any()
        return ev.symbols.known_codes(numbers[0]) if comparable else None
    if not all(_whole(column).all() for column in (known, *numbers)):
        return None
    total = np.zeros(frame.length)
    for (sign, _), number in zip(equation.terms, numbers, strict=True):
        total += sign * number
    return ev.symbols.known_codes(total)


def _same_kind(left: Values, right: Values) -> bool:
    """Whether all are texts or all are numbers."""
    texts = np.isnan(np.concatenate([left, right]))
    return bool(texts.all() or not texts.any())


def _whole(numbers: Values) -> Mask:
    """Whole numbers that add up exactly."""
    return (np.abs(numbers) < EXACT_BELOW) & (np.rint(numbers) == numbers)
