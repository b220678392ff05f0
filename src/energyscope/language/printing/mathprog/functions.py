"""Functions and operators that MathProg lacks or means differently, as formulas of those it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.printing.mathprog.ordered import ORDERED, ordered_call
from energyscope.language.printing.mathprog.scope import NOWHERE, Context, Scope, call, chain, comparison, number
from energyscope.language.trampoline import Walk

_SAME = frozenset(
    ("abs", "atan", "card", "ceil", "cos", "exp", "floor", "length", "log", "log10", "max", "min", "sin", "sqrt")
) | {"tan", "trunc"}
"""Functions that mean the same in both languages."""

Formula = Callable[..., ast.Expression]


def rewritten_call(
    ctx: Context, node: ast.Call, arguments: tuple[ast.Expression, ...], scope: Scope
) -> Walk[ast.Expression]:
    """A call in MathProg's form. Raises ModelError `export` where it has none."""
    if node.function in _SAME:
        return ast.Call(node.span, node.function, arguments)
    if node.function == "arity":
        return number(ctx.text.expression_dimension(node.arguments[0]))
    if node.function in ORDERED:
        return (yield ordered_call(ctx, node, arguments, scope))
    formula = _FORMULAS.get(node.function)
    if formula is None:
        message = f"`{node.function}` cannot be written for GLPK"
        raise error("export", node.span, message, "compute it in a parameter: the export then carries its values")
    return formula(*arguments)


def rewritten_mod(operands: Sequence[ast.Expression], operators: Sequence[str]) -> ast.Expression:
    """A chain of products in which `mod` has the sign of its left operand, as in AMPL."""
    value = operands[0]
    for operator, operand in zip(operators, operands[1:], strict=True):
        value = _mod(value, operand) if operator == "mod" else chain(operator, value, operand)
    return value


def _mod(left: ast.Expression, right: ast.Expression) -> ast.Expression:
    below = _minus(chain("mod", call("abs", left), call("abs", right)))
    above = chain("mod", left, call("abs", right))
    return _signed(left, below, above)


def _signed(tested: ast.Expression, below: ast.Expression, above: ast.Expression) -> ast.Expression:
    """One value where the tested one is negative, another elsewhere."""
    return ast.Conditional(NOWHERE, ((comparison(tested, "<", number(0)), below),), above)


def _minus(operand: ast.Expression) -> ast.Expression:
    return ast.Unary(NOWHERE, "-", operand)


def _square(operand: ast.Expression) -> ast.Expression:
    return chain("*", operand, operand)


def _root_of_sum(left: ast.Expression, operator: str, right: ast.Expression) -> ast.Expression:
    return call("sqrt", chain(operator, left, right))


def _round(x: ast.Expression, *digits: ast.Expression) -> ast.Expression:
    """Half away from zero; MathProg rounds half up."""
    return _signed(x, _minus(call("round", _minus(x), *digits)), call("round", x, *digits))


def _halved(operator: str, x: ast.Expression) -> ast.Expression:
    return chain("/", chain(operator, call("exp", x), call("exp", _minus(x))), number(2))


def _tanh(x: ast.Expression) -> ast.Expression:
    """1 - 2 / (exp(2 x) + 1), which does not overflow before it reaches 1."""
    grown = call("exp", chain("*", number(2), x))
    return chain("-", number(1), chain("/", number(2), chain("+", grown, number(1))))


_ONE = number(1)

_FORMULAS: dict[str, Formula] = {
    "atan2": lambda y, x: call("atan", y, x),
    "round": _round,
    "asin": lambda x: call("atan", x, _root_of_sum(_ONE, "-", _square(x))),
    "acos": lambda x: call("atan", _root_of_sum(_ONE, "-", _square(x)), x),
    "sinh": lambda x: _halved("-", x),
    "cosh": lambda x: _halved("+", x),
    "tanh": _tanh,
    "asinh": lambda x: call("log", chain("+", x, _root_of_sum(_square(x), "+", _ONE))),
    "acosh": lambda x: call("log", chain("+", x, _root_of_sum(_square(x), "-", _ONE))),
    "atanh": lambda x: chain("/", call("log", chain("/", chain("+", _ONE, x), chain("-", _ONE, x))), number(2)),
}
