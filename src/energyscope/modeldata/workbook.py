"""Data as an Excel workbook, a sheet an item. A sheet is read as the CSV text with the same cells."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from energyscope.atomic import whole_file
from energyscope.language.diagnostics import error
from energyscope.language.source import Source
from energyscope.modeldata.csvtext import CsvTable, read_csv
from energyscope.modeldata.symbols import label

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

CONTENTS = "contents"
"""A sheet with the columns `sheet` and `name`, for items whose names no sheet can have."""
SHEET_NAME = 31
"""Characters of the name of a sheet."""
SHEET_ROWS = 1_048_576
EMPTY = '""'
"""What a cell holds for a text without characters: to a workbook that would be a blank cell."""


def read(path: Path) -> Iterator[tuple[str, CsvTable]]:
    """The tables of a workbook by their names. Raises ModelError for another file and for cells that do not fit."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError) as failure:
        raise error("file", None, f"`{path}` is no Excel workbook", "save it as .xlsx") from failure
    try:
        sheets: dict[str, Any] = {sheet.title: sheet for sheet in book.worksheets}
        names = _names(sheets.pop(CONTENTS)) if CONTENTS in sheets else {}
        for title, sheet in sheets.items():
            text = _text_of(sheet)
            if text:
                yield names.get(title, title), read_csv(Source(f"{path}[{title}]", text))
    finally:
        book.close()


def _names(contents: ReadOnlyWorksheet) -> dict[str, str]:
    rows = [row[:2] for row in contents.iter_rows(min_row=2, values_only=True)]
    return {str(row[0]): str(row[1]) for row in rows if len(row) == 2 and row[0] is not None}


def _text_of(sheet: ReadOnlyWorksheet) -> str:
    """The cells of a sheet as CSV; what is blank below and to the right does not count."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell is not None), default=0)
    return "\n".join(",".join(map(_cell, row[:width])) for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return label(float(value))
    if value == EMPTY:
        return EMPTY
    return '"' + str(value).replace('"', '""') + '"'


def write(path: Path, tables: Iterable[tuple[str, pd.DataFrame]]) -> None:
    """Write a sheet for every table. Raises ModelError `export` for one that is longer than a sheet."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    contents = book.create_sheet(CONTENTS)
    contents.append(["sheet", "name"])
    taken = {CONTENTS}
    for name, table in tables:
        if len(table) >= SHEET_ROWS:
            message = f"`{name}` has {len(table):,} rows, a sheet holds {SHEET_ROWS - 1:,}"
            raise error("export", None, message, "use CSV or NetCDF")
        title = _title(name, taken)
        contents.append([title, name])
        sheet = book.create_sheet(title)
        sheet.append([str(column) for column in table.columns])
        for row in zip(*(table.iloc[:, place].tolist() for place in range(table.shape[1])), strict=True):
            sheet.append([_value(value) for value in row])
    with whole_file(path) as part:
        book.save(part)


def _value(value: object) -> object:
    """A cell to be written."""
    if isinstance(value, np.generic):
        return value.item()
    return EMPTY if value == "" else value


def _title(name: str, taken: set[str]) -> str:
    """A free name for a sheet; upper and lower case are the same there."""
    title, number = name[:SHEET_NAME], 1
    while title.lower() in taken:
        number += 1
        title = f"{name[: SHEET_NAME - 1 - len(str(number))]}_{number}"
    taken.add(title.lower())
    return title
