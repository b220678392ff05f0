"""Functions of ordered sets, which MathProg does not have.

The export carries the place of every member, `ORD_S[m]`, and the member at every place, `SEQ_S[k]`, as data; with keys
in front of them for an indexed set.
"""

from __future__ import annotations

from dataclasses import dataclass

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.printing.mathprog.scope import NOWHERE, Context, Scope, call, chain, number, reference
from energyscope.language.trampoline import Walk

ORDERED = frozenset(("first", "last", "next", "prev", "nextw", "prevw", "ord", "ord0", "member"))


@dataclass(frozen=True)
class _Order:
    """The set at hand, its subscripts, and the parameters of its order."""

    container: ast.Reference
    place: str
    member: str

    def ord(self, member: ast.Expression) -> ast.Expression:
        return reference(self.place, (*self.container.subscripts, member))

    def at(self, place: ast.Expression) -> ast.Expression:
        return reference(self.member, (*self.container.subscripts, place))

    @property
    def card(self) -> ast.Expression:
        return call("card", self.container)


def ordered_call(
    ctx: Context, node: ast.Call, arguments: tuple[ast.Expression, ...], scope: Scope
) -> Walk[ast.Expression]:
    """One of ORDERED in terms of the parameters that carry the order."""
    order: _Order = yield _order(ctx, node, scope)
    argument = arguments[0]
    match node.function:
        case "first":
            return order.at(number(1))
        case "last":
            return order.at(order.card)
        case "member":
            return order.at(argument)
        case "ord":
            return order.ord(argument)
        case "ord0":
            inside = ast.Membership(NOWHERE, "in", negated=False, left=argument, right=order.container)
            return ast.Conditional(NOWHERE, ((inside, order.ord(argument)),), number(0))
    steps = arguments[2] if len(arguments) > 2 else number(1)
    return order.at(_neighbour(ctx, node.function, order, argument, steps))


def _neighbour(
    ctx: Context, function: str, order: _Order, member: ast.Expression, steps: ast.Expression
) -> ast.Expression:
    moved = chain("+" if function.startswith("next") else "-", order.ord(member), steps)
    declaration = ctx.text.sets[order.container.name]
    if not function.endswith("w") and declaration.ordering != "circular":
        return moved
    # MathProg's `mod` has the sign of the divisor, which is what going round needs
    return chain("+", chain("mod", chain("-", moved, number(1)), order.card), number(1))


def _order(ctx: Context, node: ast.Call, scope: Scope) -> Walk[_Order]:
    from energyscope.language.printing.mathprog.expressions import normal  # a set may hold any expression

    container = _container(node, scope)
    if isinstance(container, ast.Indexing) and len(container.items) == 1 and not container.items[0].slots:
        container = container.items[0].set if container.condition is None else container
    if not isinstance(container, ast.Reference) or container.name not in ctx.text.sets:
        message = f"`{node.function}` of a set without a name cannot be written for GLPK"
        raise error("export", node.span, message, "declare that set and use its name")
    names = ctx.order_names(container.name)
    written: ast.Reference = yield normal(ctx, container, scope)
    return _Order(written, names.place, names.member)


def _container(node: ast.Call, scope: Scope) -> ast.Expression | None:
    """The set argument, or the set that the index runs over."""
    if node.function in ("first", "last"):
        return node.arguments[0]
    if len(node.arguments) > 1:
        return node.arguments[1]
    argument = node.arguments[0]
    return scope.sets.get(argument.name) if isinstance(argument, ast.Reference) else None
