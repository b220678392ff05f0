"""Whether the outputs of a bundle are what its inputs give: hashes, the bill, and the laws of the dispatch, again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from math import isclose
from pathlib import Path
from typing import Any

import pandas as pd

from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.bundles.bundle import Bundle, load_bundle
from energyscope.families.btm.bundles.dispatch_file import read_flows
from energyscope.families.btm.bundles.folder import DISPATCH, METADATA, METRICS, SERIES, STATS, Folder
from energyscope.families.btm.bundles.hashes import FileHash, content_sha256, file_hash
from energyscope.families.btm.bundles.immutable import read_metadata
from energyscope.families.btm.bundles.jsontext import json_text
from energyscope.families.btm.config.schemas import Exclusivity, Horizon, RunConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.refusals import BtmError, problem, refuse
from energyscope.families.btm.runners.sites import as_in_portfolio
from energyscope.language.diagnostics import Diagnostic

TOLERANCE = 1e-6
"""Absolute and relative: what the checks of a run allow (section 3). What is smaller the hashes find."""
SHOWN = 20
"""Figures that are named one by one."""
_AGAIN = "make the outputs again from inputs you trust: `--overwrite`"


def verify(path: str | Path, outputs: str | Path | None = None) -> list[Diagnostic]:
    """What differs between the outputs of a bundle and what they should be; nothing where all is well.

    `outputs` is the folder that they were written to, if not that of the bundle. BTM401 names each file whose hash
    differs and each figure of metrics.json that comes out differently when bill, savings, balance and state of charge
    are computed again from dispatch.parquet. Raises BtmError where there is nothing to verify.
    """
    given, made = Folder.of(path), Folder.of(path if outputs is None else outputs)
    metadata = read_metadata(made)
    if metadata is None:
        missing = f"there are no finished outputs: `{made.shown(METADATA)}` does not exist"
        raise refuse("BTM001", missing, "run `gridq backtest` (or underwrite, or live) first")
    inputs = list(_altered(given, metadata["inputs"]))
    files = [*inputs, *_altered(made, metadata["outputs"])]
    if inputs:
        return files
    try:
        return [*files, *_other_figures(given, made, metadata)]
    except (BtmError, KeyError, TypeError):
        if not files:
            raise
        return files  # an altered file can have any shape


def _altered(folder: Folder, hashes: Mapping[str, FileHash]) -> Iterator[Diagnostic]:
    """BTM401 for files that are gone, or not the ones that were hashed."""
    for name, expected in hashes.items():
        if not folder.has(name):
            yield problem("BTM401", f"{folder.shown(name)} is gone; {METADATA} has its hash", _AGAIN)
        elif (found := file_hash(folder.read(name))) != expected:
            message = f"{folder.shown(name)} was altered: {json.dumps(found)}; expected {json.dumps(expected)}"
            yield problem("BTM401", message, _AGAIN)


def _other_figures(given: Folder, made: Folder, metadata: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """BTM401 for what comes out differently when it is computed again from the dispatch."""
    flows = read_flows(made)
    bundle = as_in_portfolio(load_bundle(given.given, lambda run: _over(run, flows.index)), metadata["inputs"])
    if content_sha256(bundle.frame) != metadata["content_sha256"]:
        message = f"{given.shown(SERIES)}: the values have another hash than content_sha256 of {METADATA}"
        yield problem("BTM401", message, _AGAIN)
    if not bundle.frame.index.equals(pd.DatetimeIndex(flows.index)):
        yield problem("BTM401", f"{made.shown(DISPATCH)}: its steps are not those of {SERIES}", _AGAIN)
        return
    told = _tree(made, METRICS)
    again = json.loads(json_text(_recomputed(bundle, _dispatch(bundle, flows, told), told)))
    differing = list(_differences(again, told, ""))
    for message in differing[:SHOWN]:
        yield problem("BTM401", f"{made.shown(METRICS)}: {message} by {DISPATCH}", _AGAIN)
    if len(differing) > SHOWN:
        yield problem("BTM401", f"{made.shown(METRICS)}: {len(differing) - SHOWN} more figures differ", _AGAIN)
    yield from _other_objective(made, told)


def _over(run: RunConfig, index: pd.DatetimeIndex) -> RunConfig:
    """The run over the steps of the dispatch; what else options of its command may have set has no effect on a bill."""
    end = index[-1] + pd.Timedelta(minutes=run.timestep_minutes)
    horizon = Horizon(start=index[0].to_pydatetime(), end=end.to_pydatetime())
    options = {"runner": "backtest", "exclusivity": Exclusivity(), "backend": "linopy"}
    return run.model_copy(update={"horizon": horizon, **options})


def _dispatch(bundle: Bundle, flows: pd.DataFrame, told: Mapping[str, Any]) -> Dispatch:
    """The dispatch of a run; a rolling one begins with the battery's initial state, be its own rule cyclic."""
    battery = bundle.site.storage
    if battery is None or told["runner"] != "live":
        return Dispatch(flows, bundle.frame)
    return Dispatch(flows, bundle.frame, battery.first_soc_kwh)


def _recomputed(bundle: Bundle, dispatch: Dispatch, told: Mapping[str, Any]) -> dict[str, Any]:
    """The tree of metrics.json from the dispatch; what only the solver or the runner knows is taken as told."""
    return metrics(
        bundle.site,
        bundle.run,
        bundle.frame,
        dispatch,
        objective_gbp=told["objective_gbp"],
        exclusivity=told["exclusivity"],
        runner=told["runner"],
        rolling=told["rolling"],
        underwriting=told["underwriting"],
    )


def _differences(expected: object, found: object, place: str) -> Iterator[str]:
    """Where two trees differ by more than the tolerance: dotted path, and both values."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted({*expected, *found}):
            yield from _differences(expected.get(key), found.get(key), f"{place}.{key}" if place else key)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (wanted, given) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(wanted, given, f"{place}[{number}]")
    elif not _alike(expected, found):
        yield f"`{place}` is {json.dumps(found)}; it is {json.dumps(expected)}"


def _alike(expected: object, found: object) -> bool:
    if isinstance(expected, float) and isinstance(found, float | int):
        return isclose(expected, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return expected == found


def _other_objective(made: Folder, told: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """The solver's objective, which the statistics have too; a rolling run settles at another."""
    found, wanted = _tree(made, STATS).get("objective_gbp"), told["objective_gbp"]
    if told["runner"] != "live" and not _alike(wanted, found):
        message = f"{made.shown(STATS)}: `objective_gbp` is {json.dumps(found)}; it is {wanted} by {METRICS}"
        yield problem("BTM401", message, _AGAIN)


def _tree(folder: Folder, name: str) -> dict[str, Any]:
    """The tree of a JSON file. Raises BtmError BTM401 where there is none."""
    try:
        tree = json.loads(folder.read(name))
    except (OSError, ValueError) as failure:
        raise refuse("BTM401", f"{folder.shown(name)} cannot be read: {failure}", _AGAIN) from failure
    if not isinstance(tree, dict):
        raise refuse("BTM401", f"{folder.shown(name)} is no mapping of figures", _AGAIN)
    return tree
