"""Text to matrix of the published national model, against glpsol on the same text in the same run.

`python tests/bench/bench_translate.py [--rounds N]`. Whole processes are measured, start to end; the glpsol of Debian's
package glpk-utils must be installed. The figures are ratios: seconds differ between machines.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from energyscope.upstream import fetch, model_files

GOAL_RATIO = 3.0
GOAL_MEMORY_MB = 2000
GOAL_SHARE = 1 / 3

HAND_OVER = """
import json, sys, time
from energyscope.backends import highs, linopy_model
from energyscope.energyscope import Energyscope
from energyscope.models import Model
run = Energyscope(Model.from_paths(sys.argv[1:]))
program = run.translate().program
start = time.perf_counter()
model = linopy_model.hand_over(program).model
built = time.perf_counter()
highs.load(model)
print(json.dumps({**run.timings, "to linopy": built - start, "linopy to HiGHS": time.perf_counter() - built}))
"""


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


def measure(command: list[str]) -> Run:
    """Run a process to its end."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        output.seek(0)
        text = output.read()
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{text}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3, text)


def for_glpsol(paths: list[Path], folder: Path) -> list[Path]:
    """Copies that glpsol can read: `:=` after every table head, no Infinity in data, every statement closed."""
    folder.mkdir()
    copies = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".dat":
            text = re.sub(r"(?m)([^:])=\s*$", r"\1:=", text)
            text = re.sub(r"\bInfinity\b", "1e15", text).rstrip()
            text += "\n" if text.endswith(";") else ";\n"
        copy = folder / path.name
        copy.write_text(text + "end;\n", encoding="utf-8")
        copies.append(copy)
    return copies


def hand_over_share(paths: list[Path]) -> float:
    """Print the stages from text to solver; how long the last ones take for each second of translation."""
    run = measure([sys.executable, "-c", HAND_OVER, *map(str, paths)])
    stages = json.loads(run.output.strip().splitlines()[-1])
    print("\nstages [s]: " + ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in stages.items()))
    given = stages["to linopy"] + stages["linopy to HiGHS"]
    return float(given / sum(seconds for stage, seconds in stages.items() if "inopy" not in stage))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    if shutil.which("glpsol") is None:
        raise SystemExit("glpsol is not installed; on Debian: apt-get install glpk-utils")
    with tempfile.TemporaryDirectory() as folder:
        fetch()
        paths = [path for _, path in model_files("core_td")]
        model, *data = for_glpsol(paths, Path(folder) / "glpsol")
        theirs = ["glpsol", "--check", "-m", str(model), *(word for path in data for word in ("-d", str(path)))]
        ours = [sys.executable, "-m", "energyscope", "translate", *map(str, paths)]
        runs = [(measure(theirs), measure(ours)) for _ in range(rounds)]
        print(f"{'':10}{'wall s':>10}{'cpu s':>10}{'peak MB':>10}")
        for name, column in (("glpsol", [run for run, _ in runs]), ("ours", [run for _, run in runs])):
            best = min(column, key=lambda run: run.seconds)
            print(f"{name:10}{best.seconds:10.2f}{best.cpu_seconds:10.2f}{best.peak_mb:10.0f}")
        ratio = median(glpsol.seconds / own.seconds for glpsol, own in runs)
        cpu_ratio = median(glpsol.cpu_seconds / own.cpu_seconds for glpsol, own in runs)
        print(f"\nours is {ratio:.2f} times as fast (wall), {cpu_ratio:.2f} times (cpu); goal {GOAL_RATIO:.0f}")
        print(f"peak memory {max(own.peak_mb for _, own in runs):.0f} MB; goal under {GOAL_MEMORY_MB}")
        share = hand_over_share(paths)
        print(f"matrix to solver takes {share:.2f} of text to matrix; goal under {GOAL_SHARE:.2f}")


if __name__ == "__main__":
    main()
