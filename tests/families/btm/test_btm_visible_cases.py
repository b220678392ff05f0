"""Every reference case end to end: all values that it lists, and the laws of its dispatch in every step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from btm_cases import CASES, SINGLE_SITE, allowed, at, bundle_folder
from btm_laws import at_most, require_laws

from energyscope.families.btm.bundles.bundle import load_bundle
from energyscope.families.btm.runners.portfolio import run_portfolio
from energyscope.families.btm.runners.runners import run_bundle
from energyscope.families.btm.runners.sites import load_portfolio

NAMES = [pytest.param(name, marks=pytest.mark.slow) if name == "full_year" else name for name in SINGLE_SITE]


def require_values(told: dict[str, Any], expected: dict[str, float]) -> None:
    """Every listed value, and all that differ told at once."""
    found = {path: at(told, path) for path in expected}
    wrong = {path: (found[path], value) for path, value in expected.items() if not near(path, found[path], value)}
    assert not wrong


def near(path: str, found: float, expected: float) -> bool:
    return abs(found - expected) <= allowed(path, expected)


@pytest.mark.parametrize("name", NAMES)
def test_a_case_has_its_values_and_keeps_the_laws(name: str, tmp_path: Path) -> None:
    folder = bundle_folder(name, tmp_path)
    bundle, outcome = load_bundle(folder), run_bundle(folder, CASES[name]["command"])
    require_values(outcome.metrics, CASES[name]["expected"])
    require_laws(bundle.site, bundle.run, outcome.dispatch, outcome.metrics)
    assert len(outcome.dispatch.flows) == CASES[name]["timeseries"]["steps"]


@pytest.mark.parametrize("name", [name for name, each in CASES.items() if "portfolio" in each])
def test_a_portfolio_has_its_values_and_every_site_keeps_the_laws(name: str, tmp_path: Path) -> None:
    portfolio = load_portfolio(bundle_folder(name, tmp_path))
    outcome = run_portfolio(portfolio)
    require_values(outcome.metrics, CASES[name]["expected"])
    for folder, each in outcome.sites.items():
        bundle = portfolio.bundles[folder]
        require_laws(bundle.site, bundle.run, each.dispatch, each.metrics)
    shared = CASES[name]["portfolio"]["shared"]
    flows = [each.dispatch.flows for each in outcome.sites.values()]
    at_most(sum(each["grid_import_kw"] for each in flows), shared["import_limit_kw"])
    at_most(sum(each["grid_export_kw"] for each in flows), shared["export_limit_kw"])
