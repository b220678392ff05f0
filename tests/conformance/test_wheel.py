"""The wheel in an empty environment, in another folder: the package brings its models along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

STEP_TIMEOUT_S = 900


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.usefixtures("package_index")
def test_wheel_in_an_empty_environment_solves_toy(checkout: Path, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    _run([*build, "--wheel-dir", "dist", str(checkout)], tmp_path)
    (wheel,) = (tmp_path / "dist").glob("energyscope_linopy-*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    programs = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    _run([str(programs / "python"), "-m", "pip", "install", "--quiet", str(wheel)], tmp_path)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _run([str(programs / "energyscope"), "calc", "toy", "--json", "toy.json"], elsewhere)

    record = json.loads((elsewhere / "toy.json").read_text(encoding="utf-8"))
    assert record["status"] == "optimal"
    assert record["objective"] == pytest.approx(2548.522393556281, rel=1e-9)


def _run(command: list[str], folder: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=STEP_TIMEOUT_S, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
