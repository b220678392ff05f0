"""Reading model text in tests."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file

Read = Callable[..., ast.File]


@pytest.fixture
def report() -> Report:
    return Report()


@pytest.fixture
def read(report: Report) -> Read:
    """Reads model text into the report of the test; A, B, C, I, J and S are known as sets."""

    def read(text: str, known_sets: Collection[str] = "ABCIJS") -> ast.File:
        return parse_file(Source("t.mod", text), "model", report, set(known_sets))

    return read


@pytest.fixture
def findings(report: Report, read: Read) -> Callable[[str], list[str]]:
    """What is said about a text: `line:column code`."""

    def findings(text: str) -> list[str]:
        report.diagnostics.clear()
        read(text)
        return [f"{d.span.line}:{d.span.column} {d.code}" for d in report.diagnostics if d.span is not None]

    return findings
