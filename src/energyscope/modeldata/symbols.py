"""Members of sets as int32 codes: one table for names and numbers alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Member = str | float
Codes = NDArray[np.int32]
Values = NDArray[np.float64]

_BARE_WORD = re.compile(r"(?![.+-]\Z)[\w.+-]+\Z")
"""A word of data text that needs no quotes; alone, `.`, `+` and `-` are marks."""
_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eEdD][+-]?[0-9]+)?|Infinity)\Z")


class Symbols:
    """Interning table between members and codes.

    A member is a number (equal as doubles: 1, 01 and 1.0 are one) or a text; the number 1 and the text '1' are two.
    Codes count from 0 in order of first sight and never change.
    """

    def __init__(self) -> None:
        self._codes: dict[Member, int] = {}
        self._members: list[Member] = []
        self._numbers: Values = np.empty(0)
        self._objects: NDArray[np.object_] = np.empty(0, dtype=object)
        self._sorted: tuple[Values, Codes, int] | None = None

    def __len__(self) -> int:
        return len(self._members)

    def code(self, member: Member) -> int:
        """The code of a member, interned when new."""
        if not isinstance(member, str):
            member = float(member) + 0.0
        code = self._codes.get(member)
        if code is None:
            code = self._codes[member] = len(self._members)
            self._members.append(member)
        return code

    def find(self, member: Member) -> int:
        """The code of a member, or -1 when it was never seen."""
        return self._codes.get(member if isinstance(member, str) else float(member) + 0.0, -1)

    def codes(self, members: Iterable[Member]) -> Codes:
        """The codes of many members, interned when new."""
        wanted = list(members)
        found = list(map(self._codes.get, wanted))
        if None in found:
            self._intern(list(dict.fromkeys(wanted)))
            found = list(map(self._codes.get, wanted))
        return np.array(found, dtype=np.int32)

    def _intern(self, distinct: list[Member]) -> None:
        """Give codes to those of some distinct members that have none."""
        fresh = [
            member if isinstance(member, str) else float(member) for member in distinct if member not in self._codes
        ]
        self._codes.update(zip(fresh, range(len(self._members), len(self._members) + len(fresh)), strict=True))
        self._members.extend(fresh)

    def codes_of_numbers(self, numbers: Values) -> Codes:
        """The codes of an array of numbers, interned when new."""
        wanted = np.asarray(numbers, dtype=np.float64)
        found, hit = self._look_up(wanted)
        if not hit.all():
            self._intern((np.unique(wanted[~hit]) + 0.0).tolist())
            found, hit = self._look_up(wanted)
        return found

    def known_codes(self, numbers: Values) -> Codes:
        """The codes of an array of numbers, -1 for those that were never seen."""
        found, hit = self._look_up(np.asarray(numbers, dtype=np.float64))
        return np.where(hit, found, np.int32(-1))

    def _look_up(self, wanted: Values) -> tuple[Codes, NDArray[np.bool_]]:
        """Codes of numbers by bisection, and which of them are known."""
        if self._sorted is None or self._sorted[2] != len(self._members):
            numbers = self.numbers
            codes = np.argsort(numbers, kind="stable")[: np.count_nonzero(~np.isnan(numbers))].astype(np.int32)
            self._sorted = numbers[codes], codes, len(self._members)
        values, codes, _ = self._sorted
        if not len(values):
            return np.zeros(wanted.shape, dtype=np.int32), np.zeros(wanted.shape, dtype=bool)
        place = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
        return codes[place], values[place] == wanted

    @property
    def numbers(self) -> Values:
        """Value of every code, NaN for texts. Index it with codes."""
        known = len(self._numbers)
        if known < len(self._members):
            fresh = [np.nan if isinstance(member, str) else member for member in self._members[known:]]
            self._numbers = np.concatenate([self._numbers, np.array(fresh, dtype=np.float64)])
        return self._numbers

    @property
    def objects(self) -> NDArray[np.object_]:
        """Member of every code as a Python object (int where a number is whole). Index it with codes."""
        known = len(self._objects)
        if known < len(self._members):
            fresh = np.empty(len(self._members) - known, dtype=object)
            fresh[:] = [_plain(member) for member in self._members[known:]]
            self._objects = np.concatenate([self._objects, fresh])
        return self._objects

    def member(self, code: int) -> Member:
        """The member behind a code."""
        return self._members[code]

    def label(self, code: int) -> str:
        """A member as reports spell it: numbers shortest, words bare, other texts in single quotes with doubling."""
        return label(self._members[code])

    def describe(self, name: str, codes: Iterable[int]) -> str:
        """`name` or `name[i,j]`."""
        inside = ",".join(self.label(int(code)) for code in codes)
        return f"{name}[{inside}]" if inside else name


def label(member: Member) -> str:
    """A member as reports spell it."""
    if not isinstance(member, str):
        return repr(float(member)).removesuffix(".0").replace("inf", "Infinity")
    if _BARE_WORD.match(member) and not _NUMBER.match(member):
        return member
    return "'" + member.replace("'", "''") + "'"


def int_or_none(number: float) -> int | None:
    """The integer equal to a number, None where there is none or it is too large to be exact."""
    return int(number) if abs(number) < 2**53 and number == int(number) else None


def _plain(member: Member) -> Member:
    if isinstance(member, str):
        return member
    whole = int_or_none(member)
    return member if whole is None else whole
