"""What a field of a configuration may hold: numbers and their ranges, names, instants, dates, clocks, zones.

A value that is refused is met with the error type `expected` and a phrase that says what would be right; an unknown
time zone has a code of its own.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, TypeAlias
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

TIMESTEPS = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
"""Lengths of a step in minutes: divisors of an hour."""
DAY_MINUTES = 24 * 60
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years that instants, dates and months may lie in: what time stamps in nanoseconds can hold, with room."""

_MONTH = re.compile(r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})
"""Names in the zone data that mean no zone, or another one on every machine."""


def expectation(phrase: str) -> PydanticCustomError:
    """The error of a value that is not what the phrase says."""
    return PydanticCustomError("expected", "{phrase}", {"phrase": phrase})


@cache
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones() - _NO_PLACES)


def _timezone(value: str) -> str:
    if value not in zones():
        raise PydanticCustomError("BTM105", "{phrase}", {"phrase": "an IANA time zone"})
    return value


def _matching(pattern: str, phrase: str) -> AfterValidator:
    allowed = re.compile(pattern)

    def check(value: str) -> str:
        if not allowed.fullmatch(value) or not value.isprintable():
            raise expectation(phrase)
        return value

    return AfterValidator(check)


def _month(value: object) -> object:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise expectation("a month as in 2025-06")
    return value


def _clock(value: object) -> object:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise expectation('a time of day from "00:00" to "24:00"')
    return value


def _timestep(value: int) -> int:
    if value not in TIMESTEPS:
        raise expectation(f"one of {', '.join(map(str, TIMESTEPS))} minutes")
    return value


def _divides_a_day(value: int) -> int:
    if DAY_MINUTES % value:
        raise expectation("a number of minutes that divides a day, such as 15, 30 or 60")
    return value


def _day(value: object) -> object:
    """Dates as dates or text; an instant says no local date."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else value
    except ValueError:
        found = None
    if type(found) is not date or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise expectation("a date as in 2025-12-25")
    return found


def _instant(value: object) -> object:
    """Instants in UTC as text, or as aware times; a bare date says none, another offset is refused."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if not isinstance(found, datetime) or found.tzinfo is None or not FIRST_YEAR < found.year < LAST_YEAR:
        raise expectation("an instant in UTC as in 2025-06-01T00:00:00Z")
    if found.utcoffset():
        raise expectation("an instant in UTC as in 2025-06-01T00:00:00Z")
    return found.astimezone(UTC)


def _half_hour(value: datetime) -> datetime:
    if value.minute % 30 or value.second or value.microsecond:
        raise expectation("the start of a half-hour as in 2025-12-02T17:00:00Z")
    return value


def _pair(value: object) -> object:
    """Points of a curve are pairs; a mapping of depth and cycles is what a model dumps."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return {"depth": value[0], "cycles": value[1]}
    if not isinstance(value, dict | BaseModel):
        raise expectation("a pair [depth, cycles]")
    return value


def _empty(value: object) -> object:
    return {} if value is None else value


Finite: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False)]
AtLeastZero: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
AboveZero: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
AboveMinusOne: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=-1)]
Share: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]
InnerShare: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, lt=1)]
Efficiency: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=1)]
Loss: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=1)]
Flag: TypeAlias = Annotated[bool, Field(strict=True)]
Whole: TypeAlias = Annotated[int, Field(strict=True, ge=1)]
Years: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=200)]
Integer: TypeAlias = Annotated[int, Field(strict=True)]
Text: TypeAlias = Annotated[str, Field(strict=True)]
Name: TypeAlias = Annotated[Text, _matching(".{1,200}", "1 to 200 printable characters in one line")]
Identifier: TypeAlias = Annotated[Text, _matching("[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, `_` and `-`")]
ServiceName: TypeAlias = Annotated[Text, _matching("[a-z0-9_]{1,64}", "1 to 64 small letters, digits and `_`")]
Zone: TypeAlias = Annotated[Text, AfterValidator(_timezone)]
Month: TypeAlias = Annotated[str, BeforeValidator(_month)]
Clock: TypeAlias = Annotated[str, BeforeValidator(_clock)]
Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
Instant: TypeAlias = Annotated[datetime, BeforeValidator(_instant)]
HalfHour: TypeAlias = Annotated[Instant, AfterValidator(_half_hour)]
Timestep: TypeAlias = Annotated[int, Field(strict=True), AfterValidator(_timestep)]
MeteringMinutes: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=DAY_MINUTES), AfterValidator(_divides_a_day)]
MonthOfYear: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=12)]
Patch: TypeAlias = Annotated[dict[str, Any], BeforeValidator(_empty)]
AsPair = BeforeValidator(_pair)
