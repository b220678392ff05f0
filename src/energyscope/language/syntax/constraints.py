"""Objectives, constraints and checks.

A constraint may be a condition on a row (`if c then row else row`, also in parentheses) or a row that begins with a
value chosen by `if`. What tells them apart is whether a relation stands before the `if`, or its parenthesis, ends.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeAlias

from energyscope.language import ast
from energyscope.language.source import Span
from energyscope.language.syntax.attributes import Head, read_head
from energyscope.language.syntax.conditionals import check_missing_else, conditional_node
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.expressions import condition_of_if, expression, indexing_head, infix
from energyscope.language.syntax.levels import ANY, LEVELS, RELATION, VALUE
from energyscope.language.syntax.lexer import Token
from energyscope.language.syntax.placeholders import TO_COME
from energyscope.language.trampoline import Walk, run

RowOrValue: TypeAlias = "ast.RowBody | ast.Expression"
Branches: TypeAlias = list[tuple[ast.Expression, Any]]
"""Tests with rows, or with values: the first decides for all."""


def objective(cursor: Cursor) -> ast.ObjectiveDeclaration:
    """Read `minimize cost: …;`."""
    keyword = cursor.advance()
    head = read_head(cursor, "an objective")
    value: ast.Expression | None = None
    cursor.placeholders = TO_COME
    if cursor.accept(":") and cursor.kind != ";":
        value = run(expression(cursor, VALUE))
    cursor.expect_end("the objective")
    return ast.ObjectiveDeclaration(
        cursor.since(keyword.start),
        head.name.text,
        cursor.span(head.name),
        head.alias,
        head.indexing,
        "minimize" if keyword.kind == "minimize" else "maximize",
        value,
    )


def check(cursor: Cursor) -> ast.Check:
    """Read `check {…}: condition;`, where the colon may be left out."""
    start = cursor.advance().start
    indexing = run(indexing_head(cursor, "`check`")) if cursor.kind == "{" else None
    cursor.accept(":")
    condition = run(expression(cursor, ANY))
    cursor.expect_end("the condition")
    return ast.Check(cursor.since(start), indexing, condition)


def constraint(cursor: Cursor, start: int, head: Head) -> ast.ConstraintDeclaration:
    """What follows the head of a constraint: `: row;`. The statement began at an offset, perhaps with `subject to`."""
    cursor.expect(":", "after the name of the constraint", "a constraint is `name {i in SET}: left <= right;`")
    cursor.placeholders = TO_COME
    first = cursor.token
    body = run(row_or_value(cursor))
    if not isinstance(body, ast.Row | ast.ConditionalRow):
        _refuse_value(cursor, first)
    cursor.expect_end("the constraint")
    return ast.ConstraintDeclaration(
        cursor.since(start), head.name.text, cursor.span(head.name), head.alias, head.indexing, body
    )


def row_or_value(cursor: Cursor) -> Walk[RowOrValue]:
    """A row, or a value when no relation follows before what surrounds it ends."""
    start = cursor.token.start
    left: RowOrValue
    if cursor.kind == "if":
        left = yield _conditional(cursor)
    elif cursor.kind == "(":
        left = yield _parenthesised(cursor)
        if not isinstance(left, ast.Row | ast.ConditionalRow):
            left = yield infix(cursor, left, start, VALUE)
    else:
        left = yield expression(cursor, VALUE)
    if LEVELS.get(cursor.kind) == RELATION and not isinstance(left, ast.Row | ast.ConditionalRow):
        left = yield _row(cursor, left, start)
    return left


def _parenthesised(cursor: Cursor) -> Walk[RowOrValue]:
    opening = cursor.advance()
    inner = yield row_or_value(cursor)
    cursor.expect_closing(")", opening)
    return inner


def _row(cursor: Cursor, left: ast.Expression, start: int) -> Walk[ast.Row]:
    operators = [_relation(cursor)]
    sides = [left, (yield expression(cursor, VALUE))]
    if LEVELS.get(cursor.kind) == RELATION:
        _check_double(cursor, operators[0])
        operators.append(_relation(cursor))
        sides.append((yield expression(cursor, VALUE)))
    spans = tuple(cursor.span(operator) for operator in operators)
    return ast.Row(cursor.since(start), tuple(sides), tuple(operator.kind for operator in operators), spans)


def _relation(cursor: Cursor) -> Token:
    """The operator of a row; a strict one is reported."""
    operator = cursor.advance()
    if operator.kind in ("<", ">", "<>"):
        use = "write two models" if operator.kind == "<>" else f"use `{operator.kind}=`"
        message = f"`{operator.text}` cannot bound a linear constraint"
        cursor.report.error("relation-strict", cursor.span(operator), message, use)
    return operator


def _check_double(cursor: Cursor, first: Token) -> None:
    second = cursor.token
    if first.kind == "=" or second.kind == "=":
        cursor.refuse("`;` after the constraint", "a double inequality has `<=` twice or `>=` twice")
    if first.kind[0] != second.kind[0]:
        message = "the two relations point in different directions"
        cursor.report.error("relation-mixed", cursor.span(second), message, f"use `{first.text}` twice")


def _conditional(cursor: Cursor) -> Walk[RowOrValue]:
    """`if` at the beginning of a constraint: the first branch shows whether rows or values are chosen."""
    start = cursor.token.start
    branches: Branches = []
    otherwise: Any = None
    while cursor.kind == "if":
        test = yield condition_of_if(cursor)
        value = yield _branch(cursor, branches)
        branches.append((test, value))
        if not cursor.accept("else"):
            if not _is_row(value):
                check_missing_else(cursor, value)
            break
        if cursor.kind != "if":
            otherwise = yield _branch(cursor, branches)
    if _is_row(branches[0][1]):
        return _conditional_row(cursor.since(start), branches, otherwise)
    return conditional_node(cursor, start, branches, otherwise)


def _branch(cursor: Cursor, before: Branches) -> Walk[RowOrValue]:
    """A branch of the same sort as those before it."""
    if before and not _is_row(before[0][1]):
        return (yield expression(cursor, VALUE))
    first = cursor.token
    body = yield row_or_value(cursor)
    if before and not _is_row(body):
        _refuse_value(cursor, first)
    return body


def _conditional_row(span: Span, branches: Branches, otherwise: ast.RowBody | None) -> ast.ConditionalRow:
    """One flat node, also where the chain goes on in parentheses: `else (if …)`."""
    if isinstance(otherwise, ast.ConditionalRow):
        branches = [*branches, *otherwise.branches]
        otherwise = otherwise.otherwise
    return ast.ConditionalRow(span, tuple(branches), otherwise)


def _is_row(body: RowOrValue) -> bool:
    return isinstance(body, ast.Row | ast.ConditionalRow)


def _refuse_value(cursor: Cursor, first: Token) -> NoReturn:
    """A row was needed and a value came, which began at a token."""
    if cursor.kind not in (";", ")", "else"):
        cursor.refuse("`<=`, `=` or `>=`")
    message = "a constraint needs `<=`, `=` or `>=`"
    span = Span(cursor.source, first.start, max(first.stop, cursor.previous.stop))
    cursor.report.error("relation-missing", span, message, "an objective begins with `minimize` or `maximize`")
    raise StatementError
