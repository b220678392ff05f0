"""`model FILE;` and `data FILE;`: which file is meant, and its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from energyscope.language.diagnostics import Report, did_you_mean
from energyscope.language.source import Source, Span
from energyscope.language.syntax.cursor import Cursor
from energyscope.language.syntax.lexer import STRINGS, string_value
from energyscope.language.syntax.rawtext import after_blanks

Mode = Literal["model", "data"]
Load = Callable[[Path], Source]
"""Reads a file; raises OSError where it cannot be read."""
_NAME = re.compile(rf"{STRINGS}|[^\s;'\"]+")


@dataclass(frozen=True)
class Named:
    """A file that is named in a text."""

    mode: Mode
    name: str
    place: Span
    statement: Span


def named_file(cursor: Cursor) -> Named:
    """Read `model FILE;` or `data FILE;`; the name stands in quotes or without."""
    keyword, text = cursor.token, cursor.source.text
    start = after_blanks(text, keyword.stop)
    match = _NAME.match(text, start)
    if match is None:
        cursor.advance()
        cursor.refuse(f"`;` or the name of a file after `{keyword.text}`")
    name = string_value(match[0]) if match[0][0] in "'\"" else match[0]
    cursor.restart(match.end())
    if cursor.kind != ";":
        cursor.refuse(f"`;` after `{keyword.text} {match[0]}`", "one file a statement")
    cursor.advance()
    mode: Mode = "model" if keyword.text == "model" else "data"
    return Named(mode, name, Span(cursor.source, *match.span()), cursor.since(keyword.start))


def is_text(source: Source, report: Report) -> bool:
    """A file with NUL characters is no text; one sentence says more than an error a character."""
    place = source.text.find("\0")
    if place >= 0:
        message = "this file is not text: it holds a NUL character"
        if _wide(source.text):
            message = "this file is UTF-16 or UTF-32: it is not read"
        report.error("bad-character", Span(source, place, place + 1), message, "save it as UTF-8")
    return place < 0


def _wide(text: str) -> bool:
    """Has a text two or four bytes a character? It begins with their mark, or every other byte of it is 0."""
    start = text[:64]
    halves = [set(start[first::2]) == {"\0"} for first in (0, 1)]
    return start.startswith(("ÿþ", "þÿ")) or (any(halves) and not all(halves))


def loaded(named: Named, load: Load, including: tuple[Path, ...], report: Report) -> Source | None:
    """The file, relative to the one that names it; None when something is wrong with it, which is in the report."""
    path = named.place.source.path
    if path is None:
        message = f"`{named.name}` is relative to a text that is no file"
        report.error("file", named.place, message, "name the files in the list, in order")
        return None
    wanted = path.parent / named.name
    if wanted.resolve() in including:
        chain = " -> ".join(each.name for each in (*including, wanted))
        report.error("file", named.place, f"`{named.name}` includes itself: {chain}", "take one of them out")
        return None
    try:
        source = load(wanted)
        return source if is_text(source, report) else None
    except FileNotFoundError:
        beside = wanted.parent.iterdir() if wanted.parent.is_dir() else ()
        neighbours = [each.name for each in beside if each.suffix.lower() in (".mod", ".dat")]
        help = did_you_mean(wanted.name, neighbours) or f"paths are relative to {path.parent}"
        report.error("file", named.place, f"there is no file `{wanted}`", help)
    except OSError as failure:
        message = f"`{wanted}` cannot be read: {failure.strerror}"
        report.error("file", named.place, message, "check that it is a file you may read")
    return None
