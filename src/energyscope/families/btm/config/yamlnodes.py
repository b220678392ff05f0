"""YAML events as a tree of nodes with places: bounded in depth and in size, aliases expanded or not.

Built on events, so that nothing of the text is ever constructed but mappings, lists and plain values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from energyscope.families.btm.config.places import LONGEST
from energyscope.families.btm.config.yamlscalars import Scalar, plain
from energyscope.families.btm.refusals import problem, refuse
from energyscope.language.diagnostics import Diagnostic
from energyscope.language.source import Source, Span

MAX_DEPTH = 32
"""Levels of nesting; the deepest field of a bundle has nine."""
MAX_NODES = 50_000
"""Values of a file with all aliases expanded; a tariff with a thousand windows has some ten thousand."""


@dataclass(frozen=True)
class Entry:
    """One line of a mapping."""

    key: str
    key_span: Span
    node: Node


@dataclass(frozen=True)
class Node:
    """A value and its place; `size` counts the values in it, `height` the levels below it."""

    span: Span
    scalar: Scalar = None
    items: tuple[Node, ...] | None = None
    """of a list"""
    entries: tuple[Entry, ...] | None = None
    """of a mapping"""
    size: int = 1
    height: int = 0


Tree: TypeAlias = Node | None


@dataclass
class Composer:
    """Makes a tree from events; duplicate keys are gathered in `problems`, anything worse raises BtmError BTM101."""

    source: Source
    events: Iterator[Event]
    problems: list[Diagnostic] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    nodes: int = 0
    here: Span = field(init=False)
    """The place reached."""

    def __post_init__(self) -> None:
        self.here = Span(self.source, 0, 0)

    def document(self) -> Tree:
        """The only document of the text, None where there is none."""
        tree: Tree = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if tree is not None:
                    message = "a second document begins here; one document a file is expected"
                    raise refuse("BTM101", message, "leave out the `---`", self.span(event))
                tree = self.node(next(self.events), 1)
        return tree

    def span(self, event: Event) -> Span:
        """The place of an event."""
        self.here = Span(self.source, event.start_mark.index, event.end_mark.index)
        return self.here

    def node(self, event: Any, depth: int) -> Node:
        """The node that an event begins."""
        if depth > MAX_DEPTH:
            raise self.too_deep(event)
        if isinstance(event, AliasEvent):
            return self.alias(event, depth)
        self.count(1, event)
        if event.ctag is not None:
            message = f"the tag `{self.span(event).text.split()[0][:LONGEST]}` is given; plain values are expected"
            raise refuse("BTM101", message, "leave the tag out; put in quotes what is to be text", self.span(event))
        made = self.untagged(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = made
        return made

    def untagged(self, event: Any, depth: int) -> Node:
        """A scalar, list or mapping."""
        if isinstance(event, SequenceStartEvent):
            return self.sequence(event, depth)
        if isinstance(event, MappingStartEvent):
            return self.mapping(event, depth)
        return Node(self.span(event), self.scalar(event))

    def scalar(self, event: ScalarEvent) -> Scalar:
        """The value of a scalar; one in quotes is text."""
        text = str(event.value)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise refuse("BTM101", "half a surrogate pair is given; text is expected", None, self.span(event))
        return plain(text) if event.style is None else text

    def sequence(self, event: SequenceStartEvent, depth: int) -> Node:
        """A list; ends are consumed."""
        items: list[Node] = []
        while not isinstance(inner := next(self.events), SequenceEndEvent):
            items.append(self.node(inner, depth + 1))
        size, height = _extent(items)
        return Node(self.until(event, inner), items=tuple(items), size=size, height=height)

    def mapping(self, event: MappingStartEvent, depth: int) -> Node:
        """A mapping; a key given twice is a problem."""
        entries: dict[str, Entry] = {}
        while not isinstance(inner := next(self.events), MappingEndEvent):
            key, key_span = self.key(inner, depth + 1)
            entry = Entry(key, key_span, self.node(next(self.events), depth + 1))
            if key in entries:
                message = (
                    f"`{key[:LONGEST]}` is given twice, first in line {entries[key].key_span.line}; once is expected"
                )
                self.problems.append(problem("BTM101", message, "delete one of the two", key_span))
            entries[key] = entry
        size, height = _extent([entry.node for entry in entries.values()])
        return Node(self.until(event, inner), entries=tuple(entries.values()), size=size, height=height)

    def key(self, event: Any, depth: int) -> tuple[str, Span]:
        """A key as it is written: fields are words, whatever they look like."""
        if isinstance(event, ScalarEvent) and event.ctag is None:
            self.count(1, event)
            self.scalar(event)
            return str(event.value), self.span(event)
        raise refuse("BTM101", "a field name must be a word", "write `name: value`", self.span(event))

    def alias(self, event: AliasEvent, depth: int) -> Node:
        """What an alias stands for, counted as if it were written out."""
        node = self.anchors.get(event.anchor)
        if node is None:
            message = (
                f"`*{event.anchor[:LONGEST]}` stands for nothing; a value marked `&` with that name is expected before"
            )
            raise refuse("BTM101", message, "a value cannot contain itself", self.span(event))
        self.count(node.size, event)
        if depth + node.height > MAX_DEPTH:
            raise self.too_deep(event)
        return node

    def until(self, start: Event, end: Event) -> Span:
        """The place of a collection."""
        return self.span(start).to(self.span(end))

    def count(self, more: int, event: Event) -> None:
        """Note further values; raises BtmError where they are too many."""
        self.nodes += more
        if self.nodes > MAX_NODES:
            message = f"the file has more than {MAX_NODES} values, aliases written out; a configuration is smaller"
            raise refuse("BTM101", message, "put series into timeseries.parquet", self.span(event))

    def too_deep(self, event: Event) -> Exception:
        """The refusal of nesting beyond measure."""
        message = f"values are nested in more than {MAX_DEPTH} levels; a configuration has fewer"
        return refuse("BTM101", message, "check brackets and indentation", self.span(event))


def _extent(nodes: list[Node]) -> tuple[int, int]:
    """Size and height of a collection."""
    return 1 + sum(node.size for node in nodes), 1 + max((node.height for node in nodes), default=0)
