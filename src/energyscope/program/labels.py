"""Names of rows and columns, `name` or `name[i,j]`, whole blocks at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols

Labels = NDArray[np.object_]
Spelling = Callable[[str], str]


def block_labels(
    symbols: Symbols, name: str, index: Index, spell: Spelling | None = None, brackets: str = "[]"
) -> Labels:
    """The names of all rows or columns of a block.

    `spell` rewrites the label of each member that occurs (once a member); `brackets` are put around the subscripts.
    """
    if not index.columns:
        return np.full(len(index), name, dtype=object)
    opening, closing = brackets[0], brackets[1]
    labels = np.full(len(index), f"{name}{opening}", dtype=object)
    last = index.dimension - 1
    for place, codes in enumerate(index.columns):
        labels = labels + member_labels(symbols, codes, spell, closing if place == last else ",")
    return labels


def member_labels(symbols: Symbols, codes: NDArray[np.int32], spell: Spelling | None, tail: str) -> Labels:
    """The label of each code with a tail; work in Python only for the distinct ones."""
    distinct, inverse = np.unique(codes, return_inverse=True)
    return as_objects(_spelled(symbols.label(int(code)), spell) + tail for code in distinct)[inverse]


def as_objects(words: Iterable[str]) -> Labels:
    """Words as an array of objects, on which `+` joins element by element."""
    listed = list(words)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    return array


def _spelled(label: str, spell: Spelling | None) -> str:
    return label if spell is None else spell(label)
