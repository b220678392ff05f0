"""Commands against models written by hand without them, which GLPK solves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from energyscope import models
from energyscope.backends.base import BackendError
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.models import Model
from energyscope.translate.commands import load
from energyscope.translate.translation import Translation, translate

WITH_AND_WITHOUT = {
    "a let counts from its place on": (
        """param a default 2; param b := 10 * a; var x; minimize z: x;
        let a := b + 1; let a := a + b; s.t. r: x >= b;""",
        # a = 21, b = 210; a = 21 + 210 = 231, b = 2310
        "var x; minimize z: x; s.t. r: x >= 2310;",
    ),
    "one element after the other": (
        """set T := 1..6; param level{T} default 1; var x{T} >= 0; minimize z: sum {t in T} x[t];
        s.t. r{t in T}: x[t] >= level[t];
        let {t in T: t > 1} level[t] := 2 * level[t - 1] - t;""",
        # 1, 0, -3, -10, -25, -56: each from the one before it
        "var x{1..6} >= 0; minimize z: sum {t in 1..6} x[t]; s.t. r: x[1] >= 1;",
    ),
    "an element from itself": (
        """set I := 1..3; param p{I} default 5; var x{I} >= 0; minimize z: sum {i in I} x[i];
        s.t. r{i in I}: x[i] >= p[i]; let {i in I} p[i] := p[i] * i;""",
        "var x >= 0; minimize z: x; s.t. r: x >= 5 + 10 + 15;",
    ),
    "the last of two values for one subscript holds": (
        """set I := 1..4; param p{I} default 0; var x{I} >= 0; minimize z: sum {i in I} 10 ^ i * x[i];
        s.t. r{i in I}: x[i] >= p[i]; let {i in I} p[if i > 2 then 2 else i] := i;""",
        # p[1] = 1, p[2] = 4
        "var x >= 0; minimize z: x; s.t. r: x >= 10 + 400;",
    ),
    "the statements of a loop take turns": (
        """set I := 1..3; param p{1..4} default 0; var x{1..4} >= 0; minimize z: sum {i in 1..4} 10 ^ i * x[i];
        s.t. r{i in 1..4}: x[i] >= p[i]; for {i in I} { let p[i] := 1; let p[i + 1] := 2; }""",
        # 1 and 2, then 1 over the 2, and so on: 1, 1, 1, 2
        "var x >= 0; minimize z: x; s.t. r: x >= 10 + 100 + 1000 + 20000;",
    ),
    "a loop inside a loop": (
        """set I := 1..3; param q{I, I} default 0; param n default 0; var x >= 0; minimize z: x;
        for {i in I} { for {j in I: j <= i} { let q[i, j] := 10 * i + j; } let n := n + sum {j in I} q[i, j]; }
        s.t. r: x >= n;""",
        "var x >= 0; minimize z: x; s.t. r: x >= 11 + 21 + 22 + 31 + 32 + 33;",
    ),
    "branches": (
        """set I := 1..4; param p{I} default 0; var x >= 0; minimize z: x; s.t. r: x >= sum {i in I} p[i];
        for {i in I} { if i = 1 then let p[i] := 7; else if i < 3 then { let p[i] := 8; }
        else { let p[5 - i] := i; } }""",
        # 7, 8, then p[2] := 3 and p[1] := 4
        "var x >= 0; minimize z: x; s.t. r: x >= 4 + 3;",
    ),
    "the members of a loop are those at its beginning": (
        """set T default {1, 2}; param n default 0; var x >= 0; minimize z: x; s.t. r: x >= n + 100 * card(T);
        for {t in T} { let T := T union {t + 10}; let n := n + t; }""",
        "var x >= 0; minimize z: x; s.t. r: x >= 3 + 400;",
    ),
    "an index set grows in front of what it indexes": (
        """set T default {}; param p{T} default 0; var x >= 0; minimize z: x; s.t. r: x >= sum {t in T} p[t];
        for {i in 1..3} { let T := 1..3; let p[i] := i; }""",
        "var x >= 0; minimize z: x; s.t. r: x >= 6;",
    ),
    "rows follow a set that grows": (
        """set K := {'a', 'b'}; set S{K} default {}; var x{k in K, s in S[k]} >= 0;
        minimize z: sum {k in K, s in S[k]} x[k, s]; s.t. r{k in K, s in S[k]}: x[k, s] >= s;
        let S['a'] := S['a'] union {3}; let S['a'] := S['a'] union {4}; let {k in K} S[k] := S[k] union {1};""",
        "var x{1..4} >= 0; minimize z: sum {i in 1..4} x[i]; "
        "s.t. a: x[1] >= 3; s.t. b: x[2] >= 4; s.t. c: x[3] >= 1; s.t. d: x[4] >= 1;",
    ),
    "data and commands by turns": (
        """set I; param p{I} default 1; param q{I}; var x{I} >= 0; minimize z: sum {i in I} q[i] * x[i];
        s.t. r{i in I}: x[i] >= p[i]; data; set I := a b c; let p['a'] := 10; let p['b'] := 20; param p := b 3 c 4;
        let p['c'] := p['b'] * 2; param q default 1 := a 2; let q['b'] := q['a'] + q['c'];""",
        # p is 10, 3, 6 and q is 2, 3, 1
        "var x >= 0; minimize z: x; s.t. r: x >= 20 + 9 + 6;",
    ),
    "fixed columns": (
        """set I := 1..4; var x{I} >= 0, <= 10; maximize z: sum {i in I} x[i]; s.t. r: sum {i in I} i * x[i] <= 40;
        fix {i in I} x[i] := i; unfix {i in I: i > 2} x[i]; for {i in I: i = 3} { fix x[i] := 4; }""",
        """var x{1..4} >= 0, <= 10; maximize z: sum {i in 1..4} x[i]; s.t. r: sum {i in 1..4} i * x[i] <= 40;
        s.t. a: x[1] = 1; s.t. b: x[2] = 2; s.t. c: x[3] = 4;""",
    ),
    "fixed at the starting value": (
        """set I := 1..3; var x{i in I} >= 0 := 2 * i; var y >= 0, <= 9; maximize z: y; s.t. r: y <= sum {i in I} x[i];
        let x[1] := 1.5; let {i in I: i = 3} x[i] := 0.5; fix {i in I} x[i];""",
        "var y >= 0; maximize z: y; s.t. r: y <= 1.5 + 4 + 0.5;",
    ),
}


def by_glpk(text: str, folder: Path) -> float:
    """The optimum that GLPK finds for a text."""
    model, answer = folder / "flat.mod", folder / "flat.txt"
    model.write_text(text)
    subprocess.run(["glpsol", "--math", str(model), "--write", str(answer)], check=True, capture_output=True)
    first = next(line for line in answer.read_text().splitlines() if line.startswith("s "))
    return float(first.split()[-1])


@pytest.mark.skipif(shutil.which("glpsol") is None, reason="glpsol is not here")
@pytest.mark.parametrize("name", WITH_AND_WITHOUT)
def test_the_same_optimum_as_without_commands(name: str, tmp_path: Path) -> None:
    commands, flat = WITH_AND_WITHOUT[name]
    path = tmp_path / "commands.mod"
    path.write_text(commands)
    solution = Energyscope(Model([("mod", path)])).solve()
    assert solution.status == "optimal"
    # Both optima are exact vertices of whole numbers; solvers end within 1e-7 of them.
    assert solution.objective == pytest.approx(by_glpk(flat, tmp_path), rel=1e-7)


def loaded(text: str) -> ModelData:
    return load(read_model([("mod", Source("case.mod", text))]))


def translated(text: str) -> Translation:
    model = read_model([("mod", Source("case.mod", text))])
    return translate(model, load(model))


MISTAKES = {
    "set I := 1..3; param p{I};\nlet p[4] := 1;": ("data-subscript", 2, 5),
    "set I := 1..3; param p{I};\nlet {i in I} p[i + 1] := 1;": ("data-subscript", 2, 14),
    "set I := 1..3; var x{I};\nfix x[0];": ("data-subscript", 2, 5),
    "set I; param p{I};\nlet p['a'] := 1;\ndata; set I := a;": ("missing-data", 2, 5),
    "param p; param q;\nlet q := 1;\nlet p := p + 1;": ("missing-data", 3, 10),
    "param p >= 0;\nlet p := 1 - 2 * 1;": ("param-restriction", 2, 10),
    "set I := {'a'}; param p{I} >= 0; let p['a'] := 1; let p['a'] := 2;\nlet p['a'] := -3; let p['a'] := -4;": (
        "param-restriction",
        2,
        33,
    ),
    "param p default 0; let p := 1 / (p * 2);": ("arithmetic", 1, 31),
    "set I := 1..2; param p{I} default 0;\nfor {i in I} { let p[i] := if i = 2 then p[i + 1] else 0; }": (
        "subscript",
        2,
        42,
    ),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_has_its_place(text: str) -> None:
    with pytest.raises(ModelError) as caught:
        translated(text)
    first = caught.value.diagnostics[0]
    assert first.span is not None
    assert (first.code, first.span.line, first.span.column) == MISTAKES[text]


def test_what_is_overwritten_is_not_checked() -> None:
    data = loaded("param p >= 0; let p := 1 - 2; let p := 3;")
    assert float(data["p"]) == 3


def test_many_constants_in_a_loop() -> None:
    data = loaded(
        "param a; param b; param c{1..2} default 0; param n default 0;\n"
        "for {i in 1..3} { let a := 1; let b := 2 * 3; let c[1] := 4; let c[1] := 5; let n := n + a + i; let a := 9; }"
    )
    assert [float(data[name]) for name in ("a", "b", "n")] == [9, 6, 9]
    assert dict(data["c"].items()) == {1: 5, 2: 0}


def test_a_number_in_quotes() -> None:
    made = translated("param p; let p := '3.5';")
    assert float(made.evaluator.data["p"]) == 3.5
    assert [warning.code for warning in made.warnings] == ["quoted-number", "no-objective"]


def test_only_the_branch_that_holds_is_carried_out() -> None:
    data = loaded("param p; param q default 1; if q = 1 then let q := 2; else let q := p;")
    assert float(data["q"]) == 2


def test_warnings_of_fixed_columns() -> None:
    made = translated(
        "set I := 1..2; var x{I} >= 0, <= 5; var k integer >= 0; minimize z: sum {i in I} x[i] + k;\n"
        "s.t. r: sum {i in I} x[i] + k >= 1; fix x[1]; fix x[2] := 7; fix k := 0.5;"
    )
    codes = sorted(warning.code for warning in made.warnings)
    assert codes == ["fix-at-zero", "fix-outside-bounds", "fix-outside-bounds"]
    block = made.program.variables["x"]
    assert (block.lower.tolist(), block.upper.tolist()) == ([0, 7], [0, 7])


def test_values_of_the_user_come_after_those_of_the_text() -> None:
    data = loaded("set I := 1..3; param p{I} default 1; let {i in I} p[i] := 10 * i; var x{I}; fix x[1] := 3;")
    data.let("p", 7, key=2)
    assert dict(data["p"].items()) == {1: 10, 2: 7, 3: 30}
    data.fix("x", {2: 5, 1: 4})
    data.unfix("x", key=1)
    assert data.fixed["x"].values.tolist() == [5]
    twin = data.copy()
    twin.unfix("x")
    assert (list(twin.fixed), list(data.fixed)) == ([], ["x"])


def test_objective_in_a_branch(tmp_path: Path) -> None:
    path = tmp_path / "two.mod"
    path.write_text(
        "param p default 2; var x >= 0, <= 4; minimize low: x; maximize high: x; "
        "if p > 1 then { objective high; } else { objective low; }"
    )
    assert Energyscope(Model([("mod", path)])).solve().objective == pytest.approx(4, abs=1e-9)


def test_data_without_a_runner_hold_lets_of_constants_only() -> None:
    constants = (
        "set I := 1..2; param p{I} default 0; var x; minimize a: x; minimize b: -x; objective b; "
        "let p[1] := 4; let p[2] := 5; let p[1] := 6; let x := 8; let p[2] := 7;"
    )
    data = ModelData.from_text(read_model([("mod", Source("case.mod", constants))]))
    assert data.parameters["p"].values.tolist() == [6, 7]
    assert (data.initial["x"].values.tolist(), data.objective) == ([8], "b")
    with pytest.raises(ModelError, match="carries out the commands"):
        ModelData.from_text(read_model([("mod", Source("case.mod", "param p; let p := 1 + card({1});"))]))


def test_the_formulation_in_python_refuses_fixed_variables() -> None:
    run = Energyscope(models.toy)
    technology = next(iter(run.data["TECHNOLOGIES"]))
    run.data.fix("F", 1, key=technology)
    with pytest.raises(BackendError, match="variables are fixed"):
        run.solve()
    # Laid over the data of the text for one run, the column is held there.
    result = Energyscope(models.toy, backend="linopy:text").calc(run.data)
    assert result.variables["F"]["F"][technology] == pytest.approx(1)
