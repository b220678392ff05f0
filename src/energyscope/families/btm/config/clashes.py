"""How a contradiction is told: the fields that contradict each other, their values, and what is expected of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from energyscope.families.btm.config.places import FieldPath, shown, value_text
from energyscope.families.btm.config.section import ConfigFile
from energyscope.families.btm.refusals import caution, problem
from energyscope.language.diagnostics import Diagnostic
from energyscope.language.source import Span


@dataclass(frozen=True)
class Spot:
    """A field of a configuration."""

    config: ConfigFile
    path: FieldPath

    def __truediv__(self, part: str | int) -> Spot:
        """A field or an item within this one."""
        return Spot(self.config, (*self.path, part))

    @property
    def value(self) -> Any:
        """What the field says, by default or given."""
        found: Any = self.config
        for part in self.path:
            if isinstance(found, BaseModel):
                names = list(type(found).model_fields)
                found = getattr(found, part if isinstance(part, str) else names[part])
            else:
                found = found.get(part) if isinstance(found, Mapping) else found[part]
        return found

    @property
    def span(self) -> Span | None:
        """Where the field stands, or what is around it where it is not given; None for a configuration of Python's."""
        return None if self.config.document is None else self.config.document.value(self.path)

    @property
    def written(self) -> bool:
        """Does the field stand in a file?"""
        return self.config.document is not None and self.path in self.config.document.spans

    def __str__(self) -> str:
        given = self.value
        return f"`{shown(self.path)}` is {'given' if isinstance(given, BaseModel) else value_text(given)}"


def clash(expectation: str, spot: Spot, *others: Spot, help: str | None = None) -> Diagnostic:
    """BTM104 at the first of some fields: all of them with their values, and what is expected of them."""
    given = ", ".join(str(each) for each in (spot, *others))
    where = [f"`{shown(each.path)}` stands in {each.span}" for each in others if each.written]
    hints = "; ".join(part for part in (help, *where) if part)
    return problem("BTM104", f"{given}; {expectation} is expected", hints or None, spot.span)


def idle(spot: Spot, reason: str, help: str) -> Diagnostic:
    """A warning that a field has no effect."""
    return caution("BTM290", f"{spot}, {reason}, so it has no effect", help, spot.span)
