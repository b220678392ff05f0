"""Places of nodes and ribbons."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from energyscope.plots.sankey_layout import placed, with_columns

TINY = 1e-9
"""Heights are sums of some tens of doubles of size 1."""

pairs = st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0.1, 100))


def graph(links: list[tuple[int, int, float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Nodes and links; only nodes that a link has."""
    used = sorted({end for source, target, _ in links for end in (source, target)})
    place = {node: rank for rank, node in enumerate(used)}
    frame = pd.DataFrame([(place[a], place[b], value) for a, b, value in links], columns=["source", "target", "value"])
    return with_columns(pd.DataFrame({"name": used}), frame), frame


def test_a_chain_stands_in_order_and_ends_stand_last() -> None:
    nodes, _ = graph([(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (0, 4, 1.0)])
    assert nodes["column"].tolist() == [0, 1, 2, 3, 3]


def test_a_circle_is_cut() -> None:
    nodes, _ = graph([(0, 1, 1.0), (1, 2, 1.0), (2, 1, 0.5), (2, 3, 1.0)])
    assert nodes["column"].tolist() == [0, 1, 2, 3]


@given(st.lists(pairs.filter(lambda pair: pair[0] != pair[1]), min_size=1, max_size=20))
def test_nothing_overlaps_and_ribbons_stay_within_their_nodes(links: list[tuple[int, int, float]]) -> None:
    nodes, frame = graph(links)
    put = placed(nodes, frame)
    assert put.nodes["top"].min() >= -TINY and put.nodes["bottom"].max() <= 1 + TINY
    for _, column in put.nodes.sort_values("top").groupby("column"):
        assert (column["top"].to_numpy()[1:] >= column["bottom"].to_numpy()[:-1] - TINY).all()
    for end in ("source", "target"):
        node = put.nodes.iloc[put.links[end]]
        top, width = put.links[f"{end}_top"].to_numpy(), put.links["width"].to_numpy()
        assert (top >= node["top"].to_numpy() - TINY).all()
        assert (top + width <= node["bottom"].to_numpy() + TINY).all()
    share = put.links["width"] / put.links["value"]
    np.testing.assert_allclose(share, share.iloc[0], rtol=TINY)
