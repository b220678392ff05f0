"""What the schema expects at a field, as a phrase: `a number of at least 0`, `one of ...`, `a list`."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from energyscope.families.btm.config.places import FieldPath
from energyscope.families.btm.config.section import Section

_KINDS = {bool: "`true` or `false`", int: "a whole number", float: "a number", str: "text"}
_BOUNDS = {"ge": "of at least", "gt": "above", "le": "at most", "lt": "below"}
"""Attributes of constraints, and how they are said."""


@cache
def fields(section: type[Section]) -> dict[str, Any]:
    """The fields of a mapping with their types, constraints included."""
    hints = get_type_hints(section, include_extras=True)
    return {name: hints[name] for name in section.model_fields}


def alternatives(annotation: Any) -> Iterator[Any]:
    """The types that a type stands for, constraints left out; `None`, the default, is not one of them."""
    if get_origin(annotation) is Annotated:
        yield from alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from alternatives(part)
    elif annotation is not type(None):
        yield annotation


def section_of(annotation: Any) -> type[Section] | None:
    """The mapping of known fields that a type is, if it is one."""
    kinds = (kind for kind in alternatives(annotation) if isinstance(kind, type) and issubclass(kind, Section))
    return next(kinds, None)


def sections_below(
    section: type[Section], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], type[Section]]]:
    """A mapping of known fields and all that it has in it, each with its path; places in lists are left out."""
    yield path, section
    for name, annotation in fields(section).items():
        for kind in alternatives(annotation):
            for inner in (kind, *get_args(kind)):
                if found := section_of(inner):
                    yield from sections_below(found, (*path, name))


def type_at(annotation: Any, path: FieldPath) -> Any:
    """The type of the field at a path below a type, None where the schema has none."""
    for part in path:
        annotation = next((found for kind in alternatives(annotation) if (found := _inner(kind, part))), None)
    return annotation


def _inner(kind: Any, part: str | int) -> Any:
    """The type of one field of a mapping or one item of a list."""
    if isinstance(kind, type) and issubclass(kind, Section):
        return fields(kind).get(str(part))
    if get_origin(kind) is tuple and isinstance(part, int):
        return get_args(kind)[0]
    return get_args(kind)[1] if get_origin(kind) is dict else None


def expected(annotation: Any) -> str:
    """The phrase of a type."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return " or ".join(dict.fromkeys(expected(part) for part in parts))
    if get_origin(annotation) is Annotated:
        inner, *constraints = get_args(annotation)
        return expected(inner) + _range(_plain(constraints))
    if get_origin(annotation) is Literal:
        words = [f"`{word}`" for word in get_args(annotation)]
        return words[0] if len(words) == 1 else f"one of {', '.join(words)}"
    if section_of(annotation):
        return "a mapping of fields"
    if get_origin(annotation) in (tuple, dict):
        return "a list" if get_origin(annotation) is tuple else "a mapping"
    return _KINDS.get(annotation, "a value of another kind")


def _plain(constraints: Iterable[Any]) -> list[Any]:
    """Constraints one by one, those of pydantic's fields taken out of them."""
    return [
        each
        for constraint in constraints
        for each in (constraint.metadata if isinstance(constraint, FieldInfo) else [constraint])
    ]


def _range(constraints: Iterable[Any]) -> str:
    """Bounds of a number as the end of a phrase."""
    bounds = {name: getattr(each, name) for each in constraints for name in _BOUNDS if hasattr(each, name)}
    if set(bounds) == {"ge", "le"}:
        return f" from {bounds['ge']:g} to {bounds['le']:g}"
    words = [f"{word} {bounds[name]:g}" for name, word in _BOUNDS.items() if name in bounds]
    return f" {' and '.join(words)}" if words else ""
