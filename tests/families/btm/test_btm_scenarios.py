"""Grids of tariffs and batteries: rows in file order, wherever they are run; errors as rows; files."""

from __future__ import annotations

import os
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from btm_cases import CASES, allowed, bundle_folder

from energyscope.backends.base import BackendError, Progress
from energyscope.families.btm.accounts.finance import underwriting
from energyscope.families.btm.bundles.bundle import Bundle, load_bundle
from energyscope.families.btm.config.schemas import Scenarios
from energyscope.families.btm.refusals import BtmError, refuse
from energyscope.families.btm.runners.parallel import Place, results
from energyscope.families.btm.runners.scenario_files import require_unchanged, write_scenarios
from energyscope.families.btm.runners.scenarios import COLUMNS, run_scenarios

CASE = "tou_pv_2d"
GRID: dict[str, Any] = {
    "schema_version": 1,
    "tariffs": {
        "as_is": {},
        "standing": {"fixed_charges": [{"name": "standing", "rate_gbp_per_day": 3.0}]},
        "broken": {"import_price_multiplier": -1.0},
    },
    "batteries": [
        {"name": "none", "capacity_kwh": 0.0},
        {"name": "own"},
        {"name": "double", "capacity_kwh": 200.0, "max_soc_kwh": 200.0},
        {"name": "leaky", "max_soc_kwh": 1e6},
    ],
}
WORTH = {"lifetime_years": 10, "discount_rate": 0.07, "capex_gbp_per_kwh": 250.0, "annualise": True}


def grid(**changed: Any) -> Scenarios:
    return Scenarios.model_validate({**GRID, **changed})


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load_bundle(bundle_folder(CASE, tmp_path_factory.mktemp("scenarios"), run_config={"underwriting": WORTH}))


@pytest.fixture(scope="module")
def table(bundle: Bundle) -> pd.DataFrame:
    return run_scenarios(bundle, grid()).table


def row(table: pd.DataFrame, tariff: str, battery: str) -> pd.Series:
    return table.set_index(["tariff", "battery"]).loc[(tariff, battery)]


def test_rows_stand_in_the_order_of_the_file(table: pd.DataFrame) -> None:
    assert tuple(table.columns) == COLUMNS
    pairs = [(tariff, battery["name"]) for tariff in GRID["tariffs"] for battery in GRID["batteries"]]
    assert list(zip(table["tariff"], table["battery"], strict=True)) == pairs


def test_an_empty_patch_is_the_bundle_itself(table: pd.DataFrame) -> None:
    own, expected = row(table, "as_is", "own"), CASES[CASE]["expected"]
    for column, path in {
        "objective_gbp": "objective_gbp",
        "baseline_total_gbp": "baseline.bill.total_gbp",
    }.items():
        assert own[column] == pytest.approx(expected[path], abs=allowed(path, expected[path]))
    assert own["capacity_kwh"] == CASES[CASE]["site_config"]["battery"]["capacity_kwh"]
    assert own["status"] == "ok"


def test_patches_do_what_they_say(table: pd.DataFrame) -> None:
    own, none, double = (row(table, "as_is", name) for name in ("own", "none", "double"))
    charged = 3 - sum(each["rate_gbp_per_day"] for each in CASES[CASE]["run_config"]["tariff"]["fixed_charges"])
    for name in ("own", "none"):
        standing = row(table, "standing", name)
        assert standing["bill_total_gbp"] == pytest.approx(
            row(table, "as_is", name)["bill_total_gbp"] + 2 * charged, abs=1e-6
        )
    assert (none["capacity_kwh"], none["max_discharge_kw"], none["savings_gbp"], none["capex_gbp"]) == (0, 0, 0, 0)
    assert double["objective_gbp"] <= own["objective_gbp"] + 1e-6
    assert double["capex_gbp"] == 250 * 200


def test_a_start_from_the_scenario_before_changes_no_optimum(table: pd.DataFrame, bundle: Bundle) -> None:
    for tariff in ("as_is", "standing"):
        alone = run_scenarios(bundle, grid(tariffs={tariff: GRID["tariffs"][tariff]}, batteries=[GRID["batteries"][2]]))
        assert alone.table.loc[0, "objective_gbp"] == pytest.approx(
            row(table, tariff, "double")["objective_gbp"], rel=1e-9
        )


def test_figures_of_finance(table: pd.DataFrame, bundle: Bundle) -> None:
    own = row(table, "as_is", "own")
    config = bundle.run.underwriting
    assert config is not None
    told = underwriting(config, bundle.site.battery, own["savings_gbp"] * 365 / 2)
    assert own["npv_gbp"] == pytest.approx(told["npv_gbp"], rel=1e-9)
    assert own["irr"] == pytest.approx(told["irr"], rel=1e-9)
    assert own["simple_payback_years"] == pytest.approx(told["simple_payback_years"], rel=1e-9)


def test_failed_scenarios_are_rows(table: pd.DataFrame, bundle: Bundle) -> None:
    broken, leaky = row(table, "broken", "own"), row(table, "as_is", "leaky")
    assert broken["status"].startswith("BTM103: ")
    assert "import_price_multiplier" in broken["status"]
    assert leaky["status"].startswith("BTM104: ")
    assert broken[["objective_gbp", "savings_gbp", "npv_gbp"]].isna().all()
    assert table[["capacity_kwh", "max_discharge_kw"]].notna().all(axis=None)
    found = run_scenarios(bundle, grid(tariffs={"as_is": {}}))
    assert [each.code for each in found.errors] == ["BTM104"]
    assert found.best_savings is not None and found.best_npv is not None
    assert found.best_savings["battery"] == "double"
    assert found.best_npv["battery"] == table.loc[table["npv_gbp"].idxmax(), "battery"]


def test_a_grid_that_fails_everywhere_has_no_best(bundle: Bundle) -> None:
    found = run_scenarios(bundle, grid(tariffs={"broken": GRID["tariffs"]["broken"]}))
    assert (found.best_npv, found.best_savings) == (None, None)
    assert len(found.table) == len(GRID["batteries"])


def test_less_than_a_year_has_a_price_but_no_worth(tmp_path: Path) -> None:
    worth = {**WORTH, "annualise": False}
    short = load_bundle(bundle_folder(CASE, tmp_path, run_config={"underwriting": worth}))
    found = run_scenarios(short, grid(tariffs={"as_is": {}}, batteries=[{"name": "own"}]))
    assert [each.code for each in found.warnings] == ["BTM290"]
    assert found.table.loc[0, "capex_gbp"] > 0
    assert found.table.loc[0, ["npv_gbp", "irr", "simple_payback_years"]].isna().all()
    assert found.best_npv is None


def test_workers_make_no_difference(table: pd.DataFrame, bundle: Bundle) -> None:
    told: list[Progress] = []
    found = run_scenarios(bundle, grid(), Place(workers=2), told.append)
    pd.testing.assert_frame_equal(found.table, table, check_exact=True)
    assert [each.iteration for each in told] == list(range(1, len(table) + 1))
    assert [each.code for each in found.errors] == ["BTM104"]


def test_dask_makes_no_difference(table: pd.DataFrame, bundle: Bundle) -> None:
    distributed = pytest.importorskip("distributed", reason="dask is not installed (extra `dask`)")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        found = run_scenarios(bundle, grid(), Place(dask=cluster.scheduler_address))
    pd.testing.assert_frame_equal(found.table, table, check_exact=True)


def test_a_dask_address_that_nobody_answers(bundle: Bundle) -> None:
    pytest.importorskip("distributed", reason="dask is not installed (extra `dask`)")
    with pytest.raises(BackendError, match="nonsense://"):
        run_scenarios(bundle, grid(), Place(dask="nonsense://here"))


def squared(common: int, job: int) -> int:
    if job < 0:
        raise refuse("BTM301", f"{job} is negative", "be positive")
    return common + job * job


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order_and_the_first_error_is_raised(workers: int) -> None:
    told = results(squared, 1, [0, 1, 2, 3, -1, -2], Place(workers))
    assert [next(told) for _ in range(4)] == [1, 2, 5, 10]
    with pytest.raises(BtmError, match="-1 is negative") as failure:
        next(told)
    assert failure.value.diagnostics[0].help == "be positive"


def dying(common: int, job: int) -> int:
    if parent_process() is not None:
        os._exit(9)
    return job


def test_a_worker_that_is_killed_is_told() -> None:
    with pytest.raises(BtmError, match=r"BTM303.*worker process was ended"):
        list(results(dying, 0, [1, 2, 3], Place(2)))


def test_files_have_the_table_and_what_it_was_made_from(tmp_path: Path, table: pd.DataFrame, bundle: Bundle) -> None:
    made = {"inputs": bundle.inputs, "command": "scenarios"}
    write_scenarios(tmp_path, table, **made)
    csv, parquet = pd.read_csv(tmp_path / "scenarios.csv"), pd.read_parquet(tmp_path / "scenarios.parquet")
    pd.testing.assert_frame_equal(csv, table, atol=1e-9, rtol=0)
    pd.testing.assert_frame_equal(parquet, table, atol=1e-9, rtol=0)
    assert (tmp_path / "scenarios.csv").read_text().splitlines()[0] == ",".join(COLUMNS)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_scenarios(tmp_path, table, **made)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_table_of_other_inputs_is_kept(tmp_path: Path, table: pd.DataFrame, bundle: Bundle) -> None:
    write_scenarios(tmp_path, table, inputs=bundle.inputs, command="scenarios")
    before = (tmp_path / "scenarios.csv").read_bytes()
    with pytest.raises(BtmError, match=r"BTM003.*scenarios\.parquet"):
        write_scenarios(tmp_path, table[:1], inputs=bundle.inputs, command="scenarios --start 2025-06-10T00:00Z")
    assert (tmp_path / "scenarios.csv").read_bytes() == before
    write_scenarios(tmp_path, table[:1], inputs={}, command="scenarios", overwrite=True)
    require_unchanged(tmp_path, inputs={}, command="scenarios")
    assert len(pd.read_csv(tmp_path / "scenarios.csv")) == 1
