"""Definitions that need themselves with other subscripts, evaluated level by level.

A recursive definition is tried for all subscripts at once. Where a row meets a value that is not known yet, the row and
what it needs are noted, and the rows whose needs are known go first. No row is evaluated before its arguments.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from energyscope.language.source import Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes
from energyscope.translate.frame import Frame, Mask, Rows, group_rows


def row_name(item: str) -> str:
    """The hidden index that carries the row of a recursive definition through every frame below it."""
    return f"row of {item}"


class Needed(Exception):
    """Rows of a recursive definition met subscripts whose values are not known yet."""

    def __init__(self, recursion: Recursion, rows: Rows, columns: tuple[Codes, ...]) -> None:
        super().__init__()
        self.recursion, self.rows, self.columns = recursion, rows, columns


class Cycle(Exception):
    """No row is left whose needs are known."""


class Recursion:
    """The subscripts that one recursive definition is asked for, which of them are known, and which need which.

    `place` is where the definition last asked for itself.
    """

    def __init__(self, item: str, columns: tuple[Codes, ...]) -> None:
        self._item = item
        self.keys = Index(columns)
        self.known: Mask = np.zeros(len(self.keys), dtype=bool)
        self._rows: Rows = np.zeros(0, dtype=np.int64)
        self._needs: Rows = np.zeros(0, dtype=np.int64)
        self.place: Span | None = None

    def solve(self, evaluate: Callable[[Rows], Walk[None]]) -> Walk[None]:
        """Evaluate all subscripts, those first that need nothing unknown; Cycle where none is left to begin with."""
        while not self.known.all():
            rows = self._ready()
            try:
                yield evaluate(rows)
            except Needed as need:
                if need.recursion is not self:
                    raise
                self._note(rows, need)
            else:
                self.known[rows] = True

    def position(self, columns: tuple[Codes, ...]) -> Rows:
        """Place of subscripts among those that are known, -1 where they are not."""
        positions = self.keys.positions(columns)
        return np.where((positions >= 0) & self.known[positions], positions, -1)

    def need(self, unknown: Rows, columns: tuple[Codes, ...], frame: Frame, place: Span) -> Needed:
        """The exception for rows of a frame that met unknown subscripts."""
        self.place = place
        rows = frame.columns[row_name(self._item)][unknown].astype(np.int64)
        return Needed(self, rows, tuple(column[unknown] for column in columns))

    def frame(self, plain: Frame, rows: Rows) -> Frame:
        """A frame of the definition that carries its rows."""
        return plain.extended({row_name(self._item): np.arange(len(rows), dtype=np.int32)})

    def _ready(self) -> Rows:
        waiting = ~self.known
        waiting[self._rows[~self.known[self._needs]]] = False
        ready = np.flatnonzero(waiting)
        if not len(ready):
            raise Cycle
        return ready

    def _note(self, rows: Rows, need: Needed) -> None:
        self._add_keys(need.columns)
        self._rows = np.concatenate([self._rows, rows[need.rows]])
        self._needs = np.concatenate([self._needs, self.keys.positions(need.columns)])

    def _add_keys(self, columns: tuple[Codes, ...]) -> None:
        fresh = self.keys.positions(columns) < 0
        if not fresh.any():
            return
        new = [column[fresh] for column in columns]
        first = group_rows(new, len(new[0])).first
        self.keys = Index(
            [np.concatenate([old, column[first]]) for old, column in zip(self.keys.columns, new, strict=True)]
        )
        self.known = np.concatenate([self.known, np.zeros(len(first), dtype=bool)])
