"""Results as tables by AMPL name, and the one parser that makes them from a solution."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from energyscope import result_files
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Values
from energyscope.outcome import (
    EXPLAIN_PROGRAM,
    InfeasibleError,
    SolveFailure,
    SolverError,
    TimeLimitError,
    UnboundedError,
    require_optimal,
)
from energyscope.program.blocks import ConstraintBlock, Program
from energyscope.program.solution import Solution, Status
from energyscope.result_reading import read_result
from energyscope.result_summary import spoken, summary_table
from energyscope.tables import Maker, Tables, indexed_frame, parameter_tables, set_tables
from energyscope.translate.shown import AfterSolve, Shown

__all__ = [
    "ALL_KINDS",
    "KINDS",
    "InfeasibleError",
    "Result",
    "Run",
    "SolveFailure",
    "SolverError",
    "TimeLimitError",
    "UnboundedError",
    "parse_result",
    "require_optimal",
]

KINDS = ("variables", "parameters", "sets", "objectives", "constraints", "postprocessing")
"""The mappings of a Result, in the order they are shown."""
ALL_KINDS = (*KINDS, "reduced_costs")
"""The mappings that are joined and written."""


@dataclass(frozen=True)
class Run:
    """How one run ended: number, status, objective (constant included), its name, and figures about the solve."""

    number: int
    status: Status
    objective: float | None
    objective_name: str | None
    stats: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain fields, those of `stats` beside the others."""
        own = {"run": self.number, "status": self.status, "objective": self.objective}
        return {**own, "objective_name": self.objective_name, **self.stats}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Run:
        """The run that `to_json` wrote."""
        stats = dict(fields)
        number, status = stats.pop("run"), stats.pop("status")
        return cls(number, status, stats.pop("objective"), stats.pop("objective_name"), stats)


@dataclass(frozen=True, eq=False)
class Result:
    """The outcome of one run, or of several joined with `+`.

    Each mapping goes from AMPL names to a table: index levels `index0`, `index1`, ... (`index` for a single one), a
    column of the item's name and the number of the `Run`; scalars have one row. Constraints have the dual under their
    name, `body` (the value of the left side) and `slack` (distance to the nearer side). Tables are made when first
    used.
    """

    variables: Tables = field(default_factory=Tables)
    parameters: Tables = field(default_factory=Tables)
    sets: Tables = field(default_factory=Tables)
    objectives: Tables = field(default_factory=Tables)
    constraints: Tables = field(default_factory=Tables)
    postprocessing: Tables = field(default_factory=Tables)
    reduced_costs: Tables = field(default_factory=Tables)
    runs: tuple[Run, ...] = ()
    after_solve: AfterSolve | None = field(default=None, repr=False, compare=False)

    @property
    def status(self) -> Status:
        """The status of the run. Raises ValueError when there are several."""
        return self._only_run().status

    @property
    def objective(self) -> float | None:
        """The objective of the run, constant included. Raises ValueError when there are several."""
        return self._only_run().objective

    @property
    def stats(self) -> Mapping[str, Any]:
        """Sizes, timings, solver, residuals, passes of the run. Raises ValueError when there are several."""
        return self._only_run().stats

    @property
    def shown(self) -> Shown:
        """What the text shows after its solve: `print(result.shown)`, its `files`, `tables` and `warnings`.

        Nothing for a result that was read. Raises ValueError when there are several runs.
        """
        self._only_run()
        return Shown() if self.after_solve is None else self.after_solve.shown

    @property
    def tables_out(self) -> dict[str, pd.DataFrame]:
        """The tables that the text writes (`table ... OUT`), by name. Raises ValueError when there are several runs."""
        return {name: table.frame for name, table in self.shown.tables.items()}

    def noted(self, **figures: Any) -> Result:
        """The same result with more figures, as JSON has them, in the stats of its runs."""
        runs = tuple(replace(run, stats={**run.stats, **figures}) for run in self.runs)
        return replace(self, runs=runs)

    def _only_run(self) -> Run:
        if len(self.runs) != 1:
            raise ValueError(f"this result has {len(self.runs)} runs: look at `runs` for each")
        return self.runs[0]

    def __add__(self, other: Result) -> Result:
        """The runs of both; runs of the right side whose number is taken get the next free one."""
        numbers = _free_numbers(self.runs, other.runs)
        tables = {kind: _joined(getattr(self, kind), getattr(other, kind), numbers) for kind in ALL_KINDS}
        runs = [
            Run(numbers[run.number], run.status, run.objective, run.objective_name, run.stats) for run in other.runs
        ]
        return Result(**tables, runs=(*self.runs, *runs), after_solve=None)

    def __eq__(self, other: object) -> bool:
        """Are runs and contents of all tables the same? Tables that nobody asked for yet are made for it.

        NaN is equal to NaN; whole numbers, numbers and texts differ from one another, the order of the names does not
        count. A result can be changed (`postprocessing`), so it has no hash.
        """
        if not isinstance(other, Result):
            return NotImplemented
        return self.runs == other.runs and all(getattr(self, kind) == getattr(other, kind) for kind in ALL_KINDS)

    __hash__ = None  # type: ignore[assignment]

    def tables(self) -> Iterable[tuple[str, Tables]]:
        """The mappings with their names."""
        return [(kind, getattr(self, kind)) for kind in KINDS]

    @classmethod
    def read(cls, path: str | Path) -> Result:
        """The result that `write`, `to_parquet`, `to_csv` (a folder) or `to_netcdf` (a file) wrote.

        Raises EnergyscopeError where there is none.
        """
        runs, tables = read_result(path)
        kinds = {kind: Tables(tables.get(kind, {})) for kind in ALL_KINDS}
        return cls(**kinds, runs=tuple(Run.from_json(run) for run in runs), after_solve=None)

    def write(self, folder: str | Path) -> None:
        """Write all tables as Parquet, those that are not long as CSV too, and `runs.json`."""
        result_files.write_parquet(self._all_tables(), self._runs(), folder, with_csv=True)

    def to_netcdf(self, path: str | Path) -> None:
        """Write all tables into one NetCDF file, a group each (`variables/F`); see `result_files.write_netcdf`."""
        result_files.write_netcdf(self._all_tables(), self._runs(), path)

    def to_parquet(self, folder: str | Path) -> None:
        """Write `KIND/NAME.parquet` for every table, and `runs.json`."""
        result_files.write_parquet(self._all_tables(), self._runs(), folder)

    def to_csv(self, folder: str | Path) -> None:
        """Write `KIND/NAME.csv` for every table, and `runs.json`."""
        result_files.write_csv(self._all_tables(), self._runs(), folder)

    def to_excel(self, path: str | Path) -> None:
        """Write a workbook: `contents`, `runs`, and a sheet for every table (several for one longer than a sheet)."""
        result_files.write_excel(self._all_tables(), self._runs(), path)

    def _all_tables(self) -> list[tuple[str, Tables]]:
        return [(kind, getattr(self, kind)) for kind in ALL_KINDS]

    def _runs(self) -> list[dict[str, Any]]:
        return [run.to_json() for run in self.runs]

    def summary(self) -> pd.DataFrame:
        """The figures that fit on one screen: objective, costs, emissions, capacities, sizes, times.

        Rows (section, item), a column `unit`, and a column `value`, or one for each of several runs.
        """
        return summary_table(self)

    def __repr__(self) -> str:
        ends = ", ".join(f"{run.status} {run.objective}" for run in self.runs)
        sizes = ", ".join(f"{len(tables)} {kind}" for kind, tables in self.tables() if tables)
        return f"Result({ends}; {sizes})"

    def _repr_html_(self) -> str:
        """The summary, and the tables there are, for a notebook."""
        figures = self.summary()
        values = figures.columns.drop("unit")
        figures = figures.assign(**{name: figures[name].map(spoken) for name in values})
        there = [
            {"kind": kind, "count": len(tables), "names": ", ".join(tables)} for kind, tables in self.tables() if tables
        ]
        return str(figures.to_html()) + str(pd.DataFrame(there).to_html(index=False))


def parse_result(program: Program, solution: Solution, data: ModelData | None = None, id_run: int = 0) -> Result:
    """The result of a solved program; sets and parameters are those of `data` as they are now.

    Raises InfeasibleError, UnboundedError, TimeLimitError or SolverError when the solution is not optimal.
    """
    require_optimal(solution, EXPLAIN_PROGRAM)
    symbols = program.symbols
    variables: dict[str, Maker] = {}
    reduced_costs: dict[str, Maker] = {}
    for name, block in program.variables.items():
        variables[name] = partial(indexed_frame, symbols, block.index, {name: solution.values(block)}, id_run)
        if solution.reduced_cost is not None:
            costs = {name: solution.reduced_costs(block)}
            reduced_costs[name] = partial(indexed_frame, symbols, block.index, costs, id_run)
    objective = program.objective
    goal_name = None if objective is None else objective.name
    run = Run(id_run, solution.status, solution.objective, goal_name, _stats(program, solution))
    result = Result(
        variables=Tables(variables),
        parameters=Tables() if data is None else parameter_tables(data.copy(), id_run),
        sets=Tables() if data is None else set_tables(data.copy(), id_run),
        objectives=Tables(
            {objective.name: pd.DataFrame({objective.name: [solution.objective], "Run": [id_run]})} if objective else {}
        ),
        constraints=Tables(
            {
                name: partial(_constraint_frame, program, block, solution, id_run)
                for name, block in program.constraints.items()
            }
        ),
        reduced_costs=Tables(reduced_costs),
        runs=(run,),
        after_solve=_after_solve(program, solution, data),
    )
    for name, make in _postprocessing(program, result).items():
        result.postprocessing[name] = make
    return result


def _after_solve(program: Program, solution: Solution, data: ModelData | None) -> AfterSolve | None:
    if data is None or data.text is None or not data.text.after_solve:
        return None
    return AfterSolve(data.text, data.copy(), program, solution)


def _postprocessing(program: Program, result: Result) -> Mapping[str, Maker]:
    """The tables of a family that the names in the result allow."""
    from energyscope.families.postprocessing import postprocessing_tables

    dimensions = {name: block.index.dimension for name, block in program.variables.items()}
    dimensions |= {name: block.index.dimension for name, block in program.constraints.items()}
    mappings = (result.variables, result.parameters, result.sets, result.constraints)
    return postprocessing_tables(*mappings, dimensions, result.runs[0].number)


def _constraint_frame(program: Program, block: ConstraintBlock, solution: Solution, run: int) -> pd.DataFrame:
    assert solution.primal is not None
    body: Values = block.matrix @ solution.primal
    slack = np.minimum(body - block.lower, block.upper - body)
    dual = np.full(len(body), np.nan) if solution.dual is None else solution.duals(block)
    return indexed_frame(program.symbols, block.index, {block.name: dual, "body": body, "slack": slack}, run)


def _stats(program: Program, solution: Solution) -> dict[str, Any]:
    """Figures of a run as JSON has them; one that is not finite is null there, None here."""
    return {
        **program.sizes,
        "relaxed": program.relaxed,
        "solver": solution.solver,
        "solver_version": solution.version,
        "message": solution.message,
        "timings": dict(solution.timings),
        "iterations": dict(solution.iterations),
        "residuals": {
            name: float(value) if math.isfinite(value) else None for name, value in solution.residuals.items()
        },
        "bound": solution.bound if solution.bound is not None and math.isfinite(solution.bound) else None,
        "mip_gap": solution.residuals.get("mip_gap"),
        "robust": dict(solution.robust),
        "attempts": list(solution.attempts),
        "passes": list(solution.passes),
        "declined": dict(solution.declined),
        "warnings": [diagnostic.message for diagnostic in solution.diagnostics],
    }


def _free_numbers(taken: tuple[Run, ...], coming: tuple[Run, ...]) -> dict[int, int]:
    """A number for every coming run, its own where that is free."""
    used = {run.number for run in taken}
    numbers: dict[int, int] = {}
    for run in coming:
        number = run.number if run.number not in used else max(used) + 1
        numbers[run.number] = number
        used.add(number)
    return numbers


def _joined(left: Tables, right: Tables, numbers: Mapping[int, int]) -> Tables:
    names = [*left, *(name for name in right if name not in left)]
    return Tables({name: partial(_joined_frame, left, right, name, numbers) for name in names})


def _joined_frame(left: Tables, right: Tables, name: str, numbers: Mapping[int, int]) -> pd.DataFrame:
    parts = [left[name]] if name in left else []
    if name in right:
        coming = right[name]
        parts.append(coming.assign(Run=coming["Run"].map(dict(numbers))) if "Run" in coming else coming)
    if len(parts) == 1:
        return parts[0]
    numbered = all(isinstance(part.index, pd.RangeIndex) and part.index.name is None for part in parts)
    return pd.concat(parts, ignore_index=numbered)
