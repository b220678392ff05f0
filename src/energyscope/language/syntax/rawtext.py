"""Stretches of model text that are skipped without reading them as tokens.

Printing commands may hold anything, and statements that are not supported have grammars of their own: of both only the
end is looked for, with respect for strings, comments and braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from energyscope.language.syntax.lexer import BLANK, STRINGS

_BLANKS = re.compile(f"{BLANK}*+")
_STRING = re.compile(STRINGS)
_PIECE = re.compile(
    rf"(?P<blank>{BLANK}++)|(?P<string>{STRINGS})|(?P<word>[A-Za-z_][A-Za-z0-9_.]*)"
    r"|(?P<mark><<|>>|<=|>=|:=|[;{}()=:])|(?P<other>.)",
    re.DOTALL,
)
_COMMAND = re.compile(r"['\"{]|(?:let|fix|unfix|for|display|printf?|objective)\b(?!\s*[-+*/<>=\[])")
"""What a row cannot begin with: a text, a block, a command."""
_OPENING = frozenset(("{", "<<"))
_CLOSING = frozenset(("}", ">>"))


def after_blanks(text: str, position: int) -> int:
    """The offset of the first character from a place on that is neither white space nor comment."""
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def statement_end(text: str, position: int) -> int | None:
    """The offset behind the `;` that ends a statement, None when the text ends before it."""
    for piece, stop, depth in _pieces(text, position):
        if piece == ";" and depth == 0:
            return stop
    return None


def block_end(text: str, position: int) -> int | None:
    """The offset behind a statement that may hold blocks in braces (`for {…} {…}`, `if … then {…} else {…}`).

    The place is that of its keyword. Plain statements end at their `;`.
    """
    place: int | None = position
    while place is not None:
        place = after_blanks(text, place)
        if text.startswith("{", place):
            place = braces_end(text, place)
        elif _word(text, place) == "for":
            place = _after_indexing(text, place + len("for"))
            continue
        elif _word(text, place) == "if":
            place = _after_then(text, place)
            continue
        else:
            place = statement_end(text, place)
        if place is None or _word(text, after_blanks(text, place)) != "else":
            break
        place = after_blanks(text, place) + len("else")
    return place


def holds_word(text: str, start: int, stop: int, words: frozenset[str]) -> bool:
    """Does one of these words stand between two places, outside strings and comments?"""
    for piece, end, _ in _pieces(text, start):
        if end > stop:
            return False
        if piece in words:
            return True
    return False


def braces_end(text: str, position: int) -> int | None:
    """The offset behind the `}` that closes the `{` at a place; None when there is none."""
    if not text.startswith("{", position):
        return None
    for piece, stop, depth in _pieces(text, position):
        if piece == "}" and depth == 0:
            return stop
    return None


def names_a_constraint(text: str, position: int) -> bool:
    """Does a head of a declaration follow (`:`, `'alias' :`, `{…}:`), so that the word before the place is a name?

    Commands may look the same (`display {i in I}: x[i];`): they hold no relation, or begin with a text or a command.
    """
    place = after_blanks(text, position)
    bare = True
    if alias := _STRING.match(text, place):
        place = after_blanks(text, alias.end())
    if text.startswith("{", place):
        end = braces_end(text, place)
        place = len(text) if end is None else after_blanks(text, end)
        bare = False
    if not text.startswith(":", place) or text.startswith(":=", place):
        return False
    return bare or (_COMMAND.match(text, after_blanks(text, place + 1)) is None and _holds_relation(text, place))


def _holds_relation(text: str, position: int) -> bool:
    """Does a relation stand in the statement behind a place, outside braces and conditions of `if`?"""
    conditions = 0
    for piece, _, depth in _pieces(text, position):
        conditions += (piece == "if") - (piece == "then")
        if depth == 0 and conditions == 0 and piece in ("=", "<=", ">="):
            return True
        if depth == 0 and piece == ";":
            return False
    return False


def _after_indexing(text: str, position: int) -> int | None:
    end = braces_end(text, after_blanks(text, position))
    if end is None:
        return None
    colon = after_blanks(text, end)
    return colon + 1 if text.startswith(":", colon) else end


def _after_then(text: str, position: int) -> int | None:
    nested = 0
    for piece, stop, _ in _pieces(text, position):
        nested += (piece == "(") - (piece == ")")
        if piece == "then" and nested == 0:
            return stop
        if piece == ";":
            return None
    return None


def _word(text: str, position: int) -> str | None:
    match = _PIECE.match(text, position)
    return match["word"] if match else None


def _pieces(text: str, position: int) -> Iterator[tuple[str, int, int]]:
    """Words and marks outside strings and comments, with the offset behind each and the depth of braces after it."""
    depth = 0
    for match in _PIECE.finditer(text, position):
        if match.lastgroup not in ("word", "mark"):
            continue
        piece = match[0]
        depth = depth + 1 if piece in _OPENING else max(0, depth - 1) if piece in _CLOSING else depth
        yield piece, match.end(), depth
