"""Portfolios: sites alone and behind common limits, their figures, files and refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from btm_cases import CASES, allowed, at, bundle_folder, write_yaml

from energyscope.families.btm.bundles.bundle import load_bundle
from energyscope.families.btm.bundles.folder import INPUTS
from energyscope.families.btm.bundles.verify import verify
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.runners.parallel import Place
from energyscope.families.btm.runners.portfolio import PortfolioOutcome, run_portfolio
from energyscope.families.btm.runners.portfolio_files import write_portfolio
from energyscope.families.btm.runners.runners import backtest
from energyscope.families.btm.runners.sites import load_portfolio

CASE = "portfolio_shared_export"
SITES = ("north", "south")
COST = 1e-6
"""GBP: what bill and objective may differ by."""


def folder_of(tmp_path: Path, **changed: Any) -> Path:
    folder = bundle_folder(CASE, tmp_path)
    write_yaml(folder / "portfolio.yaml", {**CASES[CASE]["portfolio"], **changed})
    return folder


def outcome_of(tmp_path: Path, **changed: Any) -> PortfolioOutcome:
    return run_portfolio(load_portfolio(folder_of(tmp_path, **changed)))


def test_the_reference_portfolio(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path)
    for path, expected in CASES[CASE]["expected"].items():
        assert at(outcome.metrics, path) == pytest.approx(expected, abs=allowed(path, expected)), path
    exported = sum(each.dispatch.flow("grid_export_kw") for each in outcome.sites.values())
    assert exported.max() <= 70 + 1e-6
    assert outcome.metrics["peaks"]["export_peak_step_kw"] == exported.max()
    shares = [each.metrics["objective_gbp"] for each in outcome.sites.values()]
    assert sum(shares) == pytest.approx(outcome.metrics["objective_gbp"], abs=COST)
    assert all(each.metrics["checks"]["passed"] for each in outcome.sites.values())


def test_the_price_of_the_limit_is_what_more_of_it_saves(tmp_path: Path) -> None:
    """By finite difference: a kW is so little that the same steps stay bound."""
    costs = {}
    for limit in (70.0, 70.5, 71.0):
        costs[limit] = outcome_of(tmp_path, shared={"export_limit_kw": limit}).metrics
    price = costs[70.0]["shared"]["export_price_gbp"]
    saved = [costs[70.0]["objective_gbp"] - costs[limit]["objective_gbp"] for limit in (70.5, 71.0)]
    assert price == pytest.approx(saved[1], abs=COST)
    assert saved[0] == pytest.approx(saved[1] / 2, abs=COST)
    assert costs[70.0]["shared"]["import_price_gbp"] is None


def test_independent_sites_are_so_many_backtests(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, coupling="independent")
    alone = {name: backtest(load_bundle(folder / name)) for name in SITES}
    outcome = run_portfolio(load_portfolio(folder))
    told = outcome.metrics
    assert told["objective_gbp"] == pytest.approx(CASES[CASE]["expected"]["uncoupled_objective_gbp"], abs=1e-6)
    assert told["coupling_cost_gbp"] == 0
    assert told["shared"] == {"import_price_gbp": None, "export_price_gbp": None}
    for name in SITES:
        assert told["sites"][name]["bill"] == alone[name].metrics["optimised"]["bill"]
        pd.testing.assert_frame_equal(outcome.sites[name].dispatch.flows, alone[name].dispatch.flows)


def test_limits_that_bind_nothing_cost_nothing(tmp_path: Path) -> None:
    told = outcome_of(tmp_path, shared={"import_limit_kw": 1e4, "export_limit_kw": 1e4}).metrics
    assert told["coupling_cost_gbp"] == pytest.approx(0, abs=COST)
    assert told["shared"]["import_price_gbp"] == pytest.approx(0, abs=COST)


def test_workers_make_no_difference(tmp_path: Path) -> None:
    portfolio = load_portfolio(folder_of(tmp_path, coupling="independent"))
    assert run_portfolio(portfolio, Place(workers=2)).metrics == run_portfolio(portfolio).metrics


def test_one_price_signal_for_all(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, coupling="independent", price_signal="prices.parquet")
    index = load_bundle(folder / "north").frame.index
    hours = pd.date_range(index[0], periods=len(index) + 4, freq="30min", name="timestamp")
    prices = np.where(hours.hour < 6, 0.1, 0.3)
    signal = pd.DataFrame({"import_price_gbp_per_kwh": prices, "export_price_gbp_per_kwh": 0.02}, hours)
    signal.to_parquet(folder / "prices.parquet")
    portfolio = load_portfolio(folder)
    outcome = run_portfolio(portfolio)
    for name in SITES:
        used = outcome.sites[name].dispatch.frame
        assert (used["import_price_gbp_per_kwh"].to_numpy() == prices[: len(used)]).all()
        assert used["load_kw"].equals(load_bundle(folder / name).frame["load_kw"])
    assert set(portfolio.inputs) == {"portfolio.yaml", "prices.parquet"}
    write_portfolio(folder, portfolio, outcome, command="portfolio")
    assert [verify(folder / name) for name in SITES] == [[], []]
    metadata = json.loads((folder / "north" / "bundle_metadata.json").read_text())
    assert set(metadata["inputs"]) - {"portfolio.yaml", "prices.parquet"} == set(INPUTS)
    (signal * 1.5).to_parquet(folder / "prices.parquet")
    assert ["prices.parquet was altered" in each.message for each in verify(folder / "north")] == [True]
    (folder / "portfolio.yaml").rename(folder / "other.yaml")
    assert "portfolio.yaml is gone" in verify(folder / "north")[0].message
    (folder / "other.yaml").rename(folder / "portfolio.yaml")
    signal.iloc[:90].to_parquet(folder / "prices.parquet")
    with pytest.raises(BtmError, match=r"BTM230.*prices\.parquet.* 6 of the steps"):
        load_portfolio(folder)
    signal.drop(columns="export_price_gbp_per_kwh").to_parquet(folder / "prices.parquet")
    with pytest.raises(BtmError, match=r"BTM201.*export_price_gbp_per_kwh"):
        load_portfolio(folder)


def test_a_price_signal_has_a_name_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(BtmError, match=r"BTM104.*`all/timeseries\.parquet` has the name of another input"):
        load_portfolio(folder_of(tmp_path, price_signal="all/timeseries.parquet"))


def test_one_site_that_takes_no_outputs_leaves_all_sites_as_they_were(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, coupling="independent")
    portfolio = load_portfolio(folder)
    outcome = run_portfolio(portfolio)
    (folder / "south" / "metrics.json").mkdir()
    with pytest.raises(BtmError, match=r"BTM004.*metrics\.json"):
        write_portfolio(folder, portfolio, outcome, command="portfolio")
    assert {path.name for path in (folder / "north").iterdir()} == set(INPUTS)


def shorten(folder: Path) -> None:
    pd.read_parquet(folder / "timeseries.parquet").iloc[:90].to_parquet(folder / "timeseries.parquet")


def shift(folder: Path) -> None:
    series = pd.read_parquet(folder / "timeseries.parquet")
    series.set_axis(series.index + pd.Timedelta(minutes=30)).rename_axis("timestamp").to_parquet(
        folder / "timeseries.parquet"
    )


def refine(folder: Path) -> None:
    series = pd.read_parquet(folder / "timeseries.parquet").resample("15min").ffill()
    series.to_parquet(folder / "timeseries.parquet")
    config = (folder / "run_config.yaml").read_text()
    (folder / "run_config.yaml").write_text(config.replace("timestep_minutes: 30", "timestep_minutes: 15"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (shorten, "the first has 96 of them, the second 90"),
        (shift, "step 0 is 2025-06-10T23:00:00Z in the first and 2025-06-10T23:30:00Z in the second"),
        (refine, "timestep_minutes is 30 in `north`, 15 in `south`"),
    ],
)
def test_sites_with_other_steps_are_refused(change: Any, said: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    change(folder / "south")
    with pytest.raises(BtmError, match=f"BTM230.*{said}"):
        load_portfolio(folder)


def test_the_problems_of_all_sites_are_told_together(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sites=["north", "south", "west"])
    (folder / "north" / "run_config.yaml").unlink()
    with pytest.raises(BtmError) as failure:
        load_portfolio(folder)
    told = [each.message for each in failure.value.diagnostics]
    assert [each.code for each in failure.value.diagnostics] == ["BTM001", "BTM001"]
    assert "north" in told[0] and "west" in told[1]
    with pytest.raises(BtmError, match=r"BTM001.*portfolio\.yaml"):
        load_portfolio(folder / "south")


def test_two_folders_with_one_site_id(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    config = folder / "south" / "site_config.yaml"
    config.write_text(config.read_text().replace("site_id: south", "site_id: north"))
    with pytest.raises(BtmError, match=r"BTM104.*`north` and `south` both have site_id `north`"):
        load_portfolio(folder)


def test_outputs_of_sites_and_portfolio(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    portfolio = load_portfolio(folder)
    outcome = run_portfolio(portfolio)
    write_portfolio(folder, portfolio, outcome, command="portfolio")
    told = json.loads((folder / "portfolio_metrics.json").read_text())
    assert told["objective_gbp"] == pytest.approx(outcome.metrics["objective_gbp"], abs=1e-9)
    assert [verify(folder / name) for name in SITES] == [[], []]
    stats = json.loads((folder / "south" / "solve_stats.json").read_text())
    assert set(stats["timings_s"]) == {"read", "validate", "build", "solve", "write"}
    before = {str(path): path.read_bytes() for path in folder.rglob("*.json") if path.name != "solve_stats.json"}
    write_portfolio(folder, portfolio, run_portfolio(load_portfolio(folder)), command="portfolio")
    assert {
        str(path): path.read_bytes() for path in folder.rglob("*.json") if path.name != "solve_stats.json"
    } == before


def test_a_changed_portfolio_does_not_replace_outputs(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    portfolio = load_portfolio(folder)
    write_portfolio(folder, portfolio, run_portfolio(portfolio), command="portfolio")
    changed = load_portfolio(folder_of(tmp_path, shared={"export_limit_kw": 60.0}))
    outcome = run_portfolio(changed)
    with pytest.raises(BtmError, match=r"BTM003.*portfolio\.yaml"):
        write_portfolio(folder, changed, outcome, command="portfolio")
    write_portfolio(folder, changed, outcome, command="portfolio", overwrite=True)
    write_portfolio(tmp_path / "elsewhere", changed, outcome, command="portfolio")
    assert (tmp_path / "elsewhere" / "north" / "dispatch.parquet").exists()
