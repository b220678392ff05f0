"""The text for GLPK: what GLPK reads in it is what we read in the original."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope import models
from energyscope.backends.mathprog import mathprog
from energyscope.cli.app import app
from energyscope.compare.comparison import parity
from energyscope.compare.routes import Runner
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import ModelError
from energyscope.models import Model

pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")

FOLDER = Path(__file__).parents[1] / "conformance"
CASES = {
    f"{kind}/{name}": case
    for kind in ("accept", "combined")
    for name, case in json.loads((FOLDER / kind / "expected.json").read_text(encoding="utf-8")).items()
}
VERTEX = 1e-9
"""Relative, and absolute near 0: small programs end in a vertex, exact but for rounding; integers are proved."""


@pytest.mark.parametrize("name", CASES)
def test_glpk_reads_every_accepted_case_as_we_do(name: str) -> None:
    case = CASES[name]
    data = (FOLDER / name).with_suffix(".dat")
    arguments = case.get("arguments", [])
    objective = arguments[arguments.index("--objective") + 1] if arguments else None
    model = Model.from_paths([FOLDER / name, *([data] if data.exists() else [])])

    solution = Energyscope(model, backend="glpk").solve(objective)

    assert solution.status == case["status"], solution.message
    if case["objective"] is not None:
        assert solution.objective == pytest.approx(case["objective"], rel=VERTEX, abs=VERTEX)
    if objective is None:
        assert_same_program(model)


def assert_same_program(model: Model) -> None:
    """Row by row and figure by figure, with as many rows that hold no variable."""
    runner = Runner(model, None, None)
    report = parity(model.name, [runner.run("linopy:text"), runner.run("glpk")], VERTEX)
    assert report.passed, report.failures
    assert not report.missing


CONSTRUCTS = {
    "order of an indexed set": """
        set R := {'a','b'}; set T{R} ordered; param d{r in R, T[r]} default 1;
        var x{r in R, T[r]} >= 0;
        minimize z: sum {r in R, t in T[r]} ord(t) * x[r,t];
        s.t. up{r in R, t in T[r]: t <> last(T[r])}: x[r,next(t)] + x[r,t] >= 2 * d[r,t] + ord0(7, T[r]);
        s.t. first_one{r in R}: x[r,first(T[r])] >= 1 + card(T[r]);
        s.t. second{r in R}: x[r,member(2,T[r])] <= 9;
        data; set T['a'] := p q 7; set T['b'] := 3 2 1; param d := a p 4 b 2 5;""",
    "wrapping functions": """
        set H ordered := {'w','x','y'};
        var v{H} >= 0; minimize z: sum {h in H} ord(h) * v[h];
        s.t. a{h in H}: v[nextw(h)] + 2 * v[prevw(h, H, 2)] >= ord(h);""",
    "sets that GLPK cannot look up": """
        set I := 1..4; set J{i in I} := i..4; param w{i in setof {j in I: j > 1} j} := i;
        var x{i in {k in I: k <> 2}, j in setof {l in J[i]} l * 10} >= 0;
        minimize z: sum {i in {k in I: k <> 2}, j in setof {l in J[i]} l * 10} x[i,j] * (i + j);
        s.t. a{i in {k in I: k > 2}: i * 10 in setof {j in J[i]} j * 10}:
            sum {j in setof {l in J[i]} l * 10} x[i,j] >= w[i];
        s.t. b{i in I: i in (union {k in I: k > 2} J[k]) and i <> 2}: x[i,40] >= 0.5;
        s.t. c{i in I: {i} within setof {k in I: k mod 2 = 1} k}: x[i,40] <= 3;""",
    "sets of pairs": """
        set P dimen 2 := {(1,'a'), (2,'b'), (2,'a')}; set Q dimen 2 default {}; set N := {'a','b'};
        var x{P union Q} >= 0; minimize z: sum {(i,n) in P} i * x[i,n];
        s.t. a{n in N}: sum {(i,n) in P} x[i,n] >= 2;
        s.t. b: sum {(2,n) in P diff Q} x[2,n] >= card(Q) + 3;
        s.t. c{i in 1..2, n in N: (i,n) in {k in 1..2, m in N: (k,m) in P}}: x[i,n] <= 8;""",
    "conditional rows": """
        set I := 1..6; var x{I} >= 0, <= 10; var y >= 0; maximize z: sum {i in I} x[i] - y;
        s.t. a{i in I: i <> 5}: if i = 1 then x[i] <= 1
            else if i <= 3 then (if i = 2 then x[i] <= 2 else x[i] = 1.5) else x[i] <= i;
        s.t. b: if card(I) = 6 then y >= 2 else y >= 100;""",
    "functions and signs": """
        param a{i in 1..6} := i - 3.5; param b{i in 1..6} := round(a[i]) * 10 + (-7) mod i - 7 div 2;
        param t := asinh(2) + acosh(2) + atanh(.5) + sinh(1) + cosh(1) + tanh(1) + asin(.3) + acos(.3) + atan2(-1,-2);
        var x{1..6} >= -100; minimize z: sum {i in 1..6} x[i];
        s.t. r{i in 1..6}: x[i] >= b[i] + t + (i * 5 mod 4) * 3 mod 5 - 3 ^ 2 less 4;""",
    "infinite figures": """
        set I := {'a','b'}; param top{I} default Infinity;
        param twice{i in I} := 2 * top[i] + 1; param low := -Infinity;
        var x{i in I} >= low, <= twice[i]; var y >= 0;
        maximize z: sum {i in I} x[i] - y;
        s.t. a{i in I}: x[i] - y <= top[i]; s.t. b: 12 >= x['b']; s.t. c{i in I}: top[i] >= x[i] - 2 * y;
        s.t. d{i in I: top[i] = Infinity}: x[i] >= 1;
        data; param top := a 3;""",
    "defined variables": """
        set I := 1..3; set A within I cross I := {(1,2), (2,3)}; var x{I} >= 0;
        var sum_to{i in I} = sum {j in I: j <= i} x[j];
        var twice{(i,j) in A} = sum_to[j] + sum {k in I: k > i} sum_to[k];
        minimize z: sum {(i,j) in A} twice[i,j]; s.t. r{i in I, j in I: (i,j) in A}: twice[i,j] >= i + j;""",
    "names and numbers": """
        set S; param p{S} symbolic default 'none'; param q{S} default 0.1;
        var x{S} >= 0; minimize z: sum {s in S} x[s];
        s.t. r{s in S}: x[s] >= q[s] + (if p[s] = 'l''eau' then 2 else 1);
        data; set S := 1 '1' 'a b' 0.30000000000000004 'é' "l'eau" 2015_2020 -5;
        param p := 1 "l'eau" 'é' 'none'; param q := 'a b' 0.1234567890123456789 -5 1e-9;""",
    "signs in a row": """
        set I := 1..4; param k{i in I} := - - i; param m := -(-(-3)); var x{I} >= 0; var y >= -9;
        minimize z: sum {i in I} - - x[i] + -(-(-y)) - (-4)^2 + 2^(-(-2));
        s.t. r{i in I}: -(-i) * x[i] - -(-y) >= 2 ** (-i) * 10 + m + +(-k[i]) * - - 3;
        s.t. s{i in I: -i < - -2 and not -i > - + -2}: -x[i] >= -50; s.t. t: - y >= -100;""",
    "recursive definition": """
        param f{i in 0..9} := if i = 0 then 1 else 2 * f[i-1]; var x >= 0;
        minimize z: x; s.t. r: x >= sum {i in 0..9} f[i];""",
    "data over definitions": """
        set I := {'u'}; param n := 3; param m default 4; var x{I} >= 0; minimize z: sum {i in I} x[i];
        s.t. r{i in I}: x[i] >= n * m; data; param m := 5;""",
    "text functions": """
        set N := {'gas','oil'}; param k{n in N} symbolic := substr(n, 2) & sprintf('%d', length(n));
        var x{N} >= 0; minimize z: sum {n in N} x[n]; s.t. r{n in N}: x[n] >= if k[n] = 'as3' then 4 else 1;""",
}


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_glpk_makes_the_same_rows_of_what_is_written_for_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "case.mod"
    path.write_text(CONSTRUCTS[name] + "\n", encoding="utf-8")
    assert_same_program(Model.from_paths([path]))


def exported(text: str, folder: Path) -> str:
    path = folder / "case.mod"
    path.write_text(text, encoding="utf-8")
    return mathprog(Energyscope(Model.from_paths([path])).translate()).text


def test_the_text_keeps_formulas_and_leaves_out_what_nothing_needs(tmp_path: Path) -> None:
    text = exported(
        """set I := {'a','b'}; param idle{I}; param p{I} >= 0; param q{i in I} = 2 * p[i]; check: card(I) = 2;
        var x{i in I} >= q[i]; minimize first: sum {i in I} x[i]; minimize second: 0;
        s.t. r{i in I}: x[i] == 3; data; param p := a 0.1 b 1; param idle := a 4;""",
        tmp_path,
    )
    statements = [line for line in text.splitlines() if not line.startswith("#")]
    assert statements == [
        "set I dimen 1 := {'a', 'b'};",
        "param p {I};",
        "param q {i in I} := 2 * p[i];",
        "var x {i in I} >= q[i];",
        "minimize first: sum {i in I} x[i];",
        "s.t. r {i in I}: x[i] = 3;",
        "solve;",
        "data;",
        "param p :=",
        " 'a' 0.10000000000000001",
        " 'b' 1;",
        "end;",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("var x >= 0; minimize z: x; s.t. r: x >= num('3');", "`num` cannot be written for GLPK"),
        ("var x{1..3}; minimize z: 0; s.t. r{i in 1..2}: x[next(i, 1..3)] >= 0;", "of a set without a name"),
        (f"set S := {{'{'a' * 101}'}}; var x{{S}} >= 0; minimize z: sum {{s in S}} x[s];", "longer than 100 bytes"),
    ],
)
def test_what_glpk_cannot_be_told_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        exported(text, tmp_path)
    assert caught.value.diagnostics[0].code == "export"


def test_a_pair_of_files_is_read_by_glpk_as_one_is(tmp_path: Path) -> None:
    glpk = pytest.importorskip("swiglpk")
    run = Energyscope(models.toy, backend="linopy:text")
    run.export_mathprog(tmp_path / "toy.mod", tmp_path / "toy.dat")
    translator, problem = glpk.glp_mpl_alloc_wksp(), glpk.glp_create_prob()
    assert glpk.glp_mpl_read_model(translator, str(tmp_path / "toy.mod"), 1) == 0
    assert glpk.glp_mpl_read_data(translator, str(tmp_path / "toy.dat")) == 0
    assert glpk.glp_mpl_generate(translator, None) == 0
    glpk.glp_mpl_build_prob(translator, problem)
    sizes = run.program().sizes
    assert glpk.glp_get_num_cols(problem) == sizes["columns"] + sizes["unused_columns"]
    run.export_mathprog(tmp_path / "whole.mod")
    whole = (tmp_path / "whole.mod").read_text(encoding="utf-8")
    pair = [(tmp_path / name).read_text(encoding="utf-8") for name in ("toy.mod", "toy.dat")]
    assert "".join(pair).replace("end;\ndata;", "data;") == whole


def test_the_command_writes_the_file_whole(tmp_path: Path) -> None:
    source, target = tmp_path / "case.mod", tmp_path / "glpk.mod"
    source.write_text("var x >= 2; minimize z: x; s.t. r: x >= 3;", encoding="utf-8")
    assert CliRunner().invoke(app, ["export-mathprog", str(source), "-o", str(target)]).exit_code == 0
    assert target.read_text(encoding="utf-8").endswith("end;\n")
    assert CliRunner().invoke(app, ["export-mathprog", str(source), "-o", str(source)]).exit_code == 2
    source.write_text("var x >= ;", encoding="utf-8")
    assert CliRunner().invoke(app, ["export-mathprog", str(source), "-o", str(target)]).exit_code == 1
