"""Chains of levels over periods, found by structure.

A chain is a row of columns x[1], x[2], …, x[T] (levels) tied by one equality row a period,

    x[t] = r x[t-1] + flow[t],

where the flow of a period (other columns, right side and r) is one of few that repeat day by day: the period t is the
hour h of a day d, and days of the same kind k have the same flows. That is how EnergyScope ties 8,760 levels to the
flows of 12 typical days; nothing here looks at a name.

The level before x[1] is the last one (the year is a circle), or a column of its own: the level that is given at the
start where it has a column, else the last one of a first day that is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from energyscope.modeldata.symbols import Values
from energyscope.passes.days import Days, Said, days_of
from energyscope.passes.flat import Flat, Ints
from energyscope.passes.links import FEWEST_PERIODS, Path, paths_of
from energyscope.passes.naming import storage_name
from energyscope.passes.touches import Touches, touches_of

NOTHING_FOUND = f"no {FEWEST_PERIODS} columns of a variable or more follow one another, each by one equality row"


@dataclass(frozen=True)
class Chain:
    """Levels of whole days: arrays by period, in order of the levels.

    `rows` and `levels` are rows and columns of the program, `before` the column of the level before the first;
    `retention` is r. `day_length` periods make a day; `kind[d]` is the kind of day d, `first_day[k]` the first day of
    kind k. Columns and rows of the storage that are not named here stay as they are.
    """

    rows: Ints
    levels: Ints
    before: int
    retention: Values
    day_length: int
    kind: Ints
    first_day: Ints
    touches: tuple[Touches, ...]

    @property
    def closed(self) -> bool:
        """Whether the last day comes before the first."""
        return self.before == int(self.levels[-1])

    @property
    def previous(self) -> Ints:
        """The column of the level before each."""
        return np.concatenate([[self.before], self.levels[:-1]])

    @property
    def periods(self) -> int:
        """T."""
        return len(self.rows)

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.kind)

    def by_kind(self, values: Ints | Values) -> Ints | Values:
        """Values of periods, those of the first day of each kind: shape (kinds, day_length)."""
        return values.reshape(self.days, self.day_length)[self.first_day]


@dataclass(frozen=True)
class Chains:
    """What was found, and why other storages are no such chains, in the user's names."""

    found: tuple[Chain, ...]
    refused: tuple[str, ...]


@lru_cache(maxsize=1)
def find_chains(flat: Flat) -> Chains:
    """All chains whose days repeat and whose other rows say the same on days of one kind.

    The answer for the last program asked about is kept: a pass asks when it accepts it and when it is applied.
    """
    found: list[Chain] = []
    refused: list[str] = []
    for block, _, stretch in flat.columns.slices():
        if stretch.stop - stretch.start >= FEWEST_PERIODS:
            paths, broken = paths_of(flat, flat.columns.names.index(block))
            refused.extend(broken)
            known: Days | None = None
            for path in paths:
                chain = _chain(flat, path, known)
                if isinstance(chain, str):
                    refused.append(chain)
                else:
                    known = chain[1]
                    found.append(chain[0])
    return Chains(tuple(found), tuple(refused))


def _chain(flat: Flat, path: Path, known: Days | None) -> tuple[Chain, Days] | str:
    """The whole days of a path, or why there are none; `known` are days that fitted the path before."""
    integer = path.levels[flat.integer[path.levels]]
    if len(integer):
        return f"{storage_name(flat, path.levels)}: `{flat.column_label(int(integer[0]))}` is an integer variable"
    touches = touches_of(flat, path)
    if isinstance(touches, str):
        return touches
    days = days_of(flat, path, Said.of(flat, path, touches), known)
    if isinstance(days, str):
        return days
    if days.turned:
        path, touches = path.turned(), tuple(touch.turned() for touch in touches)
    first = days.first
    chain = Chain(
        path.rows[first:],
        path.levels[first:],
        int(path.levels[first - 1]),
        path.retention[first:],
        days.length,
        days.kind,
        days.first_day,
        tuple(touch.stretch(first) for touch in touches),
    )
    return chain, days
