"""Runs of `let` with constants: what belongs to one, and its columns."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from energyscope.language import ast
from energyscope.language.data.lets import FEWEST, run_of_lets
from energyscope.language.data.words import member_of
from energyscope.language.diagnostics import ModelError, Report
from energyscope.language.printing.printer import print_file
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file

RUN = """let c['a', 1] := 0.3*2 ; # it's a comment; with marks
let c["a",\t02]:=-1.5e3;
let
  total := +3 - 4/2*-1; /* let c['a',1] := 9; */
let c['it''s', 3] := 00000000;
let lid := -Infinity;let d['x'] := 1;"""


def test_columns() -> None:
    lets = run_of_lets(Source("t.dat", f"{RUN}\nlet c['a',t] := 1;"), 0)
    assert lets is not None
    assert lets.stop == len(RUN)
    pairs, total, lid, single = lets.columns()
    assert (pairs.name, pairs.statements) == ("c", [0, 1, 3])
    members = [[member_of(word) for word in column] for column in pairs.subscripts]
    assert members == [["a", "a", "it's"], [1.0, 2.0, 3.0]]
    assert pairs.values == [0.6, -1500.0, 0.0]
    assert (total.name, total.subscripts, total.values) == ("total", (), [5.0])
    assert (lid.values, single.subscripts) == ([float("-inf")], (["'x'"],))


def test_places() -> None:
    lets = run_of_lets(Source("t.dat", RUN), 0)
    assert lets is not None
    assert [lets.target_span(k).text for k in range(3)] == ["c['a', 1]", 'c["a",\t02]', "total"]
    assert [lets.value_span(k).text for k in range(3)] == ["0.3*2", "-1.5e3", "+3 - 4/2*-1"]


@pytest.mark.parametrize(
    "other",
    ["let c[t] := 1;", "let c := d;", "let c := 'x';", "let {i in I} c[i] := 1;", "let c := 2^3;", "let c[1..2] := 3;"],
)
def test_the_run_ends_at_any_other_let(other: str) -> None:
    text = "let p := 1;\n" * FEWEST
    report = Report()
    file = parse_file(Source("t.mod", text + other + text), "model", report, set())
    assert [type(each) for each in file.statements][:2] == [ast.LetRun, ast.Let]


def test_few_lets_are_no_run(read: Callable[..., ast.File]) -> None:
    assert [type(each) for each in read("let p := 1; let q := 2;").statements] == [ast.Let, ast.Let]


@pytest.mark.parametrize(("value", "code", "column"), [("3/0", "arithmetic", 11), ("1e999", "bad-number", 10)])
def test_values_that_are_none(value: str, code: str, column: int) -> None:
    lets = run_of_lets(Source("t.dat", "let p := 1;\n" * FEWEST + f"let q := {value};"), 0)
    assert lets is not None
    with pytest.raises(ModelError) as caught:
        lets.columns()
    (finding,) = caught.value.diagnostics
    assert finding.span is not None
    assert (finding.code, finding.span.line, finding.span.column) == (code, FEWEST + 1, column)


@pytest.mark.parametrize("mode", ["model", "data"])
def test_runs_print_back(mode: str) -> None:
    report = Report()
    file = parse_file(Source("t", RUN), mode, report, set())  # type: ignore[arg-type]
    again = parse_file(Source("again.mod", print_file(file)), "model", report, set())
    assert not report.diagnostics
    assert again == file
    assert again != parse_file(Source("t", RUN.replace("02", "2.5")), mode, report, set())  # type: ignore[arg-type]
