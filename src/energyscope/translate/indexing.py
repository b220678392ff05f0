"""Indexing expressions as joins: `{t in T, h in H[t], d in D: (t,h,d) in MAP}` over the rows of a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.symbols import Codes
from energyscope.translate.conjuncts import conjuncts, is_total
from energyscope.translate.equations import Equation, equation_for, is_index, solved
from energyscope.translate.frame import Frame, Rows, group_rows, repeat_ranges
from energyscope.translate.members import Members
from energyscope.translate.recursion import Needed
from energyscope.translate.values import refuse_size

if TYPE_CHECKING:
    from energyscope.translate.evaluator import Evaluator


@dataclass(frozen=True)
class Inner:
    """Rows inside an iterated operator: their frame, the outer row of each, and how often each counts (None: once)."""

    frame: Frame
    rows: Rows
    counts: Rows | None


@dataclass(frozen=True)
class Expansion:
    """The tuples of an indexing for the distinct outer rows it depends on.

    `entry[i]` is the distinct row that outer row i uses; `rows` (sorted) is the distinct row of every tuple;
    `columns` holds the new indices by name, `places` the code column of every free place in order, named or not.
    """

    entry: Rows
    n_rows: int
    rows: Rows
    columns: Mapping[str, Codes]
    places: tuple[Codes, ...]
    sets: Mapping[str, ast.Expression]
    span: Span

    def part(self, rows: Rows) -> Expansion:
        """The same for some of the outer rows."""
        return Expansion(self.entry[rows], self.n_rows, self.rows, self.columns, self.places, self.sets, self.span)

    def chunks(self, frame: Frame, limit: int) -> Iterator[Rows | None]:
        """Consecutive outer rows with at most `limit` tuples each (at least one row); None stands for all of them."""
        counts = np.bincount(self.rows, minlength=self.n_rows)[self.entry]
        if int(counts.sum()) <= limit or frame.length <= 1:
            yield None
            return
        bins = np.cumsum(counts) // limit
        starts = np.flatnonzero(np.concatenate([[True], bins[1:] != bins[:-1]]))
        for start, stop in zip(starts, [*starts[1:], frame.length], strict=True):
            yield np.arange(start, stop, dtype=np.int64)

    def frame_of(self, frame: Frame, used: frozenset[str], keep_all: bool = False) -> Inner:
        """The frame in which a body that uses some names is evaluated.

        New indices that the body does not use are dropped and their repeats counted, unless `keep_all`.
        """
        columns = {name: column for name, column in self.columns.items() if keep_all or name in used}
        rows, counts = self.rows, None
        if len(columns) < len(self.columns) or (not columns and not keep_all):
            grouping = group_rows((rows, *columns.values()), len(rows))
            counts = grouping.counts
            rows = rows[grouping.first]
            columns = {name: column[grouping.first] for name, column in columns.items()}
        per_row = np.bincount(rows, minlength=self.n_rows)
        tuples = float(per_row[self.entry].sum())
        refuse_size(tuples, self.span, f"an indexing of {_product(frame.length, tuples)} tuples")
        starts = np.cumsum(per_row) - per_row
        parent, place = repeat_ranges(starts[self.entry], per_row[self.entry])
        bound = {name: column[parent] for name, column in frame.columns.items() if keep_all or name in used}
        bound.update((name, column[place]) for name, column in columns.items())
        inner = Frame(len(parent), bound, {**frame.sets, **self.sets})
        return Inner(inner, parent, None if counts is None else counts[place])


def expand(ev: Evaluator, indexing: ast.Indexing, frame: Frame, ordered: bool = True) -> Walk[Expansion]:
    """All tuples of an indexing, for every distinct row of the outer indices it uses.

    With `ordered` they come as nested loops would give them, the last index fastest.
    """
    used = ev.use.names(indexing) & frame.names
    small, entry = frame.project(used)
    join = _Join(ev, indexing, small)
    yield join.run()
    if ordered and join.out_of_order:
        join.sort()
    return Expansion(entry, small.length, join.rows, join.new_columns(), join.free_places(), join.sets, indexing.span)


class _Join:
    """The state of one expansion: rows so far, what is bound, what is still to be joined or tested."""

    def __init__(self, ev: Evaluator, indexing: ast.Indexing, outer: Frame) -> None:
        self.ev = ev
        self.outer = outer
        self.frame = outer
        self.rows: Rows = np.arange(outer.length, dtype=np.int64)
        self.items = list(indexing.items)
        self.pending = list(range(len(self.items)))
        self.tests = conjuncts(indexing.condition)
        self.places: dict[int, Rows] = {}
        self.anonymous: dict[int, list[Codes]] = {}
        self.out_of_order = False
        self.names: list[list[str]] = []
        self.sets: dict[str, ast.Expression] = {}
        for item in self.items:
            names = list(ev.text.new_indices(item))
            self.names.append(names)
            if len(item.slots) == 1 and names:
                self.sets[names[0]] = item.set
        self.all_names = {name for names in self.names for name in names}

    def run(self) -> Walk[None]:
        """Join item after item; tests as soon as their indices exist, relations where they keep the table small."""
        yield self._apply_tests()
        while self.pending:
            if (yield self._compute_index()):
                continue
            relation: int | None = yield self._best_relation()
            if relation is not None:
                test = self.tests.pop(relation)
                assert isinstance(test, ast.Membership)
                slots = test.left.items if isinstance(test.left, ast.Tuple) else (test.left,)
                yield self._join(slots, test.right, None)
                self.out_of_order = True
            else:
                number = self.pending.pop(0)
                yield self._join(self.items[number].slots, self.items[number].set, number)
            yield self._check_bound_items()
            yield self._apply_tests()

    def _unbound(self, node: ast.Node) -> set[str]:
        return {name for name in self.ev.use.names(node) & self.all_names if name not in self.frame.columns}

    def _apply_tests(self) -> Walk[None]:
        """Tests run in the order of the text, as soon as their indices exist; one that cannot fail may overtake.

        A test that fails while items are still to be joined waits: the join may leave none of the rows it failed on.
        """
        waiting: list[ast.Expression] = []
        for test in self.tests:
            if self._unbound(test) or (waiting and not is_total(test)):
                waiting.append(test)
                continue
            try:
                holds = yield self.ev.condition(test, self.frame)
            except (ModelError, Needed):
                if not self.pending:
                    raise
                waiting.append(test)
                continue
            if not holds.all():
                self._take(np.flatnonzero(holds))
        self.tests = waiting

    def _check_bound_items(self) -> Walk[None]:
        """Items whose indices a relation has bound already: keep the rows whose member lies in their set."""
        for number in list(self.pending):
            item = self.items[number]
            names = self.names[number]
            if len(item.slots) != 1 or not names or names[0] not in self.frame.columns or self._unbound(item.set):
                continue
            sets = yield self.ev.set(item.set, self.frame)
            places = sets.places([self.frame.columns[names[0]]])
            self.pending.remove(number)
            self.places[number] = places
            if (places < 0).any():
                self._take(np.flatnonzero(places >= 0))

    def _compute_index(self) -> Walk[bool]:
        """Compute an index that a test says, `i - j = k`, and keep the rows where its item has that member."""
        for place, test in enumerate(self.tests):
            if place and not is_total(test):
                break
            unbound = self._unbound(test)
            number = self._item_of(unbound)
            equation = None if number is None else equation_for(test, min(unbound), self.ev.use)
            if number is None or equation is None:
                continue
            try:
                codes: Codes | None = yield self._solution(equation, self.items[number])
            except (ModelError, Needed):
                continue
            if codes is not None:
                self.tests.pop(place)
                self.out_of_order |= number != self.pending[0]
                yield self._join_computed(number, equation.index, codes)
                yield self._apply_tests()
                return True
        return False

    def _item_of(self, unbound: set[str]) -> int | None:
        """The item that could be joined now and brings the only index still missing; one of several places if next."""
        for number in self.pending if len(unbound) == 1 else ():
            item = self.items[number]
            if unbound <= set(self.names[number]) and not self._unbound(item.set):
                return number if len(item.slots) == 1 or number == self.pending[0] else None
        return None

    def _solution(self, equation: Equation, item: ast.IndexItem) -> Walk[Codes | None]:
        """What the equation makes of its index in every row (-1: no member), None where the test is not the same."""
        sets = yield self.ev.set(item.set, self.frame)
        places = [k for k, slot in enumerate(item.slots) if is_index(slot, equation.index)]
        if not places or sets.dimension != len(item.slots):
            return None
        codes: Codes | None = yield solved(self.ev, equation, sets.columns[places[0]], self.frame)
        return codes

    def _join_computed(self, number: int, index: str, codes: Codes) -> Walk[None]:
        """Join an item one of whose indices is known in every row (-1: it has no value)."""
        self.frame = self.frame.extended({index: codes}, {index: self.sets[index]} if index in self.sets else {})
        if (codes < 0).any():
            self._take(np.flatnonzero(codes >= 0))
        if len(self.items[number].slots) > 1:
            self.pending.remove(number)
            yield self._join(self.items[number].slots, self.items[number].set, number)
        yield self._check_bound_items()

    def _best_relation(self) -> Walk[int | None]:
        """A test `(slots) in S` that binds pending indices and gives fewer rows than the product of their sets."""
        best: tuple[float, int] | None = None
        for number, test in enumerate(self.tests):
            if number and not is_total(test):
                break
            names = self._bindable(test)
            if not names:
                continue
            assert isinstance(test, ast.Membership)
            sets = yield self.ev.set(test.right, self.frame)
            slots = test.left.items if isinstance(test.left, ast.Tuple) else (test.left,)
            values = yield self._slot_values(slots)
            size = float(sets.counts.sum())
            if any(value is not None for value in values):
                size = float(_matches(sets, values)[1].sum())
            product = float(self.frame.length)
            for item in (self.items[i] for i in self.pending if set(self.names[i]) & names):
                product *= yield self._average(item)
            if size <= product and (best is None or size < best[0]):
                best = size, number
        return None if best is None else best[1]

    def _bindable(self, test: ast.Expression) -> set[str]:
        """Pending indices that a membership test could bind, empty where it cannot serve as a relation."""
        if not isinstance(test, ast.Membership) or test.negated or test.operator != "in" or self._unbound(test.right):
            return set()
        slots = test.left.items if isinstance(test.left, ast.Tuple) else (test.left,)
        single = {self.names[i][0] for i in self.pending if len(self.items[i].slots) == 1 and self.names[i]}
        names: list[str] = []
        for slot in slots:
            if isinstance(slot, ast.Reference) and not slot.subscripts and slot.name in single:
                names.append(slot.name)
            elif self._unbound(slot):
                return set()
        return set(names) if len(names) == len(set(names)) else set()

    def _average(self, item: ast.IndexItem) -> Walk[float]:
        """Members of an item's set a row; 1 where it depends on indices that are not bound yet."""
        if self._unbound(item.set):
            return 1.0
        sets = yield self.ev.set(item.set, self.frame)
        return float(sets.counts.mean()) if len(sets) else 0.0

    def _slot_values(self, slots: tuple[ast.Expression, ...]) -> Walk[list[Codes | None]]:
        """Codes of the slots that are values to match, None for those that are new."""
        values: list[Codes | None] = []
        for slot in slots:
            fresh = isinstance(slot, ast.Reference) and slot.name in self.all_names and not slot.subscripts
            if fresh and isinstance(slot, ast.Reference) and slot.name not in self.frame.columns:
                values.append(None)
            else:
                values.append(self.ev.as_codes((yield self.ev.value(slot, self.frame))))
        return values

    def _join(self, slots: tuple[ast.Expression, ...], container: ast.Expression, number: int | None) -> Walk[None]:
        """Join a set: every row with each of its members that match the slots that are values."""
        sets = yield self.ev.set(container, self.frame)
        values: list[Codes | None] = (yield self._slot_values(slots)) if slots else [None] * sets.dimension
        if all(value is None for value in values):
            tuples = float(sets.counts.sum())
            refuse_size(tuples, container.span, f"an indexing of {_product(len(self.rows), tuples)} tuples")
            rows, columns, places = sets.expand()
        else:
            starts, counts, order = _matches(sets, values)
            rows, chosen = repeat_ranges(starts, counts)
            chosen = order[chosen]
            columns = tuple(column[chosen] for column in sets.columns)
            places = chosen - sets.offsets[sets.entry[rows]]
        if not sets.dimension:
            columns = tuple(np.zeros(0, dtype=np.int32) for _ in slots)
        self._take(rows)
        if number is not None:
            self.places[number] = places
            if not slots:
                self.anonymous[number] = list(columns)
        self._bind(slots, columns, values)

    def _bind(
        self, slots: tuple[ast.Expression, ...], columns: tuple[Codes, ...], values: Sequence[Codes | None]
    ) -> None:
        """Name the columns of slots that are new; a name that stands twice keeps the rows where both agree."""
        fresh: dict[str, Codes] = {}
        agree = np.ones(len(self.rows), dtype=bool)
        for slot, column, value in zip(slots, columns, values, strict=False):
            if value is not None or not isinstance(slot, ast.Reference):
                continue
            if slot.name in fresh:
                agree &= fresh[slot.name] == column
            fresh.setdefault(slot.name, column)
        self.frame = self.frame.extended(fresh, {name: self.sets[name] for name in fresh if name in self.sets})
        if not agree.all():
            self._take(np.flatnonzero(agree))

    def _take(self, rows: Rows) -> None:
        self.frame = self.frame.take(rows)
        self.rows = self.rows[rows]
        self.places = {number: places[rows] for number, places in self.places.items()}
        self.anonymous = {number: [column[rows] for column in columns] for number, columns in self.anonymous.items()}

    def sort(self) -> None:
        """Bring the rows into the order of nested loops."""
        keys = [self.places[number] for number in sorted(self.places, reverse=True)]
        self._take(np.lexsort((*keys, self.rows)))

    def new_columns(self) -> dict[str, Codes]:
        """The indices that the indexing introduced."""
        return {name: self.frame.columns[name] for names in self.names for name in names}

    def free_places(self) -> tuple[Codes, ...]:
        """Code columns of all free places, in order."""
        columns: list[Codes] = []
        for number, names in enumerate(self.names):
            if self.items[number].slots:
                columns.extend(self.frame.columns[name] for name in names)
            else:
                columns.extend(self.anonymous.get(number, []))
        return tuple(columns)


def _product(rows: int, tuples: float) -> str:
    """`1,000 x 20,000 = 2e+07`: rows so far, times members of the set that is joined."""
    return f"{tuples:.3g}" if rows <= 1 else f"{rows:,} x {tuples / rows:,.10g} = {tuples:.3g}"


def _matches(sets: Members, values: list[Codes | None]) -> tuple[Rows, Rows, Rows]:
    """Members that agree with the values of each row: start and count of a run in `order` (positions of members)."""
    owner = np.repeat(np.arange(len(sets.offsets) - 1, dtype=np.int64), np.diff(sets.offsets))
    keys = [np.concatenate([owner, sets.entry])]
    for column, value in zip(sets.columns, values, strict=bool(sets.columns)):
        if value is not None:
            keys.append(np.concatenate([column, value]).astype(np.int64))
    grouping = group_rows(keys, len(keys[0]))
    of_member, of_row = grouping.group[: len(owner)], grouping.group[len(owner) :]
    order = np.argsort(of_member, kind="stable")
    counts = np.bincount(of_member, minlength=len(grouping.first))
    starts = np.cumsum(counts) - counts
    return starts[of_row], counts[of_row], order
