"""Dates, months, windows and metering intervals on the local clock, against a slow clock and by hand."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from btm_cases import FUNCTIONS
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.families.btm.config.schemas import Window
from energyscope.families.btm.tariff.calendar import Calendar, calendar_days, cuts, metering
from energyscope.families.btm.tariff.windows import in_windows

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "Europe/London",
    "Australia/Lord_Howe",  # summer time is half an hour
    "America/St_Johns",  # 3:30 west; until 2011 the clocks changed a minute after midnight
    "Asia/Kathmandu",  # 5:45 east
    "America/Havana",  # the day of the change to summer time begins at 1:00
    "UTC",
)
CHANGES = tuple(
    datetime(year, month, day, tzinfo=UTC)
    for year in (2010, 2025)
    for month, day in ((3, 9), (3, 14), (3, 30), (4, 6), (10, 5), (10, 26), (11, 2), (11, 7), (12, 31))
)
"""Days around which some of the zones change their clocks, and an end of a year."""


def quarter_hours(first: str, steps: int, minutes: int = 15) -> pd.DatetimeIndex:
    return pd.date_range(first, periods=steps, freq=f"{minutes}min", tz="UTC", name="timestamp")


def london(first: str, steps: int, minutes: int = 15) -> Calendar:
    return Calendar.of(quarter_hours(first, steps, minutes), "Europe/London", minutes)


@st.composite
def runs(draw: st.DrawFn) -> Calendar:
    minutes = draw(st.sampled_from([5, 15, 30, 60]))
    near = draw(st.sampled_from(CHANGES)) - timedelta(minutes=minutes * draw(st.integers(0, 96)))
    steps = draw(st.integers(1, 200))
    return Calendar.of(quarter_hours(near.isoformat(), steps, minutes), draw(st.sampled_from(ZONES)), minutes)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    clock = st.integers(0, 24 * 60).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
    start, end = sorted(draw(st.lists(clock, min_size=2, max_size=2, unique=True)))
    months = draw(st.none() | st.lists(st.integers(1, 12), min_size=1, max_size=6))
    days = draw(st.none() | st.lists(st.sampled_from(WEEK), min_size=1, max_size=5))
    return Window.model_validate({"months": months, "days": days, "start": start, "end": end})


def local_clock(calendar: Calendar) -> list[datetime]:
    zone = ZoneInfo(calendar.timezone)
    return [instant.to_pydatetime().astimezone(zone) for instant in calendar.index]


def lies_in(local: datetime, window: Window) -> bool:
    clock = f"{local.hour:02}:{local.minute:02}"
    return (
        window.start <= clock < window.end
        and (window.months is None or local.month in window.months)
        and (window.days is None or WEEK[local.weekday()] in window.days)
    )


def expected(calendar: Calendar, given_windows: Sequence[Window], excluded: Sequence[date]) -> list[bool]:
    return [
        not given_windows or (local.date() not in excluded and any(lies_in(local, each) for each in given_windows))
        for local in local_clock(calendar)
    ]


@settings(max_examples=150, deadline=None)
@given(runs(), st.lists(windows(), max_size=3), st.data())
def test_windows_follow_the_local_clock(calendar: Calendar, some: list[Window], data: st.DataObject) -> None:
    dates = sorted({local.date() for local in local_clock(calendar)})
    excluded = data.draw(st.lists(st.sampled_from(dates), max_size=2))
    assert in_windows(calendar.local, some, excluded).tolist() == expected(calendar, some, excluded)


@settings(max_examples=100, deadline=None)
@given(runs())
def test_days_and_months_are_local(calendar: Calendar) -> None:
    local = local_clock(calendar)
    assert [calendar.day_names[day] for day in calendar.day] == [each.date().isoformat() for each in local]
    assert [calendar.month_names[month] for month in calendar.month] == [f"{each:%Y-%m}" for each in local]
    assert list(calendar.day_names) == sorted({each.date().isoformat() for each in local})
    dates = {each.date() for each in local}
    assert calendar.days == len(dates)
    assert dict(calendar.days_by_month) == {
        month: sum(f"{day:%Y-%m}" == month for day in dates) for month in calendar.month_names
    }


@settings(max_examples=100, deadline=None)
@given(runs(), st.sampled_from([15, 30, 60]))
def test_metering_intervals_are_whole_and_on_the_utc_clock(calendar: Calendar, minutes: int) -> None:
    found = metering(calendar, minutes)
    length = max(minutes, calendar.timestep_minutes)
    assert found.minutes == length
    local = local_clock(calendar)
    by_start: dict[float, list[int]] = {}
    for place, instant in enumerate(calendar.index):
        by_start.setdefault(instant.timestamp() // (60 * length), []).append(place)
    whole = [places for places in by_start.values() if len(places) * calendar.timestep_minutes == length]
    assert found.steps.tolist() == whole
    assert list(found.starts) == [calendar.index[places[0]] for places in whole]
    assert [calendar.month_names[month] for month in found.month] == [f"{local[places[0]]:%Y-%m}" for places in whole]
    assert cuts(calendar, minutes) == (len(whole) < len(by_start))


@pytest.mark.parametrize("case", FUNCTIONS["windows"], ids=lambda case: f"{case['date']} {case['window']['start']}")
def test_windows_on_days_when_the_clocks_change(case: dict[str, object]) -> None:
    day = pd.Timestamp(str(case["date"]), tz="Europe/London")
    index = pd.date_range(day, day + pd.Timedelta(days=1) * 1.5, freq="30min").tz_convert("UTC")
    around = Calendar.of(index, "Europe/London", 30)
    today = np.array(around.day_names)[around.day] == case["date"]
    inside = in_windows(around.local, [Window.model_validate(case["window"])])
    assert np.count_nonzero(today) == case["half_hours_in_day"]
    assert np.count_nonzero(inside & today) == case["half_hours_in_window"]


def test_the_first_of_july_begins_in_june_of_utc() -> None:
    calendar = london("2025-06-30T22:00Z", 8)
    assert calendar.month_names == ("2025-06", "2025-07")
    assert calendar.month.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert metering(calendar, 30).month.tolist() == [0, 0, 1, 1]


def test_half_an_hour_of_summer_time() -> None:
    index = quarter_hours("2025-04-05T13:00Z", 49, 30)
    calendar = Calendar.of(index, "Australia/Lord_Howe", 30)
    assert calendar.day_names == ("2025-04-06",)
    half_past_one = Window(start="01:30", end="02:00")
    assert np.count_nonzero(in_windows(calendar.local, [half_past_one])) == 2


def test_a_date_is_a_day_however_short() -> None:
    assert london("2025-01-31T23:45Z", 2).days_by_month == {"2025-01": 1, "2025-02": 1}


@pytest.mark.parametrize("month", ["2024-02", "2025-02", "2025-04", "1900-02", "2000-02", "2025-12"])
def test_calendar_days(month: str) -> None:
    assert calendar_days(month) == monthrange(int(month[:4]), int(month[5:]))[1]


def test_months_and_weekdays_of_a_window_hold_together() -> None:
    calendar = london("2025-10-31T16:00Z", 4 * 24 * 4)  # Friday to Tuesday
    levy = Window(months=(11, 12, 1, 2), days=("mon", "tue", "wed", "thu", "fri"), start="16:00", end="19:00")
    inside = calendar.index[in_windows(calendar.local, [levy])]
    assert inside[0] == pd.Timestamp("2025-11-03T16:00Z")
    assert len(inside) == 3 * 4


def test_no_windows_are_always_even_on_excluded_dates() -> None:
    calendar = london("2025-12-25T00:00Z", 4)
    assert in_windows(calendar.local, (), [date(2025, 12, 25)]).all()
    assert not in_windows(calendar.local, [Window()], [date(2025, 12, 25)]).any()


def test_excluded_dates_are_local() -> None:
    calendar = london("2025-06-01T22:30Z", 4)
    assert in_windows(calendar.local, [Window()], [date(2025, 6, 2)]).tolist() == [True, True, False, False]


def test_a_run_that_begins_within_an_interval_leaves_it_out() -> None:
    calendar = london("2025-06-01T00:15Z", 6)
    assert metering(calendar, 30).steps.tolist() == [[1, 2], [3, 4]]
    assert cuts(calendar, 30)
    assert metering(london("2025-06-01T00:15Z", 1), 30).steps.shape == (0, 2)


def test_long_steps_are_intervals_of_their_own() -> None:
    calendar = london("2025-06-01T00:00Z", 3, 60)
    assert metering(calendar, 30).steps.tolist() == [[0], [1], [2]]
    assert metering(calendar, 30).minutes == 60
    assert not cuts(calendar, 30)


def test_steps_that_fill_no_interval_stand_alone_and_cut_it() -> None:
    calendar = london("2025-06-01T00:00Z", 6, 20)
    assert metering(calendar, 30).steps.tolist() == [[0], [1], [2], [3], [4], [5]]
    assert cuts(calendar, 30)
    assert cuts(london("2025-06-01T00:07Z", 8), 30)
    assert metering(london("2025-06-01T00:07Z", 2), 30).minutes == 15


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_units_of_timestamps_do_not_matter(unit: str) -> None:
    index = quarter_hours("2025-10-25T22:00Z", 20).as_unit(unit)
    calendar, usual = Calendar.of(index, "Europe/London", 15), london("2025-10-25T22:00Z", 20)
    assert calendar.day.tolist() == usual.day.tolist()
    assert calendar.local.minute.tolist() == usual.local.minute.tolist()
    assert metering(calendar, 30).steps.tolist() == metering(usual, 30).steps.tolist()
