"""The command `check`: advice to a modeller, findings for editors, and what it costs to start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from energyscope.cli.app import app

SOUND = """set T;
param d{T};
var x{T} >= 0;
minimize cost: sum {t in T} x[t];
s.t. meet{t in T}: x[t] >= d[t];
data;
set T := a b c;
param d := a 1 b 2 c 3;
"""

Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Checks a text with some options."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, *options: str) -> Result:
        Path("m.mod").write_text(text)
        result = CliRunner().invoke(app, ["check", "m.mod", *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def heads(result: Result) -> list[str]:
    """`line:column code: message` of all findings."""
    found = re.findall(r"^m\.mod:(\d+:\d+): (?:warning|error)\[([\w-]+)\]: (.*)$", result.stderr, re.MULTILINE)
    return [f"{place} {code}: {message}" for place, code, message in found]


def test_a_sound_model_has_no_warnings(check: Check) -> None:
    result = check(SOUND)
    assert (result.exit_code, heads(result)) == (0, [])
    assert result.stdout == "no mistakes, no warnings: 3 rows, 3 columns, 3 nonzeros\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            "param p; set S;",
            ["6:7 unused-parameter: parameter `p` is never used", "6:14 unused-set: set `S` is never used"],
        ),
        (
            "param p := 1; param q := p;",
            [
                "6:7 unused-parameter: parameter `p` is used only by `q`, which nothing needs",
                "6:21 unused-parameter: parameter `q` is never used",
            ],
        ),
        ("param p := 1; check p > 0;", []),
        ("param p; let p := 3; display p;", []),
        (
            "param p default 2; s.t. k: x['a'] >= p;",
            ["6:17 default-kept: no data for `p`: its default holds everywhere"],
        ),
        ("param p default 2; s.t. k: x['a'] >= p; let p := 3;", []),
        (
            "s.t. k{t in T: d[t] > 9}: x[t] >= 1;",
            ["6:6 no-rows: constraint `k` gives no row: its index set is empty, or its condition holds nowhere"],
        ),
        (
            "s.t. k{t in T}: 0 * x[t] >= 0;",
            ["6:6 no-rows: constraint `k` gives no row: none of its 3 rows holds a variable"],
        ),
        ("var y{T};", ["6:5 unused-variable: variable `y` appears in no constraint and not in the objective"]),
        (
            "var y{T} >= 0; s.t. k: y['b'] >= 1;",
            ["6:5 unused-variable: 2 of 3 `y` appear in no constraint and not in the objective, as `y[a]`"],
        ),
        (
            "s.t. k: 1e5 * x['a'] + 5e-6 * x['b'] >= 1;",
            ["6:6 coefficient-range: coefficients are from 5e-06 (`x[b]` in `k`) to 1e+05 (`x[a]` in `k`)"],
        ),
        ("s.t. k: 1e4 * x['a'] + 1e-5 * x['b'] >= 1;", []),
        (
            "param life := Infinity; s.t. k{t in T}: x[t] / life + x['a'] >= 1;",
            ["6:46 infinite-divisor: a coefficient is 0: its divisor is Infinity for t = a"],
        ),
    ],
)
def test_advice(check: Check, more: str, expected: list[str]) -> None:
    result = check(SOUND.replace("data;", f"{more}\ndata;"))
    assert result.exit_code == 0
    assert heads(result) == expected


def test_members_that_have_no_figures(check: Check) -> None:
    text = SOUND.replace("param d{T}", "param d{T} default 0; param e{T} default 1")
    text = text.replace("c 3", "b2 3").replace("a b c", "a b b2 c").replace(">= d", ">= e[t] * d")
    result = check(text.replace("param d :=", "param e := a 1;\nparam d :="))
    assert heads(result) == [
        "7:17 member-without-data: member `c` of `T` has no data in any of the 2 parameters over it"
    ]


def test_of_many_findings_the_first_are_shown(check: Check) -> None:
    text = SOUND.replace("set T;", "set T;" + " ".join(f"param p{number};" for number in range(7)))
    found = heads(check(text))
    assert [each.split(": ")[1] for each in found[:3]] == [
        f"parameter `p{number}` is never used" for number in range(3)
    ]
    assert found[3].endswith("and 4 more of this kind: `p3`, `p4`, `p5`, `p6`")
    assert len(found) == 4


def test_findings_for_editors(check: Check) -> None:
    told = json.loads(check(SOUND + "model;\nparam pq;\n", "--format", "json").stdout)
    assert told == [
        {
            "file": "m.mod",
            "line": 10,
            "column": 7,
            "end_line": 10,
            "end_column": 9,
            "severity": "warning",
            "code": "unused-parameter",
            "message": "parameter `pq` is never used",
            "help": "take it out, or look for the place where it was forgotten",
        }
    ]


def test_mistakes_for_editors(check: Check) -> None:
    result = check("var x;\nminimize c: y;\n", "--format", "json")
    (told,) = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (told["severity"], told["code"], told["line"], told["column"]) == ("error", "undeclared-name", 2, 13)
    assert check(SOUND, "--format", "json", "--json", "-").exit_code == 2


def test_quiet_tells_mistakes_only(check: Check) -> None:
    quiet = check(SOUND + "model;\nparam p;\n", "--quiet")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
    assert heads(check("minimize c: y;", "--quiet")) == ["1:13 undeclared-name: `y` is not declared"]


def test_the_json_has_the_advice(check: Check) -> None:
    check(SOUND + "model;\nparam p;\n", "--json", "m.json")
    told = json.loads(Path("m.json").read_text())
    assert [each["code"] for each in told["warnings"]] == ["unused-parameter"]
    assert (told["status"], told["rows"], told["objective_name"]) == ("translated", 3, "cost")


@pytest.mark.parametrize("model", ["toy", "core_small"])
def test_our_own_models_are_not_full_of_warnings(model: str) -> None:
    result = CliRunner().invoke(app, ["check", model, "--format", "json"])
    assert result.exit_code == 0
    # Each has one parameter whose default is meant to hold: the lower limit of capacities, the length of an hour.
    assert [each["code"] for each in json.loads(result.stdout)] == ["default-kept"]


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    (tmp_path / "m.mod").write_text(SOUND)
    program = (
        "import sys; from energyscope.cli import main; sys.argv = ['energyscope', 'check', 'm.mod']\n"
        "try: main()\n"
        "finally: print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(eval(done.stderr.splitlines()[-1]))
    # Each of these takes longer to import than all the rest of a check.
    assert not loaded & {"scipy", "linopy", "highspy", "pandas", "xarray", "pyarrow", "h5py", "altair", "plotly"}
