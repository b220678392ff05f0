"""Linear expressions of rows against dense matrices."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from energyscope.translate.linear import Linear, Terms

COLUMNS = 4


@st.composite
def linears(draw: st.DrawFn, rows: int) -> Linear:
    """Expressions of some rows with parts of both kinds: one term a row, and scattered terms."""
    numbers = st.integers(-3, 3).map(float)
    parts = []
    for scattered in draw(st.lists(st.booleans(), max_size=3)):
        count = draw(st.integers(0, 6)) if scattered else rows
        columns = np.array(draw(st.lists(st.integers(0, COLUMNS - 1), min_size=count, max_size=count)), dtype=np.int32)
        values = np.array(draw(st.lists(numbers, min_size=count, max_size=count)), dtype=np.float64)
        places = st.lists(st.integers(0, rows - 1), min_size=count, max_size=count)
        parts.append(Terms(np.array(draw(places), dtype=np.int64) if scattered else None, columns, values))
    constant = np.array(draw(st.lists(numbers, min_size=rows, max_size=rows)), dtype=np.float64)
    return Linear(constant, tuple(parts))


def dense(linear: Linear) -> np.ndarray:
    """Coefficients and, in the last column, constants."""
    return np.column_stack([linear.entries(COLUMNS).csr().toarray(), linear.constant])


@given(st.data())
def test_operations_are_those_of_matrices(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 5))
    a, b = data.draw(linears(rows)), data.draw(linears(rows))
    factor = np.array(data.draw(st.lists(st.integers(-2, 2), min_size=rows, max_size=rows)), dtype=np.float64)
    chosen = np.array(data.draw(st.lists(st.integers(0, rows - 1), max_size=7)), dtype=np.int64)
    parent = np.array(data.draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows)), dtype=np.int64)

    np.testing.assert_array_equal(dense(a.plus(b)), dense(a) + dense(b))
    np.testing.assert_array_equal(dense(a.plus(b, -1.0)), dense(a) - dense(b))
    np.testing.assert_array_equal(dense(a.scaled(factor)), dense(a) * factor[:, None])
    np.testing.assert_array_equal(dense(a.take(chosen)), dense(a)[chosen])
    summed = np.zeros((3, COLUMNS + 1))
    np.add.at(summed, parent, dense(a))
    np.testing.assert_array_equal(dense(a.summed(parent, 3)), summed)


def test_terms_that_cancel_leave_no_entry() -> None:
    plus = Terms(None, np.array([0, 1], dtype=np.int32), np.array([2.0, 2.0]))
    minus = Terms(np.array([0], dtype=np.int64), np.array([0], dtype=np.int32), np.array([-2.0]))
    assert Linear(np.zeros(2), (plus, minus)).entries(2).csr().toarray().tolist() == [[0, 0], [0, 2]]
    assert Linear(np.zeros(2), (plus, minus)).entries(2).csr().nnz == 1
