"""Dimensions that declarations leave open: read from the first indexing that uses a set, else from its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from energyscope.language import ast

_CHILDREN: dict[type[ast.Node], tuple[str, ...]] = {}


def nodes_under(root: ast.Node) -> Iterator[ast.Node]:
    """A node and all below it, in order of the text."""
    stack: list[object] = [root]
    while stack:
        top = stack.pop()
        if isinstance(top, tuple):
            stack.extend(reversed(top))
        elif isinstance(top, ast.Node):
            yield top
            stack.extend(getattr(top, name) for name in reversed(_child_fields(type(top))))


def _child_fields(kind: type[ast.Node]) -> tuple[str, ...]:
    names = _CHILDREN.get(kind)
    if names is None:
        names = _CHILDREN[kind] = tuple(field.name for field in fields(kind) if field.compare)
    return names


def _places_of_literal(value: ast.Expression) -> int | None:
    """Places of the members of a literal that holds tuples."""
    first = value.members[0] if isinstance(value, ast.SetLiteral) and value.members else None
    return len(first.items) if isinstance(first, ast.Tuple) else None


def dimensions_by_use(statements: Iterable[ast.Node]) -> dict[str, int]:
    """For every set name, the places of the first index or member that is matched with it."""
    found: dict[str, int] = {}
    for statement in statements:
        for node in nodes_under(statement):
            if isinstance(node, ast.IndexItem) and node.slots and isinstance(node.set, ast.Reference):
                found.setdefault(node.set.name, len(node.slots))
            elif isinstance(node, ast.Membership) and node.operator == "in" and isinstance(node.right, ast.Reference):
                places = len(node.left.items) if isinstance(node.left, ast.Tuple) else 1
                found.setdefault(node.right.name, places)
            elif isinstance(node, ast.TableIn) and node.target is not None:
                found.setdefault(node.target.name, len(node.keys))
            elif isinstance(node, ast.Let) and (places_of_literal := _places_of_literal(node.value)):
                found.setdefault(node.target.name, places_of_literal)
    return found
