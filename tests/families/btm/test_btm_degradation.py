"""Cycles, damage and state of health against hand-counted series and laws of counting."""

from __future__ import annotations

import numpy as np
import pytest
from btm_cases import FUNCTIONS
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from energyscope.families.btm.accounts.degradation import (
    cycle_figures,
    cycles,
    cycles_to_failure,
    damage,
    histogram,
    matching_wear_cost,
    soh,
)
from energyscope.families.btm.config.schemas import CycleLife, Degradation

REFERENCE = FUNCTIONS["rainflow"]
CURVE = tuple(CycleLife(depth=depth, cycles=count) for depth, count in REFERENCE["cycle_life"])
ROUNDING = 1e-12
"""Sums and logarithms of a few doubles."""


def test_the_reference_series_is_counted_as_by_hand() -> None:
    found = cycles(np.array(REFERENCE["soc_fraction"]))
    assert [count for _, count in found] == [count for _, count in REFERENCE["cycles_depth_count"]]
    np.testing.assert_allclose([depth for depth, _ in found], [d for d, _ in REFERENCE["cycles_depth_count"]], ROUNDING)


def test_the_example_of_the_standard() -> None:
    """ASTM E1049-85, figure 6: ranges 3, 4, 6, 8, 9 with 0.5, 1.5, 0.5, 1, 0.5 cycles."""
    load = np.array([-2, 1, -3, 5, -1, 3, -4, 4, -2])
    counted: dict[int, float] = {}
    for depth, count in cycles((load + 4) / 10):
        counted[round(depth * 10)] = counted.get(round(depth * 10), 0.0) + count
    assert counted == {3: 0.5, 4: 1.5, 6: 0.5, 8: 1.0, 9: 0.5}


def test_plateaus_are_one_point_and_the_ends_are_reversals() -> None:
    assert cycles(np.array([0.2, 0.2, 0.2])) == []
    assert cycles(np.array([0.25, 0.25, 0.5, 0.5, 0.75])) == [(0.5, 0.5)]
    assert cycles(np.array([0.75, 0.25])) == [(0.5, 0.5)]
    assert cycles(np.array([0.5])) == []


def test_what_the_solver_left_is_no_cycle() -> None:
    assert cycles(np.array([0.5, 0.5 + 1e-12, 0.5, 1.0, 0.5])) == [(0.5, 0.5), (0.5, 0.5)]


@given(arrays.arrays(np.float64, st.integers(2, 60), elements=st.integers(0, 64).map(lambda part: part / 64)))
def test_counting_keeps_the_way_that_the_charge_went(soc: np.ndarray) -> None:
    """A full cycle goes its depth twice, a half cycle once: all together that is the total variation."""
    assert sum(2 * depth * count for depth, count in cycles(soc)) == np.abs(np.diff(soc)).sum()


def test_cycle_life_between_and_beyond_its_points() -> None:
    told = {float(depth): count for depth, count in REFERENCE["cycles_to_failure"].items()}
    np.testing.assert_allclose(cycles_to_failure(np.array(list(told)), CURVE), list(told.values()), ROUNDING)


def test_one_point_of_cycle_life_means_constant_energy() -> None:
    point = (CycleLife(depth=0.8, cycles=5000.0),)
    np.testing.assert_allclose(cycles_to_failure(np.array([0.8, 0.4, 0.1]), point), [5000, 10000, 40000], ROUNDING)


def test_damage_and_state_of_health_of_the_reference() -> None:
    used = damage(cycles(np.array(REFERENCE["soc_fraction"])), CURVE)
    assert used == pytest.approx(REFERENCE["damage"], rel=ROUNDING)
    told = soh(Degradation(end_of_life_soh=REFERENCE["end_of_life_soh"], calendar_fade_per_year=0.0365), used, 10)
    assert told["cycle_fade"] == pytest.approx(REFERENCE["cycle_fade"], rel=ROUNDING)
    assert told["calendar_fade"] == pytest.approx(0.001, rel=ROUNDING)
    assert told["end_soh"] == pytest.approx(1 - REFERENCE["cycle_fade"] - 0.001, rel=ROUNDING)


def test_what_is_not_known_is_not_zero() -> None:
    counted = cycles(np.array([0.0, 1.0, 0.0]))
    assert damage(counted, None) is None
    assert soh(Degradation(calendar_fade_per_year=0.02), None, 365) == {
        "cycle_fade": None,
        "calendar_fade": 0.02,
        "end_soh": None,
    }
    assert matching_wear_cost(10000.0, None, 50.0) is None
    assert matching_wear_cost(10000.0, 0.001, 0.0) is None


def test_a_dead_battery_has_no_negative_health() -> None:
    assert soh(Degradation(calendar_fade_per_year=0.9), 10.0, 730)["end_soh"] == 0.0


def test_a_battery_at_rest_has_no_cycles() -> None:
    told = cycle_figures(cycles(np.full(10, 0.3)), CURVE)
    assert (told["count"], told["mean_depth"], told["damage"]) == (0.0, None, 0.0)


def test_cycles_by_tenths_of_depth() -> None:
    """A depth on a border, however rounded, belongs below it."""
    assert {type(each["count"]) for each in histogram([])} == {float}
    told = histogram([(0.05, 1.0), (0.3 - 0.1, 0.5), (0.6 - 0.4, 1.0), (0.21, 1.0), (1.0, 0.5)])
    assert [each["count"] for each in told] == [1.0, 1.5, 1.0, 0, 0, 0, 0, 0, 0, 0.5]
    assert (told[0]["depth_from"], told[9]["depth_to"]) == (0.0, 1.0)


def test_the_matching_wear_cost_charges_the_damage() -> None:
    """10,000 GBP, a thousandth of the life for 50 kWh: 10 GBP over 50 kWh."""
    assert matching_wear_cost(10000.0, 0.001, 50.0) == pytest.approx(0.2, rel=ROUNDING)
