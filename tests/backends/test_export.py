"""LP, MPS and NetCDF files, read back by HiGHS and GLPK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highspy
import linopy
import numpy as np
import pytest
import swiglpk as glpk
from hypothesis import HealthCheck, given, settings
from typer.testing import CliRunner

from energyscope.atomic import whole_file
from energyscope.backends.export import write_lp, write_mps, write_netcdf
from energyscope.backends.linopy_backend import solve
from energyscope.cli.app import app
from energyscope.modeldata.symbols import Symbols
from energyscope.program.blocks import ConstraintBlock, Objective, Program, VariableBlock
from small_programs import INF, index_of, program, programs, solve_with_glpk, sparse, two_blocks

WRITERS = {"lp": write_lp, "mps": write_mps}


def read_with_highs(path: Path) -> Any:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(path)) != highspy.HighsStatus.kError
    return highs


def solve_file_with_glpk(path: Path) -> float:
    glpk.glp_term_out(glpk.GLP_OFF)
    problem = glpk.glp_create_prob()
    if path.suffix == ".lp":
        assert glpk.glp_read_lp(problem, None, str(path)) == 0
    else:
        assert glpk.glp_read_mps(problem, glpk.GLP_MPS_FILE, None, str(path)) == 0
    glpk.glp_simplex(problem, None)
    if glpk.glp_get_num_int(problem):
        glpk.glp_intopt(problem, None)
        return float(glpk.glp_mip_obj_val(problem))
    return float(glpk.glp_get_obj_val(problem))


@pytest.mark.parametrize("kind", WRITERS)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=programs() | programs(integer=True))
def test_files_hold_the_same_problem(tmp_path: Path, kind: str, asked: Program) -> None:
    path = tmp_path / f"model.{kind}"
    WRITERS[kind](asked, path)
    highs = read_with_highs(path)
    highs.run()
    status, value = solve_with_glpk(asked)
    empty = not asked.used.any()
    if status == "optimal" and not empty:
        assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        assert highs.getObjectiveValue() == pytest.approx(0.0 if asked.objective is None else value, abs=1e-6)
    elif not empty:
        assert highs.getModelStatus() in (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnbounded,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        )


@pytest.mark.parametrize("kind", WRITERS)
def test_glpk_reads_the_files_too(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"model.{kind}"
    WRITERS[kind](two_blocks(), path)
    assert solve_file_with_glpk(path) == pytest.approx(23.0)


def test_lp_text_is_readable(tmp_path: Path) -> None:
    write_lp(two_blocks(), tmp_path / "model.lp")
    assert (
        (tmp_path / "model.lp").read_text()
        == """\
\\ subscripts stand in parentheses: x(i,j) is x[i,j]
\\ 'd~20h' stands for "'d h'"
\\ ~end_total stands for 'end_total'
Minimize
cost:
 +1 ~end_total
 +10 ~constant
Subject To
balance(1):
 +1 use('d~20h',1)
 +1 use(pv,1)
 >= 3
balance(2):
 +1 use('d~20h',2)
 +1 use(pv,2)
 >= 4
definition:
 -3 use('d~20h',1)
 -3 use('d~20h',2)
 -1 use(pv,1)
 -1 use(pv,2)
 +1 ~end_total
 = 0
Bounds
 ~constant = 1
 0 <= use(pv,1) <= 2
 0 <= use(pv,2) <= 2
 ~end_total free
End
"""
    )


def test_mps_text_is_readable(tmp_path: Path) -> None:
    write_mps(two_blocks(), tmp_path / "model.mps")
    assert (
        (tmp_path / "model.mps").read_text()
        == """\
* 'd~20h' stands for "'d h'"
NAME model
ROWS
 N cost
 G balance[1]
 G balance[2]
 E definition
COLUMNS
 use['d~20h',1] balance[1] 1
 use['d~20h',1] definition -3
 use['d~20h',2] balance[2] 1
 use['d~20h',2] definition -3
 use[pv,1] balance[1] 1
 use[pv,1] definition -1
 use[pv,2] balance[2] 1
 use[pv,2] definition -1
 end_total cost 1
 end_total definition 1
 ~constant cost 10
RHS
 ~rhs balance[1] 3
 ~rhs balance[2] 4
BOUNDS
 FX ~bound ~constant 1
 UP ~bound use[pv,1] 2
 UP ~bound use[pv,2] 2
 FR ~bound end_total
ENDATA
"""
    )


@pytest.mark.parametrize("kind", WRITERS)
def test_awkward_names_stay_distinct_and_readable_by_solvers(tmp_path: Path, kind: str) -> None:
    members = [
        "d h",
        "d~20h",
        "a+b",
        "3.x-1",
        "été",
        "é" * 200,
        "é" * 200 + "2",
        "x" * 300,
        "x" * 300 + "y",
        -1.5,
        "'",
        "[]",
    ]
    symbols = Symbols()
    count = len(members)
    free = VariableBlock("free", index_of(symbols, members), 0, np.zeros(count), np.full(count, INF))
    rows = ConstraintBlock(
        "end", index_of(symbols, members), 0, sparse(np.eye(count)), np.arange(1.0, count + 1), np.full(count, INF)
    )
    goal = Objective("inf", "minimize", np.arange(count, dtype=np.int32), np.ones(count), 0.0)
    path = tmp_path / f"model.{kind}"
    WRITERS[kind](Program(symbols, {"free": free}, {"end": rows}, goal), path)
    highs = read_with_highs(path)
    assert (highs.getNumCol(), highs.getNumRow()) == (count, count)
    names = highs.getLp().col_names_
    assert len(set(names)) == count
    assert max(map(len, names)) <= 255
    assert path.read_text(encoding="utf-8").count("stands for") >= 4
    highs.run()
    assert highs.getObjectiveValue() == pytest.approx(count * (count + 1) / 2)
    assert solve_file_with_glpk(path) == pytest.approx(count * (count + 1) / 2)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize(
    "name",
    [*"e E5 e1x free st Infinity Bounds RHS max obj integer _ Nan inflow nano infinite N G mi b".split(), "x" * 300],
)
def test_names_that_a_reader_takes_for_something_else_are_escaped(tmp_path: Path, kind: str, name: str) -> None:
    """As variable, row and objective at once; the original of a changed one stands in a comment."""
    symbols = Symbols()
    index = index_of(symbols, ["a b", 2.0])
    columns = VariableBlock(name, index, 0, np.array([0.0, -4.0]), np.array([INF, 4.0]), integer=True)
    rows = ConstraintBlock(name, index, 0, sparse([[1, 1], [1, -1]]), np.array([1.5, -INF]), np.array([6.5, 3.0]))
    goal = Objective(name, "minimize", np.array([0, 1], dtype=np.int32), np.array([-1.0, -2.0]), 0.5)
    path = tmp_path / f"model.{kind}"
    WRITERS[kind](Program(symbols, {name: columns}, {name: rows}, goal), path)
    highs = read_with_highs(path)
    highs.run()
    assert highs.getObjectiveValue() == pytest.approx(-9.5)
    assert solve_file_with_glpk(path) == pytest.approx(-9.5)
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [line for line in lines if "stands for" in line]
    names = highs.getLp().col_names_[:2]
    assert any(repr(name) in line for line in changed) or all(each.startswith(name) for each in names)
    assert max(map(len, highs.getLp().row_names_)) <= 255


@pytest.mark.parametrize("kind", WRITERS)
def test_every_kind_of_row_and_bound_is_read_by_both(tmp_path: Path, kind: str) -> None:
    """Free, one-sided, double and equal rows; free, negative, fixed and boxed columns, whole and continuous."""
    asked = program(
        [[1, 1, 0, 0], [1, -1, 1, 0], [0, 1, 0, 1], [2, 0, 0, 1], [0, 1, 1, 1]],
        [-INF, -INF, -2, 4, 1],
        [INF, 7, 9, 4, INF],
        bounds=[(-INF, INF), (-INF, 3), (2.5, 2.5), (-1, 8)],
        cost=[1, -2, 3, 0.5],
        constant=-7.25,
    )
    status, value = solve_with_glpk(asked)
    assert status == "optimal"
    path = tmp_path / f"model.{kind}"
    WRITERS[kind](asked, path)
    highs = read_with_highs(path)
    highs.run()
    assert highs.getObjectiveValue() == pytest.approx(value)
    assert solve_file_with_glpk(path) == pytest.approx(value)


def test_unused_columns_are_left_out_and_free_rows_stay(tmp_path: Path) -> None:
    asked = program([[1, 0, 0], [1, 1, 0]], [1, -INF], [INF, INF], bounds=[(0, INF)] * 3, cost=[1])
    write_lp(asked, tmp_path / "model.lp")
    highs = read_with_highs(tmp_path / "model.lp")
    assert (highs.getNumCol(), highs.getNumRow()) == (2, 2)
    write_mps(asked, tmp_path / "model.mps")
    assert " N c[1]\n" in (tmp_path / "model.mps").read_text()


def test_maximisation_and_ranges_survive(tmp_path: Path) -> None:
    asked = program([[1, 1]], [2], [5], bounds=[(0, INF)] * 2, cost=[1, 2], sense="maximize", constant=1.0)
    for kind, writer in WRITERS.items():
        writer(asked, tmp_path / f"model.{kind}")
        highs = read_with_highs(tmp_path / f"model.{kind}")
        highs.run()
        assert highs.getObjectiveValue() == pytest.approx(11.0)


def test_netcdf_is_read_back_by_linopy(tmp_path: Path) -> None:
    write_netcdf(two_blocks(), tmp_path / "model.nc")
    model = linopy.read_netcdf(tmp_path / "model.nc")
    model.solve("highs", output_flag=False, progress=False)
    assert model.objective.value == pytest.approx(solve(two_blocks()).objective)


def test_a_failed_write_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "model.lp"
    target.write_text("older")
    with pytest.raises(KeyboardInterrupt), whole_file(target) as part:
        part.write_text("half")
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["model.lp"]
    assert target.read_text() == "older"


def test_the_command_line_writes_every_form(tmp_path: Path) -> None:
    files = {kind: tmp_path / f"toy.{kind}" for kind in ("lp", "mps", "netcdf")}
    words = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]
    assert CliRunner().invoke(app, ["translate", "toy", *words]).exit_code == 0
    for kind in WRITERS:
        highs = read_with_highs(files[kind])
        highs.run()
        assert highs.getObjectiveValue() == pytest.approx(2548.522393556281)  # published
    model = linopy.read_netcdf(files["netcdf"])
    model.solve(output_flag=False)
    assert model.objective.value == pytest.approx(2548.522393556281)
