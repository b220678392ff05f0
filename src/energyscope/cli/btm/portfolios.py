"""The command `portfolio`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.cli.btm.asked import Manner, Parallel, Run
from energyscope.cli.btm.fingerprint import fingerprint
from energyscope.cli.btm.parallel import place_of
from energyscope.cli.btm.run import Done, perform
from energyscope.cli.btm.running import amendment, choice_of
from energyscope.cli.btm.showing import facts, figure, money, table
from energyscope.cli.exits import Exit
from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.bundles.immutable import refuse_other_bundle
from energyscope.families.btm.runners.portfolio import run_portfolio
from energyscope.families.btm.runners.portfolio_files import require_unchanged_sites, write_portfolio
from energyscope.families.btm.runners.sites import load_portfolio


def perform_portfolio(run: Run, parallel: Parallel, manner: Manner) -> Exit:
    """Run the sites of a portfolio, and write the outputs of each and the figures of all."""

    def work(progress: ProgressCallback) -> Done:
        progress(Progress("read", 0.0))
        refuse_other_bundle(Folder.of(run.target), Folder.of(run.bundle))
        portfolio = load_portfolio(run.bundle, amendment(run.overrides))
        command = run.words("portfolio", list(portfolio.bundles))
        if not run.overwrite:
            require_unchanged_sites(run.target, portfolio, command=command)
        steps = sum(len(bundle.frame) for bundle in portfolio.bundles.values())
        progress(Progress("solve", 0.0))
        with choice_of(run):
            outcome = run_portfolio(portfolio, place_of(parallel, steps), progress)
        progress(Progress("write", 0.0))
        write_portfolio(run.target, portfolio, outcome, command=command, overwrite=run.overwrite)
        found = (
            *(each.warnings for each in portfolio.bundles.values()),
            *(each.warnings for each in outcome.sites.values()),
        )
        return Done(
            tree={"folder": run.bundle, "out": run.target, "portfolio_metrics": outcome.metrics},
            show=lambda console: _portfolio_shown(console, outcome.metrics, run.target),
            warnings=list(dict.fromkeys(warning for warnings in found for warning in warnings)),
        )

    return perform(manner, work, lambda: fingerprint(run.bundle))


def _portfolio_shown(console: Console, metrics: Mapping[str, Any], target: str) -> None:
    """The sites in a table, and what they come to together."""
    shown = table(["site", "import kWh", "export kWh", "bill GBP"])
    for name, site in metrics["sites"].items():
        energy = site["energy"]
        amounts = (figure(energy["import_kwh"], ",.0f"), figure(energy["export_kwh"], ",.0f"))
        shown.add_row(Text(name), *amounts, money(site["bill"]["total_gbp"]))
    console.print(f"portfolio {metrics['portfolio_id']}, {metrics['coupling']}", style="bold", markup=False)
    console.print()
    console.print(shown)
    console.print()
    console.print(facts(_portfolio_facts(metrics)))
    console.print(f"written to {target}", markup=False, soft_wrap=True)


def _portfolio_facts(metrics: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    peaks, prices = metrics["peaks"], metrics["shared"]
    yield "objective", f"{metrics['objective_gbp']:,.6f} GBP"
    if metrics["coupling"] == "shared_limits":
        alone = money(metrics["uncoupled_objective_gbp"])
        yield "coupling costs", f"{money(metrics['coupling_cost_gbp'])} GBP; each for itself {alone} GBP"
        for name, price in prices.items():
            if price is not None:
                yield "1 kW more", f"of the {name.split('_')[0]} limit would save {money(price)} GBP"
    yield "import peak", f"{peaks['import_peak_step_kw']:,.1f} kW together"
    yield "export peak", f"{peaks['export_peak_step_kw']:,.1f} kW together"
