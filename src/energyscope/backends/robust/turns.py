"""Integer programs in turns: with passes and without, since nobody can tell beforehand which is the short way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from energyscope.backends.highs import Watch
from energyscope.backends.policy import certified
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution, added_up

IN_TURNS = "in turns"
"""The step of the policy, where more than one turn was taken."""
FIRST_TURN = 30.0
"""Seconds of the first turn; each later pair gets twice the time of the one before.

The published models take 5 s either way, 10 s with passes and over 100 s without, or 40 s without and over 300 s with:
branch and bound is lucky on one of the two. Turns lose at most four times the shorter time.
"""

Turn = Callable[[float], Solution]


def in_turns(program: Program, turns: Sequence[tuple[str, Turn]], watch: Watch) -> Solution:
    """The first answer that is none of a turn that ran out of time; at the limit of all, the best incumbent.

    Incumbent and bound of different turns may prove an optimum together.
    """
    ended: list[Solution] = []
    attempts: list[str] = []
    seconds = FIRST_TURN
    while True:
        for name, turn in turns:
            until = watch.elapsed + seconds
            answer = turn(seconds)
            ran_out = answer.status == "time_limit" and watch.elapsed >= until
            ended.append(answer)
            if answer.status != "time_limit":
                return _told_of(ended, replace(answer, attempts=(*attempts, *answer.attempts)))
            if ran_out:
                attempts.append(f"{name}: no end after {seconds:.0f} s{_gap(answer)}")
            together = _proved(program, ended)
            if together is not None or not ran_out or watch.remaining <= 0:
                found = together or _best(program, ended)
                return _told_of(ended, replace(found, attempts=(*attempts, *answer.attempts)))
        seconds *= 2


def _told_of(ended: Sequence[Solution], answer: Solution) -> Solution:
    """The answer with the time of all turns, and the step named where there was more than one."""
    robust = {"step": IN_TURNS, **answer.robust} if len(ended) > 1 else answer.robust
    return replace(answer, timings=added_up(ended), robust=robust)


def _proved(program: Program, ended: Sequence[Solution]) -> Solution | None:
    """The best incumbent as optimal, where the best bound of all turns says so."""
    best = _best(program, ended)
    if best.objective is None or best.bound is None:
        return None
    claimed = replace(best, status="optimal", message="Optimal (incumbent and bound of several turns)")
    answer = certified(program, claimed)
    return answer if answer.status == "optimal" else None


def _gap(answer: Solution) -> str:
    gap = answer.residuals.get("mip_gap")
    return "" if gap is None else f", gap {gap:.1e}"


def _best(program: Program, ended: Sequence[Solution]) -> Solution:
    """The best incumbent with the best bound of all turns."""
    smaller = program.objective is None or program.objective.sense == "minimize"
    found = [each for each in ended if each.objective is not None]
    bounds = [each.bound for each in ended if each.bound is not None]
    if not found:
        return ended[-1]
    best = (min if smaller else max)(found, key=lambda each: each.objective or 0.0)
    return certified(program, replace(best, bound=(max if smaller else min)(bounds))) if bounds else best
