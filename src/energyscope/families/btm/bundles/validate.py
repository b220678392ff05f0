"""All that is wrong or odd about a bundle, without solving anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from energyscope.families.btm.bundles.bundle import configurations, idle_triads, missing_files
from energyscope.families.btm.bundles.folder import FORECAST, SCENARIOS, SERIES, Folder
from energyscope.families.btm.config.contradictions import contradictions, of_underwriting
from energyscope.families.btm.config.reading import read_scenarios
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.runners.forecast_file import read_issues
from energyscope.families.btm.series.expected import expected_of
from energyscope.families.btm.series.timeseries import frame_findings, parquet_table, read_bytes
from energyscope.language.diagnostics import Diagnostic


def validate(path: str | Path) -> list[Diagnostic]:
    """Every problem of the bundle in a folder, layer by layer, then every warning.

    A layer that cannot be read hinders only what depends on it: the time series is checked as far as that goes beside
    a configuration with errors. Raises BtmError only where no file system answers to the path.
    """
    folder = Folder.of(path)
    if missing := missing_files(folder):
        return missing
    table, found = _table(folder)
    site, run, wrong = configurations(folder)
    found += [*wrong, *contradictions(site, run)]
    if site is not None and run is not None and run.runner == "underwrite":
        found += of_underwriting(site, run)
    if table is not None:
        found += _of_series(site, run, table, folder.shown(SERIES))
    found += _of_others(folder, run)
    return sorted(found, key=lambda each: each.severity != "error")


def _table(folder: Folder) -> tuple[pd.DataFrame | None, list[Diagnostic]]:
    try:
        return parquet_table(read_bytes(folder, SERIES), folder.shown(SERIES)), []
    except BtmError as error:
        return None, list(error.diagnostics)


def _of_series(site: SiteConfig | None, run: RunConfig | None, table: pd.DataFrame, file: str) -> list[Diagnostic]:
    found = frame_findings(expected_of(site, run), table, file)
    if found.frame is None or site is None or run is None:
        return [*found.problems, *found.warnings]
    return [*found.warnings, *idle_triads(site, run, found.frame)]


def _of_others(folder: Folder, run: RunConfig | None) -> list[Diagnostic]:
    """Problems of the files that only some bundles have, and some runs need."""
    found: list[Diagnostic] = []
    if folder.has(SCENARIOS):
        found += _refusal(read_scenarios, folder.shown(SCENARIOS))
    planned = run is not None and run.runner == "live" and run.forecast.provider == "file"
    if planned or folder.has(FORECAST):
        found += _refusal(read_issues, folder.given)
    return found


def _refusal(reader: Callable[[str], object], path: str) -> tuple[Diagnostic, ...]:
    try:
        reader(path)
    except BtmError as error:
        return error.diagnostics
    return ()
