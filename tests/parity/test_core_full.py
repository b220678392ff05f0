"""The national model in full: the published optimum, on the embedded data and on those of the published run."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyscope import Energyscope, models
from energyscope.program.solution import Solution
from solve_published_run import with_published_pv

PUBLISHED_PV = Path(__file__).resolve().parents[3] / "shared" / "reference" / "core" / "pv_of_published_run.json"

EMBEDDED = 47_572.3499
"""MEUR/y: five reduced forms and the literal program, by IPX, HiPO and simplex; they agree to 2e-4."""
PUBLISHED = 47_572.1090
"""MEUR/y: the run published with AMPL and Gurobi says 47,572.11."""
LITERAL_ROWS = 1_093_681


def proved(solution: Solution) -> None:
    """The certificate on all literal rows, as recomputed by us from the values."""
    assert solution.status == "optimal"
    assert solution.residuals["relative_row_violation"] <= 1e-6
    assert solution.residuals["relative_bound_violation"] <= 1e-6
    assert solution.residuals["relative_gap"] <= 1e-7
    assert solution.passes[:3] == ("fixed-columns", "daily-storage", "seasonal-storage")


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["linopy:native", "linopy:text"])
def test_the_optimum_of_the_embedded_data(backend: str) -> None:
    run = Energyscope(models.core, backend=backend)
    solution = run.solve()
    proved(solution)
    assert run.program().n_rows == LITERAL_ROWS
    assert solution.objective == pytest.approx(EMBEDDED, rel=1e-7)


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED_PV.exists(), reason="the published photovoltaic table is not there")
def test_the_optimum_of_the_published_run() -> None:
    solution = with_published_pv(PUBLISHED_PV).solve()
    proved(solution)
    assert solution.objective == pytest.approx(PUBLISHED, rel=1e-7)
