"""Refusals of a time series: one defect has its own code, whatever the order of rows and columns, unit and file."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyscope.families.btm.bundles.hashes import content_sha256
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.series.timeseries import Checked, check_frame, parquet_table, read_timeseries

STEPS = 96
HALF_HOURLY = {"name": "peak", "rate_gbp_per_kw": 1.0}


def a_site(**fields: Any) -> SiteConfig:
    return SiteConfig.model_validate({"schema_version": 1, "site_id": "a", **fields})


def a_run(**fields: Any) -> RunConfig:
    return RunConfig.model_validate({"schema_version": 1, **fields})


def a_frame(steps: int = STEPS, minutes: int = 15, start: str = "2025-06-01") -> pd.DataFrame:
    index = pd.date_range(start, periods=steps, freq=f"{minutes}min", tz="UTC", name="timestamp")
    wave = 10 + np.sin(np.arange(steps))
    return pd.DataFrame(
        {
            "load_kw": wave,
            "pv_kw": wave - 9,
            "import_price_gbp_per_kwh": 0.3 * wave / 10,
            "export_price_gbp_per_kwh": -0.1,
        },
        index=index,
    )


def mislabelled(frame: pd.DataFrame, zone: str) -> pd.DataFrame:
    """The wall clock of a zone written as UTC."""
    return frame.set_index(frame.index.tz_convert(zone).tz_localize(None).tz_localize("UTC"))


def checked(frame: pd.DataFrame, site: SiteConfig | None = None, **run: Any) -> Checked:
    return check_frame(site or a_site(), a_run(**run), frame)


def problems(frame: pd.DataFrame, site: SiteConfig | None = None, **run: Any) -> list[tuple[str, str]]:
    with pytest.raises(BtmError) as refused:
        checked(frame, site, **run)
    return [(each.code, f"{each.message}\n{each.help}") for each in refused.value.diagnostics]


def only(code: str, frame: pd.DataFrame, site: SiteConfig | None = None, **run: Any) -> str:
    """The message of the one problem, which is of this code."""
    found = problems(frame, site, **run)
    assert [each for each, _ in found] == [code], found
    return found[0][1]


def test_a_good_frame_comes_back_in_one_form() -> None:
    frame = a_frame().assign(carbon_kg_per_kwh=0.2)
    found = checked(frame)
    assert list(found.frame) == [
        "load_kw",
        "pv_kw",
        "import_price_gbp_per_kwh",
        "export_price_gbp_per_kwh",
        "carbon_kg_per_kwh",
    ]
    assert found.frame.index.name == "timestamp"
    assert str(found.frame.index.dtype) == "datetime64[us, UTC]"
    assert (found.frame.index == frame.index).all()
    assert (found.frame.to_numpy() == frame.to_numpy()).all()
    assert found.warnings == ()


UNITS = ("s", "ms", "us", "ns")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("as_column", [False, True])
def test_unit_and_place_of_the_timestamps_make_no_difference(unit: str, as_column: bool) -> None:
    frame = a_frame().set_index(a_frame().index.as_unit(unit))
    placed = frame.reset_index() if as_column else frame
    pd.testing.assert_frame_equal(checked(placed).frame, checked(a_frame()).frame, check_exact=True)


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Zulu", "Etc/GMT", "+00:00"])
def test_names_of_utc_are_utc(zone: str) -> None:
    pd.testing.assert_frame_equal(checked(a_frame().tz_convert(zone)).frame, checked(a_frame()).frame)


def test_columns_in_any_order_and_of_any_numeric_type_give_the_same() -> None:
    frame = a_frame().round(0)
    types = {"load_kw": "int32", "pv_kw": "Int64", "import_price_gbp_per_kwh": "float32"}
    turned = frame[list(reversed(frame.columns))].astype(types)
    assert checked(turned).frame.dtypes.unique().tolist() == [np.dtype("float64")]
    pd.testing.assert_frame_equal(checked(turned).frame, checked(frame).frame)
    assert content_sha256(checked(turned).frame) == content_sha256(checked(frame).frame)


def test_a_checked_frame_passes_again() -> None:
    run = {"horizon": {"start": "2025-06-01T06:00:00Z", "end": "2025-06-01T12:00:00Z"}}
    once = checked(a_frame(), **run).frame
    pd.testing.assert_frame_equal(checked(once, **run).frame, once, check_exact=True)


@pytest.mark.parametrize("name", ["load_kw", "pv_kw", "import_price_gbp_per_kwh", "export_price_gbp_per_kwh"])
def test_201_missing_column(name: str) -> None:
    assert f"`{name}`" in only("BTM201", a_frame().drop(columns=name))


def test_201_names_the_columns_found_and_the_nearest() -> None:
    message = only("BTM201", a_frame().rename(columns={"load_kw": "load_kW"}))
    assert "timestamp, load_kW, pv_kw" in message
    assert "did you mean `load_kW`?" in message


def test_201_missing_timestamp() -> None:
    assert "`timestamp`" in only("BTM201", a_frame().rename_axis("time"))
    assert "`timestamp`" in only("BTM201", a_frame().reset_index(drop=True))


def test_201_column_given_twice() -> None:
    frame = a_frame()
    assert "2 times" in only("BTM201", pd.concat([frame, frame[["load_kw"]]], axis=1))


def test_201_price_of_a_service_and_demand_of_the_system() -> None:
    service = {"name": "up", "direction": "up", "price_column": "ffr", "max_kw": 5.0, "duration_hours": 1.0}
    message = only("BTM201", a_frame(), tariff={"services": [service]})
    assert "`ffr`" in message
    assert "`tariff.services[up].price_column`" in message
    select = {"rate_gbp_per_kw": 1.0, "select": "system_demand"}
    assert "`system_demand_mw`" in only("BTM201", a_frame(), tariff={"triad_charge": select})
    assert "ffr" in checked(a_frame().assign(ffr=0.01), tariff={"services": [service]}).frame


@pytest.mark.parametrize("unit", UNITS)
def test_202_naive(unit: str) -> None:
    frame = a_frame()
    assert "localise" in only("BTM202", frame.set_index(frame.index.tz_localize(None).as_unit(unit)))


@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Berlin", "+01:00", "Africa/Abidjan"])
def test_202_other_zone(zone: str) -> None:
    message = only("BTM202", a_frame().tz_convert(zone))
    assert "convert first" in message


def test_203_duplicate() -> None:
    frame = a_frame()
    message = only("BTM203", pd.concat([frame.iloc[:10], frame.iloc[9:]]))
    assert "row 10 (2025-06-01T02:15:00Z): the instant of row 9 again" in message
    assert "local time" not in message


def test_203_and_205_guess_local_time_in_october() -> None:
    hours = mislabelled(a_frame(48, 60, "2025-10-25"), "Europe/London")
    assert "local time written as UTC" in only("BTM203", hours, timestep_minutes=60)
    message = only("BTM205", mislabelled(a_frame(192, 15, "2025-10-25"), "Europe/London"))
    assert "local time written as UTC" in message
    assert "row 100 (2025-10-26T01:00:00Z): before row 99 (2025-10-26T01:45:00Z)" in message


def test_204_gap() -> None:
    message = only("BTM204", a_frame().drop(index=a_frame().index[[10, 11, 40]]))
    assert "row 9 (2025-06-01T02:15:00Z): 2 steps are missing after it; row 37" in message
    assert "2 rows in all" in message
    assert "3 steps of 15 min are missing" in message
    assert "local time" not in message


def test_204_one_step_is_one() -> None:
    message = only("BTM204", a_frame().drop(index=a_frame().index[[10]]))
    assert "1 step is missing after it" in message
    assert "1 step of 15 min is missing" in message


def test_204_guesses_local_time_in_march() -> None:
    quarters = a_frame(192, 15, "2025-03-29")
    message = only("BTM204", mislabelled(quarters, "Europe/London"))
    assert "4 steps are missing after" in message
    assert "local time written as UTC" in message
    berlin = a_site(timezone="Europe/Berlin")
    assert "Europe/Berlin" in only("BTM204", mislabelled(quarters, "Europe/Berlin"), berlin)


def test_205_not_increasing() -> None:
    frame = a_frame()
    swapped = frame.iloc[[0, 1, 3, 2, *range(4, STEPS)]]
    assert "row 3 (2025-06-01T00:30:00Z)" in only("BTM205", swapped)
    assert "95 rows in all" in only("BTM205", frame.iloc[::-1])


def test_206_other_step_and_irregular_steps() -> None:
    assert "the steps are 30 min (47 times); expected 15 min" in only("BTM206", a_frame(48, 30))
    assert "the steps are 5 min" in only("BTM206", a_frame(48, 5))
    frame = a_frame()
    late = pd.to_timedelta(np.where(np.arange(STEPS) == 7, -60, 0), unit="s")
    jitter = frame.set_index((frame.index + late).rename("timestamp"))
    assert "most often 15 min (93 times) and 14 min (once)" in only("BTM206", jitter)
    assert only("BTM206", a_frame(2, 30))


def test_206_a_million_rows_of_the_wrong_step() -> None:
    assert "1 min (999999 times)" in only("BTM206", a_frame(1_000_000, 1), tariff={"demand_charges": [HALF_HOURLY]})


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["load_kw", "export_price_gbp_per_kwh"])
def test_207_not_finite(name: str, value: float) -> None:
    frame = a_frame()
    frame.iloc[[3, 5, 6, 7, 8, 9], frame.columns.get_loc(name)] = value
    message = only("BTM207", frame)
    assert f"row 3 (2025-06-01T00:45:00Z): `{name}` is {value}; row 5" in message
    assert "row 8" in message
    assert "row 9" not in message
    assert "6 rows in all" in message


def test_207_no_instant_and_null_integers() -> None:
    frame = a_frame().reset_index()
    frame.loc[4, "timestamp"] = pd.NaT
    assert "row 4 (NaT)" in only("BTM207", frame)
    counts = a_frame().round().astype({"load_kw": "Int64"})
    counts.iloc[2, 0] = pd.NA
    assert "`load_kw` is nan" in only("BTM207", counts)


@pytest.mark.parametrize("name", ["load_kw", "pv_kw", "flex_available_kw", "carbon_kg_per_kwh", "system_demand_mw"])
def test_208_negative(name: str) -> None:
    frame = a_frame().assign(**{name: [*[1.0] * (STEPS - 1), -1e-9]})
    message = only("BTM208", frame)
    assert f"row 95 (2025-06-01T23:45:00Z): `{name}` is -1e-09; expected at least 0" in message
    assert ("metered net of PV" in message) == (name == "load_kw")


@pytest.mark.parametrize("price", [100.001, -100.001])
@pytest.mark.parametrize("name", ["import_price_gbp_per_kwh", "export_price_gbp_per_kwh", "flex_price_gbp_per_kwh"])
def test_208_pence(name: str, price: float) -> None:
    message = only("BTM208", a_frame().assign(**{name: price}))
    assert "pence" in message
    assert "96 rows in all" in message
    checked(a_frame().assign(**{name: np.sign(price) * 100}))


@pytest.mark.parametrize(("unit", "shown"), [("ms", "year 57"), ("s", "year 55")])
def test_208_instants_beyond_belief(unit: str, shown: str) -> None:
    frame = a_frame()
    frame.iloc[2, 0] = np.nan
    microseconds = frame.index.as_unit("us").asi8
    far = frame.set_index(pd.DatetimeIndex(microseconds, dtype=f"datetime64[{unit}, UTC]", name="timestamp"))
    (nan, _), (code, message) = problems(far)
    assert (nan, code) == ("BTM207", "BTM208")
    assert f"row 0 ({shown}" in message
    assert "beyond belief" in message


BAD_COLUMNS: dict[str, Callable[[], Any]] = {
    "text": lambda: ["1.0"] * STEPS,
    "boolean": lambda: [True] * STEPS,
    "object": lambda: pd.Series([1.0, *["x"] * (STEPS - 1)], dtype=object).to_numpy(),
    "complex": lambda: [1j] * STEPS,
    "category": lambda: pd.Categorical(["a"] * STEPS),
    "instants": lambda: pd.date_range("2025", periods=STEPS),
    "durations": lambda: pd.timedelta_range("1h", periods=STEPS),
}


@pytest.mark.parametrize("kind", BAD_COLUMNS)
def test_209_not_numeric(kind: str) -> None:
    assert "`load_kw` is of type" in only("BTM209", a_frame().assign(load_kw=BAD_COLUMNS[kind]()))


def test_209_timestamps_that_are_no_instants() -> None:
    index = a_frame().index
    for stamps in (index.astype(str), np.arange(STEPS), pd.Series(list(index), dtype=object)):
        frame = a_frame().reset_index(drop=True).assign(timestamp=stamps)
        assert "`timestamp` is of type" in only("BTM209", frame)


def test_210_no_rows() -> None:
    only("BTM210", a_frame().iloc[:0])


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-05-31T00:00:00Z", None),
        (None, "2025-06-02T00:15:00Z"),
        ("2025-06-02T00:00:00Z", None),
        (None, "2025-06-01T00:00:00Z"),
        ("2025-06-01T00:07:00Z", None),
    ],
)
def test_210_horizon(start: str | None, end: str | None) -> None:
    only("BTM210", a_frame(), horizon={"start": start, "end": end})


def test_210_both_ends_are_told() -> None:
    found = problems(a_frame(), horizon={"start": "2024-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"})
    assert [code for code, _ in found] == ["BTM210", "BTM210"]
    assert all("the data span 2025-06-01T00:00:00Z to 2025-06-02T00:00:00Z" in message for _, message in found)


def test_horizon_is_half_open() -> None:
    run = {"horizon": {"start": "2025-06-01T06:00:00Z", "end": "2025-06-01T12:00:00Z"}}
    index = checked(a_frame(), **run).frame.index
    assert index[0] == pd.Timestamp("2025-06-01T06:00Z")
    assert index[-1] == pd.Timestamp("2025-06-01T11:45Z")
    assert len(checked(a_frame(), horizon={"end": "2025-06-02T00:00:00Z"}).frame) == STEPS


CHARGES: dict[str, dict[str, Any]] = {
    "demand": {"demand_charges": [HALF_HOURLY]},
    "capacity": {"capacity_charge": {"agreed_capacity_kva": 10.0}},
    "triad": {"triad_charge": {"rate_gbp_per_kw": 1.0, "half_hours": []}},
}


@pytest.mark.parametrize("charge", CHARGES)
@pytest.mark.parametrize("cut", [slice(1, None), slice(None, -1)])
def test_211_cut_interval(charge: str, cut: slice) -> None:
    frame = a_frame().iloc[cut]
    checked(frame)
    message = only("BTM211", frame, tariff=CHARGES[charge])
    assert "nearest boundaries are 2025-06-01T" in message
    checked(a_frame(), tariff=CHARGES[charge])


def test_211_both_ends_the_horizon_and_other_lengths() -> None:
    frame, demand = a_frame(), CHARGES["demand"]
    assert [code for code, _ in problems(frame.iloc[1:-1], tariff=demand)] == ["BTM211", "BTM211"]
    horizon = {"start": "2025-06-01T00:15:00Z"}
    assert "2025-06-01T00:00:00Z and 2025-06-01T00:30:00Z" in only("BTM211", frame, horizon=horizon, tariff=demand)
    hourly = {"demand_charges": [{**HALF_HOURLY, "metering_interval_minutes": 60}]}
    only("BTM211", frame.iloc[2:], tariff=hourly)
    quarterly = {"demand_charges": [{**HALF_HOURLY, "metering_interval_minutes": 15}]}
    checked(frame.iloc[1:], tariff=quarterly)


def test_211_steps_longer_than_the_interval_are_intervals() -> None:
    checked(a_frame(24, 60).iloc[1:], timestep_minutes=60, tariff=CHARGES["demand"])


def test_211_steps_that_do_not_fill_the_interval() -> None:
    assert "do not fill" in only("BTM211", a_frame(72, 20), timestep_minutes=20, tariff=CHARGES["demand"])


def test_290_names_the_extra_columns() -> None:
    found = checked(a_frame().assign(note="x", temperature=3))
    assert [each.code for each in found.warnings] == ["BTM290"]
    assert [each.severity for each in found.warnings] == ["warning"]
    assert "`note`, `temperature`" in found.warnings[0].message
    assert not {"note", "temperature"} & set(found.frame)


def test_several_defects_are_told_in_the_order_of_the_catalogue() -> None:
    frame = a_frame().drop(index=a_frame().index[50])
    frame.iloc[3, 0], frame.iloc[4, 1] = np.nan, -1.0
    frame = frame.assign(flex_price_gbp_per_kwh="dear").drop(columns="export_price_gbp_per_kwh")
    codes = [code for code, _ in problems(frame)]
    assert codes == ["BTM201", "BTM209", "BTM207", "BTM204", "BTM208"]


def test_the_input_frame_is_left_as_it_was() -> None:
    frame = a_frame().reset_index()
    before = frame.copy(deep=True)
    checked(frame, horizon={"start": datetime.fromisoformat("2025-06-01T06:00:00+00:00")})
    pd.testing.assert_frame_equal(frame, before)


def parquet(frame: pd.DataFrame, **options: Any) -> bytes:
    sink = io.BytesIO()
    frame.to_parquet(sink, **options)
    return sink.getvalue()


def test_encodings_of_a_file_have_one_content(tmp_path: Path) -> None:
    frame = a_frame()
    variants = [
        parquet(frame),
        parquet(frame.reset_index(), index=False, compression="zstd"),
        parquet(frame[list(reversed(frame.columns))].assign(extra=1), row_group_size=7),
        parquet(frame.set_index(frame.index.as_unit("ms")), compression=None),
    ]
    assert len({content_sha256(checked(parquet_table(data, "f")).frame) for data in variants}) == 1
    other = frame.copy()
    other.iloc[5, 2] += 1e-15
    assert content_sha256(checked(other).frame) != content_sha256(checked(frame).frame)
    assert content_sha256(checked(frame.rename(columns={"load_kw": "pv_kw", "pv_kw": "load_kw"})).frame) != (
        content_sha256(checked(frame).frame)
    )


@pytest.mark.parametrize("kept", [0, 1, 4, 100, -1, -8, -100])
def test_002_truncated_parquet(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "timeseries.parquet"
    path.write_bytes(parquet(a_frame())[:kept])
    with pytest.raises(BtmError) as refused:
        read_timeseries(path)
    assert [each.code for each in refused.value.diagnostics] == ["BTM002"]
    assert str(path) in refused.value.diagnostics[0].message


def test_002_bytes_flipped_in_the_file_never_pass_as_another_error(tmp_path: Path) -> None:
    whole, generator = parquet(a_frame(8), compression=None), np.random.default_rng(5)
    for place in generator.integers(0, len(whole), 200):
        broken = bytearray(whole)
        broken[place] ^= int(generator.integers(1, 256))
        try:
            check_frame(a_site(), a_run(), parquet_table(bytes(broken), "f"))
        except BtmError as refused:
            assert {each.code for each in refused.diagnostics} <= {
                *(f"BTM20{n}" for n in range(1, 10)),
                "BTM002",
                "BTM210",
            }


def test_zones_of_files() -> None:
    table = pa.Table.from_pandas(a_frame().reset_index(), preserve_index=False)
    instants = table["timestamp"].cast(pa.int64())
    refusals = {"Europe/London": "BTM202", "+01:00": "BTM202", "": "BTM202", "Mars/A": "BTM002"}
    for zone, code in {"UTC": None, "+00:00": None, **refusals}.items():
        sink = io.BytesIO()
        stamped = instants.cast(pa.timestamp("us", tz=zone))
        pq.write_table(table.set_column(table.schema.get_field_index("timestamp"), "timestamp", stamped), sink)
        if code is None:
            checked(parquet_table(sink.getvalue(), "f"))
            continue
        with pytest.raises(BtmError) as refused:
            checked(parquet_table(sink.getvalue(), "f"))
        assert [each.code for each in refused.value.diagnostics] == [code], zone


DEFECTS: dict[str, Callable[[pd.DataFrame, int], pd.DataFrame]] = {
    "BTM201": lambda frame, row: frame.drop(columns=frame.columns[row % 4]),
    "BTM203": lambda frame, row: frame.iloc[[*range(row + 1), *range(row, len(frame))]],
    "BTM204": lambda frame, row: frame.drop(index=frame.index[row]),
    "BTM205": lambda frame, row: frame.iloc[[*range(row), row + 1, row, *range(row + 2, len(frame))]],
    "BTM206": lambda frame, row: frame.iloc[:: 2 + row % 3],
    "BTM207": lambda frame, row: frame.assign(pv_kw=frame["pv_kw"].where(np.arange(len(frame)) != row)),
    "BTM208": lambda frame, row: frame.assign(load_kw=frame["load_kw"].where(np.arange(len(frame)) != row, -1.0)),
    "BTM209": lambda frame, row: frame.assign(pv_kw=frame["pv_kw"].astype(str)),
}


@given(
    st.sampled_from(sorted(DEFECTS)),
    st.integers(1, STEPS - 3),
    st.sampled_from([1, 5, 15, 30, 60]),
    st.sampled_from(["2025-03-30", "2025-10-25T12:00", "2024-02-29"]),
)
def test_one_defect_has_its_own_code_wherever_it_is(code: str, row: int, minutes: int, start: str) -> None:
    """Between the first and the last row, so that a missing one leaves a gap; 120 steps always fill half-hours."""
    broken = DEFECTS[code](a_frame(120, minutes, start), row)
    found = problems(broken, timestep_minutes=minutes, tariff={"demand_charges": [HALF_HOURLY]})
    assert {each for each, _ in found} == {code}


def test_001_no_file(tmp_path: Path) -> None:
    with pytest.raises(BtmError) as refused:
        read_timeseries(tmp_path / "timeseries.parquet")
    assert [each.code for each in refused.value.diagnostics] == ["BTM001"]


def test_002_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "timeseries.parquet").mkdir()
    with pytest.raises(BtmError) as refused:
        read_timeseries(tmp_path / "timeseries.parquet")
    assert [each.code for each in refused.value.diagnostics] == ["BTM002"]


def test_a_right_frame_needs_no_import_of_pandera() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_btm_timeseries import a_frame, checked\n"
        "checked(a_frame())\n"
        "assert 'pandera.pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program, str(Path(__file__).parent)], check=True, timeout=120)
