"""Integer programs in turns: what several unfinished searches prove together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from energyscope.backends.highs import Watch
from energyscope.backends.linopy_backend import solve
from energyscope.backends.robust.turns import in_turns
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution
from energyscope.translate.commands.load import load
from energyscope.translate.translation import translate

TEXT = """
var x integer >= 0, <= 9; var y integer >= 0, <= 9;
minimize cost: 3 * x + 2 * y;
s.t. need: 2 * x + y >= 7.5;
"""


def small() -> Program:
    text = read_model([("mod", Source("small.mod", TEXT))])
    return translate(text, load(text)).program


def unfinished(best: Solution, bound: float, worse: float = 0.0) -> Solution:
    """A search that was stopped: `worse` than the optimum by so much, and a bound."""
    assert best.primal is not None
    assert best.objective is not None
    primal = best.primal.copy()
    primal[1] += worse / 2
    return replace(best, status="time_limit", primal=primal, objective=best.objective + worse, bound=bound, robust={})


@pytest.mark.parametrize("first_has_bound", [True, False])
def test_incumbent_and_bound_of_two_turns_prove_the_optimum(first_has_bound: bool) -> None:
    program = small()
    best = solve(program)
    assert best.objective is not None
    answers = [unfinished(best, best.objective, worse=2.0), unfinished(best, best.objective - 5)]
    turns = [("one", answers[0]), ("other", answers[1])]
    turns = turns if first_has_bound else turns[::-1]
    watch = Watch()
    told = in_turns(program, [(name, lambda seconds, each=each: _late(watch, each)) for name, each in turns], watch)
    assert told.status == "optimal"
    assert told.objective == pytest.approx(best.objective)
    assert len(told.attempts) == 2
    assert told.robust["step"] == "in turns"
    assert told.timings["solve"] == pytest.approx(2 * best.timings["solve"])


def _late(watch: Watch, answer: Solution) -> Solution:
    """The answer of a turn whose time is over: the watch has moved on by all of it."""
    object.__setattr__(watch, "begun", watch.begun - 1e6)
    return answer


def test_a_gap_that_stays_is_no_proof() -> None:
    program = small()
    best = solve(program)
    assert best.objective is not None
    stopped = unfinished(best, best.objective - 1)
    watch = Watch(time_limit=1e6)
    told = in_turns(program, [("one", lambda seconds: _late(watch, stopped))], watch)
    assert told.status == "time_limit"
    assert told.residuals["mip_gap"] > 1e-3


def test_the_step_of_the_report_says_that_there_were_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "energyscope.backends.linopy_backend.in_turns", lambda program, turns, watch: two_turns(program)
    )
    program = with_fixed_columns()
    told = solve(program)
    assert told.passes == () and told.status == "optimal"
    assert told.robust["step"] == "in turns"
    assert told.robust["attempts"] == list(told.attempts)
    assert "robust-solve" not in {each.code for each in told.diagnostics}


def two_turns(program: Program) -> Solution:
    """What two turns come to, the first of which had no end."""
    best = replace(solve(program, reductions=False), robust={})
    stopped = unfinished(best, best.objective - 1 if best.objective is not None else 0.0, worse=2.0)
    watch = Watch()
    turns = [("one", lambda seconds: _late(watch, stopped)), ("other", lambda seconds: best)]
    return in_turns(program, turns, watch)


def with_fixed_columns() -> Program:
    """A program that the passes make smaller."""
    text = read_model(
        [("mod", Source("fixed.mod", TEXT + "var given{1..1200}; s.t. fixed{t in 1..1200}: given[t] = t;"))]
    )
    return translate(text, load(text)).program
