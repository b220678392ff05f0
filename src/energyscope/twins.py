"""Families whose models are made from other files than texts, as models that can be compared with their text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from energyscope.models import LinopyModel, Model

if TYPE_CHECKING:
    from energyscope.compare import ParityReport
    from energyscope.families.btm.bundles.bundle import Bundle

OBJECTIVE = "Total_cost"
"""The objective of btm.mod."""


class Twin(LinopyModel):
    """A program written twice whose constraints and variables bear the same names: others read answers by them."""


def misnamed(report: ParityReport) -> list[str]:
    """Families that have instances on one route and are not there at all on another, as failures of a comparison.

    A formulation in Python leaves out families of limits that do not exist; as text these have no instances.
    """
    failures = []
    for each in report.families:
        there = [route for route, count in each.counts.items() if count]
        absent = [route for route, count in each.counts.items() if count is None]
        if there and absent:
            failures.append(f"the {each.kind} {each.name} of {', '.join(there)} is not in {', '.join(absent)}")
    return failures


@contextmanager
def btm(bundle: Bundle | str | Path) -> Iterator[Twin]:
    """The linear program of a run bundle, in Python and as text.

    Both read one data file, which is there as long as the block lasts. A folder is read and checked first: BtmError
    with all of its problems.
    """
    from energyscope.families.btm.bundles.bundle import load_bundle
    from energyscope.families.btm.program.twin import text_file, to_dat
    from energyscope.families.btm.program.twin_reading import build_from

    given = load_bundle(bundle) if isinstance(bundle, str | Path) else bundle
    with TemporaryDirectory(prefix="energyscope-btm-") as folder:
        data = Path(folder) / f"{given.site.site_id}.dat"
        data.write_text(to_dat(given), encoding="utf-8")
        files = Model([("mod", text_file()), ("dat", data)])
        yield Twin(build_from, files, f"btm {given.site.site_id}", objective=OBJECTIVE)
