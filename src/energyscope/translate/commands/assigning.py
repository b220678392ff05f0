"""The values that `let`, `fix` and `unfix` assign, for all rows of a frame."""

from __future__ import annotations

import numpy as np

from energyscope.language import ast
from energyscope.language.data.words import number_of
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Origin
from energyscope.modeldata.origins import OnePlace
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.checks import check_given_subscripts
from energyscope.translate.commands.batches import Batch, Kind, Trail
from energyscope.translate.commands.reads import Assignment
from energyscope.translate.declared import dummy_frame
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.frame import Frame
from energyscope.translate.indexing import Expansion, expand
from energyscope.translate.members import Members
from energyscope.translate.values import Value, as_codes, as_numbers


def inner_frame(ev: Evaluator, indexing: ast.Indexing | None, frame: Frame, trail: Trail) -> Walk[tuple[Frame, Trail]]:
    """The rows of an indexing under those of a frame, and when each has its turn."""
    if indexing is None:
        return frame, trail
    expansion: Expansion = yield expand(ev, indexing, frame)
    inner = expansion.frame_of(frame, frozenset(), keep_all=True)
    order = np.arange(inner.frame.length, dtype=np.int64)
    return inner.frame, (*(turn[inner.rows] for turn in trail), order)


def assigned(ev: Evaluator, command: Assignment, frame: Frame, trail: Trail) -> Walk[Batch]:
    """What a command assigns in all rows of a frame; its own indexing is in the frame already.

    Raises ModelError `data-subscript` at the target where a subscript is outside its index set.
    """
    target = command.target
    declaration = ev.text.declarations[target.name]
    columns: list[Codes] = []
    for subscript in target.subscripts:
        columns.append(as_codes(ev, (yield ev.value(subscript, frame))))
    value = command.target if isinstance(command, ast.Unfix) or command.value is None else command.value
    place = OnePlace(target.span, value.span)
    yield refuse_outside(ev, declaration, Index(columns), place)
    if isinstance(declaration, ast.SetDeclaration):
        members: Members = yield ev.set(value, frame)
        return Batch("set", target, value.span, tuple(columns), np.zeros(frame.length), members, trail)
    numbers: Values | Codes
    if isinstance(command, ast.Unfix):
        numbers = np.full(frame.length, np.nan)
    elif isinstance(command, ast.Fix) and command.value is None:
        numbers = yield _present_values(ev, command, declaration, tuple(columns), frame)
    else:
        found: Value = yield ev.value(value, frame)
        symbolic = isinstance(declaration, ast.ParamDeclaration) and declaration.kind == "symbolic"
        numbers = as_codes(ev, found) if symbolic else _numbers(ev, found, value, frame)
    started: Kind = "initial" if isinstance(declaration, ast.VarDeclaration) else "value"
    kind: Kind = started if isinstance(command, ast.Let) else "fixed"
    return Batch(kind, target, value.span, tuple(columns), numbers, None, trail)


def refuse_outside(ev: Evaluator, declaration: ast.Declaration, index: Index, origin: Origin) -> Walk[None]:
    """Subscripts that are assigned to lie in the index set, of which the members must be known by now."""
    try:
        yield check_given_subscripts(ev, declaration, index, origin)
    except ModelError as failure:
        first = failure.diagnostics[0]
        if first.code != "missing-data":
            raise
        help_ = "data and commands take effect in the order of the text: put those data above"
        raise error("missing-data", origin.key_span(0), first.message, help_) from None


def _numbers(ev: Evaluator, found: Value, node: ast.Expression, frame: Frame) -> Values:
    """Numbers; a text that reads as one counts, as it does in data."""
    number = number_of(node.value) if isinstance(node, ast.Text) else None
    if number is None:
        return as_numbers(ev, found, node, frame)
    message = f"{node.span.text} is text, taken as the number it reads as"
    ev.warn("quoted-number", node.span, message, "write numbers without quotes")
    return np.full(frame.length, number)


def _present_values(
    ev: Evaluator, command: ast.Fix, declaration: ast.Declaration, columns: tuple[Codes, ...], frame: Frame
) -> Walk[Values]:
    """The starting values of a variable: those of `let`, of its declaration, or 0 with a warning."""
    assert isinstance(declaration, ast.VarDeclaration)
    values = np.zeros(frame.length)
    unknown = np.ones(frame.length, dtype=bool)
    given = ev.data.initial.get(declaration.name)
    if given is not None:
        places = given.index.positions(columns) if columns else np.zeros(frame.length, dtype=np.int64)
        unknown = places < 0
        values[~unknown] = given.values[places[~unknown]]
    rows = np.flatnonzero(unknown)
    if not len(rows):
        return values
    if declaration.initial is None:
        said = ev.symbols.describe(declaration.name, [int(column[rows[0]]) for column in columns])
        more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
        message = f"`{said}`{more} has no value yet: it is fixed at 0"
        ev.warn("fix-at-zero", command.target.span, message, "say `fix ... := 0` where that is meant")
        return values
    own = dummy_frame(ev, declaration, tuple(column[rows] for column in columns), len(rows))
    values[rows] = as_numbers(ev, (yield ev.value(declaration.initial, own)), declaration.initial, own)
    return values
