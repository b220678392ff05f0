"""The examples: made the same every time, accepted as they are, and what they give."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import generate_example_bundles
from energyscope.families.btm.bundles import examples
from energyscope.families.btm.bundles.validate import validate
from energyscope.families.btm.refusals import BtmError

pytest.importorskip("pvlib", reason="the extra `btm` is not installed")

GOLDEN = Path(__file__).parent / "golden"
QUICK = [name for name in examples.NAMES if name != "full_year_underwrite"]
UNIQUE = 1e-6
"""Relative agreement of what all optima have in common: that of the reference cases."""
CHOSEN = 1e-2
"""Relative agreement of what depends on the optimum that a solver chooses among equals; another version may choose
another one."""
OF_THE_OPTIMUM = frozenset(
    {
        "battery.equivalent_full_cycles",
        "battery.soh.end_soh",
        "optimised.peaks.import_peak_kw",
        "shared.export_price_gbp",
        "underwriting.irr",
        "underwriting.npv_gbp",
        "underwriting.simple_payback_years",
    }
)


def golden(name: str) -> dict[str, Any]:
    tree = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(tree, dict)
    return tree


def compare(found: Mapping[str, Any], expected: Mapping[str, Any], live: bool = False) -> None:
    assert found.keys() == expected.keys()
    for path, value in expected.items():
        if not isinstance(value, float):
            assert found[path] == value, path
            continue
        # plans of a live run are settled: each depends on the optimum chosen before
        loose = path in OF_THE_OPTIMUM or (live and not path.startswith(("baseline", "no_assets")))
        assert found[path] == pytest.approx(value, rel=CHOSEN if loose else UNIQUE, abs=1e-6), path


def test_there_is_a_golden_file_for_each_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(examples.NAMES)


@pytest.mark.parametrize("name", QUICK)
def test_the_figures_are_those_of_the_golden_file(name: str) -> None:
    compare(generate_example_bundles.figures(name), golden(name), live=name.startswith("live"))


@pytest.mark.slow
def test_the_figures_of_the_year_are_those_of_the_golden_file() -> None:
    compare(generate_example_bundles.figures("full_year_underwrite"), golden("full_year_underwrite"))


def test_each_shows_what_it_is_there_for() -> None:
    told = {name: golden(name) for name in examples.NAMES}
    assert all(each["savings.percent"] > 5 for each in told.values() if "savings.percent" in each)
    assert told["negative_prices_week"]["exclusivity.status"] == "binaries"
    negative = told["negative_prices_week"]
    assert negative["exclusivity.relaxation_objective_gbp"] < negative["objective_gbp"] - 1
    kva, capacity = told["kva_limit_january"], examples.EXAMPLES["kva_limit_january"].run["tariff"]["capacity_charge"]
    agreed_kw = capacity["agreed_capacity_kva"] * capacity["power_factor"]
    assert kva["baseline.peaks.import_peak_kw"] > agreed_kw
    assert kva["optimised.peaks.import_peak_kw"] == pytest.approx(agreed_kw)
    year = told["full_year_underwrite"]
    assert year["underwriting.npv_gbp"] > 0
    assert 3 < year["underwriting.simple_payback_years"] < 15
    assert 0.9 < year["battery.soh.end_soh"] < 1
    live = told["live_persistence_week"]
    assert live["rolling.regret_gbp"] > 1
    assert live["rolling.windows"] == 7
    assert told["portfolio_two_sites"]["coupling_cost_gbp"] > 0.5
    assert told["portfolio_two_sites"]["peaks.export_peak_step_kw"] == pytest.approx(30.0)


def test_the_week_of_the_clock_change_has_an_hour_more(tmp_path: Path) -> None:
    examples.write("duos_dst_week", tmp_path)
    index = pd.DatetimeIndex(pd.read_parquet(tmp_path / "timeseries.parquet").index)
    local = index.tz_convert(examples.TIMEZONE)
    assert len(index) == 2 * (7 * 24 + 1)
    assert local.tz_localize(None).duplicated().sum() == 2
    assert {str(each.time()) for each in local[[0, -1]]} == {"00:00:00", "23:30:00"}


@pytest.mark.parametrize("name", list(examples.EXAMPLES))
def test_each_is_accepted_without_a_word(name: str, tmp_path: Path) -> None:
    examples.write(name, tmp_path)
    assert validate(tmp_path) == []
    first = (tmp_path / "site_config.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# {examples.EXAMPLES[name].shows}"


def test_the_script_writes_the_same_bytes_in_another_process(tmp_path: Path, checkout: Path) -> None:
    script = checkout / "scripts" / "generate_example_bundles.py"
    paths = os.pathsep.join(path for path in sys.path if path)
    for folder, zone, seed in (("one", "UTC", "0"), ("other", "Asia/Kolkata", "1")):
        environment = {**os.environ, "PYTHONPATH": paths, "TZ": zone, "PYTHONHASHSEED": seed}
        command = [sys.executable, str(script), str(tmp_path / folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        assert [Path(line).name for line in done.stdout.splitlines()] == list(examples.NAMES)
    one, other = (
        {path.relative_to(tmp_path / folder): path.read_bytes() for path in (tmp_path / folder).rglob("*.*")}
        for folder in ("one", "other")
    )
    assert one == other
    assert len(one) == 3 * len(examples.EXAMPLES) + 3 * len(examples.PORTFOLIO_SITES) + 1


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), (["--other"], 2), (["a", "b"], 2)])
def test_the_script_explains_itself(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate_example_bundles.main(words) == code
    assert "tests/families/btm/golden" in capsys.readouterr().out


def test_a_place_that_takes_no_files_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert generate_example_bundles.main([str(tmp_path / "file")]) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_an_unknown_example_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(BtmError) as refused:
        examples.write("nothing", tmp_path)
    assert refused.value.diagnostics[0].code == "BTM001"
    assert all(name in str(refused.value.diagnostics[0].help) for name in examples.NAMES)
