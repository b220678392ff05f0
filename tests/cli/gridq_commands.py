"""Running `gridq` in tests: in this process, or as one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from energyscope.cli.btm.app import app

PROCESS = [sys.executable, "-c", "from energyscope.cli.btm import main; main()"]


def gridq(*arguments: object) -> Result:
    """Run a command in this process; what it prints stands in `stdout` and `stderr`."""
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def told(result: Result) -> dict[str, Any]:
    """The object that a command with `--json` printed, and nothing else."""
    tree: dict[str, Any] = json.loads(result.stdout)
    assert tree["exit_code"] == result.exit_code
    return tree


def gridq_process(*arguments: object, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own."""
    settings = {"capture_output": True, "text": True, "timeout": 120, **more}
    return subprocess.run([*PROCESS, *map(str, arguments)], check=False, **settings)


def codes(tree: dict[str, Any]) -> list[str]:
    """The codes of the errors in what `--json` printed."""
    return [each["code"] for each in tree["errors"]]


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder but the statistics, whose timings differ from run to run."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.endswith("solve_stats.json")}
