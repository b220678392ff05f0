"""Words of data text as codes and numbers, a list at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from energyscope.language.data.words import member_of, number_of, unquoted
from energyscope.modeldata.symbols import Codes, Symbols, Values

NO_VALUE = -1
"""Code of a lone `.`."""
MARK = -2
"""Code of any other word that is no member (`+`, `-`, a parenthesis)."""

_ONLY_NUMBERS = re.compile(r"[0-9eE+\-. ]*(?:Infinity[0-9eE+\-. ]*)*\Z")
"""Over these characters, `float` takes exactly the words that are numbers (`nan`, `1_0` and `inf` need others)."""


class WordCodes(dict[str, int]):
    """The code of every word as written; a new one is looked up, or interned, once."""

    def __init__(self, symbols: Symbols) -> None:
        super().__init__()
        self.symbols = symbols

    def __missing__(self, raw: str) -> int:
        member = float(raw) if raw.isdecimal() and raw.isascii() else member_of(raw)
        code = self.symbols.code(member) if member is not None else NO_VALUE if raw == "." else MARK
        self[raw] = code
        return code

    def of(self, words: list[str]) -> Codes:
        """The codes of a list of words."""
        return np.fromiter(map(self.__getitem__, words), dtype=np.int32, count=len(words))


@dataclass(frozen=True)
class Numbers:
    """Values of a list of words: `given` marks those that are no lone `.` (None: all are given).

    `wrong` is the position of the first word that is no number, `quoted` that of the first quoted number.
    """

    values: Values
    given: NDArray[np.bool_] | None = None
    wrong: int | None = None
    quoted: int | None = None


def numbers_of(words: list[str]) -> Numbers:
    """Read a list of words as numbers."""
    if _ONLY_NUMBERS.match(" ".join(words)):
        try:
            return _plain_numbers(words)
        except ValueError:
            pass
    return _any_numbers(words)


def _plain_numbers(words: list[str]) -> Numbers:
    count = len(words)
    if "." not in words:
        return Numbers(np.fromiter(map(float, words), dtype=np.float64, count=count))
    filled = ["nan" if word == "." else word for word in words]
    values = np.fromiter(map(float, filled), dtype=np.float64, count=count)
    return Numbers(values, ~np.isnan(values))


def _any_numbers(words: list[str]) -> Numbers:
    """As above for any words; work beyond a look-up only for the distinct ones."""
    known = {word: value_of(word) for word in dict.fromkeys(words)}
    numbers = {word: np.nan if value is None else value for word, value in known.items()}
    values = np.fromiter(map(numbers.__getitem__, words), dtype=np.float64, count=len(words))
    given = np.fromiter(map(".".__ne__, words), dtype=np.bool_, count=len(words))
    wrong = np.isnan(values) & given
    quoted = next((word for word, value in known.items() if value is not None and word[0] in "'\""), None)
    return Numbers(
        values,
        None if given.all() else given,
        int(wrong.argmax()) if wrong.any() else None,
        None if quoted is None else words.index(quoted),
    )


def value_of(raw: str) -> float | None:
    """The number that a word stands for where a number is needed: a quoted text that reads as one counts."""
    return number_of(unquoted(raw) if raw[0] in "'\"" else raw)
