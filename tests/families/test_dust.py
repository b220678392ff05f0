"""What is left out as dust, and what balances lose by it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.families import dust

LAYERS = ["power", "heat", "people"]
UNITS = pd.Series(["GWh", "GWh", "Mpkm"], LAYERS)
ROUNDING = 1e-12
"""Relative: sums of some tens of doubles."""

sizes = st.floats(-9, 2).map(lambda exponent: 10.0**exponent) | st.just(0.0)
terms = st.lists(sizes, min_size=3 * 5 * 2, max_size=3 * 5 * 2)


def as_terms(values: list[float]) -> xr.DataArray:
    signs = np.where(np.arange(len(values)) % 3 == 0, -1.0, 1.0)
    coords = {"layer": LAYERS, "item": list("abcde"), "hour": [1, 2]}
    return xr.DataArray((np.array(values) * signs).reshape(3, 5, 2), coords, ["layer", "item", "hour"])


@settings(deadline=None)
@given(terms, terms)
def test_balances_lose_no_more_than_is_said(one: list[float], other: list[float]) -> None:
    before = [as_terms(one), as_terms(other).isel(layer=[0, 1])]
    after = dust.balanced(before, UNITS)
    lost = sum(
        (left - right).sum("item").reindex(layer=LAYERS, fill_value=0.0)
        for left, right in zip(before, after, strict=True)
    )
    largest = pd.concat([abs(term).max(["item", "hour"]).to_series() for term in before]).groupby(level=0).max()
    of_unit = largest.groupby(UNITS).transform("max").reindex(LAYERS)
    allowed = dust.ACCURACY * of_unit.to_numpy()[:, None] * (1 + ROUNDING)
    assert isinstance(lost, xr.DataArray) and (abs(lost).to_numpy() <= allowed).all()
    for left, right in zip(before, after, strict=True):
        assert ((right == left) | (right == 0)).all() and not np.signbit(right.where(right == 0, 1.0)).any()


@settings(deadline=None)
@given(st.lists(sizes, min_size=1, max_size=40))
def test_sums_lose_no_more_than_is_said(values: list[float]) -> None:
    given_amounts = pd.Series(values)
    lost = (given_amounts - dust.additive(given_amounts)).sum()
    assert 0 <= lost <= dust.ACCURACY * given_amounts.sum() * (1 + ROUNDING)


def test_capacities_are_held_against_the_largest_of_their_unit() -> None:
    capacity = pd.Series([60.0, 5e-4, 7e-4, 1e-3, -0.0, np.nan], list("abcdef"))
    clean = dust.installed(capacity, ["GW", "GW", "GW", "GWh", "GW", "GW"])
    # 5e-4 is less than 1e-5 of 60, 7e-4 is more; 1e-3 is the largest in its unit
    assert clean.iloc[:5].tolist() == [60.0, 0.0, 7e-4, 1e-3, 0.0] and np.isnan(clean["f"])
    assert not np.signbit(clean["e"])
