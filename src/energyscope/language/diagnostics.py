"""What is said about a text: diagnostics, their rendering, and the exceptions that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from energyscope.language.source import Span

Severity = Literal["error", "warning"]

LINE_SHOWN = 160
"""Characters of a source line that are shown around a caret."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
MAX_SHOWN = 20
"""Errors reported in one run (spec/ampl, section 10)."""


@dataclass(frozen=True)
class Diagnostic:
    """One finding: code of the catalogue, place, a sentence, and what to do about it."""

    code: str
    severity: Severity
    span: Span | None
    message: str
    help: str | None = None

    def render(self) -> str:
        """`file:line:col: error[code]: message`, the source line, a caret with tildes, a help line."""
        head = f"{self.severity}[{self.code}]: {self.message}"
        lines = [head] if self.span is None else [f"{self.span}: {head}", *_excerpt(self.span)]
        if self.help:
            lines.append(f"help: {self.help}")
        return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines))

    def to_json(self) -> dict[str, object]:
        """Plain fields for `--json`."""
        place = (
            {}
            if self.span is None
            else {"file": self.span.source.name, "line": self.span.line, "column": self.span.column}
        )
        return {"code": self.code, "severity": self.severity, **place, "message": self.message, "help": self.help}


def _excerpt(span: Span) -> list[str]:
    line, column = span.source.line_column(span.start)
    text = span.source.line_text(line)
    first = max(0, column - 1 - LINE_SHOWN // 2) if len(text) > LINE_SHOWN else 0
    shown = text[first : first + LINE_SHOWN]
    before, after = "…" if first else "", "…" if first + LINE_SHOWN < len(text) else ""
    place = column - 1 - first
    width = max(1, min(span.stop - span.start, len(shown) - place))
    indent = " " * len(before) + "".join("\t" if character == "\t" else " " for character in shown[:place])
    return [f"  {before}{shown}{after}", f"  {indent}^{'~' * (width - 1)}"]


class EnergyscopeError(Exception):
    """Base of every error a user can meet; carries the diagnostics that explain it."""

    def __init__(self, diagnostics: Iterable[Diagnostic] | Diagnostic) -> None:
        self.diagnostics = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("\n".join(diagnostic.render() for diagnostic in self.diagnostics[:MAX_SHOWN]))


class ModelError(EnergyscopeError):
    """The text or the data of a model is wrong (exit code 1)."""


def error(code: str, span: Span | None, message: str, help: str | None = None) -> ModelError:
    """A ModelError of one diagnostic, to be raised where work cannot go on."""
    return ModelError(Diagnostic(code, "error", span, message, help))


@dataclass
class Report:
    """Diagnostics gathered while work goes on."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def error(self, code: str, span: Span | None, message: str, help: str | None = None) -> None:
        """Note an error."""
        self.diagnostics.append(Diagnostic(code, "error", span, message, help))

    def warning(self, code: str, span: Span | None, message: str, help: str | None = None) -> None:
        """Note a warning."""
        self.diagnostics.append(Diagnostic(code, "warning", span, message, help))

    @property
    def errors(self) -> list[Diagnostic]:
        """The errors, in the order they were noted."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]

    @property
    def warnings(self) -> list[Diagnostic]:
        """The warnings, in the order they were noted."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "warning"]

    def raise_errors(self) -> None:
        """Raise ModelError with all errors in order of place, when there are any."""
        if errors := self.errors:
            raise ModelError(errors)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate a user may have meant: same but for case, else the nearest within edit distance 2.

    A number is no misspelling of another one.
    """
    if _is_number(name):
        return None
    best: tuple[int, str] | None = None
    folded = name.casefold()
    for candidate in candidates:
        if candidate.casefold() == folded:
            return candidate
        if _is_number(candidate):
            continue
        distance = _edit_distance(name, candidate, limit=2)
        if distance <= 2 and distance < len(name) and (best is None or distance < best[0]):
            best = (distance, candidate)
    return best[1] if best else None


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """A help sentence with the nearest candidate, or None."""
    match = nearest(name, candidates)
    return f"did you mean `{match}`?" if match else None


def _edit_distance(left: str, right: str, limit: int) -> int:
    """Levenshtein distance, cut off above the limit."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
        if min(row) > limit:
            return limit + 1
    return row[-1]
