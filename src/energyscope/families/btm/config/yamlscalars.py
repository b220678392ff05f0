"""What a plain scalar of YAML means: YAML 1.2, less the forms that look like one thing and are another.

`16:00` is text, `on` and `no` are words, `2025-06-01` is a date; octal, hexadecimal, underscores in numbers and the
other notations of YAML 1.1 are text, so that the schema refuses them where a number is expected.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TypeAlias

Scalar: TypeAlias = bool | int | float | str | date | None

LONGEST_INTEGER = 18
"""Digits of an integer; longer ones are floats, as no field counts that far."""

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NAN = frozenset((".nan", ".NaN", ".NAN"))
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt]|[ ]+)[0-9]{2}:[0-9]{2}.*")


def plain(text: str) -> Scalar:
    """The value of an unquoted scalar; text that is nothing else is itself."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= LONGEST_INTEGER else float(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if infinite := _INFINITE.fullmatch(text):
        return float(f"{infinite[1]}inf")
    if text in _NAN:
        return float("nan")
    return _moment(text)


def _moment(text: str) -> date | str:
    """A date, an instant, or the text where it is neither (2025-02-30)."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.replace(" ", "T", 1) if "T" not in text.upper() else text.upper())
    except ValueError:
        return text
    return text
