"""What computed a result, with versions: results say it, and the command `version`."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = {"energyscope": "energyscope-linopy", "linopy": "linopy", "highspy": "highspy"}
"""Names as they are told, and those of the distributions."""


def versions() -> dict[str, str]:
    """Versions of this package, Python, linopy and HiGHS."""
    found = {name: _version(distribution) for name, distribution in PACKAGES.items()}
    return {"energyscope": found.pop("energyscope"), "python": platform.python_version(), **found}


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown (not installed)"
