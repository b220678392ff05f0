"""Second opinions on "infeasible" and "unbounded", which carry no values that a certificate could be made of.

HiGHS's presolve has called feasible problems infeasible (a column that makes the problem unbounded, next to a parallel
one, is enough), so that its word alone is never passed on.
"""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np

from energyscope.backends.highs import Outcome, Watch, run, set_options


def settled(highs: highspy.Highs, outcome: Outcome, watch: Watch, *, large: bool) -> Outcome:
    """An outcome after which "infeasible" and "unbounded" can be believed; others are passed through.

    Infeasible is what is infeasible without the objective too. Unbounded (and "infeasible or unbounded") is asked again
    without presolve; where that is too much, for large programs, a point that is feasible decides.
    """
    if outcome.status == "infeasible":
        return _infeasible(highs, outcome, watch)
    if outcome.status != "unbounded" and not outcome.ambiguous:
        return outcome
    if not large:
        again = _without_presolve(highs, watch)
        if not again.ambiguous:
            return again
    elif outcome.status == "unbounded":
        return outcome
    feasible = _without_objective(highs, watch)
    if feasible.status != "optimal":
        return feasible
    return replace(outcome, status="unbounded", message="Unbounded", ambiguous=False)


def _infeasible(highs: highspy.Highs, outcome: Outcome, watch: Watch) -> Outcome:
    feasible = _without_objective(highs, watch)
    if feasible.status == "infeasible":
        return outcome
    if feasible.status != "optimal":
        return feasible
    again = _without_presolve(highs, watch)
    if again.status == "infeasible":
        return replace(again, status="error", message="infeasible with, but feasible without the objective")
    return replace(again, status="unbounded", message="Unbounded") if again.ambiguous else again


def _without_presolve(highs: highspy.Highs, watch: Watch) -> Outcome:
    highs.clearSolver()
    set_options(highs, {"presolve": "off", "solver": "choose"})
    return run(highs, watch)


def _without_objective(highs: highspy.Highs, watch: Watch) -> Outcome:
    """Look for any feasible point; the objective is put back."""
    columns = np.arange(highs.getNumCol(), dtype=np.int32)
    costs = np.array(highs.getLp().col_cost_)
    highs.clearSolver()
    highs.changeColsCost(len(columns), columns, np.zeros(len(columns)))
    outcome = run(highs, watch)
    highs.changeColsCost(len(columns), columns, costs)
    return outcome
