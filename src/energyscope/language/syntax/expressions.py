"""Expressions: precedence climbing over the table of spec/ampl, section 3.

Every function that may nest is a walk for `trampoline.run`, so that depth never meets Python's recursion limit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from energyscope.language import ast
from energyscope.language.diagnostics import did_you_mean
from energyscope.language.resolving.functions import SIGNATURES
from energyscope.language.syntax.braces import Element, indexing, indexing_or_literal, slots
from energyscope.language.syntax.conditionals import check_missing_else, conditional_node
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.levels import (
    ANY,
    BODY_LEVELS,
    LEVELS,
    MEMBERSHIP,
    NOT,
    POWER,
    RANGE,
    RELATION,
    SUM,
    VALUE,
)
from energyscope.language.syntax.lexer import NAME, NUMBER, STRING, Token, number_value, string_value
from energyscope.language.syntax.piecewise import piecewise
from energyscope.language.syntax.placeholders import placeholder
from energyscope.language.syntax.unsupported import (
    INTERVAL_HELP,
    LOGICAL_WORDS,
    RANDOM_FUNCTIONS,
    RANDOM_HELP,
)
from energyscope.language.trampoline import Walk

_LITERALS = frozenset((NUMBER, STRING, "Infinity"))
_AFTER_NAME = frozenset(("(", "[", "{", "."))


def expression(cursor: Cursor, level: int, tuples: bool = False) -> Walk[ast.Expression]:
    """An expression whose operators bind at least as tightly as a level; with `tuples` it may be `(a, b)`."""
    start = cursor.token.start
    kind = cursor.kind
    left: ast.Expression
    if kind == NAME:
        name = cursor.advance()
        if name.text in cursor.placeholders:
            left = placeholder(name.text, cursor.span(name))
        elif cursor.kind in _AFTER_NAME:
            left = yield _after_name(cursor, name)
        else:
            left = ast.Reference(cursor.span(name), name.text)
    elif kind in _LITERALS:
        left = _literal(cursor)
    elif prefix := _PREFIXES.get(kind):
        left = yield prefix(cursor, level)
    else:
        _refuse_operand(cursor)
    if isinstance(left, ast.Tuple):
        _check_tuple(cursor, left, level, tuples)
    if LEVELS.get(cursor.kind, 0) >= level:
        left = yield infix(cursor, left, start, level)
    return left


def infix(cursor: Cursor, left: ast.Expression, start: int, level: int) -> Walk[ast.Expression]:
    """What follows a left operand (begun at an offset) as far as its operators bind at least as tightly as a level."""
    while (found := LEVELS.get(cursor.kind, 0)) >= level:
        if found == RELATION:
            left = yield _comparison(cursor, left, start)
        elif found == MEMBERSHIP:
            left = yield _membership(cursor, left, start)
        elif found == RANGE:
            left = yield _range(cursor, left, start)
        elif found == POWER:
            left = yield _power(cursor, left, start)
        else:
            left = yield _chain(cursor, left, start, found, found + 1)
    return left


def _chain(cursor: Cursor, left: ast.Expression, start: int, level: int, operand_level: int) -> Walk[ast.Chain]:
    operands = [left]
    operators = []
    spans = []
    while LEVELS.get(cursor.kind) == level:
        operator = cursor.advance()
        operators.append(operator.kind)
        spans.append(cursor.span(operator))
        operands.append((yield expression(cursor, operand_level)))
    return ast.Chain(cursor.since(start), tuple(operands), tuple(operators), tuple(spans))


def _comparison(cursor: Cursor, left: ast.Expression, start: int) -> Walk[ast.Comparison]:
    operator = cursor.advance()
    right = yield expression(cursor, MEMBERSHIP)
    if LEVELS.get(cursor.kind) == RELATION:
        cursor.refuse("no second relation", "join two relations with `and`")
    return ast.Comparison(cursor.since(start), operator.kind, left, right, cursor.span(operator))


def _membership(cursor: Cursor, left: ast.Expression, start: int) -> Walk[ast.Membership]:
    negated = cursor.accept("not")
    if cursor.kind not in ("in", "within"):
        cursor.refuse("`in` or `within` after `not`")
    operator = cursor.advance().kind
    right = yield expression(cursor, VALUE)
    if LEVELS.get(cursor.kind) == MEMBERSHIP:
        cursor.refuse("no second `in` or `within`", "join two conditions with `and`")
    return ast.Membership(cursor.since(start), "in" if operator == "in" else "within", negated, left, right)


def _range(cursor: Cursor, first: ast.Expression, start: int) -> Walk[ast.Range]:
    operator = cursor.advance()
    last = yield expression(cursor, SUM)
    step = (yield expression(cursor, SUM)) if cursor.accept("by") else None
    if cursor.kind == "..":
        cursor.refuse("no second `..`", "steps are `1..9 by 2`")
    return ast.Range(cursor.since(start), first, last, step, cursor.span(operator))


def _power(cursor: Cursor, base: ast.Expression, start: int) -> Walk[ast.Power]:
    operator = cursor.advance()
    exponent = yield expression(cursor, POWER)
    return ast.Power(cursor.since(start), base, exponent, cursor.span(operator))


def _literal(cursor: Cursor) -> ast.Number | ast.Text:
    token = cursor.advance()
    span = cursor.span(token)
    if token.kind == STRING:
        return ast.Text(span, string_value(token.text))
    value = float("inf") if token.kind == "Infinity" else number_value(token.text)
    if value == float("inf") and token.kind != "Infinity":
        cursor.report.error("bad-number", span, f"`{token.text}` is too large for a number", "write `Infinity`?")
    return ast.Number(span, value)


def _after_name(cursor: Cursor, name: Token) -> Walk[ast.Expression]:
    if cursor.kind == "(":
        if name.text == "interval":  # its brackets need not match: `interval (0, 1]`
            cursor.unsupported(name, INTERVAL_HELP)
            raise StatementError
        return (yield _call(cursor, name))
    if cursor.kind == "{" and name.text in BODY_LEVELS:
        return (yield _iteration(cursor, name))
    if cursor.kind == "{" and name.text in LOGICAL_WORDS:
        cursor.refuse("an expression")
    subscripts: tuple[ast.Expression, ...] = ()
    if cursor.kind == "[":
        opening = cursor.advance()
        subscripts = yield _list(cursor)
        cursor.expect_closing("]", opening)
    reference = ast.Reference(cursor.since(name.start), name.text, subscripts)
    if not cursor.accept("."):
        return reference
    suffix = cursor.expect(NAME, "of a suffix after `.`")
    return ast.Suffix(cursor.since(name.start), reference, suffix.text, cursor.span(suffix))


def _call(cursor: Cursor, name: Token) -> Walk[ast.Call]:
    opening = cursor.advance()
    arguments = () if cursor.kind == ")" else (yield _list(cursor))
    cursor.expect_closing(")", opening)
    if name.text in SIGNATURES:
        return ast.Call(cursor.since(name.start), name.text, arguments)
    if name.text in RANDOM_FUNCTIONS:
        cursor.unsupported(name, RANDOM_HELP)
    elif name.text in LOGICAL_WORDS:
        cursor.unsupported(name, LOGICAL_WORDS[name.text])
    else:
        help = did_you_mean(name.text, SIGNATURES) or "subscripts stand in `[ ]`, and a product needs `*`"
        cursor.report.error("undeclared-name", cursor.span(name), f"`{name.text}` is not a function", help)
    raise StatementError


def _list(cursor: Cursor) -> Walk[tuple[ast.Expression, ...]]:
    items = [(yield expression(cursor, VALUE))]
    while cursor.accept(","):
        items.append((yield expression(cursor, VALUE)))
    return tuple(items)


def _sign(cursor: Cursor, level: int) -> Walk[ast.Unary]:
    operator = cursor.advance()
    operand = yield expression(cursor, POWER)
    return ast.Unary(cursor.since(operator.start), "-" if operator.kind == "-" else "+", operand)


def _not(cursor: Cursor, level: int) -> Walk[ast.Unary]:
    if level > NOT:
        _refuse_operand(cursor)
    operator = cursor.advance()
    start = cursor.token.start
    operand = yield expression(cursor, NOT)
    relation = isinstance(operand, (ast.Comparison, ast.Membership)) and not isinstance(operand.left, ast.Tuple)
    if relation and operand.span.start == start:
        message = f"`{operator.text}` applies to the whole of the relation that follows"
        cursor.report.warning("ambiguous-not", cursor.span(operator), message, "put the relation in parentheses")
    return ast.Unary(cursor.since(operator.start), "not", operand)


def parenthesised(cursor: Cursor, level: int) -> Walk[ast.Expression]:
    """`(expression)`, which leaves no trace, or a tuple `(a, b)`."""
    opening = cursor.advance()
    inner = yield expression(cursor, ANY, tuples=True)
    if cursor.kind == "," and not isinstance(inner, ast.Tuple):
        items = [inner]
        while cursor.accept(","):
            items.append((yield expression(cursor, VALUE)))
        cursor.expect_closing(")", opening)
        return ast.Tuple(cursor.since(opening.start), tuple(items))
    cursor.expect_closing(")", opening)
    return inner


def conditional(cursor: Cursor, level: int) -> Walk[ast.Conditional]:
    """`if test then value else …`; the branches are values, so that a relation ends the last one."""
    start = cursor.token.start
    branches: list[tuple[ast.Expression, ast.Expression]] = []
    otherwise: ast.Expression | None = None
    while cursor.kind == "if":
        test = yield condition_of_if(cursor)
        value = yield expression(cursor, VALUE)
        branches.append((test, value))
        if not cursor.accept("else"):
            check_missing_else(cursor, value)
            break
        if cursor.kind != "if":
            otherwise = yield expression(cursor, VALUE)
    return conditional_node(cursor, start, branches, otherwise)


def condition_of_if(cursor: Cursor) -> Walk[ast.Expression]:
    """`if test then`."""
    cursor.expect("if", "")
    test = yield expression(cursor, ANY)
    cursor.expect("then", "after the condition of `if`")
    return test


def _iterated(cursor: Cursor, level: int) -> Walk[ast.Iterated]:
    if level > NOT and cursor.kind in ("exists", "forall"):
        _refuse_operand(cursor)
    return (yield _iteration(cursor, cursor.advance()))


def _iteration(cursor: Cursor, keyword: Token) -> Walk[ast.Iterated]:
    where = yield indexing_head(cursor, f"`{keyword.text}`")
    if keyword.text == "setof":
        body = yield _member(cursor)
    else:
        body = yield expression(cursor, BODY_LEVELS[keyword.text])
    return ast.Iterated(cursor.since(keyword.start), keyword.text, where, body)


def _member(cursor: Cursor) -> Walk[ast.Expression]:
    """A member: a tuple, or numbers and text joined by `&`, without set operators."""
    start = cursor.token.start
    left = yield expression(cursor, SUM, tuples=True)
    return (yield _chain(cursor, left, start, VALUE, SUM)) if cursor.kind == "&" else left


def _piecewise(cursor: Cursor, level: int) -> Walk[ast.Expression]:
    return (yield piecewise(cursor, expression, indexing_head))


def indexing_head(cursor: Cursor, owner: str) -> Walk[ast.Indexing]:
    """The indexing `{…}` that belongs to something: all its elements are sets."""
    if cursor.kind != "{":
        cursor.refuse(f"`{{` after {owner}", "an index set stands in braces")
    start = cursor.token.start
    elements, condition = yield _elements(cursor)
    if not elements:
        cursor.report.error("syntax", cursor.since(start), f"the index of {owner} is empty", "write `{i in SET}`")
        raise StatementError
    return indexing(cursor, cursor.since(start), elements, condition)


def _braces(cursor: Cursor, level: int) -> Walk[ast.Expression]:
    start = cursor.token.start
    elements, condition = yield _elements(cursor)
    return indexing_or_literal(cursor, cursor.since(start), elements, condition)


def _elements(cursor: Cursor) -> Walk[tuple[list[Element], ast.Expression | None]]:
    opening = cursor.advance()
    elements: list[Element] = []
    condition: ast.Expression | None = None
    if cursor.kind != "}":
        elements.append((yield _element(cursor)))
        while cursor.accept(","):
            elements.append((yield _element(cursor)))
        if cursor.accept(":"):
            condition = yield expression(cursor, ANY)
    cursor.expect_closing("}", opening)
    return elements, condition


def _element(cursor: Cursor) -> Walk[Element]:
    opening = cursor.token
    first = yield expression(cursor, VALUE, tuples=True)
    if not cursor.accept("in"):
        return first
    places = slots(cursor, first, opening)
    members = yield expression(cursor, VALUE)
    return ast.IndexItem(cursor.since(opening.start), places, members)


def _check_tuple(cursor: Cursor, node: ast.Tuple, level: int, tuples: bool) -> None:
    """A tuple stands before `in`, or alone where members may stand."""
    tested = level <= MEMBERSHIP and cursor.kind in ("in", "not")
    member = tuples and LEVELS.get(cursor.kind, 0) < level
    if not (tested or member):
        message = "a tuple stands only before `in`, or as a member of a set"
        cursor.report.error("syntax", node.span, message, "a list of subscripts stands in `[ ]`")
        raise StatementError


def _refuse_operand(cursor: Cursor) -> NoReturn:
    if cursor.kind == "integer":
        cursor.unsupported(cursor.token, INTERVAL_HELP)
        raise StatementError
    cursor.refuse(f"an expression after `{cursor.previous.text}`" if cursor.previous.text else "an expression")


_PREFIXES: dict[str, Callable[[Cursor, int], Walk[ast.Expression]]] = {
    "-": _sign,
    "+": _sign,
    "not": _not,
    "(": parenthesised,
    "{": _braces,
    "if": conditional,
    **dict.fromkeys(("sum", "prod", "exists", "forall", "setof", "union", "inter"), _iterated),
    "<<": _piecewise,
}
