"""What several tests need: the checkout, the package index, the published wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from energyscope.upstream import FetchError, fetch

# examples take as long as a busy machine needs: nothing here depends on time
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


INDEX_TIMEOUT_S = 60
os.environ.setdefault("ENERGYSCOPE_CACHE", str(Path(__file__).resolve().parents[1] / ".cache"))


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
def published_files() -> Path:
    """The folder of the published files; skips the test where they cannot be fetched, fails where they are wrong."""
    try:
        return fetch().folder
    except FetchError as failure:
        if failure.diagnostics[0].code != "fetch":
            raise
        pytest.skip(f"the published wheel cannot be fetched: {failure.diagnostics[0].message}")
