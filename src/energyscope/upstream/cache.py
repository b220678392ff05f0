"""Where the published files are kept, and whether they are there as published."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from energyscope.language.diagnostics import error
from energyscope.upstream.listing import LISTING, Kind, PublishedFile

COMMAND = "energyscope fetch-upstream"
"""What a user types to have the files fetched."""


def cache_folder() -> Path:
    """The folder for downloads: `ENERGYSCOPE_CACHE`, else the user's cache."""
    chosen = os.environ.get("ENERGYSCOPE_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("energyscope", appauthor=False)


def upstream_folder() -> Path:
    """The folder of the published files, there or not."""
    return cache_folder() / f"upstream-{LISTING.version}"


def unfit(folder: Path, files: Iterable[PublishedFile]) -> tuple[list[str], list[str]]:
    """The names of the files that are missing in a folder, and of those that are not as published."""
    missing, changed = [], []
    for file in files:
        try:
            content = (folder / file.name).read_bytes()
        except OSError:
            missing.append(file.name)
        else:
            if not file.matches(content):
                changed.append(file.name)
    return missing, changed


def is_whole(folder: Path) -> bool:
    """Are all published files in a folder, as published?"""
    return unfit(folder, LISTING.files.values()) == ([], [])


def model_files(name: str) -> list[tuple[Kind, Path]]:
    """The files of a published model, in the order in which they are read.

    Raises ModelError where they have not been fetched, or are not as published.
    """
    folder, files = upstream_folder(), LISTING.models[name].files
    missing, changed = unfit(folder, [file for _, file in files])
    if missing:
        message = f"the files of the published model `{name}` have not been fetched into `{folder}`"
        raise error("not-fetched", None, message, f"run `{COMMAND}` once")
    if changed:
        message = f"`{folder / changed[0]}` is not the file that was published"
        raise error("not-as-published", None, message, f"`{COMMAND} --force` fetches it again")
    return [(kind, folder / file.name) for kind, file in files]
