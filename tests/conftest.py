"""What several tests need: the checkout, the package index, the published wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from upstream_wheel import default_cache, fetch_wheel

INDEX_TIMEOUT_S = 60


@pytest.fixture(scope="session")
def checkout() -> Path:
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def package_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips the test where the package index cannot be reached."""
    folder = tmp_path_factory.mktemp("index")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--quiet", "--dest", str(folder)]
    try:
        subprocess.run([*command, "iniconfig"], check=True, capture_output=True, timeout=INDEX_TIMEOUT_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        pytest.skip(f"the package index cannot be reached: {failure}")


@pytest.fixture(scope="session")
def upstream_wheel() -> Path:
    """The published wheel; skips the test where it cannot be fetched."""
    try:
        return fetch_wheel(default_cache())
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        pytest.skip(f"the published wheel cannot be fetched: {failure}")
