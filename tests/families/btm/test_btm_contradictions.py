"""Fields that contradict each other: both are named with their values, and placed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from btm_configs import RUN, SITE, place_of, read_both, told

from energyscope.families.btm.config.contradictions import contradictions, of_underwriting, require_consistent
from energyscope.families.btm.config.reading import run_of, site_of
from energyscope.families.btm.config.schemas import RunConfig
from energyscope.families.btm.refusals import BtmError

BATTERY_CLASHES = {
    "initial below": (
        "min_soc_kwh: 20\n  initial_soc_kwh: 10",
        8,
        20,
        ["initial_soc_kwh` is 10", "min_soc_kwh` is 20"],
    ),
    "initial above": (
        "max_soc_kwh: 80\n  initial_soc_kwh: 90",
        8,
        20,
        ["initial_soc_kwh` is 90", "max_soc_kwh` is 80"],
    ),
    "initial above capacity": ("initial_soc_kwh: 101", 7, 20, ["`battery.capacity_kwh` is 100"]),
    "window upside down": ("min_soc_kwh: 60\n  max_soc_kwh: 40", 7, 16, ["min_soc_kwh` is 60", "max_soc_kwh` is 40"]),
    "min above capacity": ("min_soc_kwh: 101", 7, 16, ["min_soc_kwh` is 101", "capacity_kwh` is 100"]),
    "max above capacity": ("max_soc_kwh: 101", 7, 16, ["max_soc_kwh` is 101", "capacity_kwh` is 100"]),
    "fixed without state": ("terminal_soc: {mode: fixed}", 7, 24, ['mode` is "fixed"', "soc_kwh` is null"]),
    "fixed outside": ("terminal_soc: {mode: fixed, soc_kwh: 120}", 7, 40, ["soc_kwh` is 120", "capacity_kwh` is 100"]),
    "valued without value": ("terminal_soc: {mode: valued}", 7, 24, ['"valued"', "value_gbp_per_kwh` is null"]),
    "depth falls": ("degradation: {cycle_life: [[0.5, 9], [0.4, 8]]}", 7, 41, ["[1][0]` is 0.4", "[0][0]` is 0.5"]),
    "depth stays": ("degradation: {cycle_life: [[0.5, 9], [0.5, 8]]}", 7, 41, ["[1][0]` is 0.5"]),
    "cycles rise": ("degradation: {cycle_life: [[0.5, 8], [0.6, 9]]}", 7, 46, ["[1][1]` is 9", "[0][1]` is 8"]),
}


@pytest.mark.parametrize(("lines", "row", "column", "said"), BATTERY_CLASHES.values(), ids=BATTERY_CLASHES)
def test_contradictions_of_a_battery(tmp_path: Path, lines: str, row: int, column: int, said: list[str]) -> None:
    ((code, *place, message),) = told(tmp_path, "site_config.yaml", f"{SITE}  {lines}\n")
    assert (code, *place) == ("BTM104", row, column)
    assert all(part in message for part in said)


def test_the_other_field_is_placed_as_well(tmp_path: Path) -> None:
    ((*_, message),) = told(tmp_path, "site_config.yaml", f"{SITE}  max_soc_kwh: 101\n")
    assert f"`battery.capacity_kwh` stands in {tmp_path / 'site_config.yaml'}:4:17" in message


@pytest.mark.parametrize(
    "battery",
    [
        {"capacity_kwh": 0, "max_soc_kwh": 50, "initial_soc_kwh": 20},
        {"min_soc_kwh": 10, "max_soc_kwh": 10},
        {"min_soc_kwh": 10, "max_soc_kwh": 90, "initial_soc_kwh": 90},
        {"terminal_soc": {"mode": "cyclic", "soc_kwh": 500}},
        {"terminal_soc": {"mode": "fixed", "soc_kwh": 0}},
        {"terminal_soc": {"mode": "valued", "value_gbp_per_kwh": -1}},
        {"degradation": {"cycle_life": [[1, 5]]}},
        {"degradation": {"cycle_life": ({"depth": 0.5, "cycles": 9}, {"depth": 1.0, "cycles": 5})}},
    ],
)
def test_batteries_without_contradiction(battery: dict[str, Any]) -> None:
    whole = {"capacity_kwh": 100, "max_charge_kw": 0, "max_discharge_kw": 0, **battery}
    assert site_of({"schema_version": 1, "site_id": "a", "battery": whole}).battery is not None


TARIFF_CLASHES: dict[str, tuple[str, int, int, list[str]]] = {
    "demand charges of one name": (
        "demand_charges: [{name: a, rate_gbp_per_kw: 1}, {name: a, rate_gbp_per_kw: 2}]",
        3,
        58,
        ['demand_charges[1].name` is "a"', 'demand_charges[0].name` is "a"'],
    ),
    "volumetric charges of one name": (
        "volumetric_charges: [{name: a}, {name: b}, {name: a}]",
        3,
        53,
        ["volumetric_charges[2].name", "volumetric_charges[0].name"],
    ),
    "bands of one name": (
        "volumetric_charges: [{name: a, bands: [{name: r, rate_gbp_per_kwh: 1}, {name: r, rate_gbp_per_kwh: 2}]}]",
        3,
        81,
        ["volumetric_charges[0].bands[1].name", "another name for each"],
    ),
    "fixed charges of one name": (
        "fixed_charges: [{name: a, rate_gbp_per_day: 1}, {name: a, rate_gbp_per_day: 2}]",
        3,
        58,
        ["fixed_charges[1].name"],
    ),
    "services of one name": (
        "services: [&s {name: a, direction: up, price_column: p, max_kw: 1, duration_hours: 1}, *s]",
        3,
        24,
        ["services[1].name"],
    ),
    "window over midnight": (
        "demand_charges: [{name: a, rate_gbp_per_kw: 1, windows: [{start: 22:00, end: 06:00}]}]",
        3,
        68,
        ['start` is "22:00"', 'end` is "06:00"', '"22:00" to "24:00" and "00:00" to "06:00"'],
    ),
    "window until 00:00": (
        "volumetric_charges: [{name: a, bands: [{name: r, rate_gbp_per_kwh: 1, windows: [{end: 00:00}]}]}]",
        3,
        83,
        ["bands[0].windows[0].start", 'the end of the day is "24:00"'],
    ),
    "empty window": (
        "demand_charges: [{name: a, rate_gbp_per_kw: 1, windows: [{start: 06:00, end: 06:00}]}]",
        3,
        68,
        ["a start before the end"],
    ),
    "triads neither given nor selected": ("triad_charge: {rate_gbp_per_kw: 1}", 3, 3, ["half_hours` is null"]),
    "triads given and selected": (
        "triad_charge: {rate_gbp_per_kw: 1, half_hours: [2025-12-02T17:00:00Z], select: system_demand}",
        3,
        38,
        ["half_hours` is a list of 1", 'select` is "system_demand"'],
    ),
    "triad given twice": (
        "triad_charge: {rate_gbp_per_kw: 1, half_hours: [2025-12-02T17:00:00Z, 2025-12-02 17:00:00+00:00]}",
        3,
        73,
        ["half_hours[1]` is 2025-12-02T17:00:00Z"],
    ),
}


@pytest.mark.parametrize(("line", "row", "column", "said"), TARIFF_CLASHES.values(), ids=TARIFF_CLASHES)
def test_contradictions_of_a_tariff(tmp_path: Path, line: str, row: int, column: int, said: list[str]) -> None:
    ((code, *place, message),) = told(tmp_path, "run_config.yaml", f"{RUN}tariff:\n  {line}\n")
    assert (code, *place) == ("BTM104", row, column)
    assert all(part in message for part in said)


DEMAND = "tariff: {demand_charges: [{name: a, rate_gbp_per_kw: 1, metering_interval_minutes: %d}]}"


@pytest.mark.parametrize(
    ("step", "tariff", "said"),
    [
        (20, DEMAND % 30, "metering_interval_minutes` is 30, `timestep_minutes` is 20"),
        (10, DEMAND % 15, "metering_interval_minutes` is 15, `timestep_minutes` is 10"),
        (
            12,
            "tariff: {capacity_charge: {agreed_capacity_kva: 5}}",
            "`timestep_minutes` is 12, `tariff.capacity_charge`",
        ),
        (20, "tariff: {triad_charge: {rate_gbp_per_kw: 1, half_hours: []}}", "`tariff.triad_charge` is given"),
    ],
)
def test_steps_that_do_not_fill_metering_intervals(tmp_path: Path, step: int, tariff: str, said: str) -> None:
    ((code, *_, message),) = told(tmp_path, "run_config.yaml", f"{RUN}timestep_minutes: {step}\n{tariff}\n")
    assert code == "BTM104"
    assert said in message


@pytest.mark.parametrize(("step", "metering"), [(60, 30), (30, 15), (15, 30), (20, 60), (12, 60), (5, 5)])
def test_steps_that_fill_metering_intervals_or_are_longer(step: int, metering: int) -> None:
    charge = {"name": "a", "rate_gbp_per_kw": 1, "metering_interval_minutes": metering}
    tree = {"schema_version": 1, "timestep_minutes": step, "tariff": {"demand_charges": [charge]}}
    assert run_of(tree).timestep_minutes == step


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("rolling: {horizon_hours: 12, step_hours: 24}", ["step_hours` is 24", "horizon_hours` is 12"]),
        ("rolling: {horizon_hours: 24.1}", ["horizon_hours` is 24.1", "timestep_minutes` is 15"]),
        ("rolling: {step_hours: 0.1}", ["step_hours` is 0.1", "a whole number of steps"]),
        ("rolling: {horizon_hours: 1e300, step_hours: 24.1}", ["step_hours` is 24.1"]),
        ("forecast: {provider: persistence, lag_hours: 0.3}", ["lag_hours` is 0.3", "a whole number of steps"]),
        ("rolling: {terminal_soc: {mode: fixed}}", ['mode` is "fixed"', "soc_kwh` is null"]),
        ("rolling: {terminal_soc: {mode: valued}}", ['mode` is "valued"', "value_gbp_per_kwh` is null"]),
    ],
)
def test_contradictions_of_the_rolling_runner(tmp_path: Path, lines: str, said: list[str]) -> None:
    found = told(tmp_path, "run_config.yaml", f"{RUN}{lines}\n")
    assert [each[:2] for each in found] == [("BTM104", 2)]
    assert all(part in found[0][3] for part in said)


def test_cyclic_ends_no_window(tmp_path: Path) -> None:
    ((code, *_, message),) = told(tmp_path, "run_config.yaml", f"{RUN}rolling: {{terminal_soc: {{mode: cyclic}}}}\n")
    assert code == "BTM103"
    assert "is cyclic; one of `free`, `at_least_initial`, `fixed`, `valued` is expected" in message


@pytest.mark.parametrize(
    ("lines", "line", "column", "said"),
    [
        ("horizon: {start: 2025-06-02T00:00:00Z, end: 2025-06-01T00:00:00Z}", 2, 18, ["2025-06-02T00:00:00Z", "06-01"]),
        (
            "horizon: {start: 2025-06-01T00:00Z, end: 2025-06-01T00:00+00:00}",
            2,
            18,
            ["`horizon.end` is 2025-06-01T00:00:00Z"],
        ),
        ("backend: glpk\nexclusivity: {mode: full}", 3, 21, ['mode` is "full"', 'backend` is "glpk"']),
    ],
)
def test_contradictions_that_options_may_mend(
    tmp_path: Path, lines: str, line: int, column: int, said: list[str]
) -> None:
    site, run = read_both(tmp_path, SITE, f"{RUN}{lines}\n")
    (found,) = contradictions(site, run)
    assert place_of(found)[:3] == ("BTM104", line, column)
    assert all(part in found.message for part in said)
    with pytest.raises(BtmError):
        require_consistent(site, run)
    mended = run.model_copy(
        update={"runner": "backtest", "backend": "linopy", "horizon": RunConfig(schema_version=1).horizon}
    )
    assert contradictions(site, mended) == []


def test_contradictions_between_site_and_run(tmp_path: Path) -> None:
    window = "rolling: {terminal_soc: {mode: fixed, soc_kwh: 5}}"
    site, run = read_both(tmp_path, f"{SITE}  min_soc_kwh: 10\n", f"{RUN}{window}\n")
    (found,) = contradictions(site, run)
    assert place_of(found)[:3] == ("BTM104", 2, window.index("5") + 1)
    assert found.span is not None
    assert found.span.source.name.endswith("run_config.yaml")
    assert "`rolling.terminal_soc.soc_kwh` is 5, `battery.min_soc_kwh` is 10, `battery.capacity_kwh`" in found.message
    assert f"`battery.min_soc_kwh` stands in {tmp_path / 'site_config.yaml'}:7:16" in str(found.help)
    assert contradictions(site.model_copy(update={"battery": None}), run) == []


WORTH = "underwriting: {lifetime_years: 1, discount_rate: 0, soh_fade_per_year: rainflow}"


@pytest.mark.parametrize(
    ("battery", "lines", "said"),
    [
        ("", "runner: underwrite", "`underwriting` is null; a mapping of what the battery costs is expected"),
        ("", WORTH, '`underwriting.soh_fade_per_year` is "rainflow", `battery.degradation.cycle_life` is null'),
        ("  degradation: {cycle_life: [[1, 5000]]}\n", WORTH, None),
        ("", WORTH.replace("rainflow", "0.01"), None),
    ],
)
def test_what_hinders_underwriting(tmp_path: Path, battery: str, lines: str, said: str | None) -> None:
    site, run = read_both(tmp_path, SITE + battery, f"{RUN}{lines}\n")
    assert contradictions(site, run) == []
    assert [each.code for each in of_underwriting(site, run)] == ["BTM104"] * (said is not None)
    assert all(str(said) in each.message for each in of_underwriting(site, run))


@pytest.mark.parametrize(
    ("charge", "idle"),
    [
        ("volumetric_charges: [{name: a, exclude_dates: [2025-12-25], bands: [{name: r, rate_gbp_per_kwh: 1}]}]", True),
        ("demand_charges: [{name: a, rate_gbp_per_kw: 1, exclude_dates: [2025-12-25]}]", True),
        ("demand_charges: [{name: a, rate_gbp_per_kw: 1, exclude_dates: []}]", False),
        ("demand_charges: [{name: a, rate_gbp_per_kw: 1, exclude_dates: [2025-12-25], windows: [{}]}]", False),
        (
            "volumetric_charges: [{name: a, exclude_dates: [2025-12-25], bands: "
            "[{name: r, rate_gbp_per_kwh: 1, windows: [{days: [mon]}]}, {name: g, rate_gbp_per_kwh: 0}]}]",
            False,
        ),
    ],
)
def test_dates_that_nothing_is_excluded_from_earn_a_warning(tmp_path: Path, charge: str, idle: bool) -> None:
    site, run = read_both(tmp_path, SITE, f"{RUN}tariff:\n  {charge}\n")
    found = require_consistent(site, run)
    assert [(each.code, each.severity) for each in found] == [("BTM290", "warning")] * idle
    assert all("exclude_dates` is a list of 1" in each.message for each in found)


def test_contradictions_that_do_not_follow_from_one_another_are_all_told(tmp_path: Path) -> None:
    wrong = "  min_soc_kwh: 60\n  max_soc_kwh: 50\n  initial_soc_kwh: 150\n"
    found = told(tmp_path, "site_config.yaml", SITE + wrong)
    assert [each[:2] for each in found] == [("BTM104", 7), ("BTM104", 9)]
    assert "`battery.initial_soc_kwh` is 150, `battery.capacity_kwh` is 100" in found[1][3]
    assert len(told(tmp_path, "site_config.yaml", SITE + wrong.replace("150", "55"))) == 1


def test_a_fault_hides_no_contradiction_of_sound_sections(tmp_path: Path) -> None:
    site = told(tmp_path, "site_config.yaml", f"{SITE}  max_soc_kwh: 101\ntimezone: Paris\n")
    assert [each[0] for each in site] == ["BTM104", "BTM105"]
    run = "timestep_minutes: 7\nhorizon: {start: 2025-06-02T00:00:00Z, end: 2025-06-01T00:00:00Z}\n"
    tariff = "tariff: {import_price_multiplier: 0, volumetric_charges: [{name: a}, {name: a}]}\n"
    found = told(tmp_path, "run_config.yaml", RUN + run + tariff)
    assert [each[:2] for each in found] == [("BTM103", 2), ("BTM104", 3), ("BTM103", 4), ("BTM104", 4)]


def test_figures_that_the_mode_does_not_look_at_earn_a_warning(tmp_path: Path) -> None:
    battery = "  terminal_soc: {mode: free, soc_kwh: 5}\n"
    site, run = read_both(tmp_path, SITE + battery, f"{RUN}rolling: {{terminal_soc: {{value_gbp_per_kwh: 1}}}}\n")
    found = require_consistent(site, run)
    assert [each.code for each in found] == ["BTM290", "BTM290"]
    assert ["soc_kwh" in found[0].message, "value_gbp_per_kwh" in found[1].message] == [True, True]
