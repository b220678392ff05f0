"""What data must satisfy: subscripts in their index sets, `within`, and the restrictions on values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, did_you_mean, error
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Origin
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.declared import dummy_frame, in_index_set
from energyscope.translate.frame import Frame, Mask, unit_frame
from energyscope.translate.members import Members
from energyscope.translate.values import Value, as_codes, as_numbers, first_true, is_codes

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


def check_given_subscripts(
    ev: Evaluator, declaration: ast.Declaration, index: Index, origin: Origin | None
) -> Walk[None]:
    """Every subscript in the data lies in the index set of its item."""
    if not index.columns or not len(index):
        return
    inside: Mask = yield in_index_set(ev, declaration, index.columns)
    row = first_true(~inside)
    if row is None:
        return
    codes = [int(column[row]) for column in index.columns]
    said = ev.symbols.describe(declaration.name, codes)
    culprit: _Culprit | None = yield _culprit(ev, declaration, codes)
    span = origin.key_span(row) if origin else None
    if culprit is None:
        message, help_ = f"`{said}` is outside the index set of `{declaration.name}`", None
    else:
        message = (
            f"`{ev.symbols.label(culprit.code)}` is not in `{culprit.item.set.span.text}`, where `{said}` needs it"
        )
        help_ = _spelling_help(ev, culprit)
    raise error("data-subscript", span or declaration.name_span, message, help_)


@dataclass(frozen=True)
class _Culprit:
    """A subscript that is no member of the set at its place."""

    code: int
    item: ast.IndexItem
    members: Members


def _culprit(ev: Evaluator, declaration: ast.Declaration, codes: Sequence[int]) -> Walk[_Culprit | None]:
    """The first subscript that fits no plain index item."""
    assert declaration.indexing is not None
    for code, item in zip(codes, declaration.indexing.items, strict=False):
        if len(item.slots) > 1 or ev.use.names(item.set):
            break
        sets: Members = yield ev.set(item.set, unit_frame())
        if sets.dimension != 1:
            break
        if sets.places([np.array([code], dtype=np.int32)])[0] < 0:
            return _Culprit(code, item, sets)
    return None


def _spelling_help(ev: Evaluator, culprit: _Culprit) -> str | None:
    member = ev.symbols.member(culprit.code)
    if isinstance(member, str):
        known = (ev.symbols.member(int(code)) for code in culprit.members.table.columns[0])
        if help_ := did_you_mean(member, [text for text in known if isinstance(text, str)]):
            return help_
    return ev.other_spelling((np.array([culprit.code], dtype=np.int32),), 0)


def check_within(
    ev: Evaluator, declaration: ast.SetDeclaration, keys: Index, members: Members, origin: Origin | None
) -> Walk[None]:
    """Members lie in each set that the declaration names behind `within`; `members` has one row a key."""
    frame = dummy_frame(ev, declaration, keys.columns, len(keys))
    for container in declaration.within:
        outer: Members = yield ev.set(container, frame)
        rows, columns, _ = members.expand()
        if not columns:
            continue
        place = first_true(outer.places(columns, rows) < 0)
        if place is None:
            continue
        codes = [int(column[place]) for column in columns]
        span = origin.key_span(place) if origin else None
        said = ev.symbols.describe("", codes)
        if len(codes) > 1:
            said = f"({said[1:-1]})"
        else:
            said = said[1:-1]
        raise error(
            "within-violated",
            span or (declaration.definition.span if declaration.definition else declaration.name_span),
            f"`{said}` of `{declaration.name}` is not in `{container.span.text}`",
            f"`{declaration.name}` is declared within it at line {declaration.span.line}",
        )


def check_restrictions(
    ev: Evaluator, declaration: ast.ParamDeclaration, index: Index, values: Values | Codes, origin: Origin | None
) -> Walk[None]:
    """Values keep to the kind and the restrictions of their parameter, the whole column at once."""
    kind = _KINDS.get(declaration.kind)
    if kind is not None and not is_codes(values):
        row = first_true(~kind[1](np.asarray(values, dtype=np.float64)))
        if row is not None:
            raise _broken(ev, declaration, index, values, row, origin, kind[0])
    if not declaration.restrictions or not len(values):
        return
    frame = dummy_frame(ev, declaration, index.columns, len(values))
    for restriction in declaration.restrictions:
        keeps: Mask = yield _keeps(ev, restriction, values, frame)
        row = first_true(~keeps)
        if row is not None:
            rule = f"{restriction.operator} {restriction.bound.span.text}"
            raise _broken(ev, declaration, index, values, row, origin, rule, restriction)


_KINDS: dict[str, tuple[str, Callable[[Values], Mask]]] = {
    "integer": ("integer", lambda values: values == np.trunc(values)),
    "binary": ("0 or 1", lambda values: (values == 0) | (values == 1)),
}


def _keeps(ev: Evaluator, restriction: ast.Restriction, values: Values | Codes, frame: Frame) -> Walk[Mask]:
    if restriction.operator == "in":
        sets: Members = yield ev.set(restriction.bound, frame)
        return sets.places([as_codes(ev, values)]) >= 0
    bound: Value = yield ev.value(restriction.bound, frame)
    if is_codes(values) or is_codes(bound):
        same: Mask = as_codes(ev, values) == as_codes(ev, bound)
        return same if restriction.operator in ("=", "==") else ~same
    number = as_numbers(ev, bound, restriction.bound, frame)
    return _ORDERS[restriction.operator](np.asarray(values, dtype=np.float64), number)


_ORDERS: dict[str, Callable[[Values, Values], Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    "=": np.equal,
    "<>": np.not_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _broken(
    ev: Evaluator,
    declaration: ast.ParamDeclaration,
    index: Index,
    values: Values | Codes,
    row: int,
    origin: Origin | None,
    rule: str,
    restriction: ast.Restriction | None = None,
) -> ModelError:
    said = ev.symbols.describe(declaration.name, [int(column[row]) for column in index.columns])
    shown = ev.symbols.label(int(values[row])) if is_codes(values) else f"{values[row]:.15g}"
    span = origin.value_span(row) if origin else None
    place = restriction.span if restriction else declaration.name_span
    return error(
        "param-restriction",
        span or place,
        f"`{said}` is {shown}, must be {rule}",
        f"rule at {declaration.span.source.name}, line {place.line}",
    )


def not_in_index_set(
    ev: Evaluator, declaration: ast.Declaration, columns: tuple[Codes, ...], row: int, span: Span
) -> ModelError:
    """A subscript error at a reference, for one row of subscripts."""
    said = ev.symbols.describe(declaration.name, [int(column[row]) for column in columns])
    help_ = ev.other_spelling(columns, row) or "guard it with `if` or a condition"
    return error("subscript", span, f"`{said}` is outside the index set of `{declaration.name}`", help_)
