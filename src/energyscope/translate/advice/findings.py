"""Findings, and how many of one kind are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from energyscope.language.diagnostics import Diagnostic
from energyscope.language.source import Span

MOST_OF_A_KIND = 4
"""Findings of one kind that are told one by one; more than that would hide the others."""
MOST_NAMED = 8
"""Names in one sentence."""


@dataclass(frozen=True)
class Finding:
    """Something about an item, at a place."""

    code: str
    about: str
    span: Span
    message: str
    help: str

    @property
    def warning(self) -> Diagnostic:
        """The finding as it is shown."""
        return Diagnostic(self.code, "warning", self.span, self.message, self.help)


def few(findings: Sequence[Finding]) -> Iterator[Diagnostic]:
    """The first findings of a kind, and one sentence on the rest of them."""
    told = findings if len(findings) <= MOST_OF_A_KIND else findings[: MOST_OF_A_KIND - 1]
    yield from (each.warning for each in told)
    if rest := findings[len(told) :]:
        names = list(dict.fromkeys(each.about for each in rest))
        message = f"and {len(rest)} more of this kind: {listed(names)}"
        yield Diagnostic(rest[0].code, "warning", rest[0].span, message)


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, the first few of many."""
    return ", ".join(f"`{name}`" for name in names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
