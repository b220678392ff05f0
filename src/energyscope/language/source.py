"""Source text and places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, eq=False)
class Source:
    """One text with the name it is reported under.

    Line ends are LF, CRLF or CR; columns count code points from 1, a tab is one column.
    """

    name: str
    text: str
    undecodable: int | None = None
    """Offset of the first character that was not UTF-8 (the text was then read as Latin-1)."""
    path: Path | None = None
    """The file, where the text comes from one; files named in the text are relative to it."""

    @classmethod
    def from_file(cls, path: str | Path) -> Source:
        """Read a file as UTF-8 (a byte order mark is skipped), else as Latin-1.

        Raises OSError when the file cannot be read.
        """
        raw = Path(path).read_bytes()
        if raw.startswith(b"\xef\xbb\xbf"):
            raw = raw[3:]
        try:
            return cls(str(path), raw.decode("utf-8"), path=Path(path))
        except UnicodeDecodeError as error:
            return cls(str(path), raw.decode("latin-1"), error.start, Path(path))

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of every line."""
        text = self.text
        starts = [0]
        position = 0
        carriage = "\r" in text
        while True:
            newline = text.find("\n", position)
            if carriage:
                stop = newline if newline >= 0 else len(text)
                position = text.find("\r", position, stop)
                while position >= 0:
                    if position + 1 != newline:
                        starts.append(position + 1)
                    position = text.find("\r", position + 1, stop)
            if newline < 0:
                return starts
            starts.append(newline + 1)
            position = newline + 1

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a line (from 1) without its end."""
        start = self.line_starts[line - 1]
        stop = self.line_starts[line] if line < len(self.line_starts) else len(self.text)
        return self.text[start:stop].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source: characters start (included) to stop (excluded)."""

    source: Source
    start: int
    stop: int

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.source.text[self.start : self.stop]

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.line_column(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, from 1."""
        return self.source.line_column(self.start)[1]

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the stop of another."""
        return Span(self.source, self.start, other.stop)

    def __str__(self) -> str:
        line, column = self.source.line_column(self.start)
        return f"{self.source.name}:{line}:{column}"
