"""Whether the outputs of a bundle are what its inputs give: hashes, the bill, and the laws of the dispatch, again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from energyscope.families.btm.accounts.finance import underwriting_of
from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.bundles.bundle import Bundle, load_bundle, missing_files
from energyscope.families.btm.bundles.differences import AGAIN, differences, figures_told, rewritten, tree_of
from energyscope.families.btm.bundles.dispatch_file import read_flows
from energyscope.families.btm.bundles.folder import (
    DISPATCH,
    INPUTS,
    METADATA,
    METRICS,
    PORTFOLIO,
    SERIES,
    STATS,
    Folder,
)
from energyscope.families.btm.bundles.hashes import FileHash, content_sha256, file_hash
from energyscope.families.btm.bundles.immutable import read_metadata
from energyscope.families.btm.bundles.jsontext import json_text
from energyscope.families.btm.bundles.solver_figures import other_certificate, other_statistics
from energyscope.families.btm.config.schemas import Horizon, RunConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.refusals import BtmError, problem, refuse
from energyscope.families.btm.runners.sites import Above
from energyscope.language.diagnostics import Diagnostic


def verify(path: str | Path, outputs: str | Path | None = None) -> list[Diagnostic]:
    """What differs between the outputs of a bundle and what they should be; nothing where all is well.

    `outputs` is the folder that they were written to, if not that of the bundle. BTM401 names each file whose hash
    differs and each figure of metrics.json that comes out differently when bill, savings, balance and state of charge
    are computed again from dispatch.parquet. Raises BtmError where there is nothing to verify.
    """
    given, made = Folder.of(path), Folder.of(path if outputs is None else outputs)
    metadata = _metadata(made)
    above = Above.of(given) if PORTFOLIO in metadata["inputs"] else None
    inputs = list(_altered_inputs(given, above, metadata["inputs"]))
    files = [*inputs, *_altered(made, metadata["outputs"]), *rewritten(made, METADATA), *rewritten(made, STATS)]
    if inputs:
        return files
    try:
        return [*files, *_other_figures(given, made, metadata, above)]
    except BtmError:
        if not files:
            raise
        return files  # an altered file can have any shape
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as failure:
        message = f"`{made.given}`: the outputs have not the form that a run gives them: {failure!r}"
        return files or [problem("BTM401", message, AGAIN)]


def _metadata(made: Folder) -> Mapping[str, Any]:
    """The metadata of finished outputs. Raises BtmError: BTM001 where there are none, BTM401 for other than a run's."""
    try:
        metadata = read_metadata(made)
    except BtmError as failure:
        raise BtmError([replace(each, code="BTM401", help=AGAIN) for each in failure.diagnostics]) from failure
    if metadata is None:
        if made.has(PORTFOLIO):
            raise BtmError(missing_files(made))
        missing = f"there are no finished outputs: `{made.shown(METADATA)}` does not exist"
        raise refuse("BTM001", missing, "run `gridq backtest` (or underwrite, or live) first")
    for key, names in (("inputs", INPUTS), ("outputs", (DISPATCH, METRICS))):
        if absent := [name for name in names if name not in metadata[key]]:
            raise refuse("BTM401", f"{made.shown(METADATA)} was altered: `{key}` has no `{absent[0]}`", AGAIN)
    return metadata


def _altered_inputs(given: Folder, above: Above | None, hashes: Mapping[str, FileHash]) -> Iterator[Diagnostic]:
    """BTM401 for inputs: files of the bundle, and those of the portfolio over it."""
    if PORTFOLIO not in hashes:
        yield from _altered(given, hashes)
    elif above is None:
        message = f"{PORTFOLIO} is gone: it stands in no folder over `{given.given}`; {METADATA} has its hash"
        yield problem("BTM401", message, AGAIN)
    else:
        yield from _altered(given, {name: each for name, each in hashes.items() if name not in above.places})
        shared = {place: hashes[name] for name, place in above.places.items() if name in hashes}
        yield from _altered(above.folder, shared)


def _altered(folder: Folder, hashes: Mapping[str, FileHash]) -> Iterator[Diagnostic]:
    """BTM401 for files that are gone, or not the ones that were hashed."""
    for name, expected in hashes.items():
        if not folder.has(name):
            yield problem("BTM401", f"{folder.shown(name)} is gone; {METADATA} has its hash", AGAIN)
        elif (found := file_hash(folder.read(name))) != expected:
            message = f"{folder.shown(name)} was altered: {_shown(found)} instead of {_shown(expected)}"
            yield problem("BTM401", message, AGAIN)


def _shown(hashed: FileHash) -> str:
    """A fingerprint in short; equal beginnings of different ones are beyond chance."""
    return f"sha256 {hashed['sha256']:.12}\N{HORIZONTAL ELLIPSIS} ({hashed['bytes']} bytes)"


def _other_figures(
    given: Folder, made: Folder, metadata: Mapping[str, Any], above: Above | None
) -> Iterator[Diagnostic]:
    """BTM401 for what comes out differently when it is computed again from the dispatch."""
    flows = read_flows(made)
    bundle = load_bundle(given.given, lambda run: _over(run, flows.index, metadata["command"]))
    if above is not None:
        bundle = above.priced(bundle)
    if content_sha256(bundle.frame) != metadata["content_sha256"]:
        message = f"{given.shown(SERIES)}: the values have another hash than content_sha256 of {METADATA}"
        yield problem("BTM401", message, AGAIN)
    if not bundle.frame.index.equals(pd.DatetimeIndex(flows.index)):
        yield problem("BTM401", f"{made.shown(DISPATCH)}: its steps are not those of {SERIES}", AGAIN)
        return
    told = tree_of(made, METRICS)
    again = json.loads(json_text(_recomputed(bundle, _dispatch(bundle, flows, told), told)))
    stats, coupled = tree_of(made, STATS), above is not None and above.config.coupling == "shared_limits"
    found = [f"{message} by {DISPATCH}" for message in differences(again, told)]
    found += other_certificate(bundle.run, flows, told, stats, coupled)
    yield from figures_told(made.shown(METRICS), found)
    yield from figures_told(made.shown(STATS), other_statistics(bundle.run, told, stats, coupled))


def _over(run: RunConfig, index: pd.DatetimeIndex, command: str) -> RunConfig:
    """The run over the steps of the dispatch, with the other options of its command."""
    end = index[-1] + pd.Timedelta(minutes=run.timestep_minutes)
    horizon = Horizon(start=index[0].to_pydatetime(), end=end.to_pydatetime())
    words = command.split()
    options = dict(zip(words[2::2], words[3::2], strict=False))
    mode = options.get("--exclusivity", run.exclusivity.mode)
    return run.model_copy(
        update={
            "runner": "backtest",
            "horizon": horizon,
            "exclusivity": run.exclusivity.model_copy(update={"mode": mode}),
            "backend": options.get("--backend", run.backend),
        }
    )


def _dispatch(bundle: Bundle, flows: pd.DataFrame, told: Mapping[str, Any]) -> Dispatch:
    """The dispatch of a run; a rolling one begins with the battery's initial state, be its own rule cyclic."""
    battery = bundle.site.storage
    if battery is None or told["runner"] != "live":
        return Dispatch(flows, bundle.frame)
    return Dispatch(flows, bundle.frame, battery.first_soc_kwh)


def _recomputed(bundle: Bundle, dispatch: Dispatch, told: Mapping[str, Any]) -> dict[str, Any]:
    """The tree of metrics.json from the dispatch; what only the solver or the runner knows is taken as told."""
    found = metrics(
        bundle.site,
        bundle.run,
        bundle.frame,
        dispatch,
        objective_gbp=told["objective_gbp"],
        exclusivity=told["exclusivity"],
        runner=told["runner"],
        rolling=told["rolling"],
    )
    if told["runner"] != "underwrite":
        return found
    return {**found, "underwriting": underwriting_of(bundle.site, bundle.run, found)}
