"""What may have been meant by a value or a name that was refused: the help line below an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from difflib import SequenceMatcher, get_close_matches
from typing import Any, Literal, get_args, get_origin

from energyscope.families.btm.config.expectations import alternatives, fields, sections_below
from energyscope.families.btm.config.fieldtypes import zones
from energyscope.families.btm.config.places import LONGEST, shown, value_text
from energyscope.families.btm.config.section import Section
from energyscope.language.diagnostics import nearest

_NUMBER = re.compile(r"\s*([-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(.*)", re.DOTALL)
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[_,' ][0-9]{3})+(?:\.[0-9]+)?")
_OTHER_BASE = re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+")
_YES = {**dict.fromkeys(("yes", "on", "y"), "true"), **dict.fromkeys(("no", "off", "n"), "false")}
_CLOSE = 0.6
"""Similarity, from 0 to 1, from which on a name may be meant by another."""
_MOST_ZONES = 3
_CLOCKS = {"bst": "Europe/London", "cest": "Europe/Berlin", "edt": "America/New_York", "pdt": "America/Los_Angeles"}
"""Names of summer time that are no zones, and where that is kept."""


def of_value(given: Any, annotation: Any) -> str | None:
    """What to write instead of a value of the wrong kind, where that can be guessed."""
    kinds = set(alternatives(annotation))
    if isinstance(given, str):
        return _of_text(given.strip()[:LONGEST], kinds)
    if isinstance(given, float) and given == float("inf") and type(None) in get_args(annotation):
        return "`null` sets no limit"
    if str in kinds and isinstance(given, bool | int | float | date):
        return "put it in quotes"
    if isinstance(given, datetime) and given.tzinfo is None:
        return "add `Z` for UTC"
    return _in_utc(given) if isinstance(given, datetime) else None


def _in_utc(given: datetime) -> str | None:
    """The same instant as it is to be written, for one with another offset."""
    try:
        return f"write {value_text(given.astimezone(UTC))}" if given.utcoffset() else None
    except OverflowError:
        return None


def _of_text(given: str, kinds: set[Any]) -> str | None:
    """What was meant by text where something else is expected."""
    if kinds & {int, float} and (found := _of_number(given)):
        return found
    if bool in kinds and (word := _YES.get(given.casefold(), given.casefold())) in ("true", "false"):
        return f"write `{word}` without quotes"
    words = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
    meant = _near(given, words) or next((word for word in words if given.casefold().startswith(word)), None)
    if meant:
        return f"did you mean `{meant}`?"
    if re.fullmatch(r"[0-9]:[0-5][0-9]", given):
        return f'write "0{given}"'
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+", given):
        return "add `Z` for UTC"
    try:
        return _in_utc(datetime.fromisoformat(given))
    except ValueError:
        return None


def _of_number(given: str) -> str | None:
    """What was meant by text where a number is expected."""
    if _OTHER_BASE.fullmatch(given):
        return "write the number in decimal digits"
    if _GROUPED.fullmatch(given):
        return f"write {re.sub(r'[_, ]', '', given)}".replace("'", "")
    if (number := _NUMBER.fullmatch(given)) is None:
        return None
    if not number[2]:
        return f"write {number[1]} without quotes"
    if number[2] == "%":
        return f"write the share, {float(number[1]) / 100:g}"
    return "write the number alone; the name of the field says the unit"


def of_field(name: str, section: type[Section], root: type[Section]) -> str:
    """The nearest known field, or where one of that name belongs, or all that there are."""
    known = list(fields(section))
    if meant := _near(name, known):
        return f"did you mean `{meant}`?"
    if name == "<<":
        return "merge keys belong to YAML 1.1; write the fields out, or use an alias for a whole value"
    elsewhere = next((path for path, found in sections_below(root) if name in fields(found)), None)
    if elsewhere is not None:
        return f"`{name}` is a field of `{shown(elsewhere)}`" if elsewhere else f"`{name}` belongs to the whole file"
    return f"the fields here are {', '.join(known)}"


def of_zone(given: str) -> str:
    """The time zones whose name, or city, is nearest."""
    if given.casefold() in _CLOCKS:
        return f"`{given}` is the name of a clock; the place where it is kept is `{_CLOCKS[given.casefold()]}`"
    name, city = given[:LONGEST].casefold(), given[:LONGEST].casefold().rpartition("/")[2]

    def likeness(zone: str) -> float:
        folded = zone.casefold()
        pairs = ((name, folded), (city, folded.rpartition("/")[2]))
        return max(SequenceMatcher(None, *pair).ratio() for pair in pairs)

    likest = sorted(((likeness(zone), zone) for zone in zones()), key=lambda each: (-each[0], each[1]))
    near = [f"`{zone}`" for likeness, zone in likest[:_MOST_ZONES] if likeness >= _CLOSE]
    return f"the nearest are {', '.join(near)}" if near else "names are such as `Europe/London` or `UTC`"


def _near(name: str, known: Iterable[str]) -> str | None:
    """The known name that another may stand for: a slip of the keyboard, or the beginning of it."""
    names, folded = list(known), name[:LONGEST].casefold()
    close = get_close_matches(folded, names, n=1, cutoff=_CLOSE)
    begun = [each for each in names if each.startswith(folded)] if len(folded) > 1 else []
    return nearest(name[:LONGEST], names) or next(iter([*close, *begun]), None)
