"""Random programs with piecewise-linear terms have the optimum that trying every choice of pieces finds."""

from __future__ import annotations

from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from energyscope.backends.linopy_backend import solve
from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.translate import translate

VERTEX = 1e-6
"""Absolute: values of some hundreds, rows that solvers hold within 1e-7 (1e-6 for integers)."""
FEASIBLE = 1e-7


class Term(NamedTuple):
    """A variable with bounds, and a function of it that is 0 at its zero."""

    low: int
    high: int
    integer: bool
    breaks: tuple[int, ...]
    slopes: tuple[int, ...]
    zero: int

    def value(self, point: float) -> float:
        """The function, added up piece by piece from its zero."""
        start, stop = sorted((float(self.zero), point))
        ends = [-np.inf, *self.breaks, np.inf]
        total = sum(
            slope * max(0.0, min(stop, right) - max(start, left))
            for slope, (left, right) in zip(self.slopes, pairwise(ends), strict=True)
        )
        return total if point >= self.zero else -total

    def pieces(self) -> list[tuple[float, float, float]]:
        """Left end, right end and slope of the pieces between the bounds; a point where the bounds meet."""
        ends = [-np.inf, *self.breaks, np.inf]
        cut = [
            (max(left, self.low), min(right, self.high), slope)
            for slope, (left, right) in zip(self.slopes, pairwise(ends), strict=True)
        ]
        return [piece for piece in cut if piece[0] < piece[1]] or [(self.low, self.high, 0)]


class Row(NamedTuple):
    """Coefficients of functions and of variables, a relation and its right side."""

    terms: tuple[int, ...]
    columns: tuple[int, ...]
    relation: str
    side: int


class Case(NamedTuple):
    """Terms, rows, and the objective as the left side of a row."""

    terms: tuple[Term, ...]
    rows: tuple[Row, ...]
    goal: Row
    sense: str


@st.composite
def terms(draw: st.DrawFn) -> Term:
    low, high = sorted((draw(st.integers(-6, 6)), draw(st.integers(-6, 6))))
    breaks = tuple(sorted(draw(st.lists(st.integers(-7, 7), max_size=3))))
    slopes = tuple(draw(st.lists(st.integers(-3, 3), min_size=len(breaks) + 1, max_size=len(breaks) + 1)))
    return Term(low, high, draw(st.booleans()), breaks, slopes, draw(st.integers(-4, 4)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, 3))
    weights = st.tuples(*[st.sampled_from((-2, -1, 0, 1, 3))] * count)
    rows = st.builds(Row, weights, weights, st.sampled_from(("<=", ">=", "=")), st.integers(-9, 9))
    return Case(
        tuple(draw(terms()) for _ in range(count)),
        tuple(draw(st.lists(rows, max_size=2))),
        draw(rows),
        draw(st.sampled_from(("minimize", "maximize"))),
    )


def text_of(case: Case) -> str:
    """The case as a model, each term written where it stands."""
    statements = [
        f"var x{place} {'integer ' if term.integer else ''}>= {term.low}, <= {term.high};"
        for place, term in enumerate(case.terms)
    ]
    statements.append(f"{case.sense} z: {_left(case, case.goal)};")
    statements.extend(
        f"s.t. c{place}: {_left(case, row)} {row.relation} {row.side};" for place, row in enumerate(case.rows)
    )
    return "\n".join(statements)


def _left(case: Case, row: Row) -> str:
    parts = ["0"]
    for place, term in enumerate(case.terms):
        function = f"<<{', '.join(map(str, term.breaks))}; {', '.join(map(str, term.slopes))}>> (x{place}, {term.zero})"
        parts.append(f"({row.terms[place]}) * {function} + ({row.columns[place]}) * x{place}")
    return " + ".join(parts)


def best(case: Case) -> float | None:
    """The optimum over all choices of one piece a variable, None where no choice is feasible."""
    sign = 1.0 if case.sense == "minimize" else -1.0
    found = [_best_in(case, chosen, sign) for chosen in product(*(term.pieces() for term in case.terms))]
    optima = [value for value in found if value is not None]
    return sign * min(optima) if optima else None


def _best_in(case: Case, chosen: tuple[tuple[float, float, float], ...], sign: float) -> float | None:
    """The optimum where every function is linear."""
    slopes = np.array([slope for _, _, slope in chosen])
    at_left = np.array([term.value(left) for term, (left, _, _) in zip(case.terms, chosen, strict=True)])
    offsets = at_left - slopes * np.array([left for left, _, _ in chosen])

    def linear(row: Row) -> tuple[np.ndarray, float]:
        return np.array(row.terms) * slopes + np.array(row.columns), float(np.array(row.terms) @ offsets)

    constraints = []
    for row in case.rows:
        weights, constant = linear(row)
        side = row.side - constant
        low, high = (-np.inf if row.relation == "<=" else side), (np.inf if row.relation == ">=" else side)
        constraints.append(LinearConstraint(weights[None, :], low, high))
    cost, constant = linear(case.goal)
    answer = milp(
        sign * cost,
        integrality=[int(term.integer) for term in case.terms],
        bounds=Bounds([left for left, _, _ in chosen], [right for _, right, _ in chosen]),
        constraints=constraints,
    )
    return None if answer.x is None else float(answer.fun) + sign * constant


@settings(max_examples=60, deadline=None)
@given(cases())
def test_optimum(case: Case) -> None:
    expected = best(case)
    model = read_model([("mod", Source("random.mod", text_of(case)))])
    try:
        solution = solve(translate(model, ModelData.from_text(model)).program)
    except ModelError as refusal:
        assert refusal.diagnostics[0].code == "row-infeasible"
        assert expected is None
        return
    if expected is None:
        assert solution.status == "infeasible"
    else:
        assert solution.status == "optimal", solution.message
        assert solution.objective is not None
        assert abs(solution.objective - expected) <= VERTEX
