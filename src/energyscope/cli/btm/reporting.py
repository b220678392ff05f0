"""The command `report`."""

from __future__ import annotations

import webbrowser
from typing import Literal

from energyscope.backends.base import Progress, ProgressCallback
from energyscope.cli.btm.asked import Manner
from energyscope.cli.btm.run import Done, perform
from energyscope.cli.exits import Exit
from energyscope.plots.btm import write_report


def perform_report(
    bundle: str, out: str | None, form: Literal["html", "md", "png"], opened: bool, manner: Manner
) -> Exit:
    """Make a report of the outputs of a bundle; with `opened` show its first file."""

    def work(progress: ProgressCallback) -> Done:
        progress(Progress("report", 0.0))
        written = write_report(bundle, out, form)
        if opened:
            webbrowser.open(written[0].resolve().as_uri())
        names = [str(path) for path in written]
        return Done(
            tree={"bundle": bundle, "files": names},
            show=lambda console: console.print(
                "\n".join(f"written {name}" for name in names), markup=False, soft_wrap=True
            ),
        )

    return perform(manner, work)
