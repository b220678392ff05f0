"""What the parser says about wrong text: code and place of everything it finds, and that it goes on reading."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file

Findings = Callable[[str], list[str]]

CASES = Path(__file__).parents[1] / "conformance" / "reject"
CODES = frozenset(
    (
        "bad-character",
        "unterminated-string",
        "unterminated-comment",
        "bad-number",
        "syntax",
        "unexpected-end",
        "reserved-word",
        "relation-missing",
        "relation-strict",
        "relation-mixed",
        "unsupported",
    )
)

WRONG = {
    "no semicolon before a declaration": ("var x >= 0\nminimize z: x;\nvar 2;", ["2:1 syntax", "3:5 syntax"]),
    "no semicolon before data": ("var x >= 0\ndata;\nset S := a-b 'c' 1e;", ["2:1 syntax"]),
    "no semicolon before a constraint": ("s.t. a: x >= 1\ns.t. b: x <= 2;", ["2:1 syntax"]),
    "an unknown statement": ("parm x;\nvar y;", ["1:6 syntax"]),
    "a statement without name": ("3 + 4;\nvar y;", ["1:1 syntax"]),
    "an open parenthesis": ("minimize z: 2*(x + 3;", ["1:21 syntax"]),
    "no name": ("param := 3;", ["1:7 syntax"]),
    "keywords as names": ("param sum := 3; var if; s.t. to: x >= 1;", ["1:7", "1:21", "1:30"]),
    "a dangling comma": ("var x >= 0, ;", ["1:13 syntax"]),
    "an unknown attribute": ("param p positive;", ["1:9 syntax"]),
    "two definitions": ("param p := 3 default 4;", ["1:14 syntax"]),
    "two starting values": ("var x := 3 := 4;", ["1:12 syntax"]),
    "a symbolic number": ("param p integer symbolic;", ["1:17 syntax"]),
    "no dimension": ("set S dimen 0; set S dimen 1.5; set S dimen n;", ["1:13", "1:28", "1:45"]),
    "an indexing of members": ("var x{3};\nvar y{'a', 'b'};\nvar z{};", ["1:7", "2:7", "3:6"]),
    "a strict bound": ("var x > 0;", ["1:7 relation-strict"]),
    "a strict relation": ("s.t. r: x + 3 > 5;", ["1:15 relation-strict"]),
    "a difference": ("s.t. r: x != 5;", ["1:11 relation-strict"]),
    "mixed relations": ("s.t. r: 1 <= x >= 0;", ["1:16 relation-mixed"]),
    "two equations in one": ("s.t. r: a = x = b;", ["1:15 syntax"]),
    "no relation": ("s.t. r: x + 3;", ["1:9 relation-missing"]),
    "no relation in parentheses": ("s.t. r: (x + 3);", ["1:9 relation-missing"]),
    "no relation behind if": ("s.t. r: if a then x;", ["1:9 relation-missing"]),
    "no relation behind else": ("s.t. r: if a then x = 1 else y;", ["1:30 relation-missing"]),
    "arithmetic with a row": ("s.t. r: (x >= 3) + 1;", ["1:18 syntax"]),
    "a logical row": ("s.t. r: x >= 1 and y >= 2;", ["1:16 syntax"]),
    "no colon": ("s.t. r x >= 1;", ["1:8 syntax"]),
    "an implication": ("s.t. r: x = 1 ==> y = 0;", ["1:15 unsupported"]),
    "complementarity": ("s.t. r: x >= 0 complements y >= 0;", ["1:16 unsupported"]),
    "a count": ("s.t. r: atmost 2 {i in I} (x[i] = 1);", ["1:9 unsupported"]),
    "piecewise-linear terms": ("minimize z: <<3, 6; 1, 2, 5>> x + y;\nvar 3;", ["1:13 unsupported", "2:5 syntax"]),
    "terms to come": ("minimize z: to_come + y;", ["1:13 unsupported"]),
    "column attributes": ("var x >= 0, obj cost 4;\nvar y coeff c 3;", ["1:13 unsupported", "2:7 unsupported"]),
    "an order reversed": ("set S ordered by reversed T;", ["1:18 unsupported"]),
    "loops": (
        "for {i in I} { let p := '}'; if a then { fix x; } else { unfix x; } }\nvar 3;",
        ["1:1 unsupported", "2:5 syntax"],
    ),
    "a loop without braces": ("for {i in I}: printf '%g;', i;\nvar 3;", ["1:1 unsupported", "2:5 syntax"]),
    "an if command": ("if (if a then 1) = 1 then let p := 1; else let p := 2;\nvar 3;", ["1:1", "2:5"]),
    "a repetition": ("repeat { let n := n + 1; } until n > 3;\nvar 3;", ["1:1 unsupported", "2:5 syntax"]),
    "files": ("model a.mod; data 'b;.dat';\nvar 3;", ["1:1 unsupported", "1:14 unsupported", "2:5 syntax"]),
    "tables": ("write table t; read table t;", ["1:1 unsupported", "1:16 unsupported"]),
    "other commands": ("let x := 1; fix x; node N; arc a from N; drop c;", ["1:1", "1:13", "1:20", "1:28", "1:42"]),
    "the end inside a parameter": ("param p", ["1:7 unexpected-end"]),
    "the end inside an expression": ("param p := (1 + # x\n", ["1:15 unexpected-end"]),
    "the end inside a command": ("display x, y # z;\n", ["1:12 unexpected-end"]),
    "the end inside an objective": ("objective", ["1:1 unexpected-end"]),
    "a comment in a statement": ("param p := /* 3;", ["1:12 unterminated-comment"]),
    "a bad character in a statement": ("var x ? 2; var 3;", ["1:7 bad-character", "1:16 syntax"]),
    "a string in a statement": ("param p := 'abc;\nvar 3;", ["1:12 unterminated-string", "2:5 syntax"]),
    "a number in a statement": ("param p := 3abc;\nvar 3;", ["1:12 bad-number", "2:5 syntax"]),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_wrong_text(findings: Findings, text: str, expected: list[str]) -> None:
    found = findings(text)
    assert len(found) == len(expected)
    assert [place.startswith(start) for place, start in zip(found, expected, strict=True)] == [True] * len(found), found


def test_statements_around_a_mistake_are_kept(read: Callable[[str], ast.File]) -> None:
    file = read("var a; var b >= ; var c\nvar d; for {i in I} {let x := 1;} var e; let f := 3; var g;")
    assert [statement.name for statement in file.statements] == ["a", "d", "e", "g"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("s.t. r: x >= 1\nvar y;", "expected `;` after the constraint, found `var`", "the constraint ends with `;`"),
        ("param demand", "file ends inside `param demand`", "a `;` is missing"),
        ("subject to r{i in I}: x", "file ends inside `subject to r`", "a `;` is missing"),
        ("r: x", "file ends inside `r`", "a `;` is missing"),
        ("param sum;", "`sum` is a keyword and cannot be a name", "try `sum_`"),
        ("parm x;", "expected `:` after the name `parm` of a constraint, found `x`", "did you mean `param`?"),
        ("param p := (1;", "expected `)`, found `;`", "it closes the `(` at line 1, column 12"),
        ("param p := x(1);", "`x` is not a function", "subscripts stand in `[ ]`, and a product needs `*`"),
        ("param p := ciel(1);", "`ciel` is not a function", "did you mean `ceil`?"),
        ("param p := 1 + ;", "expected an expression after `+`, found `;`", None),
        ("set Q := if a then {1};", "an else branch is required, found `;`", "`else {}` gives the empty set"),
        ("repeat {} until a;", "`repeat` is not supported", "write the loop in Python"),
        ("let a := 1;", "`let` is not supported yet", "give the value in the data section"),
        ("param p := c.dual;", "suffix `.dual` is not supported", "read duals and bounds from the result"),
    ],
)
def test_wording(read: Callable[[str], ast.File], report: Report, text: str, message: str, help: str | None) -> None:
    read(text)
    assert report.diagnostics[0].message == message
    assert (report.diagnostics[0].help or "").startswith(help or "")


def rejected() -> list[str]:
    cases = json.loads((CASES / "rejected.json").read_text())
    return [name for name, case in cases.items() if case["code"] in CODES and case["file"] == name]


@pytest.mark.parametrize("name", rejected())
def test_conformance(name: str) -> None:
    expected = json.loads((CASES / "rejected.json").read_text())[name]
    report = Report()
    parse_file(Source.from_file(CASES / name), "model", report, set())
    first = report.errors[0]
    assert first.span is not None
    assert (first.code, first.span.line, first.span.column) == tuple(
        expected[key] for key in ("code", "line", "column")
    )
