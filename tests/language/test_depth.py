"""Deep and long text: read and printed in linear time, without meeting Python's recursion limit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counting import calls_of
from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.printing.printer import print_file

Read = Callable[..., ast.File]


def chained(count: int) -> str:
    return f"param p := {' + '.join(['x'] * count)};"


def nested_parentheses(count: int) -> str:
    return f"param p := {'(' * count}1{')' * count};"


def nested_structure(count: int) -> str:
    return f"param p := {'(1+(2*' * (count // 2)}3{'))' * (count // 2)};"


def nested_else_if(count: int) -> str:
    return f"param p := {''.join(f'if a = {i} then {i} else ' for i in range(count))}5;"


def nested_else_parenthesis(count: int) -> str:
    return f"param p := {''.join(f'if a = {i} then {i} else (' for i in range(count))}5{')' * count};"


def nested_then(count: int) -> str:
    return f"param p := {'if a then (' * count}5{')' * count};"


def nested_rows(count: int) -> str:
    return f"c: {''.join(f'if a = {i} then x = {i} else (' for i in range(count))}x = 5{')' * count};"


def nested_row_parentheses(count: int) -> str:
    return f"c: {'(1 + ' * count}x{')' * count} >= 3;"


def signs(count: int) -> str:
    return f"param p := {'-' * count}1;"


def powers(count: int) -> str:
    return f"param p := {'2^' * count}1;"


def negations(count: int) -> str:
    return f"check: {'not ' * count}a;"


def braces(count: int) -> str:
    return f"set p := {'{' * count}1..2{'}' * count};"


def sums(count: int) -> str:
    return f"c: {'sum {i in I} ' * count}x = 0;"


def subscripts(count: int) -> str:
    return f"param p := {'a[' * count}1{']' * count};"


DEEP = [
    chained,
    nested_parentheses,
    nested_structure,
    nested_else_if,
    nested_else_parenthesis,
    nested_then,
    nested_rows,
    nested_row_parentheses,
    signs,
    powers,
    negations,
    braces,
    sums,
    subscripts,
]


@pytest.mark.parametrize("make", DEEP)
def test_depth(read: Read, report: Report, make: Callable[[int], str]) -> None:
    file = read(make(10_000 if make is chained else 2_000))
    assert not report.errors
    assert read(print_file(file)) == file


@pytest.mark.parametrize("make", [chained, nested_parentheses, nested_structure, nested_else_if])
def test_work_is_linear(read: Read, make: Callable[[int], str]) -> None:
    few, many = (calls_of(lambda count=count: print_file(read(make(count)))) for count in (500, 4_000))
    assert many < 8.5 * few


def test_a_mistake_in_the_depth(read: Read, report: Report) -> None:
    read("param p := " + "(1 + " * 3_000 + ";")
    assert [d.code for d in report.diagnostics] == ["syntax"]


@pytest.mark.parametrize(
    "text", ["param p := 1;\n", "param p := 1 2;\n", "for {i in I} { let x := 1; }\n", "display x;\n"]
)
def test_many_statements(read: Read, text: str) -> None:
    few, many = (calls_of(lambda count=count: read(text * count)) for count in (100, 1_000))
    assert many < 10.5 * few
