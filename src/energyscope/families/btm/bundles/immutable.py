"""A bundle that has been run stays as it is: outputs of other inputs or options are not written over by accident."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from energyscope.families.btm.bundles.folder import METADATA, PORTFOLIO, SITE, Folder
from energyscope.families.btm.bundles.hashes import FileHash
from energyscope.families.btm.refusals import refuse

_HELP = "keep them and choose another folder with `--out DIR`, or replace them with `--overwrite`"


def refuse_changed(folder: Folder, inputs: Mapping[str, FileHash], command: str) -> None:
    """Raises BtmError BTM003 where the folder has outputs that were made from other inputs or by another command.

    Outputs without metadata were never finished, and are no obstacle.
    """
    earlier = read_metadata(folder)
    if earlier is None:
        return
    if earlier["command"] != command:
        message = f"`{folder.given}` has outputs of `{earlier['command']}`; expected the same command, not `{command}`"
        raise refuse("BTM003", message, _HELP)
    before = earlier["inputs"]
    changed = [f"`{name}`" for name in sorted({*inputs, *before}) if inputs.get(name) != before.get(name)]
    if changed:
        message = f"`{folder.given}` has outputs that were made before {', '.join(changed)} changed"
        raise refuse("BTM003", f"{message}; expected the same inputs", _HELP)


def refuse_other_bundle(folder: Folder, source: Folder) -> None:
    """Raises BtmError BTM003 where `folder`, for outputs, is not that of the inputs but has inputs of its own."""
    here, there = folder.local, source.local
    if here is None or there is None:
        same = folder.root == source.root
    else:
        same = here.resolve() == there.resolve()
    own = None if same else next((name for name in (SITE, PORTFOLIO) if folder.has(name)), None)
    if own is not None:
        message = (
            f"`{folder.given}` is another bundle: it has `{own}`; expected a folder without inputs, or `{source.given}`"
        )
        raise refuse("BTM003", message, "choose another folder with `--out DIR`")


def read_metadata(folder: Folder) -> dict[str, Any] | None:
    """The tree of bundle_metadata.json, None where there is none. Raises BtmError BTM003 where it is no such tree."""
    if not folder.has(METADATA):
        return None
    try:
        tree = json.loads(folder.read(METADATA))
    except (OSError, ValueError, RecursionError) as failure:
        raise _foreign(folder, str(failure)) from failure
    for key, kind in (("inputs", dict), ("outputs", dict), ("command", str), ("content_sha256", str)):
        if not isinstance(tree, dict) or not isinstance(tree.get(key), kind):
            raise _foreign(folder, f"it has no `{key}`")
    return tree


def _foreign(folder: Folder, reason: str) -> Exception:
    return refuse("BTM003", f"`{folder.shown(METADATA)}` was not written by a run: {reason}", _HELP)
