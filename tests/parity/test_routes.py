"""What holds on every route: published optima, sizes, names."""

from __future__ import annotations

import numpy as np
import pytest

from energyscope import models
from energyscope.certify import certify
from energyscope.energyscope import Energyscope

TOY_OPTIMUM = 2548.522393556281
VERTEX = 1e-9
"""Relative: a vertex of some hundred rows is exact but for rounding."""
CORE_SMALL_OPTIMUM = 1872.781101
"""glpsol 5.0 on the same text, dual simplex (data/datasets/core_small/README.md)."""
INTERIOR = 1e-6
"""Relative: interior points stop at a gap of 1e-8 of the scaled problem, and a simplex at violations of 1e-7."""


def test_toy_has_its_published_optimum(route: str) -> None:
    solution = Energyscope(models.toy, backend=route).solve()
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(TOY_OPTIMUM, rel=VERTEX)


def test_toy_has_its_sizes(route: str) -> None:
    sizes = Energyscope(models.toy, backend=route).program().sizes
    assert (sizes["rows"], sizes["columns"], sizes["nonzeros"]) == (217, 173, 518)


def test_toy_is_feasible_and_optimal_by_the_certificate(route: str) -> None:
    run = Energyscope(models.toy, backend=route)
    certificate = certify(run.program(), run.solve())
    assert certificate.passed, certificate.failures
    assert certificate.gap is not None, "there are duals, with the signs that belong to our rows"


def test_an_edit_counts_on_every_route(route: str) -> None:
    if route == "ampl":
        pytest.skip("AMPL reads the files as they are")
    run = Energyscope(models.toy, backend=route)
    before = run.solve().objective
    run.data["c_op"]["GRID"] = 2 * run.data["c_op"]["GRID"]
    after = run.solve().objective
    reference = Energyscope(models.toy, backend="linopy:text")
    reference.data["c_op"]["GRID"] = 2 * reference.data["c_op"]["GRID"]
    assert after == pytest.approx(reference.solve().objective, rel=VERTEX)
    assert before is not None
    assert after is not None
    assert after > before


@pytest.mark.slow
def test_core_small_has_the_optimum_of_glpsol(route: str) -> None:
    run = Energyscope(models.core_small, backend=route)
    solution = run.solve()
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(CORE_SMALL_OPTIMUM, rel=INTERIOR)
    assert run.program().n_rows == 181_297
    assert solution.primal is not None
    assert np.isfinite(solution.primal).all()
