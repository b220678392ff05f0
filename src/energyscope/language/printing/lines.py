"""Pieces of text put on lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

WIDTH = 100
"""Characters on a line, where there is a blank to break it at."""
INDENT = "    "


def filled(text: Sequence[str], column: int = 0) -> str:
    """Pieces on as many lines as they need, each `else` on its own; breaks stand where a piece begins with a blank."""
    if column + sum(map(len, text)) <= WIDTH:
        return "".join(text)
    broken: list[str] = []
    for word in _words(text):
        column += len(word)
        if broken and (column > WIDTH or word.startswith(" else ")):
            broken.append(f"\n{INDENT}{word[1:]}")
            column = len(INDENT) + len(word) - 1
        else:
            broken.append(word)
    return "".join(broken)


def _words(text: Iterable[str]) -> Iterator[str]:
    """Pieces joined into what may not be broken; all but the first begin with a blank."""
    word: list[str] = []
    for piece in text:
        if piece.startswith(" ") and word:
            yield "".join(word)
            word = []
        word.append(piece)
    yield "".join(word)
