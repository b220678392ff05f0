"""Write the example bundles, or what they give: `python scripts/generate_example_bundles.py [DIR] [--golden]`.

The bundles go to DIR, by default examples/bundles. With `--golden` they are run, and only their main figures are left
in DIR, one JSON file each: tests/families/btm/golden is made anew by

    python scripts/generate_example_bundles.py tests/families/btm/golden --golden
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from energyscope.families.btm.bundles import examples
from energyscope.families.btm.bundles.jsontext import json_text
from energyscope.families.btm.runners.portfolio import run_portfolio
from energyscope.families.btm.runners.runners import run_bundle
from energyscope.families.btm.runners.sites import load_portfolio
from energyscope.language.diagnostics import EnergyscopeError

DEFAULT = Path("examples/bundles")
GOLDEN = "--golden"


def main(words: list[str]) -> int:
    """Write every example, or its figures, into a folder; gives the exit code."""
    places = [word for word in words if word != GOLDEN]
    if len(places) > 1 or any(word.startswith("-") for word in places):
        print(__doc__)
        return 0 if places[0] in ("-h", "--help") else 2
    target = Path(places[0]) if places else DEFAULT
    try:
        for name in examples.NAMES:
            print(write_golden(name, target) if GOLDEN in words else write_bundle(name, target))
    except (EnergyscopeError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def write_bundle(name: str, folder: Path) -> Path:
    """Write an example into a folder of its own."""
    examples.write(name, folder / name)
    return folder / name


def write_golden(name: str, folder: Path) -> Path:
    """Write the figures of an example as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.json"
    target.write_text(json_text(figures(name)), encoding="utf-8")
    return target


def figures(name: str) -> dict[str, Any]:
    """What an example gives, by dotted paths in metrics.json; of a portfolio in portfolio_metrics.json."""
    with TemporaryDirectory() as folder:
        bundle = write_bundle(name, Path(folder))
        if name == examples.PORTFOLIO:
            return _told(run_portfolio(load_portfolio(bundle)).metrics, PORTFOLIO_FIGURES)
        runner = examples.EXAMPLES[name].run.get("runner", "backtest")
        metrics = run_bundle(bundle, runner).metrics
    special = {"underwrite": WORTH_FIGURES, "live": LIVE_FIGURES}.get(runner, ())
    return _told(metrics, (*FIGURES, *special))


FIGURES = (
    "objective_gbp",
    "period.days",
    "baseline.bill.total_gbp",
    "baseline.energy.load_kwh",
    "baseline.energy.pv_kwh",
    "baseline.peaks.import_peak_kw",
    "no_assets.bill.total_gbp",
    "optimised.bill.total_gbp",
    "optimised.peaks.import_peak_kw",
    "savings.total_gbp",
    "savings.percent",
    "battery.equivalent_full_cycles",
    "exclusivity.status",
    "exclusivity.relaxation_objective_gbp",
)
WORTH_FIGURES = (
    "underwriting.npv_gbp",
    "underwriting.irr",
    "underwriting.simple_payback_years",
    "battery.soh.end_soh",
)
LIVE_FIGURES = ("rolling.windows", "rolling.perfect_foresight_gbp", "rolling.regret_gbp")
PORTFOLIO_FIGURES = (
    "objective_gbp",
    "uncoupled_objective_gbp",
    "coupling_cost_gbp",
    "peaks.export_peak_step_kw",
    "shared.export_price_gbp",
)


def _told(tree: Mapping[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    return {path: _at(tree, path) for path in paths}


def _at(tree: Any, path: str) -> Any:
    for part in path.split("."):
        tree = tree[part]
    return tree


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
