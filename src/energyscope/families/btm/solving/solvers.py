"""Who solves the linear program and the ones with binaries: HiGHS, kept warm between rounds, or any linopy solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import highspy
import numpy as np
import scipy.sparse as sp

from energyscope.backends.base import OptionValue
from energyscope.backends.highs import (
    Arrays,
    Basis,
    Outcome,
    Watch,
    basis_of,
    load_arrays,
    run,
    run_alone,
    set_basis,
    set_options,
)
from energyscope.families.btm.config.schemas import SolverChoice
from energyscope.families.btm.program.inputs import Places
from energyscope.families.btm.solving.finishing import finished
from energyscope.families.btm.solving.solve_stats import primal_infeasibility
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols, Values
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock

GAP = 1e-9
"""Relative gap at which branch and bound may stop: objectives are compared at 1e-6."""
FEASIBLE = 1e-9
"""By how much rows and bounds may be missed [kW, kWh]: flows as near to a bound are put on it."""
EXACT: Mapping[str, OptionValue] = {
    "primal_feasibility_tolerance": FEASIBLE,
    "dual_feasibility_tolerance": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
    "mip_rel_gap": GAP,
    "mip_abs_gap": GAP,
}
"""Tolerances of HiGHS; flows within 1e-9 of a bound are put on it, so the solver must not be coarser. Costs no time."""
METHOD: Mapping[str, OptionValue] = {"solver": "simplex", "simplex_dual_edge_weight_strategy": 1}
"""Dual simplex, which is the default strategy, with the weights of Devex: from a start at the idle battery it takes a
fifth of the time that steepest edges take on a year. A user who sets `solver` chooses the method, and the start."""
NAMES: Mapping[str, Mapping[str, str]] = {
    "gurobi": {"gap": "MIPGap", "threads": "Threads"},
    "copt": {"gap": "RelGap", "threads": "Threads"},
    "scip": {"gap": "limits/gap"},
    "mosek": {"gap": "MSK_DPAR_MIO_TOL_REL_GAP", "threads": "MSK_IPAR_NUM_THREADS"},
}
"""What other solvers call the gap and the number of threads; those that are not named keep their defaults."""


class Solver(Protocol):
    """Solves a linear program again and again with other upper bounds, and programs with binaries behind it."""

    iterations: int

    def relaxation(self, start: Basis | None) -> Outcome:
        """The linear program; a basis to start at can only save time."""

    def bounded(self, upper: Values) -> Outcome:
        """The linear program with other upper bounds on its columns."""

    def integer(self, arrays: Arrays) -> Outcome:
        """A program with binaries."""

    def basis(self) -> Basis | None:
        """Where the last linear program ended."""

    def described(self) -> dict[str, Any]:
        """Name, version and options, as solve_stats.json tells them."""


def solver_of(arrays: Arrays, choice: SolverChoice, watch: Watch) -> Solver:
    """The solver that a run names. Raises BackendError for an option that it does not take."""
    return HighsSolver(arrays, choice, watch) if choice.name == "highs" else LinopySolver(arrays, choice, watch)


def quiet(choice: SolverChoice) -> dict[str, OptionValue]:
    """The options of HiGHS for a run: one method, default seed, the user's own options on top."""
    return {**METHOD, "threads": choice.threads, **EXACT, **choice.options}


class HighsSolver:
    """HiGHS: dual simplex with default seed; the linear program stays loaded, and warm, between rounds."""

    def __init__(self, arrays: Arrays, choice: SolverChoice, watch: Watch) -> None:
        self.arrays = arrays
        self.choice = choice
        self.options = quiet(choice)
        self.watch = watch
        self.iterations = 0
        self.highs = load_arrays(arrays)
        set_options(self.highs, self.options)

    def relaxation(self, start: Basis | None) -> Outcome:
        """The linear program from a basis; where that leads nowhere, from scratch and without presolve."""
        if start is not None:
            set_basis(self.highs, start)
        return self._linear()

    def bounded(self, upper: Values) -> Outcome:
        """The linear program with other upper bounds, from where it ended the last time."""
        changed = np.flatnonzero(upper != self.arrays.upper).astype(np.int32)
        self.highs.changeColsBounds(len(changed), changed, self.arrays.lower[changed], upper[changed])
        self.arrays = replace(self.arrays, upper=upper)
        return self._linear()

    def integer(self, arrays: Arrays) -> Outcome:
        """A program with binaries, by branch and bound."""
        highs = load_arrays(arrays)
        set_options(highs, {**self.options, "solver": "choose"})
        return self._counted(run(highs, self.watch))

    def again(self) -> Outcome:
        """The linear program with the rows added since, from where it ended the last time."""
        return self._linear()

    def add_row(self, columns: Places, coefficients: Values, lower: float) -> None:
        """Add a row `coefficients x[columns] >= lower` to the linear program."""
        self.highs.addRow(lower, np.inf, len(columns), columns.astype(np.int32), coefficients)

    def aside(self, arrays: Arrays) -> Outcome:
        """Another program, with or without binaries; several threads may ask at once."""
        highs = load_arrays(arrays)
        set_options(highs, {**self.options, "solver": "choose"})
        return run_alone(highs, self.watch)

    def basis(self) -> Basis | None:
        """Where the last linear program ended."""
        return basis_of(self.highs)

    def described(self) -> dict[str, Any]:
        """Name, version and options."""
        return {"name": "highs", "version": self.highs.version(), "options": self.options}

    def _linear(self) -> Outcome:
        outcome = self._counted(run(self.highs, self.watch))
        if outcome.status != "error":
            return outcome
        self.highs.clearSolver()
        set_options(self.highs, {"presolve": "off"})
        return self._counted(run(self.highs, self.watch))

    def _counted(self, outcome: Outcome) -> Outcome:
        self.iterations += sum(count for name, count in outcome.iterations.items() if name != "nodes")
        return outcome


class LinopySolver:
    """Any other solver that linopy knows; answers that are not exact, as from a text of six digits, are finished."""

    def __init__(self, arrays: Arrays, choice: SolverChoice, watch: Watch) -> None:
        self.arrays = arrays
        self.choice = choice
        self.watch = watch
        self.iterations = 0
        self.version = ""
        self.finished_by: dict[str, str] = {}

    def relaxation(self, start: Basis | None) -> Outcome:
        """The linear program; these solvers take no basis."""
        return self._solved(self.arrays)

    def bounded(self, upper: Values) -> Outcome:
        """The linear program with other upper bounds."""
        return self._solved(replace(self.arrays, upper=upper))

    def integer(self, arrays: Arrays) -> Outcome:
        """A program with binaries."""
        return self._solved(arrays)

    def basis(self) -> Basis | None:
        """None: linopy keeps no basis."""
        return None

    def described(self) -> dict[str, Any]:
        """Name, version and options."""
        options = self._options(integer=True)
        return {"name": self.choice.name, "version": self.version, "options": options, **self.finished_by}

    def _solved(self, arrays: Arrays) -> Outcome:
        from energyscope.backends import linopy_backend  # brings the passes over programs along

        limit = None if self.watch.time_limit is None else self.watch.remaining
        solution = linopy_backend.solve(
            program_of_arrays(arrays),
            solver=self.choice.name,
            options=self._options(bool(arrays.integer.any())),
            time_limit=limit,
            progress=self.watch.progress,
            reductions=False,
            robust="off",
        )
        self.version = solution.version
        outcome = Outcome(
            status=solution.status,
            message=solution.message,
            ambiguous=False,
            iterations=dict(solution.iterations),
            objective=np.nan if solution.objective is None else solution.objective,
            primal=solution.primal,
            dual=solution.dual,
            reduced_cost=solution.reduced_cost,
            mip_gap=None,
            bound=solution.bound,
        )
        return outcome if _exact(arrays, outcome) else self._finished(arrays, outcome)

    def _finished(self, arrays: Arrays, outcome: Outcome) -> Outcome:
        """The answer as HiGHS finishes it, which solve_stats.json says."""
        self.finished_by = {"finished_by": f"highs {highspy.Highs().version()}"}
        return finished(arrays, outcome, {**METHOD, **EXACT, "threads": self.choice.threads}, self.watch)

    def _options(self, integer: bool) -> dict[str, OptionValue]:
        names = NAMES.get(self.choice.name, {})
        ours: dict[str, OptionValue] = {}
        if "threads" in names:
            ours[names["threads"]] = self.choice.threads
        if integer and "gap" in names:
            ours[names["gap"]] = GAP
        return {**ours, **self.choice.options}


def _exact(arrays: Arrays, outcome: Outcome) -> bool:
    """Does an answer hold to the tolerance that HiGHS has? One without values has nothing to be finished."""
    if outcome.primal is None:
        return True
    return outcome.status == "optimal" and primal_infeasibility(arrays, arrays.upper, outcome.primal) <= FEASIBLE


def program_of_arrays(arrays: Arrays) -> Program:
    """A program without names: continuous columns `x`, integer ones `u` behind them, rows `row`."""
    symbols = Symbols()
    width, binaries = arrays.matrix.shape[1], int(arrays.integer.sum())
    groups = {"x": (0, width - binaries), "u": (width - binaries, width)}
    variables = {
        name: VariableBlock(
            name,
            Index([symbols.codes(range(last - first))]),
            first,
            arrays.lower[first:last],
            arrays.upper[first:last],
            integer=name == "u",
        )
        for name, (first, last) in groups.items()
        if last > first
    }
    rows = Index([symbols.codes(range(arrays.matrix.shape[0]))])
    block = ConstraintBlock("row", rows, 0, _indexed(arrays.matrix), arrays.row_lower, arrays.row_upper)
    paid = np.flatnonzero(arrays.cost).astype(np.int32)
    return Program(symbols, variables, {"row": block}, Objective("cost", "minimize", paid, arrays.cost[paid]))


def _indexed(matrix: sp.csr_array) -> sp.csr_array:
    """The matrix with indices of 32 bits, as a program has them."""
    indices, starts = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return sp.csr_array((matrix.data, indices, starts), shape=matrix.shape)
