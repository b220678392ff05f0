"""What is left of a configuration with faults: the sections that have none, so that their contradictions are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from energyscope.families.btm.config.places import FieldPath
from energyscope.families.btm.config.section import ConfigFile

_Config = TypeVar("_Config", bound=ConfigFile)

_STAND_INS: Mapping[str, Any] = {
    "schema_version": 1,
    "site_id": "site",
    "portfolio_id": "portfolio",
    "timestep_minutes": 1,
}
"""For fields that cannot be left out; a step of a minute fills every metering interval, so it contradicts none."""
_MEASURED_IN_STEPS = ("rolling", "forecast")
"""Sections that say nothing without the length of a step."""
_OF_PARTS = "tariff"
"""The section whose own parts are left out one by one: none of them contradicts another."""


def sound_part(kind: type[_Config], tree: Any, faults: Iterable[FieldPath]) -> _Config | None:
    """The configuration without the sections in which the faults are; None where what is left is none."""
    if not isinstance(tree, Mapping):
        return None
    wrong = {path[: 2 if path[0] == _OF_PARTS else 1] for path in faults if path}
    if ("timestep_minutes",) in wrong:
        wrong |= {(name,) for name in _MEASURED_IN_STEPS}
    left = {key: _without(value, key, wrong) for key, value in tree.items() if (key,) not in wrong}
    stand_ins = {name: value for name, value in _STAND_INS.items() if (name,) in wrong}
    try:
        return kind.model_validate({**left, **stand_ins})
    except ValidationError:
        return None


def _without(section: Any, key: str, wrong: set[FieldPath]) -> Any:
    if key != _OF_PARTS or not isinstance(section, Mapping):
        return section
    return {name: value for name, value in section.items() if (key, name) not in wrong}
