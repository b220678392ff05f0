"""Solve with the capacities that are likely to be built, prove that no other one is worth it, else let it in.

Most capacities of a national model are never built, and each of them costs the solver hundreds of rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import highspy
import numpy as np

from energyscope.backends.base import OptionValue, Progress
from energyscope.backends.capacities.coarse import coarse_copy
from energyscope.backends.capacities.columns import capacity_columns, without
from energyscope.backends.capacities.linear import Linear, Mask
from energyscope.backends.capacities.pricing import Point, Prices, built, price
from energyscope.backends.highs import Outcome, Watch, run, set_options
from energyscope.backends.policy import finish, nearest_to_zero
from energyscope.backends.scaling import scale_rows
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

LEAST_CAPACITIES = 16
"""With fewer capacities there is little to leave out."""
ROUNDS = 3
"""Solves before the program is given to the solver as a whole; two are usual."""
MOST_ACTIVE = 0.8
"""From this part of the capacities on, leaving out the others no longer pays."""
DISCOUNT = 0.7
"""Capacities that would be built at this part of their cost are in the guess; else many enter later, at a solve."""
GAP = 1e-7
"""Relative duality gap that is asked for: a tenth of the precision at which objectives are compared."""
IPX: Mapping[str, OptionValue] = {"solver": "ipx", "run_crossover": "off"}


@dataclass(frozen=True, eq=False)
class Attempt:
    """A solution that is proved, or None with the reason; the reason is empty where the way does not apply."""

    solution: Solution | None
    reason: str = ""


@dataclass(eq=False)
class _Search:
    """What the rounds share."""

    program: Program
    linear: Linear
    capacities: Mask
    options: Mapping[str, OptionValue]
    watch: Watch
    iterations: dict[str, int]

    def stage(self, name: str) -> Watch:
        """The watch, with one name for all that HiGHS does next."""
        tell = self.watch.progress
        if tell is None:
            return self.watch

        def renamed(progress: Progress) -> None:
            tell(replace(progress, stage=name))

        renamed(Progress(name, self.watch.elapsed))
        return replace(self.watch, progress=renamed)

    def count(self, iterations: Mapping[str, int]) -> None:
        for name, number in iterations.items():
            self.iterations[name] = self.iterations.get(name, 0) + number


def active_capacities(
    program: Program, options: Mapping[str, OptionValue], watch: Watch, likely: Collection[str] = ()
) -> Attempt:
    """Solve a program by its active capacities.

    `likely` are labels of capacities that an earlier solve of nearly the same program found active; without them a
    coarse copy of the program gives the guess. Raises BackendError for an option that HiGHS refuses.
    """
    if program.objective is None or scale_rows(program).diagnostics:
        return Attempt(None)
    linear = Linear.of(program)
    capacities = capacity_columns(linear)
    if np.count_nonzero(capacities) < LEAST_CAPACITIES:
        return Attempt(None)
    search = _Search(program, linear, capacities, options, watch, {})
    known = capacities & _labelled(program, capacities, likely)
    if known.any():
        attempt = _rounds(search, known)
        if attempt.solution is not None:
            return attempt
    guess = _guess(search)
    return Attempt(None) if guess is None else _rounds(search, guess | known)


def _labelled(program: Program, capacities: Mask, labels: Collection[str]) -> Mask:
    wanted = np.zeros(len(capacities), dtype=bool)
    if labels:
        columns = np.flatnonzero(capacities)
        wanted[columns] = [program.column_label(int(column)) in labels for column in columns]
    return wanted


def _guess(search: _Search) -> Mask | None:
    """The capacities that a coarse copy of the program builds, or would build if they were cheaper."""
    coarse = coarse_copy(search.program, search.linear, search.capacities)
    if coarse is None:
        return None
    outcome = _interior(search, coarse.linear, "guess of capacities")
    if outcome.status != "optimal" or outcome.primal is None or outcome.dual is None:
        return None
    capacities = np.zeros(len(outcome.primal), dtype=bool)
    capacities[coarse.columns[search.capacities]] = True
    active = built(coarse.linear, capacities, outcome.primal)
    point = Point(outcome.primal, outcome.dual)
    prices = price(
        coarse.linear, capacities & ~active, capacities, point, search.stage("guess of capacities"), DISCOUNT
    )
    return search.capacities & (active | prices.attractive)[coarse.columns]


def _rounds(search: _Search, active: Mask) -> Attempt:
    """Solve and price until no capacity is worth entering."""
    total = np.count_nonzero(search.capacities)
    for number in range(1, ROUNDS + 1):
        count = np.count_nonzero(active)
        if count > MOST_ACTIVE * total:
            return Attempt(None, f"{count} of {total} capacities are active")
        method = f"IPX, {count} of {total} capacities"
        point = _restricted(search, active, method)
        if isinstance(point, str):
            return Attempt(None, f"{method}: {point}")
        prices = price(search.linear, search.capacities & ~active, search.capacities, point, search.stage("pricing"))
        search.count({"simplex": prices.iterations})
        if prices.complete and not prices.attractive.any():
            return _proved(search, active, point, prices, f"{method}, round {number}")
        if not prices.attractive.any():
            return Attempt(None, f"{method}: pricing came to no end")
        active = active | prices.attractive
    return Attempt(None, f"no end after {ROUNDS} rounds")


def _restricted(search: _Search, active: Mask, method: str) -> Point | str:
    """The optimum with the active capacities alone, or why there is none."""
    linear = search.linear
    zero = without(linear, search.capacities & ~active)
    kept = linear.count_entries(~zero[linear.matrix.indices]) > 0
    if ((linear.row_lower > 0) | (linear.row_upper < 0))[~kept].any():
        return "not enough"
    rows, columns = np.flatnonzero(kept), np.flatnonzero(~zero)
    outcome = _interior(search, linear.part(rows, columns), method)
    if outcome.status != "optimal" or outcome.primal is None or outcome.dual is None:
        return outcome.message
    point = Point(np.zeros(len(zero)), np.zeros(len(kept)))
    point.primal[columns] = outcome.primal
    point.dual[rows] = outcome.dual
    return point


def _interior(search: _Search, linear: Linear, stage: str) -> Outcome:
    highs = linear.highs()
    set_options(highs, {**IPX, **search.options})
    outcome = run(highs, search.stage(stage))
    search.count(outcome.iterations)
    return outcome


def _proved(search: _Search, active: Mask, point: Point, prices: Prices, method: str) -> Attempt:
    """The solution of the whole program, when its certificate says so."""
    program, linear = search.program, search.linear
    objective = program.objective
    sign = -1.0 if objective is not None and objective.sense == "maximize" else 1.0
    solution = Solution(
        status="optimal",
        message=f"Optimal ({method})",
        solver="highs",
        version=highspy.Highs().version(),
        primal=nearest_to_zero(program, point.primal),
        dual=sign * prices.dual,
        reduced_cost=sign * (linear.cost - linear.by_column.T @ prices.dual),
        iterations=search.iterations,
        capacities=tuple(program.column_label(int(column)) for column in np.flatnonzero(active)),
    )
    solution = finish(program, solution)
    if solution.status != "optimal":
        return Attempt(None, solution.message)
    if not solution.residuals.get("relative_gap", np.inf) <= GAP:
        return Attempt(None, f"{method}: the duality gap is {solution.residuals['relative_gap']:.1e}")
    return Attempt(solution)
