"""The parts of an index condition: what may be tested one by one, and in which order."""

from __future__ import annotations

from energyscope.language import ast


def conjuncts(condition: ast.Expression | None) -> list[ast.Expression]:
    """The operands of a chain of `and`."""
    if condition is None:
        return []
    if isinstance(condition, ast.Chain) and condition.operators[0] == "and":
        return list(condition.operands)
    return [condition]


def is_total(test: ast.Expression) -> bool:
    """Whether a test cannot fail with an error, so that it may run before tests that stand to its left."""
    stack: list[ast.Node] = [test]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Number | ast.Text):
            continue
        if isinstance(node, ast.Reference):
            if node.subscripts:
                return False
        elif isinstance(node, ast.Chain):
            if node.operators[0] not in ("+", "-", "*", "and", "or") or "/" in node.operators:
                return False
            stack.extend(node.operands)
        elif isinstance(node, ast.Comparison | ast.Membership):
            stack.extend((node.left, node.right))
        elif isinstance(node, ast.Tuple):
            stack.extend(node.items)
        elif isinstance(node, ast.Unary):
            stack.append(node.operand)
        else:
            return False
    return True
