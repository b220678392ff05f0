"""Fixed columns, implied rows, defined columns: every answer is one for the program before, with its proof."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import assume, given, settings

from energyscope.backends.linopy_backend import solve
from energyscope.certify import certify
from energyscope.passes import defined_columns, fixed_columns, implied_rows
from energyscope.passes.flat import Flat
from energyscope.passes.pipeline import Pass, reduce_program
from energyscope.program.blocks import Program
from small_programs import INF, program, programs


def always(module: ModuleType) -> Pass:
    """A pass that does not mind small programs."""
    return Pass(module.NAME, lambda flat: None, module.apply)


PASSES = {module.NAME: always(module) for module in (fixed_columns, implied_rows, defined_columns)}


@pytest.mark.parametrize("name", [*PASSES, "all"])
@settings(max_examples=150, deadline=None)
@given(asked=programs())
def test_the_answer_and_its_proof_survive(name: str, asked: Program) -> None:
    expected = solve(asked, reductions=False)
    assume(expected.status == "optimal")
    reduction = reduce_program(asked, list(PASSES.values()) if name == "all" else [PASSES[name]])
    restored = reduction.restore(solve(reduction.program, reductions=False))
    assert restored.objective == pytest.approx(expected.objective, rel=1e-7, abs=1e-7)
    certificate = certify(asked, restored)
    assert certificate.passed, certificate.failures


def test_fixed_columns_move_to_the_right_sides() -> None:
    asked = program([[2, 0], [1, 1]], [4, 5], [4, INF], bounds=[(0, INF), (0, INF)], cost=[1, 1])
    flat, undo = fixed_columns.apply(Flat.of(asked))
    assert flat.matrix.toarray().tolist() == [[1.0]]
    assert flat.row_lower.tolist() == [3.0]
    assert flat.constant == 2.0
    assert undo.fixed.values.tolist() == [2.0]


def test_a_yearly_limit_is_implied_by_hourly_ones() -> None:
    """x1 <= 0.5 F, x2 <= F imply x1 + x2 <= 1.5 F, and do not imply x1 + x2 <= 1.4 F."""
    hourly = [[1, 0, -0.5], [0, 1, -1]]
    for year, implied in ((1.5, True), (1.4, False)):
        asked = program([*hourly, [1, 1, -year]], [-INF] * 3, [0] * 3, bounds=[(0, INF)] * 3, cost=[-1, -1, 2])
        flat, _ = implied_rows.apply(Flat.of(asked))
        assert flat.matrix.shape[0] == (2 if implied else 3)


def test_definitions_of_definitions_are_followed() -> None:
    """total = a + b, a = 2 x, b = 3 y: the objective becomes 2 x + 3 y."""
    rows = [[1, -1, -1, 0, 0], [0, 1, 0, -2, 0], [0, 0, 1, 0, -3], [0, 0, 0, 1, 1]]
    asked = program(rows, [0, 0, 0, 4], [0, 0, 0, INF], bounds=[(0, INF)] * 5, cost=[1, 0, 0, 0, 0])
    flat, _ = defined_columns.apply(Flat.of(asked))
    assert flat.matrix.toarray().tolist() == [[1.0, 1.0]]
    assert flat.cost.tolist() == [2.0, 3.0]


def test_a_bound_that_the_definition_does_not_keep_forbids_it() -> None:
    """x = y - 1 with x >= 0 says y >= 1: x cannot go."""
    asked = program([[1, -1], [0, 1]], [-1, 0.5], [-1, INF], bounds=[(0, INF)] * 2, cost=[1, 1])
    assert len(np.flatnonzero(Flat.of(asked).cost)) == 2
    flat, _ = defined_columns.apply(Flat.of(asked))
    assert flat.matrix.shape == (2, 2)
