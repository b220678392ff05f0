"""Where the files are that come with the package."""

from __future__ import annotations

from pathlib import Path


def data_folder() -> Path:
    """`energyscope/data` of an installed wheel, else `data` of the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parents[1] / "data"
