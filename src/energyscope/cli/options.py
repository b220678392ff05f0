"""Options of what a command writes and where."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Trust(StrEnum):
    """How far the word of a solver is trusted."""

    OFF = "off"
    AUTO = "auto"
    ALWAYS = "always"


Json = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE", help="Write status, sizes and timings as JSON; - is standard output."),
]
Lp = Annotated[Path | None, typer.Option("--lp", metavar="FILE", help="Write the program in LP format.")]
Mps = Annotated[Path | None, typer.Option("--mps", metavar="FILE", help="Write the program in free MPS format.")]
Netcdf = Annotated[
    Path | None, typer.Option("--netcdf", metavar="FILE", help="Write the linopy model of the program as NetCDF.")
]
Reductions = Annotated[
    bool, typer.Option("--reductions/--no-reductions", help="Make the program smaller by exact passes before solving.")
]
Robust = Annotated[
    Trust,
    typer.Option(
        "--robust",
        help="What to do when an answer does not hold: off, believe the solver; auto, try further ways; always, "
        "open the rows by the solver's tolerance at once and compare answers with and without presolve.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Write all results: Parquet, CSV of what is not long, and pictures."),
]

Print = Annotated[
    Path | None,
    typer.Option("--print", metavar="FILE", help="Write here what the text shows after the solve (display, printf)."),
]
AllowWrites = Annotated[
    bool, typer.Option("--allow-writes", help="Let the text write files anywhere, not only in the folder of --out.")
]
