"""One run of the command line from files to exit code."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.backends.export import write_lp, write_mps, write_netcdf
from energyscope.backends.solver_choice import require_choice
from energyscope.cli.exits import FAILURES, Exit, failed, unwritable
from energyscope.cli.memory_watch import within_memory
from energyscope.cli.outputs import show_diagnostics, show_explanation, show_summary
from energyscope.cli.record import Record
from energyscope.cli.screen import shown_progress
from energyscope.cli.showing import deliver
from energyscope.cli.task import Task
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import Diagnostic
from energyscope.outcome import SolveFailure, require_optimal

if TYPE_CHECKING:
    from energyscope.backends.infeasibility import Explanation
    from energyscope.program.solution import Solution


def perform(task: Task) -> Exit:
    """Do a task, show what came of it, write the JSON, and give the exit code."""
    record = Record()
    begun = time.monotonic()
    to_stdout = task.json != "-"
    try:
        code = _guarded(task, record, to_stdout)
        record.timings["total"] = time.monotonic() - begun
        if record.shown is not None:
            record.warnings.extend(deliver(record.shown, task))
        if task.json is not None:
            record.write(task.json)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except OSError as failure:
        record.errors.append(unwritable(failure))
        code = Exit.FAILED
    with suppress(OSError):
        show_diagnostics([*(each for each in record.warnings if each not in record.told), *record.errors])
        if record.sizes and task.goal != "explain":
            show_summary(record, _written(task, code), to_stdout)
    return code


def _guarded(task: Task, record: Record, to_stdout: bool) -> Exit:
    """Run the stages; what goes wrong becomes a status, diagnostics and an exit code."""
    try:
        with within_memory(task.max_memory, lambda last: _last_words(task, record, last)):
            if task.goal == "explain":
                return _explain(task, record, to_stdout)
            with shown_progress(record.told) as progress:
                return _run(task, record, progress)
    except SolveFailure as failure:
        record.status = failure.solution.status
        record.errors.extend(failure.diagnostics)
        return Exit.NO_OPTIMUM if record.status in ("infeasible", "unbounded") else Exit.FAILED
    except FAILURES as failure:
        return failed(failure, record)


def _last_words(task: Task, record: Record, last: Diagnostic) -> None:
    """What a run leaves that is ended on the spot."""
    record.status = "error"
    record.errors.append(last)
    show_diagnostics([last])
    if task.json is not None:
        record.write(task.json)


def _prepared(task: Task, record: Record, progress: ProgressCallback) -> Energyscope:
    """The model up to its matrix; its sizes and warnings are in the record."""
    energyscope = Energyscope(
        task.model(),
        task.options,
        backend=task.backend,
        solver=task.solver,
        progress=progress,
        reductions=task.reductions,
        relax=task.relax,
        robust=task.robust,
    )
    if task.goal in ("solve", "explain"):
        require_choice(energyscope.choice, task.backend)
    record.timings = energyscope.timings
    program = energyscope.program(task.objective)
    record.sizes = program.sizes
    record.relaxed = program.relaxed
    record.warnings.extend(energyscope.warnings)
    goal = program.objective
    record.objective_name = None if goal is None else goal.name
    return energyscope


def _run(task: Task, record: Record, progress: ProgressCallback) -> Exit:
    energyscope = _prepared(task, record, progress)
    record.status = "translated"
    program = energyscope.program(task.objective)
    for write, path in ((write_lp, task.lp), (write_mps, task.mps), (write_netcdf, task.netcdf)):
        if path is not None:
            progress(Progress(f"writing {path}", 0.0))
            write(program, path)
    if task.goal == "solve":
        _solve(task, record, energyscope, progress)
    return Exit.DONE


def _solve(task: Task, record: Record, energyscope: Energyscope, progress: ProgressCallback) -> None:
    record.status = "error"
    solution = energyscope.solve(task.objective)
    record.timings.update(solution.timings)
    record.solver = " ".join(filter(None, (solution.solver, solution.version)))
    record.residuals, record.bound, record.robust = solution.residuals, solution.bound, solution.robust
    if solution.status == "time_limit":
        record.objective = solution.objective
    record.passes = solution.passes
    record.solved_sizes = solution.solved_sizes
    record.declined = solution.declined
    record.warnings.extend(solution.diagnostics)
    if solution.status != "optimal":
        _show_without_optimum(task, record, energyscope, solution)
    require_optimal(solution)
    record.status, record.objective = solution.status, solution.objective
    text = energyscope.data.text
    if task.out is None and task.shown is None and (text is None or not text.after_solve):
        return
    from energyscope.result import parse_result  # brings pandas along

    result = energyscope.signed(parse_result(energyscope.program(task.objective), solution, energyscope.data))
    record.shown = result.shown
    record.warnings.extend(record.shown.warnings)
    if task.out is not None:
        from energyscope.cli.results import write_results  # brings the pictures along

        progress(Progress(f"writing {task.out}", 0.0))
        start = time.monotonic()
        write_results(result, task.out, energyscope.model.name)
        record.timings["write"] = time.monotonic() - start


def _show_without_optimum(task: Task, record: Record, energyscope: Energyscope, solution: Solution) -> None:
    """Keep what the text shows after a solve without optimum; what needs values that are not there is a warning."""
    text = energyscope.data.text
    if text is None:
        return
    from energyscope.translate.shown import show

    record.shown = show(text, energyscope.data, energyscope.program(task.objective), solution)
    record.warnings.extend(record.shown.warnings)


def _explain(task: Task, record: Record, to_stdout: bool) -> Exit:
    with shown_progress() as progress:
        energyscope = _prepared(task, record, progress)
        explanation = _explanation(task, record, energyscope, progress)
    record.status = "infeasible" if explanation.conflicts else "translated"
    record.families = [asdict(each) for each in explanation.conflicts]
    record.contradiction = explanation.contradiction
    show_explanation(explanation, to_stdout)
    return Exit.NO_OPTIMUM if explanation.conflicts else Exit.DONE


def _explanation(task: Task, record: Record, energyscope: Energyscope, progress: ProgressCallback) -> Explanation:
    from energyscope.backends.infeasibility import explain_infeasibility

    choice = energyscope.choice
    program = energyscope.program(task.objective)
    explanation = explain_infeasibility(program, choice.solver, choice.time_limit, progress)
    record.timings.update(explanation.solution.timings)
    record.solver = explanation.solution.solver
    require_optimal(explanation.solution)
    return explanation


def _written(task: Task, code: Exit) -> list[str]:
    if code is not Exit.DONE:
        return []
    return [str(path) for path in (task.lp, task.mps, task.netcdf, task.out) if path is not None]
