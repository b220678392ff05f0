"""One hash for all inputs of a bundle, by which the lines of a log are told apart."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from energyscope.families.btm.bundles.folder import FORECAST, INPUTS, PORTFOLIO, SCENARIOS, Folder
from energyscope.families.btm.bundles.hashes import file_hash
from energyscope.families.btm.refusals import BtmError


def fingerprint(path: str) -> str | None:
    """SHA-256 over names and hashes of the input files in a folder, and of the bundles in it; None without any.

    Files that cannot be read are left to those who need them.
    """
    try:
        found = list(_hashes(Folder.of(path)))
    except (BtmError, OSError):
        return None
    return sha256("".join(found).encode()).hexdigest() if found else None


def _hashes(folder: Folder) -> Iterator[str]:
    """`name sha256` of each input; a portfolio has those of its sites behind its own."""
    for name in (PORTFOLIO, *INPUTS, SCENARIOS, FORECAST):
        if folder.has(name):
            yield f"{name} {file_hash(folder.read(name))['sha256']}\n"
    if folder.has(PORTFOLIO):
        for site in sorted(folder.fs.ls(folder.root, detail=False)):
            if folder.fs.isdir(site):
                yield from _hashes(Folder(site, folder.fs, site))
