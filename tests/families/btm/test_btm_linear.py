"""Linear expressions as sparse matrices, against the same arithmetic on dense numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from energyscope.families.btm.program.linear import Linear, Rows

x = Linear.columns(0, 3, 5)
y = Linear.columns(3, 2, 5)
POINT = np.array([2.0, 3.0, 5.0, 7.0, 11.0])
"""Values of the five columns, primes so that no two sums agree."""


def at_point(expression: Linear) -> list[float]:
    return [float(value) for value in expression.matrix @ POINT + expression.known]


def test_arithmetic() -> None:
    figures = np.array([1.0, 10.0, 100.0])
    assert at_point(x) == [2, 3, 5]
    assert at_point(figures - x * 2) == [-3, 4, 90]
    assert at_point(x * figures + x - 1) == [3, 32, 504]
    assert at_point(figures * (x + figures)) == [3, 130, 10500]
    assert at_point(-x / 2) == [-1, -1.5, -2.5]


def test_choice_and_sums() -> None:
    assert at_point((x + 1)[np.array([2, 0, -1])]) == [6, 3, 6]
    assert at_point((x + 1)[1:]) == [4, 6]
    assert at_point((x + 1).sums(np.array([1, 0, 1]), 3)) == [4, 9, 0]
    assert at_point((x + 1).total()) == [13]
    assert at_point((x + 1).means(np.array([[0, 2], [1, 1]]))) == [4.5, 4]
    assert at_point(x.means(np.empty((0, 2), dtype=np.int64))) == []


def test_terms_that_cancel_leave_no_entry() -> None:
    assert (x + y[np.array([0, 1, 1])] - x).matrix.nnz == 3


@pytest.mark.parametrize(
    ("rows", "sense"), [(x <= y[np.array([0, 0, 1])] + 4, "<="), (x >= 4, ">="), (x.equals(x - 4), "=")]
)
def test_rows_have_all_columns_left_and_all_figures_right(rows: Rows, sense: str) -> None:
    assert rows.sense == sense
    assert rows.sides.tolist() == ([-4, -4, -4] if sense == "=" else [4, 4, 4])


def test_rows_are_kept_with_what_they_are_for() -> None:
    rows = (x <= np.array([1.0, np.inf, 2.0])).over(day=pd.Index(["a", "b", "c"]))
    kept = rows.where(np.isfinite(rows.sides))
    assert kept.sides.tolist() == [1, 2]
    assert kept.keys["day"].tolist() == ["a", "c"]
    assert kept.matrix.shape == (2, 5)
