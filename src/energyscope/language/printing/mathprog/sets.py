"""Sets in MathProg's form.

GLPK asks whether a member lies in a set wherever an index runs over it, and can answer that for everything but `setof`
and `{i in A: c}`. Where such a set stands in an index or behind `in`, an auxiliary set of that name is declared first.
"""

from __future__ import annotations

from dataclasses import replace

from energyscope.language import ast
from energyscope.language.printing.mathprog.scope import (
    NOWHERE,
    Context,
    OpenItem,
    Scope,
    chain,
    comparison,
    member_of,
    names_in,
    number,
    reference,
)
from energyscope.language.trampoline import Walk

SET_OPERATORS = frozenset(("union", "diff", "symdiff", "inter", "cross"))


def opened(ctx: Context, node: ast.Indexing, scope: Scope, *, named: bool = False) -> Walk[tuple[ast.Indexing, Scope]]:
    """An indexing, and the scope of what it stands before; with `named` every item names its indices."""
    items: list[ast.IndexItem] = []
    conditions: list[ast.Expression] = []
    for item in node.items:
        new, scope = yield _opened_item(ctx, item, scope, named, conditions)
        items.append(new)
    if node.condition is not None:
        conditions.append((yield _normal(ctx, node.condition, scope)))
    condition = chain("and", *conditions) if conditions else None
    return ast.Indexing(node.span, tuple(items), condition), scope


def _opened_item(
    ctx: Context, item: ast.IndexItem, scope: Scope, named: bool, conditions: list[ast.Expression]
) -> Walk[tuple[ast.IndexItem, Scope]]:
    members: ast.Expression = yield placed_set(ctx, item.set, scope)
    if not item.slots:
        slots = ctx.indices(ctx.text.expression_dimension(item.set)) if named else ()
        new = ast.IndexItem(item.span, slots, members)
        return new, scope.opening(OpenItem(new, tuple(slot.name for slot in slots)))
    names = {name: ctx.fresh(name) if scope.renaming else name for name in ctx.text.new_indices(item)}
    runs_over = dict.fromkeys(names, item.set) if len(item.slots) == 1 else {}
    inner = scope.binding({name: reference(new) for name, new in names.items()}, runs_over)
    places: list[ast.Expression] = []
    for slot in item.slots:
        places.append((yield _normal(ctx, slot, inner)))
    if len(places) == 1 and not names:
        (index,) = ctx.indices(1)
        conditions.append(comparison(index, "=", places[0]))
        places = [index]
    new = ast.IndexItem(item.span, tuple(places), members)
    return new, inner.opening(OpenItem(new, tuple(names.values())))


def placed_set(ctx: Context, node: ast.Expression, scope: Scope) -> Walk[ast.Expression]:
    """A set where GLPK looks members up: by the name of an auxiliary set if need be."""
    members: ast.Expression = yield _normal(ctx, node, scope)
    if not _holds_setof(members):
        return members
    items = _needed_items(members, scope)
    indexing = ast.Indexing(NOWHERE, tuple(each.item for each in items)) if items else None
    name = ctx.fresh("AUX")
    dimension = ctx.text.expression_dimension(node)
    declaration = ast.SetDeclaration(
        NOWHERE, name, NOWHERE, None, indexing, dimension=dimension, assignment=":=", definition=members
    )
    ctx.pending.append(declaration)
    return reference(name, [reference(index) for each in items for index in each.indices])


def _holds_setof(node: ast.Expression) -> bool:
    stack: list[ast.Expression] = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Iterated):
            return True
        if isinstance(part, ast.Chain):
            stack.extend(part.operands)
        elif isinstance(part, ast.Conditional):
            stack.extend(value for _, value in part.branches)
            stack.extend([] if part.otherwise is None else [part.otherwise])
    return False


def _needed_items(node: ast.Expression, scope: Scope) -> list[OpenItem]:
    """The open items whose indices a set reads, and those that these items read in turn, outermost first."""
    wanted = names_in(node)
    needed: list[OpenItem] = []
    for each in reversed(scope.items):
        if wanted & set(each.indices):
            needed.insert(0, each)
            wanted |= names_in(each.item)
    return needed


def set_former(ctx: Context, node: ast.Indexing, scope: Scope) -> Walk[ast.Expression]:
    """`{A}` is A, `{A, B}` their product, `{i in A, j in B: c}` a `setof`."""
    if node.condition is None and not any(item.slots for item in node.items):
        sets: list[ast.Expression] = []
        for item in node.items:
            sets.append((yield _normal(ctx, item.set, scope)))
        return chain("cross", *sets)
    indexing, inner = yield opened(ctx, node, scope, named=True)
    indices = [reference(name) for each in inner.items[len(scope.items) :] for name in each.indices]
    return ast.Iterated(node.span, "setof", indexing, member_of(indices))


def iterated_union(ctx: Context, node: ast.Iterated, scope: Scope) -> Walk[ast.Iterated]:
    """`union {c in C} M[c]` as `setof {c in C, m in M[c]} m`."""
    indexing, inner = yield opened(ctx, node.indexing, scope)
    members: ast.Expression = yield placed_set(ctx, node.body, inner)
    indices = ctx.indices(ctx.text.expression_dimension(node.body))
    items = (*indexing.items, ast.IndexItem(node.span, indices, members))
    return ast.Iterated(node.span, "setof", replace(indexing, items=items), member_of(indices))


def iterated_inter(ctx: Context, node: ast.Iterated, scope: Scope) -> Walk[ast.Iterated]:
    """`inter {c in C} M[c]`: the members of the union that lie in each."""
    union: ast.Iterated = yield iterated_union(ctx, node, scope)
    again, inner = yield opened(ctx, node.indexing, replace(scope, renaming=True))
    members: ast.Expression = yield placed_set(ctx, node.body, inner)
    inside = ast.Membership(node.span, "in", negated=False, left=union.body, right=members)
    everywhere = ast.Iterated(node.span, "forall", again, inside)
    conditions = [] if union.indexing.condition is None else [union.indexing.condition]
    return replace(union, indexing=replace(union.indexing, condition=chain("and", *conditions, everywhere)))


def typed_empty(ctx: Context, dimension: int) -> ast.Expression:
    """The empty set; MathProg takes `{}` for one of single members."""
    if dimension == 1:
        return ast.SetLiteral(NOWHERE, ())
    (index,) = ctx.indices(1)
    nothing = ast.Range(NOWHERE, number(1), number(0), None, NOWHERE)
    indexing = ast.Indexing(NOWHERE, (ast.IndexItem(NOWHERE, (index,), nothing),))
    return ast.Iterated(NOWHERE, "setof", indexing, member_of([index] * dimension))


def _normal(ctx: Context, node: ast.Node, scope: Scope) -> Walk[ast.Expression]:
    from energyscope.language.printing.mathprog.expressions import normal  # sets and expressions hold one another

    return normal(ctx, node, scope)
