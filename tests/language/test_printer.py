"""Trees as text: the parentheses that are needed and no others, and the same tree when it is read again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.printing.lines import WIDTH
from energyscope.language.printing.printer import print_expression, print_file
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file

Read = Callable[..., ast.File]

CASES = Path(__file__).parents[1] / "conformance" / "accept"

EXPRESSIONS = [
    "a + b * c",
    "(a + b) * c",
    "a - (b - c)",
    "(a - b) - c",
    "a / (b * c) div d",
    "-a^2",
    "(-a)^2",
    "2^3^2",
    "(2^3)^2",
    "2^-x",
    "3 * -5",
    "sum {i in I} x[i] * 2 + 1",
    "sum {i in I} (x[i] + 1)",
    "k * (sum {i in I} x[i])",
    "sum {i in I} sum {j in J} x[i,j]",
    "sum {i in I} (if a then 1 else 2)",
    "x[if h = 1 then T else h - 1]",
    "if a then b else c + 1",
    "(if a then b else c) + 1",
    "if a then (if b then 1) else 2",
    "if (if a then b else c) = 1 then 2",
    "if a = 1 and b < 2 or not c then 1",
    "if not (a = b) and not not c then 1",
    "if (a or b) and (exists {i in I} i = 1) then 1",
    "if exists {i in I} (i = 1 or i = 2) then 1",
    "if (i,j) in A and k not in B and A within B then 1",
    "if (a = b) = c then 1",
    "max(1, if a then 2 else 3)",
    "A diff (B union C)",
    "(setof {i in I} i) & 'x'",
    "setof {n in I} n & '_in' union B",
    "setof {i in I} (i,i + 1) union {1, 2}",
    "1..T - 2 by 2 * k",
    "(1..3) + 1",
    "{i in A, (j,'x') in B, (k + 1) in C, A: i > 1}",
    "{(1,'a'), (2,'b')}",
    "{}",
    "'it''s \"so\"'",
    '"it\'s"',
    "'say \"hi\"'",
    "<<3, 6; 1, 2, 5>> x + 2.5 * y",
    "sum {i in I} a[i] * <<{k in 1..2} b[i,k], 9; -1, {s in S} c[i,s]>> x[i]",
    "-<<; 3>> (x + 1)",
    "<<0; -1, +1>> (x, if a then 1)",
    "Infinity",
    "-Infinity",
    "1e-12",
    "0.1",
    "1e+22",
    "123456789012345",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(read: Read, report: Report, text: str) -> None:
    (statement,) = read(f"param p := {text};").statements
    assert not report.diagnostics
    assert isinstance(statement, ast.ParamDeclaration)
    assert statement.definition is not None
    assert print_expression(statement.definition) == text


def test_numbers_below_zero_stand_in_parentheses_where_needed(read: Read, report: Report) -> None:
    (statement,) = read("param p := 1^2;").statements
    assert isinstance(statement, ast.ParamDeclaration)
    span = statement.span
    power = ast.Power(span, ast.Number(span, -1.0), ast.Number(span, -2.0), span)
    assert print_expression(power) == "(-1)^-2"


STATEMENTS = [
    "set S 'alias' {i in I} dimen 2 within A cross B ordered by T default {};",
    "set S ordered by 'x y' = 1..3;",
    "set S within A within B circular;",
    "param p {I} symbolic, in S, <> q, default 'x';",
    "param p integer, >= 0, <= 9, := if a then 1 else 2;",
    "param p = (a < b);",
    "var x {i in I} integer, >= 0, >= 1, <= if a then 2, := 3;",
    "var x = 3 * y;",
    "var x binary;",
    "minimize z;",
    "maximize z {i in I}: x[i];",
    "subject to c: x = 1;",
    "subject to c 'alias' {i in I}: 1 <= x[i] <= 2;",
    "subject to c: (if a then x else y) >= 6;",
    "subject to c: if a then x = 1 else if b then x = 2 else x = 3;",
    "subject to c: if a then (if b then x = 1) else y = 2;",
    "subject to c: if a then x = (if b then 1);",
    "check: a > 2;",
    "check {i in I}: p[i] > 2;",
    "objective z;",
    "node N;",
    "node N 'alias' {i in I}: net_in = b[i];",
    "node N: 1 <= net_out - 2 <= 3;",
    "arc a {(i,j) in L} integer, >= 0, <= u[i,j], := 2, from N[i], to {k in K[j]} N[k] -0.9, obj z c + 1;",
    "arc a from N if b then 1, to M (obj), cover {s in S} r[s];",
    "arc a from N (from), to M (to * 2), obj z from + to;",
    "param from {to in 1..3};",
    "var x binary, obj z 3, coeff r 2 * k;",
    "minimize z: 2 * to_come + 7;",
    "subject to c {i in I}: to_come - 1 <= p[i];",
    "solve;",
    "display x, 'a;' y;",
    "option x # all ;\n;",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements(read: Read, report: Report, text: str) -> None:
    file = read(text)
    assert not report.diagnostics
    assert print_file(file) == f"{text}\n"


def test_paragraphs(read: Read) -> None:
    long = " + ".join(f"coefficient[{i}] * variable[{i}]" for i in range(12))
    text = print_file(read(f"var x; var y; s.t. a: x >= 1; s.t. b: x >= 2; s.t. c: {long} >= 3; s.t. d: x >= 4;"))
    paragraphs = text.split("\n\n")
    assert paragraphs[0] == "var x;\nvar y;"
    assert paragraphs[1] == "subject to a: x >= 1;\nsubject to b: x >= 2;"
    assert paragraphs[2].startswith("subject to c:\n    coefficient[0]")
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert all(line.lstrip(" ")[0] in "+*>" for line in paragraphs[2].splitlines()[2:])


def test_each_else_of_a_long_statement_has_its_line(read: Read) -> None:
    branches = " else ".join(f"if name = 'number {i}' then {i}" for i in range(9))
    assert print_file(read(f"param p := {branches} else 9;")).count("\n    else ") == 9


def test_model_text_goes_on_after_data(read: Read, report: Report) -> None:
    file = read("set X; data; set X := a b; model; var x{X};")
    assert print_file(file).split() == "set X; data; set X := a b; model; var x {X};".split()


@pytest.mark.parametrize("path", sorted(CASES.glob("*.[dm]*")), ids=lambda path: path.name)
def test_round_trip_of_the_conformance_cases(path: Path) -> None:
    report = Report()
    file = parse_file(Source.from_file(path), "data" if path.suffix == ".dat" else "model", report, set())
    assert not report.errors
    printed = print_file(file)
    again = parse_file(Source("printed.mod", printed), "model", report, set())
    assert not report.errors
    assert again == file
    assert print_file(again) == printed
