"""Solve core with the photovoltaic table of the run that was published with AMPL and Gurobi (47,572.11 MEUR a year).

`python scripts/solve_published_run.py pv_of_published_run.json` changes one table of core, `c_p_t["PV",*,*]`, and takes
minutes. The table is not part of this project; its file has it under `values`, a row an hour, a column a typical day.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from energyscope import Energyscope, EnergyscopeError, models


def with_published_pv(table: Path) -> Energyscope:
    """The national model with that table. Raises OSError, ValueError or KeyError where the file does not have it."""
    rows = json.loads(table.read_text(encoding="utf-8"))["values"]
    run = Energyscope(models.core)
    cells = {("PV", hour, day): value for hour, row in enumerate(rows, 1) for day, value in enumerate(row, 1)}
    run.data.let("c_p_t", cells)
    return run


def main() -> None:
    """Solve and print the optimum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="the JSON file with the table")
    table = parser.parse_args().table
    try:
        run = with_published_pv(table)
    except OSError as failure:
        parser.error(f"`{table}` cannot be read: {failure.strerror}")
    except (ValueError, KeyError, TypeError, EnergyscopeError):
        parser.error(f"`{table}` is no JSON with rows of numbers under `values`, an hour each")
    result = run.calc()
    print(f"{result.status}: {result.objective:.4f} MEUR/y, {result.stats['nonzeros']} nonzeros")


if __name__ == "__main__":
    main()
