"""Reads the members of a set: bare words cut by the dimension, tuples, templates, and `+`/`-` tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, islice
from typing import NoReturn

import numpy as np

from energyscope.language.ast import Number, Text
from energyscope.language.data.nodes import Member, Segment, Template
from energyscope.language.diagnostics import error
from energyscope.modeldata.faults import raise_misfit, raise_short_row
from energyscope.modeldata.layouts import Layout, Run, TextOrigin, layout_of, subscript_columns
from energyscope.modeldata.symbols import Codes
from energyscope.modeldata.tables import head_codes, mark_fault, read_table
from energyscope.modeldata.words import WordCodes


@dataclass(frozen=True)
class Members:
    """Members as code columns, in order of the text, with their places."""

    columns: tuple[Codes, ...]
    origin: TextOrigin


def read_members(name: str, segments: Sequence[Segment], dimension: int, codes: WordCodes) -> Members:
    """Read all runs of one statement.

    Raises ModelError (`data-slice`, `set-dimension`, `data-row-length`, `syntax`) at the place that does not fit.
    """
    columns: list[list[Codes]] = [[np.empty(0, np.int32)] for _ in range(dimension)]
    runs: list[Run] = []
    first = 0
    for segment in segments:
        run, found = _read_run(name, segment, dimension, codes, first)
        runs.append(run)
        for parts, column in zip(columns, found, strict=True):
            parts.append(column)
        first += len(found[0])
    return Members(tuple(np.concatenate(parts) for parts in columns), TextOrigin(tuple(runs)))


def _read_run(name: str, segment: Segment, dimension: int, codes: WordCodes, first: int) -> tuple[Run, list[Codes]]:
    head = head_codes(segment, codes)
    fixed = fixed_codes(segment.template, codes)
    layout = layout_of(name, segment, dimension, 0, None if head is None else len(head))
    if head is None:
        keys = _tuples(layout, codes)
        return Run(first, layout), subscript_columns(layout, len(keys[0]), keys, None, fixed)
    table = read_table(layout, ("mark",), (name,), codes)
    given = table.cells[0].values > 0
    columns = subscript_columns(layout, table.rows, table.keys, head, fixed)
    return Run(first, layout, given=given), [column[given] for column in columns]


def fixed_codes(template: Template | None, codes: WordCodes) -> list[int]:
    """The code of every place of a template (-1 for a star)."""
    if template is None:
        return []
    return [-1 if place is None else member_code(place, codes) for place in template.places]


def member_code(member: Member, codes: WordCodes) -> int:
    """The code of a member that stands alone."""
    assert isinstance(member, Number | Text)
    return codes.symbols.code(member.value)


def _tuples(layout: Layout, codes: WordCodes) -> list[Codes]:
    """The words of a run as columns; parentheses are checked and dropped."""
    size = layout.keys
    parts: list[list[Codes]] = [[] for _ in range(size)]
    carry: list[str] = []
    read = parentheses = 0
    for piece in layout.segment.body.pieces():
        words = carry + piece if carry else piece
        if "(" in words:
            words, opened = _without_parentheses(words, layout, parentheses)
            parentheses += opened
        whole = len(words) - len(words) % size
        carry = words[whole:]
        for k in range(size):
            column = codes.of(words[k:whole:size])
            if len(column) and column.min() < 0:
                raise_misfit(layout, mark_fault(layout, read + int((column < 0).argmax()) * size + k))
            parts[k].append(column)
        read += whole
    if carry:
        raise_short_row(layout)
    return [np.concatenate(columns) for columns in parts]


def _without_parentheses(words: list[str], layout: Layout, before: int) -> tuple[list[str], int]:
    """The words without parentheses, and how many tuples there were; `before` counts those of earlier pieces."""
    size = layout.keys
    if _only_tuples(words, size):
        del words[size + 1 :: size + 2]
        del words[:: size + 1]
        return words, len(words) // size
    opened = np.flatnonzero(np.fromiter(map("(".__eq__, words), np.bool_, len(words)))
    closed = np.flatnonzero(np.fromiter(map(")".__eq__, words), np.bool_, len(words)))
    bare = opened - np.concatenate([[-1], closed[:-1]]) - 1
    wrong = (closed - opened - 1 != size) | (bare % size != 0)
    if wrong.any():
        k = int(wrong.argmax())
        _raise_tuple(layout, before + k, int(closed[k] - opened[k] - 1))
    keep = np.ones(len(words), np.bool_)
    keep[opened] = keep[closed] = False
    return list(compress(words, keep.tolist())), len(opened)


def _only_tuples(words: list[str], size: int) -> bool:
    count, rest = divmod(len(words), size + 2)
    opened, closed = words[:: size + 2], words[size + 1 :: size + 2]
    return rest == 0 and opened.count("(") == closed.count(")") == words.count("(") == count


def _raise_tuple(layout: Layout, ordinal: int, places: int) -> NoReturn:
    """Blame a tuple of the wrong length, or one that begins inside a member of bare words."""
    body = layout.segment.body
    span = next(islice((token for token in body.tokens() if token.text == "("), ordinal, None))
    if places != layout.keys:
        free = "free" if layout.segment.template else "needed"
        message = f"the tuple has {places} places, {layout.keys} are {free} here"
    else:
        message = "the tuple begins where a member of bare words is not complete"
    raise error("set-dimension", span, message)
