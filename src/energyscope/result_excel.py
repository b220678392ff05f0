"""Results as an Excel workbook: sheets are put together column by column, not cell by cell, so millions take seconds.

A workbook is a ZIP file of XML (ECMA-376); of that, this is the part that plain tables need.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from energyscope.atomic import whole_file

SHEET_ROWS = 1_048_575
"""Rows of a sheet below its head; a longer table goes on in a further sheet."""
SHEET_NAME = 31
"""Characters of the name of a sheet."""
CHUNK = 50_000
"""Rows that are put together at a time."""
CONTENTS = "contents"
"""The first sheet, which lists all others."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


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

    NaN is an empty cell, an infinity a text.
    """
    sheets = list(_sheets(tables))
    head = ("sheet", "kind", "name", "first_row", "rows")
    listed = [(each.name, each.kind, each.item, each.first + 1, len(each.table)) for each in sheets]
    contents = Sheet(CONTENTS, "", "", 0, pd.DataFrame(listed, columns=list(head)))
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        _write_parts(book, [CONTENTS, *(each.name for each in sheets)])
        for number, sheet in enumerate([contents, *sheets], 1):
            with book.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as file:
                _write_sheet(file, sheet.table)


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


def _write_sheet(file: IO[bytes], table: pd.DataFrame) -> None:
    """The head stays in sight when one scrolls."""
    view = '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    file.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews>{view}</sheetView></sheetViews><sheetData>'.encode())
    file.write(f"<row>{''.join(_text_cell(str(column)) for column in table.columns)}</row>".encode())
    for first in range(0, len(table), CHUNK):
        file.write(_rows(table.iloc[first : first + CHUNK]))
    file.write(b"</sheetData></worksheet>")


def _rows(part: pd.DataFrame) -> memoryview:
    cells = [_cells(part.iloc[:, place]) for place in range(part.shape[1])]
    rows = pc.binary_join_element_wise("<row>", *cells, "</row>", "")
    # the texts of an array stand one after another in its last buffer
    return memoryview(rows.buffers()[-1])[: pc.sum(pc.binary_length(rows)).as_py()]


def _cells(column: pd.Series) -> pa.Array:
    types = pd.api.types
    if types.is_bool_dtype(column.dtype):
        return _take([f'<c t="b"><v>{value}</v></c>' for value in (0, 1)], column.to_numpy(dtype=np.int64))
    if types.is_numeric_dtype(column.dtype):
        return _number_cells(column.to_numpy())
    codes, texts = pd.factorize(column, use_na_sentinel=False)
    return _take(["<c/>" if text != text else _text_cell(str(text)) for text in texts], codes)


def _number_cells(values: np.ndarray) -> pa.Array:
    cells = pc.binary_join_element_wise("<c><v>", pa.array(values).cast(pa.string()), "</v></c>", "")
    finite = np.isfinite(values)
    if finite.all():
        return cells
    infinite = [(_text_cell(text), values == float(text)) for text in ("inf", "-inf")]
    for cell, places in [("<c/>", np.isnan(values)), *infinite]:
        cells = pc.if_else(pa.array(places), cell, cells)
    return cells


def _take(cells: Sequence[str], codes: np.ndarray) -> pa.Array:
    return pa.array(cells, pa.string()).take(pa.array(codes))


def _text_cell(text: str) -> str:
    """Characters that XML does not have are written as Excel does, by their number."""
    plain = _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(plain)}</t></is></c>'


def _write_parts(book: zipfile.ZipFile, names: Sequence[str]) -> None:
    """What says which sheets there are."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    types = "".join(_override(f"worksheets/sheet{number}", "worksheet") for number in numbers)
    links = "".join(_link(number, "worksheet", f"worksheets/sheet{number}.xml") for number in numbers)
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{rels}{xml}'
        f"{_override('workbook', 'sheet.main')}{types}</Types>",
        "_rels/.rels": _links(_link(1, "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _links(links),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>",
    }
    for name, content in parts.items():
        book.writestr(name, _HEAD + content)


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
