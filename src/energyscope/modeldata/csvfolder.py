"""Data as a folder of CSV files, one an item: `NAME.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from energyscope.atomic import whole_file
from energyscope.language.diagnostics import error
from energyscope.language.source import Source
from energyscope.modeldata.csvtext import CsvTable, read_csv


def read(folder: Path) -> Iterator[tuple[str, CsvTable]]:
    """The tables of a folder by the names of their files. Raises ModelError where there is none or one is broken."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    if not files:
        raise error("file", None, f"there is no CSV file in `{folder}`", "each item has its own, `NAME.csv`")
    for path in files:
        yield path.stem, read_csv(Source.from_file(path))


def write(folder: Path, tables: Iterable[tuple[str, pd.DataFrame]]) -> None:
    """Write `NAME.csv` for every table: texts in quotes, numbers with their shortest digits."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables:
        with whole_file(folder / f"{name}.csv") as part:
            table.to_csv(part, index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n", encoding="utf-8")
