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
        "file",
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
    "keywords as names": ("param sum := 3; var if; s.t. by: x >= 1;", ["1:7", "1:21", "1:30"]),
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
    "piecewise-linear terms": ("minimize z: <<3, 6 1, 2>> x + y;\nvar 3;", ["1:20 syntax", "2:5 syntax"]),
    "nodes": ("node;\nnode N: 3;\nnode N: if a then net_in = 3;", ["1:5 syntax", "2:9 relation-missing", "3:9 syntax"]),
    "column attributes": (
        "var x >= 0, obj cost;\nvar y cover 3;\narc z from {i};",
        ["1:21 syntax", "2:13 syntax", "3:15 syntax"],
    ),
    "an order reversed": ("set S ordered by reversed T;", ["1:18 unsupported"]),
    "sets of all integers": ("set V := integer [0,10]; set W within integer [0,1];", ["1:10 unsupported", "1:39"]),
    "an open interval": ("set V := interval (0,1];", ["1:10 unsupported"]),
    "variables of a set of values": (
        "var x in {0} union interval[2,5];\nvar y >= 0, in {0,3,5};\nvar z integer [0,3];",
        ["1:7 unsupported", "2:13 unsupported", "3:7 unsupported"],
    ),
    "environments": ("environ E1;\nenviron: x >= 1;", ["1:1 unsupported"]),
    "in loops": (
        "for {i in I} { let p '}'; fix; if a then { unfix 3; let q := 1 } }\nvar 3;",
        ["1:22 syntax", "1:30 syntax", "1:50 syntax", "1:64 syntax", "2:5 syntax"],
    ),
    "declarations in blocks": ("for {i in I} { var y; let p := 1; }\nvar 3;", ["1:16 syntax", "2:5 syntax"]),
    "an open block": ("for {i in I} { let p := 1;\nvar 3;", ["2:1 syntax", "2:6 unexpected-end"]),
    "an if command": ("if a let p := 1;\nif a then let p 1; else let p := 2;\nvar 3;", ["1:6", "2:17", "3:5"]),
    "assignments": (
        "let x = 3; let 3 := x; let max(3) := 1; fix x = 3; unfix x := 3; let x.val := 1;",
        ["1:7", "1:16", "1:28", "1:47", "1:60", "1:70"],
    ),
    "a repetition": ("repeat { let n := n + 1; } until n > 3;\nvar 3;", ["1:1 unsupported", "2:5 syntax"]),
    "files": ("model a.mod; data 'b;.dat';\nvar 3;", ["1:7 file", "1:19 file", "2:5 syntax"]),
    "tables of other drivers": ("table t IN 'ODBC' 'DSN=x' 'SELECT s': S <- [s];", ["1:1 unsupported"]),
    "tables without parts": (
        "table t IN 'CSV': S <- [s];\ntable t IN 'CSV' 'f' : S [s];\ntable t OUT 'CSV' 'f' : x;\ntable t 'CSV';",
        ["1:17", "2:29", "3:7", "4:14"],
    ),
    "tables": ("write table t; read table t;", ["1:1 unsupported", "1:16 unsupported"]),
    "other commands": ("let x := 1; fix x; drop c;", ["1:20"]),
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
    file = read("var a; var b >= ; var c\nvar d; for {i in I} {let x 1;} var e; let f 3; var g;")
    kept = [statement.name for statement in file.statements if isinstance(statement, ast.VarDeclaration)]
    assert kept == ["a", "d", "e", "g"]


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
        ("let a = 1;", "expected `:=` after the target of `let`, found `=`", "a new value is `let name[…] := value;`"),
        ("for {i in I} set S;", "a declaration cannot stand in a block of commands", "put it in front of the block"),
    ],
)
def test_wording(read: Callable[[str], ast.File], report: Report, text: str, message: str, help: str | None) -> None:
    read(text)
    assert report.diagnostics[0].message == message
    assert (report.diagnostics[0].help or "").startswith(help or "")


def rejected() -> list[str]:
    cases = json.loads((CASES / "rejected.json").read_text())
    resolved = ("036-dual-suffix.mod",)
    return [
        name for name, case in cases.items() if case["code"] in CODES and case["file"] == name and name not in resolved
    ]


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
