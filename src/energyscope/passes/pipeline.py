"""The passes in their order, and the way back through all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from energyscope.passes import daily_storage, defined_columns, fixed_columns, implied_rows, seasonal_storage
from energyscope.passes.chains import find_chains
from energyscope.passes.flat import Flat, Point, Undo
from energyscope.passes.statements import by_column
from energyscope.passes.ties import tied_chains
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution


def _nothing_left(flat: Flat) -> None:
    """The answer of passes that take all there is."""


class Pass(NamedTuple):
    """A rewriting: why it declines a program (None: it does not), and the program it makes with the way back.

    `left` tells what it leaves as it is in a program that it accepts, and why.
    """

    name: str
    accepts: Callable[[Flat], str | None]
    apply: Callable[[Flat], tuple[Flat, Undo]]
    left: Callable[[Flat], str | None] = _nothing_left


PASSES: tuple[Pass, ...] = (
    Pass(fixed_columns.NAME, fixed_columns.accepts, fixed_columns.apply),
    Pass(daily_storage.NAME, daily_storage.accepts, daily_storage.apply),
    Pass(seasonal_storage.NAME, seasonal_storage.accepts, seasonal_storage.apply, seasonal_storage.left),
    Pass(implied_rows.NAME, implied_rows.accepts, implied_rows.apply),
    Pass(defined_columns.NAME, defined_columns.accepts, defined_columns.apply),
)
"""All passes, in the order that lets each profit from those before it."""


@dataclass(frozen=True)
class Reduction:
    """A smaller program with the same optimum.

    `declined` gives the reason of every pass that was not used, and of one that was used what it left as it is.
    """

    original: Program
    program: Program
    declined: dict[str, str]
    undos: tuple[Undo, ...]

    def restore(self, solution: Solution) -> Solution:
        """The solution of the original program. Duals that a pass cannot give are NaN."""
        if solution.primal is None:
            return replace(solution, dual=None, reduced_cost=None, passes=self.program.passes)
        point = Point(solution.primal, solution.dual, solution.reduced_cost)
        for undo in reversed(self.undos):
            point = undo(point)
        return replace(
            solution,
            primal=point.primal,
            dual=point.dual,
            reduced_cost=point.reduced_cost,
            passes=self.program.passes,
        )


def reduce_program(program: Program, passes: Sequence[Pass] = PASSES) -> Reduction:
    """Run the passes that accept the program, in order."""
    flat = Flat.of(program)
    undos: list[Undo] = []
    used: list[str] = []
    declined: dict[str, str] = {}
    for step in passes:
        reason = step.accepts(flat)
        if reason is not None:
            declined[step.name] = reason
            continue
        some = step.left(flat)
        if some is not None:
            declined[step.name] = some
        flat, undo = step.apply(flat)
        undos.append(undo)
        used.append(step.name)
    for cache in (find_chains, tied_chains, by_column):
        cache.cache_clear()
    reduced = flat.program(program, (*program.passes, *used)) if used else program
    return Reduction(program, reduced, declined, tuple(undos))
