"""The engine behind the meter against bare HiGHS on the same linear program, and binaries by need against all of them.

`python tests/bench/bench_btm.py [--rounds N]`. The engine builds the program from the numbers of a run and solves it;
bare HiGHS gets the literal program as arrays, which costs it nothing here, and solves it from a cold start with one
thread. Both are measured in turn, in seconds of the clock, since the engine solves months side by side. The figures are
ratios of medians: seconds differ between machines, and with what else runs there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "families" / "btm"))

from btm_cases import CASES, series

from energyscope.backends.highs import Arrays, arrays_of, load_arrays, set_options
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.program.formulation import build
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.program.inputs_of import inputs_of
from energyscope.families.btm.solving.solve import solve

GOALS = {"full_year": 0.7, "full_year, energy prices only": 1.3, "negative_week_exclusive, auto/full": 0.5}
"""What each ratio may be at most (spec/btm, section 11)."""


def bundle(name: str, **changed: Any) -> tuple[RunConfig, Inputs]:
    """A reference case as run and numbers, with other fields of its run configuration."""
    case = CASES[name]
    site = SiteConfig.model_validate(case["site_config"])
    run = RunConfig.model_validate({**case["run_config"], **changed})
    return run, inputs_of(site, run, series(case["timeseries"], site.timezone))


def seconds(work: Callable[[], float]) -> tuple[float, float]:
    """Seconds of the clock, and the objective that came of them."""
    begun = perf_counter()
    objective = work()
    return perf_counter() - begun, objective


def bare(arrays: Arrays) -> float:
    """The linear program by HiGHS as it is: dual simplex from slacks, presolve, one thread."""
    highs = load_arrays(arrays)
    set_options(highs, {"solver": "simplex", "threads": 1})
    highs.run()
    return float(highs.getObjectiveValue())


def compare(name: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> bool:
    """Measure both in turn and print the ratio; was it within its goal, at the same objective?"""
    measured = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    (_, objective), (_, reference) = measured[0]
    mine, other = (median(each[place][0] for each in measured) for place in (0, 1))
    same = abs(objective - reference) <= 1e-6 * max(1.0, abs(reference))
    ratio = mine / other
    print(f"{name}: {mine:.2f} s / {other:.2f} s = {ratio:.2f} (goal {GOALS[name]:.2f}), objective {objective:.6f}")
    if not same:
        print(f"  but the other objective is {reference:.6f}")
    return same and ratio <= GOALS[name]


def engine(run: RunConfig, inputs: Inputs) -> float:
    """The whole engine: build, solve, proof."""
    return solve(inputs, run).objective_gbp


def year(name: str, rounds: int, **changed: Any) -> bool:
    """A year of quarter-hours, as it is or with other fields of its run configuration, against bare HiGHS."""
    run, inputs = bundle("full_year", **changed)
    return compare(name, partial(engine, run, inputs), partial(bare, arrays_of(build(inputs))), rounds)


def negative_week(rounds: int) -> bool:
    """Binaries where they are needed, by windows, against branch and bound with one for every pair and step."""
    auto, full = (
        partial(engine, *bundle("negative_week_exclusive", exclusivity={"mode": mode})) for mode in ("auto", "full")
    )
    return compare("negative_week_exclusive, auto/full", auto, full, rounds)


def main() -> int:
    """Print all ratios; 1 where one misses its goal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    kept = [
        year("full_year", rounds),
        year("full_year, energy prices only", rounds, tariff={}),
        negative_week(rounds),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
