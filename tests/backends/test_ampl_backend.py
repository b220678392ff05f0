"""AMPL as a backend: refused with what to install where it is not there; tables of amplpy in our order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from energyscope import models
from energyscope.backends.ampl_backend import AmplBackend, AmplModel, values_in_order
from energyscope.backends.base import BackendError, SolveOptions
from energyscope.energyscope import Energyscope
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols

HERE = AmplBackend().availability()
absent = pytest.mark.skipif(HERE.ok, reason="AMPL is installed")


@absent
def test_the_reason_says_what_to_install() -> None:
    assert "energyscope-linopy[ampl]" in HERE.reason
    assert "license" in HERE.reason
    with pytest.raises(BackendError, match="backend `ampl` cannot be used"):
        Energyscope(models.toy, backend="ampl")


@absent
def test_solving_is_refused_before_anything_runs() -> None:
    program = Energyscope(models.toy, backend="linopy:text").program()
    with pytest.raises(BackendError, match="AMPL is not installed"):
        AmplBackend().solve(AmplModel(models.toy.files, program), SolveOptions())


def test_tables_come_into_our_order() -> None:
    symbols = Symbols()
    index = Index([symbols.codes(["a", "b", "b"]), symbols.codes([1.0, 1.0, 2.0])])
    subscripts = pd.MultiIndex.from_tuples([("b", 2), ("a", 1), ("c", 9)])
    table = pd.DataFrame({"x.val": [3.0, 1.0, 7.0]}, index=subscripts)
    assert np.array_equal(values_in_order(table, symbols, index), [1.0, 0.0, 3.0])
    assert np.array_equal(values_in_order(pd.DataFrame({"y.val": [4.0]}), symbols, Index((), 1)), [4.0])
