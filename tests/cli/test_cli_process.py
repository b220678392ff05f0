"""The command as a process of its own: what a shell sees of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "energyscope"]

KNAPSACK = """
param n := 60;
set I := 1..n; set K := 1..5;
param w{i in I, k in K} := 1000 + (i * 7919 * k + i * i * 104729 + k * k * 1299709) mod 997;
var x{I} binary;
maximize value: sum {i in I} (1000 + (i * 31337) mod 883) * x[i];
s.t. room{k in K}: sum {i in I} w[i,k] * x[i] = floor(sum {i in I} w[i,k] / 2);
"""
"""A market split: small, and out of reach of branch and bound."""


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_json_on_standard_output_can_be_piped(tmp_path: Path) -> None:
    done = run("calc", "toy", "--json", "-", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "optimal"
    stages = [line.split("]")[1].strip().split(":")[0] for line in done.stderr.splitlines() if line.startswith("[")]
    assert stages[:3] == ["read", "data", "build"]
    assert "\x1b" not in done.stderr


def test_a_mistake_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "a.mod").write_text("var x;\nminimize z: y;\n")
    done = run("solve", "a.mod", cwd=tmp_path)
    assert done.returncode == 1
    assert "a.mod:2:13: error[undeclared-name]: `y` is not declared" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_the_solver_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "split.mod").write_text(KNAPSACK)
    arguments = ["solve", "split.mod", "--json", "split.json", "--out", "results"]
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "branch and bound" in line:
            break
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert rest.strip().splitlines()[-1] == "interrupted"
    assert "Traceback" not in rest
    assert [path.name for path in tmp_path.iterdir()] == ["split.mod"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_before_the_work_begins(tmp_path: Path) -> None:
    process = subprocess.Popen([*COMMAND, "calc", "core_small"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGINT)
    assert process.returncode == -signal.SIGINT or "Traceback" not in told
