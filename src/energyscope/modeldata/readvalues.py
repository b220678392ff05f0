"""Reads the values of parameters: lists and matrices of one, rows of columns of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from energyscope.language.data.nodes import ColumnData, Member, ParamData, Segment
from energyscope.language.data.words import Words
from energyscope.language.diagnostics import Report, error
from energyscope.language.source import Span
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter
from energyscope.modeldata.layouts import Layout, Run, TextOrigin, layout_of, subscript_columns
from energyscope.modeldata.readmembers import Members, fixed_codes
from energyscope.modeldata.symbols import Codes, Values
from energyscope.modeldata.tables import Cells, Kind, concatenated, head_codes, read_table
from energyscope.modeldata.words import WordCodes, value_of


@dataclass(frozen=True)
class Target:
    """A parameter that a statement gives values to."""

    name: str
    arity: int
    symbolic: bool

    @property
    def kind(self) -> Kind:
        """What its cells hold."""
        return "symbol" if self.symbolic else "number"


@dataclass
class Notes:
    """Warnings on the way; that quoted numbers were taken is said once a file."""

    report: Report = field(default_factory=Report)
    quoted_in: set[int] = field(default_factory=set)

    def quoted(self, span: Span | None) -> None:
        """Warn that a text was taken as a number."""
        if span is not None and id(span.source) not in self.quoted_in:
            self.quoted_in.add(id(span.source))
            message = f"{span.text} is text, taken as the number it reads as"
            self.report.warning("quoted-number", span, message, "write numbers without quotes")

    def quoted_word(self, words: Words, position: int | None) -> None:
        """The same for a word of a run; the word is looked for only when there is something to say."""
        if position is not None and id(words.source) not in self.quoted_in:
            self.quoted(words.span_at(position))


class _Entries:
    """The values of one parameter, run by run."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.columns: list[list[Codes]] = [[np.empty(0, np.int32)] for _ in range(target.arity)]
        self.values: list[Values | Codes] = [np.empty(0, np.int32) if target.symbolic else np.empty(0)]
        self.runs: list[Run] = []
        self.length = 0

    def add(self, layout: Layout, columns: Sequence[Codes], cells: Cells, column: int | None) -> None:
        """Add the given cells of a run."""
        given = cells.given
        self.runs.append(Run(self.length, layout, column, given))
        for parts, added in zip(self.columns, columns, strict=True):
            parts.append(added if given is None else added[given])
        self.values.append(cells.values if given is None else cells.values[given])
        self.length += len(self.values[-1])

    def parameter(self, default: float | int | None) -> Parameter:
        """All entries as one parameter."""
        columns = [parts[1] if len(parts) == 2 else np.concatenate(parts) for parts in self.columns]
        values = self.values[1] if len(self.values) == 2 else concatenated(self.values)
        return Parameter(self.target.name, Index(columns, self.length), values, default, TextOrigin(tuple(self.runs)))


def read_parameter(statement: ParamData, target: Target, codes: WordCodes, notes: Notes) -> Parameter:
    """The values that a statement gives one parameter.

    Raises ModelError at the first word that does not fit.
    """
    entries = _Entries(target)
    for segment in statement.segments:
        head = head_codes(segment, codes)
        layout = layout_of(target.name, segment, target.arity, 1, None if head is None else len(head))
        table = read_table(layout, (target.kind,), (target.name,), codes)
        notes.quoted_word(segment.body, table.quoted)
        if layout.keys == 0 and table.rows > 1:
            raise _too_many_values(target, segment)
        columns = subscript_columns(layout, table.rows, table.keys, head, fixed_codes(segment.template, codes))
        entries.add(layout, columns, table.cells[0], None)
    return _without_repeats(entries.parameter(default_of(statement.default, target, codes, notes)), codes)


def read_columns(
    statement: ColumnData, targets: Sequence[Target], places: int, codes: WordCodes, notes: Notes
) -> tuple[list[Parameter], Members]:
    """The values that a statement gives several parameters, and the subscripts of its rows."""
    entries = [_Entries(target) for target in targets]
    members: list[list[Codes]] = [[np.empty(0, np.int32)] for _ in range(places)]
    runs: list[Run] = []
    rows = 0
    for segment in statement.segments:
        layout = layout_of(targets[0].name, segment, places, len(targets))
        table = read_table(layout, [target.kind for target in targets], statement.names, codes)
        notes.quoted_word(segment.body, table.quoted)
        columns = subscript_columns(layout, table.rows, table.keys, None, fixed_codes(segment.template, codes))
        for column, (each, cells) in enumerate(zip(entries, table.cells, strict=True)):
            each.add(layout, columns, cells, column)
        runs.append(Run(rows, layout, column=0))
        rows += table.rows
        for parts, added in zip(members, columns, strict=True):
            parts.append(added)
    found = Members(tuple(np.concatenate(parts) for parts in members), TextOrigin(tuple(runs)))
    defaults = [default_of(statement.default, target, codes, notes) for target in targets]
    made = [each.parameter(default) for each, default in zip(entries, defaults, strict=True)]
    return [_without_repeats(parameter, codes) for parameter in made], found


def default_of(default: Member | None, target: Target, codes: WordCodes, notes: Notes) -> float | int | None:
    """The default of a data statement as a number, or the code of a symbolic parameter's."""
    if default is None:
        return None
    if target.symbolic:
        return codes.symbols.code(default.value)
    if not isinstance(default.value, str):
        return default.value
    raw = default.span.text
    value = value_of(raw)
    if value is None:
        raise error("data-not-number", default.span, f"`{raw}` is not a number", f"declare `{target.name}` symbolic")
    notes.quoted(default.span)
    return value


def _too_many_values(target: Target, segment: Segment) -> Exception:
    what = f"`{target.name}`" if segment.template is None else "this template"
    return error("data-row-length", segment.body.span_at(1), f"{what} takes one value, more are given")


def _without_repeats(parameter: Parameter, codes: WordCodes) -> Parameter:
    """The parameter itself. Raises ModelError `data-duplicate` when a subscript stands twice."""
    index, origin = parameter.index, parameter.origin
    second = index.first_repeat
    if second is None or origin is None:
        return parameter
    place = index.take(np.array([second]))
    same = np.logical_and.reduce(
        [column == wanted for column, wanted in zip(index.columns, place.columns, strict=True)]
    )
    first = int(np.argmax(same))
    name = codes.symbols.describe(parameter.name, [int(column[0]) for column in place.columns])
    raise error(
        "data-duplicate", origin.key_span(second), f"`{name}` is given twice", f"first at {origin.key_span(first)}"
    )
