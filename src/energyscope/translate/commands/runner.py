"""Carries out commands in the order of the text, loops as one assignment of columns where nothing forbids it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.modeltext import ModelText
from energyscope.language.trampoline import Walk, run
from energyscope.modeldata.lets import read_lets, store_lets
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.words import WordCodes
from energyscope.translate.commands.assigning import assigned, inner_frame, refuse_outside
from energyscope.translate.commands.batches import Batch, Trail, store
from energyscope.translate.commands.reads import Assignment, at_once, replaces_itself
from energyscope.translate.commands.tables import read_table
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.frame import Frame, Mask, unit_frame


class Runner:
    """The commands of one text at work on its data."""

    def __init__(self, text: ModelText, data: ModelData) -> None:
        self.data = data
        self.ev = Evaluator(text, data)
        self._codes = WordCodes(data.symbols)

    def changed(self, names: Sequence[str]) -> None:
        """Some items have other data than before."""
        self.ev.forget(names)

    def run(self, command: ast.Node) -> None:
        """Carry out one command. Raises ModelError where it cannot be."""
        run(self._run(command, unit_frame()))

    def _run(self, command: ast.Node, frame: Frame) -> Walk[None]:
        """Carry out a command for the only row of a frame."""
        if isinstance(command, Assignment):
            yield self._assignment(command, frame)
        elif isinstance(command, ast.For):
            yield self._loop(command, frame)
        elif isinstance(command, ast.If):
            body: Sequence[ast.Node] = yield self._branch(command, frame)
            for each in body:
                yield self._run(each, frame)
        elif isinstance(command, ast.ObjectiveChoice):
            self.data.objective = command.name
        elif isinstance(command, ast.LetRun):
            yield self._many(command)
        elif isinstance(command, ast.TableIn):
            self.changed((yield read_table(self.ev, command)))
        elif not isinstance(command, ast.Printing | ast.Skipped):
            keyword = command.span.text.split(maxsplit=1)[0]
            raise error("unsupported", command.span, f"`{keyword}` is not supported here")

    def _assignment(self, command: Assignment, frame: Frame) -> Walk[None]:
        """One `let`, `fix` or `unfix`: the indexing is evaluated first, for all its elements."""
        inner, trail = yield inner_frame(self.ev, command.indexing, frame, ())
        yield self._all_rows([command], inner, trail, within=True)

    def _many(self, command: ast.LetRun) -> Walk[None]:
        """A run of constants, one assignment of columns a target."""
        given = read_lets(command.lets, self.ev.text, self._codes)
        for each in given:
            assert each.origin is not None
            yield refuse_outside(self.ev, self.ev.text.declarations[each.name], each.index, each.origin)
        store_lets(self.data, given, self.ev.text)
        self.changed([each.name for each in given])

    def _loop(self, loop: ast.For, frame: Frame) -> Walk[None]:
        """A `for`: its members are those at the beginning, whatever the body changes."""
        inner, trail = yield inner_frame(self.ev, loop.indexing, frame, ())
        yield self._all_rows(loop.body, inner, trail, within=False)

    def _all_rows(self, commands: Sequence[ast.Node], frame: Frame, trail: Trail, within: bool) -> Walk[None]:
        """Commands for every row of a frame; `within` tells that the rows are those of the command's own indexing."""
        if not frame.length:
            return
        plain = [_without_indexing(each) for each in commands] if within else commands
        alone = within and frame.length == 1
        if alone or at_once(plain, self.ev.dependencies):
            batches: list[Batch] = yield self._gathered(plain, frame, trail)
            if alone or not (replaces_itself(plain) and any(batch.repeats for batch in batches)):
                self.changed(tuple(store(self.data, batches)))
                return
        for row in range(frame.length):
            one = frame.take(np.array([row]))
            for each in plain:
                yield self._run(each, one)

    def _gathered(self, commands: Sequence[ast.Node], frame: Frame, trail: Trail) -> Walk[list[Batch]]:
        """What commands assign in all rows of a frame, without storing any of it."""
        batches: list[Batch] = []
        for number, command in enumerate(commands):
            turn = (*trail, np.full(frame.length, number, dtype=np.int64))
            if isinstance(command, Assignment):
                inner, deeper = yield inner_frame(self.ev, command.indexing, frame, turn)
                if inner.length:
                    batches.append((yield assigned(self.ev, command, inner, deeper)))
            elif isinstance(command, ast.For):
                inner, deeper = yield inner_frame(self.ev, command.indexing, frame, turn)
                batches.extend((yield self._gathered(command.body, inner, deeper)))
            elif isinstance(command, ast.If):
                batches.extend((yield self._gathered_branches(command, frame, turn)))
        return batches

    def _gathered_branches(self, command: ast.If, frame: Frame, trail: Trail) -> Walk[list[Batch]]:
        batches: list[Batch] = []
        left = np.arange(frame.length, dtype=np.int64)
        for test, body in command.branches:
            holds: Mask = yield self.ev.condition(test, frame.take(left))
            batches.extend((yield self._part(body, frame, trail, left[holds])))
            left = left[~holds]
        batches.extend((yield self._part(command.otherwise, frame, trail, left)))
        return batches

    def _part(
        self, body: Sequence[ast.Node], frame: Frame, trail: Trail, rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> Walk[list[Batch]]:
        """What a branch assigns in the rows that take it."""
        if not len(rows):
            return []
        batches: list[Batch] = yield self._gathered(body, frame.take(rows), tuple(turn[rows] for turn in trail))
        return batches

    def _branch(self, command: ast.If, frame: Frame) -> Walk[Sequence[ast.Node]]:
        for test, body in command.branches:
            holds: Mask = yield self.ev.condition(test, frame)
            if holds[0]:
                return body
        return command.otherwise


def _without_indexing(command: ast.Node) -> ast.Node:
    """An assignment whose indexing has been evaluated."""
    assert isinstance(command, Assignment)
    return replace(command, indexing=None)
