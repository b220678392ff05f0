"""Arguments of a wrong type end in an error that says what fits, not in a traceback from within."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from energyscope import Energyscope, models
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.result import Result
from energyscope.tables import Tables, UnknownTableError

SPOILT: list[tuple[Callable[[], Any], str, str]] = [
    (lambda: Energyscope("toy"), "model-kind", "say `models.toy`"),  # type: ignore[arg-type]
    (lambda: Energyscope("my.mod"), "model-kind", r"Model\(\[\("),  # type: ignore[arg-type]
    (lambda: Energyscope([("mod", "a.mod")]), "model-kind", "a model is a `Model`, not list"),  # type: ignore[arg-type]
    (lambda: Energyscope(models), "model-kind", "not module"),  # type: ignore[arg-type]
    (lambda: Energyscope(models.toy, progress=True), "argument", "say `progress=print`"),  # type: ignore[arg-type]
    (lambda: Energyscope(models.toy, "highs"), "solver-option", "are a mapping, not str"),  # type: ignore[arg-type]
    (lambda: Energyscope(models.toy, backend=5), "backend-unknown", "there is no backend `5`"),  # type: ignore[arg-type]
    (lambda: Energyscope(models.toy).calc("obj"), "data-kind", "data for one run are"),  # type: ignore[arg-type]
    (lambda: Energyscope(models.toy).data.let(5), "data-kind", "asked for by its name"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("call", "code", "message"), SPOILT)
def test_wrong_types(call: Callable[[], Any], code: str, message: str) -> None:
    with pytest.raises(EnergyscopeError, match=message) as caught:
        call()
    assert caught.value.diagnostics[0].code == code
    assert caught.value.diagnostics[0].help is not None


def test_a_table_that_is_not_there() -> None:
    result = Result(variables=Tables({"F": pd.DataFrame(), "Storage_in": pd.DataFrame()}))
    with pytest.raises(UnknownTableError, match="there is no table `F_`\nhelp: did you mean `F`"):
        result.variables["F_"]
    with pytest.raises(KeyError, match="there are F, Storage_in"):
        result.variables["capacity"]
    assert result.variables.get("G") is None
    assert "G" not in result.variables


def test_blanks_in_a_dataset_of_upstream_say_that_nothing_is_given() -> None:
    run = Energyscope(models.toy)
    names = ["PV", "WIND", "GAS_PLANT"]
    dataset = SimpleNamespace(
        technologies=pd.DataFrame({"name": names, "c_inv": [None, 300.0, None], "f_max": [4.0, None, None]}),
        demands=pd.DataFrame(columns=["name"]),
        resources=pd.DataFrame({"c_op": [0.07]}, index=["GAS"]),
    )
    expected = run.calc({"c_inv": {"WIND": 300.0}, "f_max": {"PV": 4.0}, "c_op": {"GAS": 0.07}}).objective
    assert run.calc(dataset).objective == expected
    assert run.calc().objective != expected
