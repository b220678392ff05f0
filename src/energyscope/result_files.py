"""Results written to files: NetCDF, Parquet, CSV, Excel. Every file is written whole or not at all."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import xarray as xr

from energyscope.atomic import whole_file
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError
from energyscope.result_columns import flattened

Kinds = Iterable[tuple[str, Mapping[str, pd.DataFrame]]]
Runs = list[dict[str, Any]]
Layouts = dict[str, dict[str, Any]]
Format = Literal["parquet", "csv"]

logger = logging.getLogger(__name__)

RUNS = "runs.json"
"""Status, objective and figures of every run."""
MANIFEST = "tables.json"
"""The tables of a folder and how they are laid out: what reading goes by."""
CSV_ROWS = {"variables": 50_000, "postprocessing": 50_000}
"""Tables up to this length are written as CSV beside Parquet: what people read, F_t of core (39,168 rows) too."""
CSV_ROWS_OF_OTHERS = 10_000
"""The same for parameters, sets, constraints and reduced costs; all of core as CSV are 90 MB and take seconds."""
SHEET_ROWS = 1_048_575
"""Rows of an Excel sheet below its head."""
SHEET_NAME = 31
"""Characters of the name of an Excel sheet."""


def write_parquet(kinds: Kinds, runs: Runs, folder: str | Path, *, with_csv: bool = False) -> None:
    """`KIND/NAME.parquet` for every table, `runs.json` and `tables.json`; with CSV, short tables in both forms."""
    layouts: Layouts = {}
    for kind, name, table in _made(kinds):
        flat, layout = flattened(table)
        _write_flat(flat, Path(folder) / kind / f"{name}.parquet")
        if with_csv and len(flat) <= CSV_ROWS.get(kind, CSV_ROWS_OF_OTHERS):
            _write_flat(flat, Path(folder) / kind / f"{name}.csv")
        layouts.setdefault(kind, {})[name] = layout.to_json()
    _close(Path(folder), runs, layouts, "parquet")


def write_csv(kinds: Kinds, runs: Runs, folder: str | Path) -> None:
    """`KIND/NAME.csv` for every table, `runs.json` and `tables.json`."""
    layouts: Layouts = {}
    for kind, name, table in _made(kinds):
        flat, layout = flattened(table)
        _write_flat(flat, Path(folder) / kind / f"{name}.csv")
        layouts.setdefault(kind, {})[name] = layout.to_json()
    _close(Path(folder), runs, layouts, "csv")


def _write_flat(flat: pd.DataFrame, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(target) as part:
        if target.suffix == ".parquet":
            flat.to_parquet(part, index=False)
        else:
            flat.to_csv(part, index=False)


def _close(folder: Path, runs: Runs, layouts: Layouts, format: Format) -> None:
    """Write what the folder holds, and remove the tables of an earlier result that are not part of this one."""
    folder.mkdir(parents=True, exist_ok=True)
    earlier = _tables_in(folder / MANIFEST)
    with whole_file(folder / RUNS) as part:
        part.write_text(_strict_json(runs), encoding="utf-8")
    with whole_file(folder / MANIFEST) as part:
        part.write_text(_strict_json({"format": format, "tables": layouts}), encoding="utf-8")
    for kind, name in earlier:
        if name not in layouts.get(kind, {}):
            for suffix in (".parquet", ".csv"):
                (folder / kind / f"{name}{suffix}").unlink(missing_ok=True)


def _tables_in(manifest: Path) -> list[tuple[str, str]]:
    if not manifest.is_file():
        return []
    tables = json.loads(manifest.read_text(encoding="utf-8"))["tables"]
    return [(kind, name) for kind, names in tables.items() for name in names]


def write_netcdf(kinds: Kinds, runs: Runs, path: str | Path) -> None:
    """One file with a group `KIND/NAME` for every table; the attributes `runs` and `tables` are JSON.

    A group has the dimension `row` and a variable for each column. Texts are stored once: a column of texts is a
    variable of codes, and `COLUMN_text` on the dimension `COLUMN_code` gives the text of each.
    """
    groups: dict[str, xr.Dataset] = {}
    encoding: dict[str, Any] = {}
    layouts: Layouts = {}
    for kind, name, table in _made(kinds):
        flat, layout = flattened(table)
        dataset = _dataset(flat)
        groups[f"/{kind}/{name}"] = dataset
        packed = {column: {"zlib": True, "complevel": 1} for column in dataset if dataset[column].dtype != object}
        encoding[f"/{kind}/{name}"] = packed
        layouts.setdefault(kind, {})[name] = layout.to_json()
    groups["/"] = xr.Dataset(attrs={"runs": _strict_json(runs), "tables": _strict_json(layouts)})
    with whole_file(path) as part:
        xr.DataTree.from_dict(groups).to_netcdf(part, encoding=encoding, engine="h5netcdf")


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
        yield _sheet_name(name, kind, taken), flattened(table)[0]


def _export_error(message: str, help: str) -> EnergyscopeError:
    return EnergyscopeError(Diagnostic("export", "error", None, message, help))


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


def _strict_json(fields: object) -> str:
    return json.dumps(fields, indent=2, allow_nan=False) + "\n"


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
