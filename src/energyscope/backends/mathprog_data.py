"""Values as the data section of a MathProg text: lists only, texts in quotes, numbers with 17 digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from energyscope.language.diagnostics import error
from energyscope.language.printing.mathprog.expressions import LONGEST_TEXT
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Codes, Member, Symbols, Values

INFINITY = "1.7976931348623157e+308"
"""The largest double, which GLPK takes for infinity; its data section has no word for it."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def set_data(given: Set, symbols: Symbols) -> Iterator[str]:
    """The members of a set, one statement a key."""
    bounds = zip(given.offsets[:-1].tolist(), given.offsets[1:].tolist(), strict=True)
    keys = _tuples([member_words(symbols, column) for column in given.keys.columns], len(given.keys))
    members = _tuples([member_words(symbols, column) for column in given.members.columns], len(given.members))
    for key, (start, stop) in zip(keys, bounds, strict=True):
        subscripts = f"[{','.join(key)}]" if key else ""
        yield f"set {given.name}{subscripts} :={''.join(map(_member, members[start:stop]))};\n"


def parameter_data(parameter: Parameter, symbols: Symbols) -> str:
    """The values of a parameter, a line each; nothing where there are none."""
    if not len(parameter.values):
        return ""
    values = value_words(parameter, symbols)
    if not parameter.index.columns:
        return f"param {parameter.name} := {values[0]};\n"
    keys = [member_words(symbols, column) for column in parameter.index.columns]
    lines = "".join(f"\n {' '.join(row)}" for row in zip(*keys, values, strict=True))
    return f"param {parameter.name} :={lines};\n"


def member_words(symbols: Symbols, codes: Codes) -> list[str]:
    """The word of every code, each spelled once."""
    distinct, inverse = np.unique(codes, return_inverse=True)
    return _spread([member_word(symbols.member(int(code))) for code in distinct], inverse)


def value_words(parameter: Parameter, symbols: Symbols) -> list[str]:
    """The word of every value, each spelled once."""
    if parameter.values.dtype.kind == "i":
        return member_words(symbols, parameter.values.astype(np.int32))
    distinct, inverse = np.unique(np.asarray(parameter.values, dtype=np.float64), return_inverse=True)
    return _spread(list(map(number_word, distinct.tolist())), inverse)


def member_word(member: Member) -> str:
    """A number, or a text in quotes. Raises ModelError `export` for a text that GLPK does not take."""
    if not isinstance(member, str):
        return number_word(member)
    if _CONTROL.search(member) or len(member.encode()) > LONGEST_TEXT or not member:
        message = (
            f"{member!r} cannot be written for GLPK: it is empty, longer than {LONGEST_TEXT} bytes, or not one line"
        )
        raise error("export", None, message, "rename the member")
    return "'" + member.replace("'", "''") + "'"


def number_word(value: float) -> str:
    """A number with the digits that give the same double."""
    if abs(value) == float("inf"):
        return INFINITY if value > 0 else f"-{INFINITY}"
    return f"{value:.17g}"


def holds_infinity(values: Values | Codes) -> bool:
    """Whether some value is infinite."""
    return values.dtype.kind == "f" and bool(np.isinf(values).any())


def _spread(words: list[str], inverse: NDArray[np.integer]) -> list[str]:
    spelled = np.empty(len(words), dtype=object)
    spelled[:] = words
    return spelled[inverse].tolist() if len(words) else []


def _tuples(columns: list[list[str]], length: int) -> list[tuple[str, ...]]:
    return list(zip(*columns, strict=True)) if columns else [()] * length


def _member(places: tuple[str, ...]) -> str:
    return f"\n {places[0]}" if len(places) == 1 else f"\n ({','.join(places)})"
