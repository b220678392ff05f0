"""Parameters: given values, definitions, defaults; computed when something needs them, checked when first read."""

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
from energyscope.modeldata.items import Parameter
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.checks import check_given_subscripts, check_restrictions, not_in_index_set
from energyscope.translate.declared import dummy_frame, in_index_set, index_table
from energyscope.translate.frame import Frame, Rows, group_rows
from energyscope.translate.recursion import Cycle, Recursion
from energyscope.translate.values import Value, as_codes, as_numbers, first_true

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

Numbers = Values | Codes


@dataclass
class Store:
    """Values of one parameter known so far: those given, then those computed, in order of need."""

    declaration: ast.ParamDeclaration
    given: Parameter | None
    index: Index
    values: Numbers
    checked: bool = False
    recursion: Recursion | None = None
    pending: Numbers | None = None

    def add(self, columns: tuple[Codes, ...], values: Numbers) -> None:
        """Remember more values; the subscripts are new."""
        if columns:
            self.index = Index([np.concatenate(pair) for pair in zip(self.index.columns, columns, strict=True)])
        else:
            self.index = Index((), 1)
        self.values = np.concatenate([self.values, values])


class Parameters:
    """All parameters of a model, by name."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._stores: dict[str, Store] = {}

    def store(self, declaration: ast.ParamDeclaration) -> Walk[Store]:
        """What is known of a parameter; given values are checked when it is first asked for."""
        name = declaration.name
        store = self._stores.get(name)
        if store is None:
            given = self._ev.data.parameters.get(name)
            if given is None:
                columns = [np.zeros(0, dtype=np.int32)] * self._ev.text.arity(name)
                store = Store(declaration, None, Index(columns, 0), _filled(declaration, 0))
            else:
                store = Store(declaration, given, given.index, given.values)
            self._stores[name] = store
        if store.given is not None and not store.checked:
            store.checked = True
            try:
                yield check_given_subscripts(self._ev, declaration, store.given.index, store.given.origin)
                yield check_restrictions(self._ev, declaration, store.index, store.values, store.given.origin)
            except ModelError:
                store.checked = False
                raise
        return store

    def forget(self, names: Iterable[str]) -> None:
        """Drop what is known of some items."""
        for name in names:
            self._stores.pop(name, None)

    def lookup(
        self, declaration: ast.ParamDeclaration, columns: tuple[Codes, ...], node: ast.Reference, frame: Frame
    ) -> Walk[Value]:
        """Values for one tuple of subscripts a row; `node` is where an error points."""
        store: Store = yield self.store(declaration)
        if frame.length == 0:
            return store.values[:0]
        positions = _positions(store, columns, frame.length)
        if store.recursion is not None:
            return _within_definition(store, positions, columns, node, frame)
        unknown = positions < 0
        if unknown.any():
            rows = np.flatnonzero(unknown)
            missing = tuple(column[rows] for column in columns)
            grouping = group_rows(missing, len(rows))
            yield self._compute(store, tuple(column[grouping.first] for column in missing), node)
            positions = _positions(store, columns, frame.length)
        return store.values[positions]

    def _compute(self, store: Store, columns: tuple[Codes, ...], node: ast.Reference) -> Walk[None]:
        """Find values that are not known yet, from the data's default, the definition, or not at all."""
        declaration, length = store.declaration, len(columns[0]) if columns else 1
        yield self._refuse_outside(declaration, columns, node.span)
        if store.given is not None and store.given.default is not None:
            store.add(columns, _filled(declaration, length, store.given.default))
        elif declaration.definition is None:
            raise _missing(self._ev, declaration, columns, length, node)
        else:
            yield self._define(store, columns, length)

    def _refuse_outside(self, declaration: ast.ParamDeclaration, columns: tuple[Codes, ...], span: Span) -> Walk[None]:
        """Subscripts outside the index set are an error at the reference."""
        if not columns:
            return
        inside = yield in_index_set(self._ev, declaration, columns)
        outside = first_true(~inside)
        if outside is not None:
            raise not_in_index_set(self._ev, declaration, columns, outside, span)

    def _define(self, store: Store, columns: tuple[Codes, ...], length: int) -> Walk[None]:
        """Evaluate a definition or a default for subscripts that are not known."""
        name = store.declaration.name
        if name not in self._ev.recursive:
            frame = dummy_frame(self._ev, store.declaration, columns, length)
            store.add(columns, (yield self._evaluate(store, frame, Index(columns, length))))
            return
        if not columns:
            raise _circular(store.declaration)
        recursion = store.recursion = Recursion(name, columns)
        store.pending = _filled(store.declaration, length)
        try:
            yield recursion.solve(lambda rows: self._level(store, recursion, rows))
        except Cycle:
            raise _circular(store.declaration) from None
        finally:
            store.recursion = None
        store.add(recursion.keys.columns, store.pending)

    def _level(self, store: Store, recursion: Recursion, rows: Rows) -> Walk[None]:
        keys = recursion.keys.take(rows)
        yield self._refuse_outside(store.declaration, keys.columns, recursion.place or store.declaration.name_span)
        frame = recursion.frame(dummy_frame(self._ev, store.declaration, keys.columns, len(rows)), rows)
        numbers: Numbers = yield self._evaluate(store, frame, keys)
        assert store.pending is not None
        if len(store.pending) < len(recursion.keys):
            more = len(recursion.keys) - len(store.pending)
            store.pending = np.concatenate([store.pending, _filled(store.declaration, more)])
        store.pending[rows] = numbers

    def _evaluate(self, store: Store, frame: Frame, index: Index) -> Walk[Numbers]:
        declaration = store.declaration
        assert declaration.definition is not None
        value: Value = yield self._ev.value(declaration.definition, frame)
        numbers: Numbers
        if declaration.kind == "symbolic":
            numbers = as_codes(self._ev, value)
        else:
            numbers = as_numbers(self._ev, value, declaration.definition, frame)
        yield check_restrictions(self._ev, declaration, index, numbers, None)
        return numbers

    def table(self, declaration: ast.ParamDeclaration) -> Walk[Parameter]:
        """Every value of a parameter over its index set; those given where others have none."""
        given = self._ev.data.parameters.get(declaration.name)
        node = ast.Reference(declaration.name_span, declaration.name)
        try:
            index: Index = yield index_table(self._ev, declaration)
            values = yield self.lookup(declaration, index.columns, node, Frame(len(index), {}))
            return Parameter(declaration.name, index, values)
        except ModelError as failure:
            if given is None or failure.diagnostics[0].code != "missing-data":
                raise
            return given


def _filled(declaration: ast.ParamDeclaration, length: int, value: float = 0) -> Numbers:
    """The same value many times: codes of a symbolic parameter, else doubles."""
    if declaration.kind == "symbolic":
        return np.full(length, value, dtype=np.int32)
    return np.full(length, value, dtype=np.float64)


def _positions(store: Store, columns: tuple[Codes, ...], length: int) -> Rows:
    if columns:
        return store.index.positions(columns)
    return np.full(length, 0 if len(store.values) else -1, dtype=np.int64)


def _within_definition(
    store: Store, positions: Rows, columns: tuple[Codes, ...], node: ast.Reference, frame: Frame
) -> Numbers:
    """Values of a parameter inside its own definition: known ones, or word that some must come first."""
    assert store.recursion is not None
    assert store.pending is not None
    known = store.recursion.position(columns)
    unknown = np.flatnonzero((positions < 0) & (known < 0))
    if len(unknown):
        raise store.recursion.need(unknown, columns, frame, node.span)
    values = store.pending[known]
    stored = positions >= 0
    values[stored] = store.values[positions[stored]]
    return values


def _circular(declaration: ast.ParamDeclaration) -> ModelError:
    name = declaration.name
    return error(
        "circular-definition",
        declaration.name_span,
        f"`{name}` depends on itself: {name} -> {name}",
        "give a value to start from: `if … then … else …`",
    )


def _missing(
    ev: Evaluator, declaration: ast.Declaration, columns: tuple[Codes, ...], length: int, node: ast.Reference
) -> ModelError:
    said = ev.symbols.describe(declaration.name, [int(column[0]) for column in columns])
    count = f" ({length} missing)" if length > 1 else ""
    help_ = ev.other_spelling(columns, 0) or "give data for it, or a `default` in its declaration"
    return error("missing-data", node.span, f"no value for `{said}`{count}", help_)
