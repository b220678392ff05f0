"""Results as an Excel workbook, written by XlsxWriter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from energyscope.atomic import whole_file

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS = 1_048_575
"""Rows of a sheet below its head; a longer table goes on in a further sheet."""
SHEET_NAME = 31
"""Characters of the name of a sheet."""
CONTENTS = "contents"
"""The first sheet, which lists all others."""
OPTIONS = {"constant_memory": True}
"""Rows leave the memory once they are written."""


@dataclass(frozen=True)
class Sheet:
    """A table, or the part of it that fits, under a free name."""

    name: str
    kind: str
    item: str
    first: int
    table: pd.DataFrame


def write_workbook(tables: Iterable[tuple[str, str, pd.DataFrame]], path: str | Path) -> None:
    """Write flat tables, given with kind and name: a sheet each (several for a long one), and `contents` before them.

    NaN is an empty cell, an infinity a text; numbers have 16 digits.
    """
    import xlsxwriter  # only where a workbook is asked for

    sheets = list(_sheets(tables))
    head = ("sheet", "kind", "name", "first_row", "rows")
    listed = [(each.name, each.kind, each.item, each.first + 1, len(each.table)) for each in sheets]
    contents = Sheet(CONTENTS, "", "", 0, pd.DataFrame(listed, columns=list(head)))
    with whole_file(path) as part, xlsxwriter.Workbook(str(part), OPTIONS) as book:
        for sheet in (contents, *sheets):
            _write_sheet(book.add_worksheet(sheet.name), sheet.table)


def _sheets(tables: Iterable[tuple[str, str, pd.DataFrame]]) -> Iterator[Sheet]:
    taken = {CONTENTS}
    for kind, name, table in tables:
        for first in range(0, max(len(table), 1), SHEET_ROWS):
            yield Sheet(_sheet_name(name, kind, taken), kind, name, first, table.iloc[first : first + SHEET_ROWS])


def _sheet_name(name: str, kind: str, taken: set[str]) -> str:
    """A free name: the item's own, cut where too long, with the kind or a number where taken (case ignored)."""
    plain = re.sub(r"[\[\]:*?/\\]", "_", name)
    candidates = [plain[:SHEET_NAME], f"{plain[: SHEET_NAME - len(kind) - 1]} {kind}"]
    candidates += [f"{plain[: SHEET_NAME - 4]}~{number}" for number in range(2, 1000)]
    chosen = next(candidate for candidate in candidates if candidate.casefold() not in taken)
    taken.add(chosen.casefold())
    return chosen


def _write_sheet(sheet: Worksheet, table: pd.DataFrame) -> None:
    """The head stays in sight when one scrolls. XlsxWriter takes a sheet row by row.

    A text is a text, also when it is empty, or begins with `=` or `http`.
    """
    sheet.add_write_handler(str, _text)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [str(column) for column in table.columns])
    columns = [_cells(table.iloc[:, place]) for place in range(table.shape[1])]
    for row, cells in enumerate(zip(*columns, strict=True), 1):
        sheet.write_row(row, 0, cells)


def _text(sheet: Worksheet, row: int, column: int, text: str, style: object = None) -> object:
    return sheet.write_string(row, column, text)


def _cells(column: pd.Series) -> list[object]:
    """The values of a column as Python has them."""
    infinite = column.isin([float("inf"), float("-inf")])
    if not (column.isna().any() or infinite.any()):
        return list(column.tolist())
    cells = column.astype(object)
    return list(cells.where(~infinite, cells.astype(str)).where(column.notna(), None).tolist())
