"""Is a program infeasible beyond tolerance? Bounds that contradict each other, or an elastic relaxation, tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from energyscope.backends.elastic import Elastic, elastic_program
from energyscope.backends.robust.opened import OPENING
from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution, Status

PROOF = 2 * OPENING
"""Least total violation, each relative to 1 + |side|, from which a program is infeasible.

Up to the opening once a solver might still accept the point; the elastic relaxation has an interior and is solved to
well below the other.
"""
FAMILIES_SHOWN = 3


@dataclass(frozen=True)
class Verdict:
    """What is known about the feasibility of a program.

    `status` is `infeasible` where that is proven, `optimal` where a point violates the rows by less than tolerance,
    else what became of the relaxation. `violation` is the least total, `families` have violations, most first.
    """

    status: Status
    violation: float | None = None
    families: tuple[str, ...] = ()

    def words(self) -> str:
        """What was found, as the end of a sentence."""
        if self.violation is None:
            return f"the bounds of `{self.families[0]}` contradict each other" if self.families else "nothing is proven"
        names = ", ".join(f"`{name}`" for name in self.families[:FAMILIES_SHOWN])
        where = f", cheapest in {names}" if names else ""
        return f"the least total violation of the rows, relative to 1 + |side|, is {self.violation:.3g}{where}"


def judged(program: Program, run: Callable[[Program], Solution]) -> Verdict:
    """Look for the least total violation: of the continuous relaxation first, which often does for integers as well."""
    crossed = _crossed_bounds(program)
    if crossed:
        return Verdict("infeasible", None, crossed)
    verdict = _least_violation(program.relaxation(), run)
    if verdict.status == "optimal" and program.sizes["integers"]:
        return _least_violation(program, run)
    return verdict


def _least_violation(program: Program, run: Callable[[Program], Solution]) -> Verdict:
    lower, upper = program.row_sides
    weights = 1 / (1 + np.maximum(_size(lower), _size(upper)))
    elastic = elastic_program(program, weights, np.ones(program.n_rows, dtype=bool))
    answer = run(elastic.program)
    if answer.status != "optimal" or answer.primal is None or answer.objective is None:
        return Verdict("error" if answer.status == "infeasible" else answer.status)
    proven = answer.objective if answer.bound is None else min(answer.objective, answer.bound)
    families = _families(program, elastic, weights, answer.primal)
    return Verdict("infeasible" if proven > PROOF else "optimal", answer.objective, families)


def _size(side: Values) -> Values:
    return np.where(np.isfinite(side), np.abs(side), 0.0)


def _families(program: Program, elastic: Elastic, weights: Values, primal: Values) -> tuple[str, ...]:
    """The constraints with violations, most first."""
    parts = [np.where(columns >= 0, primal[columns], 0.0) for columns in (elastic.short, elastic.over)]
    violation = weights * sum(parts, np.zeros(program.n_rows))
    totals = {name: float(violation[block.rows].sum()) for name, block in program.constraints.items()}
    return tuple(sorted((name for name, total in totals.items() if total > OPENING), key=lambda name: -totals[name]))


def _crossed_bounds(program: Program) -> tuple[str, ...]:
    """Variables with a lower bound above an upper one, whole numbers taken into account."""
    return tuple(
        block.name
        for block in program.variables.values()
        if (
            np.ceil(block.lower - OPENING) > np.floor(block.upper + OPENING)
            if block.integer
            else block.lower - block.upper > PROOF * (1 + _size(block.lower))
        ).any()
    )
