"""Figures of a solution: what variables, objectives and constraints are worth after the solve."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes, Values
from energyscope.program.blocks import ConstraintBlock, Program, VariableBlock
from energyscope.program.solution import Solution
from energyscope.translate.checks import not_in_index_set
from energyscope.translate.declared import in_index_set
from energyscope.translate.frame import Frame, Mask, Rows, unit_frame
from energyscope.translate.linear import Linear
from energyscope.translate.values import Value, as_numbers, first_true

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

VALUE = "val"
"""The suffix of a name without one: the value of a variable or an objective, the left side of a constraint."""

INTEGRALITY = 1e-5
"""How far from an integer a value may be and still mean it: the widest tolerance of the solvers that are used."""


class Figures:
    """The values found for a program, by name and suffix."""

    def __init__(self, program: Program, solution: Solution) -> None:
        self.program = program
        self.solution = _found(solution)
        self.whole_numbers = bool(program.sizes["integers"])
        self._columns: dict[tuple[str, str], Values] = {}

    def lookup(
        self,
        ev: Evaluator,
        declaration: ast.Declaration,
        suffix: str,
        columns: tuple[Codes, ...],
        node: ast.Expression,
        frame: Frame,
    ) -> Walk[Values]:
        """One figure for every row of subscripts; `node` is where an error points.

        Raises ModelError where the solution has no such figure, or a subscript is outside the index set.
        """
        found: Values
        if isinstance(declaration, ast.ObjectiveDeclaration):
            found = yield self._objective(ev, declaration, suffix, node)
            return np.repeat(found, frame.length)
        if isinstance(declaration, ast.VarDeclaration):
            if declaration.fixed is not None:
                found = yield _defined(ev, declaration, suffix, columns, node, frame)
                return found
            block = self.program.variables.get(declaration.name)
            if block is None:
                raise _not_there(declaration, suffix, node)
            positions = _positions(block.index, columns, frame.length)
            if (outside := first_true(positions < 0)) is not None:
                raise not_in_index_set(ev, declaration, columns, outside, node.span)
            return self._of_variable(block, suffix, node)[positions]
        found = yield self._constraint(ev, declaration, suffix, columns, node, frame)
        return found

    def _of_variable(self, block: VariableBlock, suffix: str, node: ast.Expression) -> Values:
        """A figure of all columns of a variable."""
        key = (block.name, suffix)
        if key not in self._columns:
            self._columns[key] = self._new_column(block, suffix, node)
        return self._columns[key]

    def _new_column(self, block: VariableBlock, suffix: str, node: ast.Expression) -> Values:
        if suffix in (VALUE, "slack") and self.solution.primal is None:
            raise _without_values(self.solution, node)
        if suffix == VALUE:
            values = self.solution.values(block)
            return _whole(values) if block.integer else values
        if suffix in ("rc", "dual"):
            if self.solution.reduced_cost is not None:
                return self.solution.reduced_costs(block)
            return self._without_duals(len(block.index), "reduced costs", node)
        if suffix in ("lb", "ub"):
            return block.lower if suffix == "lb" else block.upper
        if suffix == "slack":
            values = self.solution.values(block)
            slack: Values = np.minimum(values - block.lower, block.upper - values)
            return slack
        if suffix == "status" and self.whole_numbers:
            return self._without_duals(len(block.index), "duals", node)
        if suffix == "status":
            costs = self._of_variable(block, "rc", node)
            return _statuses(self.solution.values(block), costs, block.lower, block.upper)
        raise error("not-shown", node.span, f"a variable has no suffix `.{suffix}`")

    def _constraint(
        self,
        ev: Evaluator,
        declaration: ast.Declaration,
        suffix: str,
        columns: tuple[Codes, ...],
        node: ast.Expression,
        frame: Frame,
    ) -> Walk[Values]:
        """Figures of rows; a row without variables is not in the program: its left side and its dual are 0."""
        block = self.program.constraints.get(declaration.name)
        if block is None:
            raise _not_there(declaration, suffix, node)
        positions = _positions(block.index, columns, frame.length)
        dropped = np.flatnonzero(positions < 0)
        if len(dropped):
            missing = tuple(column[dropped] for column in columns)
            inside: Mask = (yield in_index_set(ev, declaration, missing)) if columns else np.ones(len(dropped), bool)
            if (outside := first_true(~inside)) is not None:
                raise not_in_index_set(ev, declaration, missing, outside, node.span)
            if suffix not in (VALUE, "body", "dual"):
                raise error("not-shown", node.span, f"a row without variables has no `.{suffix}`")
        figures = np.zeros(frame.length)
        there = positions >= 0
        figures[there] = self._of_rows(block, suffix, node)[positions[there]]
        return figures

    def _of_rows(self, block: ConstraintBlock, suffix: str, node: ast.Expression) -> Values:
        """A figure of all rows of a constraint."""
        key = (block.name, "body" if suffix == VALUE else suffix)
        if key not in self._columns:
            self._columns[key] = self._new_rows(block, key[1], node)
        return self._columns[key]

    def _new_rows(self, block: ConstraintBlock, suffix: str, node: ast.Expression) -> Values:
        if suffix == "dual":
            if self.solution.dual is not None:
                return self.solution.duals(block)
            return self._without_duals(len(block.index), "duals", node)
        if suffix in ("lb", "ub"):
            return block.lower if suffix == "lb" else block.upper
        if self.solution.primal is None:
            raise _without_values(self.solution, node)
        body: Values = block.matrix @ self.solution.primal
        if suffix == "body":
            return body
        if suffix == "slack":
            slack: Values = np.minimum(body - block.lower, block.upper - body)
            return slack
        if suffix == "status" and self.whole_numbers:
            return self._without_duals(len(block.index), "duals", node)
        if suffix == "status":
            return _statuses(body, self._of_rows(block, "dual", node), block.lower, block.upper)
        raise error("not-shown", node.span, f"a constraint has no suffix `.{suffix}`")

    def _without_duals(self, length: int, what: str, node: ast.Expression) -> Values:
        """What is shown where there are no duals: 0 for a program with integers, as glpsol has it."""
        if self.whole_numbers and self.solution.primal is not None:
            return np.zeros(length)
        raise error("not-shown", node.span, f"the solver gave no {what}")

    def _objective(
        self, ev: Evaluator, declaration: ast.ObjectiveDeclaration, suffix: str, node: ast.Expression
    ) -> Walk[Values]:
        """The value of the objective; of another declared one, that of its expression."""
        if suffix != VALUE:
            raise error("not-shown", node.span, f"an objective has no suffix `.{suffix}`")
        active = self.program.objective
        if active is not None and active.name == declaration.name and self.solution.objective is not None:
            return np.array([self.solution.objective])
        if declaration.expression is None:
            return np.zeros(1)
        frame = unit_frame()
        value: Value = yield ev.value(declaration.expression, frame)
        return as_numbers(ev, value, declaration.expression, frame)


def _found(solution: Solution) -> Solution:
    """The solution without values that mean nothing: those of a solve that found no feasible point."""
    if solution.status == "optimal" or (solution.status == "time_limit" and solution.objective is not None):
        return solution
    return replace(solution, objective=None, primal=None, dual=None, reduced_cost=None)


def _without_values(solution: Solution, node: ast.Expression) -> ModelError:
    return error("not-shown", node.span, f"the solve found no values (status: {solution.status})")


def whole_index(figures: Figures, declaration: ast.Declaration) -> Index | None:
    """The subscripts of all elements that the program has of an item, None where it has none of that name."""
    block = figures.program.variables.get(declaration.name) or figures.program.constraints.get(declaration.name)
    return None if block is None else block.index


def _defined(
    ev: Evaluator,
    declaration: ast.VarDeclaration,
    suffix: str,
    columns: tuple[Codes, ...],
    node: ast.Expression,
    frame: Frame,
) -> Walk[Values]:
    """A defined variable is worth what its definition is."""
    if suffix != VALUE:
        raise error("not-shown", node.span, f"the defined variable `{declaration.name}` has no `.{suffix}`")
    place = node.reference if isinstance(node, ast.Suffix) else node
    assert isinstance(place, ast.Reference)
    linear: Linear = yield ev.variables.lookup(declaration, columns, place, frame)
    return linear.constant


def _whole(values: Values) -> Values:
    """Values of integers without the dust of the solver, as GLPK gives them: conditions on them ask for 0 and 1."""
    nearest = np.round(values)
    whole: Values = np.where(np.abs(values - nearest) <= INTEGRALITY, nearest, values)
    return whole


def _statuses(values: Values, duals: Values, lower: Values, upper: Values) -> Values:
    """GLPK's numbers: 1 where the dual is 0, else 2 at the lower bound, 3 at the upper one, 5 where they are equal.

    The basis of the solver is not known: in a degenerate one GLPK may say otherwise of a row whose dual is 0.
    """
    nearer_lower = values - lower <= upper - values
    at_bound = np.where(lower == upper, 5.0, np.where(nearer_lower, 2.0, 3.0))
    statuses: Values = np.where(duals == 0, 1.0, at_bound)
    return statuses


def _positions(index: Index, columns: tuple[Codes, ...], length: int) -> Rows:
    if columns:
        return index.positions(columns)
    return np.full(length, 0 if len(index) else -1, dtype=np.int64)


def _not_there(declaration: ast.Declaration, suffix: str, node: ast.Expression) -> ModelError:
    dot = "" if suffix == VALUE else f".{suffix}"
    return error("not-shown", node.span, f"the solved program has no `{declaration.name}{dot}`")
