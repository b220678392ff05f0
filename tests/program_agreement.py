"""Two programs of the same model, compared by name and index: the order of blocks, rows and columns may differ."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.modeldata.index import Index
from energyscope.program.blocks import Program

SAME = 1e-12
"""Relative difference of coefficients that come from the same data by another order of the same few operations."""


def assert_same_program(program: Program, reference: Program) -> None:
    assert set(program.variables) == set(reference.variables)
    assert set(program.constraints) == set(reference.constraints)
    columns = _columns(program, reference)
    for name, block in program.constraints.items():
        other = reference.constraints[name]
        places = _places(block.index, other.index, name)
        shape = (len(block.index), reference.n_columns)
        ours = sp.csr_array((block.matrix.data, columns[block.matrix.indices], block.matrix.indptr), shape=shape)
        theirs = sp.csr_array(other.matrix[places])
        ours.sort_indices()
        theirs.sort_indices()
        np.testing.assert_array_equal(ours.indptr, theirs.indptr, err_msg=name)
        np.testing.assert_array_equal(ours.indices, theirs.indices, err_msg=name)
        np.testing.assert_allclose(ours.data, theirs.data, rtol=SAME, err_msg=name)
        np.testing.assert_allclose(block.lower, other.lower[places], rtol=SAME, err_msg=name)
        np.testing.assert_allclose(block.upper, other.upper[places], rtol=SAME, err_msg=name)
    _assert_same_objective(program, reference, columns)


def _columns(program: Program, reference: Program) -> NDArray[np.int64]:
    """Column of the reference for every column."""
    columns = np.empty(program.n_columns, dtype=np.int64)
    for name, block in program.variables.items():
        other = reference.variables[name]
        places = _places(block.index, other.index, name)
        assert block.integer == other.integer, name
        np.testing.assert_allclose(block.lower, other.lower[places], rtol=SAME, err_msg=name)
        np.testing.assert_allclose(block.upper, other.upper[places], rtol=SAME, err_msg=name)
        columns[block.columns] = other.first + places
    return columns


def _places(index: Index, reference: Index, name: str) -> NDArray[np.int64]:
    assert (len(index), index.dimension) == (len(reference), reference.dimension), name
    if not index.columns:
        return np.zeros(len(index), dtype=np.int64)
    places = reference.positions(index.columns)
    assert (places >= 0).all(), name
    return places


def _assert_same_objective(program: Program, reference: Program, columns: NDArray[np.int64]) -> None:
    ours, theirs = program.objective, reference.objective
    assert (ours is None) == (theirs is None)
    if ours is None or theirs is None:
        return
    assert (ours.name, ours.sense) == (theirs.name, theirs.sense)
    dense = np.zeros((2, reference.n_columns))
    dense[0, columns[ours.columns]] = ours.coefficients
    dense[1, theirs.columns] = theirs.coefficients
    np.testing.assert_allclose(dense[0], dense[1], rtol=SAME)
    assert np.isclose(ours.constant, theirs.constant, rtol=SAME, atol=0)
