"""The functions of `energyscope.btm`: arguments checked, time series cut to the horizon, warnings told."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import btm_cases
import numpy as np
import pandas as pd
import pytest

from energyscope import btm

INDEX = pd.date_range("2025-06-01", periods=96, freq="30min", tz="UTC", name="timestamp")
FRAME = pd.DataFrame(
    {
        "load_kw": 30.0,
        "pv_kw": 5.0,
        "import_price_gbp_per_kwh": np.tile([0.1, 0.3], 48),
        "export_price_gbp_per_kwh": 0.05,
    },
    index=INDEX,
)
SITE = btm.site_of(
    {
        "schema_version": 1,
        "site_id": "x",
        "battery": {"capacity_kwh": 20.0, "max_charge_kw": 10.0, "max_discharge_kw": 10.0},
    }
)
DAY = {"start": "2025-06-01T12:00:00Z", "end": "2025-06-02T00:00:00Z"}


def run_of(**fields: Any) -> btm.RunConfig:
    return btm.run_of({"schema_version": 1, "timestep_minutes": 30, **fields})


def codes(refused: pytest.ExceptionInfo[btm.BtmError]) -> list[str]:
    return [each.code for each in refused.value.diagnostics]


@pytest.mark.parametrize("frame", [FRAME, FRAME.reset_index()], ids=["index", "column"])
def test_all_functions_cut_to_the_horizon(frame: pd.DataFrame) -> None:
    run = run_of(horizon=DAY)
    dispatch, metrics, _ = btm.optimise(SITE, run, frame)
    assert btm.inputs_of(SITE, run, frame).steps == len(dispatch.flows) == 24
    assert btm.bill(SITE, run, dispatch).amounts == metrics["optimised"]["bill"]
    for name, function in (("baseline", btm.baseline), ("no_assets", btm.no_assets)):
        assert btm.bill(SITE, run, function(SITE, run, frame)).amounts == metrics[name]["bill"]
    # 25 kW over twelve hours, half of them at 0.10 and half at 0.30 GBP/kWh
    assert metrics["baseline"]["bill"]["total_gbp"] == pytest.approx(25 * 12 * 0.2)
    whole = btm.baseline(SITE, run_of(), frame)
    assert btm.bill(SITE, run, whole).total_gbp == pytest.approx(25 * 12 * 0.2)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (FRAME.assign(load_kw=np.nan), "BTM207"),
        (FRAME.assign(load_kw=-5.0), "BTM208"),
        (FRAME.drop(columns="pv_kw"), "BTM201"),
        (FRAME.tz_localize(None), "BTM202"),
        (FRAME.set_index(pd.date_range("2025-06-01", periods=96, freq="15min", tz="UTC", name="timestamp")), "BTM206"),
        (None, "BTM103"),
        (FRAME.to_dict("list"), "BTM103"),
    ],
    ids=["nan", "negative", "column", "naive", "step", "none", "dict"],
)
def test_all_functions_check_the_frame(frame: Any, code: str) -> None:
    functions: tuple[Callable[..., object], ...] = (btm.optimise, btm.baseline, btm.no_assets, btm.inputs_of)
    for function in functions:
        with pytest.raises(btm.BtmError) as refused:
            function(SITE, run_of(), frame)
        assert set(codes(refused)) == {code}
    with pytest.raises(btm.BtmError) as refused:
        btm.bill(SITE, run_of(), btm.Dispatch(btm.baseline(SITE, run_of(), FRAME).flows, frame))
    assert set(codes(refused)) == {code}


@pytest.mark.parametrize(
    ("flows", "code"),
    [
        (lambda flows: flows.iloc[:10], "BTM206"),
        (lambda flows: flows.tz_localize(None), "BTM202"),
        (lambda flows: flows.drop(columns="grid_import_kw"), "BTM201"),
        (lambda flows: flows.assign(grid_export_kw="1"), "BTM209"),
        (lambda flows: flows.assign(flex_kw=np.inf), "BTM207"),
        (lambda flows: None, "BTM103"),
    ],
    ids=["steps", "naive", "column", "text", "infinite", "none"],
)
def test_a_bill_needs_flows_of_the_same_steps(flows: Callable[[pd.DataFrame], Any], code: str) -> None:
    dispatch = btm.baseline(SITE, run_of(), FRAME)
    with pytest.raises(btm.BtmError) as refused:
        btm.bill(SITE, run_of(), btm.Dispatch(flows(dispatch.flows), FRAME))
    assert codes(refused) == [code]


def test_arguments_of_another_kind(tmp_path: Path) -> None:
    run: Any = run_of()
    site: Any = SITE
    calls: dict[str, Callable[[], object]] = {
        "`site` is of type RunConfig": lambda: btm.optimise(run, site, FRAME),
        "`run` is None": lambda: btm.baseline(SITE, None, FRAME),  # type: ignore[arg-type]
        "`site` is 'my_site'": lambda: btm.no_assets("my_site", run, FRAME),  # type: ignore[arg-type]
        "`dispatch` is of type DataFrame": lambda: btm.bill(SITE, run, FRAME),
        "`bundle` is None": lambda: btm.backtest(None),  # type: ignore[arg-type]
        "`bundle` is of type dict": lambda: btm.to_dat({}),  # type: ignore[arg-type]
        "`inputs` is of type DataFrame": lambda: btm.build(FRAME),
        "`progress` is of type int": lambda: btm.optimise(SITE, run, FRAME, progress=3),  # type: ignore[arg-type]
        "`runner` is 'foo'": lambda: btm.run_bundle(tmp_path, "foo"),
    }
    for said, call in calls.items():
        with pytest.raises(btm.BtmError) as refused:
            call()
        assert said in str(refused.value)
        assert "expected" in str(refused.value)
        assert set(codes(refused)) == {"BTM103"}


def test_a_path_will_do_for_a_bundle(tmp_path: Path) -> None:
    folder = btm_cases.bundle_folder("flat_day", tmp_path)
    bundle = btm.load_bundle(folder)
    assert btm.backtest(folder).metrics == btm.backtest(bundle).metrics == btm.backtest(f"file://{folder}").metrics
    assert btm.to_dat(str(folder)) == btm.to_dat(bundle)
    with pytest.raises(btm.BtmError) as refused:
        btm.live(tmp_path / "nowhere")
    assert codes(refused) == ["BTM001"]


def test_mappings_are_refused_in_plain_words() -> None:
    with pytest.raises(btm.BtmError) as refused:
        btm.site_of({"schema_version": 1, "site_id": "x", "batery": {}})
    assert codes(refused) == ["BTM102"]


def test_what_is_odd_is_a_warning_of_python() -> None:
    with pytest.warns(btm.BtmWarning, match="no use is made of column `temperature`") as told:
        btm.optimise(SITE, run_of(), FRAME.assign(temperature=20.0))
    assert [(str(each.filename), each.message.diagnostic.code) for each in told] == [(__file__, "BTM290")]  # type: ignore[union-attr]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        btm.optimise(SITE, run_of(), FRAME)
