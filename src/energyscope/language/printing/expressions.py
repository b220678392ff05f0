"""Expressions and rows as text again: every node as a list of pieces, with the parentheses that precedence asks for.

The walk keeps its own stack, so that depth never meets Python's recursion limit. A piece that begins with a blank is a
place where a line may be broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from energyscope.language import ast
from energyscope.language.syntax.levels import (
    AND,
    ANY,
    LEVELS,
    MEMBERSHIP,
    NOT,
    POWER,
    PRODUCT,
    RANGE,
    RELATION,
    SUM,
    VALUE,
)

_SIGN = PRODUCT + 1
_SUM_OVER = SUM + 1
_EXISTS = AND - 1
_ATOM = POWER + 1

_ITERATION_LEVELS = {
    **dict.fromkeys(("sum", "prod", "min", "max"), _SUM_OVER),
    **dict.fromkeys(("exists", "forall"), _EXISTS),
    "setof": RANGE,
    "union": LEVELS["union"],
    "inter": LEVELS["inter"],
}


class Placed(NamedTuple):
    """A node where its place allows operators of at least a level; it stands in parentheses when it is looser."""

    node: ast.Node
    level: int


Part: TypeAlias = "str | Placed"


def pieces(node: ast.Node, level: int = ANY) -> list[str]:
    """The text of an expression or row, in pieces."""
    text: list[str] = []
    stack: list[Part] = [Placed(node, level)]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            text.append(part)
            continue
        parts = list(_PARTS[type(part.node)](part.node))
        if _level(part.node) < part.level:
            parts = ["(", *parts, ")"]
        stack.extend(reversed(parts))
    return text


def value_pieces(node: ast.Node) -> list[str]:
    """The text of a value as a definition, bound or subscript: `if` needs no parentheses there."""
    placed = _value(node)
    return pieces(placed.node, placed.level)


def quoted(text: str) -> str:
    """A string literal; the delimiter is the one that does not occur, if there is such a one."""
    quote = '"' if "'" in text and '"' not in text else "'"
    return f"{quote}{text.replace(quote, quote * 2)}{quote}"


def _level(node: ast.Node) -> int:
    """How tightly the outermost operator of a node binds."""
    match node:
        case ast.Chain():
            return LEVELS[node.operators[0]]
        case ast.Iterated():
            return _ITERATION_LEVELS[node.operator]
        case ast.Unary():
            return NOT if node.operator == "not" else _SIGN
        case ast.Number():
            return _ATOM if node.value >= 0 else _SIGN
        case ast.Row():
            return VALUE
        case _:
            return _LEVELS.get(type(node), _ATOM)


_LEVELS: dict[type[ast.Node], int] = {
    ast.Conditional: ANY,
    ast.ConditionalRow: ANY,
    ast.Comparison: RELATION,
    ast.Membership: MEMBERSHIP,
    ast.Range: RANGE,
    ast.Power: POWER,
}


def _value(node: ast.Node) -> Placed:
    return Placed(node, ANY if isinstance(node, ast.Conditional) else VALUE)


def _joined(nodes: Iterable[Placed], separator: Iterable[str]) -> Iterator[Part]:
    first = True
    for node in nodes:
        if not first:
            yield from separator
        yield node
        first = False


def _number(node: ast.Number) -> Iterator[Part]:
    value = node.value
    if abs(value) == float("inf"):
        yield "Infinity" if value > 0 else "-Infinity"
    else:
        yield str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def _text(node: ast.Text) -> Iterator[Part]:
    yield quoted(node.value)


def _reference(node: ast.Reference) -> Iterator[Part]:
    yield node.name
    if node.subscripts:
        yield "["
        yield from _joined(map(_value, node.subscripts), ",")
        yield "]"


def _call(node: ast.Call) -> Iterator[Part]:
    yield f"{node.function}("
    yield from _joined(map(_value, node.arguments), (",", " "))
    yield ")"


def _tuple(node: ast.Tuple) -> Iterator[Part]:
    yield "("
    yield from _joined(map(_value, node.items), ",")
    yield ")"


def _chain(node: ast.Chain) -> Iterator[Part]:
    level = _operand_level(node.operators[0])
    yield Placed(node.operands[0], level)
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        yield f" {operator} "
        yield Placed(operand, level)


def _operand_level(operator: str) -> int:
    """One above that of the operator; but `or` may hold `exists`, and `&` joins what the body of `setof` may be."""
    if operator == "or":
        return _EXISTS
    return SUM if operator == "&" else LEVELS[operator] + 1


def _unary(node: ast.Unary) -> Iterator[Part]:
    if node.operator == "not":
        yield "not "
        negation = isinstance(node.operand, ast.Unary) and node.operand.operator == "not"
        yield Placed(node.operand, NOT if negation else VALUE)
    else:
        yield node.operator
        yield Placed(node.operand, _SIGN)


def _power(node: ast.Power) -> Iterator[Part]:
    yield Placed(node.base, _ATOM)
    yield "^"
    yield Placed(node.exponent, _SIGN)


def _comparison(node: ast.Comparison) -> Iterator[Part]:
    yield Placed(node.left, MEMBERSHIP)
    yield f" {node.operator} "
    yield Placed(node.right, MEMBERSHIP)


def _membership(node: ast.Membership) -> Iterator[Part]:
    yield Placed(node.left, VALUE)
    yield f" {'not ' if node.negated else ''}{node.operator} "
    yield Placed(node.right, VALUE)


def _conditional(node: ast.Conditional | ast.ConditionalRow) -> Iterator[Part]:
    before = "if "
    for test, value in node.branches:
        yield before
        yield Placed(test, ANY + 1)
        yield " then "
        yield Placed(value, VALUE)
        before = " else if "
    if node.otherwise is not None:
        yield " else "
        yield Placed(node.otherwise, VALUE)


def _index_item(node: ast.IndexItem) -> Iterator[Part]:
    first = node.slots[0] if node.slots else None
    if len(node.slots) == 1 and isinstance(first, ast.Reference) and not first.subscripts:
        yield f"{first.name} in "
    elif node.slots:
        yield "("
        yield from _joined(map(_value, node.slots), ",")
        yield ") in "
    yield _value(node.set)


def _indexing(node: ast.Indexing) -> Iterator[Part]:
    yield "{"
    yield from _joined((Placed(item, ANY) for item in node.items), (",", " "))
    if node.condition is not None:
        yield ":"
        yield " "
        yield Placed(node.condition, ANY)
    yield "}"


def _iterated(node: ast.Iterated) -> Iterator[Part]:
    yield f"{node.operator} "
    yield Placed(node.indexing, ANY)
    yield " "
    yield Placed(node.body, _body_level(node))


def _body_level(node: ast.Iterated) -> int:
    """The level a body needs: that of the operator itself where bodies may nest without parentheses."""
    if node.operator == "setof":
        joined = isinstance(node.body, ast.Chain) and node.body.operators[0] == "&"
        return VALUE if joined else SUM
    own = _ITERATION_LEVELS[node.operator]
    return own if own in (_SUM_OVER, _EXISTS) else own + 1


def _set_literal(node: ast.SetLiteral) -> Iterator[Part]:
    yield "{"
    yield from _joined(map(_value, node.members), (",", " "))
    yield "}"


def _range(node: ast.Range) -> Iterator[Part]:
    yield Placed(node.start, SUM)
    yield ".."
    yield Placed(node.stop, SUM)
    if node.step is not None:
        yield " by "
        yield Placed(node.step, SUM)


def _row(node: ast.Row) -> Iterator[Part]:
    yield Placed(node.sides[0], VALUE)
    for operator, side in zip(node.operators, node.sides[1:], strict=True):
        yield f" {operator} "
        yield Placed(side, VALUE)


def _suffix(node: ast.Suffix) -> Iterator[Part]:
    yield Placed(node.reference, _ATOM)
    yield f".{node.name}"


def _list_item(node: ast.ListItem) -> Iterator[Part]:
    if node.indexing is not None:
        yield Placed(node.indexing, ANY)
        yield " "
        if _begins_with_union(node.expression):
            yield Placed(node.expression, _ATOM)
            return
    yield _value(node.expression)


def _begins_with_union(node: ast.Expression) -> bool:
    """Would the text be read as the union of what stands before it with the rest?"""
    while isinstance(node, ast.Chain | ast.Comparison | ast.Membership):
        node = node.operands[0] if isinstance(node, ast.Chain) else node.left
    return isinstance(node, ast.Iterated) and node.operator in ("union", "inter")


def _piecewise(node: ast.Piecewise) -> Iterator[Part]:
    yield "<<"
    yield from _joined((Placed(item, ANY) for item in node.breaks), (",", " "))
    yield ";"
    yield " "
    yield from _joined((Placed(item, ANY) for item in node.slopes), (",", " "))
    yield ">>"
    yield " "
    if isinstance(node.argument, ast.Reference) and node.zero is None:
        yield Placed(node.argument, _ATOM)
        return
    yield "("
    yield _value(node.argument)
    if node.zero is not None:
        yield from (",", " ", _value(node.zero))
    yield ")"


def _to_come(node: ast.ToCome) -> Iterator[Part]:
    yield "to_come"


def _net_flow(node: ast.NetFlow) -> Iterator[Part]:
    yield node.direction


_PARTS: dict[type[ast.Node], Callable[[Any], Iterator[Part]]] = {
    ast.Number: _number,
    ast.Text: _text,
    ast.Reference: _reference,
    ast.Call: _call,
    ast.Tuple: _tuple,
    ast.Chain: _chain,
    ast.Unary: _unary,
    ast.Power: _power,
    ast.Comparison: _comparison,
    ast.Membership: _membership,
    ast.Conditional: _conditional,
    ast.IndexItem: _index_item,
    ast.Indexing: _indexing,
    ast.Iterated: _iterated,
    ast.SetLiteral: _set_literal,
    ast.Range: _range,
    ast.Row: _row,
    ast.ConditionalRow: _conditional,
    ast.ListItem: _list_item,
    ast.Suffix: _suffix,
    ast.Piecewise: _piecewise,
    ast.ToCome: _to_come,
    ast.NetFlow: _net_flow,
}
