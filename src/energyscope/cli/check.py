"""The command `check`: everything short of the solver, and advice. It imports no more than that needs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import typer

from energyscope.cli.exits import FAILURES, Exit, failed
from energyscope.cli.memory_watch import within_memory
from energyscope.cli.record import Record
from energyscope.language.diagnostics import MAX_SHOWN, Diagnostic

if TYPE_CHECKING:
    from energyscope.cli.task import Task
    from energyscope.models import Model

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Manner:
    """How findings are shown: as text or for editors, all of them or errors only."""

    for_editors: bool = False
    quiet: bool = False


def perform_check(task: Task, manner: Manner) -> Exit:
    """Check a model, show what was found, write the JSON, and give the exit code."""
    record = Record()
    begun = time.monotonic()
    try:
        with within_memory(task.max_memory, lambda last: _show([last], manner)):
            _check(task.model(), record)
        code = Exit.DONE
    except FAILURES as failure:
        code = failed(failure, record)
    if manner.quiet:
        record.warnings.clear()
    record.timings["total"] = time.monotonic() - begun
    if task.json is not None:
        try:
            record.write(task.json)
        except OSError as failure:
            code = failed(failure, record)
    with suppress(OSError):
        _show([*record.warnings, *record.errors], manner)
        if not manner.for_editors and not manner.quiet:
            typer.echo(_summary(record), err=task.json == "-")
    return code


def _check(model: Model, record: Record) -> None:
    """Read, evaluate and translate a model; what is found goes into the record."""
    from energyscope.translate.advice import advice
    from energyscope.translate.commands.load import load
    from energyscope.translate.translation import translate

    text = _timed(record, "read", model.read)
    data = _timed(record, "data", lambda: load(text, model.imports))
    translation = _timed(record, "translate", lambda: translate(text, data))
    if model.check is not None:
        model.check(data)
    program = translation.program
    record.status, record.sizes = "translated", program.sizes
    record.objective_name = None if program.objective is None else program.objective.name
    found = (*translation.warnings, *advice(translation, read_elsewhere=model.build is not None))
    places = {id(file.source): number for number, file in enumerate(text.files)}
    record.warnings.extend(sorted(found, key=lambda each: _place(each, places)))


def _timed(record: Record, stage: str, work: Callable[[], Answer]) -> Answer:
    start = time.monotonic()
    answer = work()
    record.timings[stage] = time.monotonic() - start
    return answer


def _place(diagnostic: Diagnostic, files: dict[int, int]) -> tuple[int, int]:
    span = diagnostic.span
    return (len(files), 0) if span is None else (files.get(id(span.source), len(files)), span.start)


def _show(diagnostics: Sequence[Diagnostic], manner: Manner) -> None:
    if manner.for_editors:
        typer.echo(json.dumps([_entry(each) for each in diagnostics], indent=1))
        return
    for each in diagnostics[:MAX_SHOWN]:
        typer.echo(each.render(), err=True)
    if len(diagnostics) > MAX_SHOWN:
        typer.echo(f"… and {len(diagnostics) - MAX_SHOWN} more", err=True)


def _entry(diagnostic: Diagnostic) -> dict[str, object]:
    """A finding as editors take it: lines and columns count from 1, the end is the first character behind it."""
    span = diagnostic.span
    end = (None, None) if span is None else span.source.line_column(span.stop)
    return {
        "file": None if span is None else span.source.name,
        "line": None if span is None else span.line,
        "column": None if span is None else span.column,
        "end_line": end[0],
        "end_column": end[1],
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "help": diagnostic.help,
    }


def _summary(record: Record) -> str:
    """`no mistakes, 2 warnings: 217 rows, 173 columns, 642 nonzeros`."""
    mistakes = _counted(len(record.errors), "mistake")
    told = f"{mistakes}, {_counted(len(record.warnings), 'warning')}"
    if not record.sizes:
        return told
    sizes = record.sizes
    return f"{told}: {sizes['rows']:,} rows, {sizes['columns']:,} columns, {sizes['nonzeros']:,} nonzeros"


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
