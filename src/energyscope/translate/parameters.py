"""Parameters: given values, definitions and defaults, each computed when something needs it, checked when first read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter
from energyscope.modeldata.symbols import Codes, Values
from energyscope.translate.checks import check_given_subscripts, check_restrictions
from energyscope.translate.declared import dummy_frame, in_index_set, index_table
from energyscope.translate.frame import Frame, Rows, group_rows
from energyscope.translate.values import Value, as_codes, as_numbers, first_true

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator

Numbers = Values | Codes


class Needed(Exception):
    """Values of a recursive definition that must be known first."""

    def __init__(self, name: str, columns: tuple[Codes, ...], node: ast.Reference) -> None:
        super().__init__(name)
        self.name, self.columns, self.node = name, columns, node


@dataclass
class Store:
    """Values of one parameter known so far: those given, then those computed, in order of need."""

    declaration: ast.ParamDeclaration
    given: Parameter | None
    index: Index
    values: Numbers
    checked: bool = False
    busy: bool = False

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
                dtype = np.int32 if declaration.kind == "symbolic" else np.float64
                store = Store(declaration, None, Index(columns, 0), np.zeros(0, dtype=dtype))
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

    def lookup(
        self, declaration: ast.ParamDeclaration, columns: tuple[Codes, ...], node: ast.Reference, frame: Frame
    ) -> Walk[Value]:
        """Values for one tuple of subscripts a row; `node` is where an error points."""
        store: Store = yield self.store(declaration)
        if frame.length == 0:
            return store.values[:0]
        positions = _positions(store, columns, frame.length)
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
        if columns:
            inside = yield in_index_set(self._ev, declaration, columns)
            outside = first_true(~inside)
            if outside is not None:
                raise _not_in_index_set(self._ev, declaration, columns, outside, node)
        if store.given is not None and store.given.default is not None:
            store.add(columns, np.full(length, store.given.default, dtype=store.values.dtype))
        elif declaration.definition is None:
            raise _missing(self._ev, declaration, columns, length, node)
        else:
            yield self._define(store, columns, node)

    def _define(self, store: Store, columns: tuple[Codes, ...], node: ast.Reference) -> Walk[None]:
        """Evaluate a definition; where it needs itself with other subscripts, those come first."""
        name = store.declaration.name
        if store.busy:
            if not columns:
                raise _circular(store.declaration)
            raise Needed(name, columns, node)
        waiting = [columns]
        while waiting:
            wanted = _not_known(store, waiting[-1])
            if not columns or len(wanted[0]):
                store.busy = True
                try:
                    yield self._evaluate(store, wanted)
                except Needed as need:
                    if need.name != name:
                        raise
                    if any(_key(need.columns) == _key(pending) for pending in waiting):
                        raise _circular(store.declaration) from None
                    waiting.append(need.columns)
                    continue
                finally:
                    store.busy = False
            waiting.pop()

    def _evaluate(self, store: Store, columns: tuple[Codes, ...]) -> Walk[None]:
        declaration, length = store.declaration, len(columns[0]) if columns else 1
        assert declaration.definition is not None
        frame = dummy_frame(self._ev, declaration, columns, length)
        value: Value = yield self._ev.value(declaration.definition, frame)
        numbers: Numbers
        if declaration.kind == "symbolic":
            numbers = as_codes(self._ev, value)
        else:
            numbers = as_numbers(self._ev, value, declaration.definition, frame)
        index = Index(columns, length)
        yield check_restrictions(self._ev, declaration, index, numbers, None)
        store.add(columns, numbers)

    def table(self, declaration: ast.ParamDeclaration) -> Walk[Parameter]:
        """Every value of a parameter over its index set; subscripts without a value are left out."""
        index: Index = yield index_table(self._ev, declaration)
        span = declaration.name_span
        node = ast.Reference(span, declaration.name)
        try:
            values = yield self.lookup(declaration, index.columns, node, Frame(len(index), {}))
            return Parameter(declaration.name, index, values)
        except ModelError as failure:
            store: Store = yield self.store(declaration)
            if failure.diagnostics[0].code != "missing-data" or store.given is None:
                raise
            return store.given


def _positions(store: Store, columns: tuple[Codes, ...], length: int) -> Rows:
    if columns:
        return store.index.positions(columns)
    return np.full(length, 0 if len(store.values) else -1, dtype=np.int64)


def _not_known(store: Store, columns: tuple[Codes, ...]) -> tuple[Codes, ...]:
    if not columns:
        return columns
    fresh = store.index.positions(columns) < 0
    return tuple(column[fresh] for column in columns)


def _key(columns: tuple[Codes, ...]) -> frozenset[tuple[int, ...]]:
    return frozenset(zip(*(column.tolist() for column in columns), strict=True))


def _circular(declaration: ast.ParamDeclaration) -> ModelError:
    name = declaration.name
    return error(
        "circular-definition",
        declaration.name_span,
        f"`{name}` depends on itself: {name} -> {name}",
        "give a value to start from: `if … then … else …`",
    )


def _not_in_index_set(
    ev: Evaluator, declaration: ast.Declaration, columns: tuple[Codes, ...], row: int, node: ast.Reference
) -> ModelError:
    said = ev.symbols.describe(declaration.name, [int(column[row]) for column in columns])
    help_ = ev.other_spelling(columns, row) or "guard it with `if` or a condition"
    return error("subscript", node.span, f"`{said}` is outside the index set of `{declaration.name}`", help_)


def _missing(
    ev: Evaluator, declaration: ast.Declaration, columns: tuple[Codes, ...], length: int, node: ast.Reference
) -> ModelError:
    said = ev.symbols.describe(declaration.name, [int(column[0]) for column in columns])
    count = f" ({length} missing)" if length > 1 else ""
    help_ = ev.other_spelling(columns, 0) or "give data for it, or a `default` in its declaration"
    return error("missing-data", node.span, f"no value for `{said}`{count}", help_)
