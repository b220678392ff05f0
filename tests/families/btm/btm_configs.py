"""Configuration files for tests: written, read, and what they are refused for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from energyscope.families.btm.config.reading import read_portfolio, read_run, read_scenarios, read_site
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.refusals import BtmError
from energyscope.language.diagnostics import Diagnostic

SITE = """schema_version: 1
site_id: office
battery:
  capacity_kwh: 100
  max_charge_kw: 50
  max_discharge_kw: 50
"""
RUN = "schema_version: 1\n"
WINDOW = "schema_version: 1\ntariff: {demand_charges: [{name: a, rate_gbp_per_kw: 1, windows: [{%s}]}]}\n"
READERS: dict[str, Callable[[Path], Any]] = {
    "site_config.yaml": read_site,
    "run_config.yaml": read_run,
    "scenarios.yaml": read_scenarios,
    "portfolio.yaml": read_portfolio,
}


def told(tmp_path: Path, name: str, content: str) -> list[tuple[str, int, int, str]]:
    """What a file is refused for: code, line, column, message with help."""
    (tmp_path / name).write_text(content)
    with pytest.raises(BtmError) as error:
        READERS[name](tmp_path / name)
    return [place_of(each) for each in error.value.diagnostics]


def place_of(each: Diagnostic) -> tuple[str, int, int, str]:
    assert each.span is not None
    assert f"{each.span}: {each.severity}[{each.code}]: {each.message}" in each.render()
    return each.code, each.span.line, each.span.column, f"{each.message} ({each.help})"


def read_both(tmp_path: Path, site: str, run: str) -> tuple[SiteConfig, RunConfig]:
    (tmp_path / "site_config.yaml").write_text(site)
    (tmp_path / "run_config.yaml").write_text(run)
    return read_site(tmp_path / "site_config.yaml"), read_run(tmp_path / "run_config.yaml")
