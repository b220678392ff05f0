"""Configurations that are right, of files and of Python, and the laws of reading them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from btm_cases import CASES
from btm_configs import RUN, SITE, WINDOW, read_both
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from energyscope.families.btm import refusals
from energyscope.families.btm.config.contradictions import contradictions, require_consistent
from energyscope.families.btm.config.expectations import expected, fields, sections_below
from energyscope.families.btm.config.reading import read_run, read_site, run_of, site_of
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.refusals import CATALOGUE, BtmError, exit_code


def trees() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The configurations of all reference cases."""
    for name, case in CASES.items():
        for place, site in enumerate(case.get("sites", [case])):
            yield f"{name}-{place}", site["site_config"], site["run_config"]


@pytest.mark.parametrize(("site_tree", "run_tree"), [each[1:] for each in trees()], ids=[each[0] for each in trees()])
def test_reference_configurations_are_right(
    tmp_path: Path, site_tree: dict[str, Any], run_tree: dict[str, Any]
) -> None:
    for name, tree in (("site_config.yaml", site_tree), ("run_config.yaml", run_tree)):
        with (tmp_path / name).open("w") as file:
            YAML().dump(tree, file)
    site, run = read_site(tmp_path / "site_config.yaml"), read_run(tmp_path / "run_config.yaml")
    assert (site, run) == (site_of(site_tree), run_of(run_tree))
    assert require_consistent(site, run) == []
    assert site_of(site.model_dump(exclude_unset=True)) == site
    assert run_of(run.model_dump()) == run


def test_null_is_the_default() -> None:
    empty = {name: None for name in SiteConfig.model_fields if name not in ("schema_version", "site_id")}
    assert site_of({"schema_version": 1, "site_id": "a", **empty}) == site_of({"schema_version": 1, "site_id": "a"})
    run = run_of({"schema_version": 1, "tariff": None, "rolling": {"horizon_hours": None}})
    assert (run.rolling.horizon_hours, run.tariff.services, run.timestep_minutes) == (48, (), 15)
    site = site_of({"schema_version": 1, "site_id": "a"})
    assert (site.timezone, site.battery, site.pv.curtailable) == ("Europe/London", None, True)


def test_moments_are_kept_in_utc() -> None:
    for start in ("2025-06-01T00:00:00+00:00", datetime(2025, 6, 1, tzinfo=UTC), pd.Timestamp("2025-06-01T00Z")):
        run = run_of({"schema_version": 1, "horizon": {"start": start}})
        assert run.horizon.start == datetime(2025, 6, 1, tzinfo=UTC)
        assert run.horizon.start.utcoffset() == timedelta(0)
    charge = {"name": "a", "exclude_dates": ["2025-12-25", date(2025, 12, 26)]}
    run = run_of({"schema_version": 1, "tariff": {"volumetric_charges": [charge]}})
    assert run.tariff.volumetric_charges[0].exclude_dates == (date(2025, 12, 25), date(2025, 12, 26))


def test_unquoted_times_are_times(tmp_path: Path) -> None:
    (tmp_path / "run_config.yaml").write_text(WINDOW % "start: 16:00, end: 19:00")
    window = read_run(tmp_path / "run_config.yaml").tariff.demand_charges[0].windows[0]
    assert window.minutes == (16 * 60, 19 * 60)


def test_mappings_of_python_are_refused_without_places() -> None:
    with pytest.raises(BtmError) as error:
        site_of({"schema_version": 1, "site_id": 5, "timezone": "Mars", None: 3})
    assert [(each.code, each.span) for each in error.value.diagnostics] == [
        ("BTM103", None),
        ("BTM105", None),
        ("BTM102", None),
    ]
    wrong = {"capacity_kwh": 1, "max_charge_kw": 1, "max_discharge_kw": 1, "initial_soc_kwh": 2}
    with pytest.raises(BtmError, match=r"`battery.initial_soc_kwh` is 2, `battery.min_soc_kwh` is 0"):
        site_of({"schema_version": 1, "site_id": "a", "battery": wrong})


def test_a_configuration_equals_itself_wherever_it_was_read(tmp_path: Path) -> None:
    site, run = read_both(tmp_path, SITE, RUN)
    assert run == RunConfig(schema_version=1)
    assert site.document is not None
    assert site != site.model_copy(update={"site_id": "other"})
    assert site.model_copy(update={"site_id": "other"}).document is site.document


ODD: list[Any] = [
    None,
    True,
    -1,
    1e308,
    10**400,
    float("nan"),
    float("-inf"),
    "",
    "x" * 5000,
    "16:00",
    [],
    {},
    [[]],
    {"a": 1},
    {1: 2},
    b"x",
    object(),
    date(2025, 1, 1),
    datetime(2025, 1, 1),
    datetime.max,
    pd.NaT,
    "0001-01-01T00:00:00+23:59",
    "fixed",
]


def paths(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all fields and items of a tree."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from paths(value, (*path, key))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_mapping_is_a_configuration_or_refused(data: st.DataObject) -> None:
    _, site, run = data.draw(st.sampled_from(list(trees())))
    tree = copy.deepcopy(data.draw(st.sampled_from([site, run])))
    for _ in range(data.draw(st.integers(1, 3))):
        *around, last = data.draw(st.sampled_from(list(paths(tree))))
        inner = tree
        for part in around:
            inner = inner[part]
        inner[last] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    try:
        if "site_id" in tree:
            contradictions(site_of(tree), None)
        else:
            contradictions(None, run_of(tree))
    except BtmError as error:
        assert {each.code for each in error.diagnostics} <= {"BTM102", "BTM103", "BTM104", "BTM105", "BTM106"}
        assert all(each.message.endswith(" is expected") for each in error.diagnostics)


def test_every_field_can_say_what_it_expects() -> None:
    for root in (SiteConfig, RunConfig):
        for path, section in sections_below(root):
            assert all(
                "another kind" not in expected(kind) or "date" in str(kind) for kind in fields(section).values()
            ), path


def test_exit_statuses_follow_the_codes() -> None:
    statuses = {code: exit_code(code) for code in CATALOGUE}
    assert {code for code, status in statuses.items() if status == 3} == {"BTM301", "BTM302"}
    assert {code for code, status in statuses.items() if status == 4} == {"BTM303", "BTM401"}
    assert {code[3] for code, status in statuses.items() if status == 1} == {"0", "1", "2"}


def test_every_code_that_is_used_is_in_the_catalogue() -> None:
    package = Path(refusals.__file__).parent
    sources = [*package.glob("*.py"), *(package.parents[1] / "cli" / "btm").glob("*.py")]
    used = {code for source in sources for code in re.findall(r'"(BTM\d{3})"', source.read_text())}
    assert used == set(CATALOGUE)
