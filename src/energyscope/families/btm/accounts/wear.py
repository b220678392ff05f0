"""What a run did to the battery, and the linear wear cost that would have charged for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from energyscope.families.btm.accounts.degradation import matching_wear_cost
from energyscope.families.btm.bundles.folder import METRICS, Folder
from energyscope.families.btm.bundles.immutable import read_metadata
from energyscope.families.btm.refusals import refuse


def wear(path: str | Path, replacement_cost_gbp: float | None = None) -> dict[str, Any]:
    """Cycles, state of health and wear costs of the battery, from the outputs in a folder.

    `wear_cost_gbp_per_kwh` is what the run reckoned with, `matching_wear_cost_gbp_per_kwh` what its cycles cost at the
    price of a new battery [GBP/kWh discharged]; None where undefined. Raises BtmError: BTM001 without outputs, BTM104
    without a battery, and where a price is given and cycles do not tell the damage.
    """
    metrics = _metrics(Folder.of(path))
    battery = metrics["battery"]
    if battery is None:
        raise refuse(
            "BTM104", f"`{path}` was run without a battery: nothing wears", "give `battery` in site_config.yaml"
        )
    used, discharge = battery["cycles"]["damage"], battery["discharge_kwh"]
    if replacement_cost_gbp is not None and used is None:
        message = "what the cycles cost is not known: the battery's degradation has no `cycle_life`"
        raise refuse("BTM104", message, "give pairs of depth and cycles, as in [[0.5, 10000], [1.0, 4000]]")
    return {
        "site_id": metrics["site_id"],
        "days": metrics["period"]["days"],
        "discharge_kwh": discharge,
        "equivalent_full_cycles": battery["equivalent_full_cycles"],
        "cycles": battery["cycles"],
        "soh": battery["soh"],
        "wear_cost_gbp_per_kwh": battery["wear_cost_gbp"] / discharge if discharge > 0 else None,
        "replacement_cost_gbp": replacement_cost_gbp,
        "matching_wear_cost_gbp_per_kwh": None
        if replacement_cost_gbp is None
        else matching_wear_cost(replacement_cost_gbp, used, discharge),
    }


def _metrics(folder: Folder) -> Mapping[str, Any]:
    """The tree of metrics.json of a finished run."""
    if not folder.exists() or read_metadata(folder) is None or not folder.has(METRICS):
        message = f"`{folder.given}` has no outputs of a finished run"
        raise refuse("BTM001", message, "run `gridq backtest` (or underwrite, or live) first")
    try:
        tree: Mapping[str, Any] = json.loads(folder.read(METRICS))
        return {name: tree[name] for name in ("site_id", "period", "battery")}
    except (ValueError, KeyError, TypeError) as failure:
        message = f"`{folder.shown(METRICS)}` is not what a run wrote: {failure!r}"
        raise refuse("BTM401", message, f"`gridq verify {folder.given}` says what differs") from failure
