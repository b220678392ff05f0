"""Functions of texts: `length substr match num num0 char ichar sprintf`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.trampoline import Walk
from energyscope.translate.frame import Frame
from energyscope.translate.values import Value, as_codes, failure

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

Answer = str | float
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*\Z")
_LEADING_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def _substr(text: str, start: float, length: float | None = None) -> str:
    begin = int(start) - 1
    return text[begin:] if length is None else text[begin : begin + int(length)]


def _match(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    return float(found.start() + 1) if found else 0.0


def _num(text: str) -> float:
    if not _NUMBER.match(text):
        raise ValueError(f"{text!r} does not read as a number")
    return float(text)


def _num0(text: str) -> float:
    found = _LEADING_NUMBER.match(text)
    return float(found.group()) if found else 0.0


def _sprintf(format_: str, *arguments: Answer) -> str:
    kinds = re.findall(r"%[^a-zA-Z%]*([a-zA-Z%])", format_)
    wanted = [kind for kind in kinds if kind != "%"]
    if len(wanted) != len(arguments):
        raise ValueError(f"the format takes {len(wanted)} values, {len(arguments)} given")
    return format_ % tuple(_for_format(kind, value) for kind, value in zip(wanted, arguments, strict=True))


def _for_format(kind: str, value: Answer) -> Answer:
    if kind == "s":
        return value if isinstance(value, str) else f"{value:.15g}"
    if isinstance(value, str):
        raise ValueError(f"`%{kind}` takes a number, {value!r} given")
    return int(value) if kind in "di" else value


_FUNCTIONS: dict[str, tuple[str, Callable[..., Answer]]] = {
    "length": ("t", lambda text: float(len(text))),
    "substr": ("tnn", _substr),
    "match": ("tt", _match),
    "num": ("t", _num),
    "num0": ("t", _num0),
    "char": ("n", lambda code: chr(int(code))),
    "ichar": ("t", lambda text: float(ord(text[0]))),
    "sprintf": ("t*", _sprintf),
}
"""Kind of each argument (t text, n number, * anything) and what is computed from one row of them."""

TEXT_FUNCTIONS = frozenset(_FUNCTIONS)


def text_call(ev: Evaluator, node: ast.Call, frame: Frame) -> Walk[Value]:
    """The value of one of TEXT_FUNCTIONS, computed once for every distinct row of arguments."""
    kinds, function = _FUNCTIONS[node.function]
    if not node.arguments:
        raise error("syntax", node.span, f"`{node.function}` needs an argument")
    columns: list[list[Answer]] = []
    for place, argument in enumerate(node.arguments):
        codes = as_codes(ev, (yield ev.value(argument, frame)))
        kind = kinds[min(place, len(kinds) - 1)]
        columns.append([_argument(ev, kind, code) for code in codes.tolist()])
    answers: list[Answer] = []
    for row, arguments in enumerate(zip(*columns, strict=True)):
        try:
            answers.append(function(*arguments))
        except (ValueError, TypeError, IndexError, re.error) as problem:
            raise failure(ev, "arithmetic", node.span, f"`{node.function}`: {problem}", frame, row) from None
    if answers and isinstance(answers[0], str):
        return ev.symbols.codes(answers)
    return np.array(answers, dtype=np.float64)


def _argument(ev: Evaluator, kind: str, code: int) -> Answer:
    member = ev.symbols.member(code)
    if kind == "t" and not isinstance(member, str):
        return ev.symbols.label(code)
    return member
