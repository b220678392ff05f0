"""Bundles: read from disk and elsewhere, every problem told, written to the same bytes, sealed and verified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import btm_cases
import btm_writer
import fsspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from btm_writer import EXACT, INPUTS, OUTPUTS, append

from energyscope.families.btm import columns
from energyscope.families.btm.bundles.bundle import load_bundle
from energyscope.families.btm.bundles.jsontext import json_bytes, json_text
from energyscope.families.btm.bundles.validate import validate
from energyscope.families.btm.bundles.verify import verify
from energyscope.families.btm.refusals import BtmError, exit_code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return btm_writer.write_inputs(tmp_path / "bundle")


def codes(refused: pytest.ExceptionInfo[BtmError]) -> list[str]:
    return [each.code for each in refused.value.diagnostics]


@pytest.mark.parametrize("name", [name for name in btm_cases.SINGLE_SITE if name != "full_year"])
def test_reference_bundles_load_and_are_valid(name: str, tmp_path: Path) -> None:
    path = btm_cases.bundle_folder(name, tmp_path)
    bundle = load_bundle(path)
    case = btm_cases.CASES[name]["timeseries"]
    assert len(bundle.frame) == case["steps"]
    assert set(bundle.frame) == set(case["columns"])
    assert set(bundle.inputs) == set(INPUTS)
    assert validate(path) == list(bundle.warnings)


def test_a_bundle_behind_a_url_is_the_same(folder: Path) -> None:
    memory = fsspec.filesystem("memory")
    for name in INPUTS:
        memory.pipe_file(f"/btm_bundle/{name}", (folder / name).read_bytes())
    local = load_bundle(folder)
    for url in ("memory://btm_bundle", f"file://{folder}", f"{folder}/"):
        bundle = load_bundle(url)
        pd.testing.assert_frame_equal(bundle.frame, local.frame, check_exact=True)
        assert (bundle.site, bundle.run, bundle.inputs) == (local.site, local.run, local.inputs)


def test_outputs_behind_a_url_are_the_same(folder: Path) -> None:
    memory = fsspec.filesystem("memory")
    btm_writer.write(folder, "old")
    for _ in range(2):
        btm_writer.write(folder, "old", "memory://btm_out")
    assert sorted(Path(name).name for name in memory.ls("/btm_out", detail=False)) == sorted(OUTPUTS)
    for name in EXACT:
        assert memory.cat_file(f"/btm_out/{name}") == (folder / name).read_bytes()
    assert verify(folder, "memory://btm_out") == []
    memory.rm("/btm_out", recursive=True)


@pytest.mark.parametrize("url", ["nonsense://bucket/bundle", "s3://bucket/bundle"])
def test_001_a_url_without_driver(url: str) -> None:
    with pytest.raises(BtmError) as refused:
        load_bundle(url)
    assert codes(refused) == ["BTM001"]


def test_001_missing_folder_and_files(folder: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", folder / "site_config.yaml"):
        with pytest.raises(BtmError) as refused:
            load_bundle(path)
        assert codes(refused) == ["BTM001"]
        assert "gridq init" in str(refused.value)
    (folder / "run_config.yaml").unlink()
    (folder / "timeseries.parquet").unlink()
    with pytest.raises(BtmError) as refused:
        load_bundle(folder)
    assert codes(refused) == ["BTM001", "BTM001"]
    assert [each.code for each in validate(folder)] == ["BTM001", "BTM001"]


def test_layers_are_told_one_by_one_and_by_validate_at_once(folder: Path) -> None:
    append(folder / "site_config.yaml", "colour: red\n")
    append(folder / "run_config.yaml", "timestep_minutes: 7\n")
    frame = pd.read_parquet(folder / "timeseries.parquet")
    frame.iloc[3, 0] = np.nan
    frame.assign(extra=1.0).to_parquet(folder / "timeseries.parquet")
    with pytest.raises(BtmError) as refused:
        load_bundle(folder)
    assert codes(refused) == ["BTM102", "BTM103"]
    found = validate(folder)
    assert [each.code for each in found] == ["BTM102", "BTM103", "BTM207", "BTM290"]
    assert [each.severity for each in found] == ["error", "error", "error", "warning"]
    (folder / "timeseries.parquet").write_bytes(b"PAR1")
    with pytest.raises(BtmError) as refused:
        load_bundle(folder)
    assert codes(refused) == ["BTM002"]
    assert [each.code for each in validate(folder)] == ["BTM002", "BTM102", "BTM103"]


def test_validate_reads_what_only_some_bundles_have(folder: Path) -> None:
    (folder / "scenarios.yaml").write_text("schema_version: 1\ntariffs: {}\nbatteries: []\ncolour: red\n")
    (folder / "forecast.parquet").write_bytes(b"PAR1")
    assert {each.code for each in validate(folder)} >= {"BTM102", "BTM002"}
    (folder / "scenarios.yaml").unlink()
    (folder / "forecast.parquet").unlink()
    assert validate(folder) == []
    append(folder / "run_config.yaml", "runner: live\nforecast: {provider: file}\n")
    assert [each.code for each in validate(folder)] == ["BTM001"]


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        ("forecast: {provider: magic}", "BTM103", "run_config.yaml"),
        ("solver: {name: nosuch}", "BTM103", "run_config.yaml"),
        ("solver: {options: {nosuch_option: 3}}", "BTM103", "run_config.yaml"),
        ("solver: {options: {presolve: 7}}", "BTM103", "run_config.yaml"),
        ("runner: underwrite\nunderwriting: {lifetime_years: 9, discount_rate: 0}", "BTM104", "run_config.yaml"),
        ("runner: live\nrolling: {horizon_hours: 24, step_hours: 0.25}", "BTM104", "run_config.yaml"),
        ("horizon: {start: 2025-06-03T00:00:00Z, end: 2025-06-02T00:00:00Z}", "BTM104", "run_config.yaml"),
    ],
)
def test_validate_tells_what_the_run_is_refused_for(folder: Path, lines: str, code: str, said: str) -> None:
    append(folder / "run_config.yaml", f"{lines}\n")
    (found,) = validate(folder)
    assert found.code == code
    assert said in str(found.span)


def test_validate_sees_that_the_first_window_has_no_forecast(folder: Path) -> None:
    append(folder / "run_config.yaml", "runner: live\nforecast: {provider: file}\n")
    frame = pd.read_parquet(folder / "timeseries.parquet").reset_index()
    late = frame[["timestamp", columns.LOAD, columns.PV]].assign(issued_at=frame["timestamp"][3])
    late.to_parquet(folder / "forecast.parquet")
    assert [each.code for each in validate(folder)] == ["BTM220"]


def test_a_portfolio_is_no_bundle(tmp_path: Path) -> None:
    btm_writer.write_inputs(tmp_path / "north")
    (tmp_path / "portfolio.yaml").write_text("schema_version: 1\n")
    (found,) = validate(tmp_path)
    assert found.code == "BTM001"
    assert f"gridq portfolio {tmp_path}" in str(found.help) and f"{tmp_path}/north" in str(found.help)
    with pytest.raises(BtmError, match="is a portfolio"):
        verify(tmp_path)


def test_the_file_of_a_problem_is_named_with_its_folder(folder: Path) -> None:
    frame = pd.read_parquet(folder / "timeseries.parquet")
    frame.iloc[3, 0] = -1.0
    frame.to_parquet(folder / "timeseries.parquet")
    with pytest.raises(BtmError) as refused:
        load_bundle(folder)
    assert f"{folder}/timeseries.parquet: row 3 (2025-06-01T00:45:00Z): `load_kw` is -1" in str(refused.value)


def test_options_of_a_command_are_checked_with_the_rest(folder: Path) -> None:
    outside = {"horizon": {"start": "2024-01-01T00:00:00Z"}}
    with pytest.raises(BtmError) as refused:
        load_bundle(folder, lambda run: type(run).model_validate({**btm_writer.RUN, **outside}))
    assert codes(refused) == ["BTM210"]


def test_json_is_one_text_for_one_tree() -> None:
    tree = {
        "b": [np.float64(-0.0), 1 / 3, np.int64(3), float("nan"), -np.inf, True, np.bool_(False), None],
        "a": {"z": 1e-10, 2: "é", "y": -1e-12, "x": np.array([1.5, 2.0]), "w": (1, 2.0), "v": 12345678.123456789},
    }
    text = json_text(tree)
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "a": {"2": "é", "v": 12345678.123456789, "w": [1, 2.0], "x": [1.5, 2.0], "y": 0.0, "z": 0.0},
        "b": [0.0, 0.333333333, 3, None, None, True, False, None],
    }
    assert text.index('"a"') < text.index('"2"') < text.index('"z"') < text.index('"b"')
    assert "-0.0" not in text
    assert "é" in text
    assert json_text({"a": 0.1}) == '{\n  "a": 0.1\n}\n'
    assert json.loads(json_bytes({"a": "\ud800"})) == {"a": "\ud800"}
    with pytest.raises(TypeError):
        json_text({"a": {1, 2}})


def test_the_dispatch_file(folder: Path) -> None:
    btm_writer.write(folder, "old", csv=True)
    file = pq.ParquetFile(folder / "dispatch.parquet")
    assert file.schema_arrow.metadata[b"btm_schema_version"] == b"1"
    assert file.schema_arrow.metadata[b"site_id"] == b"writer"
    frame = pd.read_parquet(folder / "dispatch.parquet")
    assert tuple(frame) == columns.DISPATCH
    assert frame.index.name == "timestamp"
    assert str(frame.index.tz) == "UTC"
    assert set(frame.dtypes) == {np.dtype("float64")}
    assert not np.signbit(frame.to_numpy()).any()
    text = pd.read_csv(folder / "dispatch.csv", index_col=0, parse_dates=True)
    pd.testing.assert_frame_equal(text, frame, check_exact=True, check_index_type=False, check_freq=False)


def test_columns_of_services_come_last(folder: Path) -> None:
    dispatch, metrics, stats = btm_writer.outcome(folder, "old")
    flows = dispatch.flows.assign(service_up_kw=1.0)
    other = type(dispatch)(flows[list(reversed(flows.columns))], dispatch.frame)
    btm_writer.write_outputs(folder, other, metrics, stats, inputs={}, command="gridq backtest")
    assert tuple(pd.read_parquet(folder / "dispatch.parquet")) == (*columns.DISPATCH, "service_up_kw")


def test_metadata_tell_hashes_and_versions_but_no_dates_users_or_paths(folder: Path) -> None:
    btm_writer.write(folder, "old")
    text = (folder / "bundle_metadata.json").read_text()
    tree = json.loads(text)
    assert set(tree) == {
        "schema_version",
        "energyscope_version",
        "python_version",
        "dependency_versions",
        "command",
        "inputs",
        "outputs",
        "content_sha256",
    }
    assert set(tree["dependency_versions"]) == {"highspy", "linopy", "numpy", "pandas", "pyarrow"}
    assert set(tree["inputs"]) == set(INPUTS)
    assert set(tree["outputs"]) == {"dispatch.parquet", "metrics.json"}
    assert tree["inputs"]["site_config.yaml"]["bytes"] == (folder / "site_config.yaml").stat().st_size
    assert str(folder) not in text
    stats = json.loads((folder / "solve_stats.json").read_text())
    assert set(stats["timings_s"]) == {"solve", "write"}


FOREIGN = {"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8"}


def test_another_process_zone_locale_and_hash_seed_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    btm_writer.write(folder, "new")
    program = [sys.executable, btm_writer.__file__, "new", str(folder), str(tmp_path / "elsewhere")]
    subprocess.run(program, check=True, timeout=120, env={**os.environ, **FOREIGN})
    for name in EXACT:
        assert (tmp_path / "elsewhere" / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_rerun_gives_the_same_bytes(folder: Path) -> None:
    first = {}
    for _ in range(2):
        btm_writer.write(folder, "old")
        again = {name: (folder / name).read_bytes() for name in EXACT}
        assert again == (first := first or again)


def test_changed_inputs_or_options_need_leave_to_overwrite(folder: Path, tmp_path: Path) -> None:
    btm_writer.write(folder, "old")
    before = (folder / "metrics.json").read_bytes()
    append(folder / "site_config.yaml", "# a remark\n")
    with pytest.raises(BtmError, match=r"`site_config.yaml` changed") as refused:
        btm_writer.write(folder, "new")
    assert codes(refused) == ["BTM003"]
    assert exit_code("BTM003") == 1
    assert "--overwrite" in str(refused.value)
    assert "--out" in str(refused.value)
    assert (folder / "metrics.json").read_bytes() == before
    btm_writer.write(folder, "new", tmp_path / "out")
    btm_writer.write(folder, "new", overwrite=True)
    with pytest.raises(BtmError, match="backtest --exclusivity full"):
        btm_writer.write(folder, "new", command="gridq backtest --exclusivity full")
    assert verify(folder) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"inputs": 3}', "\xff"])
def test_foreign_metadata_need_leave_to_overwrite(folder: Path, text: str) -> None:
    (folder / "bundle_metadata.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(BtmError) as refused:
        btm_writer.write(folder, "old")
    assert codes(refused) == ["BTM003"]
    btm_writer.write(folder, "old", overwrite=True)
    assert verify(folder) == []


def test_outputs_of_an_earlier_run_that_this_one_does_not_make_go_away(folder: Path) -> None:
    dispatch, metrics, stats = btm_writer.outcome(folder, "old")
    worth = {**metrics, "underwriting": {"npv_gbp": 1.0}}
    given: dict[str, Any] = {"inputs": {}, "overwrite": True}
    btm_writer.write_outputs(folder, dispatch, worth, stats, command="gridq underwrite", csv=True, **given)
    assert json.loads((folder / "underwriting.json").read_text()) == {"npv_gbp": 1.0}
    assert set(json.loads((folder / "bundle_metadata.json").read_text())["outputs"]) == {
        "dispatch.parquet",
        "dispatch.csv",
        "metrics.json",
        "underwriting.json",
    }
    btm_writer.write_outputs(folder, dispatch, metrics, stats, command="gridq backtest", **given)
    assert {path.name for path in folder.iterdir()} == {*INPUTS, *OUTPUTS}
