"""The published wheel that the data sets come from: fetched with pip, checked, unpacked file by file."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSION = "2.2.4"
WHEEL = f"energyscope-{VERSION}-py3-none-any.whl"
SHA256 = "c22ba9e8b0e6b7641eddfc0398e5c077058782356063cf46106a64e77ca37ea4"

CORE_MODEL = "energyscope/data/models/core/td/ESTD_model_core.mod"
CORE_TIME_DATA = "energyscope/data/datasets/core/td/ESTD_12TD.dat"
CORE_DATA = "energyscope/data/datasets/core/td/ESTD_data_core.dat"
CORE_FILES = (CORE_MODEL, CORE_TIME_DATA, CORE_DATA)

PIP_TIMEOUT_S = 120


def default_cache() -> Path:
    """Folder that downloads are kept in: `ENERGYSCOPE_CACHE`, else `.cache` of the checkout."""
    chosen = os.environ.get("ENERGYSCOPE_CACHE")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[1] / ".cache"


def fetch_wheel(cache: Path) -> Path:
    """The wheel in the cache, downloaded when it is not there.

    Raises subprocess.CalledProcessError or TimeoutExpired when pip cannot get it, ValueError for another checksum.
    """
    wheel = cache / WHEEL
    if not wheel.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as part:
            command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", part]
            subprocess.run([*command, f"energyscope=={VERSION}"], check=True, timeout=PIP_TIMEOUT_S)
            (Path(part) / WHEEL).replace(wheel)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{wheel} has sha256 {digest}, expected {SHA256}: delete it and try again")
    return wheel


def unpack(wheel: Path, members: tuple[str, ...], folder: Path) -> list[Path]:
    """Write some files of the wheel into a folder, under their own names."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with zipfile.ZipFile(wheel) as archive:
        for member in members:
            path = folder / Path(member).name
            path.write_bytes(archive.read(member))
            paths.append(path)
    return paths
