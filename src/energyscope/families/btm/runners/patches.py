"""Patches of configurations: mappings merge, everything else is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def patched(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The base with a patch laid over it; neither is changed.

    A mapping merges deeply into a mapping. Lists and scalars, `null` among them (the default of a field), replace what
    stood there. Keys keep the order of the base, new ones follow.
    """
    return {**base, **{key: _merged(base.get(key), value) for key, value in patch.items()}}


def _merged(old: object, new: object) -> object:
    if isinstance(new, Mapping):
        return patched(old if isinstance(old, Mapping) else {}, new)
    return new
