"""`gridq` as a process of its own: what a shell sees of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import btm_cases
import pytest
from gridq_commands import PROCESS, gridq_process

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and devices of POSIX")


@pytest.fixture
def flat_day(tmp_path: Path) -> Path:
    return btm_cases.bundle_folder("flat_day", tmp_path)


@pytest.mark.parametrize("arguments", ["['gridq', '--help']", "['gridq', 'backtest', '--help']"])
def test_help_brings_none_of_the_heavy_libraries_along(arguments: str) -> None:
    script = f"""
import sys
sys.argv = {arguments}
from energyscope.cli.btm import main
try:
    main()
except SystemExit:
    pass
heavy = {{"numpy", "pandas", "pyarrow", "linopy", "highspy", "scipy", "rainflow"}} & set(sys.modules)
sys.exit(f"imported: {{heavy}}" if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_both_commands_are_installed() -> None:
    for command in (PROCESS, [sys.executable, "-m", "energyscope", "btm"]):
        done = subprocess.run([*command, "version"], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0
        assert "schema of bundles 1" in done.stdout


@POSIX
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_that_has_seen_enough_is_no_failure(flat_day: Path, options: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = gridq_process("validate", flat_day, *options, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1), done.stderr


@POSIX
@pytest.mark.parametrize("options", [(), ("--json",), ("--help",)])
def test_a_full_disk_behind_standard_output(flat_day: Path, options: tuple[str, ...]) -> None:
    """What is lost is a failure, be it a table."""
    with Path("/dev/full").open("w") as full:
        done = gridq_process("validate", flat_day, *options, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_any_encoding_of_the_terminal_does(tmp_path: Path, encoding: str) -> None:
    bundle = btm_cases.bundle_folder("flat_day", tmp_path / "Œuvre é 電")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    done = gridq_process("validate", bundle, "--json", env=environment, text=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["bundle"] == str(bundle)
    done = gridq_process("backtest", bundle, env=environment, text=False)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


@POSIX
def test_a_disk_that_takes_no_byte(flat_day: Path) -> None:
    """As all that is written: BTM004, whoever notices it first."""
    script = 'ulimit -f 0; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *PROCESS, "backtest", str(flat_day)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "error[BTM004]" in done.stderr


@POSIX
@pytest.mark.parametrize("where", ["energyscope.cli.btm.app", "typer._click.parser", "pandas", "pyarrow.parquet"])
def test_ctrl_c_is_told_in_json_while_modules_are_imported(flat_day: Path, where: str) -> None:
    script = f"""
import sys
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == {where!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
sys.argv = ["gridq", "validate", {str(flat_day)!r}, "--json"]
from energyscope.cli.btm import main
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 130, done.stderr
    tree = json.loads(done.stdout)
    assert (tree["command"], tree["status"], tree["exit_code"]) == ("validate", "interrupted", 130)
    assert "Traceback" not in done.stderr


@POSIX
def test_ctrl_c_leaves_no_outputs(tmp_path: Path) -> None:
    bundle = btm_cases.bundle_folder("demand_month", tmp_path)
    process = subprocess.Popen(
        [*PROCESS, "backtest", str(bundle), "--exclusivity", "full"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "build" in line:
            break
    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, rest.strip().splitlines()[-1]) == ("", "interrupted")
    assert "Traceback" not in rest
    assert sorted(path.name for path in bundle.iterdir()) == [
        "run_config.yaml",
        "site_config.yaml",
        "timeseries.parquet",
    ]


@POSIX
def test_ctrl_c_ends_the_workers_too(tmp_path: Path) -> None:
    """As a terminal does it: the signal reaches all processes of the command."""
    bundle = btm_cases.bundle_folder("demand_month", tmp_path)
    batteries = [{"name": str(number)} for number in range(20)]
    btm_cases.write_yaml(
        bundle / "scenarios.yaml", {"schema_version": 1, "tariffs": {"as_it_is": {}}, "batteries": batteries}
    )
    process = subprocess.Popen(
        [*PROCESS, "scenarios", str(bundle), "--workers", "2"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "solve" in line:
            break
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    out, rest = process.communicate(timeout=60)
    assert (process.returncode, out, rest.strip()) == (130, "", "interrupted")
    assert not (bundle / "scenarios.csv").exists()


@POSIX
def test_a_terminal_of_eighty_columns_holds_the_tables(flat_day: Path) -> None:
    """In a real terminal: the live line, colours, and nothing that is broken over lines."""
    pty = pytest.importorskip("pty")
    leading, following = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    done = subprocess.Popen(
        [*PROCESS, "backtest", "."], cwd=flat_day, stdin=following, stdout=following, stderr=following, env=environment
    )
    os.close(following)
    shown = b""
    while True:
        try:
            part = os.read(leading, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        shown += part
    assert done.wait(timeout=60) == 0
    os.close(leading)
    text = shown.decode()
    assert "✓" in text
    assert "without battery" in text
