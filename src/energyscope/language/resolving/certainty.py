"""Definitions that reach themselves whatever the data are."""

from __future__ import annotations

from collections.abc import Iterator

from energyscope.language import ast


def depends_on_itself(declaration: ast.Declaration) -> bool:
    """Whether computing an item is certain to ask for the same item again.

    Only what is evaluated in every case counts: no branch of an `if`, no body of a sum, no right side of `and`.
    """
    definition = _definition(declaration)
    own = None if definition is None else _own_subscripts(declaration)
    if definition is None or own is None:
        return False
    return any(
        isinstance(node, ast.Reference) and node.name == declaration.name and node.subscripts == own
        for node in _always_evaluated(definition)
    )


def _definition(declaration: ast.Declaration) -> ast.Expression | None:
    if isinstance(declaration, ast.VarDeclaration):
        return declaration.fixed
    if isinstance(declaration, (ast.SetDeclaration, ast.ParamDeclaration)) and declaration.assignment != "default":
        return declaration.definition
    return None


def _own_subscripts(declaration: ast.Declaration) -> tuple[ast.Expression, ...] | None:
    """The subscripts that mean the item being defined; None when a place has no index to name it."""
    slots: list[ast.Expression] = []
    for item in declaration.indexing.items if declaration.indexing else ():
        if not item.slots:
            return None
        slots.extend(item.slots)
    return tuple(slots)


def _always_evaluated(root: ast.Expression) -> Iterator[ast.Expression]:
    stack: list[ast.Expression | None] = [root]
    while stack:
        node = stack.pop()
        if node is not None:
            yield node
            stack.extend(_certain_parts(node))


def _certain_parts(node: ast.Expression) -> tuple[ast.Expression | None, ...]:
    """The operands of a node that are evaluated whenever the node is."""
    if isinstance(node, ast.Chain):
        return node.operands[:1] if node.operators[0] in ("and", "or") else node.operands
    if isinstance(node, ast.Conditional):
        return (node.branches[0][0],)
    if isinstance(node, (ast.Indexing, ast.Iterated)):
        indexing = node.indexing if isinstance(node, ast.Iterated) else node
        return (indexing.items[0].set,)
    if isinstance(node, (ast.Comparison, ast.Membership)):
        return (node.left, node.right)
    if isinstance(node, ast.Power):
        return (node.base, node.exponent)
    if isinstance(node, ast.Range):
        return (node.start, node.stop, node.step)
    if isinstance(node, ast.Unary):
        return (node.operand,)
    return _listed_parts(node)


def _listed_parts(node: ast.Expression) -> tuple[ast.Expression, ...]:
    if isinstance(node, ast.Call):
        return node.arguments
    if isinstance(node, ast.Tuple):
        return node.items
    if isinstance(node, ast.SetLiteral):
        return node.members
    return node.subscripts if isinstance(node, ast.Reference) else ()
