"""What stands in braces: an indexing, or a literal of members (spec/ampl, section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from energyscope.language import ast
from energyscope.language.source import Span
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.lexer import Token

Element: TypeAlias = "ast.Expression | ast.IndexItem"
Kind = Literal["set", "member", "name"]

_SET_OPERATORS = frozenset(("union", "diff", "symdiff", "inter", "cross"))
_SET_ITERATIONS = frozenset(("setof", "union", "inter"))


def indexing(cursor: Cursor, span: Span, elements: Sequence[Element], condition: ast.Expression | None) -> ast.Indexing:
    """An indexing of these elements; what stands without `in` must be a set (a name may turn out to be one)."""
    for element in elements:
        if not isinstance(element, ast.IndexItem) and kind_of(element, cursor.known_sets) == "member":
            cursor.report.error(
                "syntax", element.span, f"expected a set, found `{_shown(element)}`", "write `i in SET`"
            )
            raise StatementError
    items = (e if isinstance(e, ast.IndexItem) else ast.IndexItem(e.span, (), e) for e in elements)
    return ast.Indexing(span, tuple(items), condition)


def indexing_or_literal(
    cursor: Cursor, span: Span, elements: Sequence[Element], condition: ast.Expression | None
) -> ast.Indexing | ast.SetLiteral:
    """Braces in a set expression: an indexing when they hold `in`, a condition or only sets, else a list of members."""
    if condition is not None or any(isinstance(element, ast.IndexItem) for element in elements):
        return indexing(cursor, span, elements, condition)
    members = [element for element in elements if not isinstance(element, ast.IndexItem)]
    are_sets = [kind_of(element, cursor.known_sets) == "set" for element in members]
    if members and all(are_sets):
        return indexing(cursor, span, members, None)
    if any(are_sets):
        odd = members[are_sets.index(not are_sets[0])]
        message = "members and sets cannot stand in one brace"
        cursor.report.error("syntax", odd.span, message, "join them: `{member} union SET`")
        raise StatementError
    return ast.SetLiteral(span, tuple(members))


def slots(cursor: Cursor, element: ast.Expression, opening: Token) -> tuple[ast.Expression, ...]:
    """The places before `in`: a tuple, a name, or any value in parentheses (`opening` is its first token)."""
    if isinstance(element, ast.Tuple):
        return element.items
    if opening.kind == "(" or (isinstance(element, ast.Reference) and not element.subscripts):
        return (element,)
    message = f"expected the name of an index before `in`, found `{_shown(element)}`"
    cursor.report.error("syntax", element.span, message, "a value to match stands in parentheses: `(value) in SET`")
    raise StatementError


def kind_of(node: ast.Expression, known_sets: set[str]) -> Kind:
    """What an expression gives by its form alone; `name` is a reference to what is not known to be a set."""
    while isinstance(node, ast.Conditional):
        node = node.branches[0][1]
    if isinstance(node, ast.Reference):
        return "set" if node.name in known_sets else "name"
    if isinstance(node, ast.Chain):
        return "set" if node.operators[0] in _SET_OPERATORS else "member"
    if isinstance(node, ast.Iterated):
        return "set" if node.operator in _SET_ITERATIONS else "member"
    return "set" if isinstance(node, (ast.Indexing, ast.SetLiteral, ast.Range)) else "member"


def _shown(node: ast.Expression) -> str:
    text = " ".join(node.span.text.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
