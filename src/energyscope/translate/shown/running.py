"""Carries out what waits for the solution, each command for all rows of the loops around it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, pairwise

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic, ModelError, error
from energyscope.language.modeltext import ModelText
from energyscope.language.trampoline import Walk, run
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.tabulate import members_column
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution
from energyscope.translate.dependencies import references
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.figures import Figures
from energyscope.translate.frame import Frame, Mask, Rows, unit_frame
from energyscope.translate.indexing import Inner
from energyscope.translate.shown.outputs import Piece, Shown, TableOut, gathered
from energyscope.translate.shown.printing import printed, under
from energyscope.translate.shown.spelling import plain
from energyscope.translate.values import Value, as_numbers, first_true, is_codes, where

Pieces = list[tuple[Piece, ...]]
"""What is shown for every row of a frame."""


def show(text: ModelText, data: ModelData, program: Program, solution: Solution) -> Shown:
    """What the text shows with the values found. What cannot be shown gives a warning and no more."""
    showing = _Showing(Evaluator(_with_postprocessing(text), data, Figures(program, solution)))
    pieces = run(showing.block(text.after_solve, unit_frame()))
    return gathered(pieces[0], showing.tables, [*showing.warnings, *showing.ev.warnings.values()])


class AfterSolve:
    """What the text of some data shows with the values found; made when it is asked for."""

    def __init__(self, text: ModelText, data: ModelData, program: Program, solution: Solution) -> None:
        self._parts = (text, data, program, solution)

    @cached_property
    def shown(self) -> Shown:
        """What is shown."""
        return show(*self._parts)


def _with_postprocessing(text: ModelText) -> ModelText:
    """The text with the sets and parameters that read values of variables among its declarations."""
    aside = text.postprocessing
    declarations = {**text.declarations, **aside}
    needs = {
        name: frozenset(node.name for node in references([each]) if node.name in declarations)
        for name, each in aside.items()
    }
    resolution = replace(text.resolution, dependencies={**text.resolution.dependencies, **needs})
    return replace(text, declarations=declarations, resolution=resolution)


class _Showing:
    """The commands of one text at work on its solution."""

    def __init__(self, ev: Evaluator) -> None:
        self.ev = ev
        self.tables: dict[str, TableOut] = {}
        self.warnings: list[Diagnostic] = []

    def block(self, commands: Sequence[ast.Node], frame: Frame) -> Walk[Pieces]:
        """Commands one after the other for every row of a frame; one that fails is left out, with a warning."""
        shown: list[Pieces] = []
        for command in commands:
            try:
                shown.append((yield self._command(command, frame)))
            except ModelError as failure:
                first = failure.diagnostics[0]
                message = f"this is not shown: {first.message}"
                self.warnings.append(
                    Diagnostic("not-shown", "warning", first.span or command.span, message, first.help)
                )
        return [tuple(chain.from_iterable(row)) for row in zip(*shown, strict=True)] if shown else [()] * frame.length

    def _command(self, command: ast.Node, frame: Frame) -> Walk[Pieces]:
        pieces: Pieces = [()] * frame.length
        if isinstance(command, ast.Printing):
            pieces = yield printed(self.ev, command, frame)
        elif isinstance(command, ast.For):
            pieces = yield self._loop(command, frame)
        elif isinstance(command, ast.If):
            pieces = yield self._branches(command, frame)
        elif isinstance(command, ast.TableOut):
            yield self._table(command, frame)
        elif isinstance(command, ast.Check):
            yield self._check(command)
        elif isinstance(command, ast.Skipped) and command.reason is not None:
            raise error("not-shown", command.span, command.reason)
        return pieces

    def _loop(self, loop: ast.For, frame: Frame) -> Walk[Pieces]:
        inner: Inner = yield under(self.ev, loop.indexing, frame)
        found: Pieces = yield self.block(loop.body, inner.frame)
        bounds = np.searchsorted(inner.rows, np.arange(frame.length + 1)).tolist()
        return [tuple(chain.from_iterable(found[start:stop])) for start, stop in pairwise(bounds)]

    def _branches(self, command: ast.If, frame: Frame) -> Walk[Pieces]:
        pieces: Pieces = [()] * frame.length
        left: Rows = np.arange(frame.length, dtype=np.int64)
        for test, body in (*command.branches, (None, command.otherwise)):
            rest = frame.take(left)
            holds: Mask = np.ones(len(left), dtype=bool)
            if test is not None:
                holds = yield self.ev.condition(test, rest)
            found: Pieces = yield self.block(body, rest.take(holds))
            for row, shown in zip(left[holds].tolist(), found, strict=True):
                pieces[row] = shown
            left = left[~holds]
        return pieces

    def _table(self, table: ast.TableOut, frame: Frame) -> Walk[None]:
        import pandas as pd

        if frame.length != 1:
            raise error("not-shown", table.span, "a table in a loop would be written again and again")
        path: Value = yield self.ev.value(table.arguments[1], frame)
        inner: Inner = yield under(self.ev, table.indexing, frame)
        columns: dict[int, pd.Series] = {}
        for place, field in enumerate(table.fields):
            value: Value = yield self.ev.value(field.expression, inner.frame)
            if is_codes(value):
                columns[place] = members_column(value, self.ev.symbols)
            else:
                columns[place] = pd.Series(as_numbers(self.ev, value, field.expression, inner.frame) + 0.0)
        frame_out = pd.DataFrame(columns).set_axis([field.column for field in table.fields], axis="columns")
        (file,) = plain(self.ev, path)
        self.tables[table.name] = TableOut(file, frame_out, table.span)

    def _check(self, check: ast.Check) -> Walk[None]:
        frame = unit_frame()
        if check.indexing is not None:
            frame = (yield under(self.ev, check.indexing, frame)).frame
        holds: Mask = yield self.ev.condition(check.condition, frame)
        if (row := first_true(~holds)) is not None:
            message = f"check fails with the values found{where(self.ev, frame, row)}"
            self.warnings.append(Diagnostic("check-failed", "warning", check.span, message))
