"""Rows of bound indices: where every expression is evaluated, all rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from energyscope.language import ast
from energyscope.modeldata.index import DENSE_FLOOR, DENSE_LIMIT
from energyscope.modeldata.symbols import Codes

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Grouping:
    """Distinct rows among many: `first[g]` is a row of group g, `group[i]` the group of row i."""

    first: Rows
    group: Rows

    @property
    def counts(self) -> Rows:
        """Rows in every group."""
        return np.bincount(self.group, minlength=len(self.first))


class Frame:
    """A table of `length` rows with one code column for every bound index.

    `sets` remembers the set expression an index runs over, for `next(t)` and its kin.
    """

    def __init__(
        self, length: int, columns: Mapping[str, Codes], sets: Mapping[str, ast.Expression] | None = None
    ) -> None:
        self.length = length
        self.columns = dict(columns)
        self.sets: dict[str, ast.Expression] = dict(sets or {})
        self._projections: dict[frozenset[str], tuple[Frame, Rows]] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """The bound indices."""
        return frozenset(self.columns)

    def take(self, rows: Rows | Mask) -> Frame:
        """Some rows, by position or by mask."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        length = int(np.count_nonzero(rows)) if rows.dtype == bool else len(rows)
        return Frame(length, columns, self.sets)

    def extended(self, columns: Mapping[str, Codes], sets: Mapping[str, ast.Expression] | None = None) -> Frame:
        """The same rows with more bound indices."""
        return Frame(self.length, {**self.columns, **columns}, {**self.sets, **(sets or {})})

    def project(self, names: frozenset[str]) -> tuple[Frame, Rows]:
        """The distinct rows of some indices, and for every row of this frame its place among them."""
        found = self._projections.get(names)
        if found is None:
            kept = {name: column for name, column in self.columns.items() if name in names}
            grouping = group_rows(list(kept.values()), self.length)
            columns = {name: column[grouping.first] for name, column in kept.items()}
            found = Frame(len(grouping.first), columns, self.sets), grouping.group
            self._projections[names] = found
        return found


def unit_frame() -> Frame:
    """One row, nothing bound."""
    return Frame(1, {})


def group_rows(columns: Sequence[NDArray[np.integer]], length: int) -> Grouping:
    """Distinct tuples of some columns of codes, in order of first sight."""
    if not columns:
        return Grouping(np.zeros(min(length, 1), dtype=np.int64), np.zeros(length, dtype=np.int64))
    keys = mixed_keys(columns)
    if length == 0:
        return Grouping(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    space = int(keys.max()) + 1
    if space <= max(DENSE_LIMIT * length, DENSE_FLOOR):
        first_row = np.full(space, length, dtype=np.int64)
        first_row[keys[::-1]] = np.arange(length - 1, -1, -1)
        occurs = np.flatnonzero(first_row < length)
        first_of_key = first_row[occurs]
    else:
        occurs, first_of_key = np.unique(keys, return_index=True)
    order = np.argsort(first_of_key, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    if space <= max(DENSE_LIMIT * length, DENSE_FLOOR):
        place = np.empty(space, dtype=np.int64)
        place[occurs] = rank
        return Grouping(first_of_key[order], place[keys])
    return Grouping(first_of_key[order], rank[np.searchsorted(occurs, keys)])


def mixed_keys(columns: Sequence[NDArray[np.integer]]) -> NDArray[np.int64]:
    """One int64 for every tuple of codes, equal exactly where the tuples are."""
    keys = columns[0].astype(np.int64)
    for column in columns[1:]:
        if not len(column):
            break
        width = int(column.max()) + 1
        if int(keys.max()) >= 2**62 // max(width, 1):
            keys = np.unique(keys, return_inverse=True)[1].astype(np.int64)
        keys = keys * width + column
    return keys


def repeat_ranges(starts: Rows, counts: Rows) -> tuple[Rows, Rows]:
    """For ranges [start, start + count): the row each element comes from, and the elements, all in order."""
    rows = np.repeat(np.arange(len(starts), dtype=np.int64), counts)
    ends = np.cumsum(counts)
    within = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64) - np.repeat(ends - counts, counts)
    return rows, starts[rows] + within


class IndexUse:
    """Which index names an expression mentions, remembered by node.

    `hidden` names the index that a reference to an item uses without saying so.
    """

    def __init__(self, declared: Iterable[str], hidden: Mapping[str, str]) -> None:
        self._declared = frozenset(declared)
        self._hidden = hidden
        self._known: dict[int, frozenset[str]] = {}
        self._kept: list[ast.Node] = []

    def names(self, node: ast.Node) -> frozenset[str]:
        """Names below a node that are not declared items; those that the node binds itself are among them."""
        known = self._known.get(id(node))
        return self._walk(node) if known is None else known

    def _walk(self, root: ast.Node) -> frozenset[str]:
        stack: list[tuple[ast.Node, list[ast.Node] | None]] = [(root, None)]
        while stack:
            node, children = stack.pop()
            if id(node) in self._known:
                continue
            if children is None:
                children = list(child_nodes(node))
                stack.append((node, children))
                stack.extend((child, None) for child in children)
                continue
            below = frozenset[str]().union(*(self._known[id(child)] for child in children))
            self._known[id(node)] = below | self._own(node)
            self._kept.append(node)
        return self._known[id(root)]

    def _own(self, node: ast.Node) -> frozenset[str]:
        if not isinstance(node, ast.Reference):
            return frozenset()
        if node.name not in self._declared:
            return frozenset([node.name])
        return frozenset([self._hidden[node.name]]) if node.name in self._hidden else frozenset()


def child_nodes(node: ast.Node) -> Iterable[ast.Node]:
    """The nodes directly below a node."""
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, ast.Node):
            yield value
        elif isinstance(value, tuple):
            for part in value:
                if isinstance(part, ast.Node):
                    yield part
                elif isinstance(part, tuple):
                    yield from (inner for inner in part if isinstance(inner, ast.Node))
