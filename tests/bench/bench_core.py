"""The national model, cold start to written results: each route, and the literal program with the same solver.

`python tests/bench/bench_core.py` takes some ten minutes, nearly all of them for the literal program.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUTES = {
    "native": ["--backend", "linopy:native"],
    "text": ["--backend", "linopy:text"],
    "literal": ["--backend", "linopy:text", "--no-reductions"],
}
"""Arguments of `energyscope calc core` by route."""


def run(arguments: list[str], folder: Path) -> tuple[float, dict[str, object]]:
    """Wall seconds of a whole process, and what it says about itself."""
    report = folder / "run.json"
    command = [sys.executable, "-m", "energyscope", "calc", "core", *arguments]
    start = time.monotonic()
    subprocess.run([*command, "--out", str(folder / "out"), "--json", str(report)], check=True, capture_output=True)
    return time.monotonic() - start, json.loads(report.read_text(encoding="utf-8"))


def main() -> None:
    """Run every route once and print seconds, memory and ratios."""
    seconds: dict[str, float] = {}
    for route, arguments in ROUTES.items():
        with tempfile.TemporaryDirectory() as folder:
            seconds[route], told = run(arguments, Path(folder))
        timings = told["timings"]
        assert isinstance(timings, dict)
        parts = ", ".join(f"{stage} {spent:.1f}" for stage, spent in timings.items() if spent >= 0.05)
        print(f"{route:8} {seconds[route]:7.1f} s  {told['peak_memory_mb']} MB  {told['objective']}  ({parts})")
    print(f"literal / native: {seconds['literal'] / seconds['native']:.1f} (at least 10 asked)")
    print(f"text / native:    {seconds['text'] / seconds['native']:.2f} (at most 2 asked)")


if __name__ == "__main__":
    main()
