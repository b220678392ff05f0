"""Dimensions of sets as their data show them."""

from __future__ import annotations

from collections.abc import Iterable, Set

from energyscope.language import ast
from energyscope.language.data.nodes import Segment, SetData


def data_dimensions(statements: Iterable[ast.Node], names: Set[str]) -> dict[str, int]:
    """Places of a member, for those of the named sets whose data hold a template, a table or items in parentheses."""
    found: dict[str, int] = {}
    for statement in statements:
        if isinstance(statement, SetData) and statement.name in names and statement.name not in found:
            places = next((count for each in statement.segments if (count := _places(each))), None)
            if places is not None:
                found[statement.name] = places
    return found


def _places(segment: Segment) -> int | None:
    if segment.template is not None:
        return len(segment.template.places)
    if segment.columns is not None:
        return 2
    words = next(segment.body.pieces(), [])
    if not words or words[0] != "(" or ")" not in words:
        return None
    return words.index(")") - 1
