"""One run of the command line from files to exit code."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict
from enum import IntEnum

import typer

from energyscope.backends.base import BackendError, Progress, ProgressCallback
from energyscope.backends.export import write_lp, write_mps
from energyscope.backends.infeasibility import Explanation, explain_infeasibility
from energyscope.backends.solver_choice import require_choice
from energyscope.cli.outputs import show_diagnostics, show_explanation, show_summary
from energyscope.cli.record import Record
from energyscope.cli.results import write_results
from energyscope.cli.screen import shown_progress
from energyscope.cli.task import Task
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError, ModelError
from energyscope.result import SolveFailure, parse_result, require_optimal


class Exit(IntEnum):
    """Exit codes; most of 2, for usage, is given by the parser of the command line."""

    DONE = 0
    INPUT = 1
    USAGE = 2
    NO_OPTIMUM = 3
    FAILED = 4
    INTERRUPTED = 130


USAGE_CODES = frozenset({"backend-unknown", "model-unknown", "solver-unknown", "solver-option"})
"""What a user typed wrong, although only the backend could tell."""


def perform(task: Task) -> Exit:
    """Do a task, show what came of it, write the JSON, and give the exit code."""
    record = Record()
    begun = time.monotonic()
    to_stdout = task.json != "-"
    try:
        code = _guarded(task, record, to_stdout)
        record.timings["total"] = time.monotonic() - begun
        if task.json is not None:
            record.write(task.json)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except OSError as failure:
        record.errors.append(_unwritable(failure))
        code = Exit.FAILED
    with suppress(OSError):
        show_diagnostics([*(each for each in record.warnings if each not in record.told), *record.errors])
        if record.sizes and task.goal != "explain":
            show_summary(record, _written(task, code), to_stdout)
    return code


def _guarded(task: Task, record: Record, to_stdout: bool) -> Exit:
    """Run the stages; what goes wrong becomes a status, diagnostics and an exit code."""
    try:
        if task.goal == "explain":
            return _explain(task, record, to_stdout)
        with shown_progress(record.told) as progress:
            return _run(task, record, progress)
    except SolveFailure as failure:
        record.status = failure.solution.status
        record.errors.extend(failure.diagnostics)
        return Exit.NO_OPTIMUM if record.status in ("infeasible", "unbounded") else Exit.FAILED
    except ModelError as failure:
        code = failure.diagnostics[0].code
        record.status = "infeasible" if code == "row-infeasible" else "error"
        record.errors.extend(failure.diagnostics)
        return Exit.USAGE if code in USAGE_CODES else Exit.INPUT
    except BackendError as failure:
        record.status = "error"
        record.errors.extend(failure.diagnostics)
        return Exit.USAGE if failure.diagnostics[0].code in USAGE_CODES else Exit.FAILED
    except EnergyscopeError as failure:
        record.status = "error"
        record.errors.extend(failure.diagnostics)
        return Exit.FAILED
    except OSError as failure:
        record.status = "error"
        record.errors.append(_unwritable(failure))
        return Exit.FAILED
    except MemoryError:
        record.status = "error"
        record.errors.append(Diagnostic("memory", "error", None, "the memory of this machine does not do", None))
        return Exit.FAILED


def _prepared(task: Task, record: Record, progress: ProgressCallback) -> Energyscope:
    """The model up to its matrix; its sizes and warnings are in the record."""
    energyscope = Energyscope(
        task.model(),
        task.options,
        backend=task.backend,
        solver=task.solver,
        progress=progress,
        reductions=task.reductions,
    )
    if task.goal in ("solve", "explain"):
        require_choice(energyscope.choice, task.backend)
    record.timings = energyscope.timings
    program = energyscope.program(task.objective)
    record.sizes = program.sizes
    record.warnings.extend(energyscope.warnings)
    goal = program.objective
    record.objective_name = None if goal is None else goal.name
    return energyscope


def _run(task: Task, record: Record, progress: ProgressCallback) -> Exit:
    energyscope = _prepared(task, record, progress)
    record.status = "translated"
    program = energyscope.program(task.objective)
    for write, path in ((write_lp, task.lp), (write_mps, task.mps)):
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
    record.residuals = solution.residuals
    record.passes = solution.passes
    record.solved_sizes = solution.solved_sizes
    record.declined = solution.declined
    record.warnings.extend(solution.diagnostics)
    require_optimal(solution)
    record.status, record.objective = solution.status, solution.objective
    if task.out is not None:
        progress(Progress(f"writing {task.out}", 0.0))
        start = time.monotonic()
        program = energyscope.program(task.objective)
        result = energyscope.signed(parse_result(program, solution, energyscope.data))
        write_results(result, task.out, energyscope.model.name)
        record.timings["write"] = time.monotonic() - start


def _explain(task: Task, record: Record, to_stdout: bool) -> Exit:
    with shown_progress() as progress:
        energyscope = _prepared(task, record, progress)
        explanation = _explanation(task, record, energyscope, progress)
    record.status = "infeasible" if explanation.conflicts else "translated"
    record.families = [asdict(each) for each in explanation.conflicts]
    show_explanation(explanation, to_stdout)
    return Exit.NO_OPTIMUM if explanation.conflicts else Exit.DONE


def _explanation(task: Task, record: Record, energyscope: Energyscope, progress: ProgressCallback) -> Explanation:
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
    return [str(path) for path in (task.lp, task.mps, task.out) if path is not None]


def _unwritable(failure: OSError) -> Diagnostic:
    where = f"`{failure.filename}`" if failure.filename else "a file"
    message = f"{where} cannot be written: {failure.strerror or failure}"
    return Diagnostic("file", "error", None, message, "check the folder, its permissions and the space on the disk")
