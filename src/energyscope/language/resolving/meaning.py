"""What an expression means to the resolver: a number (or text), a set of some dimension, a condition, a tuple."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.source import Span

Want = Literal["number", "member", "set", "condition", "anything"]
Sort = Literal["number", "set", "condition", "tuple", "unknown"]

_ACCEPTED: dict[Want, tuple[Sort, ...]] = {
    "number": ("number",),
    "member": ("number", "tuple"),
    "set": ("set",),
    "condition": ("condition", "number"),
    "anything": ("number", "set", "condition", "tuple"),
}
_NEEDED: dict[Want, str] = {
    "number": "a number",
    "member": "a member",
    "set": "a set",
    "condition": "a condition",
    "anything": "something",
}
_FOUND: dict[Sort, str] = {"number": "a number", "set": "a set", "condition": "a condition", "tuple": "a tuple"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """Sort of an expression; `dimension` of a set (None: any) or places of a tuple; the name of a variable it holds.

    `item` says what a plain name stands for ("parameter", "index", …), for messages.
    """

    sort: Sort
    dimension: int | None = None
    variable: str | None = None
    text: bool = False
    item: str | None = None


UNKNOWN = Meaning("unknown")
CONDITION = Meaning("condition")
NUMBER = Meaning("number")
TEXT = Meaning("number", text=True)


def places(count: int) -> str:
    """`1 place`, `2 places`."""
    return f"{count} place" if count == 1 else f"{count} places"


def begin(span: Span, length: int) -> Span:
    """The first characters of a span."""
    return Span(span.source, span.start, span.start + length)


def fit(report: Report, node: ast.Node, meaning: Meaning, want: Want) -> Meaning:
    """The meaning itself where it is what is wanted, else unknown and a `wrong-kind` error."""
    if meaning.sort == "unknown" or meaning.sort in _ACCEPTED[want]:
        return meaning
    if isinstance(node, ast.Reference) and meaning.item:
        article = "an" if meaning.item[0] in "aeiou" else "a"
        message = f"`{node.name}` is {article} {meaning.item}; {_NEEDED[want]} is needed here"
        span = begin(node.span, len(node.name))
    else:
        message = f"{_FOUND[meaning.sort]} stands where {_NEEDED[want]} is needed"
        span = node.span
    report.error("wrong-kind", span, message, _advice(node, meaning, want))
    return UNKNOWN


def _advice(node: ast.Node, meaning: Meaning, want: Want) -> str | None:
    if want == "number" and meaning.sort == "set" and isinstance(node, ast.Reference):
        return f"`card({node.name})`?"
    if want == "number" and meaning.sort == "condition":
        return "`if … then 1 else 0` turns a condition into a number"
    if want == "set" and meaning.sort == "number":
        return "a set of one member is written `{…}`, a range `1..…`"
    return None


def agree(report: Report, node: ast.Node, first: int | None, second: int | None) -> int | None:
    """The common dimension of two sets; a `set-dimension` error at the second one when they differ."""
    if first is not None and second is not None and first != second:
        report.error("set-dimension", node.span, f"members have {places(second)} here, {places(first)} before")
    return second if first is None else first
