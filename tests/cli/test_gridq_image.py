"""The image of `gridq`: its Dockerfile is sound, and its entry point runs on what it copies, as the image runs it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TIMEOUT_S = 300


def instructions(dockerfile: Path, word: str) -> list[str]:
    """What follows a word of the Dockerfile, line by line."""
    joined = dockerfile.read_text().replace("\\\n", " ")
    return [line.removeprefix(word).strip() for line in joined.splitlines() if line.startswith(word + " ")]


def test_hadolint_finds_nothing(checkout: Path) -> None:
    program = Path(sys.executable).with_name("hadolint")
    if not program.is_file():
        pytest.skip("hadolint is not installed")
    done = subprocess.run([program, checkout / "Dockerfile"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_all_that_is_copied_is_let_in(checkout: Path) -> None:
    let_in = {line[1:] for line in (checkout / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = [each for line in instructions(checkout / "Dockerfile", "COPY") for each in line.split()[:-1]]
    assert set(sources) == let_in
    assert all((checkout / each).exists() for each in sources)


@pytest.mark.parametrize("bundle", ["examples/bundles/pv_battery_tou", "some/where"])
def test_make_asks_docker_to_build_and_to_run(checkout: Path, bundle: str) -> None:
    done = subprocess.run(
        [
            "make",
            "--no-print-directory",
            "--dry-run",
            "docker-build",
            "docker-backtest",
            f"BUNDLE={bundle}",
            "IMAGE=try",
        ],
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    commands = [shlex.split(line) for line in done.stdout.replace("\\\n", " ").splitlines()]
    assert commands[0] == ["docker", "build", "--tag", "try", "."]
    assert commands[-1][:3] == ["docker", "run", "--rm"]
    assert commands[-1][-3:] == ["try", "backtest", "/bundle"]
    assert f"type=bind,source={checkout / bundle},target=/bundle" in commands[-1]


@pytest.fixture(scope="module")
def image(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `source`, what the Dockerfile copies, and `site`, the wheel that it makes of that, unpacked."""
    root = tmp_path_factory.mktemp("image")
    for line in instructions(checkout / "Dockerfile", "COPY"):
        *sources, target = line.split()
        for each in sources:
            place = (root / "source" / target / each) if target.endswith("/") else root / "source" / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if (checkout / each).is_dir():
                shutil.copytree(checkout / each, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(checkout / each, place)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", root / "site", root / "source"], check=True, timeout=TIMEOUT_S)
    return root


def run_image(image: Path, dockerfile: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """ENTRYPOINT with the arguments, CMD without any; no environment but what the image sets, no virtual one."""
    (entry,) = (json.loads(each) for each in instructions(dockerfile, "ENTRYPOINT"))
    (default,) = (json.loads(each) for each in instructions(dockerfile, "CMD"))
    program = image / "site" / "bin" / entry[0]
    libraries = os.pathsep.join(each for each in sys.path if each.endswith("-packages"))
    environment = {"HOME": "/tmp", "PATH": "/usr/bin:/bin", "PYTHONPATH": f"{image / 'site'}{os.pathsep}{libraries}"}
    command = [sys._base_executable, str(program), *entry[1:], *(arguments or default)]  # type: ignore[attr-defined]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )


@pytest.mark.slow
def test_the_image_shows_its_help(image: Path, checkout: Path, tmp_path: Path) -> None:
    done = run_image(image, checkout / "Dockerfile", tmp_path)
    assert done.returncode == 0
    assert "Usage: gridq" in done.stdout
    assert "backtest" in done.stdout


@pytest.mark.slow
def test_the_image_makes_and_runs_a_bundle(image: Path, checkout: Path, tmp_path: Path) -> None:
    dockerfile = checkout / "Dockerfile"
    made = run_image(image, dockerfile, tmp_path, "init", str(tmp_path / "bundle"))
    assert made.returncode == 0, made.stderr
    done = run_image(image, dockerfile, tmp_path, "backtest", str(tmp_path / "bundle"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["metrics"]["checks"]["passed"]
    assert (tmp_path / "bundle" / "bundle_metadata.json").is_file()
