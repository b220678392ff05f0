"""All that is wrong or odd about a bundle, without solving anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from energyscope.families.btm.bundles.bundle import Bundle, configurations, idle_triads, missing_files
from energyscope.families.btm.bundles.folder import FORECAST, RUN, SCENARIOS, SERIES, Folder
from energyscope.families.btm.config.contradictions import contradictions, of_horizon, of_underwriting
from energyscope.families.btm.config.reading import read_scenarios
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.config.yamltext import read_yaml
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.runners.forecast import unknown_provider
from energyscope.families.btm.runners.forecast_file import read_issues
from energyscope.families.btm.runners.requirements import of_windows, short_year
from energyscope.families.btm.series.expected import expected_of
from energyscope.families.btm.series.timeseries import frame_findings, parquet_table, read_bytes
from energyscope.families.btm.solving.choice import wrong_solver_choice
from energyscope.language.diagnostics import Diagnostic

_Read = TypeVar("_Read")


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
    found += [*wrong, *contradictions(site, run), *_of_choices(site, run)]
    checked = None
    if table is not None:
        more, checked = _of_series(folder, site, run, table)
        found += more
    found += _of_others(folder, site, run, checked)
    return sorted(found, key=lambda each: each.severity != "error")


def _of_choices(site: SiteConfig | None, run: RunConfig | None) -> Iterator[Diagnostic]:
    """Names of what is not installed, and what hinders underwriting."""
    if run is None:
        return
    yield from wrong_solver_choice(run)
    yield from unknown_provider(run)
    if site is not None and run.runner == "underwrite":
        yield from of_underwriting(site, run)


def _table(folder: Folder) -> tuple[pd.DataFrame | None, list[Diagnostic]]:
    try:
        return parquet_table(read_bytes(folder, SERIES), folder.shown(SERIES)), []
    except BtmError as error:
        return None, list(error.diagnostics)


def _of_series(
    folder: Folder, site: SiteConfig | None, run: RunConfig | None, table: pd.DataFrame
) -> tuple[list[Diagnostic], pd.DataFrame | None]:
    """What is wrong or odd about the time series, and its checked form where nothing is."""
    expected, upside_down = expected_of(site, run), run is not None and any(of_horizon(run))
    if upside_down:
        expected = replace(expected, start=None, end=None, metering=None)
    given = table if run is not None else table.drop(columns=_prices_of_services(folder), errors="ignore")
    found = frame_findings(expected, given, folder.shown(SERIES))
    if found.frame is None or site is None or run is None or upside_down:
        return [*found.problems, *found.warnings], None
    return [*found.warnings, *idle_triads(site, run, found.frame)], found.frame


def _prices_of_services(folder: Folder) -> list[str]:
    """Columns that services of a run with faults ask for: these are of use, whatever else is wrong."""
    try:
        data = read_yaml(folder.shown(RUN)).data
    except BtmError:
        return []
    tariff = data.get("tariff") if isinstance(data, dict) else None
    services = tariff.get("services") if isinstance(tariff, dict) else None
    named = [each.get("price_column") for each in services or () if isinstance(each, dict)]
    return [name for name in named if isinstance(name, str)]


def _of_others(
    folder: Folder, site: SiteConfig | None, run: RunConfig | None, frame: pd.DataFrame | None
) -> list[Diagnostic]:
    """Problems of the files that only some bundles have, and of what its runner needs."""
    found: list[Diagnostic] = []
    if folder.has(SCENARIOS):
        found += _read(read_scenarios, folder.shown(SCENARIOS))[1]
    planned = run is not None and run.runner == "live" and run.forecast.provider == "file"
    issues: pd.DataFrame | None = None
    if planned or folder.has(FORECAST):
        issues, wrong = _read(read_issues, folder.given)
        found += wrong
    if (
        site is None
        or run is None
        or frame is None
        or any(own.severity == "error" for own in contradictions(site, run))
    ):
        return found
    bundle = Bundle(folder.given, site, run, frame)
    match run.runner:
        case "underwrite":
            return [*found, *([] if run.underwriting is None else short_year(bundle))]
        case "live":
            return [*found, *of_windows(bundle, issues if planned else None)]
    return found


def _read(reader: Callable[[str], _Read], path: str) -> tuple[_Read | None, tuple[Diagnostic, ...]]:
    try:
        return reader(path), ()
    except BtmError as error:
        return None, error.diagnostics
