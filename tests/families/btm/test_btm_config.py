"""Fields of configurations that are wrong one by one: code, place, what was given and what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from btm_configs import READERS, RUN, SITE, WINDOW, told

from energyscope.families.btm.config.reading import read_portfolio, read_scenarios
from energyscope.families.btm.refusals import BtmError

SITE_FAULTS = {
    "unknown field": ("capacty_kwh: 5", "BTM102", 7, 3, "battery.capacty_kwh", "did you mean `capacity_kwh`?"),
    "beginning of a field": ("wear: 5", "BTM102", 7, 3, "battery.wear", "the fields here are capacity_kwh"),
    "merge key": ("<<: {a: 1}", "BTM102", 7, 3, "battery.<<", "YAML 1.1"),
    "twin of another mapping": ("export_limit_kw: 5", "BTM102", 7, 3, "known field", "is a field of `grid`"),
    "negative": ("min_soc_kwh: -5", "BTM103", 7, 16, "`battery.min_soc_kwh` is -5", "a number of at least 0"),
    "above one": ("charge_efficiency: 1.01", "BTM103", 7, 22, "is 1.01", "above 0 and at most 1"),
    "zero efficiency": ("charge_efficiency: 0", "BTM103", 7, 22, "is 0", "above 0 and at most 1"),
    "all is lost": ("self_discharge_per_hour: 1", "BTM103", 7, 28, "is 1", "of at least 0 and below 1"),
    "not a number": ("max_soc_kwh: .nan", "BTM103", 7, 16, "is .nan", "a finite number"),
    "infinite": ("max_soc_kwh: .inf", "BTM103", 7, 16, "is .inf", "`null` sets no limit"),
    "beyond doubles": ("min_soc_kwh: 1e999", "BTM103", 7, 16, "is 1e999", "a finite number"),
    "number in quotes": ('max_soc_kwh: "90"', "BTM103", 7, 16, 'is "90"', "write 90 without quotes"),
    "number with unit": ("max_soc_kwh: 90 kWh", "BTM103", 7, 16, "is 90 kWh", "write the number alone"),
    "per cent": ("charge_efficiency: 95%", "BTM103", 7, 22, "is 95%", "write the share, 0.95"),
    "underscore": ("max_soc_kwh: 1_000", "BTM103", 7, 16, "is 1_000", "write 1000"),
    "octal": ("max_soc_kwh: 0o17", "BTM103", 7, 16, "is 0o17", "decimal digits"),
    "boolean": ("max_soc_kwh: true", "BTM103", 7, 16, "is true", "a number of at least 0"),
    "yes": ("allow_grid_charging: yes", "BTM103", 7, 24, "is yes", "write `true` without quotes"),
    "number for a flag": ("allow_grid_charging: 1", "BTM103", 7, 24, "is 1", "`true` or `false`"),
    "zero cycles": ("max_cycles_per_day: 0", "BTM103", 7, 23, "is 0", "a number above 0"),
    "unknown word": ("terminal_soc: {mode: fixd}", "BTM103", 7, 24, "is fixd", "did you mean `fixed`?"),
    "scalar for a mapping": ("terminal_soc: free", "BTM103", 7, 17, "is free", "a mapping of fields"),
    "list for a mapping": ("degradation: []", "BTM103", 7, 3, "is an empty list", "a mapping of fields"),
    "empty curve": ("degradation: {cycle_life: []}", "BTM103", 7, 17, "an empty list", "that is not empty"),
    "point of three": ("degradation: {cycle_life: [[1, 2, 3]]}", "BTM103", 7, 30, "cycle_life[0]`", "pair"),
    "point that is none": ("degradation: {cycle_life: [7]}", "BTM103", 7, 30, "cycle_life[0]` is 7", "pair"),
    "depth of two": ("degradation: {cycle_life: [[2, 9]]}", "BTM103", 7, 31, "cycle_life[0][0]` is 2", "at most 1"),
    "no cycles": ("degradation: {cycle_life: [[1, 0]]}", "BTM103", 7, 34, "cycle_life[0][1]` is 0", "above 0"),
}


@pytest.mark.parametrize(("line", "code", "row", "column", "given", "expects"), SITE_FAULTS.values(), ids=SITE_FAULTS)
def test_faults_of_a_site(
    tmp_path: Path, line: str, code: str, row: int, column: int, given: str, expects: str
) -> None:
    (found,) = told(tmp_path, "site_config.yaml", f"{SITE}  {line}\n")
    assert found[:3] == (code, row, column)
    assert given in found[3]
    assert expects in found[3]


RUN_FAULTS = {
    "step": ("timestep_minutes: 7", "BTM103", 2, 19, "is 7", "one of 1, 2, 3, 4, 5, 6, 10"),
    "whole step": ("timestep_minutes: 15.5", "BTM103", 2, 19, "is 15.5", "a whole number"),
    "runner": ("runner: backtests", "BTM103", 2, 9, "is backtests", "did you mean `backtest`?"),
    "date for an instant": ("horizon: {start: 2025-06-01}", "BTM103", 2, 18, "2025-06-01", "an instant in UTC as in"),
    "instant without zone": ("horizon: {end: 2025-06-01T00:00}", "BTM103", 2, 16, "T00:00", "add `Z` for UTC"),
    "text without zone": ('horizon: {end: "2025-06-01T00:00"}', "BTM103", 2, 16, "T00:00", "add `Z` for UTC"),
    "far future": ("horizon: {end: 9999-12-31T23:59:59Z}", "BTM103", 2, 16, "9999", "an instant in UTC"),
    "name that is a number": (
        "tariff: {fixed_charges: [{name: 2025, rate_gbp_per_day: 1}]}",
        "BTM103",
        2,
        33,
        "`tariff.fixed_charges[0].name` is 2025",
        "put it in quotes",
    ),
    "name in two lines": (
        'tariff: {fixed_charges: [{name: "a\\nb", rate_gbp_per_day: 1}]}',
        "BTM103",
        2,
        33,
        "is",
        "printable characters in one line",
    ),
    "negative rate": (
        "tariff: {demand_charges: [{name: a, rate_gbp_per_kw: -1}]}",
        "BTM103",
        2,
        54,
        "`tariff.demand_charges[0].rate_gbp_per_kw` is -1",
        "at least 0",
    ),
    "missing rate": (
        "tariff: {demand_charges: [{name: a}]}",
        "BTM103",
        2,
        27,
        "`tariff.demand_charges[0].rate_gbp_per_kw` is missing",
        "a number of at least 0",
    ),
    "rate that is null": (
        "tariff: {fixed_charges: [{name: a, rate_gbp_per_day: null}]}",
        "BTM103",
        2,
        36,
        "`tariff.fixed_charges[0].rate_gbp_per_day` is missing",
        "no default",
    ),
    "item that is null": ("tariff: {services: [null]}", "BTM103", 2, 21, "services[0]` is null", "a mapping of fields"),
    "month 13": (
        "tariff: {capacity_charge: {agreed_capacity_kva: 1, incurred_kva: {2025-13: 2}}}",
        "BTM103",
        2,
        67,
        "incurred_kva.2025-13",
        "a month as in 2025-06",
    ),
    "negative peak": (
        "tariff: {capacity_charge: {agreed_capacity_kva: 1, incurred_kva: {2025-06: -2}}}",
        "BTM103",
        2,
        76,
        "incurred_kva.2025-06` is -2",
        "at least 0",
    ),
    "metering": (
        "tariff: {demand_charges: [{name: a, rate_gbp_per_kw: 1, metering_interval_minutes: 7}]}",
        "BTM103",
        2,
        84,
        "is 7",
        "divides a day",
    ),
    "triad within a half-hour": (
        "tariff: {triad_charge: {rate_gbp_per_kw: 1, half_hours: [2025-12-02T17:10:00Z]}}",
        "BTM103",
        2,
        58,
        "2025-12-02T17:10:00Z",
        "the start of a half-hour",
    ),
    "service name": (
        "tariff: {services: [{name: A, direction: up, price_column: p, max_kw: 1, duration_hours: 1}]}",
        "BTM103",
        2,
        28,
        "is A",
        "small letters",
    ),
    "solver option": ("solver: {options: {a: [1]}}", "BTM103", 2, 20, "`solver.options.a` is a list of 1", "or text"),
    "fade": (
        "underwriting: {lifetime_years: 1, discount_rate: 0, soh_fade_per_year: rainflw}",
        "BTM103",
        2,
        72,
        "is rainflw",
        "a number from 0 to 1 or `rainflow`",
    ),
    "half a year": ("underwriting: {lifetime_years: 1.5, discount_rate: 0}", "BTM103", 2, 32, "is 1.5", "a whole"),
    "all is lost": ("underwriting: {lifetime_years: 1, discount_rate: -1}", "BTM103", 2, 50, "is -1", "above -1"),
    "version": ("schema_version: 1\nrunner: 5", "BTM101", 2, 1, "given twice", "delete"),
}


@pytest.mark.parametrize(("line", "code", "row", "column", "given", "expects"), RUN_FAULTS.values(), ids=RUN_FAULTS)
def test_faults_of_a_run(tmp_path: Path, line: str, code: str, row: int, column: int, given: str, expects: str) -> None:
    (found,) = told(tmp_path, "run_config.yaml", f"{RUN}{line}\n")
    assert found[:3] == (code, row, column)
    assert given in found[3]
    assert expects in found[3]


@pytest.mark.parametrize(
    ("window", "given", "expects"),
    [
        ("start: 7:30", "windows[0].start` is 7:30", 'write "07:30"'),
        ("start: 960", "windows[0].start` is 960", 'a time of day from "00:00" to "24:00"'),
        ("end: 24:30", "windows[0].end` is 24:30", "a time of day"),
        ("end: ١٦:00", "windows[0].end", "a time of day"),
        ("days: [Monday]", "windows[0].days[0]` is Monday", "did you mean `mon`?"),
        ("days: mon", "windows[0].days` is mon", "a list"),
        ("months: [13]", "windows[0].months[0]` is 13", "a whole number from 1 to 12"),
        ("months: [nov]", "windows[0].months[0]` is nov", "a whole number from 1 to 12"),
        ("exclude: []", "windows[0].exclude`", "the fields here are months, days, start, end"),
    ],
)
def test_faults_of_windows(tmp_path: Path, window: str, given: str, expects: str) -> None:
    ((_, line, _, message),) = told(tmp_path, "run_config.yaml", WINDOW % window)
    assert line == 2
    assert given in message
    assert expects in message


@pytest.mark.parametrize("excluded", ["20251225", "2025-02-30", "2025-12-25T00:00:00Z", "christmas", "1899-12-25"])
def test_faults_of_dates(tmp_path: Path, excluded: str) -> None:
    run = f"{RUN}tariff:\n  volumetric_charges:\n  - name: a\n    exclude_dates: [{excluded}]\n"
    ((code, line, column, message),) = told(tmp_path, "run_config.yaml", run)
    assert (code, line, column) == ("BTM103", 5, 21)
    assert f"`tariff.volumetric_charges[0].exclude_dates[0]` is {excluded}; a date as in 2025-12-25" in message


@pytest.mark.parametrize(
    ("zone", "nearest"),
    [
        ("Europe/Londn", "`Europe/London`"),
        ("london", "`Europe/London`"),
        ("europe/paris", "`Europe/Paris`"),
        ("America/New York", "`America/New_York`"),
        ("localtime", "nearest are"),
        ("BST", "`Europe/London`"),
        ("qqqqqqqqqq", "such as `Europe/London`"),
    ],
)
def test_unknown_time_zones(tmp_path: Path, zone: str, nearest: str) -> None:
    ((code, line, column, message),) = told(tmp_path, "site_config.yaml", f"{SITE}timezone: {zone}\n")
    assert (code, line, column) == ("BTM105", 7, 11)
    assert nearest in message
    assert f"`timezone` is {zone}; an IANA time zone is expected" in message


@pytest.mark.parametrize("version", ["2", "0", '"1"', "true", "1.5", "[1]"])
@pytest.mark.parametrize("name", READERS)
def test_other_schema_versions(tmp_path: Path, name: str, version: str) -> None:
    found = [each for each in told(tmp_path, name, f"schema_version: {version}\n") if "`schema_version`" in each[3]]
    assert [each[:2] for each in found] == [("BTM106", 1)]
    assert "; 1 is expected" in found[0][3]


def test_what_must_be_given(tmp_path: Path) -> None:
    for content in ("", "schema_version:\nsite_id: ~\n"):
        found = told(tmp_path, "site_config.yaml", content)
        assert [each[0] for each in found] == ["BTM103", "BTM103"]
        assert [each[3].partition(";")[0] for each in found] == ["`schema_version` is missing", "`site_id` is missing"]
    ((code, line, column, message),) = told(tmp_path, "run_config.yaml", "- 1\n- 2\n")
    assert (code, line, column) == ("BTM103", 1, 1)
    assert "the file is a list of 2; a mapping of fields is expected" in message


def test_all_faults_of_a_file_are_told_in_its_order(tmp_path: Path) -> None:
    wrong = SITE.replace("50", "-1").replace("office", "my office") + "grid: {limit: 4}\ntimezone: Paris\n"
    found = told(tmp_path, "site_config.yaml", wrong)
    assert [each[:2] for each in found] == [
        ("BTM103", 2),
        ("BTM103", 5),
        ("BTM103", 6),
        ("BTM102", 7),
        ("BTM105", 8),
    ]


def test_missing_files(tmp_path: Path) -> None:
    for name, reader in READERS.items():
        with pytest.raises(BtmError, match=f"there is no file .*{name}") as error:
            reader(tmp_path / name)
        assert [each.code for each in error.value.diagnostics] == ["BTM001"]


SCENARIOS = """schema_version: 1
tariffs:
  base:
  dear: {import_price_multiplier: 2}
batteries:
- {name: none, capacity_kwh: 0}
- {name: large, capacity_kwh: 200, terminal_soc: {soc_kwh: 3}}
"""


def test_scenarios_are_patches(tmp_path: Path) -> None:
    (tmp_path / "scenarios.yaml").write_text(SCENARIOS)
    grid = read_scenarios(tmp_path / "scenarios.yaml")
    assert grid.tariffs == {"base": {}, "dear": {"import_price_multiplier": 2}}
    assert [battery.model_extra for battery in grid.batteries] == [
        {"capacity_kwh": 0},
        {"capacity_kwh": 200, "terminal_soc": {"soc_kwh": 3}},
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "said"),
    [
        ("import_price_multiplier", "import_multiplier", "BTM102", 4, "`tariffs.dear.import_multiplier`"),
        ("multiplier: 2", "multiplier: -2", "BTM103", 4, "`tariffs.dear.import_price_multiplier` is -2"),
        ("{import_price_multiplier: 2}", "{fixed_charges: [{name: a}]}", "BTM103", 4, "rate_gbp_per_day` is missing"),
        ("{import_price_multiplier: 2}", "5", "BTM103", 4, "`tariffs.dear` is 5; a mapping is expected"),
        ("terminal_soc: {soc_kwh", "terminal_soc: {soc", "BTM102", 7, "`batteries[1].terminal_soc.soc`"),
        ("name: large, ", "", "BTM103", 7, "`batteries[1].name` is missing"),
        ("name: large", "name: none", "BTM104", 7, "another name for each"),
        ("  base:\n  dear: {import_price_multiplier: 2}\n", "  {}\n", "BTM103", 2, "not empty"),
    ],
)
def test_faults_of_scenarios(tmp_path: Path, old: str, new: str, code: str, line: int, said: str) -> None:
    ((found, row, _, message),) = told(tmp_path, "scenarios.yaml", SCENARIOS.replace(old, new))
    assert (found, row) == (code, line)
    assert said in message


PORTFOLIO = """schema_version: 1
portfolio_id: two
coupling: shared_limits
sites: [north, south]
shared: {export_limit_kw: 70}
"""


def test_portfolios_are_read(tmp_path: Path) -> None:
    (tmp_path / "portfolio.yaml").write_text(PORTFOLIO)
    found = read_portfolio(tmp_path / "portfolio.yaml")
    assert (found.sites, found.shared.export_limit_kw, found.shared.import_limit_kw) == (("north", "south"), 70, None)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "said"),
    [
        ("shared_limits", "sharedlimits", "BTM103", 3, "did you mean `shared_limits`?"),
        ("[north, south]", "[]", "BTM103", 4, "not empty"),
        ("[north, south]", "[north, north]", "BTM104", 4, '`sites[1]` is "north", `sites[0]` is "north"'),
        ("70", "-70", "BTM103", 5, "`shared.export_limit_kw` is -70"),
        ("sites", "site", "BTM103", 1, ""),
    ],
)
def test_faults_of_portfolios(tmp_path: Path, old: str, new: str, code: str, line: int, said: str) -> None:
    found = told(tmp_path, "portfolio.yaml", PORTFOLIO.replace(old, new))
    assert found[0][:2] == (code, line)
    assert said in found[0][3]


def test_instants_with_another_offset_are_refused(tmp_path: Path) -> None:
    ((code, *_, message),) = told(tmp_path, "run_config.yaml", f"{RUN}horizon: {{start: 2025-06-01T07:00:00+01:00}}\n")
    assert code == "BTM103"
    assert "write 2025-06-01T06:00:00Z" in message
