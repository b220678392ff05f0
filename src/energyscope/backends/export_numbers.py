"""Pieces of text that both file formats are made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from energyscope.modeldata.symbols import Values
from energyscope.program.labels import Labels, as_objects

PIECE_ENTRIES = 300_000
"""Matrix entries that are turned into text at a time: some tens of megabytes."""


def number_words(values: Values) -> Labels:
    """Shortest decimals that read back to the same doubles, whole numbers without a point."""
    distinct, inverse = np.unique(values, return_inverse=True)
    return as_objects(number_word(value) for value in distinct.tolist())[inverse]


def pieces(indptr: NDArray[np.integer]) -> Iterator[slice]:
    """Stretches of the rows of a CSR matrix that hold some PIECE_ENTRIES entries each."""
    start, rows = 0, len(indptr) - 1
    while start < rows:
        stop = int(np.searchsorted(indptr, indptr[start] + PIECE_ENTRIES, side="right")) - 1
        stop = min(max(stop, start + 1), rows)
        yield slice(start, stop)
        start = stop


def lines(words: Labels) -> str:
    """One word a line."""
    return "\n".join(words.tolist()) + "\n" if len(words) else ""


def number_word(value: float) -> str:
    """The shortest decimal of one number."""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text
