"""When two results are the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from energyscope.result import Result, Run
from energyscope.tables import Tables
from solved_small import toy


def table(*values: float, name: str = "x", index: pd.Index | None = None) -> pd.DataFrame:
    members = pd.Index(["a", "b"][: len(values)], name="index") if index is None else index
    return pd.DataFrame({name: list(values), "Run": 0}, index=members)


def result(**tables: pd.DataFrame) -> Result:
    return Result(variables=Tables(tables), runs=(Run(0, "optimal", 1.0, "cost", {"rows": 2}),))


def test_equal_contents_are_equal() -> None:
    assert result(x=table(1.0, np.nan)) == result(x=table(1.0, np.nan))
    assert result(x=table(1.0), y=table(2.0)) == result(y=table(2.0), x=table(1.0))
    assert toy() == toy() and toy() + toy() == toy() + toy()


def test_tables_that_nobody_asked_for_are_made() -> None:
    lazy = Result(variables=Tables({"x": lambda: table(1.0)}), runs=result().runs)
    assert lazy == result(x=table(1.0))


@pytest.mark.parametrize(
    "other",
    [
        table(1.0, 2.5),
        table(1.0, np.nan),
        table(1.0),
        table(1.0, 2.0, name="y"),
        table(1, 2),
        table(1.0, 2.0, index=pd.Index(["a", "c"], name="index")),
        table(1.0, 2.0, index=pd.Index(["a", "b"], name="index0")),
        table(1.0, 2.0, index=pd.Index([1, 2], name="index")),
    ],
    ids=["value", "missing", "rows", "column", "whole-numbers", "member", "level", "kind-of-members"],
)
def test_other_contents_are_not(other: pd.DataFrame) -> None:
    assert result(x=table(1.0, 2.0)) != result(x=other)


def test_a_number_is_not_its_text() -> None:
    numbers, texts = (pd.Index(["b", member], dtype=object, name="index") for member in (1, "1"))
    assert result(x=table(1.0, 2.0, index=numbers)) != result(x=table(1.0, 2.0, index=texts))


@pytest.mark.parametrize(
    "change",
    [
        lambda one: Result(variables=one.variables, runs=(Run(0, "optimal", 2.0, "cost", {"rows": 2}),)),
        lambda one: Result(variables=one.variables, runs=(Run(0, "optimal", 1.0, "cost", {"rows": 3}),)),
        lambda one: Result(parameters=one.variables, runs=one.runs),
        lambda one: Result(variables=Tables({"y": one.variables["x"]}), runs=one.runs),
        lambda one: one + one,
    ],
    ids=["objective", "stats", "kind", "name", "runs"],
)
def test_other_runs_and_names_are_not(change: Callable[[Result], Result]) -> None:
    one = result(x=table(1.0))
    assert one != change(one)


def test_a_result_is_no_key_and_is_nothing_else() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(result())
    assert result() != 1 and result().variables != 1
