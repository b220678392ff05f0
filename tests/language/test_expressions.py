"""Precedence, associativity and the shape of expressions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from energyscope.language import ast
from energyscope.language.diagnostics import Report

Read = Callable[..., ast.File]

SAME = [
    ("a + b * c", "a + (b * c)"),
    ("a * b + c", "(a * b) + c"),
    ("-2^2", "-(2^2)"),
    ("2^3^2", "2^(3^2)"),
    ("2 ** 3", "2 ^ 3"),
    ("2^-x^2", "2^(-(x^2))"),
    ("-a * b", "(-a) * b"),
    ("3 * -5", "3 * (-5)"),
    ("- -a", "-(-a)"),
    ("100 + -2^2", "100 + (-(2^2))"),
    ("x[i] div 2 mod 3 ^ 2", "x[i] div 2 mod (3^2)"),
    ("sum {i in I} a[i] * x[i] + y", "(sum {i in I} (a[i] * x[i])) + y"),
    ("sum {i in I} x[i] / 2", "sum {i in I} (x[i] / 2)"),
    ("k * sum {i in I} x[i] * c[i] + w", "(k * (sum {i in I} (x[i] * c[i]))) + w"),
    ("sum {i in I} -x[i] * c[i]", "sum {i in I} ((-x[i]) * c[i])"),
    ("y - sum {i in I} i - 3", "y - (sum {i in I} i) - 3"),
    ("max {i in I} v[i] * 2 - 1", "(max {i in I} (v[i] * 2)) - 1"),
    ("sum {i in I} sum {j in J} x[i,j]", "sum {i in I} (sum {j in J} x[i,j])"),
    ("if c then 1 else 2 + 10", "if c then 1 else (2 + 10)"),
    ("20 + k * if k = 2 then 0.5 else 7", "20 + (k * (if k = 2 then 0.5 else 7))"),
    ("if a then 1 else if b then 2 else 3", "if a then 1 else (if b then 2 else 3)"),
    ("if a then 1 else (((if b then 2)))", "if a then 1 else if b then 2"),
    ("10 less 4 less 8 + 3", "10 less 4 less 8 + 3"),
    ("a & b + c", "a & (b + c)"),
    ("A diff B union C", "A diff B union C"),
    ("A union B inter C", "A union (B inter C)"),
    ("A inter B cross C", "A inter (B cross C)"),
    ("A cross 1..3", "A cross (1..3)"),
    ("1..3 union {7} union 9..10", "(1..3) union {7} union (9..10)"),
    ("1..T-2 by 2*k", "1..(T-2) by (2*k)"),
    ("setof {i in I} i union B", "(setof {i in I} i) union B"),
    ("setof {n in I} n & '_in'", "setof {n in I} (n & '_in')"),
    ("union {i in I} S[i] diff A", "(union {i in I} S[i]) diff A"),
    ("union {i in I} S[i] inter A", "union {i in I} (S[i] inter A)"),
    ("min(1, 2) + max(3)", "(min(1, 2)) + (max(3))"),
]

SAME_CONDITIONS = [
    ("a or b and c", "a or (b and c)"),
    ("a = 1 and b < 2", "(a = 1) and (b < 2)"),
    ("a == 1 && b != 2 || !c", "(a = 1) and (b <> 2) or (not c)"),
    ("not a and b", "(not a) and b"),
    ("not a = b", "not (a = b)"),
    ("a + 1 = b", "(a + 1) = b"),
    ("i in A union B", "i in (A union B)"),
    ("i not in A and j in B", "(i not in A) and (j in B)"),
    ("B within A and {a} not within B", "(B within A) and ({a} not within B)"),
    ("(i,j) in A or (4,i) in B", "((i,j) in A) or ((4,i) in B)"),
    ("exists {j in J} j = i and a", "exists {j in J} ((j = i) and a)"),
    ("exists {j in J} j = i or a", "(exists {j in J} (j = i)) or a"),
    ("b and forall {j in J} j = i and a", "b and (forall {j in J} ((j = i) and a))"),
    ("not exists {j in J} j = i", "not (exists {j in J} (j = i))"),
    ("if a then b else c <= 5", "(if a then b else c) <= 5"),
]


@pytest.mark.parametrize(("text", "explicit"), SAME)
def test_precedence(read: Read, report: Report, text: str, explicit: str) -> None:
    assert read(f"param p := {text};") == read(f"param p := {explicit};")
    assert not report.errors


@pytest.mark.parametrize(("text", "explicit"), SAME_CONDITIONS)
def test_precedence_of_conditions(read: Read, report: Report, text: str, explicit: str) -> None:
    assert read(f"check: {text};") == read(f"check: {explicit};")
    assert not report.errors


def value(read: Read, text: str) -> ast.Expression | None:
    (statement,) = read(f"param p := {text};").statements
    assert isinstance(statement, ast.ParamDeclaration)
    return statement.definition


def test_chains_are_flat(read: Read) -> None:
    chain = value(read, "a - b + c less d")
    assert isinstance(chain, ast.Chain)
    assert chain.operators == ("-", "+", "less")
    assert [span.text for span in chain.operator_spans] == ["-", "+", "less"]
    assert [span.column for span in chain.operator_spans] == [14, 18, 22]


def test_spans_hold_the_parentheses_of_operands(read: Read) -> None:
    chain = value(read, "(a + b) * c[1]")
    assert isinstance(chain, ast.Chain)
    assert chain.span.text == "(a + b) * c[1]"
    assert [operand.span.text for operand in chain.operands] == ["a + b", "c[1]"]


def test_conditionals_are_flat(read: Read) -> None:
    node = value(read, "if a then 1 else (if b then 2 else (if c then 3 else 4))")
    assert isinstance(node, ast.Conditional)
    assert len(node.branches) == 3
    assert node.otherwise is not None


def test_a_call_begins_at_its_name(read: Read) -> None:
    node = value(read, "1 + ceil (x[1])")
    assert isinstance(node, ast.Chain)
    assert node.operands[1].span.text == "ceil (x[1])"


def test_function_names_are_ordinary_names(read: Read, report: Report) -> None:
    file = read("param first; param last; param min; param p := first + first(S) + min;")
    assert not report.errors
    definition = file.statements[-1].definition  # type: ignore[union-attr]
    assert [type(operand) for operand in definition.operands] == [ast.Reference, ast.Call, ast.Reference]  # type: ignore[union-attr]


def test_numbers_and_text(read: Read) -> None:
    assert value(read, "Infinity") == value(read, "1e999")
    assert value(read, "'a'") == value(read, '"a"')
    assert value(read, "1") != value(read, "'1'")


BRACES = [
    ("{}", ast.SetLiteral),
    ("{a}", ast.SetLiteral),
    ("{a, 'b', 3}", ast.SetLiteral),
    ("{(1,'a'), (2,'b')}", ast.SetLiteral),
    ("{A}", ast.Indexing),
    ("{A, B}", ast.Indexing),
    ("{S[1], 1..3, {2, 3}}", ast.Indexing),
    ("{i in A}", ast.Indexing),
    ("{(i,j) in A, k in B: i > k}", ast.Indexing),
    ("{A: 1 > 2}", ast.Indexing),
    ("{if a then A else B}", ast.Indexing),
    ("{A union {'x'}}", ast.Indexing),
]


@pytest.mark.parametrize(("text", "kind"), BRACES)
def test_braces_in_a_set_expression(read: Read, report: Report, text: str, kind: type[ast.Node]) -> None:
    (statement,) = read(f"set D := {text};").statements
    assert isinstance(statement, ast.SetDeclaration)
    assert isinstance(statement.definition, kind)
    assert not report.errors


def test_a_set_is_known_once_it_is_declared(read: Read) -> None:
    before, _, after = read("set D := {NEW}; set NEW; set D := {NEW};").statements
    assert isinstance(before.definition, ast.SetLiteral)  # type: ignore[union-attr]
    assert isinstance(after.definition, ast.Indexing)  # type: ignore[union-attr]


def test_index_slots(read: Read, report: Report) -> None:
    (statement,) = read("param p{i in A, (j,k+1,'x') in B, (n) in C, S};").statements
    assert not report.errors
    items = statement.indexing.items  # type: ignore[union-attr]
    assert [len(item.slots) for item in items] == [1, 3, 1, 0]
    assert [item.span.text for item in items] == ["i in A", "(j,k+1,'x') in B", "(n) in C", "S"]


MISTAKES = {
    "x + ": "1:16 syntax",
    "x + * y": "1:16 syntax",
    "(x + 1": "1:18 syntax",
    "x[1": "1:15 syntax",
    "x[]": "1:14 syntax",
    "2 x": "1:14 syntax",
    "(not x + 1 in)": "1:25 syntax",
    "1 + not x": "1:16 syntax",
    "(a,b)": "1:12 syntax",
    "x + (a,b)": "1:16 syntax",
    "(a < b < c)": "1:19 syntax",
    "(a in A in B)": "1:20 syntax",
    "(a not b)": "1:19 syntax",
    "1..2..3": "1:16 syntax",
    "sum (i in I) x": "1:16 syntax",
    "sum {} x": "1:16 syntax",
    "sum {3} x": "1:17 syntax",
    "sum {3 in I} x": "1:17 syntax",
    "{A, 3}": "1:16 syntax",
    "{i in A, 3}": "1:21 syntax",
    "if a then 'x'": "1:25 syntax",
    "if a then 'x' & b": "1:29 syntax",
    "if a then {1}": "1:25 syntax",
    "if a else b": "1:17 syntax",
    "else": "1:12 syntax",
    "x.3": "1:13 syntax",
    "1 + Uniform(0, 1)": "1:16 unsupported",
    "time()": "1:12 unsupported",
    "1 + <<2 3, 4>> x": "1:20 syntax",
    "<<2; 3, 4>> 5": "1:24 syntax",
    "<<2; 3, 4>> (x, 1, 2)": "1:29 syntax",
    "1 << 2": "1:14 syntax",
    "count {i in A} (x[i] > 2)": "1:12 unsupported",
    "fist(S)": "1:12 undeclared-name",
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items())
def test_mistakes(findings: Callable[[str], list[str]], text: str, expected: str) -> None:
    assert findings(f"param p := {text};\nparam q;") == [expected]


def test_ambiguous_not(findings: Callable[[str], list[str]]) -> None:
    assert findings("check: not a = b;") == ["1:8 ambiguous-not"]
    assert findings("check: not (a) in A;") == ["1:8 ambiguous-not"]
    assert findings("check: not (a = b) and not a and not (i,j) in A;") == []
