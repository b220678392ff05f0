"""Runs of HiGHS: limits, interruption, progress, silence."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from energyscope.backends import highs as runs
from energyscope.backends.base import Progress
from energyscope.backends.highs_log import LogReader
from energyscope.backends.linopy_backend import solve
from energyscope.backends.linopy_model import to_linopy
from energyscope.program.blocks import Program
from small_programs import INF, program, two_blocks


def market_split(rows: int = 5, columns: int = 40) -> Program:
    """Split every good of some retailers exactly in halves: small, and out of reach of branch and bound."""
    random = np.random.default_rng(0)
    goods = random.integers(0, 100, (rows, columns)).astype(float)
    halves = np.floor(goods.sum(axis=1) / 2)
    identity = np.eye(rows)
    return program(
        np.hstack([goods, identity, -identity]),
        halves,
        halves,
        bounds=[(0, 1)] * columns + [(0, INF)] * (2 * rows),
        cost=[0.0] * columns + [1.0] * (2 * rows),
        integer=True,
    )


def test_a_time_limit_ends_the_solve_with_what_was_reached() -> None:
    found = solve(market_split(), time_limit=0.5)
    assert (found.status, found.message) == ("time_limit", "Time limit reached")
    assert found.primal is not None and found.objective is not None and found.objective >= 0
    assert found.residuals["row_violation"] < 1e-6


def test_progress_tells_stage_and_figures_from_the_calling_thread() -> None:
    told: list[Progress] = []
    solve(market_split(), time_limit=0.5, progress=told.append)
    assert [each.elapsed for each in told] == sorted(each.elapsed for each in told)
    branching = [each for each in told if each.stage == "branch and bound" and each.gap is not None]
    assert branching and branching[-1].objective is not None


def test_an_exception_of_the_progress_callback_stops_the_solver() -> None:
    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.stage == "branch and bound":
            raise Enough

    with pytest.raises(Enough):
        solve(market_split(), time_limit=600, progress=stop)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_a_solve_promptly(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        f"import sys\nsys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_highs import market_split\nfrom energyscope.backends.linopy_backend import solve\n"
        "def tell(progress):\n    print(progress.stage, flush=True)\n"
        "try:\n    solve(market_split(), time_limit=60, progress=tell)\nexcept KeyboardInterrupt:\n    sys.exit(130)\n"
    )
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "branch" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130


def test_the_library_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    solve(two_blocks())
    solve(two_blocks(), options={"solver": "ipx", "presolve": "off"})
    assert capfd.readouterr().out == ""


LOG = """Presolving model
3 rows, 5 cols, 9 nonzeros 0s
Running HiPO
 iter       primal obj         dual obj       pinf       dinf       gap    time
    0   3.89814722e+14  -4.88314553e+20   1.26e-03   4.79e-01  2.00e+00    10.8
   12*  1.50000000e+00   1.40000000e+00   1.26e-09   4.79e-10  6.90e-02    11.9
"""


def test_the_log_of_interior_points_is_read() -> None:
    reader = LogReader(Progress("start", 0.0))
    reader.read(LOG, 12.5)
    assert reader.latest == Progress("HiPO", 12.5, 12, 1.5, 1.26e-9, 4.79e-10, 6.9e-2)
    reader.read("Restarting with IPX\n", 13.0)
    assert reader.latest == Progress("IPX", 13.0)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("          0     0.0000000000e+00 Ph1: 0(0) 0.0s", Progress("simplex", 1.0, 0, 0.0, 0.0)),
        (
            "         41    -3.8398564937e+00 Pr: 7(1.5e+02); Du: 2(0.5) 0.0s",
            Progress("simplex", 1.0, 41, -3.8398564937, 150.0, 0.5),
        ),
        ("  Matrix  [2e-04, 1e+00]", Progress("start", 0.0)),
    ],
)
def test_the_log_of_the_simplex_method_is_read(line: str, expected: Progress) -> None:
    reader = LogReader(Progress("start", 0.0))
    reader.read(line, 1.0)
    assert reader.latest == expected


def test_each_run_of_one_object_has_its_own_time_limit() -> None:
    highs = runs.load(to_linopy(market_split()))
    for limit in (0.4, 0.2):
        highs.clearSolver()
        outcome = runs.run(highs, runs.Watch(limit))
        assert outcome.status == "time_limit"
        assert highs.getRunTime() >= limit


@pytest.mark.skipif(not runs.hipo_available(), reason="HiPO is in the extra `hipo`")
def test_progress_of_hipo_counts_iterations() -> None:
    told: list[Progress] = []
    options = {"solver": "hipo", "presolve": "off", "run_crossover": "off"}
    assert solve(two_blocks(), options=options, progress=told.append).status == "optimal"
    assert any(each.stage == "HiPO" and each.iteration is not None for each in told)


def test_the_limit_of_a_run_counts_from_its_own_start() -> None:
    """HiGHS adds up the seconds of all runs of an object; a second run has as long as the first all the same."""
    highs = runs.load(to_linopy(two_blocks()))
    runs.run(highs, runs.Watch())
    spent, watch = highs.getRunTime(), runs.Watch(1000.0)
    for again in (runs.run, runs.run_alone):
        assert again(highs, watch).status == "optimal"
        assert highs.getOptionValue("time_limit")[1] >= spent + watch.remaining


def test_a_run_begins_at_a_basis_that_it_is_given() -> None:
    cold = runs.load(to_linopy(two_blocks()))
    first = runs.run(cold, runs.Watch())
    basis = runs.basis_of(cold)
    assert basis is not None
    warm = runs.load_arrays(runs.arrays_of(to_linopy(two_blocks())))
    assert runs.set_basis(warm, basis)
    again = runs.run(warm, runs.Watch())
    assert (again.objective, again.iterations) == (first.objective, {})
    assert not runs.set_basis(warm, runs.Basis(basis.columns[:-1], basis.rows))
