"""The run bundle: its files read, hashed and checked, as one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypeVar

import pandas as pd

from energyscope.families.btm.bundles.folder import INPUTS, PORTFOLIO, RUN, SERIES, SITE, Folder
from energyscope.families.btm.bundles.hashes import FileHash, file_hash
from energyscope.families.btm.config.contradictions import contradictions
from energyscope.families.btm.config.reading import read_run, read_site
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.config.yamltext import START
from energyscope.families.btm.refusals import BtmError, problem
from energyscope.families.btm.series.timeseries import check_frame, parquet_table, read_bytes
from energyscope.families.btm.tariff.calendar import Calendar
from energyscope.families.btm.tariff.triads import triad_half_hours, triad_warnings
from energyscope.language.diagnostics import Diagnostic

Amend: TypeAlias = Callable[[RunConfig], RunConfig]
"""What the options of a command change in a run before it is checked."""
_Config = TypeVar("_Config", SiteConfig, RunConfig)


@dataclass(frozen=True, eq=False)
class Bundle:
    """A bundle that passed all checks.

    `path` is the folder as it was given, `frame` the checked time series (see `timeseries.Checked`), `warnings` what is
    odd but no error, `inputs` the fingerprints of the files that were read.
    """

    path: str
    site: SiteConfig
    run: RunConfig
    frame: pd.DataFrame
    warnings: tuple[Diagnostic, ...] = ()
    inputs: Mapping[str, FileHash] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Given:
    """A bundle as it was read: configurations that are right one by one, and the table of the time series."""

    path: str
    site: SiteConfig
    run: RunConfig
    table: pd.DataFrame
    inputs: Mapping[str, FileHash]


def load_bundle(path: str | Path, amend: Amend | None = None) -> Bundle:
    """Read and check the bundle in a folder, local or behind a URL of fsspec.

    `amend` is applied to the run before it is checked. Raises BtmError with all problems of the first layer that has
    any: files missing (BTM001), parquet unreadable (BTM002), configurations wrong (BTM10x), time series wrong (BTM2xx).
    """
    return check_bundle(read_bundle(path), amend)


def read_bundle(path: str | Path) -> Given:
    """Read the files of a bundle; the checks of `check_bundle` are still to be made. Raises BtmError."""
    folder = Folder.of(path)
    if missing := missing_files(folder):
        raise BtmError(missing)
    data = read_bytes(folder, SERIES)
    table = parquet_table(data, folder.shown(SERIES))
    site, run, problems = configurations(folder)
    if site is None or run is None:
        raise BtmError([*problems, *_errors(contradictions(site, run))])
    inputs = {**hash_files(path, (SITE, RUN)), SERIES: file_hash(data)}
    return Given(folder.given, site, run, table, inputs)


def check_bundle(given: Given, amend: Amend | None = None) -> Bundle:
    """The bundle, once site and run agree with each other and the time series with both. Raises BtmError."""
    run = given.run if amend is None else amend(given.run)
    found = contradictions(given.site, run)
    if wrong := _errors(found):
        raise BtmError(wrong)
    checked = check_frame(given.site, run, given.table, file=Folder.of(given.path).shown(SERIES))
    warnings = (*found, *checked.warnings, *idle_triads(given.site, run, checked.frame))
    return Bundle(given.path, given.site, run, checked.frame, warnings, given.inputs)


def idle_triads(site: SiteConfig, run: RunConfig, frame: pd.DataFrame) -> list[Diagnostic]:
    """BTM291: triad half-hours outside the run."""
    if run.tariff.triad_charge is None:
        return []
    calendar = Calendar.of(pd.DatetimeIndex(frame.index), site.timezone, run.timestep_minutes)
    return triad_warnings(calendar, triad_half_hours(run, frame, calendar))


def missing_files(folder: Folder) -> list[Diagnostic]:
    """BTM001: the folder, or what every bundle has, is not there."""
    if not folder.exists():
        given = "is a file" if folder.fs.exists(folder.root) else "does not exist"
        return [problem("BTM001", f"`{folder.given}` {given}; expected the folder of a bundle", START)]
    absent = [folder.shown(name) for name in INPUTS if not folder.has(name)]
    if absent and folder.has(PORTFOLIO):
        return [_portfolio(folder)]
    return [problem("BTM001", f"`{name}` does not exist; every bundle has this file", START) for name in absent]


def _portfolio(folder: Folder) -> Diagnostic:
    """BTM001: the folder has several bundles in it."""
    names = sorted(str(place).rstrip("/").rpartition("/")[2] for place in folder.fs.ls(folder.root, detail=False))
    sites = [folder.shown(name) for name in names if folder.has(f"{name}/{SITE}")] or [folder.shown("SITE")]
    help = f"run it with `gridq portfolio {folder.given}`, or name the folder of one of its sites, as in `{sites[0]}`"
    return problem("BTM001", f"`{folder.given}` is a portfolio; expected the folder of a bundle", help)


def configurations(folder: Folder) -> tuple[SiteConfig | None, RunConfig | None, list[Diagnostic]]:
    """Both configurations of a bundle, None where wrong, and the problems of both."""
    problems: list[Diagnostic] = []
    site = _gathered(read_site, folder.shown(SITE), problems)
    run = _gathered(read_run, folder.shown(RUN), problems)
    return site, run, problems


def _gathered(reader: Callable[[str], _Config], path: str, problems: list[Diagnostic]) -> _Config | None:
    try:
        return reader(path)
    except BtmError as error:
        problems.extend(error.diagnostics)
        return None


def _errors(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [each for each in found if each.severity == "error"]


def hash_files(path: str | Path, names: Iterable[str]) -> dict[str, FileHash]:
    """The fingerprints of files of a folder. Raises OSError."""
    folder = Folder.of(path)
    return {name: file_hash(folder.read(name)) for name in names}
