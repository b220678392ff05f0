"""scenarios.csv and scenarios.parquet: the table of a grid as files, sealed with what it was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.bundles.hashes import FileHash
from energyscope.families.btm.bundles.jsontext import DECIMALS
from energyscope.families.btm.bundles.writing import write_files
from energyscope.families.btm.config.schemas import SCHEMA_VERSION
from energyscope.families.btm.refusals import refuse

CSV, PARQUET = "scenarios.csv", "scenarios.parquet"
_INPUTS, _COMMAND = b"btm_inputs", b"btm_command"
"""Metadata of the parquet file: fingerprints of the inputs, and the command with its options."""


def write_scenarios(
    folder: str | Path, table: pd.DataFrame, *, inputs: Mapping[str, FileHash], command: str, overwrite: bool = False
) -> None:
    """Write the table of a grid that was run on `inputs` by `command` (with its options, without paths).

    Raises BtmError as `require_unchanged`, and BTM004 where the folder takes no file.
    """
    if not overwrite:
        require_unchanged(folder, inputs=inputs, command=command)
    rounded = _rounded(table)
    write_files(Folder.of(folder), {CSV: _csv(rounded), PARQUET: _parquet(rounded, inputs, command)})


def require_unchanged(folder: str | Path, *, inputs: Mapping[str, FileHash], command: str) -> None:
    """Raises BtmError BTM003 where the folder has a table that was made from other inputs or by another command."""
    target = Folder.of(folder)
    if not target.has(PARQUET):
        return
    try:
        told = pq.read_schema(pa.BufferReader(target.read(PARQUET))).metadata or {}
    except (pa.ArrowException, OSError):
        told = {}
    if told.get(_INPUTS) != _sorted(inputs) or told.get(_COMMAND) != command.encode():
        message = f"`{target.shown(PARQUET)}` was made from other inputs, or with other options"
        help = "keep it and choose another folder with `--out DIR`, or replace it with `--overwrite`"
        raise refuse("BTM003", f"{message}; expected the same", help)


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Figures to the decimals of all files, zeros without sign."""
    numbers = table.select_dtypes(np.float64)
    return table.assign(**{str(name): numbers[name].round(DECIMALS) + 0.0 for name in numbers})


def _csv(table: pd.DataFrame) -> bytes:
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode()


def _parquet(table: pd.DataFrame, inputs: Mapping[str, FileHash], command: str) -> bytes:
    columns = pa.Table.from_pandas(table, preserve_index=False, nthreads=1)
    told = {
        b"btm_schema_version": str(SCHEMA_VERSION).encode(),
        _INPUTS: _sorted(inputs),
        _COMMAND: command.encode(),
    }
    sink = pa.BufferOutputStream()
    pq.write_table(columns.replace_schema_metadata({**(columns.schema.metadata or {}), **told}), sink)
    return sink.getvalue().to_pybytes()


def _sorted(inputs: Mapping[str, FileHash]) -> bytes:
    return json.dumps(inputs, sort_keys=True).encode()
