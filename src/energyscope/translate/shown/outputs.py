"""What printing code leaves: text for the terminal, texts for files, tables, and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from energyscope.language.diagnostics import Diagnostic
from energyscope.language.source import Span
from energyscope.translate.shown.spelling import number_text

if TYPE_CHECKING:
    import pandas as pd

NOWHERE = "/dev/null"
TERMINAL = frozenset(("/dev/stdout", "/dev/stderr", "-"))
"""Files that stand for the terminal."""


@dataclass(frozen=True)
class Piece:
    """Some text for the terminal (`target` None) or a file."""

    target: str | None
    appended: bool
    text: str
    place: Span


@dataclass(frozen=True)
class FileText:
    """All text for one file; with `appended` it goes behind what the file already holds."""

    text: str
    appended: bool
    place: Span


@dataclass(frozen=True, eq=False)
class TableOut:
    """A table of `table … OUT "CSV" path`."""

    path: str
    frame: pd.DataFrame
    place: Span

    def csv(self) -> str:
        """The table as GLPK writes it: a line of names, texts in quotes, numbers with up to 15 digits."""
        columns = [_cells(self.frame.iloc[:, place]) for place in range(self.frame.shape[1])]
        lines = [",".join(map(str, self.frame.columns)), *map(",".join, zip(*columns, strict=True))]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Shown:
    """What a text shows: on the terminal, in files by their name in the text, and as tables by name."""

    text: str = ""
    files: Mapping[str, FileText] = field(default_factory=dict)
    tables: Mapping[str, TableOut] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()

    def __str__(self) -> str:
        return self.text


def gathered(pieces: Iterable[Piece], tables: Mapping[str, TableOut], warnings: Iterable[Diagnostic]) -> Shown:
    """Pieces in their order put together; a file begins anew with its first piece, unless that is appended."""
    terminal: list[str] = []
    files: dict[str, tuple[Piece, list[str]]] = {}
    for piece in pieces:
        if piece.target is None or piece.target in TERMINAL:
            terminal.append(piece.text)
        elif piece.target != NOWHERE:
            files.setdefault(piece.target, (piece, []))[1].append(piece.text)
    texts = {name: FileText("".join(parts), first.appended, first.place) for name, (first, parts) in files.items()}
    return Shown("".join(terminal), texts, dict(tables), tuple(warnings))


def _cells(column: pd.Series) -> list[str]:
    return [_quoted(value) if isinstance(value, str) else number_text(value) for value in column.tolist()]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
