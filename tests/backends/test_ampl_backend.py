"""AMPL as a backend: refused with what to install where it is not there, else the calls of amplpy that it is told by.

`Recorder` stands in for `amplpy.AMPL`: it writes down what it is asked and answers as a solver that ends at once.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from energyscope import models
from energyscope.backends.ampl_backend import AmplBackend, AmplModel, values_in_order
from energyscope.backends.base import BackendError, OptionValue, SolveOptions
from energyscope.compare import compare
from energyscope.energyscope import Energyscope
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols
from energyscope.models import Model

HERE = AmplBackend().availability()
absent = pytest.mark.skipif(HERE.ok, reason="AMPL is installed")
present = pytest.mark.skipif(not HERE.ok, reason=f"AMPL is needed: {HERE.reason}")
with_amplpy = pytest.mark.skipif(importlib.util.find_spec("amplpy") is None, reason="the extra `ampl` is not installed")

TEXT = """set I; set T{I}; param p{I} default 0; param q{i in I, T[i]} default 7; param k default 1;
param word{I} symbolic default 'none'; var x{I} >= 0; var y >= 0, := 4;
minimize z: sum {i in I} x[i] + y; minimize other: y;
s.t. r{i in I}: x[i] >= p[i] + k; s.t. s{i in I, t in T[i]}: y >= q[i,t];
data; set I := a b 3; set T['a'] := u 1; set T['b'] := ; set T[3] := v; param p := a 1 b 2; model; fix x['a'] := 2;
"""


@absent
def test_the_reason_says_what_to_install() -> None:
    assert "energyscope-linopy[ampl]" in HERE.reason
    assert "license" in HERE.reason
    with pytest.raises(BackendError, match="backend `ampl` cannot be used"):
        Energyscope(models.toy, backend="ampl")


@absent
def test_solving_is_refused_before_anything_runs() -> None:
    program = Energyscope(models.toy, backend="linopy:text").program()
    with pytest.raises(BackendError, match="AMPL is not installed"):
        AmplBackend().solve(AmplModel(models.toy.files, program), SolveOptions())


@present
def test_ampl_agrees_with_the_other_routes() -> None:
    report = compare(models.toy, "linopy:text,glpk,ampl")
    assert report.passed, report.failures
    assert report.routes[-1].evidence == "answer"


def test_tables_come_into_our_order() -> None:
    symbols = Symbols()
    index = Index([symbols.codes(["a", "b", "b"]), symbols.codes([1.0, 1.0, 2.0])])
    subscripts = pd.MultiIndex.from_tuples([("b", 2), ("a", 1), ("c", 9)])
    table = pd.DataFrame({"x.val": [3.0, 1.0, 7.0]}, index=subscripts)
    assert np.array_equal(values_in_order(table, symbols, index), [1.0, 0.0, 3.0])
    assert np.array_equal(values_in_order(pd.DataFrame({"y.val": [4.0]}), symbols, Index((), 1)), [4.0])


class Entity:
    """A set, parameter, variable, constraint or objective, or one instance of it."""

    def __init__(self, calls: list[tuple[Any, ...]], name: str, *key: object) -> None:
        self.calls, self.shown = calls, (name, *key)

    def get(self, *key: object) -> Entity:
        return Entity(self.calls, str(self.shown[0]), *key)

    def value(self) -> float:
        return 12.5

    def get_values(self) -> Entity:
        return self

    def to_pandas(self) -> pd.DataFrame:
        return pd.DataFrame({"val": [5.0]}, index=pd.MultiIndex.from_tuples([("b", "w")]))

    def __getattr__(self, call: str) -> Any:
        return lambda *arguments: self.calls.append((call, self.shown, *arguments))


class Recorder:
    """What is used of `amplpy.AMPL`."""

    calls: list[tuple[Any, ...]]
    solve_result = "solved"

    def __init__(self, *environment: object) -> None:
        self.calls.append(("AMPL", *environment))

    def get_value(self, name: str) -> str:
        return "20250101"

    def solve(self, objective: str, solver: str, *, verbose: bool, **options: str) -> None:
        self.calls.append(("solve", objective, solver, options))

    def __getattr__(self, call: str) -> Any:
        if call.startswith("get_"):
            return lambda name: Entity(self.calls, name)
        return lambda *arguments: self.calls.append((call, *arguments))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The calls of a run, with amplpy's modules and AMPL itself replaced."""
    amplpy = pytest.importorskip("amplpy", reason="the extra `ampl` is not installed")
    made: list[tuple[Any, ...]] = []
    monkeypatch.setattr(Recorder, "calls", made, raising=False)
    monkeypatch.setattr(amplpy, "AMPL", Recorder)
    monkeypatch.setattr(amplpy, "Environment", lambda folder: f"environment of {folder}")
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.delenv("AMPL_PATH", raising=False)
    monkeypatch.delenv("AMPL_UUID", raising=False)
    monkeypatch.setattr(amplpy.modules, "installed", lambda: ["base", "highs"])
    for name in ("install", "load", "activate"):
        monkeypatch.setattr(amplpy.modules, name, lambda value, name=name: made.append((name, value)))
    return made


@pytest.fixture
def model(tmp_path: Path) -> Model:
    path = tmp_path / "case.mod"
    path.write_text(TEXT, encoding="utf-8")
    return Model.from_paths([path])


def told(calls: list[tuple[Any, ...]], *names: str) -> list[tuple[Any, ...]]:
    return [call for call in calls if call[0] in names]


def test_the_files_are_read_untouched_and_nothing_else_is_set(calls: list[tuple[Any, ...]], model: Model) -> None:
    solution = Energyscope(model, backend="ampl").solve()
    assert calls == [("AMPL",), ("read", str(model.files[0][1])), ("solve", "z", "highs", {}), ("close",)]
    assert (solution.solver, solution.version, solution.objective) == ("ampl+highs", "20250101", 12.5)


def test_edits_become_calls_in_order_of_the_declarations(calls: list[tuple[Any, ...]], model: Model) -> None:
    run = Energyscope(model, backend="ampl")
    run.data["k"] = 3.0
    run.data["p"]["b"] = 5.0
    run.data["p"][3] = 6.0
    run.data["word"] = {"a": "x", "b": "y"}
    run.data["T"] = {"b": ["w"]}
    run.data["I"] = ["a", "b", 3]
    run.solve()
    assert calls[2:-2] == [
        ("set_values", ("I",), ["a", "b", 3]),
        ("set_values", ("T", "a"), ["u", 1]),
        ("set_values", ("T", "b"), ["w"]),
        ("set_values", ("T", 3), ["v"]),
        ("set_values", ("p",), {"a": 1.0, "b": 5.0}),
        ("set_values", ("p",), {3: 6.0}),
        ("set", ("k",), 3.0),
        ("set_values", ("word",), {"a": "x", "b": "y"}),
    ]


def test_variables_are_fixed_and_let_go(calls: list[tuple[Any, ...]], model: Model) -> None:
    run = Energyscope(model, backend="ampl")
    run.data.unfix("x", "a")
    run.data.fix("x", 1.5, "b")
    run.data.fix("y", 9.0)
    run.solve()
    assert calls[2:-2] == [("unfix", ("x", "a")), ("fix", ("x", "b"), 1.5), ("fix", ("y",), 9.0)]


def test_data_of_one_run_are_set_for_that_run_alone(calls: list[tuple[Any, ...]], model: Model) -> None:
    run = Energyscope(model, backend="ampl")
    run.calc({"k": 2.0}, parser=lambda *_: None)  # type: ignore[arg-type]
    assert told(calls, "set") == [("set", ("k",), 2.0)]
    calls.clear()
    run.solve("other")
    assert told(calls, "set", "solve") == [("solve", "other", "highs", {})]


def test_amplpy_takes_the_values_as_they_are_given(calls: list[tuple[Any, ...]], model: Model) -> None:
    """Its columns hold texts or numbers, never both: `set_values` of one mapping with both fails."""
    amplpy = pytest.importorskip("amplpy", reason="the extra `ampl` is not installed")
    run = Energyscope(model, backend="ampl")
    run.data["q"] = {("a", "u"): 2.0, ("a", 1): 3.0, (3, "v"): 4.0}
    run.solve()
    parts = [call[2] for call in told(calls, "set_values")]
    assert len(parts) == 3
    for part in parts:
        assert amplpy.DataFrame.from_dict(part).to_dict() == part


def test_options_go_where_upstream_puts_them(calls: list[tuple[Any, ...]], model: Model) -> None:
    options: dict[str, OptionValue] = {
        "solver": "gurobi",
        "solver_msg": 0,
        "presolve": 0,
        "gurobi_options": "outlev=1",
        "mipgap": 1e-6,
    }
    Energyscope(model, {**options, "time_limit": 60}, backend="ampl", relax=True).solve()
    assert told(calls, "set_option", "solve") == [
        ("set_option", "solver_msg", 0),
        ("set_option", "presolve", 0),
        ("set_option", "gurobi_options", "outlev=1"),
        ("set_option", "relax_integrality", 1),
        ("solve", "z", "gurobi", {"gurobi_options": "outlev=1 mipgap=1e-06 timelim=60.0"}),
    ]


def test_licence_and_modules_are_for_amplpy(calls: list[tuple[Any, ...]], model: Model) -> None:
    Energyscope(model, license_uuid="1234", modules=["highs", "cbc"], backend="ampl").solve()
    assert calls[:4] == [("install", ["cbc"]), ("load", ["highs", "cbc"]), ("activate", "1234"), ("AMPL",)]


def test_the_environment_names_folder_and_licence(
    calls: list[tuple[Any, ...]], model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMPL_PATH", str(tmp_path))
    monkeypatch.setenv("AMPL_UUID", "5678")
    Energyscope(model, backend="ampl").solve()
    assert calls[:2] == [("activate", "5678"), ("AMPL", f"environment of {tmp_path}")]


def test_an_objective_of_the_user_is_read_behind_the_files(calls: list[tuple[Any, ...]], model: Model) -> None:
    Energyscope(model, backend="ampl", maximize="x['a'] - y").solve()
    assert told(calls, "eval", "solve") == [
        ("eval", "maximize maximized: x['a'] - y;"),
        ("solve", "maximized", "highs", {}),
    ]


@with_amplpy
def test_the_calls_exist_in_amplpy() -> None:
    """The stand-in cannot drift away from the library."""
    import amplpy

    for owner, names in (
        (amplpy.AMPL, ("read", "read_data", "eval", "set_option", "solve", "solve_result", "get_value", "close")),
        (amplpy.AMPL, ("get_set", "get_parameter", "get_variable", "get_constraint", "get_objective")),
        (amplpy.Set, ("get", "set_values")),
        (amplpy.Parameter, ("set", "set_values")),
        (amplpy.Variable, ("get", "fix", "unfix", "set_value", "set_values", "get_values")),
        (amplpy.modules, ("installed", "install", "load", "activate")),
    ):
        assert [name for name in names if not hasattr(owner, name)] == []
