"""Tokens of model text, one at a time from any place on.

Lexing is lazy because a text changes its lexical rules on the way: data sections and skipped commands are not made of
these tokens. One compiled pattern matches blanks, comments and the token behind them; it never backtracks, so time is
linear.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from energyscope.language.diagnostics import Report
from energyscope.language.source import Source, Span

_KEYWORDS = """
and binary by check circular cross default diff dimen div else exists forall if in integer inter less logical
maximize minimize mod not or ordered param prod set setof subject sum symbolic symdiff then union until var while
within Infinity s.t.
"""
KEYWORDS = frozenset(_KEYWORDS.split())
"""Words that cannot name anything; the kind of such a token is its text."""

NAME = "name"
NUMBER = "number"
STRING = "string"
BAD = "bad"
"""A stretch that is no token; it was reported when it was met."""
END_OF_FILE = "end of file"

BLANK = r"(?:[ \t\r\n\f\v]+|\#[^\r\n]*|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)"
"""Pattern of one stretch of white space or one comment, to be repeated possessively."""

STRINGS = (
    r"'[^'\\\r\n]*+(?:(?:''|\\(?:\r\n|[\r\n])?)[^'\\\r\n]*+)*+'"
    r'|"[^"\\\r\n]*+(?:(?:""|\\(?:\r\n|[\r\n])?)[^"\\\r\n]*+)*+"'
)
"""Pattern of a closed string of either kind."""

_NUMERAL = r"(?>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eEdD][+-]?[0-9]+)?)"

_TOKEN = re.compile(
    rf"""{BLANK}*+(?:
    (?P<word>s\.t\.|[A-Za-z_][A-Za-z0-9_]*)
  | (?P<number>{_NUMERAL}(?![A-Za-z_]))
  | (?P<string>{STRINGS})
  | (?P<comment>/\*)
  | (?P<mark><==>|<==|==>|:=|\.\.|\*\*|<=|>=|==|!=|<>|<<|>>|&&|\|\||[-+*/^&<>=!~()\[\]{{}},;:.])
  | (?P<end>\Z)
  | (?P<numeral>{_NUMERAL}(?:[eEdD][+-]|[A-Za-z_][A-Za-z0-9_]*))
  | (?P<quote>['"][^\r\n]*)
  | (?P<character>.)
    )""",
    re.VERBOSE | re.DOTALL,
)

_CANONICAL = {"**": "^", "==": "=", "!=": "<>", "&&": "and", "||": "or", "!": "not"}

_LINE_JOINT = re.compile(r"\\(?:\r\n|[\r\n])")


class Token(NamedTuple):
    """A token: its kind (a keyword or mark is its own kind, spellings made one), its text, and its place."""

    kind: str
    text: str
    start: int
    stop: int


class Lexer:
    """Reads the tokens of a text from `position` on; what is no token goes to the report."""

    def __init__(self, source: Source, position: int, report: Report) -> None:
        self.source = source
        self.position = position
        self._report = report

    def next(self) -> Token:
        """The next token, `END_OF_FILE` for ever when there is none."""
        match = _TOKEN.match(self.source.text, self.position)
        assert match is not None, "the pattern matches everywhere"
        group = match.lastgroup
        assert group is not None
        start, stop = match.span(group)
        self.position = stop
        text = match[group]
        if group == "word":
            return Token(text if text in KEYWORDS else NAME, text, start, stop)
        if group == "mark":
            return Token(_CANONICAL.get(text, text), text, start, stop)
        if group == "number" or group == "string":
            return Token(group, text, start, stop)
        if group == "end":
            return Token(END_OF_FILE, "", start, stop)
        return self._refuse(group, text, start)

    def _refuse(self, group: str, text: str, start: int) -> Token:
        if group == "numeral":
            stop = start + len(text)
            message = f"`{text}` is neither a number nor a name"
            self._report.error("bad-number", self._span(start, stop), message, "names begin with a letter")
            return Token(NUMBER, "0", start, stop)
        if group == "comment":
            self.position = len(self.source.text)
            self._report.error("unterminated-comment", self._span(start, start + 2), "comment is not closed")
        elif group == "quote":
            self.position = start + len(text.rstrip().removesuffix(";"))
            span = self._span(start, max(self.position, start + 1))
            self._report.error("unterminated-string", span, "string is not closed", "close it on the same line")
            self.position = span.stop
        else:
            self._report.error("bad-character", self._span(start, start + 1), f"unexpected character `{text}`")
        return Token(BAD, text, start, self.position)

    def _span(self, start: int, stop: int) -> Span:
        return Span(self.source, start, stop)


def number_value(text: str) -> float:
    """The value of a number token (`d` is an exponent letter, too)."""
    return float(text.replace("d", "e").replace("D", "e"))


def string_value(text: str) -> str:
    """What a string token says: delimiters, doubling and joined lines removed."""
    quote = text[0]
    inner = text[1:-1].replace(quote + quote, quote)
    return _LINE_JOINT.sub("", inner) if "\\" in inner else inner
