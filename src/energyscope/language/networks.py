"""Nodes as the constraints that they are."""

from __future__ import annotations

from energyscope.language import ast


def as_constraint(node: ast.NodeDeclaration) -> ast.ConstraintDeclaration:
    """The balance of a node; without a body, what comes in goes out."""
    place = node.name_span
    body = node.body or ast.Row(place, (ast.NetFlow(place, "net_in"), ast.Number(place, 0.0)), ("=",), (place,))
    return ast.ConstraintDeclaration(node.span, node.name, place, node.alias, node.indexing, body)
