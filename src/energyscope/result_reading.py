"""Results read back from the files that `result_files` writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError
from energyscope.result_columns import Layout, restored
from energyscope.result_files import MANIFEST, RUNS, Layouts, Runs

Tables = dict[str, dict[str, pd.DataFrame]]


def read_result(path: str | Path) -> tuple[Runs, Tables]:
    """The runs and the tables by kind and name, of a folder or of a NetCDF file.

    Raises EnergyscopeError where there are no results.
    """
    place = Path(path)
    if place.is_dir():
        return _read_folder(place)
    if not place.exists():
        raise _unreadable(f"there is no `{place}`")
    if not h5_signature(place):
        raise _unreadable(f"`{place}` is not a NetCDF file")
    return _read_netcdf(place)


def h5_signature(path: Path) -> bool:
    """Whether a file begins like one of HDF5, which NetCDF files are."""
    with path.open("rb") as file:
        return file.read(8) == b"\x89HDF\r\n\x1a\n"


def _read_folder(folder: Path) -> tuple[Runs, Tables]:
    if not (folder / MANIFEST).is_file():
        raise _unreadable(f"`{folder}` holds no results: it has no `{MANIFEST}`")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    suffix = f".{manifest['format']}"
    runs = json.loads((folder / RUNS).read_text(encoding="utf-8"))
    read = _parquet if suffix == ".parquet" else _csv
    return runs, _restored(
        manifest["tables"], lambda kind, name, layout: read(folder / kind / f"{name}{suffix}", layout)
    )


def _parquet(path: Path, layout: Layout) -> pd.DataFrame:
    return pd.read_parquet(path)


def _csv(path: Path, layout: Layout) -> pd.DataFrame:
    """Arrow reads a double as the nearest one to its text, which is the one that was written."""
    types = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    options = csv.ConvertOptions(
        column_types={name: types.get(kind, pa.string()) for name, kind in layout.columns.items()},
        null_values=[""],
        true_values=["True", "true"],
        false_values=["False", "false"],
        strings_can_be_null=False,
    )
    table = csv.read_csv(path, csv.ReadOptions(), csv.ParseOptions(newlines_in_values=True), options)
    return table.to_pandas()


def _read_netcdf(path: Path) -> tuple[Runs, Tables]:
    import h5netcdf

    with h5netcdf.File(path, "r") as file:
        if not {"runs", "tables"} <= file.attrs.keys():
            raise _unreadable(f"`{path}` holds no results: it has no attribute `tables`")
        layouts = json.loads(file.attrs["tables"])
        tables = _restored(layouts, lambda kind, name, layout: _group(file[f"{kind}/{name}"], layout))
        return json.loads(file.attrs["runs"]), tables


def _group(group: Any, layout: Layout) -> pd.DataFrame:
    return pd.DataFrame({name: _values(group.variables, name) for name in layout.columns})


def _values(variables: Mapping[str, Any], name: str) -> Any:
    values = variables[name][...]
    if f"{name}_text" not in variables:
        return values
    texts = np.asarray(variables[f"{name}_text"][...], dtype=object)
    return pd.Series(texts[values] if len(texts) else [], dtype="str")


def _restored(layouts: Layouts, read: Callable[[str, str, Layout], pd.DataFrame]) -> Tables:
    tables: Tables = {}
    for kind, names in layouts.items():
        for name, fields in names.items():
            layout = Layout.from_json(fields)
            tables.setdefault(kind, {})[name] = restored(read(kind, name, layout), layout)
    return tables


def _unreadable(message: str) -> EnergyscopeError:
    help = "give a folder that `--out` or `Result.write` made, or a file of `Result.to_netcdf`"
    return EnergyscopeError(Diagnostic("result", "error", None, message, help))
