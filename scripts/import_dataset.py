"""Make data/datasets/core from the published wheel: `python scripts/import_dataset.py`.

The published files are fetched as by `energyscope fetch-upstream`, their figures are read with the reader of this
project and written in its layout. Every number keeps its value to the last bit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from core_layout import PARAMETERS, SETS, TYPICAL_DAYS
from dataset_text import Tables, write
from dataset_values import given_tables
from energyscope.upstream import LISTING, fetch, model_files

DATASETS = Path(__file__).resolve().parents[1] / "data" / "datasets"

CORE_HEADING = f"""core: figures of a national energy system (data/models/core.mod), Switzerland.

Made by scripts/import_dataset.py from the wheel energyscope {LISTING.version}; figures: copyright
2018-2019 EPFL, Switzerland, and UCLouvain, Belgium, Apache License 2.0 (see README.md).
Power in GW, energy in GWh, money in MEUR, emissions in ktCO2-eq., passengers in Mpkm, freight in Mtkm."""

TIME_HEADING = f"""core: the calendar of typical days and all that changes with the hour (data/models/core.mod).

Made by scripts/import_dataset.py from the wheel energyscope {LISTING.version}; figures: copyright
2018-2019 EPFL, Switzerland, and UCLouvain, Belgium, Apache License 2.0 (see README.md)."""


def write_core(tables: Tables, folder: Path) -> None:
    """Write core.dat and core_12td.dat."""
    (folder / "core.dat").write_text(write(CORE_HEADING, [*SETS, *PARAMETERS], tables), encoding="utf-8")
    (folder / "core_12td.dat").write_text(write(TIME_HEADING, TYPICAL_DAYS, tables), encoding="utf-8")


def main() -> None:
    """Fetch, read, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DATASETS / "core", help="folder to write")
    arguments = parser.parse_args()
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        parser.error(f"the folder `{arguments.out}` cannot be made: {failure.strerror}")
    fetch()
    write_core(given_tables([path for _, path in model_files("core_td")]), arguments.out)
    print(f"{arguments.out}: written from {LISTING.wheel}")


if __name__ == "__main__":
    main()
