"""Integer programs in turns: what several unfinished searches prove together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
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
    primal = best.primal + np.array([0.0, worse / 2])
    return replace(best, status="time_limit", primal=primal, objective=best.objective + worse, bound=bound)


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
