"""The policy: from a plain solve step by step to an answer that holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Protocol

from energyscope.backends.highs import Watch
from energyscope.backends.robust.opened import OPENING, opened
from energyscope.backends.robust.relaxation import witnessed
from energyscope.backends.robust.steps import Steps
from energyscope.backends.robust.verdict import Verdict, judged
from energyscope.backends.strategy import HUGE_ROWS
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution, Status

Stage = Literal["first", "plain", "opened", "others", "presolve on", "presolve off"]
"""Which methods a run may take: see `strategy.methods_for`."""

AGREEMENT = 1e-6
"""Answers with and without presolve agree within this, relative to 1 + |objective|: what objectives are compared at."""
PROOF_SECONDS = 10.0
"""What a proof of infeasibility may take at least; beyond, as long as all that went before."""


class Run(Protocol):
    """One run of the solver."""

    def __call__(self, given: Program, literal: Program, stage: Stage, seconds: float | None = None) -> Solution:
        """Solve `given` by the methods of a stage, within `seconds`, and certify the answer against `literal`."""


def climb(program: Program, robust: str, run: Run, watch: Watch, *, other_methods: bool) -> Solution:
    """The answer of the first step that has one; that of an integer program is held against its relaxation.

    Without presolve (part of `plain`), with inequalities opened, by another algorithm where the choice of the method
    is free, by an elastic relaxation that proves infeasibility. `off` believes the first answer; `always` opens the
    rows at once.
    """
    steps = Steps(robust)
    if robust == "off":
        return steps.ended("plain", run(program, program, "first"))
    if robust == "always":
        answer = _cross_checked(program, run, steps, watch, other_methods)
    else:
        answer = _stepwise(program, run, steps, watch, other_methods)
    return witnessed(program, answer, lambda relaxed, seconds: run(relaxed, relaxed, "plain", seconds))


def _stepwise(program: Program, run: Run, steps: Steps, watch: Watch, other_methods: bool) -> Solution:
    """A plain solve, and further steps while its answer is in doubt."""
    plain = run(program, program, "plain")
    if not _in_doubt(plain):
        return steps.ended(str(plain.robust.get("step", "plain")), plain)
    steps.note("plain", plain)
    wider = run(opened(program), program, "opened")
    if not _in_doubt(wider):
        return steps.ended("opened", wider, opened_by=OPENING)
    steps.note("opened", wider)
    if other_methods and {plain.status, wider.status} != {"infeasible"}:
        other = run(program, program, "others")
        if not _in_doubt(other):
            return steps.ended("another algorithm", other)
        steps.note("another algorithm", other)
    return _proven(program, run, steps, watch, plain if plain.status == "infeasible" else wider)


def _in_doubt(solution: Solution) -> bool:
    return solution.status in ("infeasible", "error")


def _cross_checked(program: Program, run: Run, steps: Steps, watch: Watch, free: bool) -> Solution:
    """Rows opened at once; with and without presolve, where that is ours to choose, the answers have to agree."""
    wide = opened(program)
    first = run(wide, program, "presolve on")
    if free and first.status in ("optimal", "infeasible", "unbounded"):
        steps.note("opened, presolve on", first)
        second = run(wide, program, "presolve off")
        steps.note("opened, presolve off", second)
        if second.status in ("time_limit", "error") or not _agree(first, second):
            message = f"with presolve: {_told(first)}; without: {_told(second)}"
            status: Status = "time_limit" if second.status == "time_limit" else "error"
            return steps.ended("opened", replace(first, status=status, message=message), opened_by=OPENING)
    if _in_doubt(first):
        steps.note("opened", first)
        return _proven(program, run, steps, watch, first)
    return steps.ended("opened", first, opened_by=OPENING)


def _agree(one: Solution, other: Solution) -> bool:
    if one.status != other.status or one.objective is None or other.objective is None:
        return one.status == other.status
    return abs(one.objective - other.objective) <= AGREEMENT * (1 + abs(one.objective))


def _told(solution: Solution) -> str:
    value = "" if solution.objective is None else f" {solution.objective:.10g}"
    return f"{solution.status}{value}"


def _proven(program: Program, run: Run, steps: Steps, watch: Watch, doubtful: Solution) -> Solution:
    """Infeasible where that is proven, or where every run says so and a proof is too much; else an error."""
    doubtful = replace(doubtful, attempts=())
    agreed = all(each.status == "infeasible" for each in steps.noted)
    if agreed and program.n_rows >= HUGE_ROWS:
        message = f"{doubtful.message}, with inequalities opened too; the program is too large for a proof"
        return _settled(steps, replace(doubtful, message=message), Verdict("infeasible"))
    seconds = max(PROOF_SECONDS, watch.elapsed)
    verdict = judged(program, lambda elastic: run(elastic, elastic, "plain", seconds))
    if watch.remaining <= 0:
        message = f"Time limit reached, after {'; '.join(steps.attempts)}"
        return steps.ended("elastic relaxation", replace(doubtful, status="time_limit", message=message))
    if verdict.status == "infeasible":
        return _settled(
            steps, replace(doubtful, status="infeasible", message=f"Infeasible: {verdict.words()}"), verdict
        )
    if verdict.status == "optimal":
        message = f"{doubtful.message}, but it is feasible within tolerance: {verdict.words()}"
    elif agreed:
        message = f"{doubtful.message}, with inequalities opened too; a proof did not end in {seconds:.0f} s"
        return _settled(steps, replace(doubtful, message=message), verdict)
    else:
        message = f"{doubtful.message}, and whether it is feasible could not be told"
    figures = {} if verdict.violation is None else {"violation": verdict.violation}
    return steps.ended("elastic relaxation", replace(doubtful, status="error", message=message), **figures)


def _settled(steps: Steps, solution: Solution, verdict: Verdict) -> Solution:
    """An infeasible program: no values, and no warning, since nothing was done that changes the answer."""
    figures = {"violation": verdict.violation, "families": list(verdict.families)}
    bare = replace(solution, objective=None, primal=None, dual=None, reduced_cost=None, bound=None)
    noted = steps.ended("elastic relaxation", bare, **figures)
    return replace(noted, diagnostics=solution.diagnostics)
