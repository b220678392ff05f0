"""No text makes the parser fail: what is wrong is said, at a place in the text."""

from __future__ import annotations

from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.language.diagnostics import Report
from energyscope.language.source import Source
from energyscope.language.syntax.commands import COMMAND_WORDS
from energyscope.language.syntax.lexer import KEYWORDS
from energyscope.language.syntax.parser import parse_file

MARKS = ":= .. ** <= >= == != <> << >> && || ==> + - * / ^ & < > = ! ( ) [ ] { } , ; : . ' \" # /* */ @ é \\"
COMMANDS = {"end", *COMMAND_WORDS}
WORDS = [*sorted(KEYWORDS | COMMANDS), "max", "card", "x", "S"]
NUMBERS = ["1", "2.", ".5", "1e3", "1e+", "3a"]

pieces = st.sampled_from([*WORDS, *MARKS.split(), *NUMBERS, "\n", "\r\n", "\t"])
texts = st.builds(str.join, st.sampled_from(("", " ")), st.lists(pieces, max_size=40))


@settings(max_examples=500, deadline=None)
@given(texts, st.sampled_from(("model", "data")))
def test_any_text(text: str, mode: Literal["model", "data"]) -> None:
    report = Report()
    file = parse_file(Source("any.mod", text), mode, report, {"S"})
    for diagnostic in report.diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.stop <= len(text)
        assert diagnostic.render()
    assert all(statement.span.stop <= len(text) for statement in file.statements)
