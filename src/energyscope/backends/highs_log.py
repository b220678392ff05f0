"""Progress read off the log of HiGHS, whose callbacks give no figures but for branch and bound."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from energyscope.backends.base import Progress

_NUMBER = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|inf|nan)"
_INTERIOR = re.compile(
    rf"\s*(\d+)\*?\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s*\Z"
)
_SIMPLEX = re.compile(rf"\s*(\d+)\s+({_NUMBER})\s+(?:Pr|Ph1): \d+\(({_NUMBER})\)(?:; Du: \d+\(({_NUMBER})\))?")
_STAGES = (
    ("Presolving model", "presolve"),
    ("Running HiPO", "HiPO"),
    ("Restarting with IPX", "IPX"),
    ("IPX version", "IPX"),
    ("Using EKK", "simplex"),
    ("Using dual simplex", "simplex"),
    ("Using primal simplex", "simplex"),
    ("Running crossover", "crossover"),
    ("Solving MIP model", "branch and bound"),
    ("Performed postsolve", "postsolve"),
)


@dataclass
class LogReader:
    """Keeps the latest progress while lines come in."""

    latest: Progress

    def read(self, text: str, elapsed: float) -> None:
        """Take note of a piece of the log."""
        for line in text.split("\n"):
            self.latest = _after(self.latest, line, elapsed)


def _after(progress: Progress, line: str, elapsed: float) -> Progress:
    for mark, stage in _STAGES:
        if mark in line:
            return Progress(stage, elapsed)
    if match := _INTERIOR.match(line):
        iteration, primal, _, primal_error, dual_error, gap, _ = match.groups()
        return replace(
            progress,
            elapsed=elapsed,
            iteration=int(iteration),
            objective=float(primal),
            primal_infeasibility=float(primal_error),
            dual_infeasibility=float(dual_error),
            gap=float(gap),
        )
    if match := _SIMPLEX.match(line):
        iteration, objective, primal_error, dual_error = match.groups()
        return Progress(
            "simplex",
            elapsed,
            int(iteration),
            float(objective),
            float(primal_error),
            None if dual_error is None else float(dual_error),
        )
    return progress
