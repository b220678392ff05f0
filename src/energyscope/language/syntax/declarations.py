"""Declarations of sets, parameters and variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from energyscope.language import ast
from energyscope.language.syntax.attributes import operand_of, read_attributes, read_head, read_value
from energyscope.language.syntax.cursor import Cursor, StatementError
from energyscope.language.syntax.lexer import NAME, NUMBER, STRING, number_value
from energyscope.language.syntax.networks import ARC_ENTRIES, ENTRIES
from energyscope.language.syntax.unsupported import BOUNDS_HELP, DOMAIN_HELP, ORDER_HELP

Assignment = Literal[":=", "=", "default"]
Column = TypeVar("Column", bound=ast.VarDeclaration)


@dataclass
class _Set:
    dimension: int | None = None
    within: list[ast.Expression] = field(default_factory=list)
    ordering: Literal["ordered", "circular"] | None = None
    ordered_by: str | None = None
    assignment: Assignment | None = None
    definition: ast.Expression | None = None


@dataclass
class _Param:
    kind: Literal["real", "integer", "binary", "symbolic"] = "real"
    restrictions: list[ast.Restriction] = field(default_factory=list)
    assignment: Assignment | None = None
    definition: ast.Expression | None = None


@dataclass
class _Var:
    kind: Literal["real", "integer", "binary"] = "real"
    lower: list[ast.Expression] = field(default_factory=list)
    upper: list[ast.Expression] = field(default_factory=list)
    initial: ast.Expression | None = None
    fixed: ast.Expression | None = None
    entries: list[ast.Entry] = field(default_factory=list)


def set_declaration(cursor: Cursor) -> ast.SetDeclaration:
    """Read `set S {…} dimen 2 within T ordered := …;`."""
    start = cursor.advance().start
    head = read_head(cursor, "a set")
    cursor.known_sets.add(head.name.text)
    draft = _Set()
    cursor.accept(",")
    read_attributes(cursor, draft, _SET_ATTRIBUTES, "the set")
    return ast.SetDeclaration(
        cursor.since(start),
        head.name.text,
        cursor.span(head.name),
        head.alias,
        head.indexing,
        draft.dimension,
        tuple(draft.within),
        draft.ordering,
        draft.ordered_by,
        draft.assignment,
        draft.definition,
    )


def param_declaration(cursor: Cursor) -> ast.ParamDeclaration:
    """Read `param p {…} integer >= 0 default 3;`."""
    start = cursor.advance().start
    head = read_head(cursor, "a parameter")
    draft = _Param()
    cursor.accept(",")
    read_attributes(cursor, draft, _PARAM_ATTRIBUTES, "the parameter")
    return ast.ParamDeclaration(
        cursor.since(start),
        head.name.text,
        cursor.span(head.name),
        head.alias,
        head.indexing,
        draft.kind,
        tuple(draft.restrictions),
        draft.assignment,
        draft.definition,
    )


def var_declaration(cursor: Cursor) -> ast.VarDeclaration:
    """Read `var x {…} integer >= 0, <= 5 := 1, obj cost 3;`."""
    return _column(cursor, ast.VarDeclaration, "variable", _VAR_ATTRIBUTES)


def arc_declaration(cursor: Cursor) -> ast.ArcDeclaration:
    """Read `arc flow {…} >= 0, from origin, to destination gain, obj cost price;`."""
    return _column(cursor, ast.ArcDeclaration, "arc", _ARC_ATTRIBUTES)


def _column(
    cursor: Cursor, kind: type[Column], what: str, attributes: Mapping[str, Callable[[Cursor, _Var], None]]
) -> Column:
    start = cursor.advance().start
    head = read_head(cursor, f"a {what}" if what == "variable" else f"an {what}")
    draft = _Var()
    cursor.accept(",")
    read_attributes(cursor, draft, attributes, f"the {what}", {"in": DOMAIN_HELP})
    return kind(
        cursor.since(start),
        head.name.text,
        cursor.span(head.name),
        head.alias,
        head.indexing,
        draft.kind,
        tuple(draft.lower),
        tuple(draft.upper),
        draft.initial,
        draft.fixed,
        tuple(draft.entries),
    )


def _dimen(cursor: Cursor, draft: _Set) -> None:
    cursor.advance()
    value = number_value(cursor.token.text) if cursor.kind == NUMBER else 0.0
    if value < 1 or not value.is_integer():
        cursor.refuse("a whole number of at least 1 after `dimen`")
    cursor.advance()
    draft.dimension = int(value)


def _within(cursor: Cursor, draft: _Set) -> None:
    draft.within.append(operand_of(cursor)[1])


def _ordering(cursor: Cursor, draft: _Set) -> None:
    draft.ordering = "ordered" if cursor.advance().kind == "ordered" else "circular"
    if not cursor.accept("by"):
        return
    if cursor.token.text in ("reversed", "ASCII", "EBCDIC"):
        cursor.unsupported(cursor.token, ORDER_HELP)
        raise StatementError
    if cursor.kind not in (NAME, STRING):
        cursor.refuse("the name of an ordered set after `by`")
    draft.ordered_by = cursor.string() or cursor.advance().text


def _definition(cursor: Cursor, draft: _Set | _Param) -> None:
    if draft.assignment is not None:
        cursor.refuse("one definition", f"the value was given by `{draft.assignment}` before")
    operator = cursor.advance().kind
    draft.assignment = ":=" if operator == ":=" else "=" if operator == "=" else "default"
    draft.definition = read_value(cursor)


def _param_kind(cursor: Cursor, draft: _Param) -> None:
    kind = cursor.token.kind
    chosen: Literal["integer", "binary", "symbolic"]
    chosen = "symbolic" if kind == "symbolic" else "integer" if kind == "integer" else "binary"
    if "symbolic" in (draft.kind, chosen) and draft.kind not in ("real", chosen):
        cursor.refuse(f"another attribute than `{kind}`", f"the parameter is {draft.kind}")
    cursor.advance()
    if draft.kind != "binary":
        draft.kind = chosen


def _restriction(cursor: Cursor, draft: _Param) -> None:
    operator, bound = operand_of(cursor)
    draft.restrictions.append(ast.Restriction(cursor.since(operator.start), operator.kind, bound))


def _var_kind(cursor: Cursor, draft: _Var) -> None:
    keyword = cursor.advance()
    if keyword.kind == "integer" and cursor.kind == "[":
        cursor.unsupported(keyword, BOUNDS_HELP)
        raise StatementError
    if draft.kind != "binary":
        draft.kind = "integer" if keyword.kind == "integer" else "binary"


def _bound(cursor: Cursor, draft: _Var) -> None:
    operator, bound = operand_of(cursor)
    bounds = draft.lower if operator.kind == ">=" else draft.upper
    bounds.append(bound)


def _strict_bound(cursor: Cursor, draft: _Var) -> None:
    operator = cursor.advance()
    message = f"`{operator.text}` cannot bound a variable"
    cursor.report.error("relation-strict", cursor.span(operator), message, f"use `{operator.text[0]}=`")
    read_value(cursor)


def _initial(cursor: Cursor, draft: _Var) -> None:
    if draft.initial is not None:
        cursor.refuse("one starting value")
    draft.initial = operand_of(cursor)[1]


def _fixed(cursor: Cursor, draft: _Var) -> None:
    if draft.fixed is not None:
        cursor.refuse("one definition of the variable")
    draft.fixed = operand_of(cursor)[1]


_SET_ATTRIBUTES = {
    "dimen": _dimen,
    "within": _within,
    "in": _within,
    "ordered": _ordering,
    "circular": _ordering,
    ":=": _definition,
    "=": _definition,
    "default": _definition,
}
_PARAM_ATTRIBUTES = {
    **dict.fromkeys(("integer", "binary", "logical", "symbolic"), _param_kind),
    **dict.fromkeys(("<", "<=", "<>", ">=", ">", "in"), _restriction),
    **dict.fromkeys((":=", "=", "default"), _definition),
}
_VAR_ATTRIBUTES: dict[str, Callable[[Cursor, _Var], None]] = {
    **dict.fromkeys(("integer", "binary", "logical"), _var_kind),
    **dict.fromkeys((">=", "<="), _bound),
    **dict.fromkeys((">", "<"), _strict_bound),
    "=": _fixed,
    ":=": _initial,
    "default": _initial,
    **ENTRIES,
}
_ARC_ATTRIBUTES: dict[str, Callable[[Cursor, _Var], None]] = {**_VAR_ATTRIBUTES, **ARC_ENTRIES}
