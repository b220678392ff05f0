"""The published wheel: its text is read as it is, our own text and data give the same program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import import_dataset
import make_core_small
from energyscope import models
from energyscope.energyscope import Energyscope
from energyscope.models import Model
from energyscope.program.blocks import Program
from solve_published_run import with_published_pv

PUBLISHED_PV = Path(__file__).resolve().parents[3] / "shared" / "reference" / "core" / "pv_of_published_run.json"

FAMILIES = {
    "end_uses_t": (8_064, 10_368),
    "totalcost_cal": (1, 245),
    "investment_cost_calc": (108, 214),
    "main_cost_calc": (108, 203),
    "op_cost_calc": (28, 5_500),
    "totalGWP_calc": (1, 29),
    "gwp_constr_calc": (108, 159),
    "gwp_op_calc": (28, 2_908),
    "size_limit": (108, 108),
    "capacity_factor_t": (31_104, 61_690),
    "capacity_factor": (108, 31_212),
    "resource_availability": (28, 8_064),
    "resource_constant_import": (1_152, 2_304),
    "layer_balance": (8_064, 483_264),
    "storage_level": (219_000, 876_000),
    "impose_daily_storage": (113_880, 227_760),
    "limit_energy_stored_to_maximum": (105_120, 210_240),
    "storage_layer_in": (201_600, 194_400),
    "storage_layer_out": (201_600, 194_400),
    "limit_energy_to_power_ratio": (185_472, 556_416),
    "limit_energy_to_power_ratio_bis": (16_128, 64_512),
    "network_losses": (3_168, 16_128),
    "extra_grid": (1, 4),
    "extra_dhn": (1, 19),
    "operating_strategy_mob_passenger": (4_032, 8_064),
    "operating_strategy_mobility_freight": (2_592, 5_184),
    "Freight_shares": (1, 3),
    "thermal_solar_capacity_factor": (2_880, 3_890),
    "thermal_solar_total_capacity": (1, 11),
    "decentralised_heating_balance": (2_880, 169_920),
    "EV_storage_size": (2, 4),
    "EV_storage_for_V2G_demand": (576, 1_152),
    "Minimum_GWP_reduction": (1, 1),
    "f_max_perc": (68, 144_576),
    "f_min_perc": (68, 19_584),
    "extra_efficiency": (1, 1),
    "solar_area_limited": (1, 3),
}
"""Rows, constant ones included, and nonzeros that GLPK makes of each constraint."""


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.usefixtures("published_files")
def test_published_core_and_ours_are_the_program_that_glpk_makes() -> None:
    published = _program(models.core_td)
    ours = _program(models.core)

    for program in (published, ours):
        assert program.sizes == {
            "rows": 1_093_681,
            "columns": 676_022,
            "nonzeros": 3_298_540,
            "integers": 0,
            "constant_rows": 14_402,
            "unused_columns": 0,
        }
        blocks = program.constraints.items()
        assert {name: (len(block.index) + block.constant_rows, block.matrix.nnz) for name, block in blocks} == FAMILIES
    for name, block in published.constraints.items():
        twin = ours.constraints[name]
        for one, other in ((block.matrix.data, twin.matrix.data), (block.lower, twin.lower), (block.upper, twin.upper)):
            assert np.allclose(np.sort(one), np.sort(other), rtol=1e-12, atol=0), name


def _program(model: Model) -> Program:
    return Energyscope(model).translate().program


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED_PV.exists(), reason="the published photovoltaic table is not there")
def test_photovoltaic_table_of_the_published_run_has_ten_nonzeros_more() -> None:
    assert with_published_pv(PUBLISHED_PV).translate().program.sizes["nonzeros"] == 3_298_550


@pytest.mark.network
@pytest.mark.usefixtures("published_files")
@pytest.mark.parametrize(
    ("script", "dataset"),
    [(import_dataset.main, "core"), (make_core_small.main, "core_small")],
    ids=["core", "core_small"],
)
def test_scripts_make_the_data_sets_that_are_checked_in(
    script: Callable[[], None],
    dataset: str,
    checkout: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["script", "--out", str(tmp_path)])
    script()

    stored = checkout / "data" / "datasets" / dataset
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in stored.glob("*.dat"))
    for name in made:
        assert (tmp_path / name).read_bytes() == (stored / name).read_bytes()
