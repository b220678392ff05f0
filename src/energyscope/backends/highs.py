"""HiGHS, driven through highspy: runs that can be watched and interrupted, and that never print."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

import highspy
import linopy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.backends.base import OptionValue, Progress, ProgressCallback, backend_error
from energyscope.backends.highs_log import LogReader
from energyscope.backends.scaling import DROPPED, SMALLEST_KEPT
from energyscope.language.diagnostics import did_you_mean
from energyscope.modeldata.symbols import Values
from energyscope.program.solution import Status

logger = logging.getLogger(__name__)

HIGHS_INFINITY = 1e20
"""HiGHS takes sides from here on for none, unless told otherwise."""
POLL_SECONDS = 0.1
"""Pause between looks at a running solver: what a user feels as at once."""
INTERRUPT_SECONDS = 3.0
"""How long an interrupted solver may take to notice; it looks between iterations only."""

MIP_GAP = 1e-6
"""Relative gap at which branch and bound may stop. HiGHS stops at 1e-4, too coarse where objectives are compared at
1e-6; the option `mip_rel_gap` sets another one."""
# limits on nodes and iterations are there only where a user sets them: like one on time, they end the work early
_STATUS: dict[Any, Status] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kIterationLimit: "time_limit",
    highspy.HighsModelStatus.kSolutionLimit: "time_limit",
}


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one run of HiGHS gave; arrays are None where it has no values, `ambiguous` is "unbounded or infeasible"."""

    status: Status
    message: str
    ambiguous: bool
    iterations: dict[str, int]
    objective: float
    primal: Values | None
    dual: Values | None
    reduced_cost: Values | None
    mip_gap: float | None
    bound: float | None = None


@dataclass(frozen=True)
class Watch:
    """Limit (seconds) and progress of a solve that may take several runs; it begins when this is made."""

    time_limit: float | None = None
    progress: ProgressCallback | None = None
    begun: float = field(default_factory=time.monotonic)

    def within(self, seconds: float) -> Watch:
        """The same watch with a limit of its own for what comes next."""
        left = min(self.remaining, seconds)
        return replace(self, time_limit=self.elapsed + left)

    @property
    def elapsed(self) -> float:
        """Seconds since the solve began."""
        return time.monotonic() - self.begun

    @property
    def remaining(self) -> float:
        """Seconds that are left, infinite without a limit."""
        return np.inf if self.time_limit is None else max(self.time_limit - self.elapsed, 0.0)


def hipo_available() -> bool:
    """Whether the HiPO interior point solver is installed."""
    return find_spec("highspy_extras") is not None


@dataclass(frozen=True, eq=False)
class Arrays:
    """A program as arrays: minimise `cost x` over `row_lower <= matrix x <= row_upper`, `lower <= x <= upper`."""

    matrix: sp.csr_array
    row_lower: Values
    row_upper: Values
    cost: Values
    lower: Values
    upper: Values
    integer: NDArray[np.bool_]
    maximise: bool = False


@dataclass(frozen=True, eq=False)
class Basis:
    """A basis of the simplex method: one HighsBasisStatus a column and a row."""

    columns: NDArray[np.object_]
    rows: NDArray[np.object_]


def load(model: linopy.Model) -> highspy.Highs:
    """A HiGHS object that holds a linopy model, from its matrices in one go.

    linopy's own `io_api="direct"` does the same in several calls, the first of which prints HiGHS's banner.
    """
    return load_arrays(arrays_of(model))


def arrays_of(model: linopy.Model) -> Arrays:
    """The matrices of a linopy model; rows and columns in the order of its labels."""
    matrices = model.matrices
    empty = sp.csr_array((len(matrices.b), len(matrices.vlabels)))
    return Arrays(
        matrix=empty if matrices.A is None else matrices.A,
        row_lower=np.where(matrices.sense != "<", matrices.b, -np.inf),
        row_upper=np.where(matrices.sense != ">", matrices.b, np.inf),
        cost=matrices.c,
        lower=matrices.lb,
        upper=matrices.ub,
        integer=matrices.vtypes != "C",
        maximise=model.objective.sense == "max",
    )


def load_arrays(arrays: Arrays) -> highspy.Highs:
    """A HiGHS object that holds a program, without names."""
    matrix = arrays.matrix
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = arrays.cost, arrays.lower, arrays.upper
    lp.row_lower_, lp.row_upper_ = arrays.row_lower, arrays.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if arrays.integer.any():
        kinds = np.array([highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger])
        lp.integrality_ = kinds[arrays.integer.astype(int)].tolist()
    if arrays.maximise:
        lp.sense_ = highspy.ObjSense.kMaximize
    highs = highspy.Highs()
    highs.setOptionValue("log_to_console", False)
    if np.abs(matrix.data).max(initial=0.0) > 1e15:
        highs.setOptionValue("large_matrix_value", np.inf)
    if np.abs(matrix.data).min(initial=1.0) <= SMALLEST_KEPT:
        highs.setOptionValue("small_matrix_value", DROPPED)
    highs.setOptionValue("mip_rel_gap", MIP_GAP)
    sides = [np.asarray(side) for side in (arrays.lower, arrays.upper, arrays.row_lower, arrays.row_upper)]
    if any((np.isfinite(side) & (np.abs(side) >= HIGHS_INFINITY)).any() for side in sides):
        highs.setOptionValue("infinite_bound", np.inf)
    highs.passModel(lp)
    return highs


def basis_of(highs: highspy.Highs) -> Basis | None:
    """The basis that the last run ended with; None where it has none."""
    basis = highs.getBasis()
    if not basis.valid:
        return None
    return Basis(np.array(basis.col_status, dtype=object), np.array(basis.row_status, dtype=object))


def set_basis(highs: highspy.Highs, basis: Basis) -> bool:
    """Let the next run begin at a basis; False where HiGHS does not take it, as for a program of another size."""
    given = highspy.HighsBasis()
    given.col_status, given.row_status = basis.columns.tolist(), basis.rows.tolist()
    given.valid = True
    return highs.setBasis(given) == highspy.HighsStatus.kOk


def set_options(highs: highspy.Highs, options: Mapping[str, OptionValue]) -> None:
    """Set options by name; texts are read as HiGHS reads them. Raises BackendError for a name or value it refuses."""
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            known, _ = highs.getOptionType(name)
            if known == highspy.HighsStatus.kOk:
                raise backend_error("solver-option", f"HiGHS does not accept {value!r} for its option `{name}`")
            names = [key for key in dir(highs.getOptions()) if not key.startswith("_")]
            raise backend_error("solver-option", f"HiGHS has no option `{name}`", did_you_mean(name, names))


def run(highs: highspy.Highs, watch: Watch) -> Outcome:
    """Run HiGHS once and read what it found.

    An exception of the progress callback, Ctrl-C among them, stops the solver and passes through.
    """
    _limit(highs, watch)
    _Run(highs, watch.begun).until_done(watch.progress)
    return _outcome(highs)


def run_alone(highs: highspy.Highs, watch: Watch) -> Outcome:
    """Run HiGHS once in the calling thread, which others may do at the same time with objects of their own.

    Nobody is told how far it is, and only the time limit can stop it.
    """
    _limit(highs, watch)
    highs.run()
    return _outcome(highs)


def _limit(highs: highspy.Highs, watch: Watch) -> None:
    """Set the time limit of the next run; HiGHS counts the seconds of all runs of an object."""
    highs.setOptionValue("time_limit", highs.getRunTime() + watch.remaining)


class _Run:
    """One run in a thread of its own, since C++ code would keep Ctrl-C waiting.

    No daemon: an interpreter that ends below C++ frames that call back into it ends in an abort.
    """

    def __init__(self, highs: highspy.Highs, begun: float) -> None:
        self.highs = highs
        self.begun = begun
        self.log = LogReader(Progress("start", time.monotonic() - begun))
        self.stop = False
        self.done = threading.Event()

    def until_done(self, progress: ProgressCallback | None) -> None:
        """Run, and tell about it from the calling thread."""
        listeners = (
            (self.highs.cbLogging, self._on_log),
            (self.highs.cbMipLogging, self._on_branching),
            (self.highs.cbIpmInterrupt, self._on_interior),
            (self.highs.cbSimplexInterrupt, self._on_interrupt),
            (self.highs.cbMipInterrupt, self._on_interrupt),
        )
        for event, listener in listeners:
            event.subscribe(listener)
        threading.Thread(target=self._run, name="highs").start()
        try:
            self._watch(progress)
        finally:
            self.stop = True
            if self.done.wait(INTERRUPT_SECONDS):
                for event, _ in listeners:
                    event.clear()

    def _watch(self, progress: ProgressCallback | None) -> None:
        told: Progress | None = None
        finished = False
        while not finished:
            finished = self.done.wait(POLL_SECONDS)
            if progress is not None and self.log.latest is not told:
                told = self.log.latest
                progress(told)

    def _run(self) -> None:
        try:
            self.highs.run()
        finally:
            self.done.set()

    def _on_log(self, event: Any) -> None:
        logger.debug("%s", event.message.rstrip("\n"))
        self.log.read(event.message, time.monotonic() - self.begun)

    def _on_branching(self, event: Any) -> None:
        figures = event.data_out
        self.log.latest = Progress(
            "branch and bound",
            time.monotonic() - self.begun,
            int(figures.mip_node_count),
            float(figures.mip_primal_bound),
            gap=float(figures.mip_gap),
        )

    def _on_interior(self, event: Any) -> None:
        """HiPO writes no log unless to the console, but counts its iterations here; IPX does it the other way round."""
        if (count := int(event.data_out.ipm_iteration_count)) >= 0 and count != self.log.latest.iteration:
            self.log.latest = Progress("HiPO", time.monotonic() - self.begun, count)
        self._on_interrupt(event)

    def _on_interrupt(self, event: Any) -> None:
        if self.stop:
            event.interrupt()


def _outcome(highs: highspy.Highs) -> Outcome:
    model_status = highs.getModelStatus()
    info = highs.getInfo()
    solution = highs.getSolution()
    counts = {name: int(getattr(info, f"{name}_iteration_count")) for name in ("simplex", "ipm", "crossover")}
    counts["nodes"] = int(info.mip_node_count)
    integers = len(highs.getLp().integrality_) > 0
    empty = model_status == highspy.HighsModelStatus.kModelEmpty
    return Outcome(
        status=_STATUS.get(model_status, "error"),
        message=highs.modelStatusToString(model_status),
        ambiguous=model_status == highspy.HighsModelStatus.kUnboundedOrInfeasible,
        iterations={name: count for name, count in counts.items() if count > 0},
        objective=float(info.objective_function_value),
        primal=np.asarray(solution.col_value, dtype=np.float64) if solution.value_valid or empty else None,
        dual=np.asarray(solution.row_dual, dtype=np.float64) if solution.dual_valid else None,
        reduced_cost=np.asarray(solution.col_dual, dtype=np.float64) if solution.dual_valid else None,
        mip_gap=float(info.mip_gap) if integers and np.isfinite(info.mip_gap) else None,
        bound=float(info.mip_dual_bound) if integers and np.isfinite(info.mip_dual_bound) else None,
    )
