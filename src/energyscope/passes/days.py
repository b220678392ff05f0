"""Days that repeat in a path of levels: where the first one begins, how long they are, and of which kind each is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from energyscope.passes.flat import Flat, Ints
from energyscope.passes.links import Path
from energyscope.passes.naming import period_name, storage_name
from energyscope.passes.statements import distinct_rows, numbered
from energyscope.passes.touches import Touches

LONGEST_DAY = 366
"""Days longer than this are not looked for."""
FLOWS = "flows"


@dataclass(frozen=True)
class Said:
    """All that is said of each period, by what it is called; equal numbers where the same is said."""

    parts: dict[str, Ints]

    @classmethod
    def of(cls, flat: Flat, path: Path, touches: tuple[Touches, ...]) -> Said:
        """What the rows of a path, its bounds and other rows say."""
        bounds = [numbered(side[path.levels])[1] for side in (flat.lower, flat.upper)]
        parts = {
            FLOWS: path.flow,
            "loss": numbered(path.retention)[1],
            "constant inflow": numbered(path.constant)[1],
            "bounds": distinct_rows(np.stack(bounds, axis=1))[1],
        }
        return cls(parts | {f"row of `{touch.block}` (number {n})": touch.kind for n, touch in enumerate(touches, 1)})

    def number(self, without: str | None = None) -> Ints:
        """All parts (but one) as one number."""
        parts = [part for name, part in self.parts.items() if name != without]
        return distinct_rows(np.stack(parts, axis=1))[1]


@dataclass(frozen=True)
class Days:
    """Days of `length` periods from the period `first` on (of a circle that may be turned by one)."""

    turned: bool
    first: int
    length: int
    kind: Ints
    first_day: Ints

    @property
    def left(self) -> int:
        """About what is left to write: hours of distinct days twice, days, and what comes before them."""
        return 2 * self.length * len(self.first_day) + len(self.kind) + self.first


def days_of(flat: Flat, path: Path, said: Said, known: Days | None) -> Days | str:
    """The days that leave least to write, or why nothing is saved; `known` is tried first."""
    days = _best(said.number(), path.closed, known)
    return days if days is not None else _reason(flat, path, said)


def _best(number: Ints, closed: bool, known: Days | None) -> Days | None:
    choices = {*_choices(len(number), closed)}
    if known is not None and (known.turned, known.first, known.length) in choices:
        days = _days(number, known.turned, known.first, known.length)
        if days.left < len(number):
            return days
    tried = (_days(number, *choice) for choice in sorted(choices))
    best = min(tried, key=lambda days: days.left, default=None)
    return best if best is not None and best.left < len(number) else None


def _choices(periods: int, closed: bool) -> Iterator[tuple[bool, int, int]]:
    """(turned, first, length): days fill the circle, or all that comes behind the first level or the first day."""
    for length in range(2, min(periods // 2, LONGEST_DAY) + 1):
        if closed and periods % length == 0:
            yield False, 0, length
            yield True, 0, length
        if not closed and periods % length == 0:
            yield False, length, length
        if (periods - 1) % length == 0:
            yield False, 1, length


def _days(number: Ints, turned: bool, first: int, length: int) -> Days:
    number = np.roll(number, -1) if turned else number
    first_day, kind = distinct_rows(number[first:].reshape(-1, length))
    return Days(turned, first, length, kind, first_day)


def _reason(flat: Flat, path: Path, said: Said) -> str:
    """What keeps the days of a path from repeating."""
    name, periods = storage_name(flat, path.levels), len(path.levels)
    flows = len(np.unique(said.parts[FLOWS]))
    if flows > periods // 2:
        return f"{name}: its {periods} periods have {flows} different flows; nothing repeats by typical days"
    for part, number in said.parts.items():
        days = None if part == FLOWS else _best(said.number(without=part), path.closed, None)
        if days is not None:
            return f"{name}: {_unlike(flat, path, part, number, days)}"
    begin = 0 if path.closed else 1
    return f"{name}: {_out_of_order(flat, path.levels[begin:], said.parts[FLOWS][begin:])}"


def _unlike(flat: Flat, path: Path, part: str, number: Ints, days: Days) -> str:
    """The first period that has something else than its like on the first day of the same kind."""
    levels = np.roll(path.levels, -1) if days.turned else path.levels
    number = (np.roll(number, -1) if days.turned else number)[days.first :].reshape(-1, days.length)
    day, hour = np.argwhere(number != number[days.first_day[days.kind]])[0]
    like = days.first_day[days.kind[day]]
    place = days.first + day * days.length + hour
    other = days.first + like * days.length + hour
    what = "other" if part == "bounds" else "another"
    return (
        f"{period_name(flat, levels, place)} has {what} {part.split(' (number', 1)[0]} than "
        f"{period_name(flat, levels, other)}, the same hour of a day that is equal otherwise; too few days stay equal"
    )


def _out_of_order(flat: Flat, levels: Ints, flow: Ints) -> str:
    """The first period whose flow stood before among others."""
    first = numbered(flow)[0][flow]
    periods = np.arange(len(flow))
    inner = np.flatnonzero((first < periods) & (first > 0) & (periods < len(flow) - 1))
    before, behind = flow[inner - 1] != flow[first[inner] - 1], flow[inner + 1] != flow[first[inner] + 1]
    strange = inner[before & behind]
    if not len(strange):
        return f"no days of 2 to {LONGEST_DAY} periods fill its {len(flow)} periods and repeat"
    place, like = int(strange[0]), int(first[strange[0]])
    return (
        f"its hours are not in order: {period_name(flat, levels, place)} has the flows of "
        f"{period_name(flat, levels, like)}, and neither the period before nor the one behind has those of its "
        "neighbours"
    )
