"""The report of a bundle: what stands in it, that it needs no network, and what it is refused for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

import btm_cases
import pandas as pd
import pytest
from btm_reported import Page, addresses, run, run_case
from ruamel.yaml import YAML

from energyscope.families.btm.accounts.bill import TOTAL
from energyscope.families.btm.refusals import BtmError
from energyscope.plots.btm import write_report
from energyscope.plots.btm.wording import money, number

pytest.importorskip("altair", reason="the extra `plots` is not installed")
pytest.importorskip("vl_convert", reason="the extra `plots` is not installed")

ANNUALISED = {
    "underwriting": {"capex_fixed_gbp": 5000.0, "lifetime_years": 10, "discount_rate": 0.08, "annualise": True}
}
KINDS = {
    "flat_day": "backtest",
    "tou_pv_2d": "underwrite",
    "dst_autumn_duos": "backtest",
    "no_battery": "backtest",
    "rolling_equals_full": "live",
    "triad_flex_december": "backtest",
    "reserve_two_days": "backtest",
    "cyclic_two_days": "backtest",
    "negative_week_relaxed": "backtest",
    "kva_month": "backtest",
    "ratchet_quarter": "backtest",
}
"""Cases of every kind, and how they are run."""


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Bundles that were run, by name; none is changed by a test."""
    return {}


@pytest.fixture
def reported(
    request: pytest.FixtureRequest, bundles: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A bundle with its outputs and report.html, made once."""
    name: str = request.param
    if name not in bundles:
        changed = {"run_config": ANNUALISED} if KINDS[name] == "underwrite" else {}
        bundles[name] = run_case(name, tmp_path_factory.mktemp("reported"), KINDS[name], **changed)
        write_report(bundles[name])
    return bundles[name]


def page_of(bundle: Path) -> Page:
    return Page((bundle / "report.html").read_text(encoding="utf-8"))


def metrics_of(bundle: Path) -> dict[str, object]:
    tree = json.loads((bundle / "metrics.json").read_text(encoding="utf-8"))
    assert isinstance(tree, dict)
    return tree


every_kind = pytest.mark.parametrize("reported", KINDS, indirect=True)


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reported", [name], indirect=True)


@every_kind
def test_the_page_is_whole_and_fetches_nothing(reported: Path) -> None:
    page = page_of(reported)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= {f"#{each}" for each in page.ids}
    assert all(each.startswith("data:") for each in page.fetched)
    assert not {"script", "link", "iframe", "object", "form", "base"} & set(page.tags)
    assert "@import" not in page.text and "url(" not in page.text
    assert "default-src 'none'" in page.text
    for drawing in page.drawn():
        if not drawing.startswith(b"\x89PNG"):
            assert addresses(drawing) == []
            assert b"<script" not in drawing and b"foreignObject" not in drawing


@every_kind
def test_pictures_say_what_they_show(reported: Path) -> None:
    page = page_of(reported)
    texts = [str(each["alt"]) for each in page.images]
    assert len(texts) >= 4
    assert all(len(each) > 40 for each in texts)
    assert len(set(texts)) == len(texts)
    assert page.text.startswith('<!doctype html><html lang="en">')
    assert 'name="viewport"' in page.text


@every_kind
def test_the_bill_stands_in_it_as_in_the_json(reported: Path) -> None:
    metrics, page = btm_cases.at, page_of(reported)
    tree = metrics_of(reported)
    sides = [
        metrics(tree, path) for path in ("baseline.bill", "optimised.bill", "savings.by_component", "no_assets.bill")
    ]
    for key in sides[0]:
        row = [key.removesuffix("_gbp").replace("_", " "), *(number(each[key]) for each in sides)]
        assert (row in page.rows) == (key == TOTAL or any(each[key] for each in sides))
    assert money(sides[0][TOTAL]) in page.shown
    assert money(sides[1][TOTAL]) in page.shown


@every_kind
def test_every_line_of_the_bill_stands_in_it_and_they_sum_to_the_total(reported: Path) -> None:
    tree, page = metrics_of(reported), page_of(reported)
    heads = ["component", "charge", "month", "unit", "rate [GBP]", "before", "after", "before [GBP]", "after [GBP]"]
    first = page.rows.index(heads) + 1
    lines = btm_cases.at(tree, "optimised.lines")
    rows = page.rows[first : first + len(lines)]
    assert [row[-1] for row in rows] == [number(line["amount_gbp"]) for line in lines]
    assert [row[2] for row in rows] == [line["month"] or "" for line in lines]
    total = page.rows[first + len(lines)]
    assert total == [
        "total",
        *[""] * 6,
        *(number(btm_cases.at(tree, f"{side}.bill.total_gbp")) for side in ("baseline", "optimised")),
    ]


@every_kind
def test_hashes_of_all_files_stand_in_it(reported: Path) -> None:
    page = page_of(reported)
    metadata = json.loads((reported / "bundle_metadata.json").read_text(encoding="utf-8"))
    for kind in ("inputs", "outputs"):
        for name, each in metadata[kind].items():
            assert [kind[:-1], name, f"{each['bytes']:,}", each["sha256"]] in page.rows
    assert metadata["content_sha256"] in page.text


@only("tou_pv_2d")
def test_underwriting_stands_in_it(reported: Path) -> None:
    worth = btm_cases.at(metrics_of(reported), "underwriting")
    page = page_of(reported)
    assert {"worth", "figure-cash"} <= set(page.ids)
    assert f"net present value of {money(worth['npv_gbp'])}" in page.shown
    assert ["10", number(worth["cash_flow_gbp"][10])] in page.rows


@only("rolling_equals_full")
def test_a_live_run_tells_its_regret(reported: Path) -> None:
    page = page_of(reported)
    assert "The settled dispatch saves" in page.shown
    assert ["regret [GBP]", number(btm_cases.at(metrics_of(reported), "rolling.regret_gbp"))] in page.rows


@only("no_battery")
def test_without_a_battery_it_says_so(reported: Path) -> None:
    page = page_of(reported)
    assert "The site has no battery." in page.shown
    assert "battery" not in page.ids and "figure-cycles" not in page.ids


@only("negative_week_relaxed")
def test_a_lower_bound_is_called_one(reported: Path) -> None:
    page = page_of(reported)
    assert "This is a lower bound only" in page.shown
    assert "computed twice" not in page.shown


@only("kva_month")
def test_peaks_stand_against_the_agreed_capacity(reported: Path) -> None:
    page = page_of(reported)
    (peaks,) = (str(each["alt"]) for each in page.images if str(each["alt"]).startswith("Monthly peaks"))
    assert "the agreed capacity of 110 kVA, 104.5 kW at power factor 0.95" in peaks


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_a_run_of_one_step_has_a_report(tmp_path: Path, minutes: int) -> None:
    case = btm_cases.CASES["flat_day"]
    btm_cases.write_yaml(tmp_path / "site_config.yaml", case["site_config"])
    btm_cases.write_yaml(tmp_path / "run_config.yaml", {"schema_version": 1, "timestep_minutes": minutes})
    index = pd.DatetimeIndex(["2025-06-02T10:00:00Z"], name="timestamp")
    columns = {"load_kw": 5.0, "pv_kw": 1.0, "import_price_gbp_per_kwh": 0.2, "export_price_gbp_per_kwh": 0.05}
    pd.DataFrame(columns, index=index).to_parquet(tmp_path / "timeseries.parquet")
    write_report(run(tmp_path))
    page = page_of(tmp_path)
    assert {"figure-duration", "figure-peaks"} <= set(page.ids)
    assert "highest half-hour after" in page.shown


def test_names_are_texts_and_no_markup(tmp_path: Path) -> None:
    name = "<script>alert('x')</script> & \"tea\" | `rm`"
    charge = {
        "name": name,
        "bands": [{"name": "<b>red</b>", "rate_gbp_per_kwh": 0.1}, {"name": "]", "rate_gbp_per_kwh": 0.0}],
    }
    bundle = run_case("flat_day", tmp_path, run_config={"tariff": {"volumetric_charges": [charge]}})
    write_report(bundle)
    page = page_of(bundle)
    assert "script" not in page.tags and "b" in page.tags
    assert f"{name}, <b>red</b>" in [cell for row in page.rows for cell in row]
    assert escape(name) in page.text
    assert all(b"<script" not in drawing for drawing in page.drawn())
    (text, *_) = write_report(bundle, format="md")
    (row,) = (line for line in text.read_text(encoding="utf-8").splitlines() if "red" in line and "0.10000" in line)
    assert row.replace("\\|", "").count("|") == 10
    assert "\\<script\\>" in row and "\\`rm\\`" in row


def test_a_report_of_a_bundle_behind_a_url(tmp_path: Path) -> None:
    bundle = run_case("flat_day", tmp_path)
    (page,) = write_report(f"file://{bundle}")
    assert page == bundle / "report.html"
    (other,) = write_report(bundle, f"file://{tmp_path}/other.html")
    assert other.read_bytes() == page.read_bytes()
    with pytest.raises(BtmError) as refused:
        write_report("memory://nowhere")
    assert [each.code for each in refused.value.diagnostics] == ["BTM004"]


def test_the_forms_of_a_report(tmp_path: Path) -> None:
    bundle = run_case("tou_pv_2d", tmp_path)
    (html,) = write_report(bundle, tmp_path / "elsewhere" / "page.html")
    assert html == tmp_path / "elsewhere" / "page.html"
    (inside,) = write_report(bundle, tmp_path / "elsewhere")
    assert inside == tmp_path / "elsewhere" / "report.html"
    assert inside.read_bytes() == html.read_bytes()
    pictures = write_report(bundle, tmp_path / "pictures", "png")
    assert {each.parent for each in pictures} == {tmp_path / "pictures"}
    assert len(pictures) == len(page_of(tmp_path / "elsewhere").images)
    assert all(each.read_bytes().startswith(b"\x89PNG\r\n") for each in pictures)
    text, *beside = write_report(bundle, tmp_path / "text" / "report.md", "md")
    lines = text.read_text(encoding="utf-8")
    assert all(f"]({each.name})" in lines for each in beside)
    assert lines.startswith("# tou_pv_2d\n")


def test_without_outputs_it_says_which_command_makes_them(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("flat_day", tmp_path)
    with pytest.raises(BtmError) as refused:
        write_report(bundle)
    (told,) = refused.value.diagnostics
    assert told.code == "BTM001" and refused.value.exit_code == 1
    assert "gridq backtest" in str(told.help)
    assert not (bundle / "report.html").exists()


def test_without_the_packages_that_draw_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = run_case("flat_day", tmp_path)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(BtmError) as refused:
        write_report(bundle)
    assert refused.value.diagnostics[0].code == "BTM001"
    assert "energyscope-linopy[plots]" in str(refused.value.diagnostics[0].help)


def test_a_folder_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    portfolio = btm_cases.bundle_folder("portfolio_shared_export", tmp_path)
    for folder, said in (
        (tmp_path / "none", "does not exist"),
        (tmp_path, "site_config.yaml"),
        (portfolio, "portfolio"),
    ):
        with pytest.raises(BtmError) as refused:
            write_report(folder)
        assert {each.code for each in refused.value.diagnostics} == {"BTM001"}
        assert said in refused.value.diagnostics[0].message


def test_scenarios_of_the_bundle_stand_in_it(tmp_path: Path) -> None:
    bundle = run_case("tou_pv_2d", tmp_path)
    grid = {"schema_version": 1, "tariffs": {"as_it_is": {}}, "batteries": [{"name": "none", "capacity_kwh": 0}]}
    btm_cases.write_yaml(bundle / "scenarios.yaml", grid)
    pd.DataFrame([{"tariff": "as_it_is", "battery": "none", "savings_gbp": 12.5, "irr": None, "status": "ok"}]).to_csv(
        bundle / "scenarios.csv", index=False
    )
    write_report(bundle)
    page = page_of(bundle)
    assert "scenarios" in page.ids
    assert ["as_it_is", "none", "12.50", "\N{EN DASH}", "ok"] in page.rows


def test_a_week_of_minutes_is_drawn_in_pixels(tmp_path: Path) -> None:
    case = btm_cases.CASES["flat_day"]
    btm_cases.write_yaml(tmp_path / "site_config.yaml", {**case["site_config"], "battery": None})
    btm_cases.write_yaml(tmp_path / "run_config.yaml", {"schema_version": 1, "timestep_minutes": 1})
    index = pd.date_range("2025-06-02", periods=8 * 24 * 60, freq="1min", tz="UTC", name="timestamp")
    columns = {"load_kw": 5.0, "pv_kw": 1.0, "import_price_gbp_per_kwh": 0.2, "export_price_gbp_per_kwh": 0.05}
    pd.DataFrame(columns, index=index).to_parquet(tmp_path / "timeseries.parquet")
    write_report(run(tmp_path))
    # a week of quarter-hours as lines takes half of this
    assert (tmp_path / "report.html").stat().st_size < 1_000_000


@pytest.mark.parametrize("name", ["metrics.json", "dispatch.parquet", "site_config.yaml", "solve_stats.json"])
def test_what_was_altered_since_the_run_is_not_reported(tmp_path: Path, name: str) -> None:
    bundle = run_case("flat_day", tmp_path)
    if name == "solve_stats.json":
        (bundle / name).unlink()
    elif name == "metrics.json":
        (bundle / name).write_text((bundle / name).read_text().replace("240.0", "239.0"))
    elif name == "dispatch.parquet":
        flows = pd.read_parquet(bundle / name)
        (flows * 1.001).to_parquet(bundle / name)
    else:
        tree = YAML(typ="safe").load((bundle / name).read_text())
        btm_cases.write_yaml(bundle / name, {**tree, "site_id": "other"})
    with pytest.raises(BtmError) as refused:
        write_report(bundle)
    assert {each.code for each in refused.value.diagnostics} == {"BTM401"}
    assert any(name in each.message for each in refused.value.diagnostics)
    assert not (bundle / "report.html").exists()


@only("dst_autumn_duos")
def test_the_same_bytes_in_another_process_zone_and_locale(reported: Path, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from energyscope.plots.btm import write_report; "
    code += "write_report(Path(sys.argv[1]), Path(sys.argv[2]))"
    elsewhere = {"TZ": "America/New_York", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8"}
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, **elsewhere, "PYTHONPATH": paths}
    subprocess.run(
        [sys.executable, "-c", code, str(reported), str(tmp_path / "again.html")], check=True, env=environment
    )
    assert (tmp_path / "again.html").read_bytes() == (reported / "report.html").read_bytes()


@pytest.mark.slow
def test_a_year_is_a_small_file_with_all_its_parts(tmp_path: Path) -> None:
    bundle = run_case("full_year", tmp_path)
    write_report(bundle)
    # three million bytes pass through any mail box
    assert (bundle / "report.html").stat().st_size < 3_000_000
    page = page_of(bundle)
    pictures = ("bill", "week", "import_by_hour", "peaks", "duration", "cycles")
    assert {f"figure-{name}" for name in pictures} <= set(page.ids)
    assert sum(drawing.startswith(b"\x89PNG") for drawing in page.drawn()) == 1


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PROBE = """<script>addEventListener("load", () => {
const root = document.documentElement, images = [...document.images];
root.dataset.probe = JSON.stringify({wide: root.scrollWidth - innerWidth, inner: innerWidth,
broken: images.filter(each => !each.complete || !each.naturalWidth).length,
asked: performance.getEntriesByType("resource").map(each => each.name).filter(each => !each.startsWith("data:"))}); });
</script></body>"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("width", [390, 1280])
@only("kva_month")
def test_a_browser_shows_it_without_asking_for_anything(reported: Path, tmp_path: Path, width: int) -> None:
    text = (reported / "report.html").read_text(encoding="utf-8")
    policy = text[text.index("<meta http-equiv") : text.index(">", text.index("<meta http-equiv")) + 1]
    # the page forbids scripts, the probe is one
    probed = tmp_path / "probed.html"
    probed.write_text(text.replace(policy, "").replace("</body>", PROBE), encoding="utf-8")
    options = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    options += "--disable-component-update --disable-sync --dump-dom"
    command = [str(CHROMIUM), *options.split(), f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900"]
    done = subprocess.run([*command, probed.as_uri()], check=True, capture_output=True, text=True, timeout=120)
    found = done.stdout.partition('data-probe="')[2].partition('"')[0].replace("&quot;", '"')
    probe = json.loads(found)
    assert probe["wide"] <= 0
    assert probe["broken"] == 0
    assert probe["asked"] == []
