"""Arithmetic over the rows of a frame: chains of operators, powers, and the built-in functions of numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.symbols import Values
from energyscope.translate.frame import Frame, Mask
from energyscope.translate.linear import Linear, Terms
from energyscope.translate.values import Value, as_linear, as_numbers, failure, first_true, where

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


Product = Values | Linear


def additive(ev: Evaluator, node: ast.Chain, frame: Frame) -> Walk[Value]:
    """`a + b - c less d`, from left to right."""
    values: list[Value] = []
    for operand in node.operands:
        values.append((yield ev.value(operand, frame)))
    if any(isinstance(value, Linear) for value in values):
        return _linear_sum(ev, node, values, frame)
    total = as_numbers(ev, values[0], node.operands[0], frame)
    for operator, operand, value, span in _steps(node, values):
        number = as_numbers(ev, value, operand, frame)
        with np.errstate(all="ignore"):
            result = total + number if operator == "+" else total - number
        _refuse_nan(ev, result, span, frame, "Infinity - Infinity has no value")
        _refuse_overflow(ev, result, (total, number), span, frame)
        total = np.maximum(result, 0.0) if operator == "less" else result
    return total


def _steps(node: ast.Chain, values: Sequence[Value]) -> list[tuple[str, ast.Expression, Value, Span]]:
    return list(zip(node.operators, node.operands[1:], values[1:], node.operator_spans, strict=True))


def _linear_sum(ev: Evaluator, node: ast.Chain, values: Sequence[Value], frame: Frame) -> Linear:
    first = as_linear(ev, values[0], node.operands[0], frame)
    constant, parts = first.constant, list(first.parts)
    for operator, operand, value, span in _steps(node, values):
        if operator == "less":
            raise error("nonlinear", span, "`less` of a variable is not linear", "write a constraint for each side")
        sign = 1.0 if operator == "+" else -1.0
        addend = as_linear(ev, value, operand, frame)
        with np.errstate(all="ignore"):
            constant = constant + sign * addend.constant
        _refuse_nan(ev, constant, span, frame, "Infinity - Infinity has no value")
        parts.extend(
            part if sign == 1.0 else Terms(part.rows, part.columns, -part.coefficients) for part in addend.parts
        )
    return Linear(constant, tuple(parts))


def multiplicative(ev: Evaluator, node: ast.Chain, frame: Frame) -> Walk[Value]:
    """`a * b / c div d mod e`, from left to right."""
    first: Value = yield ev.value(node.operands[0], frame)
    product: Product = first if isinstance(first, Linear) else as_numbers(ev, first, node.operands[0], frame)
    for operator, operand, span in zip(node.operators, node.operands[1:], node.operator_spans, strict=True):
        factor: Value = yield ev.value(operand, frame)
        product = _times(ev, operator, product, factor, operand, span, frame)
    return product


def _times(
    ev: Evaluator, operator: str, left: Product, right: Value, operand: ast.Expression, span: Span, frame: Frame
) -> Product:
    if isinstance(right, Linear):
        if operator == "*" and not isinstance(left, Linear):
            return _scaled(ev, right, left, span, frame)
        raise error("nonlinear", span, f"`{operator}` of variables is not linear", "one side must be constant")
    number = as_numbers(ev, right, operand, frame)
    if operator != "*":
        _refuse(ev, number == 0, span, frame, "division by zero")
    if isinstance(left, Linear):
        if operator not in ("*", "/"):
            raise error("nonlinear", span, f"`{operator}` of a variable is not linear", "only `*` and `/` are")
        if operator == "/" and (row := first_true(np.isinf(number))) is not None:
            ev.warn("infinite-divisor", span, f"a coefficient is 0: its divisor is Infinity{where(ev, frame, row)}")
        return _scaled(ev, left, number if operator == "*" else 1.0 / number, span, frame)
    if operator == "mod" and ((left < 0) | (number < 0)).any():
        ev.warn("mod-sign", span, "`mod` of a negative number has the sign of its left operand, as in AMPL")
    with np.errstate(all="ignore"):
        result: Values = _NUMERIC[operator](left, number)
    _refuse_nan(ev, result, span, frame, "the result is not a number (0 * Infinity or the like)")
    _refuse_overflow(ev, result, (left, number), span, frame)
    return result


_NUMERIC: dict[str, Callable[[Values, Values], Values]] = {
    "*": np.multiply,
    "/": np.divide,
    "div": lambda left, right: np.trunc(left / right),
    "mod": np.fmod,
}


def _scaled(ev: Evaluator, linear: Linear, factor: Values, span: Span, frame: Frame) -> Linear:
    row = first_true(~np.isfinite(factor))
    if row is not None:
        help = "only bounds and sides of constraints may be Infinity: give a number in the units of the model"
        raise failure(ev, "arithmetic", span, "Infinity cannot be a coefficient", frame, row, help)
    return linear.scaled(factor)


def unary(ev: Evaluator, node: ast.Unary, frame: Frame) -> Walk[Value]:
    """`-x` and `+x`."""
    value: Value = yield ev.value(node.operand, frame)
    if isinstance(value, Linear):
        return value.scaled(np.full(frame.length, -1.0)) if node.operator == "-" else value
    number = as_numbers(ev, value, node.operand, frame)
    return -number if node.operator == "-" else number


def power(ev: Evaluator, node: ast.Power, frame: Frame) -> Walk[Value]:
    """`base ^ exponent`."""
    base = as_numbers(ev, (yield ev.value(node.base, frame)), node.base, frame)
    exponent = as_numbers(ev, (yield ev.value(node.exponent, frame)), node.exponent, frame)
    span = node.operator_span
    _refuse(ev, (base == 0) & (exponent < 0), span, frame, "division by zero")
    with np.errstate(all="ignore"):
        result: Values = np.power(base, exponent)
    _refuse_nan(ev, result, span, frame, "a negative number has no broken power")
    _refuse_overflow(ev, result, (base, exponent), span, frame)
    return result


def call(ev: Evaluator, node: ast.Call, frame: Frame) -> Walk[Value]:
    """A built-in function of numbers."""
    arguments: list[Values] = []
    for argument in node.arguments:
        arguments.append(as_numbers(ev, (yield ev.value(argument, frame)), argument, frame))
    name = node.function
    span = Span(node.span.source, node.span.start, node.span.start + len(name))
    if name in ("min", "max"):
        fold = np.minimum if name == "min" else np.maximum
        extremum: Values = fold.reduce(arguments)
        return extremum
    fits, function = FUNCTIONS[name]
    if len(arguments) not in fits:
        raise error("syntax", span, f"`{name}` takes {fits[0]} argument(s), {len(arguments)} given")
    with np.errstate(all="ignore"):
        result = function(*arguments)
    wrong = ~np.isfinite(result) & np.logical_and.reduce([np.isfinite(argument) for argument in arguments])
    _refuse(ev, wrong | np.isnan(result), span, frame, f"`{name}` has no value here")
    return result


def _round(number: Values, decimals: Values | None = None) -> Values:
    """Half rounds away from zero."""
    scale = 10.0 ** (0.0 if decimals is None else decimals)
    return np.copysign(np.floor(np.abs(number) * scale + 0.5) / scale, number)


def _trunc(number: Values, decimals: Values | None = None) -> Values:
    scale = 10.0 ** (0.0 if decimals is None else decimals)
    return np.trunc(number * scale) / scale


def _precision(number: Values, digits: Values) -> Values:
    """Rounded to a number of significant digits."""
    magnitude = np.where(number == 0, 0.0, np.floor(np.log10(np.where(number == 0, 1.0, np.abs(number)))))
    return _round(number, digits - 1 - magnitude)


def _atan(number: Values, other: Values | None = None) -> Values:
    return np.arctan(number) if other is None else np.arctan2(number, other)


FUNCTIONS: dict[str, tuple[tuple[int, ...], Callable[..., Values]]] = {
    "abs": ((1,), np.abs),
    "acos": ((1,), np.arccos),
    "acosh": ((1,), np.arccosh),
    "asin": ((1,), np.arcsin),
    "asinh": ((1,), np.arcsinh),
    "atan": ((1, 2), _atan),
    "atan2": ((2,), np.arctan2),
    "atanh": ((1,), np.arctanh),
    "ceil": ((1,), np.ceil),
    "cos": ((1,), np.cos),
    "cosh": ((1,), np.cosh),
    "exp": ((1,), np.exp),
    "floor": ((1,), np.floor),
    "log": ((1,), np.log),
    "log10": ((1,), np.log10),
    "precision": ((2,), _precision),
    "round": ((1, 2), _round),
    "sin": ((1,), np.sin),
    "sinh": ((1,), np.sinh),
    "sqrt": ((1,), np.sqrt),
    "tan": ((1,), np.tan),
    "tanh": ((1,), np.tanh),
    "trunc": ((1, 2), _trunc),
}
"""Functions of numbers: how many arguments they take, and what they compute."""


def _refuse(ev: Evaluator, wrong: Mask, span: Span, frame: Frame, message: str) -> None:
    row = first_true(wrong)
    if row is not None:
        raise failure(ev, "arithmetic", span, message, frame, row)


def _refuse_nan(ev: Evaluator, result: Values, span: Span, frame: Frame, message: str) -> None:
    _refuse(ev, np.isnan(result), span, frame, message)


def _refuse_overflow(ev: Evaluator, result: Values, operands: tuple[Values, ...], span: Span, frame: Frame) -> None:
    finite = np.logical_and.reduce([np.isfinite(operand) for operand in operands])
    _refuse(ev, np.isinf(result) & finite, span, frame, "the result is too large for a number")
