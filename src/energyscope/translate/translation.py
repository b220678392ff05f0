"""From a text and its data to a linear program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic, ModelError, did_you_mean, error
from energyscope.language.modeltext import ModelText
from energyscope.language.trampoline import Walk, run
from energyscope.modeldata.model_data import ModelData
from energyscope.program.blocks import ConstraintBlock, Objective, Program
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.frame import Frame, Mask, unit_frame
from energyscope.translate.indexing import Expansion, expand
from energyscope.translate.rows import constraint_block, objective
from energyscope.translate.values import first_true, where

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Translation:
    """A program, the evaluator that made it (it answers for derived sets and parameters), and what was noticed."""

    program: Program
    evaluator: Evaluator
    warnings: tuple[Diagnostic, ...]


def translate(
    text: ModelText,
    data: ModelData,
    objective_name: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Translation:
    """Instantiate every row of a model.

    `objective_name` chooses among the declared objectives, before `objective NAME;` in the text and the first declared;
    `progress` is called with the name of each constraint family before it is built.

    Raises ModelError where text and data do not give a program.
    """
    ev = Evaluator(text, data)
    run(_check_data(ev))
    run(_checks(ev))
    run(ev.variables.number())
    chosen = _chosen_objective(text, data, objective_name)
    constraints: dict[str, ConstraintBlock] = {}
    first = 0
    for name, declaration in text.constraints.items():
        if progress is not None:
            progress(name)
        block = run(constraint_block(ev, declaration, first))
        constraints[name] = block
        first += len(block.index)
    goal = None if chosen is None else run(objective(ev, chosen))
    blocks = run(ev.variables.blocks(_used(ev, constraints, goal)))
    program = Program(data.symbols, blocks, constraints, goal)
    if ev.pieces.count:
        from energyscope.translate.unfolding import unfolded

        program, ev.pieces.unfolded = unfolded(ev.pieces, text, program)
    return Translation(program, ev, (*text.warnings, *data.warnings, *ev.warnings.values(), *_no_objective(goal)))


def check_data(text: ModelText, data: ModelData) -> None:
    """What the declarations say of the data that are given: index sets, `within`, restrictions.

    Raises ModelError at the first that breaks one.
    """
    run(_check_data(Evaluator(text, data)))


def _used(ev: Evaluator, constraints: dict[str, ConstraintBlock], goal: Objective | None) -> Mask:
    used = np.zeros(ev.pieces.width, dtype=bool)
    for block in constraints.values():
        used[block.entries.indices] = True
    if goal is not None:
        used[goal.columns] = True
    if not ev.pieces.count:
        return used
    from energyscope.translate.unfolding import columns_reached

    return columns_reached(ev.pieces, used)


def _chosen_objective(text: ModelText, data: ModelData, name: str | None) -> ast.ObjectiveDeclaration | None:
    objectives = text.objectives
    span = None
    name = data.objective if name is None else name
    if name is None and text.objective_choice is not None:
        name, span = text.objective_choice.name, text.objective_choice.name_span
    if name is None:
        return next(iter(objectives.values()), None)
    if name not in objectives:
        declared = ", ".join(f"`{known}`" for known in objectives) or "none"
        help_ = did_you_mean(name, objectives) or f"declared: {declared}"
        raise error("unknown-objective", span, f"no objective `{name}`", help_)
    return objectives[name]


def _no_objective(goal: Objective | None) -> tuple[Diagnostic, ...]:
    """A warning where a text asks for nothing: its answer is any feasible point."""
    if goal is not None:
        return ()
    message = "the text declares no objective; its objective is 0, and any feasible point will do"
    help = "declare one, or name an expression: `--minimize EXPR`; `--objective NAME` chooses among declared ones"
    return (Diagnostic("no-objective", "warning", None, message, help),)


def _check_data(ev: Evaluator) -> Walk[None]:
    """Test the data of every item that has some; what lacks data is only an error when something needs it."""
    for name, declaration in ev.text.declarations.items():
        try:
            if isinstance(declaration, ast.SetDeclaration) and name in ev.data.sets:
                yield ev.sets.store(declaration)
            elif isinstance(declaration, ast.ParamDeclaration) and name in ev.data.parameters:
                yield ev.parameters.store(declaration)
        except ModelError as problem:
            if problem.diagnostics[0].code != "missing-data":
                raise


def _checks(ev: Evaluator) -> Walk[None]:
    for check_ in ev.text.checks:
        frame = unit_frame()
        if check_.indexing is not None:
            expansion: Expansion = yield expand(ev, check_.indexing, frame)
            frame = Frame(len(expansion.rows), expansion.columns, expansion.sets)
        holds: Mask = yield ev.condition(check_.condition, frame)
        row = first_true(~holds)
        if row is not None:
            shown = yield _both_sides(ev, check_.condition, frame, row)
            raise error("check-failed", check_.span, f"check fails{where(ev, frame, row)}", shown)


def _both_sides(ev: Evaluator, condition: ast.Expression, frame: Frame, row: int) -> Walk[str]:
    """`3 = 4`: the two sides of a comparison that does not hold; of another condition its text."""
    if not isinstance(condition, ast.Comparison):
        return f"it must hold that `{' '.join(condition.span.text.split())}`"
    one = frame.take(np.array([row]))
    left = ev.as_codes((yield ev.value(condition.left, one)))
    right = ev.as_codes((yield ev.value(condition.right, one)))
    return f"it reads {ev.symbols.label(int(left[0]))} {condition.operator} {ev.symbols.label(int(right[0]))}"
