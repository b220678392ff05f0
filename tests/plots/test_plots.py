"""Pictures: what they show, and that their files are whole, not blank, and need no network."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from energyscope import plots
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.plots.names import colour
from energyscope.plots.picture import Bars, Day, Flows, Levels, Picture
from energyscope.plots.report import pictures, write_report
from energyscope.result import Result, Run
from energyscope.tables import Tables
from solved_small import core_small, toy

pytest.importorskip("plotly", reason="the extra `plots` is not installed")
pytest.importorskip("vl_convert", reason="the extra `plots` is not installed")

DRAWN: dict[str, Callable[[Result], Picture]] = {
    name: getattr(plots, name)
    for name in ("sankey", "capacities", "costs", "emissions", "typical_day", "storage_level")
}


@pytest.fixture(params=DRAWN)
def picture(request: pytest.FixtureRequest) -> Picture:
    return DRAWN[request.param](core_small())


class _Page(HTMLParser):
    """Tags of a page, and what it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.graphs = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.graphs += given.get("class") == "plotly-graph-div"
        self.fetched += [str(given[name]) for name in ("src", "href") if name in given and tag in ("script", "link")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stays open."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def png(path: Path) -> tuple[int, int, set[int]]:
    """Width, height, and the distinct bytes of the pixels as PNG filters them."""
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    place, pixels = 8, b""
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        if content[place + 4 : place + 8] == b"IDAT":
            pixels += content[place + 8 : place + 8 + length]
        place += length + 12
    return width, height, set(zlib.decompress(pixels))


def test_png_is_as_large_as_asked_and_not_blank(picture: Picture, tmp_path: Path) -> None:
    picture.to_png(tmp_path / "one.png", scale=1)
    picture.to_png(tmp_path / "two.png", scale=2)
    width, height, seen = png(tmp_path / "one.png")
    assert 500 < width < 1400 and 100 < height < 1400
    # sides are rounded to whole pixels
    twice = png(tmp_path / "two.png")
    assert abs(twice[0] - 2 * width) <= 2 and abs(twice[1] - 2 * height) <= 2
    assert len(seen) > 50


def test_svg_has_the_title(picture: Picture, tmp_path: Path) -> None:
    picture.to_svg(tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert text.startswith("<svg") and picture.title in text


def test_html_needs_no_network(picture: Picture, tmp_path: Path) -> None:
    picture.to_html(tmp_path / "a.html")
    page = _Page((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert page.open == [] and page.graphs == 1 and page.fetched == []


def test_colours_and_labels_are_in_the_picture(tmp_path: Path) -> None:
    plots.capacities(core_small()).to_svg(tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert colour("PV") in text and "Offshore wind" in text and ">GW<" in text and ">GWh<" in text


def test_bars_are_the_figures_of_the_tables() -> None:
    content = plots.costs(core_small()).content
    assert isinstance(content, Bars)
    (panel,) = content.panels
    costs = core_small().postprocessing["costs"]
    drawn = panel.table["value"].sum()
    # bars below a thousandth of the longest are left out
    assert drawn <= costs["total"].sum() * (1 + 1e-9)
    assert drawn >= 0.98 * costs["total"].sum()
    longest = panel.table.groupby("name", sort=False)["value"].sum()
    assert longest.drop("Other", errors="ignore").is_monotonic_decreasing
    assert len(longest) <= 20


def test_a_day_balances_in_every_hour() -> None:
    content = plots.typical_day(core_small()).content
    assert isinstance(content, Day)
    supply = content.table.groupby(["day", "hour"])["value"].sum()
    demand = content.demand.set_index(["day", "hour"])["value"]
    np.testing.assert_allclose(supply, demand.reindex(supply.index), rtol=1e-6)
    assert set(content.table["day"]) == set(content.days) and sum(content.hours_of_year) == 336


def test_the_day_shown_is_the_most_frequent_or_that_asked_for() -> None:
    days = core_small().postprocessing["year_weights"]["hours"].groupby("typical_day").sum()
    default, asked = (plots.typical_day(core_small(), "HEAT_LOW_T_DHN", day).content for day in (None, 2))
    assert isinstance(default, Day) and isinstance(asked, Day)
    assert default.shown == days.idxmax() and asked.shown == 2 and default.unit == "GW"


def test_levels_are_those_of_the_storages() -> None:
    content = plots.storage_level(core_small(), ["PHS"]).content
    assert isinstance(content, Levels)
    expected = core_small().variables["Storage_level"].loc["PHS", "Storage_level"]
    np.testing.assert_array_equal(content.table["level"], expected)
    assert content.table["time"].max() == 14 and content.axis == "day"


def test_an_unknown_storage_is_an_error_with_a_neighbour() -> None:
    with pytest.raises(EnergyscopeError, match="there is no storage `PHX`") as caught:
        plots.storage_level(core_small(), ["PHX"])
    assert caught.value.diagnostics[0].help == "did you mean `PHS`?"


def test_flows_are_those_of_the_balances() -> None:
    content = plots.sankey(core_small()).content
    assert isinstance(content, Flows)
    nodes = content.nodes["name"]
    links = content.links.assign(
        source=nodes[content.links["source"]].array, target=nodes[content.links["target"]].array
    )
    annual = core_small().postprocessing["annual_balance"]["annual_balance"]
    row = links[(links["source"] == "technology:PV") & (links["target"] == "layer:ELECTRICITY")]
    assert float(row["value"].iloc[0]) == pytest.approx(annual.loc[("ELECTRICITY", "PV")] / 1000)
    assert "service:Passenger mobility" in set(links["target"])


def test_an_unknown_layer_or_day_is_told() -> None:
    with pytest.raises(EnergyscopeError, match="no layer `ELECTRICTY`") as failure:
        plots.typical_day(core_small(), "ELECTRICTY")
    assert "ELECTRICITY" in str(failure.value.diagnostics[0].help)
    with pytest.raises(EnergyscopeError, match="no typical day `99`"):
        plots.typical_day(core_small(), "ELECTRICITY", 99)


def test_a_model_without_the_names_is_told() -> None:
    with pytest.raises(EnergyscopeError, match="needs the table `annual_balance`"):
        plots.sankey(of_ones_own())
    with pytest.raises(EnergyscopeError, match="this result has 2"):
        plots.capacities(toy() + toy())


def test_the_page_has_all_pictures_and_plotly_once(tmp_path: Path) -> None:
    assert write_report(core_small(), tmp_path / "index.html", "core <small>")
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert page.graphs == len(pictures(core_small())) == 9
    assert page.open == [] and page.fetched == []
    assert "core &lt;small&gt;" in text and "investment" in text
    # plotly.js alone is 4.8 MB
    assert len(text) < 8e6


def test_the_page_of_a_model_with_few_names(tmp_path: Path) -> None:
    assert write_report(toy(), tmp_path / "index.html", "toy")
    assert [each.title for each in pictures(toy())] == [
        "Energy flows",
        "Installed capacities",
        "Costs",
        "End use, hour by hour",
        "Electricity, hour by hour",
        "Energy stored",
    ]
    bare = Result(runs=toy().runs)
    assert not write_report(bare, tmp_path / "none.html", "none") and not (tmp_path / "none.html").exists()


def of_ones_own() -> Result:
    """A result of a model that no postprocessing knows."""
    index = pd.Index(["here", "there"], name="index")
    pairs = pd.MultiIndex.from_product([index, [1, 2]], names=["index0", "index1"])
    return Result(
        variables=Tables(
            {
                "build": pd.DataFrame({"build": [2.0, -1.0], "Run": 0}, index=index),
                "unused": pd.DataFrame({"unused": [0.0, 0.0], "Run": 0}, index=index),
                "ship": pd.DataFrame({"ship": [0.0, 1.0, 2.0, 0.0], "Run": 0}, index=pairs),
                "total <cost>": pd.DataFrame({"total <cost>": [7.5], "Run": [0]}),
            }
        ),
        runs=(Run(0, "optimal", 7.5, "cost", {"rows": 3, "columns": 9}),),
    )


def test_the_page_of_a_model_without_tables_of_its_own(tmp_path: Path) -> None:
    assert write_report(of_ones_own(), tmp_path / "index.html", "mine")
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert _Page(text).graphs == 1 and "total &lt;cost&gt;" in text and "7.5" in text
    (shown,) = pictures(of_ones_own())
    assert isinstance(shown.content, Bars)
    (panel,) = shown.content.panels
    assert panel.table["label"].tolist() == ["here", "there"]
    assert panel.title == "build" and panel.table.set_index("name")["value"].to_dict() == {"here": 2.0, "there": -1.0}
    shown.to_png(tmp_path / "a.png")
    nothing = Result(variables=Tables({"x": of_ones_own().variables["unused"].set_axis(["x", "Run"], axis=1)}))
    assert pictures(nothing) == []


def test_a_page_without_pictures_still_has_the_figures(tmp_path: Path) -> None:
    zero = pd.DataFrame({"x": [0.0], "Run": [0]})
    bare = Result(variables=Tables({"x": zero}), runs=of_ones_own().runs)
    assert write_report(bare, tmp_path / "index.html", "zero")
    assert "<caption>variables</caption>" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_no_two_nodes_of_the_flows_are_called_alike() -> None:
    content = plots.sankey(core_small()).content
    assert isinstance(content, Flows)
    assert content.nodes["label"].is_unique
    assert {"Electric heat pump (local)", "Electric heat pump (district)"} <= set(content.nodes["label"])


def test_a_year_of_levels_is_drawn_by_weeks() -> None:
    """A storage that is emptied every other day: one line between two edges, not 8760 strokes."""
    days = 70
    level = np.tile(np.r_[np.zeros(24), np.ones(24)], days // 2)
    index = pd.MultiIndex.from_product([["PHS"], range(1, 24 * days + 1)], names=["index0", "index1"])
    sizes = pd.DataFrame({"size": [1.0], "Run": 0}, index=pd.Index(["PHS"], name="storage"))
    given = Result(
        variables=Tables({"Storage_level": pd.DataFrame({"Storage_level": level, "Run": 0}, index=index)}),
        postprocessing=Tables({"storage_cycles": sizes}),
        runs=toy().runs,
    )
    content = plots.storage_level(given).content
    assert isinstance(content, Levels) and len(content.table) == days
    inner = content.table.iloc[3:-3]
    assert (inner["low"] == 0).all() and (inner["high"] == 1).all() and content.axis == "day of the year"
    assert inner["level"].between(3 / 7 - 1e-12, 4 / 7 + 1e-12).all()  # rounding of a mean of seven


def test_toy_balances_in_every_hour() -> None:
    content = plots.typical_day(toy(), "END_USE").content
    assert isinstance(content, Day)
    supply = content.table.groupby("hour")["value"].sum()
    np.testing.assert_allclose(supply, content.demand.set_index("hour")["value"], rtol=1e-6)
    assert content.days == [1] and content.hours_of_year == [24]


def test_negative_bars_are_not_lost() -> None:
    index = pd.Index(["CCS", "CAR", "BUS"], name="item")
    table = pd.DataFrame({"operation": [-9.0, 4.0, 1e-6], "construction_per_year": 0.0, "Run": 0}, index=index)
    content = plots.emissions(Result(postprocessing=Tables({"emissions": table}), runs=toy().runs)).content
    assert isinstance(content, Bars)
    assert content.panels[0].table["name"].unique().tolist() == ["CCS", "CAR"]


def test_a_missing_extra_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "plotly", None)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    drawn = plots.capacities(toy())
    for write in (drawn.to_html, drawn.to_png, drawn.to_svg):
        with pytest.raises(EnergyscopeError, match="which is not installed") as failure:
            write(tmp_path / "a")
        assert "energyscope-linopy[plots]" in str(failure.value.diagnostics[0].help)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_is_a_plotly_figure_and_an_altair_chart() -> None:
    drawn = plots.capacities(toy())
    assert len(drawn.figure.data) == 2
    assert "vconcat" in drawn.chart.to_dict()
    assert isinstance(drawn._repr_mimebundle_(), dict)


def test_tables_without_capacity_give_no_bars() -> None:
    none = pd.DataFrame({"capacity": [0.0], "unit": ["GW"], "end_use_type": [""], "Run": [0]}, index=["PV"])
    drawn = plots.capacities(Result(runs=toy().runs, postprocessing={"capacities": none.rename_axis("technology")}))  # type: ignore[arg-type]
    assert isinstance(drawn.content, Bars) and drawn.content.panels == []
