"""The static check of expressions: names, kinds, dimensions, and where variables may stand.

Every visit is a generator for `trampoline.run`. `want` is what the surroundings need; `where` names a place in which
variables cannot stand ("a condition"), None where they can.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from energyscope.language import ast
from energyscope.language.resolving.calls import check_call
from energyscope.language.resolving.linear import LINEAR, linear_chain, linear_iteration, linear_power
from energyscope.language.resolving.meaning import (
    CONDITION,
    NUMBER,
    TEXT,
    UNKNOWN,
    Meaning,
    Want,
    agree,
    begin,
    fit,
    places,
)
from energyscope.language.resolving.piecewise import check_piecewise
from energyscope.language.resolving.scope import Scope, head_of, kind_of, line_of
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk

Where = str | None

SUFFIXES = frozenset(("val", "rc", "dual", "lb", "ub", "slack", "body", "status"))
"""Figures of a solution that printing code may ask for."""
_SUFFIX_HELP = "read duals and bounds from the result"

_SET_LEVELS = {"union", "diff", "symdiff", "inter"}


def visit(scope: Scope, node: ast.Expression, want: Want, where: Where) -> Walk[Meaning]:
    """Check an expression and say what it means; a mistake is reported once and means `unknown` from there up."""
    leaf = _LEAVES.get(type(node))
    meaning: Meaning = leaf or (yield _VISITS[type(node)](scope, node, want, where))
    if meaning.sort == "set" and meaning.dimension is not None:
        scope.places[id(node)] = meaning.dimension
    return fit(scope.report, node, meaning, want)


def bind(scope: Scope, indexing: ast.Indexing, opened: list[str]) -> Walk[int | None]:
    """Open the indices of an indexing (their names go to `opened`), check its condition; gives its dimension.

    The dimension counts new indices and the places of sets without an index; values to match do not count.
    """
    total: int | None = 0
    for item in indexing.items:
        count = yield _bind_item(scope, item, opened)
        total = None if total is None or count is None else total + count
    if indexing.condition is not None:
        yield visit(scope, indexing.condition, "condition", "a condition")
    return total


def _bind_item(scope: Scope, item: ast.IndexItem, opened: list[str]) -> Walk[int | None]:
    meaning: Meaning = yield visit(scope, item.set, "set", "an index set")
    if not item.slots:
        return meaning.dimension
    if meaning.dimension is not None and meaning.dimension != len(item.slots):
        scope.report.error(
            "set-dimension",
            item.span,
            f"{_called(item.set)} has dimension {meaning.dimension}, the index has {places(len(item.slots))}",
        )
    new: list[str] = []
    alone = len(item.slots) == 1
    for slot in item.slots:
        if isinstance(slot, ast.Reference) and not slot.subscripts and (alone or not scope.is_visible(slot.name)):
            if scope.bind(slot.name, slot.span, item.set if alone else None):
                opened.append(slot.name)
            new.append(slot.name)
        else:
            yield visit(scope, slot, "number", "a subscript")
    scope.new_indices[id(item)] = tuple(new)
    return len(new)


def _called(node: ast.Expression) -> str:
    return f"`{node.name}`" if isinstance(node, ast.Reference) else "the set"


def _reference(scope: Scope, node: ast.Reference, want: Want, where: Where) -> Walk[Meaning]:
    for subscript in node.subscripts:
        yield visit(scope, subscript, "number", "a subscript")
    name_span = begin(node.span, len(node.name))
    if node.name in scope.indices:
        if node.subscripts:
            scope.report.error("subscript-count", name_span, f"`{node.name}` is an index and takes no subscripts")
        return Meaning("number", item="index")
    declaration = scope.found(node.name)
    if declaration is None:
        scope.unknown(node.name, name_span)
        return UNKNOWN
    scope.reads.add(node.name)
    meaning = _meaning_of(scope, declaration, want, where, name_span)
    if fit(scope.report, node, meaning, want) is not UNKNOWN:
        check_subscripts(scope, node, declaration, name_span)
        return meaning
    return UNKNOWN


def _meaning_of(scope: Scope, declaration: ast.Declaration, want: Want, where: Where, span: Span) -> Meaning:
    kind = kind_of(declaration)
    if isinstance(declaration, ast.SetDeclaration):
        return Meaning("set", dimension=scope.dimensions.get(declaration.name), item=kind)
    if isinstance(declaration, ast.ParamDeclaration):
        return Meaning("number", text=declaration.kind == "symbolic", item=kind)
    if scope.printing:
        return Meaning("number", item=kind)
    if isinstance(declaration, ast.VarDeclaration):
        if where is None or want == "set":
            return Meaning("number", variable=declaration.name, item=kind)
        message = f"variable `{declaration.name}` cannot stand in {where}"
        scope.report.error("variable-in-data", span, message, "only sets and parameters are known before the solve")
        return UNKNOWN
    article = "an" if kind == "objective" else "a"
    scope.report.error("wrong-kind", span, f"`{declaration.name}` is {article} {kind} and has no value here")
    return UNKNOWN


def _suffix(scope: Scope, node: ast.Suffix, want: Want, where: Where) -> Walk[Meaning]:
    if not scope.printing:
        dot = node.span.source.text.rfind(".", node.reference.span.stop, node.name_span.start)
        span = Span(node.span.source, dot, dot + 1)
        scope.report.error("unsupported", span, f"suffix `.{node.name}` is not supported here", _SUFFIX_HELP)
        return UNKNOWN
    yield visit(scope, node.reference, "number", where)
    if node.name not in SUFFIXES:
        scope.report.error("unsupported", node.name_span, f"suffix `.{node.name}` is not known")
    return NUMBER


def check_subscripts(scope: Scope, node: ast.Reference, declaration: ast.Declaration, span: Span) -> None:
    """A declared item is given as many subscripts as it takes."""
    takes = scope.arities.get(node.name)
    given = len(node.subscripts)
    if takes is None or takes == given:
        return
    wanted = "no subscripts" if takes == 0 else "1 subscript" if takes == 1 else f"{takes} subscripts"
    scope.report.error(
        "subscript-count",
        span,
        f"`{node.name}` takes {wanted}, {given or 'none'} given",
        f"declared `{head_of(declaration)}` at {line_of(declaration.name_span, span)}",
    )


def _piecewise(scope: Scope, node: ast.Piecewise, want: Want, where: Where) -> Walk[Meaning]:
    meaning: Meaning = yield check_piecewise(scope, node, where, visit, bind)
    return meaning


def _placeholder(scope: Scope, node: ast.ToCome | ast.NetFlow, want: Want, where: Where) -> Walk[Meaning]:
    """Entries of columns: linear in variables that are declared later."""
    word = node.direction if isinstance(node, ast.NetFlow) else "to_come"
    if where is not None:
        message = f"`{word}` cannot stand in {where}"
        scope.report.error("variable-in-data", node.span, message, "it stands for variables")
        return UNKNOWN
    return Meaning("number", variable=word)
    yield


def _call(scope: Scope, node: ast.Call, want: Want, where: Where) -> Walk[Meaning]:
    meaning: Meaning = yield check_call(scope, node, where, visit)
    return meaning


def _tuple(scope: Scope, node: ast.Tuple, want: Want, where: Where) -> Walk[Meaning]:
    for item in node.items:
        yield visit(scope, item, "number", where)
    return Meaning("tuple", dimension=len(node.items))


def _chain(scope: Scope, node: ast.Chain, want: Want, where: Where) -> Walk[Meaning]:
    operator = node.operators[0]
    if operator in LINEAR:
        meanings = []
        for operand in node.operands:
            meanings.append((yield visit(scope, operand, "number", where)))
        return linear_chain(scope.report, node, meanings)
    if operator in ("and", "or"):
        for operand in node.operands:
            yield visit(scope, operand, "condition", where or "a condition")
        return CONDITION
    meaning: Meaning = yield _set_chain(scope, node, where)
    return meaning


def _set_chain(scope: Scope, node: ast.Chain, where: Where) -> Walk[Meaning]:
    dimension: int | None = None
    total: int | None = 0
    for operand in node.operands:
        meaning = yield visit(scope, operand, "set", where or "a set")
        total = None if total is None or meaning.dimension is None else total + meaning.dimension
        if node.operators[0] in _SET_LEVELS:
            dimension = agree(scope.report, operand, dimension, meaning.dimension)
    return Meaning("set", dimension=dimension if node.operators[0] in _SET_LEVELS else total)


def _unary(scope: Scope, node: ast.Unary, want: Want, where: Where) -> Walk[Meaning]:
    if node.operator == "not":
        yield visit(scope, node.operand, "condition", where or "a condition")
        return CONDITION
    meaning = yield visit(scope, node.operand, "number", where)
    return Meaning("number", variable=meaning.variable)


def _power(scope: Scope, node: ast.Power, want: Want, where: Where) -> Walk[Meaning]:
    base = yield visit(scope, node.base, "number", where)
    exponent = yield visit(scope, node.exponent, "number", where)
    return linear_power(scope.report, node, base, exponent)


def _comparison(scope: Scope, node: ast.Comparison, want: Want, where: Where) -> Walk[Meaning]:
    yield visit(scope, node.left, "number", where or "a condition")
    yield visit(scope, node.right, "number", where or "a condition")
    return CONDITION


def _membership(scope: Scope, node: ast.Membership, want: Want, where: Where) -> Walk[Meaning]:
    where = where or "a condition"
    right = yield visit(scope, node.right, "set", where)
    if node.operator == "within":
        left = yield visit(scope, node.left, "set", where)
        agree(scope.report, node.right, left.dimension, right.dimension)
        return CONDITION
    left = yield visit(scope, node.left, "member", where)
    given = left.dimension if left.sort == "tuple" else 1
    if "unknown" not in (left.sort, right.sort) and right.dimension not in (None, given):
        scope.report.error(
            "set-dimension",
            node.left.span,
            f"{_called(node.right)} has dimension {right.dimension}, the member has {places(given or 1)}",
        )
    return CONDITION


def _conditional(scope: Scope, node: ast.Conditional, want: Want, where: Where) -> Walk[Meaning]:
    values: list[ast.Expression] = []
    for test, value in node.branches:
        yield visit(scope, test, "condition", where or "a condition")
        values.append(value)
    if node.otherwise is not None:
        values.append(node.otherwise)
    merged: Meaning | None = None
    for value in values:
        meaning = yield visit(scope, value, want, where)
        merged = meaning if merged is None else _merge(scope, value, merged, meaning)
    assert merged is not None
    if node.otherwise is None and (merged.sort == "set" or merged.text):
        scope.report.error("syntax", _after(node.span), "an `else` branch is required for sets and text")
    return merged


def _merge(scope: Scope, node: ast.Expression, first: Meaning, second: Meaning) -> Meaning:
    if "unknown" in (first.sort, second.sort):
        return second if first.sort == "unknown" else first
    dimension = agree(scope.report, node, first.dimension, second.dimension)
    return Meaning(first.sort, dimension, first.variable or second.variable, first.text or second.text)


def _after(span: Span) -> Span:
    """The token after a span."""
    text, place = span.source.text, span.stop
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif text[place] == "#":
            place = (text.find("\n", place) + 1) or len(text)
        elif text.startswith("/*", place):
            place = (text.find("*/", place) + 2) if "*/" in text[place:] else len(text)
        else:
            return Span(span.source, place, place + 1)
    return Span(span.source, max(span.start, span.stop - 1), span.stop)


def _indexing(scope: Scope, node: ast.Indexing, want: Want, where: Where) -> Walk[Meaning]:
    opened: list[str] = []
    dimension = yield bind(scope, node, opened)
    scope.release(opened)
    return Meaning("set", dimension=dimension)


def _iterated(scope: Scope, node: ast.Iterated, want: Want, where: Where) -> Walk[Meaning]:
    opened: list[str] = []
    yield bind(scope, node.indexing, opened)
    meaning: Meaning = yield _BODIES[node.operator](scope, node, where)
    scope.release(opened)
    return meaning


def _number_body(scope: Scope, node: ast.Iterated, where: Where) -> Walk[Meaning]:
    meaning = yield visit(scope, node.body, "number", where)
    return linear_iteration(scope.report, node, meaning)


def _condition_body(scope: Scope, node: ast.Iterated, where: Where) -> Walk[Meaning]:
    yield visit(scope, node.body, "condition", where or "a condition")
    return CONDITION


def _set_body(scope: Scope, node: ast.Iterated, where: Where) -> Walk[Meaning]:
    meaning = yield visit(scope, node.body, "set", where or "a set")
    return Meaning("set", dimension=meaning.dimension)


def _member_body(scope: Scope, node: ast.Iterated, where: Where) -> Walk[Meaning]:
    meaning = yield visit(scope, node.body, "member", where or "a set")
    return Meaning("set", dimension=meaning.dimension if meaning.sort == "tuple" else 1)


def _set_literal(scope: Scope, node: ast.SetLiteral, want: Want, where: Where) -> Walk[Meaning]:
    dimension: int | None = None
    for member in node.members:
        meaning = yield visit(scope, member, "member", where or "a set")
        if meaning.sort != "unknown":
            dimension = agree(scope.report, member, dimension, meaning.dimension if meaning.sort == "tuple" else 1)
    return Meaning("set", dimension=dimension)


def _range(scope: Scope, node: ast.Range, want: Want, where: Where) -> Walk[Meaning]:
    for bound in (node.start, node.stop, node.step):
        if bound is not None:
            yield visit(scope, bound, "number", where or "a set")
    return Meaning("set", dimension=1)


_LEAVES = {ast.Number: NUMBER, ast.Text: TEXT}

_VISITS: dict[type[ast.Node], Callable[[Scope, Any, Want, Where], Walk[Meaning]]] = {
    ast.Reference: _reference,
    ast.Suffix: _suffix,
    ast.Call: _call,
    ast.Tuple: _tuple,
    ast.Chain: _chain,
    ast.Unary: _unary,
    ast.Power: _power,
    ast.Comparison: _comparison,
    ast.Membership: _membership,
    ast.Conditional: _conditional,
    ast.Indexing: _indexing,
    ast.Iterated: _iterated,
    ast.SetLiteral: _set_literal,
    ast.Range: _range,
    ast.Piecewise: _piecewise,
    ast.ToCome: _placeholder,
    ast.NetFlow: _placeholder,
}

_BODIES: dict[str, Callable[[Scope, ast.Iterated, Where], Walk[Meaning]]] = {
    **dict.fromkeys(("sum", "prod", "min", "max"), _number_body),
    **dict.fromkeys(("exists", "forall"), _condition_body),
    **dict.fromkeys(("union", "inter"), _set_body),
    "setof": _member_body,
}
