"""Data sections as text again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from energyscope.language.ast import DataSection, Node
from energyscope.language.data.nodes import ColumnData, Member, ParamData, Segment, SetData, Template
from energyscope.language.data.words import Words

WORDS_A_LINE = 24


def print_data_section(section: DataSection, print_command: Callable[[Node], str]) -> str:
    """The section as data text that reads back to an equal one (without `data;` and `end;`)."""
    return "".join(_statement(statement, print_command) + "\n" for statement in section.statements)


def _statement(statement: Node, print_command: Callable[[Node], str]) -> str:
    match statement:
        case SetData():
            return f"set {statement.name}{_key(statement.key)} :={_segments(statement.segments)};"
        case ParamData():
            return f"param {statement.name}{_default(statement.default)} :={_segments(statement.segments)};"
        case ColumnData():
            members = f" {statement.set_name} :" if statement.set_name else ""
            head = f"param{_default(statement.default)} :{members} {' '.join(statement.names)} :="
            return f"{head}{_segments(statement.segments)};"
        case _:
            return print_command(statement)


def _key(key: tuple[Member, ...]) -> str:
    return f"[{','.join(member.span.text for member in key)}]" if key else ""


def _default(default: Member | None) -> str:
    return f" default {default.span.text}" if default is not None else ""


def _segments(segments: tuple[Segment, ...]) -> str:
    return "".join(part for segment in segments for part in _segment(segment))


def _segment(segment: Segment) -> Iterator[str]:
    if segment.template is not None:
        yield "\n" + _template(segment.template)
    if segment.columns is not None:
        yield f"{' (tr)' if segment.transposed else ''} :{''.join(_words(segment.columns))} :="
    yield from _words(segment.body)


def _template(template: Template) -> str:
    opening, closing = template.span.text[0], template.span.text[-1]
    places = ",".join("*" if place is None else place.span.text for place in template.places)
    return f"{opening}{places}{closing}"


def _words(words: Words) -> Iterator[str]:
    """The words, so many to a line; tuples need no commas, but look better with them."""
    for piece in words.pieces():
        for start in range(0, len(piece), WORDS_A_LINE):
            line = " ".join(piece[start : start + WORDS_A_LINE])
            yield "\n " + line.replace("( ", "(").replace(" )", ")") if "(" in line else "\n " + line
