"""Formats of `printf`: `%d %i %e %f %g %s %%` with flags, width and precision, and escapes with a backslash."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from energyscope.language.diagnostics import error
from energyscope.language.source import Span
from energyscope.modeldata.symbols import Values
from energyscope.translate.frame import Rows
from energyscope.translate.shown.spelling import number_text

_CONVERSION = re.compile(
    r"%(?:%|(?P<flags>[-+ #0]*)(?P<width>\d{0,3})(?P<precision>\.\d{0,3})?[hlL]*(?P<kind>[a-zA-Z])|\Z)"
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t"}
_WHOLE = frozenset("dioxXu")
_BROKEN = frozenset("eEfFgG")
_KNOWN = "`%d %i %e %f %g %s` are known, with flags, width and precision"


@dataclass(frozen=True)
class Conversion:
    """`%-10.3f`: what becomes of one value."""

    flags: str
    width: str
    precision: str
    kind: str

    @property
    def python(self) -> str:
        """The same for Python's `%`, which knows all of them but `%u`."""
        kind = "d" if self.kind in "iu" else self.kind
        return f"%{self.flags}{self.width}{self.precision}{kind}"

    def texts(self, numbers: Sequence[float], words: Sequence[str]) -> list[str]:
        """Values as this conversion has them; `words` are the values for `%s`."""
        if self.kind == "s":
            return [self.python % word for word in words]
        if self.kind in _WHOLE:
            return [self.python % math.floor(n + 0.5) if math.isfinite(n) else self._of_word(n) for n in numbers]
        return [self.python % (n + 0.0) if math.isfinite(n) else self._of_word(n) for n in numbers]

    def _of_word(self, number: float) -> str:
        """`Infinity`, or what is no number (a dual that a pass could not give back), in the same width."""
        side = "-" if "-" in self.flags else ""
        return f"%{side}{self.width}s" % number_text(number)


@dataclass(frozen=True)
class Format:
    """Stretches of text with a conversion between each two of them."""

    stretches: tuple[str, ...]
    conversions: tuple[Conversion, ...]


@dataclass(frozen=True)
class Column:
    """The values of one item: as texts, and as numbers where all of them are."""

    words: Sequence[str]
    numbers: Values | None
    place: Span

    def take(self, rows: Rows) -> Column:
        """The values of some rows."""
        if len(rows) == len(self.words):
            return self
        numbers = None if self.numbers is None else self.numbers[rows]
        return Column([self.words[row] for row in rows.tolist()], numbers, self.place)


def parse_format(text: str, place: Span) -> Format:
    """A format cut at its conversions. Raises ModelError for one that is not known."""
    stretches, conversions, start, stretch = [], [], 0, ""
    for match in _CONVERSION.finditer(text):
        stretch += text[start : match.start()]
        start = match.end()
        if match["kind"] is None:
            stretch += match[0][1:]
            continue
        if match["kind"] not in _WHOLE | _BROKEN | {"s"}:
            raise error("not-shown", place, f"`{match[0]}` is no conversion of `printf`", _KNOWN)
        stretches.append(_unescaped(stretch))
        stretch = ""
        conversions.append(Conversion(match["flags"], match["width"], match["precision"] or "", match["kind"]))
    if "%" in _CONVERSION.sub("", text):
        raise error("not-shown", place, "a `%` in the format has no conversion", f"{_KNOWN}; `%%` is a plain one")
    stretches.append(_unescaped(stretch + text[start:]))
    return Format(tuple(stretches), tuple(conversions))


def rendered(format_: Format, columns: Sequence[Column], length: int) -> list[str]:
    """One text a row. Where values run out, the text ends; those left over are not shown."""
    parts = [[format_.stretches[0]] * length]
    for conversion, stretch, column in zip(format_.conversions, format_.stretches[1:], columns, strict=False):
        if conversion.kind != "s" and column.numbers is None:
            wrong = next((word for word in column.words if not _reads_as_number(word)), "")
            raise error("not-shown", column.place, f"`{wrong}` is text, `%{conversion.kind}` needs a number")
        numbers = [] if column.numbers is None else column.numbers.tolist()
        parts.append(conversion.texts(numbers, column.words))
        parts.append([stretch] * length)
    return ["".join(row) for row in zip(*parts, strict=True)]


def _reads_as_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _CONTROL.get(match[1], match[1]), text)
