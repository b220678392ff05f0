"""Tokens of model text: kinds, places, and what is said about text that is none."""

from __future__ import annotations

import pytest

from energyscope.language.diagnostics import Report
from energyscope.language.source import Source
from energyscope.language.syntax.lexer import END_OF_FILE, Lexer, Token, number_value, string_value


def tokens(text: str, position: int = 0) -> tuple[list[Token], Report]:
    report = Report()
    lexer = Lexer(Source("t.mod", text), position, report)
    found = []
    while (token := lexer.next()).kind != END_OF_FILE:
        found.append(token)
    return found, report


def kinds(text: str) -> str:
    return " ".join(token.kind for token in tokens(text)[0])


def places(report: Report) -> list[str]:
    return [f"{d.span.line}:{d.span.column} {d.code}" for d in report.diagnostics if d.span is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x F_t _a1 A1b", "name name name name"),
        ("sum Sum SUM", "sum name name"),
        ("s.t. s.t x", "s.t. name . name name"),
        ("net_in obj node min solve data", "name name name name name name"),
        ("12 12. .5 1.5e-3 1D4 1d+4", "number number number number number number"),
        ("1..5", "number .. number"),
        ("1...5", "number .. number"),
        ("1. .. 5", "number .. number"),
        ("Infinity -Infinity", "Infinity - Infinity"),
        (":= = == : .. . << <= <> < >> >= >", ":= = = : .. . << <= <> < >> >= >"),
        ("** ^ != <> && and || or ! not", "^ ^ <> <> and and or or not not"),
        ("==> <== <==>", "==> <== <==>"),
        ("'a' \"b\" 'it''s'", "string string string"),
        ("a# sum ' @\nb/* ; \n ' */c/**/d/***/", "name name name name"),
        ("'# no' \"/* no */\"", "string string"),
        ("a\rb\r\nc\td\fe", "name name name name name"),
        ("", ""),
    ],
)
def test_kinds(text: str, expected: str) -> None:
    assert kinds(text) == expected


def test_places_count_characters() -> None:
    found, _ = tokens("é# ü\r\n\tx /*ö\n*/ := 3;")
    source = Source("t.mod", "é# ü\r\n\tx /*ö\n*/ := 3;")
    assert [(*source.line_column(token.start), token.text) for token in found[1:]] == [
        (2, 2, "x"),
        (3, 4, ":="),
        (3, 7, "3"),
        (3, 8, ";"),
    ]


def test_starts_anywhere() -> None:
    assert [token.text for token in tokens("@@@ x;", 3)[0]] == ["x", ";"]


def test_is_lazy() -> None:
    report = Report()
    lexer = Lexer(Source("t.mod", "data; @ ' /*"), 0, report)
    assert [lexer.next().text, lexer.next().text] == ["data", ";"]
    assert not report.diagnostics


def test_the_end_comes_again() -> None:
    lexer = Lexer(Source("t.mod", "  "), 0, Report())
    assert [lexer.next().kind, lexer.next().kind] == [END_OF_FILE, END_OF_FILE]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12.0), ("12.", 12.0), (".5", 0.5), ("2.5E-1", 0.25), ("1d3", 1000.0), ("1D+2", 100.0)],
)
def test_numbers(text: str, value: float) -> None:
    assert number_value(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'l''eau'", "l'eau"),
        ('"say ""hi"""', 'say "hi"'),
        ("''", ""),
        ("''''", "'"),
        ("'a\\\nb'", "ab"),
        ("'a\\\r\nb'", "ab"),
        (r"'c:\new'", r"c:\new"),
        (r"'\'", "\\"),
    ],
)
def test_strings(text: str, value: str) -> None:
    found, report = tokens(text)
    assert not report.diagnostics
    assert [string_value(token.text) for token in found] == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x ? 2", ["1:3 bad-character"]),
        ("a $ b\n @", ["1:3 bad-character", "2:2 bad-character"]),
        ("x >= 3abc;", ["1:6 bad-number"]),
        ("1e+;", ["1:1 bad-number"]),
        ("1e", ["1:1 bad-number"]),
        ("4_a 5.x 12", ["1:1 bad-number", "1:5 bad-number"]),
        ("{'a', 'b};\nx", ["1:7 unterminated-string"]),
        ("'a''b\n", ["1:1 unterminated-string"]),
        ("'", ["1:1 unterminated-string"]),
        ("x\n/* never\n'closed", ["2:1 unterminated-comment"]),
        ("/*/", ["1:1 unterminated-comment"]),
    ],
)
def test_what_is_no_token(text: str, expected: list[str]) -> None:
    assert places(tokens(text)[1]) == expected


def test_an_open_string_ends_before_the_semicolon() -> None:
    found, _ = tokens("'b};  \nvar")
    assert [token.text for token in found][1:] == [";", "var"]


@pytest.mark.parametrize(
    "text", ["/* * " * 40_000, "'a''" * 40_000, "''" * 40_000 + "'", " \n#x\n" * 40_000, "1e" * 40_000]
)
def test_long_texts_come_to_an_end(text: str) -> None:
    """A pattern that tries every way to read such a text would take hours."""
    found, errors = tokens(text)
    assert found or errors
