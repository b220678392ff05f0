"""dispatch.parquet and dispatch.csv: the flows of a run as files, the same bytes for the same values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from energyscope.families.btm import columns
from energyscope.families.btm.bundles.folder import DISPATCH, Folder
from energyscope.families.btm.config.schemas import SCHEMA_VERSION
from energyscope.families.btm.refusals import refuse
from energyscope.families.btm.series.timeseries import parquet_table, read_bytes


def dispatch_parquet(flows: pd.DataFrame, site_id: str) -> bytes:
    """The bytes of dispatch.parquet: index `timestamp` in UTC, flows in their order, schema version and site noted."""
    table = pa.Table.from_pandas(_ordered(flows), nthreads=1)
    noted = {b"btm_schema_version": str(SCHEMA_VERSION).encode(), b"site_id": site_id.encode()}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **noted}), sink)
    return sink.getvalue().to_pybytes()


def dispatch_csv(flows: pd.DataFrame) -> bytes:
    """The bytes of dispatch.csv: the same columns, instants as `2025-06-01T00:00:00Z`."""
    text: str = _ordered(flows).to_csv(date_format="%Y-%m-%dT%H:%M:%SZ", lineterminator="\n")
    return text.encode()


def read_flows(folder: Folder) -> pd.DataFrame:
    """The flows in the dispatch.parquet of a folder.

    Raises BtmError: BTM001 where there is none, BTM002 where it cannot be read, BTM401 where a column is missing.
    """
    if not folder.has(DISPATCH):
        raise refuse("BTM001", f"`{folder.shown(DISPATCH)}` does not exist", "run `gridq backtest` first")
    table = parquet_table(read_bytes(folder, DISPATCH), folder.shown(DISPATCH))
    absent = [f"`{name}`" for name in (columns.TIMESTAMP, *columns.DISPATCH) if name not in table]
    if absent or table.empty:
        lacks = ", ".join(absent) or "rows"
        raise refuse("BTM401", f"{folder.shown(DISPATCH)} was altered: it has no {lacks}", "run the bundle again")
    return table.set_index(columns.TIMESTAMP)


def _ordered(flows: pd.DataFrame) -> pd.DataFrame:
    """Only values, index and names: no attributes or index frequency find their way into the file; zeros lose signs."""
    names = [*columns.DISPATCH, *(name for name in flows if name not in columns.DISPATCH)]
    index = pd.DatetimeIndex(flows.index, name=columns.TIMESTAMP, freq=None).as_unit("us")
    return pd.DataFrame({name: flows[name].to_numpy(np.float64) + 0.0 for name in names}, index=index)
