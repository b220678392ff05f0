"""Forecast providers of a rolling run: what each knows at an instant, and files that are refused."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.runners import forecast as forecasts
from energyscope.families.btm.runners.forecast import Persistence, Replay, provider_of
from energyscope.families.btm.runners.forecast_file import Issued, read_issues

START = pd.Timestamp("2025-06-01", tz="UTC")
PUBLISHED = ["import_price_gbp_per_kwh", "export_price_gbp_per_kwh"]


def truth(steps: int = 12) -> pd.DataFrame:
    """Load counts the steps, PV is ten times that."""
    index = pd.date_range(START, periods=steps, freq="h", name="timestamp").as_unit("us")
    count = np.arange(steps, dtype=float)
    return pd.DataFrame({"load_kw": count, "pv_kw": 10 * count, **dict.fromkeys(PUBLISHED, 0.2)}, index)


def bundle(folder: Path, **forecast: Any) -> Bundle:
    site = SiteConfig.model_validate({"schema_version": 1, "site_id": "s"})
    run = RunConfig.model_validate({"schema_version": 1, "timestep_minutes": 60, "forecast": forecast})
    return Bundle(str(folder), site, run, truth(), ())


def ahead(provider: Any, now: int, steps: int) -> list[float]:
    known = truth()
    found = provider.forecast(known.iloc[:now], known.index[now], known.iloc[now : now + steps][PUBLISHED])
    assert found.index.equals(known.index[now : now + steps])
    np.testing.assert_array_equal(found["pv_kw"], 10 * found["load_kw"])
    return [None if np.isnan(value) else value for value in found["load_kw"]]


def test_replay_is_the_truth() -> None:
    assert ahead(Replay(truth()), 5, 3) == [5, 6, 7]


def test_persistence_repeats_the_newest_values_before_now() -> None:
    assert ahead(Persistence(4), 5, 7) == [1, 2, 3, 4, 1, 2, 3]
    assert ahead(Persistence(3), 3, 4) == [0, 1, 2, 0]


def test_persistence_knows_nothing_of_before_the_run() -> None:
    assert ahead(Persistence(4), 0, 2) == [None, None]
    assert ahead(Persistence(4), 2, 6) == [None, None, 0, 1, None, None]


def issue(at: str, first: str, loads: list[float]) -> pd.DataFrame:
    index = pd.date_range(first, periods=len(loads), freq="h", tz="UTC")
    powers = np.array(loads, dtype=float)
    return pd.DataFrame(
        {"issued_at": pd.Timestamp(at, tz="UTC"), "timestamp": index, "load_kw": powers, "pv_kw": 10 * powers}
    )


def issues() -> pd.DataFrame:
    early = issue("2025-05-31T18:00", "2025-06-01", [70, 71, 72, 73])
    return pd.concat([early, issue("2025-06-01T02:00", "2025-06-01T02:00", [80, 81, 82])], ignore_index=True)


def test_the_newest_issue_not_after_now() -> None:
    given = Issued(issues())
    assert ahead(given, 1, 3) == [71, 72, 73]
    assert ahead(given, 2, 2) == [80, 81]
    assert ahead(given, 3, 2) == [81, 82]


def test_no_issue_yet_and_one_too_short() -> None:
    late = issues()[4:]
    with pytest.raises(BtmError, match=r"BTM220.*2025-06-01T01:00:00Z.*first issue.*2025-06-01T02:00:00Z"):
        ahead(Issued(late), 1, 2)
    with pytest.raises(BtmError, match=r"BTM220.*no values for 2 .*2025-06-01T04:00:00Z"):
        ahead(Issued(issues()), 1, 5)


def test_a_forecast_file_is_read_by_its_columns(tmp_path: Path) -> None:
    issues().to_parquet(tmp_path / "forecast.parquet")
    pd.testing.assert_frame_equal(read_issues(str(tmp_path)), issues(), check_dtype=False)
    issues().set_index(["issued_at", "timestamp"]).to_parquet(tmp_path / "forecast.parquet")
    given = provider_of(bundle(tmp_path, provider="file"))
    assert ahead(given, 2, 2) == [80, 81]


DEFECTS: Mapping[str, tuple[Any, str]] = {
    "BTM201": (lambda frame: frame.drop(columns="pv_kw"), "pv_kw"),
    "BTM202": (lambda frame: frame.assign(issued_at=frame["issued_at"].dt.tz_localize(None)), "issued_at"),
    "BTM203": (lambda frame: pd.concat([frame, frame[:1]], ignore_index=True), "row 7"),
    "BTM207": (lambda frame: frame.assign(load_kw=[np.nan, *frame["load_kw"][1:]]), "row 0"),
    "BTM208": (lambda frame: frame.assign(load_kw=[*frame["load_kw"][:-1], -1]), "row 6"),
    "BTM209": (lambda frame: frame.assign(pv_kw="much"), "pv_kw"),
}


@pytest.mark.parametrize("code", DEFECTS)
def test_forecast_files_that_are_refused(tmp_path: Path, code: str) -> None:
    spoil, said = DEFECTS[code]
    spoil(issues()).to_parquet(tmp_path / "forecast.parquet")
    with pytest.raises(BtmError, match=said) as refusal:
        read_issues(str(tmp_path))
    assert [each.code for each in refusal.value.diagnostics] == [code]


def test_missing_and_broken_forecast_files(tmp_path: Path) -> None:
    with pytest.raises(BtmError, match=r"BTM001.*forecast\.parquet"):
        provider_of(bundle(tmp_path, provider="file"))
    (tmp_path / "forecast.parquet").write_bytes(b"PAR1")
    with pytest.raises(BtmError, match="BTM002"):
        provider_of(bundle(tmp_path, provider="file"))


def test_providers_go_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ahead(provider_of(bundle(tmp_path)), 5, 2) == [5, 6]
    assert ahead(provider_of(bundle(tmp_path, provider="persistence", lag_hours=2.0)), 5, 2) == [3, 4]
    with pytest.raises(BtmError, match=r"BTM103.*persistance.*replay, persistence, file") as refusal:
        provider_of(bundle(tmp_path, provider="persistance"))
    assert "did you mean `persistence`?" in str(refusal.value)


def constant(given: Bundle) -> Persistence:
    """A provider of another distribution, as its entry point names it."""
    return Persistence(1)


def test_further_providers_register_by_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = EntryPoint("mine", f"{__name__}:constant", forecasts.ENTRY_POINTS)
    monkeypatch.setattr(forecasts, "entry_points", lambda group: [mine] if group == mine.group else [])
    assert ahead(provider_of(bundle(tmp_path, provider="mine")), 5, 2) == [4, 4]
