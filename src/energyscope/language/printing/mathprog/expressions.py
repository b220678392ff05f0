"""Expressions in MathProg's form: a walk that rewrites what MathProg spells differently and copies the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.printing.mathprog.functions import rewritten_call, rewritten_mod
from energyscope.language.printing.mathprog.networks import placeholder
from energyscope.language.printing.mathprog.piecewise import segments
from energyscope.language.printing.mathprog.scope import Context, Scope
from energyscope.language.printing.mathprog.sets import (
    iterated_inter,
    iterated_union,
    opened,
    placed_set,
    set_former,
    typed_empty,
)
from energyscope.language.trampoline import Walk

LONGEST_TEXT = 100
"""Bytes of a text that GLPK takes."""

_SIGNS = ("+", "-")

Form = Callable[[Context, Any, Scope], Walk[Any]]


def normal(ctx: Context, node: ast.Node, scope: Scope) -> Walk[Any]:
    """A node in MathProg's form. Raises ModelError `export` where it has none."""
    if isinstance(node, ast.Text):
        _require_short(node)
    form: Form = _FORMS.get(type(node), _copied)
    return form(ctx, node, scope)


def _copied(ctx: Context, node: ast.Node, scope: Scope) -> Walk[Any]:
    """The same node over rewritten children."""
    changes: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, ast.Node | tuple):
            changes[field.name] = yield _part(ctx, value, scope)
    return replace(node, **changes) if changes else node


def _part(ctx: Context, value: Any, scope: Scope) -> Walk[Any]:
    if isinstance(value, ast.Node):
        return (yield normal(ctx, value, scope))
    if not isinstance(value, tuple):
        return value
    parts = []
    for part in value:
        parts.append((yield _part(ctx, part, scope)))
    return tuple(parts)


def _reference(ctx: Context, node: ast.Reference, scope: Scope) -> Walk[ast.Expression]:
    if node.name in scope.names:
        return scope.names[node.name]
    subscripts: tuple[ast.Expression, ...] = yield _part(ctx, node.subscripts, scope)
    declaration = ctx.text.declarations.get(node.name)
    if isinstance(declaration, ast.VarDeclaration) and declaration.fixed is not None:
        return (yield _defined(ctx, declaration, subscripts))
    return replace(node, subscripts=subscripts)


def _defined(
    ctx: Context, declaration: ast.VarDeclaration, subscripts: tuple[ast.Expression, ...]
) -> Walk[ast.Expression]:
    """A defined variable: its definition, with the subscripts in place of the indices."""
    names: dict[str, ast.Expression] = {}
    sets: dict[str, ast.Expression] = {}
    place = 0
    for item in declaration.indexing.items if declaration.indexing else ():
        new = ctx.text.new_indices(item)
        names.update(zip(new, subscripts[place:], strict=False))
        if len(item.slots) == 1 and new:
            sets[new[0]] = item.set
        place += len(new) if item.slots else ctx.text.expression_dimension(item.set)
    assert declaration.fixed is not None
    return (yield normal(ctx, declaration.fixed, Scope(names, sets, renaming=True)))


def _require_short(node: ast.Text) -> None:
    if len(node.value.encode()) > LONGEST_TEXT or not node.value.isprintable():
        message = f"this text cannot be written for GLPK: it is longer than {LONGEST_TEXT} bytes, or not one line"
        raise error("export", node.span, message, "shorten it")


def _iterated(ctx: Context, node: ast.Iterated, scope: Scope) -> Walk[ast.Expression]:
    if node.operator == "union":
        return (yield iterated_union(ctx, node, scope))
    if node.operator == "inter":
        return (yield iterated_inter(ctx, node, scope))
    indexing, inner = yield opened(ctx, node.indexing, scope)
    body: ast.Expression = yield normal(ctx, node.body, inner)
    return replace(node, indexing=indexing, body=body)


def _membership(ctx: Context, node: ast.Membership, scope: Scope) -> Walk[ast.Expression]:
    left: ast.Expression = yield normal(ctx, node.left, scope)
    right: ast.Expression = yield placed_set(ctx, node.right, scope)
    return replace(node, left=left, right=right)


def _chain(ctx: Context, node: ast.Chain, scope: Scope) -> Walk[ast.Expression]:
    operands: list[ast.Expression] = yield _operands(ctx, node, scope)
    if "mod" in node.operators:
        return rewritten_mod(operands, node.operators)
    return replace(node, operands=tuple(operands))


def _operands(ctx: Context, node: ast.Chain, scope: Scope) -> Walk[list[ast.Expression]]:
    operands: list[ast.Expression] = []
    for operand in node.operands:
        if operand == ast.SetLiteral(operand.span, ()):
            operands.append(typed_empty(ctx, ctx.text.expression_dimension(node)))
        else:
            operands.append((yield normal(ctx, operand, scope)))
    return operands


def _unary(ctx: Context, node: ast.Unary, scope: Scope) -> Walk[ast.Expression]:
    """Two signs in a row become one: MathProg takes no more."""
    operand: ast.Expression = yield normal(ctx, node.operand, scope)
    if node.operator in _SIGNS and isinstance(operand, ast.Unary) and operand.operator in _SIGNS:
        return replace(operand, operator="+" if node.operator == operand.operator else "-")
    return replace(node, operand=operand)


def _call(ctx: Context, node: ast.Call, scope: Scope) -> Walk[ast.Expression]:
    arguments: tuple[ast.Expression, ...] = yield _part(ctx, node.arguments, scope)
    return (yield rewritten_call(ctx, node, arguments, scope))


def _piecewise(ctx: Context, node: ast.Piecewise, scope: Scope) -> Walk[ast.Expression]:
    return (yield segments(ctx, node, scope, normal))


_FORMS: dict[type[ast.Node], Form] = {
    ast.Reference: _reference,
    ast.Iterated: _iterated,
    ast.Membership: _membership,
    ast.Chain: _chain,
    ast.Call: _call,
    ast.Unary: _unary,
    ast.Indexing: set_former,
    ast.Piecewise: _piecewise,
    ast.ToCome: placeholder,
    ast.NetFlow: placeholder,
}
