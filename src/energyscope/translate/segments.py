"""Piecewise-linear terms written out: columns for their segments, rows that tie these to the argument, binaries.

A term is `base + sum slope[k] * segment[k]`, and its argument is `anchor + sum sign[k] * segment[k]` with segments from
0 to the length of each piece. That is the function where all rows of the term, and the objective, press it down and it
is convex, or press it up and it is concave. Any other term gets a binary for each segment but the last, which is 1 only
when the segment is full, and without which the next one stays empty; this needs finite bounds of the argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language.diagnostics import error
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols, Values
from energyscope.translate.frame import Mask, Rows
from energyscope.translate.linear import Linear
from energyscope.translate.piecewise import Group, Segments, term_codes
from energyscope.translate.values import first_true

if TYPE_CHECKING:
    from energyscope.translate.bounds import Bounds


FIXED_WIDTH = 1e-9
"""Relative length of the one segment that a fixed argument gets: small, so that no break lies in it."""


@dataclass(frozen=True)
class Demand:
    """Which terms the rows press down (they must not fall below the function), and which up."""

    down: Mask
    up: Mask

    def take(self, terms: Rows) -> Demand:
        """That of some terms."""
        return Demand(self.down[terms], self.up[terms])


@dataclass(frozen=True)
class Division:
    """The used terms of one place in the text, divided into segments.

    `ids` are their columns, `terms` their keys, `argument`, `base` and `anchor` have a row each. `segments` holds keys
    and number of each segment, `owner` its term, `sign` its direction in the argument, `slope` its coefficient in the
    term. `steps` are the segments that have a binary.
    """

    keys: tuple[str, ...]
    ids: Rows
    terms: Index
    argument: Linear
    base: Values
    anchor: Values
    segments: Index
    owner: Rows
    sign: Values
    slope: Values
    lower: Values
    upper: Values
    steps: Rows


@dataclass(frozen=True)
class Names:
    """The blocks that one place in the text makes.

    `segment` columns and the rows `split` that tie them to the argument; binaries `reached` with rows `filled` (the
    segment is full) and `opened` (the next one may be used).
    """

    segment: str
    split: str
    reached: str
    filled: str
    opened: str


@dataclass(frozen=True)
class Unfolded:
    """What one place in the text became."""

    names: Names
    division: Division


def divided(group: Group, used: Mask, demand: Demand, bounds: Bounds, symbols: Symbols) -> Division | None:
    """The terms of a group that a row or the objective uses, `used` and `demand` by their column; None if none is.

    Raises ModelError `pwl-unbounded` where a binary would need a bound that is missing.
    """
    chosen = np.flatnonzero(used[group.ids])
    if not len(chosen):
        return None
    joined, argument, zero = _joined(group)
    argument, zero = argument.take(chosen), zero[chosen]
    full = _of_terms(joined, chosen, len(group.ids))
    lower, upper = bounds.of(argument)
    pieces = _merged(_clipped(full, lower, upper))
    terms = group.index.take(chosen) if group.keys else Index((), 1)
    exact = _needs_binaries(pieces, demand.take(group.ids[chosen]), len(chosen))
    _refuse_unbounded(group, pieces, exact, terms, symbols)
    first, last = _ends(pieces.term)
    anchor = _anchors(pieces, zero, first)
    backwards = first & np.isneginf(pieces.left) & np.isfinite(pieces.right)
    sign = np.where(backwards, -1.0, 1.0)
    free = np.isneginf(pieces.left) & np.isposinf(pieces.right)
    numbers = (np.arange(len(pieces.term)) - np.flatnonzero(first)[pieces.term] + 1).astype(np.float64)
    return Division(
        keys=group.keys,
        ids=group.ids[chosen],
        terms=terms,
        argument=argument,
        base=full.values(anchor, zero),
        anchor=anchor,
        segments=Index((*term_codes(terms, pieces.term), symbols.codes_of_numbers(numbers))),
        owner=pieces.term,
        sign=sign,
        slope=sign * pieces.slope,
        lower=np.where(free, -np.inf, 0.0),
        upper=pieces.right - pieces.left,
        steps=np.flatnonzero(exact[pieces.term] & ~last),
    )


def _joined(group: Group) -> tuple[Segments, Linear, Values]:
    """All batches of a group as one."""
    starts = np.cumsum([0, *(len(batch.index) for batch in group.batches)])
    total = int(starts[-1])
    argument = Linear(np.zeros(total))
    parts: list[Segments] = []
    for batch, start in zip(group.batches, starts[:-1].tolist(), strict=True):
        rows = np.arange(start, start + len(batch.index), dtype=np.int64)
        argument = argument.plus(batch.argument.scattered(rows, total))
        parts.append(batch.segments.shifted(start))
    columns = (np.concatenate([getattr(part, name) for part in parts]) for name in ("term", "left", "right", "slope"))
    return Segments(*columns), argument, np.concatenate([batch.zero for batch in group.batches])


def _of_terms(segments: Segments, chosen: Rows, count: int) -> Segments:
    """The segments of some terms, which are numbered anew."""
    place = np.full(count, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    return _kept(
        Segments(place[segments.term], segments.left, segments.right, segments.slope), place[segments.term] >= 0
    )


def _kept(segments: Segments, kept: Mask) -> Segments:
    return Segments(segments.term[kept], segments.left[kept], segments.right[kept], segments.slope[kept])


def _clipped(segments: Segments, lower: Values, upper: Values) -> Segments:
    """What lies between the bounds of the arguments; one that is fixed gets a piece of its own."""
    fixed = lower == upper
    upper = upper.copy()
    upper[fixed] += FIXED_WIDTH * np.maximum(1.0, np.abs(upper[fixed]))
    left = np.maximum(segments.left, lower[segments.term])
    right = np.minimum(segments.right, upper[segments.term])
    return _kept(Segments(segments.term, left, right, segments.slope), left < right)


def _merged(segments: Segments) -> Segments:
    """Neighbours of equal slope as one."""
    starts = np.ones(len(segments.term), dtype=bool)
    starts[1:] = (segments.term[1:] != segments.term[:-1]) | (segments.slope[1:] != segments.slope[:-1])
    stops = np.ones(len(segments.term), dtype=bool)
    stops[:-1] = starts[1:]
    return Segments(segments.term[starts], segments.left[starts], segments.right[stops], segments.slope[starts])


def _ends(term: Rows) -> tuple[Mask, Mask]:
    """Which segments are the first, and the last, of their term."""
    first, last = np.ones(len(term), dtype=bool), np.ones(len(term), dtype=bool)
    first[1:] = last[:-1] = term[1:] != term[:-1]
    return first, last


def _needs_binaries(segments: Segments, demand: Demand, count: int) -> Mask:
    """Terms that are not convex though pressed down, or not concave though pressed up."""
    falls, rises = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    inner = segments.term[1:] == segments.term[:-1]
    falls[segments.term[1:][inner & (segments.slope[1:] < segments.slope[:-1])]] = True
    rises[segments.term[1:][inner & (segments.slope[1:] > segments.slope[:-1])]] = True
    return (demand.down & falls) | (demand.up & rises)


def _refuse_unbounded(group: Group, segments: Segments, exact: Mask, terms: Index, symbols: Symbols) -> None:
    open_ended = np.isinf(segments.left) | np.isinf(segments.right)
    place = first_true(open_ended & exact[segments.term])
    if place is None:
        return
    term = int(segments.term[place])
    codes = [symbols.label(int(column[term])) for column in terms.columns]
    where = ", ".join(f"{key} = {code}" for key, code in zip(group.keys, codes, strict=True))
    message = f"this term is not convex here and its variable lacks a finite bound{f' for {where}' if where else ''}"
    raise error("pwl-unbounded", group.span, message, "give the variable a lower and an upper bound")


def _anchors(segments: Segments, zero: Values, first: Mask) -> Values:
    """The point from which segments are counted: the left end, else the first break, else the zero."""
    left, right = segments.left[first], segments.right[first]
    break_or_zero = np.where(np.isfinite(right), right, zero)
    return np.where(np.isfinite(left), left, break_or_zero)
