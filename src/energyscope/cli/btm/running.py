"""The commands that run one bundle: backtest, underwrite, live."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from energyscope.backends.base import BackendError, Progress, ProgressCallback
from energyscope.cli.btm.asked import Manner, Overrides, Run
from energyscope.cli.btm.fingerprint import fingerprint
from energyscope.cli.btm.run import Done, perform
from energyscope.cli.btm.showing import outcome_shown
from energyscope.cli.exits import Exit, code_of
from energyscope.families.btm.bundles.bundle import Amend, hash_files, missing_files
from energyscope.families.btm.bundles.folder import RUN, Folder
from energyscope.families.btm.bundles.immutable import read_metadata, refuse_changed, refuse_other_bundle
from energyscope.families.btm.bundles.outputs import write_outputs
from energyscope.families.btm.config.reading import read_run, run_of
from energyscope.families.btm.refusals import BtmError, refuse
from energyscope.families.btm.runners.patches import patched
from energyscope.families.btm.runners.runners import RunOutcome, run_bundle
from energyscope.families.btm.solving.choice import wrong_solver_choice
from energyscope.language.diagnostics import Diagnostic


def perform_run(run: Run, manner: Manner) -> Exit:
    """Run a bundle, write its outputs, show the bill."""

    def work(progress: ProgressCallback) -> Done:
        require_target(run, manner.command)
        with choice_of(run):
            outcome = run_bundle(run.bundle, manner.command, amend=amendment(run.overrides), progress=progress)
        progress(Progress("write", 0.0))
        start = time.monotonic()
        _write(run, manner.command, outcome)
        return _done(run, outcome, time.monotonic() - start)

    return perform(manner, work, lambda: fingerprint(run.bundle))


def amendment(overrides: Overrides) -> Amend | None:
    """What the options change in a run; None where they change nothing."""
    patch = overrides.patch()
    if not patch:
        return None
    return lambda run: run_of(patched(run.model_dump(exclude_unset=True), patch))


@contextmanager
def choice_of(run: Run) -> Iterator[None]:
    """A solver that is not there, or an option it does not take, is a wrong field of the bundle unless it was typed."""
    try:
        yield
    except BackendError as failure:
        if code_of(failure) is not Exit.USAGE or run.overrides.solver or run.overrides.backend:
            raise
        raise BtmError(_placed(run.bundle) or _unplaced(failure)) from failure


def _placed(bundle: str) -> list[Diagnostic]:
    """What is wrong with the solver of a bundle, at its fields; nothing where the bundle is a portfolio."""
    folder = Folder.of(bundle)
    return list(wrong_solver_choice(read_run(folder.shown(RUN)))) if folder.has(RUN) else []


def _unplaced(failure: BackendError) -> list[Diagnostic]:
    return [replace(each, code="BTM103", message=f"run_config.yaml: {each.message}") for each in failure.diagnostics]


def require_target(run: Run, command: str) -> None:
    """Before the work: the folder of the outputs takes files, and has none that must not be replaced.

    Raises BtmError BTM003, also for the folder of another bundle, or BTM004; a folder of inputs that is not complete
    is left to those who read it.
    """
    source, target = Folder.of(run.bundle), Folder.of(run.target)
    refuse_other_bundle(target, source)
    if missing_files(source):
        return
    earlier = None if run.overwrite else read_metadata(target)
    if earlier is not None:
        there = [name for name in earlier["inputs"] if source.has(name)]
        with suppress(OSError):  # a file that cannot be read is left to those who read it
            refuse_changed(target, hash_files(run.bundle, there), run.words(command))
    if target.local is None or not target.local.is_dir():
        return
    try:
        with tempfile.TemporaryFile(dir=target.local):
            pass
    except OSError as failure:
        help = "allow writing there, or choose another folder with `--out DIR`"
        raise refuse("BTM004", f"`{run.target}` takes no outputs: {failure.strerror or failure}", help) from failure


def _write(run: Run, command: str, outcome: RunOutcome) -> None:
    write_outputs(
        run.target,
        outcome.dispatch,
        outcome.metrics,
        outcome.stats,
        inputs=outcome.inputs,
        command=run.words(command),
        csv=run.csv,
        overwrite=run.overwrite,
    )


def _done(run: Run, outcome: RunOutcome, write_s: float) -> Done:
    seconds = {**outcome.stats["timings_s"], "write": write_s}
    stats = {**outcome.stats, "timings_s": seconds}
    return Done(
        tree={"bundle": run.bundle, "out": run.target, "metrics": outcome.metrics, "solve_stats": stats},
        show=lambda console: outcome_shown(console, outcome.metrics, stats, run.target),
        warnings=outcome.warnings,
    )
