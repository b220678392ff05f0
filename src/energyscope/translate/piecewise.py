"""Piecewise-linear terms: their breaks and slopes, and a column that stands for each until rows are complete.

How a term is written down depends on the rows it stands in (see `segments`), which are known when all are built.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.resolving.meaning import begin
from energyscope.language.resolving.piecewise import count_message
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.frame import Frame, Rows
from energyscope.translate.indexing import Expansion, expand
from energyscope.translate.linear import Linear, Terms
from energyscope.translate.values import Value, as_numbers, failure, first_true, take

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator
    from energyscope.translate.segments import Unfolded


@dataclass(frozen=True)
class Segments:
    """Linear pieces of functions, in order: `slope` between `left` and `right` of function `term`."""

    term: Rows
    left: Values
    right: Values
    slope: Values

    def shifted(self, count: int) -> Segments:
        """The same with term numbers that begin later."""
        return Segments(self.term + count, self.left, self.right, self.slope)

    def values(self, points: Values, zeros: Values) -> Values:
        """The value of each function at a point, when it is 0 at its zero; both are finite."""
        start, stop = zeros[self.term], points[self.term]
        run = np.clip(stop, self.left, self.right) - np.clip(start, self.left, self.right)
        return np.bincount(self.term, weights=self.slope * run, minlength=len(points)).astype(np.float64)


@dataclass
class Batch:
    """Terms that were met together: one function and one argument for each."""

    index: Index
    segments: Segments
    argument: Linear
    zero: Values


@dataclass
class Group:
    """The terms of one place in the text, by the indices it uses; `ids` are their columns."""

    node: ast.Piecewise
    keys: tuple[str, ...]
    batches: list[Batch] = field(default_factory=list)
    index: Index = field(default_factory=lambda: Index((), 0))
    ids: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def span(self) -> Span:
        """The `<<`."""
        return begin(self.node.span, 2)

    def positions(self, frame: Frame) -> Rows:
        """The terms of the rows of a frame, -1 for new ones."""
        if not self.batches:
            return np.full(frame.length, -1, dtype=np.int64)
        if not self.keys:
            return np.zeros(frame.length, dtype=np.int64)
        return self.index.positions([frame.columns[key] for key in self.keys])

    def add(self, batch: Batch, first: int) -> None:
        """More terms, whose columns begin at an id."""
        columns = [
            np.concatenate([old, new]) if self.batches else new
            for old, new in zip(self.index.columns or batch.index.columns, batch.index.columns, strict=True)
        ]
        self.batches.append(batch)
        self.index = Index(columns, 1)
        self.ids = np.concatenate([self.ids, np.arange(first, first + len(batch.index))])


class Pieces:
    """The piecewise-linear terms met so far, by the `id` of their node; `unfolded` says what became of them."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self.groups: dict[int, Group] = {}
        self.count = 0
        self.unfolded: dict[int, Unfolded] = {}

    @property
    def first(self) -> int:
        """The column of the first term; the one before it stands for entries to come."""
        return self._ev.variables.n_columns + 1

    @property
    def width(self) -> int:
        """Columns of a matrix with the terms met so far."""
        return self.first + self.count if self.count else self._ev.variables.n_columns

    def value(self, node: ast.Piecewise, frame: Frame) -> Walk[Value]:
        """The term in every row: a number where its argument is one, else its column."""
        small, rows = frame.project(self._ev.use.names(node) & frame.names)
        group = self.groups.get(id(node)) or Group(node, tuple(small.columns))
        positions = group.positions(small)
        fresh = np.flatnonzero(positions < 0)
        if len(fresh):
            part = small.take(fresh)
            argument: Value = yield self._ev.value(node.argument, part)
            segments: Segments = yield self._segments(node, part)
            zero: Values = yield self._zero(node, part)
            if not isinstance(argument, Linear):
                return segments.values(as_numbers(self._ev, argument, node.argument, part), zero)[rows]
            self._refuse_nested(node, argument)
            group.add(Batch(Index([part.columns[key] for key in group.keys]), segments, argument, zero), self._next())
            self.groups[id(node)] = group
            self.count += len(fresh)
            positions = group.positions(small)
        columns = group.ids[positions].astype(np.int32)
        return take(Linear(np.zeros(small.length), (Terms(None, columns, np.ones(small.length)),)), rows)

    def _next(self) -> int:
        return self.first + self.count

    def _refuse_nested(self, node: ast.Piecewise, argument: Linear) -> None:
        if any((part.columns >= self._ev.variables.n_columns).any() for part in argument.parts):
            raise error(
                "unsupported",
                node.argument.span,
                "a piecewise-linear term of another one, or of `to_come`, is not supported",
                "declare a variable, set it equal to the inner term and use it here",
            )

    def _zero(self, node: ast.Piecewise, frame: Frame) -> Walk[Values]:
        if node.zero is None:
            return np.zeros(frame.length)
        zero = as_numbers(self._ev, (yield self._ev.value(node.zero, frame)), node.zero, frame)
        infinite = first_true(~np.isfinite(zero))
        if infinite is not None:
            raise failure(self._ev, "arithmetic", node.zero.span, "Infinity cannot be the zero", frame, infinite)
        return zero

    def _segments(self, node: ast.Piecewise, frame: Frame) -> Walk[Segments]:
        """Breaks and slopes as pieces of some length, at least one a row."""
        rows, breaks = yield self._listed(node.breaks, frame)
        term, slopes = yield self._listed(node.slopes, frame)
        ev, span = self._ev, begin(node.span, 2)
        given, needed = np.bincount(term, minlength=frame.length), np.bincount(rows, minlength=frame.length) + 1
        wrong = first_true(given != needed)
        if wrong is not None:
            message, help_ = count_message(int(needed[wrong]) - 1, int(given[wrong]))
            raise failure(ev, "pwl-count", span, message, frame, wrong, help_)
        falls = first_true((rows[1:] == rows[:-1]) & (breaks[1:] < breaks[:-1]))
        if falls is not None:
            message = f"breaks must not decrease: {breaks[falls + 1]:.15g} follows {breaks[falls]:.15g}"
            raise failure(ev, "pwl-order", span, message, frame, int(rows[falls]))
        infinite = first_true(~np.isfinite(slopes))
        if infinite is not None:
            raise failure(ev, "arithmetic", span, "Infinity cannot be a slope", frame, int(term[infinite]))
        first, last = np.ones(len(term), dtype=bool), np.ones(len(term), dtype=bool)
        first[1:], last[:-1] = term[1:] != term[:-1], term[1:] != term[:-1]
        left, right = np.full(len(term), -np.inf), np.full(len(term), np.inf)
        left[~first], right[~last] = breaks, breaks
        kept = left < right
        return Segments(term[kept], left[kept], right[kept], slopes[kept])

    def _listed(self, items: tuple[ast.ListItem, ...], frame: Frame) -> Walk[tuple[Rows, Values]]:
        """The numbers of a list, row by row of the frame, and the row of each."""
        owners: list[Rows] = [np.zeros(0, dtype=np.int64)]
        numbers: list[Values] = [np.zeros(0)]
        for item in items:
            inner, rows = frame, np.arange(frame.length, dtype=np.int64)
            if item.indexing is not None:
                expansion: Expansion = yield expand(self._ev, item.indexing, frame)
                found = expansion.frame_of(frame, frozenset(), keep_all=True)
                inner, rows = found.frame, found.rows
            value: Value = yield self._ev.value(item.expression, inner)
            owners.append(rows)
            numbers.append(as_numbers(self._ev, value, item.expression, inner))
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        return owner[order], np.concatenate(numbers)[order]


def term_codes(index: Index, terms: Rows) -> tuple[Codes, ...]:
    """The keys of some terms, repeats allowed."""
    return tuple(column[terms] for column in index.columns)
