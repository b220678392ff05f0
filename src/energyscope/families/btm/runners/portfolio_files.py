"""What a portfolio leaves behind: the outputs of each site in its folder, and portfolio_metrics.json over all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.bundles.hashes import FileHash
from energyscope.families.btm.bundles.immutable import refuse_changed
from energyscope.families.btm.bundles.jsontext import json_bytes
from energyscope.families.btm.bundles.outputs import output_files, remove_others
from energyscope.families.btm.bundles.writing import write_files
from energyscope.families.btm.runners.portfolio import PortfolioOutcome
from energyscope.families.btm.runners.sites import Portfolio

METRICS = "portfolio_metrics.json"


def write_portfolio(
    folder: str | Path, portfolio: Portfolio, outcome: PortfolioOutcome, *, command: str, overwrite: bool = False
) -> None:
    """Write the outputs of all sites, each in a folder of its name, and then the figures of the portfolio.

    `command` is what made them, with its options, without paths. Raises BtmError as `require_unchanged_sites`, and
    BTM004 where a folder takes no file.
    """
    if not overwrite:
        require_unchanged_sites(folder, portfolio, command=command)
    target = Folder.of(folder)
    outputs = {
        name: output_files(each.dispatch, each.metrics, each.stats, inputs=_inputs(portfolio, name), command=command)
        for name, each in outcome.sites.items()
    }
    placed = {f"{name}/{file}": data for name, files in outputs.items() for file, data in files.items()}
    write_files(target, {**placed, METRICS: json_bytes(outcome.metrics)})
    for name, files in outputs.items():
        remove_others(Folder.of(target.shown(name)), files)


def require_unchanged_sites(folder: str | Path, portfolio: Portfolio, *, command: str) -> None:
    """Raises BtmError BTM003 where a site has outputs that were made from other inputs or by another command."""
    target = Folder.of(folder)
    for name in portfolio.bundles:
        refuse_changed(Folder.of(target.shown(name)), _inputs(portfolio, name), command)


def _inputs(portfolio: Portfolio, name: str) -> Mapping[str, FileHash]:
    """What the outputs of a site depend on: its own files, and those of the portfolio."""
    return {**portfolio.bundles[name].inputs, **portfolio.inputs}
