"""Rows as links between levels, and the levels in the order in which they follow one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.flat import Flat, Ints, Mask
from energyscope.passes.naming import storage_name
from energyscope.passes.statements import by_column, distinct, statements, union

FEWEST_PERIODS = 48
"""Chains shorter than two days of hours are left alone."""


@dataclass(frozen=True)
class Path:
    """Levels that follow one another: row `rows[t]` says that x[t] = retention[t] x[t-1] + flow[t] + constant[t].

    The first level follows the last one where the path is closed; else nothing is known of it: rows[0] is -1.
    `flow` numbers the distinct flows.
    """

    levels: Ints
    rows: Ints
    retention: Values
    constant: Values
    flow: Ints

    @property
    def closed(self) -> bool:
        """Whether it is a circle."""
        return bool(self.rows[0] >= 0)

    def turned(self) -> Path:
        """A circle that begins one period later."""
        return Path(
            np.roll(self.levels, -1),
            np.roll(self.rows, -1),
            np.roll(self.retention, -1),
            np.roll(self.constant, -1),
            np.roll(self.flow, -1),
        )

    def opened(self) -> Path:
        """A circle without the row from its last level to the first."""
        rows = self.rows.copy()
        rows[0] = -1
        return replace(self, rows=rows)


@dataclass(frozen=True)
class _Links:
    """Rows as links: level behind, level before, and the rest of the row over its coefficient."""

    rows: Ints
    level: Ints
    previous: Ints
    retention: Values
    constant: Values
    flow: Ints

    def take(self, chosen: Ints | Mask) -> _Links:
        """Some of the links."""
        return _Links(
            self.rows[chosen],
            self.level[chosen],
            self.previous[chosen],
            self.retention[chosen],
            self.constant[chosen],
            self.flow[chosen],
        )


def paths_of(flat: Flat, block: int) -> tuple[list[Path], list[str]]:
    """The paths that the levels of a variable make, and why others are none."""
    links = _links(flat, block)
    paths: list[Path] = []
    refused: list[str] = []
    for part in _components(links) if links is not None else []:
        chosen = _of_commonest_step(part)
        path = _path(chosen)
        if path is not None:
            paths.append(path)
        elif not distinct(chosen.level) or len(chosen.rows) == len(part.rows):
            refused.append(_broken(flat, chosen))
    return paths, refused


def _links(flat: Flat, block: int) -> _Links | None:
    """The equality rows that hold exactly two columns of a variable, whichever constraint they belong to."""
    matrix = by_column(flat)
    begin, end = matrix.indptr[np.searchsorted(flat.columns.block, [block, block + 1])]
    counts = np.bincount(matrix.indices[begin:end], minlength=matrix.shape[0])
    linked = np.flatnonzero((counts == 2) & (flat.row_lower == flat.row_upper))
    return _oriented(flat, block, linked) if len(linked) >= FEWEST_PERIODS - 1 else None


def _oriented(flat: Flat, block: int, rows: Ints) -> _Links | None:
    """Tell the level behind from the one before: the larger coefficient, or else the later place."""
    part = sp.csr_array(flat.matrix[rows])
    own = flat.columns.block[part.indices] == block
    columns = part.indices[own].astype(np.int64).reshape(-1, 2)
    values = part.data[own].reshape(-1, 2)
    size = np.abs(values)
    behind = np.where(size[:, 0] == size[:, 1], _first_is_behind(columns), size[:, 0] > size[:, 1])
    take, rest = np.where(behind, 0, 1), np.where(behind, 1, 0)
    place = np.arange(len(columns))
    level, previous = columns[place, take], columns[place, rest]
    own_value = values[place, take]
    retention = -values[place, rest] / own_value
    fits = retention > 0
    if not fits.all():
        return _oriented(flat, block, rows[fits]) if np.count_nonzero(fits) >= FEWEST_PERIODS - 1 else None
    flow = statements(part, ~own, own_value)
    return _Links(rows, level, previous, retention, flat.row_lower[rows] / own_value, flow)


def _first_is_behind(columns: Ints) -> Mask:
    """Which of two neighbours is behind where coefficients do not tell: the later one, but for the step back."""
    later = columns[:, 0] > columns[:, 1]
    step = np.abs(columns[:, 0] - columns[:, 1])
    return np.where(step > np.median(step), ~later, later)


def _components(links: _Links) -> list[_Links]:
    """Links that hang together, those of enough periods."""
    from scipy.sparse.csgraph import connected_components  # brings all of scipy.linalg along

    first = min(links.level.min(), links.previous.min())
    size = int(max(links.level.max(), links.previous.max()) - first + 1)
    sides = (links.level - first, links.previous - first)
    graph = sp.coo_array((np.ones(len(links.level)), sides), shape=(size, size))
    of_row = connected_components(graph, directed=False)[1][sides[0]]
    count = np.bincount(of_row)
    parts = np.flatnonzero(count >= FEWEST_PERIODS - 1)
    return [links.take(of_row == part) for part in parts]


def _of_commonest_step(links: _Links) -> _Links:
    """Where levels have several links, as where a row compares the last with the first, only those of one step."""
    if distinct(links.level) and distinct(links.previous):
        return links
    step = links.level - links.previous
    steps, counts = np.unique(step, return_counts=True)
    return links.take(step == steps[np.argmax(counts)])


def _path(links: _Links) -> Path | None:
    """The path that links make in order of their columns; None where they make none."""
    links = links.take(np.argsort(links.level, kind="stable"))
    levels = union(links.level, links.previous)
    closed = len(levels) == len(links.level)
    behind, before = (levels, np.roll(levels, 1)) if closed else (levels[1:], levels[:-1])
    if not (np.array_equal(links.level, behind) and np.array_equal(links.previous, before)):
        return None
    if not closed:
        links = links.take(np.concatenate([[0], np.arange(len(links.rows))]))
    path = Path(levels, links.rows, links.retention, links.constant, links.flow)
    return path if closed else path.opened()


def _broken(flat: Flat, links: _Links) -> str:
    """Where levels do not follow one another as their columns do."""
    name = storage_name(flat, links.level)
    twice = np.flatnonzero(np.bincount(links.level) > 1)
    if len(twice):
        both = links.rows[links.level == twice[0]][:2]
        return f"{name}: two rows give `{flat.column_label(int(twice[0]))}`: {_labels(flat.row_label, both)}"
    order = np.argsort(links.level)
    level, previous = links.level[order], links.previous[order]
    levels = union(level, previous)
    place = np.searchsorted(levels, level)
    wrong = np.flatnonzero(levels[place - 1] != previous)
    if not len(wrong):
        alone = np.setdiff1d(levels, level)[-1]
        return f"{name}: no row gives `{flat.column_label(int(alone))}` from the level before it"
    pair = _labels(flat.column_label, np.array([previous[wrong[0]], level[wrong[0]]]))
    return f"{name}: its levels do not follow one another in the order of their index: {pair} are neighbours"


def _labels(label: Callable[[int], str], places: Ints) -> str:
    return " and ".join(f"`{label(int(place))}`" for place in places)
