"""CSV text as GLPK reads it: a line of names, then records; a cell in quotes is text, any other may be a number.

Cells are kept as they are written, each distinct one once a column. A file without commas in quotes is cut by pyarrow,
any other one by a regular expression; what is wrong in it is only looked for when both fail.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from energyscope.language.diagnostics import ModelError, did_you_mean, error
from energyscope.language.source import Source, Span
from energyscope.modeldata.symbols import Codes, Member, Symbols, Values

RECORD_NUMBER = "RECNO"
"""A column that every file has: the number of the record, from 1."""

_CELL = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*'|[^,\r\n"']*)(,|\r\n|\r|\n|\Z)""")
_WELL_FORMED = re.compile(r"""(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^,\r\n"']+)\Z""")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_INFINITE = {"Infinity": np.inf, "+Infinity": np.inf, "-Infinity": -np.inf}


@dataclass(frozen=True, eq=False)
class CsvColumn:
    """One column: the distinct cells as written, and which of them each record has."""

    name: str
    place: int
    cells: list[str]
    choice: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CsvTable:
    """A file: its columns in order, and the number of its records."""

    source: Source
    columns: tuple[CsvColumn, ...]
    length: int

    @cached_property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> CsvColumn:
        """A column by its name. Raises ModelError `data-columns`, at the head of the file, where there is none."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is not None:
            return found
        if name == RECORD_NUMBER:
            numbers = np.arange(self.length, dtype=np.int64)
            return CsvColumn(name, 0, [str(number + 1) for number in numbers.tolist()], numbers)
        help = did_you_mean(name, self.names) or f"it has {', '.join(f'`{each}`' for each in self.names)}"
        raise error("data-columns", self.head, f"`{self.source.name}` has no column `{name}`", help)

    @property
    def head(self) -> Span:
        """The line of names."""
        return Span(self.source, 0, len(self.source.line_text(1)))

    def span(self, record: int, column: CsvColumn) -> Span:
        """The cell of a record (from 0)."""
        wanted = (record + 1) * len(self.columns) + column.place
        for number, match in enumerate(_CELL.finditer(self.source.text)):
            if number == wanted:
                return Span(self.source, match.start(1), max(match.end(1), match.start(1) + 1))
        return self.head


@dataclass(frozen=True, eq=False)
class CellOrigin:
    """Entry i is record i; its subscripts begin in one column, its value stands in another."""

    table: CsvTable
    key: CsvColumn
    value: CsvColumn

    def key_span(self, position: int) -> Span | None:
        """The first subscript."""
        return self.table.span(position, self.key)

    def value_span(self, position: int) -> Span | None:
        """The value."""
        return self.table.span(position, self.value)


def read_csv(source: Source) -> CsvTable:
    """Cut a text into columns. Raises ModelError `data-row-length` or `syntax` at the cell that does not fit."""
    text = source.text.rstrip("\r\n")
    if not text.strip():
        raise error("data-columns", None, f"`{source.name}` is empty: its first line names the columns")
    columns = _by_arrow(text) or _by_cells(text)
    if columns is None:
        raise _first_mistake(source, text)
    names = [_text_of(column.cells[column.choice[0]]) for column in columns]
    repeated = next((name for place, name in enumerate(names) if name in names[:place]), None)
    table = CsvTable(source, tuple(_below(column, name) for column, name in zip(columns, names, strict=True)), 0)
    if repeated is not None:
        raise error("data-columns", table.head, f"two columns have the name `{repeated}`")
    return CsvTable(source, table.columns, len(columns[0].choice) - 1)


def codes_of(column: CsvColumn, symbols: Symbols) -> Codes:
    """The cells of a column as members."""
    return symbols.codes(member_of(cell) for cell in column.cells)[column.choice]


def numbers_of(table: CsvTable, column: CsvColumn, name: str) -> Values:
    """The cells of a column as numbers. Raises ModelError `data-not-number` at the first that is none."""
    distinct = np.array([_number_of(cell) for cell in column.cells], dtype=np.float64)
    numbers: Values = distinct[column.choice]
    wrong = np.flatnonzero(np.isnan(numbers))
    if len(wrong):
        cell = column.cells[column.choice[wrong[0]]]
        help = "take the quotes away" if _NUMBER.match(_text_of(cell)) else f"`{name}` holds numbers"
        raise error("data-not-number", table.span(int(wrong[0]), column), f"`{cell}` is not a number", help)
    return numbers


def member_of(cell: str) -> Member:
    """A cell as a member: text in quotes, a number, or a word."""
    return float(cell) if _NUMBER.match(cell) else _text_of(cell)


def _number_of(cell: str) -> float:
    return float(cell) if _NUMBER.match(cell) else _INFINITE.get(_text_of(cell), np.nan)


def _text_of(cell: str) -> str:
    quote = cell[:1]
    return cell[1:-1].replace(quote * 2, quote) if quote in ("'", '"') and len(cell) > 1 else cell


def _below(column: CsvColumn, name: str) -> CsvColumn:
    """The column without its name, of which no record may know."""
    return CsvColumn(name, column.place, column.cells, column.choice[1:])


def _by_arrow(text: str) -> list[CsvColumn] | None:
    """All lines, the first one too; None where quotes or line lengths need more care."""
    import pyarrow as pa
    from pyarrow import csv

    width = text.split("\n", 1)[0].count(",") + 1
    names = [str(place) for place in range(width)]
    try:
        table = csv.read_csv(
            io.BytesIO(text.encode("utf-8", "surrogatepass")),
            read_options=csv.ReadOptions(column_names=names),
            parse_options=csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns: list[CsvColumn] = []
    for place, name in enumerate(names):
        encoded = table.column(name).combine_chunks().dictionary_encode()
        cells = encoded.dictionary.to_pylist()
        if not all(map(_WELL_FORMED.match, cells)):
            return None
        columns.append(CsvColumn(name, place, cells, encoded.indices.to_numpy().astype(np.int64)))
    return columns


def _by_cells(text: str) -> list[CsvColumn] | None:
    """All lines, cut by the pattern of a cell; None where it leaves something out."""
    found = _CELL.findall(text)[:-1]  # without the empty match at the very end
    if text.endswith(",") or sum(len(cell) + len(end) for cell, end in found) != len(text):
        return None
    ends = np.flatnonzero([end != "," for _, end in found])
    widths = np.diff(ends, prepend=-1)
    if (widths != widths[0]).any() or any(not cell for cell, _ in found):
        return None
    return [_column(place, [cell for cell, _ in found[place :: widths[0]]]) for place in range(int(widths[0]))]


def _column(place: int, cells: Sequence[str]) -> CsvColumn:
    distinct = list(dict.fromkeys(cells))
    numbers = {cell: number for number, cell in enumerate(distinct)}
    return CsvColumn(str(place), place, distinct, np.array([numbers[cell] for cell in cells], dtype=np.int64))


def _first_mistake(source: Source, text: str) -> ModelError:
    """What keeps a text from being a table, at the first place where it does not fit."""
    width, place, position = 0, 0, 0
    while position <= len(text):
        match = _CELL.match(text, position)
        if match is None:
            what = "a quote that is not closed" if text[position] in "\"'" else "a quote within a cell"
            return error("syntax", Span(source, position, position + 1), what, "a quote within quotes is doubled")
        span = Span(source, position, max(match.end(1), position + 1))
        if not match[1]:
            return error("data-row-length", span, "empty cells and empty lines are not allowed", "leave the record out")
        place, position = place + 1, match.end()
        if width and place > width:
            return error("data-row-length", span, f"this record has more than the {width} cells of the first line")
        if match[2] == ",":
            continue
        width = width or place
        if place < width:
            return error("data-row-length", span, f"this record has {place} of the {width} cells of the first line")
        place = 0
        if not match[2]:
            break
    return error("syntax", None, f"`{source.name}` cannot be cut into columns")
