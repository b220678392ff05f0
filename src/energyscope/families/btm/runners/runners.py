"""The runners: one engine, asked in three ways. Clocks live here, and files are read here, not in the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from energyscope.backends.base import ProgressCallback
from energyscope.families.btm.accounts.finance import underwriting_of
from energyscope.families.btm.bundles.bundle import Amend, Bundle, check_bundle, hash_files, read_bundle
from energyscope.families.btm.bundles.folder import FORECAST
from energyscope.families.btm.bundles.hashes import FileHash
from energyscope.families.btm.config.contradictions import of_underwriting
from energyscope.families.btm.config.schemas import RunConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.engine import optimise
from energyscope.families.btm.refusals import BtmError, caution
from energyscope.families.btm.runners.live import live_run
from energyscope.families.btm.runners.requirements import short_year
from energyscope.families.btm.runners.stopwatch import Stopwatch
from energyscope.families.btm.solving.certificate import warnings_of
from energyscope.language.diagnostics import Diagnostic


@dataclass(frozen=True, eq=False)
class RunOutcome:
    """What came of a run: the trees of metrics.json and solve_stats.json, and fingerprints of the files it read."""

    dispatch: Dispatch
    metrics: dict[str, Any]
    stats: dict[str, Any]
    inputs: Mapping[str, FileHash]
    warnings: tuple[Diagnostic, ...]


Runner: TypeAlias = Callable[[Bundle, ProgressCallback | None], RunOutcome]


def run_bundle(
    path: str | Path, runner: str, *, amend: Amend | None = None, progress: ProgressCallback | None = None
) -> RunOutcome:
    """Read, check and run the bundle in a folder; `runner` is backtest, underwrite or live.

    `amend` is what options change in the run. The seconds of all stages stand in `timings_s` of the statistics; who
    writes the outputs adds those. Raises BtmError for everything that the catalogue lists.
    """
    watch = Stopwatch(progress)
    watch.begin("read")
    given = read_bundle(path)
    watch.begin("validate")
    bundle = check_bundle(given, amend)
    outcome = RUNNERS[runner](bundle, watch)
    warnings = (*_other_runner(bundle.run, runner), *outcome.warnings)
    return replace(timed(outcome, watch), warnings=warnings)


def timed(outcome: RunOutcome, watch: Stopwatch) -> RunOutcome:
    """The outcome with the seconds of its stages in the statistics."""
    return replace(outcome, stats={**outcome.stats, "timings_s": watch.seconds()})


def _other_runner(run: RunConfig, runner: str) -> tuple[Diagnostic, ...]:
    if "runner" not in run.model_fields_set or run.runner == runner:
        return ()
    message = f"run_config.yaml says runner `{run.runner}`, the command says `{runner}`; the command holds"
    return (caution("BTM290", message, f"use `gridq {run.runner}`, or change `runner`"),)


def backtest(bundle: Bundle, progress: ProgressCallback | None = None) -> RunOutcome:
    """The whole period in one program, with perfect foresight."""
    dispatch, metrics, stats = optimise(bundle.site, bundle.run, bundle.frame, progress=progress)
    return outcome_of(bundle, dispatch, metrics, stats)


def outcome_of(
    bundle: Bundle, dispatch: Dispatch, metrics: dict[str, Any], stats: dict[str, Any], *warnings: Diagnostic
) -> RunOutcome:
    """The outcome of a run of a bundle, with the warnings of its inputs and of the certificate before its own."""
    told = (*bundle.warnings, *warnings_of(metrics["exclusivity"]), *warnings)
    return RunOutcome(dispatch, metrics, stats, bundle.inputs, told)


def underwrite(bundle: Bundle, progress: ProgressCallback | None = None) -> RunOutcome:
    """A backtest of a year, and what its savings are worth over the life of the battery.

    Raises BtmError BTM104 where `underwriting` is missing or contradicts the battery, or the run is shorter than 360
    days and not annualised.
    """
    if wrong := of_underwriting(bundle.site, bundle.run) or short_year(bundle):
        raise BtmError(wrong)
    dispatch, metrics, stats = optimise(bundle.site, bundle.run, bundle.frame, runner="underwrite", progress=progress)
    worth = underwriting_of(bundle.site, bundle.run, metrics)
    return outcome_of(bundle, dispatch, {**metrics, "underwriting": worth}, stats)


def live(bundle: Bundle, progress: ProgressCallback | None = None) -> RunOutcome:
    """Plan window by window with forecasts, and settle against what happened."""
    dispatch, metrics, stats, warnings = live_run(bundle, progress)
    outcome = outcome_of(bundle, dispatch, metrics, stats, *warnings)
    if bundle.run.forecast.provider != "file":
        return outcome
    return replace(outcome, inputs={**bundle.inputs, **hash_files(bundle.path, (FORECAST,))})


RUNNERS: Mapping[str, Runner] = {"backtest": backtest, "underwrite": underwrite, "live": live}
