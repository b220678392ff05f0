"""What Gurobi is particular about: the types of its parameters, and how large a program its licence takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from energyscope.backends.base import OptionValue, backend_error
from energyscope.language.diagnostics import did_you_mean
from energyscope.program.blocks import Program

FREE_SIZE = 2_000
"""Rows, and columns, that the licence takes which comes with gurobipy."""
_ADVICE = f"the licence that comes with gurobipy takes {FREE_SIZE:,} rows: install one of your own, or use highs"


def gurobi_options(options: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
    """Parameters in the types that Gurobi wants. Raises BackendError for a name or value it refuses."""
    import gurobipy

    typed: dict[str, OptionValue] = {}
    with gurobipy.Env(empty=True) as environment:
        environment.setParam("OutputFlag", 0)
        for name, value in options.items():
            try:
                typed[name] = type(environment.getParam(name))(value)
                environment.setParam(name, typed[name])
            except ValueError as failure:
                raise backend_error("solver-option", f"Gurobi does not accept {value!r} for `{name}`") from failure
            except gurobipy.GurobiError as failure:
                names = [each for each in dir(gurobipy.GRB.Param) if not each.startswith("_")]
                help = did_you_mean(name, names) if name not in names else None
                raise backend_error("solver-option", f"Gurobi says: {failure}", help) from failure
    return typed


def require_size(program: Program) -> None:
    """Does the licence take a program of this size? Asked with an empty one, since filling a large one takes time.

    Raises BackendError when it does not.
    """
    if max(program.n_rows, program.n_columns) <= FREE_SIZE:
        return
    import gurobipy

    with licence_told(program), gurobipy.Env(empty=True) as environment:
        environment.setParam("LogToConsole", 0)
        environment.start()
        with gurobipy.Model(env=environment) as probe:
            probe.addMVar(FREE_SIZE + 1)
            probe.optimize()


@contextmanager
def licence_told(program: Program) -> Iterator[None]:
    """Gurobi's own errors, most of them about its licence, as ours."""
    import gurobipy

    try:
        yield
    except gurobipy.GurobiError as failure:
        size = f"; the program has {program.n_rows:,} rows and {program.n_columns:,} columns"
        raise backend_error("solver-failure", f"gurobi says: {failure}{size}", _ADVICE) from failure
