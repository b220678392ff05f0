"""Declared sets: given members, definitions and defaults, each computed when something needs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Origin, Set
from energyscope.modeldata.symbols import Codes
from energyscope.translate.checks import check_given_subscripts, check_within, not_in_index_set
from energyscope.translate.declared import dummy_frame, in_index_set, index_table
from energyscope.translate.frame import Frame, Rows, group_rows
from energyscope.translate.members import Members, choose
from energyscope.translate.recursion import Cycle, Recursion
from energyscope.translate.values import first_true

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


@dataclass
class Store:
    """The sets of one name known so far: `members` has one row for every key in `keys`."""

    declaration: ast.SetDeclaration
    keys: Index
    members: Members
    origin: Origin | None = None
    key_origin: Origin | None = None
    checked: bool = False
    recursion: Recursion | None = None


class DeclaredSets:
    """All declared sets of a model, by name."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._stores: dict[str, Store] = {}

    def store(self, declaration: ast.SetDeclaration) -> Walk[Store]:
        """What is known of a set; given members are checked when it is first asked for."""
        name = declaration.name
        store = self._stores.get(name)
        if store is None:
            store = self._stores[name] = _initial(declaration, self._ev.data.sets.get(name), self._ev.text.arity(name))
        if not store.checked:
            store.checked = True
            try:
                yield check_given_subscripts(self._ev, declaration, store.keys, store.key_origin)
                yield check_within(self._ev, declaration, store.keys, store.members, store.origin)
            except ModelError:
                store.checked = False
                raise
        return store

    def forget(self, names: Iterable[str]) -> None:
        """Drop what is known of some items."""
        for name in names:
            self._stores.pop(name, None)

    def lookup(
        self, declaration: ast.SetDeclaration, columns: tuple[Codes, ...], node: ast.Reference, frame: Frame
    ) -> Walk[Members]:
        """The set of each row, one tuple of subscripts a row; `node` is where an error points."""
        store: Store = yield self.store(declaration)
        if frame.length == 0:
            return store.members.take(np.zeros(0, dtype=np.int64))
        positions = _positions(store, columns, frame.length)
        unknown = np.flatnonzero(positions < 0)
        if len(unknown) and store.recursion is not None:
            raise store.recursion.need(unknown, columns, frame, node.span)
        if len(unknown):
            rows = unknown
            missing = tuple(column[rows] for column in columns)
            grouping = group_rows(missing, len(rows))
            yield self._compute(store, tuple(column[grouping.first] for column in missing), node)
            positions = _positions(store, columns, frame.length)
        return store.members.take(positions)

    def _compute(self, store: Store, columns: tuple[Codes, ...], node: ast.Reference) -> Walk[None]:
        declaration, length = store.declaration, len(columns[0]) if columns else 1
        said = self._ev.symbols.describe(declaration.name, [int(column[0]) for column in columns])
        yield self._refuse_outside(declaration, columns, node.span)
        if declaration.definition is None:
            count = f" ({length} missing)" if length > 1 else ""
            raise error("missing-data", node.span, f"no members for set `{said}`{count}", "give data or a `default`")
        if declaration.name not in self._ev.recursive:
            yield self._define(store, columns, dummy_frame(self._ev, declaration, columns, length))
            return
        if not columns:
            raise _circular(declaration)
        recursion = store.recursion = Recursion(declaration.name, columns)
        try:
            yield recursion.solve(lambda rows: self._level(store, recursion, rows))
        except Cycle:
            raise _circular(declaration) from None
        finally:
            store.recursion = None

    def _level(self, store: Store, recursion: Recursion, rows: Rows) -> Walk[None]:
        keys = recursion.keys.take(rows)
        yield self._refuse_outside(store.declaration, keys.columns, recursion.place or store.declaration.name_span)
        plain = dummy_frame(self._ev, store.declaration, keys.columns, len(rows))
        yield self._define(store, keys.columns, recursion.frame(plain, rows))

    def _define(self, store: Store, columns: tuple[Codes, ...], frame: Frame) -> Walk[None]:
        declaration = store.declaration
        assert declaration.definition is not None
        found: Members = yield self._ev.set(declaration.definition, frame)
        yield check_within(self._ev, declaration, Index(columns, frame.length), found, None)
        _add(store, columns, found)

    def _refuse_outside(self, declaration: ast.SetDeclaration, columns: tuple[Codes, ...], span: Span) -> Walk[None]:
        if not columns:
            return
        inside = yield in_index_set(self._ev, declaration, columns)
        outside = first_true(~inside)
        if outside is not None:
            raise not_in_index_set(self._ev, declaration, columns, outside, span)

    def table(self, declaration: ast.SetDeclaration) -> Walk[Set]:
        """Every set of a name, over its index set; those given where others have no members."""
        given = self._ev.data.sets.get(declaration.name)
        node = ast.Reference(declaration.name_span, declaration.name)
        try:
            index: Index = yield index_table(self._ev, declaration)
            found: Members = yield self.lookup(declaration, index.columns, node, Frame(len(index), {}))
        except ModelError as failure:
            if given is None or failure.diagnostics[0].code != "missing-data":
                raise
            return given
        rows, columns, _ = found.expand()
        if not columns:
            columns = (np.zeros(0, dtype=np.int32),) * self._ev.text.dimension(declaration.name)
        offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(found)))]).astype(np.int64)
        return Set(declaration.name, index, offsets, Index(columns))


def _initial(declaration: ast.SetDeclaration, given: Set | None, arity: int) -> Store:
    if given is None:
        empty = Members(np.zeros(1, dtype=np.int64), (), np.zeros(0, dtype=np.int64))
        return Store(declaration, Index([np.zeros(0, dtype=np.int32)] * arity, 0), empty)
    members = Members(given.offsets, given.members.columns, np.arange(len(given.keys), dtype=np.int64))
    return Store(declaration, given.keys, members, given.origin, given.key_origin)


def _circular(declaration: ast.SetDeclaration) -> ModelError:
    name = declaration.name
    return error("circular-definition", declaration.name_span, f"`{name}` depends on itself: {name} -> {name}")


def _positions(store: Store, columns: tuple[Codes, ...], length: int) -> Rows:
    if columns:
        return store.keys.positions(columns)
    return np.full(length, 0 if len(store.members) else -1, dtype=np.int64)


def _add(store: Store, columns: tuple[Codes, ...], found: Members) -> None:
    """Remember more sets; the keys are new."""
    known = len(store.members)
    options = [
        (np.arange(known, dtype=np.int64), store.members),
        (known + np.arange(len(found), dtype=np.int64), found),
    ]
    store.members = choose(options, known + len(found))
    store.keys = (
        Index([np.concatenate(pair) for pair in zip(store.keys.columns, columns, strict=True)])
        if columns
        else Index(())
    )
