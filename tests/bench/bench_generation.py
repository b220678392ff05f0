"""Text to matrix, ours against glpsol's generation in the same run, on published models and examples of glpk-utils.

`python tests/bench/bench_generation.py [--rounds N]`. Generation is what lies between the start of work and the matrix:
with glpsol the whole process, which starts in a hundredth of a second; with ours reading, data and translation, while
`process` has the start of Python and of the libraries on top. The monthly models are published for AMPL alone: both
get the text that our printer writes for GLPK, `published` is ours on the files as they are. Memory is the peak of the
process above what it held after the imports, by nonzero of the matrix. Seconds are those of the processor, which other
work on the machine does not lengthen much; both programs keep one core busy. The figures are ratios: seconds differ
between machines.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench_translate import for_glpsol, measure

from energyscope.upstream import fetch, model_files

GOAL_RATIO = 3.0
LARGE = 100_000
"""Nonzeros from which on the ratio is asked for; below, only the start counts."""
GOAL_START_S = 1.0
GOAL_BYTES = 150

EXAMPLES = Path("/usr/share/doc/glpk-utils/examples")
CHOSEN = ("huge", "numbrix", "tiling", "diet")
"""Examples of Debian's glpk-utils: the three that take glpsol longest of those that we read, and a small one."""
MONTHLY = {"infrastructure_ch_2050": None, "infrastructure_qc_2020": None, "lca_ch_2020": "TotalCost"}

OURS = """
import json, resource, sys, time
import energyscope.energyscope as whole
from energyscope.models import Model
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
goal, *paths = sys.argv[1:]
begun = time.process_time()
run = whole.Energyscope(Model.from_paths(paths), backend="linopy:text", minimize=goal or None)
program = run.translate().program
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": time.process_time() - begun, "grown": (after - before) * 1024, **program.sizes}))
"""


@dataclass(frozen=True)
class Case:
    """One model: files for glpsol, files for us, and those that were published where they are others."""

    name: str
    theirs: list[Path]
    ours: list[Path]
    published: list[Path] | None = None
    goal: str = ""


@dataclass(frozen=True)
class Figures:
    """Seconds of both by round, nonzeros, and bytes by nonzero at the peak."""

    name: str
    nonzeros: int
    glpsol: list[float]
    generation: list[float]
    process: list[float]
    published: list[float]
    bytes_each: float

    @property
    def ratio(self) -> float:
        """How many times as fast as glpsol we generate."""
        return median(a / b for a, b in zip(self.glpsol, self.generation, strict=True))

    @property
    def start(self) -> float:
        """Seconds that a whole process of ours takes longer than one of glpsol."""
        return median(a - b for a, b in zip(self.process, self.glpsol, strict=True))


def examples(folder: Path) -> Iterator[Case]:
    """The chosen examples, from the installed package, else from the one that apt-get downloads."""
    source = EXAMPLES if EXAMPLES.is_dir() else downloaded(folder)
    if source is None:
        print("the examples of glpk-utils are left out: they are not installed, and apt-get cannot download them")
        return
    for name in CHOSEN:
        yield Case(name, [source / f"{name}.mod"], [source / f"{name}.mod"])


def downloaded(folder: Path) -> Path | None:
    """The examples out of a package that is not installed."""
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(["apt-get", "download", "glpk-utils"], cwd=folder, check=True, capture_output=True, timeout=120)
        (package,) = folder.glob("glpk-utils_*.deb")
        subprocess.run(["dpkg-deb", "-x", package, folder / "package"], check=True, capture_output=True)
        return folder / "package" / EXAMPLES.relative_to("/")
    return None


def published(folder: Path) -> Iterator[Case]:
    """The national model in copies that glpsol reads, and the monthly ones in the text that we write for it."""
    fetch()
    core = [path for _, path in model_files("core_td")]
    yield Case("core", for_glpsol(core, folder / "core"), core)
    for name, goal in MONTHLY.items():
        files = [path for _, path in model_files(name)]
        text = folder / f"{name}.mod"
        command = [sys.executable, "-m", "energyscope", "export-mathprog", name, "-o", str(text)]
        subprocess.run([*command, *(["--minimize", goal] if goal else [])], check=True, capture_output=True)
        yield Case(name, [text], [text], files, goal or "")


def figures(case: Case, rounds: int) -> Figures:
    """Measure one model: glpsol, ours in stages, ours as a process, again and again."""
    model, *data = map(str, case.theirs)
    glpsol = ["glpsol", "--check", "-m", model, *(word for path in data for word in ("-d", path))]
    ours = [sys.executable, "-c", OURS, "", *map(str, case.ours)]
    process = [sys.executable, "-m", "energyscope", "translate", *map(str, case.ours)]
    published = [sys.executable, "-c", OURS, case.goal, *map(str, case.published or [])]
    theirs, told, whole, as_published = [], [], [], []
    for _ in range(rounds):
        theirs.append(measure(glpsol).cpu_seconds)
        told.append(json.loads(measure(ours).output.splitlines()[-1]))
        whole.append(measure(process).cpu_seconds)
        if case.published:
            as_published.append(json.loads(measure(published).output.splitlines()[-1])["seconds"])
    nonzeros = told[0]["nonzeros"]
    grown = max(each["grown"] for each in told) / max(nonzeros, 1)
    return Figures(case.name, nonzeros, theirs, [each["seconds"] for each in told], whole, as_published, grown)


def show(measured: list[Figures]) -> None:
    """The table, and what is asked for beside what was found."""
    print(f"{'':24}{'nonzeros':>10}{'glpsol s':>10}{'ours s':>8}{'ratio':>7}{'process s':>11}{'published s':>13}")
    for each in measured:
        files = f"{min(each.published):13.2f}" if each.published else f"{'':13}"
        print(
            f"{each.name:24}{each.nonzeros:10,}{min(each.glpsol):10.2f}{min(each.generation):8.2f}{each.ratio:7.1f}"
            f"{min(each.process):11.2f}{files}"
        )
    large = [each for each in measured if each.nonzeros > LARGE]
    slowest = min(large, key=lambda each: each.ratio)
    least = f"at least {slowest.ratio:.1f} times as fast ({slowest.name}); goal {GOAL_RATIO:.0f}"
    print(f"\nover {LARGE:,} nonzeros {least}")
    small = [each for each in measured if each.nonzeros <= LARGE]
    if small:
        latest = max(small, key=lambda each: each.start)
        print(f"below, a process is at most {latest.start:.2f} s behind ({latest.name}); goal {GOAL_START_S:.0f} s")
    for each in measured:
        if each.name == "core":
            print(f"peak of core: {each.bytes_each:.0f} bytes a nonzero above the start; goal under {GOAL_BYTES}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    if shutil.which("glpsol") is None:
        raise SystemExit("glpsol is not installed; on Debian: apt-get install glpk-utils")
    os.environ.setdefault("PYTHONHASHSEED", "0")
    with tempfile.TemporaryDirectory() as folder:
        cases = [*published(Path(folder)), *examples(Path(folder))]
        show([figures(case, rounds) for case in cases])


if __name__ == "__main__":
    main()
