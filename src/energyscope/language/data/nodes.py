"""Statements of a data section as nodes of the tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from energyscope.language.ast import LetRun, Node, Number, Text
from energyscope.language.data.words import Words
from energyscope.language.source import Span

__all__ = ["ColumnData", "DataStatement", "LetRun", "Member", "ParamData", "Segment", "SetData", "Template"]

Member: TypeAlias = "Number | Text"


@dataclass(frozen=True, slots=True, eq=False)
class Template(Node):
    """`[a,*]` or `(a,*)`: None is a star; the span is that of the brackets."""

    places: tuple[Member | None, ...]

    @property
    def stars(self) -> int:
        """Places that the words behind it fill."""
        return sum(place is None for place in self.places)


@dataclass(frozen=True, slots=True, eq=False)
class Segment(Node):
    """A run of words, and what stands before it: a template, or a table head (`columns`, transposed after `(tr)`).

    In set data the body may hold tuples.
    """

    template: Template | None
    transposed: bool
    columns: Words | None
    body: Words


@dataclass(frozen=True, slots=True, eq=False)
class SetData(Node):
    """`set NAME[key] := …;`: no key for a plain set."""

    name: str
    name_span: Span = field(repr=False, compare=False)
    key: tuple[Member, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ParamData(Node):
    """`param NAME default value := …;`: lists and matrices of one parameter."""

    name: str
    name_span: Span = field(repr=False, compare=False)
    default: Member | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ColumnData(Node):
    """`param default value : SET : NAME NAME … := …;`: rows of subscripts and one value for each name."""

    names: tuple[str, ...]
    name_spans: tuple[Span, ...] = field(repr=False, compare=False)
    default: Member | None
    set_name: str | None
    set_span: Span | None = field(repr=False, compare=False)
    segments: tuple[Segment, ...]


DataStatement: TypeAlias = "SetData | ParamData | ColumnData"
