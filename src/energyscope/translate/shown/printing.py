"""`display`, `print` and `printf` for all rows of a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.trampoline import Walk
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.frame import Frame, Rows
from energyscope.translate.indexing import Expansion, Inner, expand
from energyscope.translate.shown.displays import displayed
from energyscope.translate.shown.formats import Column, parse_format, rendered
from energyscope.translate.shown.outputs import Piece
from energyscope.translate.shown.spelling import is_logical, plain
from energyscope.translate.values import Value, as_codes, is_codes

Texts = list[str]


def printed(ev: Evaluator, command: ast.Printing, frame: Frame) -> Walk[list[tuple[Piece, ...]]]:
    """What a printing command shows for every row of a frame."""
    inner: Inner = yield under(ev, command.indexing, frame)
    texts: Texts = yield _SHOWN[command.keyword](ev, command, inner.frame)
    around, rows = inner.frame, inner.rows
    if command.redirect is None or not ev.use.names(command.redirect) - frame.names:
        texts = joined(texts, rows, frame.length, " " if _is_one_line(command) else "")
        around, rows = frame, np.arange(frame.length, dtype=np.int64)
    texts = [_finished(command, text) for text in texts]
    files: Sequence[str | None] = [None] * len(texts)
    if command.redirect is not None:
        files = plain(ev, (yield ev.value(command.redirect, around)))
    pieces: list[list[Piece]] = [[] for _ in range(frame.length)]
    for row, file, text in zip(rows.tolist(), files, texts, strict=True):
        pieces[row].append(Piece(file, command.appended, text, command.span))
    return [tuple(row) for row in pieces]


def under(ev: Evaluator, indexing: ast.Indexing | None, frame: Frame) -> Walk[Inner]:
    """All rows of an indexing under those of a frame, in order; those of the frame where there is none."""
    if indexing is None:
        return Inner(frame, np.arange(frame.length, dtype=np.int64), None)
    expansion: Expansion = yield expand(ev, indexing, frame)
    return expansion.frame_of(frame, frozenset(), keep_all=True)


def joined(texts: Sequence[str], rows: Rows, length: int, between: str = "") -> Texts:
    """The texts of inner rows put together for every outer one."""
    bounds = np.searchsorted(rows, np.arange(length + 1)).tolist()
    return [between.join(texts[start:stop]) for start, stop in pairwise(bounds)]


def _is_one_line(command: ast.Printing) -> bool:
    """Does `print` put all rows of its indexing on a line? With a colon behind the indexing each has its own."""
    if command.keyword != "print" or command.indexing is None or not command.items:
        return command.keyword == "print"
    return ":" not in command.span.source.text[command.indexing.span.stop : command.items[0].span.start]


def _finished(command: ast.Printing, text: str) -> str:
    if command.keyword == "display":
        return f"Display statement at line {command.span.line}\n{text}"
    return f"{text}\n" if _is_one_line(command) else text


def _display(ev: Evaluator, command: ast.Printing, frame: Frame) -> Walk[Texts]:
    texts = [""] * frame.length
    for item in command.items:
        inner: Inner = yield under(ev, item.indexing, frame)
        lines: Texts = yield displayed(ev, item.expression, inner.frame)
        texts = [a + b for a, b in zip(texts, joined(lines, inner.rows, frame.length), strict=True)]
    return texts


def _print(ev: Evaluator, command: ast.Printing, frame: Frame) -> Walk[Texts]:
    columns: list[Texts] = []
    for item in command.items:
        inner: Inner = yield under(ev, item.indexing, frame)
        words = plain(ev, (yield ev.value(item.expression, inner.frame)))
        columns.append(joined(words, inner.rows, frame.length, " "))
    end = "" if _is_one_line(command) else "\n"
    return [" ".join(row) + end for row in zip(*columns, strict=True)] if columns else [end] * frame.length


def _printf(ev: Evaluator, command: ast.Printing, frame: Frame) -> Walk[Texts]:
    """`printf`: the rows of each distinct format together."""
    first = command.items[0]
    formats = as_codes(ev, (yield ev.value(first.expression, frame)))
    columns: list[Column] = []
    for item in command.items[1:]:
        if item.indexing is not None:
            help_ = "put the indexing behind `printf`, or write a `for`"
            raise error("not-shown", item.span, "an item of `printf` runs over an indexing", help_)
        columns.append(_column(ev, item, (yield ev.value(item.expression, frame))))
    texts = np.empty(frame.length, dtype=object)
    for code in np.unique(formats).tolist():
        rows = np.flatnonzero(formats == code)
        parsed = parse_format(plain(ev, formats[rows[:1]])[0], first.span)
        texts[rows] = rendered(parsed, [each.take(rows) for each in columns], len(rows))
    return texts.tolist()


def _column(ev: Evaluator, item: ast.ListItem, value: Value) -> Column:
    """The values of an item; what is true or false is `T` or `F` for `%s` and 1 or 0 for the others."""
    assert isinstance(value, np.ndarray)
    words = plain(ev, value)
    if is_logical(item.expression):
        words = ["T" if holds else "F" for holds in value.tolist()]
    if not is_codes(value):
        return Column(words, np.asarray(value, dtype=np.float64), item.span)
    numbers = ev.symbols.numbers[value]
    return Column(words, None if np.isnan(numbers).any() else numbers, item.span)


_SHOWN: dict[str, Callable[[Evaluator, ast.Printing, Frame], Walk[Texts]]] = {
    "display": _display,
    "print": _print,
    "printf": _printf,
}
