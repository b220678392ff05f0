"""Networks and piecewise-linear terms against models written by hand without them, which GLPK reads and solves.

Each case is a model and, in a file of the same name that ends in `.flat`, a MathProg text with the same optimum.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from energyscope.compare.comparison import parity
from energyscope.compare.routes import Runner
from energyscope.energyscope import Energyscope
from energyscope.models import Model

FOLDER = Path(__file__).parent / "flattened"
CASES = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
VERTEX = 1e-9
"""Relative, and absolute near 0: small programs end in a vertex, exact but for rounding; integers are proved."""


@pytest.mark.parametrize("name", CASES)
def test_the_optimum_is_that_of_the_flattened_model(name: str) -> None:
    solution = Energyscope(Model.from_paths([FOLDER / name])).solve()

    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(CASES[name]["objective"], rel=VERTEX, abs=VERTEX)


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_what_glpk_says_to_the_flattened_text(name: str) -> None:
    found = optimum_of_glpk((FOLDER / name).with_suffix(".flat"))

    assert found == pytest.approx(CASES[name]["objective"], rel=VERTEX, abs=VERTEX)


@pytest.mark.parametrize("name", CASES)
def test_glpk_reads_our_text_as_the_same_program(name: str) -> None:
    """Row by row and figure by figure, and the same optimum."""
    pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")
    runner = Runner(Model.from_paths([FOLDER / name]), None, None)

    report = parity(name, [runner.run("linopy:text"), runner.run("glpk")], VERTEX)

    assert report.passed, report.failures
    assert not report.missing


def optimum_of_glpk(path: Path) -> float:
    """GLPK's own translator and solver on a text."""
    glpk = pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")
    glpk.glp_term_out(glpk.GLP_OFF)
    translator, problem = glpk.glp_mpl_alloc_wksp(), glpk.glp_create_prob()
    assert glpk.glp_mpl_read_model(translator, str(path), 0) == 0
    assert glpk.glp_mpl_generate(translator, None) == 0
    glpk.glp_mpl_build_prob(translator, problem)
    control = glpk.glp_iocp()
    glpk.glp_init_iocp(control)
    control.presolve = glpk.GLP_ON
    assert glpk.glp_intopt(problem, control) == 0
    assert glpk.glp_mip_status(problem) == glpk.GLP_OPT
    return float(glpk.glp_mip_obj_val(problem))
