"""A place in data text that moves forward token by token, or over a long run of words at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from energyscope.language.ast import Number, Text
from energyscope.language.data.words import COMMENT, STRING, TRANSPOSED, TUPLE, WORD, Words, member_of, skip_words
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.source import Source, Span

_SPACE = re.compile(rf"(?:\s+|{COMMENT})*")
_TOKEN = re.compile(rf"(?P<word>{WORD})|(?P<string>{STRING})|(?P<mark>:=|[:=;,\[\]()*])")
_TRANSPOSED = re.compile(TRANSPOSED)
_TUPLE = re.compile(TUPLE)
_TO_SEMICOLON = re.compile(rf"[^;'\"#/]*(?:(?:{STRING}|{COMMENT}|['\"#/])[^;'\"#/]*)*;?")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a string (quotes included), a mark, or the end of the text."""

    kind: Literal["word", "string", "mark", "end"]
    span: Span
    text: str


class DataCursor:
    """Reads one text from `position` on."""

    def __init__(self, source: Source, position: int) -> None:
        self.source = source
        self.position = position
        self._last = (position, position)
        self._peeked: Token | None = None

    def peek(self) -> Token:
        """The next token, not taken. Raises ModelError where none begins."""
        if self._peeked is None:
            text = self.source.text
            self.position = self._after_space(self.position)
            if self.position == len(text):
                self._peeked = Token("end", self.last, "")
            elif match := _TOKEN.match(text, self.position):
                self._peeked = Token(match.lastgroup, self._span(*match.span()), match[0])  # type: ignore[arg-type]
            else:
                raise self._no_token()
        return self._peeked

    def take(self) -> Token:
        """The next token; the cursor moves behind it."""
        token = self.peek()
        self._peeked = None
        if token.kind != "end":
            self._last = (token.span.start, token.span.stop)
            self.position = token.span.stop
        return token

    @property
    def last(self) -> Span:
        """The token, or the last word of the run of words, that stands before the cursor."""
        return self._span(*self._last)

    def since(self, token: Token) -> Span:
        """From the start of a token to the last thing taken."""
        return self._span(token.span.start, max(self._last[1], token.span.stop))

    def member(self, expected: str) -> Number | Text:
        """The next word as a number or text. Raises ModelError when it is a mark."""
        token = self.peek()
        value = None if token.kind not in ("word", "string") else member_of(token.text)
        if value is None:
            raise self.unexpected(expected)
        self.take()
        return Text(token.span, value) if isinstance(value, str) else Number(token.span, value)

    def words(self, tuples: bool) -> Words:
        """All words from here to the next mark."""
        start = self.position
        stop, cuts = skip_words(self.source.text, start, tuples)
        words = Words(self.source, start, stop, cuts)
        self._peeked = None
        self.position = stop
        if stop == len(self.source.text):
            self._last = _last_word(words) or self._last
        elif stop > start:
            self._last = (stop - 1, stop)
        return words

    def at_transposed(self) -> bool:
        """Does `(tr) :` stand here?"""
        return _TRANSPOSED.match(self.source.text, self.peek().span.start) is not None

    def take_transposed(self) -> bool:
        """Go behind `(tr)` where `(tr) :` stands here."""
        match = _TRANSPOSED.match(self.source.text, self.peek().span.start)
        if match is not None:
            self._peeked = None
            self.position = match.end() - 1
        return match is not None

    def at_template(self, bracket: str) -> bool:
        """Does a template in such brackets stand here? In parentheses, it must have a star."""
        if self.peek().text != bracket:
            return False
        return bracket == "[" or not (self.at_transposed() or _TUPLE.match(self.source.text, self.peek().span.start))

    def unexpected(self, expected: str) -> ModelError:
        """The error for the next token."""
        token = self.peek()
        if token.kind == "end":
            return error("unexpected-end", token.span, f"the text ends where {expected} should stand")
        help = "a `;` may be missing above" if token.text in (":=", "=", ":") else None
        return error("syntax", token.span, f"expected {expected}, found `{token.text}`", help)

    def recover(self) -> None:
        """Go behind the next `;`."""
        match = _TO_SEMICOLON.match(self.source.text, self.position)
        assert match is not None, "the pattern may be empty"
        self.move(match.end())

    def move(self, position: int) -> None:
        """Go to an offset behind a statement."""
        self._peeked = None
        self.position = position
        self._last = (max(position - 1, 0), position)

    def _after_space(self, position: int) -> int:
        match = _SPACE.match(self.source.text, position)
        assert match is not None, "space may be empty"
        return match.end()

    def _span(self, start: int, stop: int) -> Span:
        return Span(self.source, start, stop)

    def _no_token(self) -> ModelError:
        """What to say about a character that begins no token; the cursor moves behind what cannot be read."""
        text, start = self.source.text, self.position
        if text.startswith("/*", start):
            self.position = len(text)
            return error("unterminated-comment", self._span(start, start + 2), "comment is not closed")
        self.position = start + 1
        if text[start] in "'\"":
            return error(
                "unterminated-string", self._span(start, start + 1), "string is not closed", "close it on the same line"
            )
        shown = text[start] if text[start].isprintable() else f"U+{ord(text[start]):04X}"
        return error(
            "bad-character",
            self._span(start, start + 1),
            f"unexpected character `{shown}`",
            "put quotes around the symbol",
        )


def _last_word(words: Words) -> tuple[int, int] | None:
    start, stop = list(words.bounds())[-1]
    span = None
    for span in Words(words.source, start, stop).spans():  # noqa: B007 - the last one counts
        pass
    return (span.start, span.stop) if span else None
