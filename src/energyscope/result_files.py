"""Results as files: NetCDF, Parquet, CSV, Excel. Every file is written whole or not at all."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from energyscope.atomic import whole_file
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError

Kinds = Iterable[tuple[str, Mapping[str, pd.DataFrame]]]
Summary = list[dict[str, Any]]

logger = logging.getLogger(__name__)

SHEET_ROWS = 1_048_575
"""Rows of an Excel sheet below its head."""
SHEET_NAME = 31
"""Characters of the name of an Excel sheet."""


def write_parquet(kinds: Kinds, summary: Summary, folder: str | Path) -> None:
    """`KIND/NAME.parquet` for every table, and `runs.json`. Index levels that mix numbers and texts become texts."""
    for target, table in _targets(kinds, folder, ".parquet"):
        with whole_file(target) as part:
            _flat(table).to_parquet(part, index=False)
    _write_summary(summary, folder)


def write_csv(kinds: Kinds, summary: Summary, folder: str | Path) -> None:
    """`KIND/NAME.csv` for every table, and `runs.json`."""
    for target, table in _targets(kinds, folder, ".csv"):
        with whole_file(target) as part:
            _flat(table).to_csv(part, index=False)
    _write_summary(summary, folder)


def write_netcdf(kinds: Kinds, summary: Summary, path: str | Path) -> None:
    """One file with a group `KIND/NAME` for every table and the runs as JSON in the attribute `runs`.

    A group has the dimension `row` and a variable for each column. Texts are stored once: a column of texts is a
    variable of codes, and `COLUMN_text` on the dimension `COLUMN_code` gives the text of each.
    """
    with whole_file(path) as part:
        xr.Dataset(attrs={"runs": json.dumps(summary)}).to_netcdf(part)
        for kind, name, table in _made(kinds):
            dataset = _dataset(_flat(table))
            compressed = {
                column: {"zlib": True, "complevel": 1} for column in dataset if dataset[column].dtype != object
            }
            dataset.to_netcdf(part, mode="a", group=f"{kind}/{name}", encoding=compressed)


def write_excel(kinds: Kinds, path: str | Path) -> None:
    """A workbook with a sheet for every table.

    Raises EnergyscopeError when openpyxl is not installed or a table is longer than a sheet can be.
    """
    if find_spec("openpyxl") is None:
        raise _export_error("Excel files need the package `openpyxl`", "pip install openpyxl")
    sheets = dict(_sheets(kinds)) or {"empty": pd.DataFrame()}
    with whole_file(path) as part, pd.ExcelWriter(part, engine="openpyxl") as book:
        for sheet, table in sheets.items():
            table.to_excel(book, sheet_name=sheet, index=False)


def _sheets(kinds: Kinds) -> Iterable[tuple[str, pd.DataFrame]]:
    taken: set[str] = set()
    for kind, name, table in _made(kinds):
        if len(table) > SHEET_ROWS:
            message = f"`{name}` has {len(table)} rows, an Excel sheet holds {SHEET_ROWS}"
            raise _export_error(message, "write Parquet or CSV")
        yield _sheet_name(name, kind, taken), _flat(table)


def _export_error(message: str, help: str) -> EnergyscopeError:
    return EnergyscopeError(Diagnostic("export", "error", None, message, help))


def _targets(kinds: Kinds, folder: str | Path, suffix: str) -> Iterable[tuple[Path, pd.DataFrame]]:
    for kind, name, table in _made(kinds):
        target = Path(folder) / kind / f"{name}{suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        yield target, table


def _made(kinds: Kinds) -> Iterable[tuple[str, str, pd.DataFrame]]:
    """All tables; one of values that the run did not need and that cannot be computed is left out."""
    for kind, tables in kinds:
        for name in tables:
            try:
                table = tables[name]
            except EnergyscopeError as failure:
                logger.warning("%s of `%s` are left out: %s", kind, name, failure.diagnostics[0].message)
                continue
            yield kind, name, table


def _write_summary(summary: Summary, folder: str | Path) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    with whole_file(Path(folder) / "runs.json") as part:
        part.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its index as columns; columns that mix numbers and texts as texts."""
    flat = table.reset_index(drop=isinstance(table.index, pd.RangeIndex))
    for column in flat.columns:
        if flat[column].dtype == object:
            flat[column] = flat[column].map(str)
    return flat


def _dataset(flat: pd.DataFrame) -> xr.Dataset:
    variables: dict[str, Any] = {}
    for column in flat.columns:
        values = flat[column]
        if pd.api.types.is_numeric_dtype(values):
            variables[str(column)] = ("row", values.to_numpy())
        else:
            codes, texts = pd.factorize(values)
            variables[str(column)] = ("row", codes.astype("int32"))
            variables[f"{column}_text"] = (f"{column}_code", texts.to_numpy(dtype=object))
    return xr.Dataset(variables)


def _sheet_name(name: str, kind: str, taken: set[str]) -> str:
    """A free sheet name: the item's own, cut where too long, with the kind or a number where taken (case ignored)."""
    candidates = [name[:SHEET_NAME], f"{name[: SHEET_NAME - len(kind) - 1]} {kind}"]
    candidates += [f"{name[: SHEET_NAME - 4]}~{number}" for number in range(2, 1000)]
    chosen = next(candidate for candidate in candidates if candidate.casefold() not in taken)
    taken.add(chosen.casefold())
    return chosen
