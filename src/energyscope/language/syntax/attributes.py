"""Heads and attributes of declarations: `name 'alias' {indexing} attribute, attribute …`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from energyscope.language import ast
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.expressions import expression, indexing_head
from energyscope.language.syntax.levels import VALUE
from energyscope.language.syntax.lexer import NAME, Token
from energyscope.language.trampoline import run

Draft = TypeVar("Draft")


class Head(NamedTuple):
    """Name, alias and indexing of a declaration."""

    name: Token
    alias: str | None
    indexing: ast.Indexing | None


def read_head(cursor: Cursor, what: str) -> Head:
    """What stands before the attributes or the `:` of a declaration."""
    name = cursor.declared_name(what)
    alias = cursor.string()
    indexing = run(indexing_head(cursor, f"`{name.text}`")) if cursor.kind == "{" else None
    return Head(name, alias, indexing)


def read_attributes(
    cursor: Cursor,
    draft: Draft,
    readers: Mapping[str, Callable[[Cursor, Draft], None]],
    what: str,
    unsupported: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Attributes in any order, commas between them as you like, up to the `;`; each reader adds to the draft.

    Of those that the language knows and this reader does not, `unsupported` says what to do instead.
    """
    comma = False
    while reader := readers.get(cursor.token.text if cursor.kind == NAME else cursor.kind):
        reader(cursor, draft)
        comma = cursor.accept(",")
    if help := unsupported.get(cursor.kind):
        cursor.unsupported(cursor.token, help)
        raise StatementError
    if comma and cursor.kind == ";":
        cursor.refuse("an attribute after `,`", _possible(readers))
    cursor.expect_end(what, _possible(readers))


def read_value(cursor: Cursor) -> ast.Expression:
    """The expression behind an operator or keyword of an attribute: a number, text or set."""
    value: ast.Expression = run(expression(cursor, VALUE))
    return value


def operand_of(cursor: Cursor) -> tuple[Token, ast.Expression]:
    """The current token and the expression behind it."""
    return cursor.advance(), read_value(cursor)


def _possible(readers: Mapping[str, object]) -> str:
    return f"`;` or an attribute can stand here: {' '.join(readers)}"
