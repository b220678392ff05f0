"""What is wrong with the fields of a configuration one by one: codes BTM102, 103, 105 and 106."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pydantic import ValidationError

from energyscope.families.btm.config import hints
from energyscope.families.btm.config.expectations import expected, fields, section_of, type_at
from energyscope.families.btm.config.places import Document, FieldPath, shown, value_text
from energyscope.families.btm.config.section import Section
from energyscope.families.btm.refusals import problem
from energyscope.language.diagnostics import Diagnostic

_NOTHING_EXPECTED: Any = object
"""The type of a field that the schema does not have."""


@dataclass(frozen=True)
class Fault:
    """One error of pydantic: its type, the path of the field in what was given, and that value.

    `keys` is the path by names of the schema, which differs where a pair stands for a mapping; `phrase` is what the
    schema expected in its own words, where it has such.
    """

    kind: str
    path: FieldPath
    keys: FieldPath
    given: Any
    phrase: str | None
    of_key: bool
    """Is it the name, and not the value, that is wrong?"""


def faults(section: type[Section], error: ValidationError, data: Any) -> list[Fault]:
    """The errors of a configuration, one for every field, in the order of the schema."""
    found: dict[tuple[FieldPath, bool], Fault] = {}
    for each in error.errors(include_url=False, include_input=False):
        path, keys, of_key = _located(section, each["loc"], data, each["type"])
        phrase = each.get("ctx", {}).get("phrase")
        fault = Fault(each["type"], path, keys, _at(data, path), phrase, of_key)
        # pydantic counts only the items that are right: a list of wrong ones is not empty
        if each["type"] != "too_short" or not fault.given:
            found.setdefault((path, of_key), fault)
    return list(found.values())


def _located(section: type[Section], loc: FieldPath, data: Any, kind: str) -> tuple[FieldPath, FieldPath, bool]:
    """A place of pydantic's as the path in the data and that in the schema; tags of unions are left out."""
    path: FieldPath = ()
    keys: FieldPath = ()
    for place, part in enumerate(loc):
        names = list(fields(found)) if (found := section_of(type_at(section, keys))) else []
        absent = kind in ("missing", "invalid_key") and place == len(loc) - 1
        if isinstance(data, list | tuple) and part in names:
            step: str | int = names.index(str(part))
        elif absent or (isinstance(data, Mapping) and part in data) or _is_item(data, part):
            step = part
        else:
            continue
        path, keys = (*path, step), (*keys, part)
        data = _at(data, (step,))
    return path, keys, loc[-1:] == ("[key]",)


def _is_item(data: Any, part: str | int) -> bool:
    return isinstance(data, list | tuple) and isinstance(part, int) and part < len(data)


def _at(data: Any, path: FieldPath) -> Any:
    """What was given at a path, None where nothing was."""
    for part in path:
        if isinstance(data, Mapping):
            data = data.get(part)
        else:
            data = data[int(part)] if _is_item(data, part) else None
    return data


def diagnostics(
    section: type[Section], found: list[Fault], document: Document | None, prefix: FieldPath = ()
) -> Iterator[Diagnostic]:
    """Faults as people read them; `prefix` is the path of the section in the document."""
    for fault in found:
        path = (*prefix, *fault.path)
        name = f"`{shown(path)}`" if path else "the file"
        if fault.kind in ("extra_forbidden", "invalid_key"):
            yield _unknown(section, fault, name, document.key(path) if document else None)
            continue
        annotation = type_at(section, fault.keys)
        message = f"{_given(fault, name, document, path)}; {_expectation(fault, annotation)} is expected"
        span = None if document is None else document.key(path) if _is_name(fault) else document.value(path)
        yield problem(_code(fault), message, _help(fault, annotation), span)


def _unknown(section: type[Section], fault: Fault, name: str, span: Any) -> Diagnostic:
    """A field that the schema does not have."""
    around = section_of(type_at(section, fault.keys[:-1])) or section
    help = hints.of_field(str(fault.path[-1]), around, section)
    return problem("BTM102", f"{name} is given; a known field is expected", help, span)


def _is_name(fault: Fault) -> bool:
    """Is the place of a fault that of a name: a wrong one, or one whose value is missing?"""
    return fault.of_key or fault.kind == "missing"


def _code(fault: Fault) -> str:
    return fault.kind if fault.kind.startswith("BTM") else "BTM103"


def _given(fault: Fault, name: str, document: Document | None, path: FieldPath) -> str:
    """What was given, as the beginning of a sentence."""
    if fault.kind == "missing":
        return f"{name} is missing"
    if fault.of_key:
        return f"{name} is given"
    return f"{name} is {value_text(fault.given, document, path)}"


def _expectation(fault: Fault, annotation: Any) -> str:
    """What would be right."""
    if fault.kind == "too_short":
        return "a list or mapping that is not empty"
    phrase = fault.phrase or expected(annotation if annotation is not None else _NOTHING_EXPECTED)
    infinite = isinstance(fault.given, float) and not isfinite(fault.given)
    return phrase.replace("a number", "a finite number") if infinite else phrase


def _help(fault: Fault, annotation: Any) -> str | None:
    """What to do about it."""
    match fault.kind:
        case "BTM105":
            return hints.of_zone(str(fault.given))
        case "BTM106":
            return "this is the only version of bundles so far"
        case "missing":
            return "the field has no default"
    return None if fault.of_key else hints.of_value(fault.given, annotation)
