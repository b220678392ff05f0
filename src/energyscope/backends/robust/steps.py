"""The steps of the policy, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from energyscope.backends.base import backend_error
from energyscope.language.diagnostics import Diagnostic, did_you_mean
from energyscope.program.solution import Solution, added_up

MODES = ("off", "auto", "always")
"""`off`: the solver is believed, only the certificate tells; `auto`: further steps when an answer does not hold;
`always`: rows are opened at once, and the answers with and without presolve have to agree."""

UNREMARKABLE = frozenset({"plain", "in turns"})
"""Steps that say nothing about how far an answer is to be trusted."""


@dataclass
class Steps:
    """What was tried so far, in order."""

    mode: str
    attempts: list[str] = field(default_factory=list)
    noted: list[Solution] = field(default_factory=list)

    def note(self, step: str, solution: Solution) -> None:
        """Keep how a step ended."""
        self.attempts += [f"{step}: {each}" for each in solution.attempts]
        self.attempts.append(f"{step}: {solution.status}, {solution.message}")
        self.noted.append(solution)

    def ended(self, step: str, solution: Solution, **figures: Any) -> Solution:
        """The answer with the account of what was done, and a warning where it was more than to solve."""
        attempts = (*self.attempts, *solution.attempts)
        account = {"mode": self.mode, "step": step, **figures, "attempts": list(attempts)}
        # what ends the steps may be an answer that was noted before: its time counts once
        before = [each for each in self.noted if each.timings is not solution.timings]
        noted = replace(solution, robust=account, attempts=attempts, timings=added_up((*before, solution)))
        if step in UNREMARKABLE:
            return noted
        return replace(noted, diagnostics=(*solution.diagnostics, _warning(account, solution)))


def require_mode(mode: str) -> None:
    """Raises BackendError for a word that is no mode."""
    if mode not in MODES:
        help = did_you_mean(mode, MODES) or f"there are {', '.join(MODES)}"
        raise backend_error("solver-option", f"`robust` is {mode!r}", help)


def _warning(account: Mapping[str, Any], solution: Solution) -> Diagnostic:
    first = account["attempts"][0] if account["attempts"] else "asked for"
    done = str(account["step"])
    if "opened_by" in account:
        done += f", inequalities opened by {account['opened_by']:g} (1 + |side|) for the solver"
    message = f"the answer ({solution.status}) needed more than one plain solve: {done}; {first}"
    help = "the certificate is measured against the rows as written; --robust off takes the first answer as it is"
    return Diagnostic("robust-solve", "warning", None, message, help)
