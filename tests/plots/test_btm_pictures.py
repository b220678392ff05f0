"""The pictures of a bundle's report: what they are drawn from, and that their colours can be told apart."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from btm_reported import run_case

from energyscope.families.btm import columns
from energyscope.plots.btm.written import Written, read_written

pytest.importorskip("altair", reason="the extra `plots` is not installed")

from energyscope.plots.btm import load_pictures, money_pictures, page, style, week_picture

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """October to December, with the night on which clocks go back."""
    return read_written(run_case("ratchet_quarter", tmp_path_factory.mktemp("quarter")))


@pytest.fixture(scope="module")
def negative(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A bill that becomes an income."""
    return read_written(run_case("negative_week_exclusive", tmp_path_factory.mktemp("negative")))


def tables(chart: Any) -> list[pd.DataFrame]:
    """All tables that a chart is drawn from."""
    return [pd.DataFrame(rows) for rows in chart.to_dict()["datasets"].values()]


def table_with(chart: Any, *names: str) -> pd.DataFrame:
    return next(each for each in tables(chart) if set(names) <= set(each.columns))


def test_the_waterfall_leads_from_one_bill_to_the_other(negative: Written) -> None:
    rows = table_with(money_pictures.bill_waterfall(negative).chart, "begin", "end").drop_duplicates("label")
    before, after = (negative.metrics[name]["bill"]["total_gbp"] for name in ("baseline", "optimised"))
    assert rows["label"].tolist()[0] == "baseline" and rows["label"].tolist()[-1] == "optimised"
    assert after < 0 < before
    # figures of the JSON have nine decimals
    assert rows["end"].tolist()[0] == pytest.approx(before, abs=1e-6)
    assert rows["end"].tolist()[-2] == pytest.approx(after, abs=1e-6)
    assert rows["begin"].tolist()[2:-1] == pytest.approx(rows["end"].tolist()[1:-2], abs=1e-6)


def test_the_week_is_the_busiest_from_a_local_midnight_on(quarter: Written) -> None:
    shown = week_picture.busiest_week(quarter)
    local = pd.DatetimeIndex(quarter.dispatch.flows.index).tz_convert("Europe/London")
    assert (local[shown.start].hour, local[shown.start].minute) == (0, 0)
    discharge = quarter.dispatch.flows[columns.DISCHARGE].groupby(local.date).sum()
    weeks = discharge.rolling(7).sum().dropna()
    # the busiest week is chosen among sums that agree to a millionth
    assert quarter.dispatch.flow(columns.DISCHARGE)[shown].sum() == pytest.approx(weeks.max(), abs=1e-5)
    assert len(set(local[shown].date)) == 7


def test_the_hour_that_comes_twice_is_shown_twice(tmp_path: Path) -> None:
    written = read_written(run_case("dst_autumn_duos", tmp_path))
    picture = week_picture.dispatch_week(written)
    assert picture.title == "Dispatch from 25 October 2025 to 26 October 2025"
    flows = table_with(picture.chart, "series", "place", "hour")
    for _, part in flows[flows["series"] == "import"].groupby("series"):
        assert part["hour"].tolist() == [0.5 * step for step in range(99)]
    bands = table_with(picture.chart, "until")
    assert bands["hour"].min() == 0 and bands["until"].max() == 49
    assert bands["hour"].tolist()[1:] == bands["until"].tolist()[:-1]
    # red and amber of the second day follow the clock, an hour later than the day before
    starts = bands.loc[bands["series"] == "amber", "hour"].tolist()
    assert starts == [16.5, 41.5]


def test_state_of_charge_begins_before_the_first_step(quarter: Written) -> None:
    shown = week_picture.busiest_week(quarter)
    chart = week_picture.dispatch_week(quarter).chart
    (levels,) = (each for each in tables(chart) if set(each.columns) == {"hour", "value"})
    assert len(levels) == shown.stop - shown.start + 1
    assert levels["hour"].iloc[0] == 0
    assert levels["value"].iloc[0] == pytest.approx(quarter.dispatch.flow(columns.SOC)[shown.start - 1], abs=1e-3)


def test_the_duration_curve_falls_from_the_peak_to_the_least(quarter: Written) -> None:
    picture = load_pictures.duration_curve(quarter)
    assert picture is not None
    rows = table_with(picture.chart, "share", "kW")
    for name in ("baseline", "optimised"):
        curve = rows.loc[rows["series"] == name, "kW"].to_numpy()
        assert len(curve) == load_pictures.POINTS
        assert (np.diff(curve) <= 0).all()
        assert curve[0] == pytest.approx(quarter.metrics[name]["peaks"]["import_peak_kw"], abs=1e-6)


def test_monthly_peaks_are_those_of_the_json(quarter: Written) -> None:
    picture = load_pictures.monthly_peaks(quarter)
    assert picture is not None
    rows = table_with(picture.chart, "month", "series")
    for name in ("baseline", "optimised"):
        shown = rows[rows["series"] == name].set_index("month")["kW"].to_dict()
        assert shown == quarter.metrics[name]["peaks"]["by_month"]


def test_every_hour_of_every_day_has_a_cell(quarter: Written) -> None:
    rows = table_with(load_pictures.import_by_hour(quarter).chart, "day", "hour", "kW")
    after = rows[rows["series"] == "optimised"]
    local = pd.DatetimeIndex(quarter.dispatch.flows.index).tz_convert("Europe/London")
    assert len(after) == 24 * quarter.calendar.days
    clocks_back = (local.date == pd.Timestamp("2025-10-26").date()) & (local.hour == 1)
    assert clocks_back.sum() == 4
    day = quarter.calendar.day_names.index("2025-10-26")
    cell = after.loc[(after["day"] == day) & (after["hour"] == 1), "kW"].item()
    # cells are rounded to a tenth
    assert cell == pytest.approx(quarter.dispatch.flow(columns.GRID_IMPORT)[clocks_back].mean(), abs=0.051)


SIGHTS = {
    "usual": np.eye(3),
    "without red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "without green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "without blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""What becomes of linear sRGB for those who lack one kind of cone (Machado, Oliveira, Fernandes 2009, severity 1)."""
APART = 15.0
"""Distance in CIELAB: 2.3 is just noticeable side by side, and legends are read from memory."""


def linear(colour: str) -> Matrix:
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: Matrix) -> Matrix:
    """CIELAB of linear sRGB under D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ light / np.array([0.95047, 1.0, 1.08883])
    root = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(
    "colours",
    [
        style.FLOWS,
        style.PRICES,
        style.BANDS,
        {"before": style.BEFORE, "after": style.AFTER},
        {"dearer": style.DEARER, "cheaper": style.CHEAPER},
    ],
    ids=["flows", "prices", "bands", "sides", "changes"],
)
def test_colours_are_apart_in_every_eye(colours: dict[str, str], sight: str) -> None:
    seen = {name: lab(np.clip(SIGHTS[sight] @ linear(colour), 0, 1)) for name, colour in colours.items()}
    distances = {
        (one, other): float(np.linalg.norm(seen[one] - seen[other])) for one, other in itertools.combinations(seen, 2)
    }
    assert min(distances.values()) > APART, min(distances, key=distances.__getitem__)


def test_texts_stand_out_from_the_paper() -> None:
    colours = set(re.findall(r"(?<!-)color: (#[0-9a-f]{6})", page.STYLE)) | {style.INK}
    assert len(colours) >= 5
    for colour in colours:
        luminance = float(linear(colour) @ np.array([0.2126, 0.7152, 0.0722]))
        # WCAG 2.2, level AA
        assert 1.05 / (luminance + 0.05) >= 4.5, colour
