"""The pages about `gridq`: commands show what they are said to show, and every number is computed again."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import btm_cases
import pandas as pd
import pytest
from btm_pages import blocks, equations, files, holds, sessions, shows

from energyscope import btm
from energyscope.cli.btm.app import app
from energyscope.families.btm.bundles import examples
from energyscope.families.btm.refusals import CATALOGUE, exit_code
from energyscope.families.btm.runners import forecast
from energyscope.families.btm.runners.portfolio import run_portfolio
from energyscope.families.btm.runners.sites import load_portfolio

PAGES = ("btm", "btm-bill", "btm-first-bundle", "btm-worth")


def page_of(checkout: Path, name: str) -> str:
    return (checkout / "docs" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(checkout: Path, name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page_of(checkout, name)):
        assert (checkout / "docs" / target).exists(), target


def test_every_code_stands_in_the_overview_with_its_exit(checkout: Path) -> None:
    rows = re.findall(r"^\| (BTM\d{3}) \| (.*) \| (.*) \|$", page_of(checkout, "btm"), flags=re.MULTILINE)
    exits = {code: "warning" if code in ("BTM290", "BTM291") else str(exit_code(code)) for code in CATALOGUE}
    assert [(code, said, exits[code]) for code, said in CATALOGUE.items()] == rows


def test_every_command_stands_in_the_overview(checkout: Path) -> None:
    page = page_of(checkout, "btm")
    names = [each.name or each.callback.__name__ for each in app.registered_commands if each.callback]
    assert set(re.findall(r"^\| `gridq (\w+)", page, flags=re.MULTILINE)) == set(names)


def test_the_portfolio_of_the_page_runs(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pvlib", reason="the extra `btm` is not installed")
    monkeypatch.chdir(tmp_path)
    examples.write("portfolio_two_sites", Path("my_sites"))
    ((path, text),) = files(page_of(checkout, "btm"))
    path.write_text(text, encoding="utf-8")
    told = run_portfolio(load_portfolio("my_sites")).metrics
    assert told["coupling"] == "shared_limits"
    assert told["peaks"]["export_peak_step_kw"] == pytest.approx(30.0)


def test_the_first_bundle(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert", reason="the extra `plots` is not installed")
    monkeypatch.chdir(tmp_path)
    page = page_of(checkout, "btm-first-bundle")
    *before, mistaken, again = sessions(page)
    assert [shows(each, monkeypatch) for each in before] == [0, 0, 0, 0, 0]
    wear = json.loads(Path("my_site/metrics.json").read_text(encoding="utf-8"))["battery"]["wear_cost_gbp"]
    assert f"{wear:.2f} GBP of wear" in page
    assert Path("my_site/report.html").exists()
    _spoil(Path("my_site"), Path("broken"))
    assert shows(mistaken, monkeypatch) == 1
    _own_data(page)
    assert btm.validate("my_site") == []
    assert shows(again, monkeypatch) == 1


def _spoil(bundle: Path, copy: Path) -> None:
    """A copy of a bundle with the mistakes that the page tells of."""
    shutil.copytree(bundle, copy)
    path = copy / "site_config.yaml"
    text = path.read_text(encoding="utf-8")
    for right, wrong in (("capacity_kwh: 100", "capacity: 100"), ("charge_efficiency: 0.95", "charge_efficiency: 95")):
        text = text.replace(f"  {right}", f"  {wrong}", 1)
    path.write_text(text, encoding="utf-8")


def _own_data(page: str) -> None:
    """Meter data of the week of a clock change, on the local clock, through the code of the page."""
    local = pd.date_range("2025-10-20", "2025-10-27", freq="30min", inclusive="left", tz="Europe/London")
    table = pd.DataFrame({"start": local.tz_localize(None), "used_kwh": 10.0, "pv_kwh": 1.0, "pence_per_kwh": 20.0})
    table.to_csv("meter.csv", index=False)
    (code,) = blocks(page, "python")
    exec(compile(code, "btm-first-bundle.md", "exec"), {})
    frame = btm.load_bundle("my_site").frame
    assert len(frame) == 2 * (7 * 24 + 1)
    assert frame["load_kw"].eq(20.0).all() and frame["import_price_gbp_per_kwh"].eq(0.2).all()


def test_the_columns_named_are_those_there_are(checkout: Path) -> None:
    from energyscope.families.btm import columns

    page = page_of(checkout, "btm-first-bundle")
    assert all(f"`{name}`" in page for name in (columns.TIMESTAMP, *columns.REQUIRED, *columns.OPTIONAL))


@pytest.fixture(scope="module")
def worked(checkout: Path) -> dict[str, Any]:
    """The names that the code of the page on the bill defines."""
    names: dict[str, Any] = {}
    for block in blocks(page_of(checkout, "btm-bill"), "python"):
        exec(compile(block, "btm-bill.md", "exec"), names)
    return names


def test_the_lines_of_the_month_are_those_of_the_bill(checkout: Path, worked: dict[str, Any]) -> None:
    rows = [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in re.findall(r"^\| \w+_gbp .*\|$", page_of(checkout, "btm-bill"), flags=re.MULTILINE)
    ]
    *shown, total = rows
    lines = worked["bill"].lines
    assert len(shown) == len(lines)
    for row, line in zip(shown, lines, strict=True):
        assert row[:3] == [line["component"], line["name"], line["band"] or ""]
        assert row[4] == line["unit"]
        for text, key in zip((row[3], *row[5:]), ("quantity", "rate", "amount_gbp"), strict=True):
            assert holds(line[key], text), (line, text)
    assert total[0] == "total_gbp"
    assert holds(worked["bill"].amounts["total_gbp"], total[-1])


def test_what_the_battery_changes_is_the_difference_of_two_bills(checkout: Path, worked: dict[str, Any]) -> None:
    page, before, after = page_of(checkout, "btm-bill"), worked["bill"].amounts, worked["shaved"].amounts
    assert holds(after["demand_gbp"], "666.00")
    assert holds(before["demand_gbp"] - after["demand_gbp"], "144.00")
    assert after["excess_capacity_gbp"] == 0
    energy = ("import_energy_gbp", "volumetric_gbp")
    assert holds(sum(before[key] - after[key] for key in energy), "2.32")
    assert holds(after["total_gbp"], "8466.43")
    assert "= 8,466.43`" in page


@pytest.mark.parametrize(("name", "least"), [("btm-bill", 20), ("btm-worth", 3)])
def test_the_arithmetic_is_right(checkout: Path, name: str, least: int) -> None:
    found = equations(page_of(checkout, name))
    assert len(found) >= least
    for text, value, shown in found:
        assert holds(value, shown), text


def test_the_other_components_are_billed_as_the_page_says(worked: dict[str, Any]) -> None:
    def billed(**tariff: Any) -> dict[str, Any]:
        run = btm.RunConfig.model_validate({"schema_version": 1, "timestep_minutes": 15, "tariff": tariff})
        amounts: dict[str, Any] = btm.bill(worked["site"], run, worked["passive"]).amounts
        return amounts

    ratchet = {"fraction": 0.8, "history_kw": {"2025-05": 255.0}}
    demand = billed(demand_charges=[{"name": "peak", "rate_gbp_per_kw": 1.0, "ratchet": ratchet}])
    assert demand["demand_gbp"] == pytest.approx(204.0)
    triad = billed(triad_charge={"rate_gbp_per_kw": 45.0, "half_hours": ["2025-06-12T15:00:00Z"]})
    assert triad["triad_gbp"] == pytest.approx(1350.0)


def test_the_long_day_counts_25_hours() -> None:
    local = pd.date_range("2025-10-26", "2025-10-27", freq="15min", inclusive="left", tz="Europe/London")
    frame = pd.DataFrame({"load_kw": 50.0, "pv_kw": 0.0}, index=local.tz_convert("UTC").rename("timestamp"))
    frame = frame.assign(import_price_gbp_per_kwh=0.2, export_price_gbp_per_kwh=0.0)
    site = btm.SiteConfig.model_validate({"schema_version": 1, "site_id": "office"})
    run = btm.RunConfig.model_validate({"schema_version": 1, "timestep_minutes": 15})
    (line, *_) = btm.bill(site, run, btm.baseline(site, run, frame)).lines
    assert line["quantity"] == pytest.approx(1250.0)


@pytest.mark.slow
def test_is_my_battery_worth_it(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pvlib", reason="the extra `btm` is not installed")
    monkeypatch.chdir(tmp_path)
    page = page_of(checkout, "btm-worth")
    begun, *others = sessions(page)
    assert shows(begun, monkeypatch) == 0
    (terms, *_) = blocks(page, "yaml")
    assert terms in Path("shop/run_config.yaml").read_text(encoding="utf-8")
    for path, text in files(page):
        path.write_text(text, encoding="utf-8")
    assert [shows(each, monkeypatch) for each in others] == [0, 0, 0]
    worth = json.loads(Path("shop/underwriting.json").read_text(encoding="utf-8"))
    assert holds(worth["capex_gbp"], "88200.00")
    assert [round(flow, 2) for flow in worth["cash_flow_gbp"][1:3]] == [16318.15, 15822.60]
    assert "of 203 cycles of less than a tenth of the capacity 40 are left" in " ".join(page.split())
    # the count of shallow cycles is that of one optimum among equals
    assert [_shallow_cycles(Path("shop"), wear) for wear in ("0.015", "0.0572")] == pytest.approx([203, 40], abs=2)


def _shallow_cycles(bundle: Path, wear: str) -> float:
    """Cycles of up to a tenth of the capacity in a bundle whose wear costs so much [GBP/kWh]."""
    path = bundle / "site_config.yaml"
    text = re.sub(r"(wear_cost_gbp_per_kwh: ).*", rf"\g<1>{wear}", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    cycles = btm.run_bundle(bundle, "backtest").metrics["battery"]["cycles"]
    assert cycles["histogram"][0]["depth_to"] == 0.1
    return float(cycles["histogram"][0]["count"])


def test_the_python_of_the_overview(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = page_of(checkout, "btm")
    first, second, *_ = sessions(page)
    assert [shows(each, monkeypatch) for each in (first, second)] == [0, 0]
    (code,) = blocks(page, "python")
    names: dict[str, Any] = {}
    exec(compile(code, "btm.md", "exec"), names)
    written = json.loads(Path("my_site/metrics.json").read_text(encoding="utf-8"))
    assert names["metrics"]["savings"]["total_gbp"] == pytest.approx(written["savings"]["total_gbp"])


def test_the_forecast_provider_of_the_page(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = blocks((checkout / "CONTRIBUTING.md").read_text(encoding="utf-8"), "python")
    names: dict[str, Any] = {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), names)
    names["LAG"] = pd.Timedelta(days=2)  # the case has no second week
    registered = SimpleNamespace(name="last_week", load=lambda: names["last_week"])
    monkeypatch.setattr(forecast, "entry_points", lambda group: [registered] if group == forecast.ENTRY_POINTS else [])
    bundle = btm_cases.bundle_folder(
        "rolling_equals_full", tmp_path, run_config={"forecast": {"provider": "last_week"}}
    )
    rolling = btm.run_bundle(bundle, "live").metrics["rolling"]
    assert rolling["warmup_steps"] == 2 * 96
    assert rolling["forecast_mae_kw"]["load"] is not None


def test_files_named_for_contributors_are_there(checkout: Path) -> None:
    page = (checkout / "CONTRIBUTING.md").read_text(encoding="utf-8")
    family = checkout / "src" / "energyscope" / "families" / "btm"
    section = page[page.index("## Behind the meter") :]
    named = set(re.findall(r"`(\w[\w*]*\.py)`", section))
    assert {"schemas.py", "bill_lines.py", "objective.py", "twin.py"} <= named
    assert all(list(family.rglob(name)) for name in named)
