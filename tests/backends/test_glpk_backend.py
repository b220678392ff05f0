"""GLPK as a backend: its answers in our order, its complaints as our errors."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from energyscope import models
from energyscope.backends.base import BackendError, SolveOptions
from energyscope.backends.glpk_backend import GlpkBackend, read
from energyscope.backends.glpk_reading import swiglpk
from energyscope.backends.mathprog import MathProg, mathprog
from energyscope.energyscope import Energyscope
from energyscope.models import Model

pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")

ROUNDING = 1e-9
"""Two simplex methods on a few rows differ by rounding alone."""


def run_of(text: str, folder: Path, backend: str = "glpk") -> Energyscope:
    path = folder / "case.mod"
    path.write_text(text, encoding="utf-8")
    return Energyscope(Model.from_paths([path]), backend=backend)


DUALS = """var x >= 0; var y >= 1; var idle >= 2;
maximize z: 3 * x + 2 * y + 5;
s.t. low: 4 >= x + y;
s.t. turned: 0 = 4.5 - x + 3 * y - 5 * y;
s.t. band: 1 <= x <= 9;
"""


def test_values_and_duals_are_those_of_our_rows(tmp_path: Path) -> None:
    ours, theirs = run_of(DUALS, tmp_path, "linopy").solve(), run_of(DUALS, tmp_path).solve()
    assert theirs.solver == "glpk"
    assert theirs.objective == pytest.approx(ours.objective, rel=ROUNDING)
    for name in ("primal", "dual", "reduced_cost"):
        assert getattr(theirs, name) == pytest.approx(getattr(ours, name), abs=ROUNDING), name


def test_another_solver_solves_the_rows_that_glpk_made(tmp_path: Path) -> None:
    path = tmp_path / "case.mod"
    path.write_text(DUALS, encoding="utf-8")
    run = Energyscope(Model.from_paths([path]), {"presolve": "off"}, backend="glpk", solver="highs")
    ours, theirs = run_of(DUALS, tmp_path, "linopy").solve(), run.solve()
    assert theirs.solver == "highs"
    assert "GLPK" in theirs.message
    assert theirs.residuals["row_violation"] == 0
    assert theirs.objective == pytest.approx(ours.objective, rel=ROUNDING)
    for name in ("primal", "dual", "reduced_cost"):
        assert getattr(theirs, name) == pytest.approx(getattr(ours, name), abs=ROUNDING), name


def test_another_solver_needs_to_be_installed_and_know_its_options() -> None:
    with pytest.raises(BackendError, match="the solver `high` is not installed"):
        Energyscope(models.toy, backend="glpk", solver="high").solve()
    with pytest.raises(BackendError, match="presolv"):
        Energyscope(models.toy, {"presolv": "off"}, backend="glpk", solver="highs").solve()
    with pytest.raises(BackendError, match="the backend `glpk` has no option `presolve`"):
        Energyscope(models.toy, {"presolve": "off"}, backend="glpk").solve()


def test_a_time_limit_holds_for_another_solver_too() -> None:
    translation = Energyscope(models.toy, backend="linopy:text").translate()
    with read(mathprog(translation), translation.program) as reading:
        assert reading.solve_with(SolveOptions("highs", time_limit=-1.0)).status == "time_limit"
        assert reading.solve_with(SolveOptions("highs", time_limit=60.0)).status == "optimal"


def test_integers_need_no_whole_bounds(tmp_path: Path) -> None:
    solution = run_of("var n integer >= 0.5, <= 3.5; maximize z: n; s.t. r: 2 * n <= 6.9;", tmp_path).solve()
    assert (solution.status, solution.objective) == ("optimal", 3.0)
    assert solution.dual is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("var x >= 0; maximize z: x; s.t. r: x >= 1;", "unbounded"),
        ("var x >= 0, <= 1; minimize z: x; s.t. r: 2 * x >= 3;", "infeasible"),
        ("var n integer >= 0; minimize z: n; s.t. r: 0.2 <= n <= 0.8;", "infeasible"),
        ("var n integer >= 0; maximize z: n; s.t. r: n >= 1;", "unbounded"),
    ],
)
def test_no_optimum_is_a_status(text: str, status: str, tmp_path: Path) -> None:
    assert run_of(text, tmp_path).solve().status == status


def test_what_glpk_says_is_in_the_error() -> None:
    broken = MathProg("var x >= 0;\nminimize z: x +;\nend;\n", {}, "z")
    program = Energyscope(models.toy, backend="linopy:text").program()
    with pytest.raises(BackendError, match=r"could not read the text: .*model\.mod:2") as caught, read(broken, program):
        pass
    assert caught.value.diagnostics[0].code == "glpk"
    assert "/tmp" not in str(caught.value)


def test_nothing_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    Energyscope(models.toy, backend="glpk").solve()
    assert capfd.readouterr() == ("", "")


def test_rows_that_only_one_of_them_has_are_named(tmp_path: Path) -> None:
    run = run_of("var x >= 0; minimize z: x; s.t. r{i in 1..3}: x >= i;", tmp_path)
    source = mathprog(run.translate())
    other = MathProg(source.text.replace("1..3", "2..4"), source.constraints, source.objective)
    with read(other, run.program()) as reading:
        assert reading.alignment.only_glpk == ("r[4]",)
        assert reading.alignment.only_program == ("r[1]",)


def test_core_small_is_the_matrix_that_glpk_makes_of_the_text() -> None:
    translation = Energyscope(models.core_small, backend="linopy:text").translate()
    with read(mathprog(translation), translation.program) as reading:
        found = reading.alignment
    assert (found.only_glpk, found.only_program) == ((), ())
    assert sum(found.constant_rows.values()) == translation.program.constant_rows == 3_602
    apart = abs(abs(found.program.matrix) - abs(translation.program.matrix))
    assert apart.max() <= 1e-12, "products of the same doubles, in another order"
    assert np.array_equal(found.program.used, translation.program.used)


def test_without_swiglpk_the_reason_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    available = GlpkBackend().availability()
    assert not available.ok
    assert "energyscope-linopy[glpk]" in available.reason
    with pytest.raises(BackendError, match="glpk"):
        Energyscope(models.toy, backend="glpk")


def test_a_reading_without_swiglpk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "swiglpk", None)
    with pytest.raises(BackendError, match="GLPK is not installed"):
        swiglpk()


def test_a_time_limit_that_reading_took_up_is_a_status() -> None:
    translation = Energyscope(models.toy, backend="linopy:text").translate()
    with read(mathprog(translation), translation.program) as reading:
        assert reading.solve(time_limit=-1.0).status == "time_limit"
