"""What to say when words do not make rows: the line that holds too many or too few."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise
from typing import NoReturn

from energyscope.language.data.words import Words
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.source import Span
from energyscope.modeldata.layouts import Layout


def raise_misfit(layout: Layout, otherwise: ModelError) -> NoReturn:
    """A word stands where it cannot: blame the first line of a wrong length, else the word itself."""
    raise (_row_length(layout) or otherwise) from None


def raise_short_row(layout: Layout) -> NoReturn:
    """The last row is short: blame the first line of a wrong length."""
    last = list(layout.segment.body.spans())[-1]
    message = "the last row of this table is not complete"
    raise _row_length(layout) or error("data-row-length", last, message, "complete it, `.` stands for no value")


def _row_length(layout: Layout) -> ModelError | None:
    width = layout.width
    for line, following in _lines(layout.segment.body):
        if len(line) % width == 0:
            continue
        if len(line) < width:
            return error(
                "data-row-length", following, _sentence(layout, line), "complete the row, `.` stands for no value"
            )
        over = len(line) // width * width
        return error(
            "data-row-length", line[over], _sentence(layout, line[over - width :]), "remove a word or add a row key"
        )
    return None


def _sentence(layout: Layout, row: list[Span]) -> str:
    """What is wrong with a row: by its key in a table, by its words in a list."""
    if layout.cells > 1 or layout.segment.columns is not None:
        key = ",".join(span.text for span in row[: layout.keys])
        found = max(len(row) - layout.keys, 0)
        return f"row `{key}` has {_count(found, 'value')} for {_count(layout.cells, 'column')}"
    subscripts = _count(layout.keys, "subscript" if layout.cells else "place")
    expected = f"{subscripts} and a value" if layout.cells else subscripts
    return f"an entry has {expected}, found {_count(len(row), 'word')} from `{row[0].text}` on"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _lines(words: Words) -> Iterator[tuple[list[Span], Span]]:
    """The words of each line that has any, and the token behind its last word."""
    line: list[Span] = []
    for word, following in pairwise(chain(words.spans(), (None,))):
        assert word is not None, "None stands last"
        line.append(word)
        if following is None:
            yield line, _behind(words, word)
        elif _breaks(words.source.text, word.stop, following.start):
            yield line, following
            line = []


def _breaks(text: str, start: int, stop: int) -> bool:
    return text.find("\n", start, stop) >= 0 or text.find("\r", start, stop) >= 0


def _behind(words: Words, last: Span) -> Span:
    """The mark that ends a run, its last word where the file ends."""
    if words.stop >= len(words.source.text):
        return last
    return Span(words.source, words.stop, words.stop + 1)
