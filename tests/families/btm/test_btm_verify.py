"""Verifying and writing the outputs of a bundle: nothing altered passes, nothing half written stays."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import btm_cases
import btm_writer
import fsspec
import pandas as pd
import pytest
from btm_writer import INPUTS, OUTPUTS, append

from energyscope.families.btm import columns
from energyscope.families.btm.bundles.jsontext import json_bytes
from energyscope.families.btm.bundles.outputs import write_outputs
from energyscope.families.btm.bundles.verify import verify
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.runners.runners import run_bundle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return btm_writer.write_inputs(tmp_path / "bundle")


def codes(refused: pytest.ExceptionInfo[BtmError]) -> list[str]:
    return [each.code for each in refused.value.diagnostics]


@pytest.mark.parametrize("name", ["tou_pv_2d", "reserve_two_days", "cyclic_two_days", "rolling_equals_full"])
def test_verify_passes_what_a_run_wrote(name: str, tmp_path: Path) -> None:
    path, runner = btm_cases.bundle_folder(name, tmp_path), btm_cases.CASES[name]["command"]
    made = run_bundle(path, runner)
    command = f"gridq {runner}"
    write_outputs(path, made.dispatch, made.metrics, made.stats, inputs=made.inputs, command=command, csv=True)
    assert verify(path) == []


def test_verify_without_outputs(folder: Path) -> None:
    with pytest.raises(BtmError) as refused:
        verify(folder)
    assert codes(refused) == ["BTM001"]


@pytest.mark.parametrize("name", [*INPUTS, "dispatch.parquet", "metrics.json"])
def test_verify_names_the_altered_file(folder: Path, name: str) -> None:
    btm_writer.write(folder, "old")
    assert verify(folder) == []
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    found = verify(folder)
    assert {each.code for each in found} == {"BTM401"}
    assert re.search(
        rf"{re.escape(f'{folder}/{name}')} was altered: sha256 \w{{12}}… .* instead of sha256 \w{{12}}… ",
        found[0].message,
    )
    (folder / name).unlink()
    assert f"{folder}/{name} is gone" in verify(folder)[0].message


def edit_json(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    tree = json.loads(path.read_text())
    change(tree)
    path.write_bytes(json_bytes(tree))


def test_verify_names_the_altered_figure(folder: Path) -> None:
    btm_writer.write(folder, "old")
    edit_json(folder / "metrics.json", lambda tree: tree["optimised"]["bill"].update(demand_gbp=1.0))
    messages = [each.message for each in verify(folder)]
    assert "metrics.json was altered" in messages[0]
    assert len(messages) == 2
    assert "`optimised.bill.demand_gbp` is 1.0; it is " in messages[1]


def test_verify_computes_the_bill_of_an_altered_dispatch(folder: Path) -> None:
    btm_writer.write(folder, "old")
    flows = pd.read_parquet(folder / "dispatch.parquet")
    flows.loc[flows.index[3], columns.GRID_IMPORT] += 1.0
    flows.to_parquet(folder / "dispatch.parquet")
    messages = "\n".join(each.message for each in verify(folder))
    for figure in ("optimised.bill.import_energy_gbp", "optimised.bill.total_gbp", "checks.max_balance_residual_kw"):
        assert f"`{figure}`" in messages
    for rows in (flows.iloc[1:], flows.drop(columns=columns.SOC), flows.iloc[:0]):
        rows.to_parquet(folder / "dispatch.parquet")
        assert {each.code for each in verify(folder)} == {"BTM401"}


def test_verify_compares_the_statistics_and_the_content(folder: Path) -> None:
    btm_writer.write(folder, "old")
    edit_json(folder / "solve_stats.json", lambda tree: tree.update(objective_gbp=0.0))
    assert ["solve_stats.json" in each.message for each in verify(folder)] == [True]
    btm_writer.write(folder, "old")
    edit_json(folder / "bundle_metadata.json", lambda tree: tree.update(content_sha256="0" * 64))
    assert ["content_sha256" in each.message for each in verify(folder)] == [True]
    btm_writer.write(folder, "old", overwrite=True)
    for text in ("{", "{}", "null", "[" * 100_000):
        (folder / "solve_stats.json").write_text(text)
        assert {each.code for each in verify(folder)} == {"BTM401"}


@pytest.mark.parametrize("name", ["bundle_metadata.json", "solve_stats.json"])
def test_verify_finds_a_byte_too_many(folder: Path, name: str) -> None:
    btm_writer.write(folder, "old")
    append(folder / name, " ")
    assert [f"{name} was altered" in each.message for each in verify(folder)] == [True]


@pytest.mark.parametrize(
    ("name", "section", "changed", "said"),
    [
        ("solve_stats.json", None, {"status": "infeasible"}, '`status` is "infeasible"'),
        ("solve_stats.json", None, {"dual_bound_gbp": 0.0}, "`dual_bound_gbp` is 0.0"),
        ("solve_stats.json", None, {"mip_gap": 0.5}, "`mip_gap` is 0.5"),
        ("solve_stats.json", None, {"rounds": 3}, "`exclusivity.rounds` is 1; it is 3"),
        ("solve_stats.json", None, {"backend": "glpk"}, '`backend` is "glpk"'),
        ("solve_stats.json", None, {"iterations": -1}, "`iterations` is -1"),
        ("solve_stats.json", None, {"colour": "red"}, "`colour` is nothing that a run writes"),
        ("metrics.json", "exclusivity", {"mode": "full"}, "`exclusivity.mode`"),
        ("metrics.json", "exclusivity", {"status": "binaries"}, "`exclusivity.status`"),
        ("metrics.json", "exclusivity", {"binaries": 4}, "`exclusivity.binaries`"),
        ("metrics.json", "exclusivity", {"max_simultaneous_kw": 1e-3}, "`exclusivity.max_simultaneous_kw`"),
        ("metrics.json", "exclusivity", {"relaxation_objective_gbp": 0.0}, "`exclusivity.relaxation_objective_gbp`"),
    ],
)
def test_verify_compares_what_the_solver_told(
    folder: Path, name: str, section: str | None, changed: dict[str, Any], said: str
) -> None:
    btm_writer.write(folder, "old")
    edit_json(folder / name, lambda tree: (tree if section is None else tree[section]).update(changed))
    assert said in "\n".join(each.message for each in verify(folder))


@pytest.mark.parametrize("text", ["", "{}", "null", '{"inputs": {}}', "[" * 100_000])
def test_verify_tells_metadata_that_no_run_wrote(folder: Path, text: str) -> None:
    btm_writer.write(folder, "old")
    (folder / "bundle_metadata.json").write_text(text)
    with pytest.raises(BtmError, match=r"bundle_metadata\.json") as refused:
        verify(folder)
    assert codes(refused) == ["BTM401"]
    assert "make the outputs again" in str(refused.value)


def test_verify_misses_a_hash(folder: Path) -> None:
    btm_writer.write(folder, "old")
    edit_json(folder / "bundle_metadata.json", lambda tree: tree["outputs"].pop("metrics.json"))
    with pytest.raises(BtmError, match=r"BTM401.*`outputs` has no `metrics\.json`"):
        verify(folder)


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_folder_in_the_place_of_an_output_leaves_nothing_new(folder: Path, name: str) -> None:
    (folder / name).mkdir()
    with pytest.raises(BtmError, match=f"BTM004.*{name}"):
        btm_writer.write(folder, "old", overwrite=True)
    assert {path.name for path in folder.iterdir()} == {*INPUTS, name}


@pytest.mark.parametrize("before", [False, True])
def test_a_move_that_fails_takes_back_those_before(folder: Path, before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if before:
        btm_writer.write(folder, "old")
    there = {path.name: path.read_bytes() for path in folder.iterdir()}
    move = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.stat().st_nlink == 1 and target.name == "solve_stats.json":
            raise OSError(5, "Input/output error")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(BtmError, match=r"BTM004.*Input/output error"):
        btm_writer.write(folder, "new", overwrite=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == there


def test_a_move_that_fails_behind_a_url_takes_back_those_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = fsspec.filesystem("memory")
    btm_writer.write(folder, "old", "memory://btm_back")
    there = {name: memory.cat_file(name) for name in memory.ls("/btm_back", detail=False)}
    move = type(memory).mv

    def failing(self: Any, one: str, other: str, **options: Any) -> None:
        if other.endswith("solve_stats.json"):
            raise OSError(5, "Input/output error")
        move(self, one, other, **options)

    monkeypatch.setattr(type(memory), "mv", failing)
    with pytest.raises(BtmError, match="BTM004"):
        btm_writer.write(folder, "new", "memory://btm_back", overwrite=True)
    assert {name: memory.cat_file(name) for name in memory.ls("/btm_back", detail=False)} == there
    memory.rm("/btm_back", recursive=True)


def test_verify_leaves_aside_what_options_may_have_mended(folder: Path) -> None:
    append(folder / "run_config.yaml", "backend: glpk\nexclusivity: {mode: full}\n")
    btm_writer.write(folder, "old", command="gridq backtest --exclusivity auto --backend linopy")
    assert verify(folder) == []


def test_verify_follows_the_horizon_of_the_dispatch(folder: Path, tmp_path: Path) -> None:
    """Outputs of a command with --start and --end are those of a part of the data."""
    part = tmp_path / "part"
    shutil.copytree(folder, part)
    frame = pd.read_parquet(folder / "timeseries.parquet").iloc[96:192]
    frame.to_parquet(part / "timeseries.parquet")
    btm_writer.write(folder, "old")
    outcome = btm_writer.outcome(part, "old")
    given = {"inputs": btm_writer.hash_files(folder, INPUTS), "command": "gridq backtest --start ..."}
    btm_writer.write_outputs(folder, *outcome, **given, overwrite=True)
    assert verify(folder) == []
