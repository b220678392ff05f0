"""Where the nodes and ribbons of a flow picture stand: columns by longest path, order by what they are linked to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

GAP = 0.022
"""Space between two nodes of a column, as share of the height."""
HEIGHTS = (200, 60, 620)
"""Height of a picture in points: at least, for a node of the fullest column, and at most."""
SWEEPS = 12
"""Rounds of ordering; pictures of some fifty nodes no longer change after about eight."""


@dataclass(frozen=True)
class Placed:
    """Nodes with `column`, `top`, `bottom`; links with `source_top`, `target_top`, `width`. 0 is above, 1 below."""

    nodes: pd.DataFrame
    links: pd.DataFrame
    columns: int


def with_columns(nodes: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """The nodes with the `column` they stand in: after all that feed them, and ends of the chain in the last one."""
    pairs = list(zip(links["source"].tolist(), links["target"].tolist(), strict=True))
    forward = _without_cycles(len(nodes), pairs)
    column = np.zeros(len(nodes), dtype=np.int64)
    for _ in range(len(nodes)):
        for source, target in forward:
            column[target] = max(column[target], column[source] + 1)
    ends = ~np.isin(np.arange(len(nodes)), links["source"])
    column[ends] = column.max(initial=0)
    return nodes.assign(column=column)


def _without_cycles(count: int, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The links without those that lead back to where a walk came from."""
    after: dict[int, list[int]] = {node: [] for node in range(count)}
    for source, target in pairs:
        after[source].append(target)
    back: set[tuple[int, int]] = set()
    done: set[int] = set()

    def walk(node: int, path: frozenset[int]) -> None:
        for target in after[node]:
            if target in path:
                back.add((node, target))
            elif target not in done:
                walk(target, path | {target})
        done.add(node)

    fed = {target for _, target in pairs}
    for node in sorted(range(count), key=lambda each: each in fed):
        if node not in done:
            walk(node, frozenset({node}))
    return [pair for pair in pairs if pair not in back]


def placed(nodes: pd.DataFrame, links: pd.DataFrame) -> Placed:
    """Where everything stands in a picture of height 1."""
    size = np.maximum(_sums(links, "source", len(nodes)), _sums(links, "target", len(nodes)))
    columns = nodes["column"].to_numpy()
    scale = min(
        (1 - GAP * (np.count_nonzero(columns == column) - 1)) / size[columns == column].sum()
        for column in np.unique(columns)
    )
    height = size * scale
    top = _ordered_tops(columns, height, links)
    put = nodes.assign(top=top, bottom=top + height)
    return Placed(put, _ribbons(put, links, scale), int(columns.max()) + 1)


def flows_height(nodes: pd.DataFrame) -> int:
    """The height of a picture in points, by its fullest column."""
    least, each, most = HEIGHTS
    return int(np.clip(each * nodes["column"].value_counts().max(), least, most))


def _sums(links: pd.DataFrame, end: str, count: int) -> np.ndarray:
    return np.bincount(links[end], weights=links["value"], minlength=count)


def _ordered_tops(columns: np.ndarray, height: np.ndarray, links: pd.DataFrame) -> np.ndarray:
    """Tops of the nodes; each is drawn towards the middle of its neighbours, first from the left, then back."""
    source, target, value = (links[name].to_numpy() for name in ("source", "target", "value"))
    top = np.zeros(len(height))
    for column in np.unique(columns):
        _stack(np.flatnonzero(columns == column), top, height, -height)
    for sweep in range(SWEEPS):
        onward = sweep % 2 == 0
        near, far = (target, source) if onward else (source, target)
        order = np.unique(columns) if onward else np.unique(columns)[::-1]
        for column in order[1:]:
            weight = np.bincount(near, weights=value, minlength=len(height))
            middle = np.bincount(near, weights=value * (top + height / 2)[far], minlength=len(height))
            wish = np.where(weight > 0, middle / np.maximum(weight, 1e-300), top + height / 2)
            _stack(np.flatnonzero(columns == column), top, height, wish)
    return top


def _stack(members: np.ndarray, top: np.ndarray, height: np.ndarray, wish: np.ndarray) -> None:
    """Put the nodes of a column below one another in the order they wish, as near to their wish as there is room."""
    order = members[np.argsort(wish[members], kind="stable")]
    extent = height[order] + GAP
    stacked = np.concatenate([[0.0], np.cumsum(extent)[:-1]])
    free = 1.0 - (stacked[-1] + height[order][-1])
    drift = np.clip(wish[order] - height[order] / 2 - stacked, 0.0, max(free, 0.0))
    top[order] = stacked + np.maximum.accumulate(drift)


def _ribbons(nodes: pd.DataFrame, links: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Links with the places where they leave and arrive, in the order of what they lead to."""
    middle = ((nodes["top"] + nodes["bottom"]) / 2).to_numpy()
    ribbons = links.assign(width=links["value"] * scale)
    for end, other in (("source", "target"), ("target", "source")):
        order = np.lexsort((middle[ribbons[other]], ribbons[end]))
        widths = ribbons["width"].to_numpy()[order]
        ends = ribbons[end].to_numpy()[order]
        begun = np.cumsum(widths) - widths
        first = np.searchsorted(ends, ends, side="left")
        tops = np.empty(len(ribbons))
        tops[order] = nodes["top"].to_numpy()[ends] + begun - begun[first]
        ribbons[f"{end}_top"] = tops
    return ribbons
