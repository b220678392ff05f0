"""What a run leaves in its folder: dispatch, metrics, statistics of the solver, and metadata that seal them."""

from __future__ import annotations

from collections.abc import Container, Mapping
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from energyscope.backends.versions import versions
from energyscope.families.btm.bundles.dispatch_file import dispatch_csv, dispatch_parquet
from energyscope.families.btm.bundles.folder import (
    DISPATCH,
    DISPATCH_CSV,
    METADATA,
    METRICS,
    STATS,
    UNDERWRITING,
    Folder,
)
from energyscope.families.btm.bundles.hashes import FileHash, content_sha256, file_hash
from energyscope.families.btm.bundles.immutable import refuse_changed
from energyscope.families.btm.bundles.jsontext import json_bytes
from energyscope.families.btm.bundles.writing import write_files
from energyscope.families.btm.config.schemas import SCHEMA_VERSION
from energyscope.families.btm.dispatch import Dispatch

DEPENDENCIES = ("numpy", "pandas", "pyarrow")
"""Packages whose versions the metadata name beside linopy and HiGHS."""
_OPTIONAL_OUTPUTS = (DISPATCH_CSV, UNDERWRITING)


def write_outputs(
    folder: str | Path,
    dispatch: Dispatch,
    metrics: Mapping[str, Any],
    stats: Mapping[str, Any],
    *,
    inputs: Mapping[str, FileHash],
    command: str,
    csv: bool = False,
    overwrite: bool = False,
) -> None:
    """Write the outputs of a run, made from `inputs` by `command` (with its options, without paths).

    `metrics` and `stats` are the trees of metrics.json and solve_stats.json; what stands in `underwriting` of the first
    becomes underwriting.json, and the timings of the second get the seconds of `write`. Raises BtmError: BTM003 where
    the folder has outputs of other inputs or options and `overwrite` is not set, BTM004 where it takes no file.
    """
    target = Folder.of(folder)
    if not overwrite:
        refuse_changed(target, inputs, command)
    files = output_files(dispatch, metrics, stats, inputs=inputs, command=command, csv=csv)
    write_files(target, files)
    remove_others(target, files)


def output_files(
    dispatch: Dispatch,
    metrics: Mapping[str, Any],
    stats: Mapping[str, Any],
    *,
    inputs: Mapping[str, FileHash],
    command: str,
    csv: bool = False,
) -> dict[str, bytes]:
    """The outputs of a run by their names, as `write_outputs` writes them: the metadata, which seal them, last."""
    began = perf_counter()
    sealed = _sealed(dispatch, metrics, csv)
    metadata = bundle_metadata(sealed, inputs=inputs, command=command, content=content_sha256(dispatch.frame))
    timings = {**stats.get("timings_s", {}), "write": perf_counter() - began}
    return {**sealed, STATS: json_bytes({**stats, "timings_s": timings}), METADATA: json_bytes(metadata)}


def remove_others(folder: Folder, files: Container[str]) -> None:
    """Remove outputs of an earlier run that this one, which made `files`, does not make."""
    for name in _OPTIONAL_OUTPUTS:
        if name not in files and folder.fs.isfile(folder.place(name)):
            folder.fs.rm_file(folder.place(name))


def _sealed(dispatch: Dispatch, metrics: Mapping[str, Any], csv: bool) -> dict[str, bytes]:
    """The files whose hashes the metadata bear, in the order they are moved into place."""
    files = {DISPATCH: dispatch_parquet(dispatch.flows, metrics["site_id"])}
    if csv:
        files[DISPATCH_CSV] = dispatch_csv(dispatch.flows)
    files[METRICS] = json_bytes(metrics)
    if metrics["underwriting"] is not None:
        files[UNDERWRITING] = json_bytes(metrics["underwriting"])
    return files


def bundle_metadata(
    outputs: Mapping[str, bytes], *, inputs: Mapping[str, FileHash], command: str, content: str
) -> dict[str, Any]:
    """The tree of bundle_metadata.json; it has no dates, users or paths, so that equal runs have equal bytes."""
    found = versions()
    return {
        "schema_version": SCHEMA_VERSION,
        "energyscope_version": found.pop("energyscope"),
        "python_version": found.pop("python"),
        "dependency_versions": found | {name: version(name) for name in DEPENDENCIES},
        "command": command,
        "inputs": dict(inputs),
        "outputs": {name: file_hash(data) for name, data in outputs.items()},
        "content_sha256": content,
    }
