"""A hundred scenarios of a month of quarter-hours: one process against two, and what a rolling month costs.

`python tests/bench/bench_btm_scenarios.py` takes about a minute. The ratio is right only with two idle cores.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "families" / "btm"))

from btm_cases import bundle_folder

from energyscope.families.btm.bundles.bundle import Bundle, load_bundle
from energyscope.families.btm.config.schemas import Scenarios
from energyscope.families.btm.runners.parallel import Place
from energyscope.families.btm.runners.runners import backtest, live
from energyscope.families.btm.runners.scenarios import ScenarioResults, run_scenarios

ASKED = 1.8


def grid() -> Scenarios:
    """Ten levels of losses by ten batteries."""
    tariffs = {f"losses_{percent}": {"import_price_multiplier": 1 + percent / 100} for percent in range(10)}
    sizes = [
        {"name": f"{power} kW", "max_charge_kw": float(power), "max_discharge_kw": float(power)}
        for power in range(10, 60, 5)
    ]
    return Scenarios.model_validate({"schema_version": 1, "tariffs": tariffs, "batteries": sizes})


def measured(bundle: Bundle, workers: int) -> tuple[float, float, ScenarioResults]:
    """Seconds by the clock and of all processors, and results; processes are started fresh, and their start counts."""
    clock, before = time.perf_counter(), processor_seconds()
    found = run_scenarios(bundle, grid(), Place(workers))
    return time.perf_counter() - clock, processor_seconds() - before, found


def processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def main() -> None:
    """Print seconds and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = load_bundle(bundle_folder("demand_month", Path(folder)))
        run_scenarios(bundle, Scenarios(schema_version=1, tariffs={"one": {}}, batteries=grid().batteries[:1]))
        one, work_of_one, serial = measured(bundle, 1)
        two, work_of_two, parallel = measured(bundle, 2)
        assert serial.table.equals(parallel.table)
        assert (serial.table["status"] == "ok").all()
        print(f"100 scenarios of a month: {one:.1f} s in one process, {two:.1f} s in two")
        print(f"one / two: {one / two:.2f} by the clock (at least {ASKED} asked, on two idle cores)")
        print(f"one / two: {2 * work_of_one / work_of_two:.2f} by processor seconds, were two cores always busy")
        start = time.perf_counter()
        backtest(bundle)
        whole = time.perf_counter() - start
        start = time.perf_counter()
        windows = live(bundle).metrics["rolling"]["windows"]
        rolled = time.perf_counter() - start
        print(
            f"the month in {windows} windows: {rolled:.2f} s, {rolled / whole:.1f} times the backtest ({whole:.2f} s)"
        )


if __name__ == "__main__":
    main()
