"""What is wrong with the patches of scenarios: their fields must be those of a tariff or a battery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from energyscope.families.btm.config.faults import diagnostics, faults
from energyscope.families.btm.config.places import Document, FieldPath
from energyscope.families.btm.config.schemas import Battery, Scenarios, Tariff
from energyscope.families.btm.config.section import ConfigFile, Section
from energyscope.language.diagnostics import Diagnostic


def patch_faults(kind: type[ConfigFile], tree: Any, document: Document | None) -> Iterator[Diagnostic]:
    """The faults of all patches, where a file has such."""
    if kind is not Scenarios or not isinstance(tree, Mapping):
        return
    tariffs, batteries = tree.get("tariffs"), tree.get("batteries")
    if isinstance(tariffs, Mapping):
        for name, patch in tariffs.items():
            yield from _of_patch(Tariff, patch, document, ("tariffs", name))
    if isinstance(batteries, list | tuple):
        for place, battery in enumerate(batteries):
            if isinstance(battery, Mapping):
                patch = {field: value for field, value in battery.items() if field != "name"}
                yield from _of_patch(Battery, patch, document, ("batteries", place))


def _of_patch(section: type[Section], patch: Any, document: Document | None, path: FieldPath) -> Iterator[Diagnostic]:
    """The faults of one patch.

    Fields that a mapping lacks are those of the base; a list replaces that of the base, so its items must be whole.
    """
    if not isinstance(patch, Mapping):
        return
    try:
        section.model_validate(patch)
    except ValidationError as error:
        found = [
            fault
            for fault in faults(section, error, patch)
            if fault.kind != "missing" or any(isinstance(part, int) for part in fault.path)
        ]
        yield from diagnostics(section, found, document, path)
