"""The certificate of exclusivity: whether a dispatch runs one way at a time, and why that is the cheapest one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from energyscope.families.btm.config.schemas import Exclusivity
from energyscope.families.btm.solving.exclusivity import both_ways
from energyscope.language.diagnostics import Diagnostic
from energyscope.modeldata.symbols import Values


def certificate(
    exclusivity: Exclusivity,
    flows: Iterable[Mapping[str, Values]],
    rounds: int,
    binaries: int,
    *,
    relaxation_objective: float,
) -> dict[str, Any]:
    """The block `exclusivity` of metrics.json, from the flows of all sites after what cancels out for nothing.

    `rounds` counts the solves that led here, the relaxation included; `binaries` are those of the last.
    """
    largest = max(float(both_ways(each).max()) for each in flows)
    violated = largest > exclusivity.tolerance_kw
    return {
        "mode": exclusivity.mode,
        "status": "violated" if violated else "binaries" if binaries else "lp_exact",
        "rounds": rounds,
        "binaries": binaries,
        "max_simultaneous_kw": largest,
        "relaxation_objective_gbp": relaxation_objective,
    }


def warnings_of(certificate: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """A warning where the relaxation was asked for, and runs both ways."""
    if certificate["status"] != "violated":
        return ()
    both = f"up to {certificate['max_simultaneous_kw']:.6g} kW flow both ways in one step"
    message = f"{both}: the cost is a lower bound that no dispatch reaches (exclusivity.mode: {certificate['mode']})"
    help = "exclusivity.mode: auto finds a dispatch that can be carried out"
    return (Diagnostic("lower-bound", "warning", None, message, help),)
