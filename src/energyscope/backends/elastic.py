"""Why a program is infeasible: the smallest relaxation that makes it feasible, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.backends.base import ProgressCallback
from energyscope.backends.linopy_backend import solve
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock
from energyscope.program.solution import Solution

EXAMPLES = 5
"""Rows or columns named for each family."""
RELAXED = 1e-6
"""A relaxation below this, relative to the size of the row's coefficients, is rounding; solvers hold rows to 1e-7."""
INVOLVED = 1e-6
"""A dual below this counts as zero: slacks cost 1, so that duals that matter are of that size."""


@dataclass(frozen=True)
class Conflict:
    """The part of a constraint, or of the bounds of a variable, in a conflict.

    `rows_in_conflict` of its rows (or columns) are part of the contradiction; `violated_rows` had to give way, by
    `total` together and `largest` at most, in their own units. `examples` names the worst ones.
    """

    family: str
    kind: Literal["constraint", "bound"]
    rows_in_conflict: int
    violated_rows: int
    total: float
    largest: float
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """The families in conflict, those that had to give way most first; none where the program has a feasible point.

    With `integrality` there is a feasible point but for the integers, and only what gave way is known. `solution` is the
    one of the relaxed problem: unless it is optimal, nothing was found out.
    """

    conflicts: tuple[Conflict, ...]
    solution: Solution
    integrality: bool = False


def explain_infeasible(
    program: Program,
    solver: str = "highs",
    time_limit: float | None = None,
    progress: ProgressCallback | None = None,
) -> Explanation:
    """Find the smallest relaxation of rows and bounds that makes a program feasible.

    Each side of a row and each bound may give way at a cost of 1 per unit, rows in units of their largest coefficient;
    duals of the relaxed problem name the rows and bounds that contradict each other. Integers are looked at only when
    there is a feasible point without them. `time_limit` (seconds) is for each of the two problems.

    Raises BackendError for a solver that is not installed.
    """
    elastic = _Elastic(program, integers=False)
    explanation = elastic.explanation(solve(elastic.relaxed, solver=solver, time_limit=time_limit, progress=progress))
    if explanation.conflicts or explanation.solution.status != "optimal" or not program.sizes["integers"]:
        return explanation
    elastic = _Elastic(program, integers=True)
    solution = solve(elastic.relaxed, solver=solver, time_limit=time_limit, progress=progress)
    return replace(elastic.explanation(solution), integrality=True)


@dataclass(frozen=True)
class _Slacks:
    """Slack columns: the rows (or columns) they belong to, +1 where they raise and -1 where they lower, and their unit."""

    places: NDArray[np.int64]
    signs: Values
    units: Values


class _Elastic:
    """A program with slack columns behind its own: for the sides of rows, then for the bounds of columns."""

    def __init__(self, program: Program, *, integers: bool) -> None:
        self.program = program
        sizes = abs(program.matrix).max(axis=1).toarray().ravel() if program.n_rows else np.zeros(0)
        self.rows = _slacks(list(program.constraints.values()), np.where(sizes > 0, sizes, 1.0))
        self.bounds = _slacks(list(program.variables.values()), np.ones(program.n_columns))
        self.relaxed = self._relaxed(integers)

    def _relaxed(self, integers: bool) -> Program:
        program = self.program
        rows, bounds = self.rows, self.bounds
        shift = sp.csr_array(
            (rows.signs * rows.units, (rows.places, np.arange(len(rows.places)))),
            shape=(program.n_rows, len(rows.places)),
        )
        moved = program.matrix[:, bounds.places] * bounds.signs if len(bounds.places) else None
        whole = sp.csr_array(
            sp.hstack([part for part in (program.matrix, shift, moved) if part is not None], format="csr")
        )
        count = len(rows.places) + len(bounds.places)
        first = program.n_columns
        slack = VariableBlock("elastic slack", _counter(count), first, np.zeros(count), np.full(count, np.inf))
        variables = {
            name: block if integers else replace(block, integer=False) for name, block in program.variables.items()
        }
        constraints = {name: replace(block, matrix=whole[block.rows]) for name, block in program.constraints.items()}
        columns = np.arange(first, first + count, dtype=np.int32)
        objective = Objective("elastic", "minimize", columns, np.ones(count))
        return Program(program.symbols, {**variables, slack.name: slack}, constraints, objective)

    def explanation(self, solution: Solution) -> Explanation:
        """What the solution of the relaxed program says about the original one."""
        if solution.status != "optimal" or solution.primal is None:
            return Explanation((), solution)
        program = self.program
        slack = solution.primal[program.n_columns :]
        split = len(self.rows.places)
        gave_way = _by_place(self.rows, slack[:split], program.n_rows)
        gave_way_bounds = _by_place(self.bounds, slack[split:], program.n_columns)
        if not (gave_way.any() or gave_way_bounds.any()):
            return Explanation((), solution)
        duals = np.zeros(program.n_rows) if solution.dual is None else solution.dual
        reduced = np.zeros(program.n_columns) if solution.reduced_cost is None else solution.reduced_cost
        units = np.ones(program.n_rows)
        units[self.rows.places] = self.rows.units
        found = [
            *self._conflicts("constraint", program.constraints, gave_way, np.abs(duals) * units > INVOLVED),
            *self._conflicts(
                "bound", program.variables, gave_way_bounds, np.abs(reduced[: program.n_columns]) > INVOLVED
            ),
        ]
        return Explanation(tuple(sorted(found, key=lambda conflict: -conflict.total)), solution)

    def _conflicts(
        self,
        kind: Literal["constraint", "bound"],
        blocks: dict[str, VariableBlock] | dict[str, ConstraintBlock],
        gave_way: Values,
        involved: NDArray[np.bool_],
    ) -> Iterator[Conflict]:
        for name, block in blocks.items():
            places = slice(block.first, block.first + len(block.index))
            amounts, part = gave_way[places], involved[places] | (gave_way[places] > 0)
            if part.any():
                worst = np.argsort(-amounts, kind="stable")
                shown = worst[part[worst]][:EXAMPLES] + block.first
                yield Conflict(
                    name,
                    kind,
                    rows_in_conflict=int(np.count_nonzero(part)),
                    violated_rows=int(np.count_nonzero(amounts)),
                    total=float(amounts.sum()),
                    largest=float(amounts.max()),
                    examples=tuple(self._example(kind, int(place), gave_way[place]) for place in shown),
                )

    def _example(self, kind: Literal["constraint", "bound"], place: int, amount: float) -> str:
        label = self.program.row_label(place) if kind == "constraint" else self.program.column_label(place)
        return f"{label} by {amount:.6g}" if amount else label


def _slacks(blocks: list[ConstraintBlock] | list[VariableBlock], units: Values) -> _Slacks:
    """A slack that raises for every finite lower side, one that lowers for every finite upper side."""
    empty = np.empty(0)
    raising = np.flatnonzero(np.isfinite(np.concatenate([empty, *(block.lower for block in blocks)])))
    lowering = np.flatnonzero(np.isfinite(np.concatenate([empty, *(block.upper for block in blocks)])))
    places = np.concatenate([raising, lowering])
    signs = np.concatenate([np.ones(len(raising)), -np.ones(len(lowering))])
    return _Slacks(places, signs, units[places])


def _by_place(slacks: _Slacks, values: Values, count: int) -> Values:
    """How far each row or column gave way, in its own units; rounding left out."""
    amounts = np.where(values > RELAXED, values, 0.0) * slacks.units
    return np.bincount(slacks.places, weights=amounts, minlength=count)[:count]


def _counter(count: int) -> Index:
    return Index((np.arange(count, dtype=np.int32),))
