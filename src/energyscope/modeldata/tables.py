"""Reads one run of data into columns: piece by piece, so that no object a cell outlives its piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from energyscope.language.data.nodes import Segment
from energyscope.language.diagnostics import ModelError, error
from energyscope.modeldata.faults import raise_misfit, raise_short_row
from energyscope.modeldata.layouts import Layout
from energyscope.modeldata.symbols import Codes, Values
from energyscope.modeldata.words import MARK, NO_VALUE, WordCodes, numbers_of

Kind = Literal["number", "symbol", "mark"]
"""What a cell holds: a number, a member, or `+`/`-`."""


@dataclass(frozen=True)
class Cells:
    """The values of one column, or of a whole matrix row by row; `given` is None where none is missing."""

    values: Values | Codes
    given: NDArray[np.bool_] | None


@dataclass(frozen=True)
class Table:
    """The words before the cells as codes, one column a place, and the cells; `quoted` is the first quoted number."""

    rows: int
    keys: list[Codes]
    cells: list[Cells]
    quoted: int | None


@dataclass
class _Parts:
    """What has been read so far."""

    keys: list[list[Codes]]
    values: list[list[Values | Codes]]
    given: list[list[NDArray[np.bool_] | None]]
    words: int = 0
    quoted: list[int] = field(default_factory=list)


def read_table(layout: Layout, kinds: Sequence[Kind], names: Sequence[str], codes: WordCodes) -> Table:
    """Read the body of a run; one kind and name for every column, or a single one for all cells of a matrix.

    Raises ModelError (`data-row-length`, `data-not-number`, `syntax`) at the word that does not fit.
    """
    parts = _Parts([[] for _ in range(layout.keys)], [[] for _ in kinds], [[] for _ in kinds])
    carry: list[str] = []
    for piece in layout.segment.body.pieces():
        words = carry + piece if carry else piece
        whole = len(words) - len(words) % layout.width
        carry = words[whole:]
        del words[whole:]
        _read_piece(words, layout, kinds, names, codes, parts)
        parts.words += whole
    if carry:
        raise_short_row(layout)
    cells = [_joined(values, given) for values, given in zip(parts.values, parts.given, strict=True)]
    keys = [concatenated(column) for column in parts.keys]
    return Table(parts.words // layout.width, keys, cells, min(parts.quoted, default=None))


def _read_piece(
    words: list[str], layout: Layout, kinds: Sequence[Kind], names: Sequence[str], codes: WordCodes, parts: _Parts
) -> None:
    for k in range(layout.keys):
        column = codes.of(words[k :: layout.width])
        if len(column) and column.min() < 0:
            raise_misfit(layout, mark_fault(layout, parts.words + int((column < 0).argmax()) * layout.width + k))
        parts.keys[k].append(column)
    matrix = len(kinds) != layout.cells
    for c, kind in enumerate(kinds):
        cells = _matrix_cells(words, layout) if matrix else words[layout.keys + c :: layout.width]
        _read_cells(cells, kind, names[c], codes, parts, c, _Place(layout, parts.words, None if matrix else c))


@dataclass(frozen=True)
class _Place:
    """Where in the run the cells of a piece stand."""

    layout: Layout
    start: int
    column: int | None

    def word(self, cell: int) -> int:
        row, column = divmod(cell, self.layout.cells) if self.column is None else (cell, self.column)
        return self.start + row * self.layout.width + self.layout.keys + column


def _matrix_cells(words: list[str], layout: Layout) -> list[str]:
    """The words without those that begin the rows; works on the list itself, which nobody needs afterwards."""
    for k in range(layout.keys):
        del words[:: layout.width - k]
    return words


def _read_cells(
    words: list[str], kind: Kind, name: str, codes: WordCodes, parts: _Parts, column: int, place: _Place
) -> None:
    if kind == "number":
        numbers = numbers_of(words)
        if numbers.wrong is not None:
            _raise_not_number(place.layout, place.word(numbers.wrong), words[numbers.wrong], name)
        if numbers.quoted is not None:
            parts.quoted.append(place.word(numbers.quoted))
        parts.values[column].append(numbers.values)
        parts.given[column].append(numbers.given)
        return
    if kind == "mark":
        values = np.fromiter(map(_MARKS.__getitem__, words), np.int32, len(words))
        wrong = values == MARK
    else:
        values = codes.of(words)
        wrong = values == MARK
    if wrong.any():
        raise_misfit(place.layout, mark_fault(place.layout, place.word(int(wrong.argmax())), kind))
    given = values > 0 if kind == "mark" else values != NO_VALUE
    parts.values[column].append(values)
    parts.given[column].append(None if given.all() else given)


class _MarkCodes(dict[str, int]):
    def __missing__(self, word: str) -> int:
        return MARK


_MARKS = _MarkCodes({"+": 1, "-": 0})


def _joined(values: list[Values | Codes], given: list[NDArray[np.bool_] | None]) -> Cells:
    if all(part is None for part in given):
        return Cells(concatenated(values), None)
    filled = [np.ones(len(v), np.bool_) if g is None else g for v, g in zip(values, given, strict=True)]
    return Cells(concatenated(values), np.concatenate(filled))


def concatenated(parts: list) -> NDArray:  # type: ignore[type-arg]
    """One array of the parts; a single part is not copied."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _raise_not_number(layout: Layout, word: int, raw: str, name: str) -> NoReturn:
    shown = raw if raw[0] in "'\"" else f"`{raw}`"
    raise_misfit(
        layout,
        error(
            "data-not-number",
            layout.segment.body.span_at(word),
            f"{shown} is not a number",
            f"declare `{name}` symbolic",
        ),
    )


def mark_fault(layout: Layout, word: int, kind: Kind = "symbol") -> ModelError:
    """The error for a word of a run that is a mark where something else must stand, or no mark where one must."""
    span = layout.segment.body.span_at(word)
    expected = "`+` or `-`" if kind == "mark" else "a number or a symbol"
    help = None if kind == "mark" else "put quotes around a symbol of marks"
    return error("syntax", span, f"expected {expected}, found `{span.text if span else ''}`", help)


def head_codes(segment: Segment, codes: WordCodes) -> Codes | None:
    """The codes of a table's head, None where there is no table. Raises ModelError `syntax` at a mark."""
    if segment.columns is None:
        return None
    found = concatenated([codes.of(piece) for piece in segment.columns.pieces()])
    if len(found) and found.min() < 0:
        span = segment.columns.span_at(int((found < 0).argmax()))
        raise error(
            "syntax", span, f"`{span.text if span else ''}` cannot name a column", "put quotes around the symbol"
        )
    return found
