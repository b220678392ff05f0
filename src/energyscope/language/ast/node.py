"""What every node of the tree has: a span, and equality that does not recurse."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from energyscope.language.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Base of all nodes."""

    span: Span = field(repr=False, compare=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and same(self, other)

    __hash__ = None  # type: ignore[assignment]


def same(left: Any, right: Any) -> bool:
    """Do two trees, or tuples of them, say the same? Spans and other places do not count."""
    pairs = [(left, right)]
    while pairs:
        a, b = pairs.pop()
        if type(a) is not type(b):
            return False
        if isinstance(a, Node):
            pairs.extend((getattr(a, f.name), getattr(b, f.name)) for f in fields(a) if f.compare)
        elif isinstance(a, tuple):
            if len(a) != len(b):
                return False
            pairs.extend(zip(a, b, strict=True))
        elif a != b:
            return False
    return True
