"""Results written to files: NetCDF, Parquet, CSV, Excel. Every file is written whole or not at all."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from energyscope.atomic import whole_file
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.result_columns import flattened
from energyscope.result_excel import write_workbook

if TYPE_CHECKING:
    import xarray as xr

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


WRITERS = 2
"""Threads that write; one table is made meanwhile."""


def write_parquet(kinds: Kinds, runs: Runs, folder: str | Path, *, with_csv: bool = False) -> None:
    """`KIND/NAME.parquet` for every table, `runs.json` and `tables.json`; with CSV, short tables in both forms."""

    def formats(kind: str, rows: int) -> tuple[Format, ...]:
        short = rows <= CSV_ROWS.get(kind, CSV_ROWS_OF_OTHERS)
        return ("parquet", "csv") if with_csv and short else ("parquet",)

    _write_folder(kinds, runs, Path(folder), "parquet", formats)


def write_csv(kinds: Kinds, runs: Runs, folder: str | Path) -> None:
    """`KIND/NAME.csv` for every table, `runs.json` and `tables.json`."""
    _write_folder(kinds, runs, Path(folder), "csv", lambda kind, rows: ("csv",))


def _write_folder(
    kinds: Kinds, runs: Runs, folder: Path, format: Format, formats: Callable[[str, int], tuple[Format, ...]]
) -> None:
    """Tables are written by threads of Arrow while the next ones are made; only this one makes any."""
    layouts: Layouts = {}
    with ThreadPoolExecutor(WRITERS) as pool:
        writing: list[Future[None]] = []
        for kind, name, table in _made(kinds):
            flat, layout = flattened(table)
            arrow = pa.Table.from_pandas(flat, preserve_index=False)
            (folder / kind).mkdir(parents=True, exist_ok=True)
            writing += [
                pool.submit(_write_table, arrow, folder / kind / f"{name}.{each}") for each in formats(kind, len(flat))
            ]
            layouts.setdefault(kind, {})[name] = layout.to_json()
        for each in writing:
            each.result()
    _close(folder, runs, layouts, format)


def _write_table(table: pa.Table, target: Path) -> None:
    with whole_file(target) as part:
        if target.suffix == ".parquet":
            parquet.write_table(table, part)
        else:
            csv.write_csv(table, part, csv.WriteOptions(quoting_style="needed"))


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
    import xarray as xr

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


def write_excel(kinds: Kinds, runs: Runs, path: str | Path) -> None:
    """A workbook with a sheet for every table (several for one longer than a sheet), `contents` and `runs` first."""
    figures = pd.json_normalize(runs).map(lambda each: "; ".join(map(str, each)) if isinstance(each, list) else each)
    tables = [(kind, name, flattened(table)[0]) for kind, name, table in _made(kinds)]
    write_workbook([("", "runs", flattened(figures)[0]), *tables], path)


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
    import xarray as xr

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
