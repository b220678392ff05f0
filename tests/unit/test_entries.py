"""Sparse matrices without scipy are those of scipy."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from energyscope.modeldata.index import Index
from energyscope.program import entries
from energyscope.program.blocks import ConstraintBlock
from energyscope.program.entries import Entries, gathered

terms = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0])))


def by_both(found: list[tuple[int, int, float]], monkeypatch: pytest.MonkeyPatch) -> tuple[Entries, Entries]:
    rows, columns, values = (np.array([term[place] for term in found]) for place in range(3))
    arrays = rows.astype(np.int64), columns.astype(np.int32), values.astype(np.float64)
    few = gathered(*arrays, 5, 4)
    with monkeypatch.context() as changed:
        changed.setattr(entries, "FEW", -1)
        return few, gathered(*arrays, 5, 4)


@given(terms)
def test_few_terms_are_gathered_as_many_are(found: list[tuple[int, int, float]]) -> None:
    few, many = by_both(found, pytest.MonkeyPatch())
    for name in ("indptr", "indices", "data"):
        # Sums of small whole numbers are exact in any order.
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name))
        assert getattr(few, name).dtype == getattr(many, name).dtype
    dense = np.zeros((5, 4))
    for row, column, value in found:
        dense[row, column] += value
    np.testing.assert_array_equal(few.csr().toarray(), dense)


@given(terms, st.lists(st.booleans(), min_size=5, max_size=5))
def test_rows_are_taken_as_scipy_takes_them(found: list[tuple[int, int, float]], mask: list[bool]) -> None:
    few, _ = by_both(found, pytest.MonkeyPatch())
    rows = np.array(mask)
    np.testing.assert_array_equal(few.take(rows).csr().toarray(), few.csr().toarray()[rows])
    np.testing.assert_array_equal(few.filled, (few.csr().toarray() != 0).any(axis=1))


def test_a_block_gives_its_matrix_whatever_it_was_given() -> None:
    plain = Entries(np.array([0, 1], np.int32), np.array([1], np.int32), np.array([3.0]), 2)
    sides = np.zeros(1), np.ones(1)
    block = ConstraintBlock("c", Index((), 1), 0, plain, *sides)
    assert block.entries is plain
    for each in (block, replace(block, upper=np.zeros(1)), pickle.loads(pickle.dumps(block))):
        assert each.matrix.toarray().tolist() == [[0.0, 3.0]]
        assert each.entries.data.tolist() == [3.0]
    assert block.matrix is block.matrix
    given_matrix = sp.csr_array(np.array([[0.0, 4.0]]))
    assert ConstraintBlock("c", Index((), 1), 0, given_matrix, *sides).matrix is given_matrix
