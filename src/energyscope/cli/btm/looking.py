"""The commands that look at a bundle and solve nothing: validate, verify, wear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rich.console import Console

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.cli.btm.asked import Manner
from energyscope.cli.btm.fingerprint import fingerprint
from energyscope.cli.btm.run import Done, gravest, perform
from energyscope.cli.btm.showing import facts, figure, money, percent, table
from energyscope.cli.exits import Exit
from energyscope.families.btm.accounts.wear import wear
from energyscope.families.btm.bundles.validate import validate
from energyscope.families.btm.bundles.verify import verify


def perform_validate(bundle: str, strict: bool, manner: Manner) -> Exit:
    """List all that is wrong or odd about a bundle."""

    def work(progress: ProgressCallback) -> Done:
        progress(Progress("validate", 0.0))
        found = validate(bundle)
        if strict:
            found = [replace(each, severity="error") for each in found]
        errors, warnings = ([each for each in found if each.severity == kind] for kind in ("error", "warning"))
        told = f"{bundle}: {counted(len(errors), 'mistake')}, {counted(len(warnings), 'warning')}"
        return Done(
            tree={"bundle": bundle, "strict": strict},
            show=lambda console: console.print(told, markup=False, soft_wrap=True),
            warnings=warnings,
            errors=errors,
            code=gravest(errors),
        )

    return perform(manner, work, lambda: fingerprint(bundle))


def perform_verify(bundle: str, outputs: str | None, manner: Manner) -> Exit:
    """Hold the outputs of a bundle against its inputs."""

    def work(progress: ProgressCallback) -> Done:
        progress(Progress("verify", 0.0))
        differing = verify(bundle, outputs)
        told = f"{outputs or bundle}: the outputs are those of the inputs" if not differing else None
        return Done(
            tree={"bundle": bundle, "out": outputs or bundle, "verified": not differing},
            show=None if told is None else lambda console: console.print(told, markup=False, soft_wrap=True),
            errors=differing,
            code=gravest(differing),
        )

    return perform(manner, work)


def perform_wear(bundle: str, replacement_cost_gbp: float | None, manner: Manner) -> Exit:
    """Tell what a run did to the battery."""

    def work(progress: ProgressCallback) -> Done:
        progress(Progress("read", 0.0))
        worn = wear(bundle, replacement_cost_gbp)
        return Done(tree={"bundle": bundle, "wear": worn}, show=lambda console: _worn(console, worn))

    return perform(manner, work)


def counted(count: int, what: str) -> str:
    """`no mistakes`, `1 mistake`, `2 mistakes`."""
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _worn(console: Console, worn: Mapping[str, Any]) -> None:
    console.print(facts(_wear_facts(worn)))
    counts = [each for each in worn["cycles"]["histogram"] if each["count"] > 0]
    if not counts:
        return
    shown = table(["depth of cycles", "count"])
    for each in counts:
        shown.add_row(f"{each['depth_from']:.0%} to {each['depth_to']:.0%}", f"{each['count']:,.1f}")
    console.print()
    console.print(shown)


def _wear_facts(worn: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cycles, soh = worn["cycles"], worn["soh"]
    depth = "" if cycles["mean_depth"] is None else f", {cycles['mean_depth']:.0%} deep on average"
    yield "days", f"{worn['days']:,}"
    yield "cycles", f"{cycles['count']:,.1f}{depth}"
    yield "full cycles", figure(worn["equivalent_full_cycles"], ",.1f")
    yield "faded by cycles", percent(soh["cycle_fade"], 2)
    yield "faded by time", percent(soh["calendar_fade"], 2)
    yield "state of health", percent(soh["end_soh"], 2)
    yield "wear cost", f"{figure(worn['wear_cost_gbp_per_kwh'], '.4f')} GBP per kWh discharged, in the objective"
    if worn["replacement_cost_gbp"] is not None:
        cost, price = worn["matching_wear_cost_gbp_per_kwh"], money(worn["replacement_cost_gbp"])
        yield "would match", f"{figure(cost, '.4f')} GBP per kWh, where a new battery costs {price} GBP"
