"""Runs of `let name[constants] := constant;`: one stretch of text, cut into columns when somebody asks.

Published data hold such statements by the thousand. No object is made for any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from energyscope.language.diagnostics import error
from energyscope.language.source import Source, Span
from energyscope.language.syntax.lexer import BLANK, KEYWORDS, STRINGS, number_value

FEWEST = 4
"""Statements that make a run."""

_B = rf"(?>{BLANK}*)"
_NUMERAL = r"(?>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eEdD][+-]?[0-9]+)?)(?![A-Za-z_.])"
_WORD = rf"(?:{STRINGS}|{_NUMERAL})"
_NAME = rf"(?!(?:{'|'.join(sorted(re.escape(word) for word in KEYWORDS))})\b)[A-Za-z_][A-Za-z0-9_]*+"
_SIGNED = rf"(?:[-+]{_B})?{_NUMERAL}"
_SUM = rf"{_SIGNED}(?>(?:{_B}[-+/*](?![*]){_B}{_SIGNED})*)"
_STATEMENT = (
    rf"{_B}let(?![A-Za-z0-9_]){_B}%s"
    rf"(?:{_B}\[{_B}%s{_B}\])?+"
    rf"{_B}:={_B}%s{_B};"
)
_LIST = rf"{_WORD}(?>(?:{_B},{_B}{_WORD})*)"
_VALUE = rf"(?>(?:[-+]{_B})?Infinity(?![A-Za-z0-9_])|{_SUM})"
_RUN = re.compile(rf"(?>(?:{_STATEMENT % (_NAME, _LIST, _VALUE)}){{{FEWEST},}})")
_ONE = re.compile(_STATEMENT % (f"(?P<name>{_NAME})", f"(?P<words>{_LIST})", f"(?P<value>{_VALUE})"))
_WORDS = re.compile(rf"{BLANK}|({STRINGS}|[0-9.][^\s,#/]*)")
_QUOTED_PAIR = re.compile(r"'([^'\\\s]+)'[ \t]*,[ \t]*'([^'\\\s]+)'")
_TERMS = re.compile(rf"{BLANK}|(?P<number>{_NUMERAL})|(?P<operator>[-+*/])")


@dataclass(frozen=True, slots=True)
class LetColumns:
    """What a run gives one target: a column of subscripts for each place, and the values.

    Subscripts are words as written, which `data.words.member_of` reads. Entry i comes from statement `statements[i]`.
    """

    name: str
    subscripts: tuple[list[str], ...]
    values: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)


class Lets:
    """The statements between two offsets of a text; equal to others that give the same values in the same order."""

    __slots__ = ("_columns", "source", "start", "stop")

    def __init__(self, source: Source, start: int, stop: int) -> None:
        self.source = source
        self.start = start
        self.stop = stop
        self._columns: tuple[LetColumns, ...] | None = None

    def columns(self) -> tuple[LetColumns, ...]:
        """The values by target, and by number of subscripts where a text varies it; each in the order of the text.

        Raises ModelError for a division by zero, or a number beyond the largest.
        """
        if self._columns is None:
            self._columns = tuple(_cut(self).values())
        return self._columns

    def target_span(self, statement: int) -> Span:
        """The name and subscripts of a statement. Slow: for messages."""
        match = self._statement(statement)
        stop = match.end("words")
        closing = match.end("name") if stop < 0 else self.source.text.index("]", stop) + 1
        return Span(self.source, match.start("name"), closing)

    def value_span(self, statement: int) -> Span:
        """The value of a statement. Slow: for messages."""
        return Span(self.source, *self._statement(statement).span("value"))

    def statements(self) -> Iterator[re.Match[str]]:
        """Name, words and value of every statement as groups of a match."""
        return _ONE.finditer(self.source.text, self.start, self.stop)

    def _statement(self, number: int) -> re.Match[str]:
        return next(match for place, match in enumerate(self.statements()) if place == number)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lets) and self._said() == other._said()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        line, column = self.source.line_column(self.start)
        return f"Lets({self.source.name}:{line}:{column}, {self.stop - self.start} characters)"

    def _said(self) -> list[tuple[str, tuple[str, ...], str]]:
        return [
            (match["name"], words_of(match["words"]), "".join(terms_of(match["value"]))) for match in self.statements()
        ]


def run_of_lets(source: Source, position: int) -> Lets | None:
    """The run that begins at the keyword `let` at an offset, None where fewer statements than a run follow."""
    match = _RUN.match(source.text, position)
    return None if match is None else Lets(source, position, match.end())


def words_of(subscripts: str | None) -> tuple[str, ...]:
    """The subscripts of a list as written; none for a target without."""
    if subscripts is None:
        return ()
    if (pair := _QUOTED_PAIR.fullmatch(subscripts)) is not None:
        return (f"'{pair[1]}'", f"'{pair[2]}'")
    return tuple(word for word in _WORDS.findall(subscripts) if word)


def terms_of(value: str) -> Iterator[str]:
    """Numbers and operators of constant arithmetic as written."""
    if value.endswith("Infinity"):
        yield value[0] + "Infinity" if value[0] in "+-" else value
        return
    yield from (match[0] for match in _TERMS.finditer(value) if match.lastgroup)


def _cut(lets: Lets) -> dict[tuple[str, int], LetColumns]:
    found: dict[tuple[str, int], LetColumns] = {}
    for number, match in enumerate(lets.statements()):
        name, subscripts, value = match.groups()
        words = words_of(subscripts)
        columns = found.get((name, len(words)))
        if columns is None:
            columns = found[name, len(words)] = LetColumns(name, tuple([] for _ in words))
        for column, word in zip(columns.subscripts, words, strict=True):
            column.append(word)
        columns.values.append(_number(lets, match, value))
        columns.statements.append(number)
    return found


def _number(lets: Lets, match: re.Match[str], value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        return _evaluated(lets, match)
    if number in (float("inf"), float("-inf")) and not value.endswith("Infinity"):
        span = Span(lets.source, *match.span("value"))
        raise error("bad-number", span, f"`{value}` is too large for a number", "write `Infinity`?")
    return number


def _evaluated(lets: Lets, match: re.Match[str]) -> float:
    """A sum of products of signed numbers, evaluated from left to right."""
    total, product, operator, sign = 0.0, 0.0, "+", 1.0
    expects_number = True
    for term in _TERMS.finditer(match["value"]):
        if term.lastgroup == "operator" and expects_number:
            sign = -1.0 if term[0] == "-" else 1.0
        elif term.lastgroup == "operator":
            operator, expects_number, place = term[0], True, match.start("value") + term.start()
        elif term.lastgroup == "number":
            number = sign * number_value(term[0])
            if operator in "+-":
                total, product = total + product, number if operator == "+" else -number
            elif operator == "/" and number == 0:
                raise error("arithmetic", Span(lets.source, place, place + 1), "division by zero")
            else:
                product = product * number if operator == "*" else product / number
            sign, expects_number = 1.0, False
    return total + product
