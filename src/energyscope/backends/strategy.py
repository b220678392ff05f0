"""Which method of HiGHS solves which class of problem, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from energyscope.backends.base import OptionValue
from energyscope.language.diagnostics import Diagnostic
from energyscope.passes import daily_storage, seasonal_storage
from energyscope.program.blocks import Program

LARGE_ROWS = 15_000
"""From here on interior points beat the simplex method by far; below, a vertex with basic duals is nicer to have."""
HUGE_ROWS = 200_000
"""Programs of this size that no pass made smaller: storage over 8,760 periods, written out."""


@dataclass(frozen=True)
class Method:
    """One way to let HiGHS solve: a name for reports, the options that make it, and the step of the policy it is."""

    name: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    step: str = "another algorithm"


DEFAULT = Method("HiGHS")
NO_PRESOLVE = Method("HiGHS without presolve", {"presolve": "off"}, "without presolve")
IPX = Method("IPX", {"solver": "ipx", "run_crossover": "off"})
CROSSOVER = Method("IPX with crossover", {"solver": "ipx", "run_crossover": "on"})
CROSSOVER_ALONE = Method(
    "IPX with crossover, without presolve",
    {"solver": "ipx", "run_crossover": "on", "presolve": "off"},
    "without presolve",
)
HIPO = Method("HiPO", {"solver": "hipo", "run_crossover": "off"})
SIMPLEX = Method("simplex", {"solver": "simplex"})

STRATEGY: dict[str, tuple[tuple[Method, ...], str]] = {
    "integer": (
        (DEFAULT, NO_PRESOLVE),
        "branch and bound; presolve has lost the optimum of knife-edge problems, so the second try is without",
    ),
    "small": (
        (DEFAULT, NO_PRESOLVE),
        "the simplex method gives a vertex and basic duals, in a moment",
    ),
    "large": (
        (IPX, CROSSOVER),
        "the reduced national model: IPX needs 0.7 of the time of HiPO, which stalls and hands over to it; crossover "
        "would cost more than the solve. Knife-edge problems have no interior: there IPX ends beside the optimum or "
        "not at all, and crossover finds the vertex in seconds, where the simplex method needs many times as long, "
        "without presolve most of all. IPX is asked for by name: `ipm` means HiPO where that is installed. Before all "
        "of them the package `capacities` tries IPX with the capacities that are built",
    ),
    "huge": (
        (HIPO, IPX),
        "the national model as written: IPX alone gives up after some iterations, HiPO gets it to a point from where "
        "IPX ends",
    ),
}
"""Methods by class of problem, tried in order until an answer holds, with the reason for the first."""
OPENED: dict[str, tuple[Method, ...]] = {
    "integer": (DEFAULT,),
    "small": (DEFAULT,),
    "large": (CROSSOVER, DEFAULT),
    "huge": (IPX,),
}
"""Methods for the problem with its inequalities opened: vertices, since it hardly has an interior."""
OTHERS: dict[str, tuple[Method, ...]] = {
    "integer": (),
    "small": (CROSSOVER, HIPO),
    "large": (SIMPLEX, HIPO, NO_PRESOLVE),
    "huge": (SIMPLEX,),
}
"""Other algorithms, where all that did not do."""


def problem_class(program: Program) -> str:
    """The row of STRATEGY that a program belongs to."""
    if program.sizes["integers"]:
        return "integer"
    if program.n_rows < LARGE_ROWS:
        return "small"
    return "large" if program.n_rows < HUGE_ROWS else "huge"


def by_capacities(program: Program) -> bool:
    """Is it worth trying to solve the program with a part of its capacities first?"""
    return problem_class(program) == "large"


def methods_for(program: Program, hipo: bool, stage: str = "plain") -> list[Method]:
    """The methods of a stage of the policy, in order; `hipo` says whether HiPO is installed.

    `first` is the first way without a second try; `presolve on` and `presolve off` are runs that are to be compared.
    """
    kind = problem_class(program)
    methods = {
        "plain": STRATEGY[kind][0],
        "first": STRATEGY[kind][0],
        "opened": OPENED[kind],
        "others": OTHERS[kind],
        "presolve on": OPENED[kind],
        "presolve off": (NO_PRESOLVE if kind in ("integer", "small") else CROSSOVER_ALONE,),
    }[stage]
    available = [method for method in methods if hipo or method is not HIPO]
    return available[:1] if stage == "first" else available


def slow_solve(program: Program, declined: Mapping[str, str] | None) -> Diagnostic | None:
    """A warning where the solver gets a huge program that no storage pass made smaller, with the reason.

    `declined` is why passes did not fit, None where they were switched off.
    """
    storage = (daily_storage.NAME, seasonal_storage.NAME)
    if problem_class(program) != "huge" or set(storage) & set(program.passes):
        return None
    size = f"{program.n_rows:,} rows go to the solver as they are written, which may take many minutes"
    if declined is None:
        return Diagnostic("slow-solve", "warning", None, f"{size}: reductions are off", "leave out --no-reductions")
    reasons = "; ".join(f"{name}: {declined[name]}" for name in storage if name in declined)
    why = f"no reduction of storage fits ({reasons})" if reasons else "the answer with reductions did not hold"
    return Diagnostic("slow-solve", "warning", None, f"{size}: {why}", "--time-limit SECONDS ends it earlier")
