"""Where variables may meet: sums and products with constants are linear, everything else is `nonlinear`."""

from __future__ import annotations

from collections.abc import Sequence

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.resolving.meaning import Meaning, begin
from energyscope.language.source import Span

LINEAR = {"+", "-", "less", "*", "/", "div", "mod", "&"}
"""First operators of the chains whose operands are numbers or texts."""


def nonlinear(report: Report, span: Span, message: str) -> None:
    """Report an expression that is not linear in the variables."""
    report.error("nonlinear", span, f"{message} is not linear", "variables may be multiplied by constants only")


def linear_chain(report: Report, node: ast.Chain, meanings: Sequence[Meaning]) -> Meaning:
    """The meaning of a chain of numbers; where variables meet in a product or in `/ div mod less &` is reported."""
    held = meanings[0].variable
    for operator, span, meaning in zip(node.operators, node.operator_spans, meanings[1:], strict=True):
        if operator not in ("+", "-") and (message := _conflict(operator, held, meaning.variable)):
            nonlinear(report, span, message)
        held = held or meaning.variable
    return Meaning("number", variable=held, text="&" in node.operators)


def _conflict(operator: str, left: str | None, right: str | None) -> str | None:
    """What is not linear in `left operator right`, of which the variables are named; None when nothing is."""
    if operator == "*":
        return f"product of variables `{left}` and `{right}`" if left and right else None
    if operator == "/":
        if right is None:
            return None
        return f"quotient of variables `{left}` and `{right}`" if left else f"division by variable `{right}`"
    named = [f"`{name}`" for name in (left, right) if name]
    if not named:
        return None
    return f"`{operator}` of variable{'s' if len(named) == 2 else ''} {' and '.join(named)}"


def linear_power(report: Report, node: ast.Power, base: Meaning, exponent: Meaning) -> Meaning:
    """The meaning of a power; a variable in it is reported at the operator."""
    if base.variable:
        nonlinear(report, node.operator_span, f"power of variable `{base.variable}`")
    elif exponent.variable:
        nonlinear(report, node.operator_span, f"variable `{exponent.variable}` as an exponent")
    return Meaning("number", variable=base.variable or exponent.variable)


def linear_iteration(report: Report, node: ast.Iterated, body: Meaning) -> Meaning:
    """The meaning of `sum prod min max` over an indexing; only a sum may hold a variable."""
    if body.variable and node.operator != "sum":
        nonlinear(report, begin(node.span, len(node.operator)), f"`{node.operator}` of variable `{body.variable}`")
    return Meaning("number", variable=body.variable)
