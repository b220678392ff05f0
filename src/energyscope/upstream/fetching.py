"""Fetching the published wheel with pip and unpacking the files of its models."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError, error
from energyscope.upstream.cache import is_whole, upstream_folder
from energyscope.upstream.listing import LISTING

PIP_TIMEOUT_S = 180
"""A wheel of 400 kB takes seconds; without network pip gives up by itself before this."""


class FetchError(EnergyscopeError):
    """The published wheel cannot be had, or is not the one that was published."""


@dataclass(frozen=True)
class Fetched:
    """The folder of the files; `new` tells that they were not there before."""

    folder: Path
    new: bool


def fetch(wheel: Path | None = None, *, force: bool = False) -> Fetched:
    """Have the published files in the cache; what is there as published stays, unless `force` is on.

    The wheel is downloaded with the pip of this Python, unless `wheel` names one. Files appear all at once, after
    every checksum held. Raises FetchError, ModelError for a `wheel` that is not there, OSError for a cache that cannot
    be written.
    """
    folder = upstream_folder()
    if not force and is_whole(folder):
        return Fetched(folder, new=False)
    if wheel is not None and not wheel.is_file():
        raise error("file", None, f"there is no file `{wheel}`", f"it is called {LISTING.wheel}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as part:
        archive = _downloaded(Path(part)) if wheel is None else wheel
        _unpack(archive, Path(part) / "new")
        _put(Path(part), folder)
    return Fetched(folder, new=True)


def _downloaded(folder: Path) -> Path:
    """The wheel, as pip downloads it into a folder."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--retries=2"]
    command += ["--disable-pip-version-check", "--quiet", "--dest", str(folder)]
    command.append(f"{LISTING.distribution}=={LISTING.version}")
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=PIP_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise _not_fetched(f"no answer within {PIP_TIMEOUT_S} s") from None
    except OSError as failure:
        raise _not_fetched(str(failure)) from failure
    wheel = folder / LISTING.wheel
    if run.returncode or not wheel.is_file():
        said = [line for line in run.stderr.splitlines() if line.strip()]
        raise _not_fetched(said[-1].strip() if said else f"it ended with code {run.returncode}")
    return wheel


def _not_fetched(reason: str) -> FetchError:
    message = f"pip cannot download {LISTING.distribution} {LISTING.version}: {reason}"
    page = f"https://pypi.org/project/{LISTING.distribution}/{LISTING.version}/#files"
    help = f"get {LISTING.wheel} from {page} and say --wheel FILE"
    return FetchError(Diagnostic("fetch", "error", None, message, help))


def _unpack(wheel: Path, folder: Path) -> None:
    """Write the files of the models into a new folder. Raises FetchError unless all are as published."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            contents = {
                name: archive.read(name) for name, file in LISTING.files.items() if sizes.get(name) == file.size
            }
    except zipfile.BadZipFile:
        raise _not_published(wheel, "it is no wheel") from None
    wrong = [name for name, file in LISTING.files.items() if not file.matches(contents.get(name, b""))]
    if wrong:
        raise _not_published(wheel, f"`{wrong[0]}` has another size or sha256 than was published")
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _not_published(wheel: Path, reason: str) -> FetchError:
    message = f"`{wheel}` is not {LISTING.distribution} {LISTING.version} as published: {reason}"
    return FetchError(Diagnostic("checksum", "error", None, message, "nothing was kept of it"))


def _put(part: Path, folder: Path) -> None:
    """Let the new files take the place of what was in a folder."""
    if folder.exists():
        folder.rename(part / "old")
    try:
        (part / "new").rename(folder)
    except OSError:
        # another process may have put the same files there meanwhile
        if not is_whole(folder):
            raise
