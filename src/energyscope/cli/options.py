"""Options that several commands share: what they read, how they solve, what they write and where."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from energyscope.cli.task import memory_size


class OwnModel(StrEnum):
    """The models that come with the package or are published."""

    TOY = "toy"
    CORE = "core"
    CORE_SMALL = "core_small"
    CORE_TD = "core_td"
    INFRASTRUCTURE_CH_2050 = "infrastructure_ch_2050"
    INFRASTRUCTURE_QC_2020 = "infrastructure_qc_2020"
    LCA_CH_2020 = "lca_ch_2020"
    LCA_QC_2020 = "lca_qc_2020"


class Form(StrEnum):
    """How `check` shows what it finds."""

    TEXT = "text"
    JSON = "json"


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
Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        help="Model and data files (.mod, .dat), read in this order, or the name of one of `models`. Behind them, data "
        "as .xlsx, .nc, or a folder of CSV files.",
    ),
]
Objective = Annotated[
    str | None, typer.Option("--objective", metavar="NAME", help="The objective, where the model declares several.")
]
Minimize = Annotated[
    str | None,
    typer.Option("--minimize", metavar="EXPR", help="Minimise this, as in TotalCost, instead of what is declared."),
]
Maximize = Annotated[
    str | None, typer.Option("--maximize", metavar="EXPR", help="Maximise this instead of what is declared.")
]
Relax = Annotated[bool, typer.Option("--relax", help="Take integers as continuous.")]
Backend = Annotated[str, typer.Option("--backend", metavar="NAME", help="linopy, linopy:native, linopy:text, or glpk.")]
Solver = Annotated[str | None, typer.Option("--solver", metavar="NAME", help="highs, or another installed solver.")]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="KEY=VALUE", help="Option of the solver by its own name; may be repeated."),
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        help="End the solve after this time, counted from the hand-over to the backend: reading and translating do not "
        "count (exit code 4).",
    ),
]
MaxMemory = Annotated[
    int | None,
    typer.Option(
        "--max-memory",
        metavar="SIZE",
        parser=memory_size,
        help="Memory the run may take, as in 4GB; most of what is free unless said (exit code 4 beyond it).",
    ),
]
