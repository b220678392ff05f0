"""The native formulations against the translated text, row by row."""

from __future__ import annotations

import linopy
import numpy as np
import pytest

from energyscope import models
from energyscope.energyscope import Energyscope
from energyscope.families.core import GROUPS
from program_agreement import assert_same_program

CORE_ROWS = {
    "end_uses_t": 8_064,
    "layer_balance": 8_064,
    "capacity_factor_t": 31_104,
    "capacity_factor": 108,
    "size_limit": 108,
    "resource_availability": 28,
    "resource_constant_import": 1_152,
    "storage_level": 219_000,
    "impose_daily_storage": 113_880,
    "limit_energy_stored_to_maximum": 105_120,
    "storage_layer_in": 194_400,
    "storage_layer_out": 194_400,
    "limit_energy_to_power_ratio": 185_472,
    "limit_energy_to_power_ratio_bis": 16_128,
    "totalcost_cal": 1,
    "investment_cost_calc": 108,
    "main_cost_calc": 108,
    "op_cost_calc": 28,
    "gwp_constr_calc": 108,
    "gwp_op_calc": 28,
    "totalGWP_calc": 1,
    "Minimum_GWP_reduction": 1,
    "operating_strategy_mob_passenger": 4_032,
    "operating_strategy_mobility_freight": 2_592,
    "Freight_shares": 1,
    "EV_storage_size": 2,
    "EV_storage_for_V2G_demand": 576,
    "thermal_solar_capacity_factor": 2_880,
    "thermal_solar_total_capacity": 1,
    "decentralised_heating_balance": 2_880,
    "network_losses": 3_168,
    "extra_grid": 1,
    "extra_dhn": 1,
    "f_max_perc": 66,
    "f_min_perc": 68,
    "extra_efficiency": 1,
    "solar_area_limited": 1,
}
"""GLPK's counts for the published text, constant rows taken off."""

CORE_NONZEROS = {
    "end_uses_t": 10_368,
    "layer_balance": 483_264,
    "capacity_factor_t": 61_690,
    "capacity_factor": 31_212,
    "storage_level": 876_000,
    "limit_energy_to_power_ratio": 556_416,
    "limit_energy_to_power_ratio_bis": 64_512,
    "totalcost_cal": 245,
    "op_cost_calc": 5_500,
    "decentralised_heating_balance": 169_920,
    "extra_dhn": 19,
    "network_losses": 16_128,
    "f_max_perc": 144_576,
    "f_min_perc": 19_584,
}


@pytest.mark.parametrize("semantics", ["legacy", "v1"])
@pytest.mark.filterwarnings("error:::linopy")
@pytest.mark.parametrize("name", ["toy", "core_small"])
def test_the_native_program_is_that_of_the_text(name: str, semantics: str) -> None:
    with linopy.options as options:
        options["semantics"] = semantics
        native = Energyscope(models.catalogue[name], backend="linopy:native").program()
    text = Energyscope(models.catalogue[name], backend="linopy:text").program()
    assert_same_program(native, text)
    assert (list(native.variables), list(native.constraints)) == (list(text.variables), list(text.constraints))
    for ours, theirs in zip(native.constraints.values(), text.constraints.values(), strict=True):
        np.testing.assert_array_equal(ours.index.columns, theirs.index.columns, err_msg=ours.name)


@pytest.mark.slow
def test_the_national_program_has_the_published_sizes() -> None:
    native = Energyscope(models.core, backend="linopy:native").program()
    sizes = native.sizes
    assert (sizes["rows"], sizes["columns"], sizes["nonzeros"]) == (1_093_681, 676_022, 3_298_540)
    assert sizes["unused_columns"] == 0
    assert {name: len(block.index) for name, block in native.constraints.items()} == CORE_ROWS
    nonzeros = {name: block.matrix.nnz for name, block in native.constraints.items() if name in CORE_NONZEROS}
    assert nonzeros == CORE_NONZEROS
    assert_same_program(native, Energyscope(models.core, backend="linopy:text").program())


def test_nine_groups_hold_all_families_once() -> None:
    families = [name for group in GROUPS.values() for name in group]
    assert len(GROUPS) == 9
    assert len(families) == 37
    assert set(families) == set(CORE_ROWS)


def test_every_family_says_equation_unit_and_source() -> None:
    for group in GROUPS.values():
        for name, family in group.items():
            said = family.__doc__ or ""
            assert "[" in said, name
            assert "(Eq. 2." in said or "(Fig. 2." in said, name
