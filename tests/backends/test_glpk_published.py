"""The published models as GLPK reads them: every coefficient, side, bound and cost is the one of our translation.

That is stronger than an optimum, on which no two solvers agree for the monthly models (they are on a knife edge).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from energyscope import models
from energyscope.backends.glpk_backend import read
from energyscope.backends.mathprog import MathProg, mathprog
from energyscope.compare.matrices import LITERAL, compare_matrices
from energyscope.compare.report import MatrixComparison
from energyscope.energyscope import Energyscope
from energyscope.translate.translation import Translation

pytest.importorskip("swiglpk", reason="the extra `glpk` is not installed")
pytestmark = [pytest.mark.network, pytest.mark.usefixtures("published_files")]

GOAL = {"lca_ch_2020": "TotalCost"}
"""What is minimised where the text declares nothing."""
LONG = ("core_td", "infrastructure_qc_2020", "lca_qc_2020")
NAMES = [
    pytest.param(name, marks=[pytest.mark.slow] if name in LONG else [])
    for name in ("infrastructure_ch_2050", "lca_ch_2020", *LONG)
]


def translated(name: str) -> Translation:
    return Energyscope(models.catalogue[name], backend="linopy:text", minimize=GOAL.get(name)).translate()


def beside_glpk(source: MathProg, translation: Translation) -> MatrixComparison:
    """Figure by figure to LITERAL, with what only one of the two has among the missing."""
    program = translation.program
    with read(source, program) as reading:
        found = reading.alignment
        assert sum(found.constant_rows.values()) == program.constant_rows
        compared = compare_matrices("ours", program, "glpk", found.program, LITERAL)
    strays = (*found.only_glpk, *found.only_program)
    return replace(compared, missing=(*compared.missing, *strays), missing_count=compared.missing_count + len(strays))


@pytest.mark.parametrize("name", NAMES)
def test_glpk_makes_our_matrix_of_the_published_text(name: str) -> None:
    translation = translated(name)
    compared = beside_glpk(mathprog(translation), translation)
    assert (compared.reason, compared.missing) == ("", ())
    assert (compared.rows, compared.nonzeros) == (translation.program.n_rows, translation.program.matrix.nnz)
    for figures in (compared.coefficients, compared.sides, compared.bounds, compared.costs):
        assert figures is not None
        assert figures.count == 0, f"{figures.where}: {figures.largest}"


def test_a_figure_that_is_not_the_same_is_found() -> None:
    translation = translated("infrastructure_ch_2050")
    source = mathprog(translation)
    before = "param lifetime {TECHNOLOGIES} default 20;"
    assert before in source.text
    other = replace(source, text=source.text.replace(before, before.replace("20", "20.0000000001")))
    compared = beside_glpk(other, translation)
    assert compared.coefficients is not None
    assert compared.coefficients.count > 0
