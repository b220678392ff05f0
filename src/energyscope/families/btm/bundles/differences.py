"""How altered outputs are told: trees held against each other, and JSON that is not written as a run writes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from math import isclose
from typing import Any

from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.bundles.jsontext import json_bytes
from energyscope.families.btm.refusals import BtmError, problem, refuse
from energyscope.language.diagnostics import Diagnostic

TOLERANCE = 1e-6
"""Absolute and relative: what the checks of a run allow (section 3). What is smaller the hashes find."""
SHOWN = 20
"""Figures that are named one by one."""
AGAIN = "make the outputs again from inputs you trust: `--overwrite`"


def differences(expected: object, found: object, place: str = "") -> Iterator[str]:
    """Where two trees differ by more than the tolerance: dotted path, and both values."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted({*expected, *found}):
            yield from differences(expected.get(key), found.get(key), f"{place}.{key}" if place else key)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (wanted, given) in enumerate(zip(expected, found, strict=True)):
            yield from differences(wanted, given, f"{place}[{number}]")
    elif not alike(expected, found):
        yield f"`{place}` is {json.dumps(found)}; it is {json.dumps(expected)}"


def alike(expected: object, found: object) -> bool:
    """Are two values the same, numbers within the tolerance?"""
    if isinstance(expected, float) and isinstance(found, float | int):
        return isclose(expected, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return expected == found


def figures_told(file: str, messages: Iterable[str]) -> Iterator[Diagnostic]:
    """BTM401 for the figures of a file that differ, the first of them one by one."""
    differing = list(messages)
    for message in differing[:SHOWN]:
        yield problem("BTM401", f"{file}: {message}", AGAIN)
    if len(differing) > SHOWN:
        yield problem("BTM401", f"{file}: {len(differing) - SHOWN} more figures differ", AGAIN)


def rewritten(folder: Folder, name: str) -> Iterator[Diagnostic]:
    """BTM401 for a JSON file, without a hash of its own, whose bytes are not those that a run writes for its tree."""
    try:
        tree = tree_of(folder, name)
    except BtmError as failure:
        yield from failure.diagnostics
        return
    if folder.read(name) != json_bytes(tree):
        message = f"{folder.shown(name)} was altered: its text is not written as a run writes it"
        yield problem("BTM401", message, AGAIN)


def tree_of(folder: Folder, name: str) -> dict[str, Any]:
    """The tree of a JSON file. Raises BtmError BTM401 where there is none."""
    try:
        tree = json.loads(folder.read(name))
    except (OSError, ValueError, RecursionError) as failure:
        raise refuse("BTM401", f"{folder.shown(name)} cannot be read: {failure}", AGAIN) from failure
    if not isinstance(tree, dict):
        raise refuse("BTM401", f"{folder.shown(name)} is no mapping of figures", AGAIN)
    return tree
