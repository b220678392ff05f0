"""How values are spelled: numbers with up to 15 digits, members bare or in quotes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.modeldata.symbols import Codes, Member
from energyscope.translate.linear import Linear
from energyscope.translate.values import Value, is_codes

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_+.-]*\Z")
_LOGICAL = frozenset(("and", "or", "exists", "forall"))


def number_text(number: float) -> str:
    """A number as `%.15g` gives it; an infinite one as the language writes it."""
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return f"{number + 0.0:.15g}"


def plain(ev: Evaluator, value: Value) -> list[str]:
    """Values as `printf` has them for `%s`: texts without quotes."""
    return _spelled(ev, value, lambda member: member if isinstance(member, str) else number_text(member))


def quoted(ev: Evaluator, value: Value) -> list[str]:
    """Values as `display` has them: texts in quotes unless they look like a name."""
    return _spelled(ev, value, member_text)


def member_text(member: Member) -> str:
    """A member as `display` has it."""
    if not isinstance(member, str):
        return number_text(member)
    return member if _BARE.match(member) else "'" + member.replace("'", "''") + "'"


def labels(ev: Evaluator, name: str, columns: Sequence[Codes], length: int) -> list[str]:
    """`name[i,j]` for every row of subscripts."""
    if not columns:
        return [name] * length
    places = zip(*(quoted(ev, column) for column in columns), strict=True)
    return [f"{name}[{','.join(subscripts)}]" for subscripts in places]


def is_logical(node: ast.Expression) -> bool:
    """Is an expression true or false?"""
    if isinstance(node, ast.Chain):
        return node.operators[0] in _LOGICAL
    if isinstance(node, ast.Iterated):
        return node.operator in _LOGICAL
    return isinstance(node, ast.Comparison | ast.Membership) or (isinstance(node, ast.Unary) and node.operator == "not")


def _spelled(ev: Evaluator, value: Value, spell: Callable[[Member], str]) -> list[str]:
    assert not isinstance(value, Linear), "variables have values after the solve"
    if is_codes(value):
        words = {code: spell(ev.symbols.member(code)) for code in np.unique(value).tolist()}
        return [words[code] for code in value.tolist()]
    return [number_text(number) for number in value.tolist()]
