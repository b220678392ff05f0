"""The bundle of `gridq init`: its sky against another computation, its files as a user edits them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energyscope.families.btm.bundles.bundle import load_bundle
from energyscope.families.btm.bundles.template import CONFIGURATIONS, LATITUDE, clear_sky, series, write_template


@pytest.mark.parametrize("day", ["2025-03-20", "2025-06-21", "2025-12-21"])
def test_the_sky_is_that_of_pvlib(day: str) -> None:
    clearsky, solarposition = pytest.importorskip("pvlib.clearsky"), pytest.importorskip("pvlib.solarposition")
    instants = pd.date_range(day, periods=144, freq=pd.Timedelta(minutes=10), tz="UTC")
    zenith = solarposition.get_solarposition(instants, LATITUDE, 0.0)["zenith"]
    expected = clearsky.haurwitz(zenith)["ghi"].to_numpy()
    # Spencer's series take whole days of a mean year: at the equinox the sun moves 0.4 degrees a day, that is
    # 1098 W/m2 x 0.007 rad x sin(latitude) = 6 W/m2
    assert np.abs(clear_sky(instants) - expected).max() < 8


def test_nothing_shines_at_night() -> None:
    frame = series()
    night = frame.index.hour.isin([22, 23, 0, 1, 2])
    assert (frame["pv_kw"].to_numpy()[night] == 0).all()
    assert frame["pv_kw"].max() > 40


def test_every_file_is_commented_and_accepted(tmp_path: Path) -> None:
    written = write_template(tmp_path / "site")
    assert all(path.is_file() for path in written)
    bundle = load_bundle(tmp_path / "site")
    assert bundle.warnings == ()
    for name in CONFIGURATIONS:
        lines = (tmp_path / "site" / name).read_text().splitlines()
        assert sum("#" in line for line in lines) > 8
        assert max(map(len, lines)) <= 120


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    one, two = write_template(tmp_path / "one"), write_template(tmp_path / "two")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
