"""How small and how large a row can be within the bounds of its columns."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.flat import Flat, Ints

ROUNDING = 1e-12
"""Rounding of sums, relative to their largest term: what is closer is taken as equal."""


def activity(matrix: sp.csr_array, lower: Values, upper: Values) -> tuple[Values, Values, Values]:
    """Least and greatest value of every row, and the size of its finite terms."""
    least, most = _terms(matrix, lower, upper)
    finite = np.where(np.isfinite(least), np.abs(least), 0.0) + np.where(np.isfinite(most), np.abs(most), 0.0)
    return row_sums(matrix, least), row_sums(matrix, most), row_sums(matrix, finite)


def activity_without(flat: Flat, rows: Ints, own_least: Values, own_most: Values) -> tuple[Values, Values]:
    """Least and greatest value of some rows (repeats allowed), each without one of its terms, whose range is given."""
    used, place = np.unique(rows, return_inverse=True)
    part = sp.csr_array(flat.matrix[used])
    least, most = _terms(part, flat.lower, flat.upper)
    return _without(part, least, place, own_least, -np.inf), _without(part, most, place, own_most, np.inf)


def _without(part: sp.csr_array, terms: Values, place: Ints, own: Values, beyond: float) -> Values:
    """Sums of terms by row without one each; infinite terms are counted, not added."""
    infinite = row_sums(part, np.isinf(terms).astype(np.float64))[place] - np.isinf(own)
    finite = row_sums(part, np.where(np.isinf(terms), 0.0, terms))[place] - np.where(np.isinf(own), 0.0, own)
    return np.where(infinite > 0, beyond, finite)


def row_sums(matrix: sp.csr_array, values: Values) -> Values:
    """Sums of one value an entry, by row."""
    row_of = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return np.bincount(row_of, weights=values, minlength=matrix.shape[0]).astype(np.float64)


def _terms(matrix: sp.csr_array, lower: Values, upper: Values) -> tuple[Values, Values]:
    at_lower, at_upper = matrix.data * lower[matrix.indices], matrix.data * upper[matrix.indices]
    return np.minimum(at_lower, at_upper), np.maximum(at_lower, at_upper)
