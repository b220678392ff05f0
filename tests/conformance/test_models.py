"""The models that come with the package, against figures that others computed."""

from __future__ import annotations

import pytest

from energyscope import models
from energyscope.energyscope import Energyscope

TOY_OPTIMUM = 2548.522393556281
"""Published, and found by GLPK on the same text."""

CORE_SMALL_OPTIMUM = 1872.781101
"""glpsol 5.0 on the same text, dual simplex (data/datasets/core_small/README.md)."""


def test_toy_has_the_published_size_and_optimum() -> None:
    result = Energyscope(models.toy).calc()
    sizes = Energyscope(models.toy).translate().program.sizes

    assert (sizes["rows"], sizes["columns"], sizes["nonzeros"]) == (217, 173, 518)
    assert result.objective == pytest.approx(TOY_OPTIMUM, rel=1e-9)
    capacity = result.variables["F"]["F"]
    assert capacity["WIND"] == pytest.approx(2.33333333, rel=1e-7)
    assert capacity["GRID"] == pytest.approx(1.8, rel=1e-7)
    assert capacity["BATTERY"] == pytest.approx(0.77562327, rel=1e-6)
    assert capacity[["PV", "GAS_PLANT"]].abs().max() == pytest.approx(0, abs=1e-7)


@pytest.mark.slow
def test_core_small_has_the_size_and_optimum_that_glpk_finds() -> None:
    run = Energyscope(models.core_small)
    sizes = run.translate().program.sizes
    solution = run.solve()

    assert sizes == {
        "rows": 181_297,
        "columns": 123_062,
        "nonzeros": 547_429,
        "integers": 0,
        "constant_rows": 3_602,
        "unused_columns": 0,
    }
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(CORE_SMALL_OPTIMUM, rel=1e-6)
