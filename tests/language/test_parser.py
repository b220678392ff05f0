"""Statements: declarations, constraints, commands, and what a file is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file

Read = Callable[..., ast.File]


def only(read: Read, report: Report, text: str) -> Any:
    (statement,) = read(text).statements
    assert not report.errors
    return statement


def texts(nodes: Any) -> list[str]:
    return [node.span.text for node in nodes]


def test_set(read: Read, report: Report) -> None:
    node = only(read, report, "set S 'alias' {i in I} dimen 2, within A cross B ordered by T default {};")
    assert (node.name, node.alias, node.dimension, node.ordering, node.ordered_by) == ("S", "alias", 2, "ordered", "T")
    assert node.assignment == "default"
    assert texts(node.within) == ["A cross B"]
    assert node.span.text.endswith(";")
    assert node.name_span.text == "S"


@pytest.mark.parametrize("text", ["set S circular := 1..3;", "set S, circular, = 1..3;", "set S := 1..3 circular;"])
def test_set_attributes_in_any_order(read: Read, report: Report, text: str) -> None:
    node = only(read, report, text)
    assert node.ordering == "circular"
    assert node.definition.span.text == "1..3"


def test_param(read: Read, report: Report) -> None:
    node = only(read, report, "param p{I} >= 0 <= 9, integer <> q in S default 4;")
    assert [(rule.operator, rule.bound.span.text) for rule in node.restrictions] == [
        (">=", "0"),
        ("<=", "9"),
        ("<>", "q"),
        ("in", "S"),
    ]
    assert (node.kind, node.assignment, node.definition) == ("integer", "default", ast.Number(node.span, 4.0))


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [("", "real"), ("binary", "binary"), ("logical", "binary"), ("integer binary", "binary"), ("symbolic", "symbolic")],
)
def test_kinds_of_parameters(read: Read, report: Report, attributes: str, kind: str) -> None:
    assert only(read, report, f"param p {attributes};").kind == kind


@pytest.mark.parametrize("operator", [":=", "=", "default"])
def test_ways_to_give_a_value(read: Read, report: Report, operator: str) -> None:
    assert only(read, report, f"param p {operator} 3;").assignment == operator


def test_var(read: Read, report: Report) -> None:
    text = "var w{j in J}, integer >= if a then 0 else -Infinity <= if b then 0 else +Infinity := 3;"
    node = only(read, report, text)
    assert node.kind == "integer"
    assert texts(node.lower) == ["if a then 0 else -Infinity"]
    assert texts(node.upper) == ["if b then 0 else +Infinity"]
    assert node.initial.span.text == "3"
    assert node.fixed is None


@pytest.mark.parametrize("text", ["var x = 3;", "var x, = 3;", "var x{I} = 3;"])
def test_defined_variables(read: Read, report: Report, text: str) -> None:
    assert only(read, report, text).fixed.span.text == "3"


@pytest.mark.parametrize("text", ["minimize z;", "minimize z: ;", "maximize z 'alias' {i in I}: x[i] + 3;"])
def test_objectives(read: Read, report: Report, text: str) -> None:
    node = only(read, report, text)
    assert node.sense == text.split(maxsplit=1)[0]
    assert (node.expression is None) == ("x" not in text)


@pytest.mark.parametrize("head", ["subject to c", "subj to c", "s.t. c", "c", "s.t. c 'alias'", "c 'alias'"])
def test_constraint_heads(read: Read, report: Report, head: str) -> None:
    node = only(read, report, f"{head}{{i in I}}: x[i] >= 3;")
    assert node.name == "c"
    assert node.span.start == 0


@pytest.mark.parametrize(
    ("body", "operators"),
    [
        ("x = 3", ["="]),
        ("x == 3", ["="]),
        ("a <= x <= b", ["<=", "<="]),
        ("20 >= x + y >= 7", [">=", ">="]),
        ("0 = (if c then x else y)", ["="]),
        ("x <= if c then p else q", ["<="]),
        ("(if c then x else y) >= 6", [">="]),
        ("if c then x else y >= 6", [">="]),
        ("(if c then x else y) + 1 >= 6", [">="]),
        ("((x + y) * 2) <= 6", ["<="]),
        ("((x <= 6))", ["<="]),
        ("(-x + y) - (z) = 1", ["="]),
    ],
)
def test_rows(read: Read, report: Report, body: str, operators: list[str]) -> None:
    node = only(read, report, f"s.t. c: {body};")
    assert isinstance(node.body, ast.Row)
    assert list(node.body.operators) == operators


@pytest.mark.parametrize(
    ("body", "branches", "otherwise"),
    [
        ("if c then x = 0", 1, False),
        ("(if c then x = 0)", 1, False),
        ("((if c then x + y <= 8 else (y <= 7)))", 1, True),
        ("if c then x <= 1 else if d then x <= 2 else x <= 3", 2, True),
        ("if c then x <= 1 else (if d then x <= 2 else (if e then x <= 3))", 3, False),
        ("if c then (if d then x = 1) else x = 2", 1, True),
        ("if c then 1 <= x <= 2", 1, False),
        ("if c then x = if d then 1 else 2 else y = 3", 1, True),
    ],
)
def test_conditional_rows(read: Read, report: Report, body: str, branches: int, otherwise: bool) -> None:
    node = only(read, report, f"s.t. c: {body};")
    assert isinstance(node.body, ast.ConditionalRow)
    assert len(node.body.branches) == branches
    assert (node.body.otherwise is not None) == otherwise


@pytest.mark.parametrize("text", ["check a > 2;", "check: a > 2;", "check {i in I} a > 2;", "check {i in I}: a > 2;"])
def test_checks(read: Read, report: Report, text: str) -> None:
    node = only(read, report, text)
    assert node.condition.span.text == "a > 2"
    assert node.span.start == 0


SKIPPED = [
    "solve;",
    "option solver gurobi;",
    "reset options;",
    "display x # not here; nor ' here\n, @y;",
    "printf;",
    "option note don't;",
    "write gname;",
]


@pytest.mark.parametrize("text", SKIPPED)
def test_skipped_commands(read: Read, report: Report, text: str) -> None:
    file = read(f"{text} param p;")
    assert not report.diagnostics
    skipped, following = file.statements
    assert isinstance(skipped, ast.Skipped)
    assert f"{skipped.keyword} {skipped.text}".rstrip() + ";" == text
    assert skipped.span.text == text
    assert isinstance(following, ast.ParamDeclaration)


@pytest.mark.parametrize(
    "name", ["solve", "let", "display", "data", "end", "model", "node", "problem", "objective", "subj", "option"]
)
def test_command_words_may_name_constraints(read: Read, report: Report, name: str) -> None:
    for head in (f"{name}", f"{name} {{i in I}}", f"{name} 'alias'", f"{name}/* ; */"):
        assert only(read, report, f"{head}: x >= 3;").name == name


def test_objective_choice(read: Read, report: Report) -> None:
    node = only(read, report, "objective cost;")
    assert (node.name, node.name_span.column) == ("cost", 11)


def test_data_sections(read: Read, report: Report) -> None:
    file = read("set X; data; set X := a-b 1e; param q := 3; model; var x{X}; end; nonsense ' @")
    assert not report.diagnostics
    assert [type(statement).__name__ for statement in file.statements] == [
        "SetDeclaration",
        "DataSection",
        "VarDeclaration",
    ]


def test_a_data_file(report: Report) -> None:
    file = parse_file(Source("t.dat", "set X := a b;\nmodel; var y;"), "data", report, set())
    assert [type(statement).__name__ for statement in file.statements] == ["DataSection", "VarDeclaration"]


def test_known_sets_go_on_in_the_next_file(report: Report) -> None:
    known: set[str] = set()
    parse_file(Source("a.mod", "set ONE;"), "model", report, known)
    file = parse_file(Source("b.mod", "set TWO := {ONE};"), "model", report, known)
    assert isinstance(file.statements[0].definition, ast.Indexing)  # type: ignore[union-attr]
    assert known == {"ONE", "TWO"}


@pytest.mark.parametrize("text", ["", " \n", ";;", "model;", "end;", "end", "# only a comment"])
def test_nothing(read: Read, report: Report, text: str) -> None:
    assert read(text).statements == ()
    assert not report.diagnostics


def test_encoding_is_warned_of(report: Report) -> None:
    parse_file(Source("t.mod", "# Ã\nvar x;", undecodable=2), "model", report, set())
    assert [(d.code, d.severity) for d in report.diagnostics] == [("encoding", "warning")]
