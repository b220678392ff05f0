"""Branching on directions: one linear program, kept warm, from node to node with some flows put to 0.

There are no binaries: where a step runs both ways, one of the flows is 0 in one branch, and the other in the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energyscope.families.btm.solving.exclusivity import Binaries
from energyscope.families.btm.solving.solvers import GAP, HighsSolver
from energyscope.modeldata.symbols import Values

MOST_NODES = 300
"""Nodes after which branch and bound of the solver, with its cuts and heuristics, is the better bet."""
APART = 1e-8
"""Share of its limit above which both flows of a pair count as positive: ten times the tolerance of the solver."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """Directions as upper bounds of the columns, and what the dispatch costs that they leave [GBP]."""

    cost: float
    upper: Values

    def proven(self, bound: float) -> bool:
        """Is nothing cheaper, when no dispatch costs less than `bound`?"""
        return self.cost - bound <= GAP * max(1.0, abs(bound))


def by_branching(
    solver: HighsSolver, binaries: Binaries, upper: Values, best: Decisions
) -> tuple[Decisions, float] | None:
    """The best decisions and the bound that proves them; None where that takes too many nodes.

    `solver` holds the linear program, `upper` are its own upper bounds, `best` is what is known already.
    """
    _add_pair_rows(solver, binaries)
    bound = np.inf
    left: list[tuple[int, ...]] = [()]
    for _ in range(MOST_NODES):
        if not left:
            return best, min(bound, best.cost)
        zeroed = left.pop()
        bounds = upper.copy()
        bounds[list(zeroed)] = 0.0
        outcome = solver.bounded(bounds)
        if outcome.status == "infeasible":
            continue
        if outcome.status != "optimal" or outcome.primal is None:
            return None
        if best.proven(outcome.objective):
            bound = min(bound, outcome.objective)
        elif (columns := _both_ways(binaries, outcome.primal)) is None:
            best = Decisions(outcome.objective, bounds)
        else:
            left.extend((*zeroed, column) for column in columns)
    return None


def _add_pair_rows(solver: HighsSolver, binaries: Binaries) -> None:
    """One flow / its limit + the other / its limit <= 1: what binaries say of a pair if they may be fractions."""
    pairs = zip(binaries.first, binaries.second, binaries.first_limit, binaries.second_limit, strict=True)
    for first, second, most_first, most_second in pairs:
        if most_first > 0 and most_second > 0:
            solver.add_row(np.array([first, second]), np.array([-1.0 / most_first, -1.0 / most_second]), -1.0)


def _both_ways(binaries: Binaries, primal: Values) -> tuple[int, int] | None:
    """The pair that runs both ways by the largest share of its limits: its larger flow, and the one to be 0 first."""
    one = primal[binaries.first] / np.maximum(binaries.first_limit, 1.0)
    other = primal[binaries.second] / np.maximum(binaries.second_limit, 1.0)
    both = np.minimum(one, other)
    if both.max(initial=0.0) <= APART:
        return None
    worst = int(np.argmax(both))
    columns = int(binaries.first[worst]), int(binaries.second[worst])
    return columns if one[worst] > other[worst] else columns[::-1]
