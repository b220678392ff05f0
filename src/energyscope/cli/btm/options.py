"""Options that several commands of `gridq` share."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Mode(StrEnum):
    """How charging with discharging, and import with export, in one step is ruled out."""

    AUTO = "auto"
    RELAXED = "relaxed"
    FULL = "full"


class Way(StrEnum):
    """Who solves."""

    LINOPY = "linopy"
    GLPK = "glpk"
    AMPL = "ampl"


class ReportForm(StrEnum):
    """What a report is written as."""

    HTML = "html"
    MD = "md"
    PNG = "png"


def named(given: str | None) -> str | None:
    """A place as it was typed. Raises BadParameter for an empty one, which would be the root or the folder here."""
    if given is not None and not given.strip():
        raise typer.BadParameter("it is empty; expected a path")
    return given


def finite(given: float | None) -> float | None:
    """A number as it was typed. Raises BadParameter for an infinite one and for NaN."""
    if given is not None and not math.isfinite(given):
        raise typer.BadParameter(f"{given} is given; expected a finite number")
    return given


Bundle = Annotated[
    str,
    typer.Argument(
        metavar="BUNDLE",
        help="The folder with site_config.yaml, run_config.yaml and timeseries.parquet.",
        callback=named,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, and nothing else on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show warnings and errors only.")]
LogJson = Annotated[
    bool, typer.Option("--log-json", help="Tell each stage as one line of JSON on standard error, for machines.")
]
Profile = Annotated[
    Path | None,
    typer.Option(
        "--profile", metavar="FILE", help="Write a profile of the run (pstats), show its ten dearest functions."
    ),
]
Out = Annotated[
    str | None,
    typer.Option("--out", metavar="DIR", help="Write the outputs here instead of into the bundle.", callback=named),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace outputs that were made from other inputs or with other options.")
]
Csv = Annotated[bool, typer.Option("--csv", help="Write dispatch.csv, too.")]
Exclusivity = Annotated[
    Mode | None,
    typer.Option("--exclusivity", help="Rule out charging while discharging: where needed, never, or in every step."),
]
Solver = Annotated[
    str | None, typer.Option("--solver", metavar="NAME", help="highs, or another solver that linopy finds here.")
]
Backend = Annotated[
    Way | None, typer.Option("--backend", help="linopy, or the text twin of the model through glpk or ampl.")
]
Start = Annotated[
    str | None,
    typer.Option("--start", metavar="TIME", help="First step to use, as in 2025-06-01T00:00:00Z."),
]
End = Annotated[
    str | None, typer.Option("--end", metavar="TIME", help="End of the last step to use, as in 2025-07-01T00:00:00Z.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", min=1, help="Processes at once; unless said as many as cores, for what takes long."
    ),
]
Dask = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="Let a Dask scheduler do the runs, as in tcp://localhost:8786."),
]
