"""Binaries by windows: each run of steps that needs them is solved by itself, priced by the rest of the program.

Take the duals of a linear program as prices of what a window exchanges with the rest: energy at its borders, peaks,
totals. What the window costs at least at these prices, one way at a time, is a row that holds for every dispatch
without both ways, and cuts off the relaxed one (a Lagrangian cut). The linear program with these rows is a lower bound;
the decisions of the windows, fixed in the one without, are a dispatch. Where both cost the same, it is optimal.

Branch and bound on the whole program compares the combinations of all windows; here the windows add up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.backends.highs import Arrays, Outcome
from energyscope.families.btm.program.inputs import Places
from energyscope.families.btm.solving.branching import Decisions
from energyscope.families.btm.solving.exclusivity import Binaries, Steps, decided
from energyscope.families.btm.solving.located import AVAILABILITY, HOURLY, Site
from energyscope.families.btm.solving.solvers import HighsSolver
from energyscope.families.btm.solving.threads import side_by_side
from energyscope.modeldata.symbols import Values

NONE = -1
MOST_TURNS = 12
"""Turns of prices and cuts; two do where windows meet only through the energy at their borders."""
LARGEST_SHARE = 0.5
"""A window with more of the steps than this is the program itself, and gains nothing by being taken out."""
MOST_OTHERS = 4
"""Columns outside its window that a row may have: the peak of a month, steps that the window cuts off an interval."""
NEGLIGIBLE = 1e-12
"""Prices below are noise of the duals [GBP per kW or kWh]; they are left out before a window is solved."""
SHARP = 1e-9
"""By how much a window must cost more than the relaxation has it for a cut [GBP]."""


@dataclass(frozen=True, eq=False)
class Window:
    """Rows and columns of the program with binaries that belong to one run of steps, its border included."""

    rows: Places
    columns: Places
    matrix: sp.csr_array


@dataclass(frozen=True, eq=False)
class Cut:
    """The row `coefficients x[columns] >= side` [GBP]."""

    columns: Places
    coefficients: Values
    side: float


@dataclass(frozen=True, eq=False)
class Windowed:
    """The best decisions that were found, and the bound that was proven.

    `program` is the one with binaries and all cuts, `outer` holds the linear program with the cuts.
    """

    best: Decisions
    bound: float
    program: Arrays
    outer: HighsSolver

    @property
    def gap(self) -> float:
        """What is left between decisions and bound, as a share of the bound (of 1 GBP where that is less)."""
        return (self.best.cost - self.bound) / max(1.0, abs(self.bound))


def by_windows(
    arrays: Arrays, binaries: Binaries, sites: tuple[Site, ...], steps: Steps, solver: HighsSolver
) -> Windowed | None:
    """Decide the binaries of `steps` window by window; None where one window is most of the program.

    `arrays` is the linear program, `binaries` the one with binaries; `solver` has solved the linear program, and solves
    it again with the decisions.
    """
    if max(map(_longest, _any_pair(steps))) > LARGEST_SHARE * steps.shape[-1]:
        return None
    search = _Search(arrays, binaries, _windows(binaries, sites, steps), solver)
    search.run()
    return Windowed(search.best, search.bound, _with_cuts(binaries.arrays, search.cuts), search.outer)


def _any_pair(steps: Steps) -> list[NDArray[np.bool_]]:
    """The wanted steps of each site, whichever pair they are wanted for."""
    return [np.logical_or.reduce(pairs) for pairs in steps]


def _longest(wanted: NDArray[np.bool_]) -> int:
    return int(np.bincount(_numbered(wanted)[wanted]).max(initial=0))


def _numbered(wanted: NDArray[np.bool_], first: int = 0) -> Places:
    """The number of the run of wanted steps that each step is in, counted from `first`; NONE for steps in none."""
    begins = wanted & np.diff(wanted, prepend=False)
    return np.where(wanted, np.cumsum(begins) - 1 + first, NONE)


def _windows(binaries: Binaries, sites: tuple[Site, ...], steps: Steps) -> list[Window]:
    """The runs of wanted steps of each site, with the rows that tie their columns to few others."""
    matrix = binaries.arrays.matrix
    of_column = np.full(matrix.shape[1], NONE)
    stored, count = [], 0
    for site, wanted in zip(sites, _any_pair(steps), strict=True):
        number = _numbered(wanted, count)
        count = max(count, int(number.max()) + 1)
        stored.append((site.rows["soc_dynamics"], number))
        for name in (*HOURLY, AVAILABILITY):
            places = site.columns.get(name, slice(0, 0))
            of_column[places] = np.tile(number, (places.stop - places.start) // len(number))
    of_column[len(of_column) - len(binaries.first) :] = of_column[binaries.first]
    of_row = _of_rows(matrix, of_column, count)
    for places, number in stored:
        of_row[places] = number
    return [_window(matrix, np.flatnonzero(of_row == each)) for each in range(count)]


def _of_rows(matrix: sp.csr_array, of_column: Places, count: int) -> Places:
    """The window that each row belongs to: the one that it has columns of, if it has few of none and none of others."""
    of_entry, starts = of_column[matrix.indices], matrix.indptr[:-1]
    most = np.maximum.reduceat(of_entry, starts)
    least = np.minimum.reduceat(np.where(of_entry == NONE, count, of_entry), starts)
    of_none = np.add.reduceat((of_entry == NONE).astype(np.int64), starts)
    return np.where((least == most) & (of_none <= MOST_OTHERS), most, NONE)


def _window(matrix: sp.csr_array, rows: Places) -> Window:
    own = matrix[rows]
    columns = np.unique(own.indices)
    return Window(rows, columns, own[:, columns])


class _Search:
    """Prices, cuts and decisions, turn by turn, until bound and decisions cost the same."""

    def __init__(self, arrays: Arrays, binaries: Binaries, windows: list[Window], solver: HighsSolver) -> None:
        self.arrays = arrays
        self.binaries = binaries
        self.windows = windows
        self.solver = solver
        self.outer = HighsSolver(arrays, solver.choice, solver.watch)
        self.cuts: list[Cut] = []
        self.bound = -np.inf
        self.best = Decisions(np.inf, arrays.upper)

    def run(self) -> None:
        """Go on while cuts are found that the linear program violates."""
        low = self.outer.relaxation(self.solver.basis())
        for _ in range(MOST_TURNS):
            if low.status != "optimal" or low.primal is None or low.dual is None:
                return
            self.bound = low.objective
            if self.best.proven(self.bound) or not self._turn(low.primal, low.dual):
                return
            low = self.outer.again()

    def _turn(self, primal: Values, dual: Values) -> bool:
        """Solve all windows at the prices of a linear program; False where nothing is gained by it."""
        of_rows = dual[: len(self.arrays.row_lower)]
        reduced = self.arrays.cost - self.arrays.matrix.T @ of_rows
        prices = [_prices(window, reduced, of_rows) for window in self.windows]
        answers = side_by_side(lambda number: self._cheapest(self.windows[number], prices[number]), len(prices))
        if any(each.status != "optimal" for each in answers):
            return False
        self._decide(answers)
        found = [
            cut
            for window, price, answer in zip(self.windows, prices, answers, strict=True)
            if (cut := _cut(window, price, answer, primal)) is not None
        ]
        for cut in found:
            self.outer.add_row(cut.columns, cut.coefficients, cut.side)
        self.cuts.extend(found)
        return bool(found)

    def _cheapest(self, window: Window, prices: Values) -> Outcome:
        """What a window costs at least at some prices, one way at a time."""
        program, columns, rows = self.binaries.arrays, window.columns, window.rows
        alone = Arrays(
            window.matrix,
            program.row_lower[rows],
            program.row_upper[rows],
            prices,
            program.lower[columns],
            program.upper[columns],
            program.integer[columns],
        )
        return self.solver.aside(alone)

    def _decide(self, answers: list[Outcome]) -> None:
        """Keep the decisions of the windows where they cost less, together, than those before."""
        whole = np.zeros(self.binaries.arrays.matrix.shape[1])
        for window, answer in zip(self.windows, answers, strict=True):
            whole[window.columns] = answer.primal
        upper = decided(self.binaries, whole, self.arrays.upper)
        outcome = self.solver.bounded(upper)
        if outcome.status == "optimal" and outcome.objective < self.best.cost:
            self.best = Decisions(outcome.objective, upper)


def _prices(window: Window, reduced: Values, dual: Values) -> Values:
    """What the rest of the program asks for each column of a window; binaries are free."""
    continuous, own = window.columns < len(reduced), window.rows < len(dual)
    prices = np.zeros(len(window.columns))
    prices[continuous] = reduced[window.columns[continuous]]
    prices += window.matrix.T @ np.where(own, dual[np.where(own, window.rows, 0)], 0.0)
    prices[(np.abs(prices) <= NEGLIGIBLE) | ~continuous] = 0.0
    return prices


def _cut(window: Window, prices: Values, answer: Outcome, primal: Values) -> Cut | None:
    """The row that says what a window costs at least, unless the linear program keeps it already."""
    side = answer.objective if answer.bound is None else answer.bound
    used = np.flatnonzero(prices)
    columns = window.columns[used]
    if side <= prices[used] @ primal[columns] + SHARP:
        return None
    return Cut(columns, prices[used], side)


def _with_cuts(program: Arrays, cuts: list[Cut]) -> Arrays:
    """The program with the cuts as rows."""
    if not cuts:
        return program
    starts = np.cumsum([0, *(len(cut.columns) for cut in cuts)])
    columns = np.concatenate([cut.columns for cut in cuts])
    coefficients = np.concatenate([cut.coefficients for cut in cuts])
    added = sp.csr_array((coefficients, columns, starts), shape=(len(cuts), program.matrix.shape[1]))
    return replace(
        program,
        matrix=sp.csr_array(sp.vstack([program.matrix, added], format="csr")),
        row_lower=np.concatenate([program.row_lower, [cut.side for cut in cuts]]),
        row_upper=np.concatenate([program.row_upper, np.full(len(cuts), np.inf)]),
    )
