"""Families whose models are made from other files than texts, as models that can be compared with their text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from energyscope.models import LinopyModel, Model

if TYPE_CHECKING:
    from energyscope.families.btm.bundles.bundle import Bundle

OBJECTIVE = "Total_cost"
"""The objective of btm.mod."""


@contextmanager
def btm(bundle: Bundle | str | Path) -> Iterator[LinopyModel]:
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
        yield LinopyModel(build_from, files, f"btm {given.site.site_id}", objective=OBJECTIVE)
