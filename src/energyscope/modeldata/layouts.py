"""How the words of one run make rows: what fills each subscript, and where an entry stands in the text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from energyscope.language.data.nodes import Segment
from energyscope.language.diagnostics import error
from energyscope.language.source import Span

Filler = tuple[Literal["fixed", "row", "head"], int]
"""A subscript comes from a place of the template, a word at the start of the row, or the head of the table."""


@dataclass(frozen=True)
class Layout:
    """A row has `keys` words and then `cells` values; `places[k]` says what fills subscript k."""

    segment: Segment
    keys: int
    cells: int
    places: tuple[Filler, ...]

    @property
    def width(self) -> int:
        """Words of a row."""
        return self.keys + self.cells


def layout_of(name: str, segment: Segment, places: int, cells: int, head_cells: int | None = None) -> Layout:
    """The layout of a run of data for an item with so many places; `head_cells` is the length of a table head.

    Raises ModelError `data-slice` when the template or the table does not fit the places.
    """
    template, fillers = segment.template, list[Filler]()
    if template is not None and len(template.places) != places:
        message = f"template has {len(template.places)} places, `{name}` takes {places}"
        raise error("data-slice", template.span, message, "one subscript or `*` a place")
    constants = template.places if template is not None else (None,) * places
    free = sum(place is None for place in constants)
    if head_cells is not None and free < 2:
        message = f"a table fills two subscripts, {free} of `{name}` {'is' if free == 1 else 'are'} free here"
        raise error("data-slice", segment.span, message, "write a list: subscripts, then the value")
    order = iter(_free_fillers(free, head_cells is not None, segment.transposed))
    fillers = [next(order) if place is None else ("fixed", k) for k, place in enumerate(constants)]
    keys = free if head_cells is None else free - 1
    return Layout(segment, keys, cells if head_cells is None else head_cells, tuple(fillers))


def _free_fillers(free: int, table: bool, transposed: bool) -> list[Filler]:
    """Stars are filled left to right: the words of the row, then the head; the head comes first after `(tr)`."""
    if not table:
        return [("row", k) for k in range(free)]
    rows: list[Filler] = [("row", k) for k in range(free - 1)]
    return [("head", 0), *rows] if transposed else [*rows, ("head", 0)]


@dataclass(frozen=True)
class Run:
    """Entries `first`, `first + 1`, … of an item: the cells of a layout (of one column) that are given."""

    first: int
    layout: Layout
    column: int | None = None
    given: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class TextOrigin:
    """Finds the words of an entry by reading its run again."""

    runs: tuple[Run, ...]

    def key_span(self, position: int) -> Span | None:
        """The first word of the subscripts, or of the member (its parenthesis where it has one)."""
        run, row, _ = self._cell(position)
        if run.layout.keys == 0:
            template = run.layout.segment.template
            return template.span if template is not None else self.value_span(position)
        span = run.layout.segment.body.span_at(row * run.layout.width)
        return span if span is None or run.layout.cells else _with_parentheses(span)

    def value_span(self, position: int) -> Span | None:
        """The word of the value; the member where there is no value."""
        run, row, column = self._cell(position)
        if not run.layout.cells:
            return self.key_span(position)
        return run.layout.segment.body.span_at(row * run.layout.width + run.layout.keys + column)

    def place_span(self, position: int, place: int) -> Span | None:
        """The word that fills one subscript, be it in the row, the head or the template."""
        run, row, column = self._cell(position)
        kind, k = run.layout.places[place]
        segment = run.layout.segment
        if kind == "row":
            return segment.body.span_at(row * run.layout.width + k)
        if kind == "head":
            return segment.columns.span_at(column) if segment.columns is not None else None
        constant = segment.template.places[k] if segment.template is not None else None
        return constant.span if constant is not None else None

    def _cell(self, position: int) -> tuple[Run, int, int]:
        run = self.runs[bisect_right([run.first for run in self.runs], position) - 1]
        ordinal = position - run.first
        if run.given is not None:
            ordinal = int(np.flatnonzero(run.given)[ordinal])
        if run.column is not None or run.layout.cells == 0:
            return run, ordinal, run.column or 0
        return run, *divmod(ordinal, run.layout.cells)


def _with_parentheses(span: Span) -> Span:
    """The whole tuple a word begins, the word itself where it stands bare."""
    text = span.source.text
    start = len(text[: span.start].rstrip()) - 1
    if start < 0 or text[start] != "(":
        return span
    return Span(span.source, start, text.find(")", span.stop) + 1)


def subscript_columns(
    layout: Layout, rows: int, keys: Sequence[NDArray[np.int32]], head: NDArray[np.int32] | None, fixed: Sequence[int]
) -> list[NDArray[np.int32]]:
    """The code columns of all cells of a table, row by row (one entry a row where there is no head)."""
    wide = 1 if head is None else len(head)
    columns = []
    for kind, k in layout.places:
        if kind == "row":
            columns.append(keys[k] if wide == 1 else np.repeat(keys[k], wide))
        elif kind == "head":
            columns.append(np.tile(head, rows) if head is not None else np.empty(0, np.int32))
        else:
            columns.append(np.full(rows * wide, fixed[k], dtype=np.int32))
    return columns
