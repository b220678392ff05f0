"""Words of data text: what a word means, and long runs of words that are cut into pieces instead of kept as objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise, zip_longest

from energyscope.language.source import Source, Span

PIECE = 1 << 20
"""Characters that are turned into words at a time."""

WORD = r"[0-9A-Za-z_+.\-\w]+"
_SINGLE, _DOUBLE = "'\""
_QUOTED = {
    quote: rf"{quote}[^{quote}\r\n\\]*(?:(?:{quote}{quote}|\\(?:\r\n|[\r\n])?)[^{quote}\r\n\\]*)*{quote}"
    for quote in (_SINGLE, _DOUBLE)
}
STRING = rf"(?:{_QUOTED[_SINGLE]}|{_QUOTED[_DOUBLE]})"
BLOCK_COMMENT = r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/"
COMMENT = rf"(?:#[^\r\n]*|{BLOCK_COMMENT})"
_INSIDE = r"[0-9A-Za-z_+.\-\w\s,]*"
TUPLE = rf"\((?![\s,]*\)){_INSIDE}(?:(?:{STRING}|{COMMENT}){_INSIDE})*\)"
"""A tuple without a star."""
TRANSPOSED = r"\(\s*tr\s*\)\s*:"
MARKS = frozenset((".", "+", "-", "*", "(", ")"))
"""Words that are no member: no value, two matrix marks, a free subscript, the ends of a tuple."""

_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eEdD][+-]?[0-9]+)?|Infinity)\Z")
_TOKEN = re.compile(rf"{STRING}|{COMMENT}|{WORD}|[()]")
_COMMENT = re.compile(COMMENT)
_JOINED_LINES = re.compile(r"\\(?:\r\n|[\r\n])")
_STOPS = ";:=[]*)"


def member_of(raw: str) -> str | float | None:
    """The number or text that a word as written stands for, None for a mark."""
    first = raw[0]
    if first.isalpha() and first != "I":
        return raw
    if first in "'\"":
        return unquoted(raw)
    if raw in MARKS:
        return None
    return raw if (number := number_of(raw)) is None else number


def number_of(word: str) -> float | None:
    """The value of a word that reads as a number, None for any other."""
    if not _NUMBER.match(word):
        return None
    try:
        return float(word)
    except ValueError:
        return float(word.translate(_EXPONENTS))


_EXPONENTS = str.maketrans("dD", "ee")


def unquoted(raw: str) -> str:
    """The text inside quotes, doubled delimiters once."""
    quote = raw[0]
    return _JOINED_LINES.sub("", raw[1:-1].replace(quote * 2, quote))


def words_of(text: str) -> list[str]:
    """The words of a piece of text as written (quotes included) with `(` and `)`; commas and comments are gone."""
    if "'" in text or '"' in text:
        tokens = _TOKEN.findall(text)
        return [token for token in tokens if token[0] not in "#/"] if "#" in text or "/" in text else tokens
    if "#" in text or "/" in text:
        text = _COMMENT.sub(" ", text)
    if "," in text:
        text = text.replace(",", " ")
    if "(" in text:
        text = text.replace("(", " ( ").replace(")", " ) ")
    return text.split()


class Words:
    """A stretch of data text that holds nothing but words (and, in set data, tuples), read when somebody asks.

    `cuts` are offsets between start and stop, about a `PIECE` apart, that lie inside no word, string, comment or tuple.
    Two runs are equal when their words are.
    """

    __slots__ = ("cuts", "source", "start", "stop")

    def __init__(self, source: Source, start: int, stop: int, cuts: tuple[int, ...] = ()) -> None:
        self.source = source
        self.start = start
        self.stop = stop
        self.cuts = cuts

    def bounds(self) -> Iterator[tuple[int, int]]:
        """Start and stop of each piece."""
        edges = (self.start, *self.cuts, self.stop)
        return pairwise(edges)

    def pieces(self) -> Iterator[list[str]]:
        """The words of each piece as `words_of` gives them; a row may begin in one piece and end in the next."""
        for start, stop in self.bounds():
            yield words_of(self.source.text[start:stop])

    def spans(self) -> Iterator[Span]:
        """The place of every word; parentheses are no words. Slow: for messages."""
        return (span for span in self.tokens() if self.source.text[span.start] not in "()")

    def tokens(self) -> Iterator[Span]:
        """The place of every word and parenthesis."""
        return (span for start, stop in self.bounds() for span in _tokens(self.source, start, stop))

    def span_at(self, position: int) -> Span | None:
        """The place of the word at a position (parentheses do not count), None beyond the last."""
        for start, stop in self.bounds():
            words = words_of(self.source.text[start:stop])
            count = len(words) - words.count("(") - words.count(")")
            if position < count:
                return next(islice(Words(self.source, start, stop).spans(), position, None))
            position -= count
        return None

    def __bool__(self) -> bool:
        return any(words_of(self.source.text[start:stop]) for start, stop in self.bounds())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Words):
            return NotImplemented
        mine = (word for piece in self.pieces() for word in piece)
        others = (word for piece in other.pieces() for word in piece)
        return all(a == b or _say_the_same(a, b) for a, b in zip_longest(mine, others))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        line, column = self.source.line_column(self.start)
        return f"Words({self.source.name}:{line}:{column}, {self.stop - self.start} characters)"


def _tokens(source: Source, start: int, stop: int) -> Iterator[Span]:
    for match in _TOKEN.finditer(source.text, start, stop):
        if match[0][0] not in "#/":
            yield Span(source, match.start(), match.end())


def _say_the_same(left: str | None, right: str | None) -> bool:
    return (
        left is not None
        and right is not None
        and (member := member_of(left)) is not None
        and member == member_of(right)
    )


def skip_words(text: str, start: int, tuples: bool) -> tuple[int, tuple[int, ...]]:
    """Offset of the first character after `start` that belongs to no word, and the cuts between the pieces before it.

    White space, commas and comments are passed, and with `tuples` whole tuples without a star as well.
    """
    cuts: list[int] = []
    position, window = start, PIECE
    while True:
        end = min(position + window, len(text))
        match = _RUNS[tuples, end == len(text)].match(text, position, end)
        assert match is not None, "a run of words may be empty"
        stop = match.end()
        if end == len(text) or text[stop] in _STOPS:
            return stop, tuple(cut for cut in cuts if cut < stop)
        if stop == position:
            window *= 2
        else:
            cuts.append(stop)
            position, window = stop, PIECE


def _run(tuples: bool, last: bool) -> re.Pattern[str]:
    """Words up to the next mark. Where the text goes on behind the window, nothing may touch its end."""
    ends = r"(?=[^\w+.\-]|\Z)" if last else r"(?=[^\w+.\-])"
    string = STRING if last else rf"(?:{_QUOTED[_SINGLE]}(?=[^'])|{_QUOTED[_DOUBLE]}(?=[^\"]))"
    comment = COMMENT if last else rf"(?:#[^\r\n]*[\r\n]|{BLOCK_COMMENT})"
    plain = rf"[0-9A-Za-z_+.\-\w\s,]*[\s,]|{WORD}{ends}|{string}|{comment}"
    return re.compile(rf"(?:{plain}|(?!{TRANSPOSED}){TUPLE})*" if tuples else rf"(?:{plain})*")


_RUNS = {(tuples, last): _run(tuples, last) for tuples in (False, True) for last in (False, True)}
