"""Programs as files for other solvers: LP, free MPS, and linopy's NetCDF.

linopy can write LP and MPS as well, but knows its own counters only; the names a modeller reads come from the symbols
of the program, put together block by block.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from energyscope.atomic import whole_file
from energyscope.backends.lp_text import lp_pieces
from energyscope.backends.mps_text import mps_pieces
from energyscope.program.blocks import Program

if TYPE_CHECKING:
    import linopy


def write_lp(program: Program, path: str | Path) -> None:
    """Write a program in CPLEX LP format.

    Subscripts stand in parentheses and a double inequality is two rows, the second with `~upper` behind its name.
    The constant of the objective is a column `~constant` fixed at 1. Unused columns are left out.
    Names the format cannot carry are escaped, with a comment that gives the original. Raises OSError.
    """
    _write(lp_pieces(program), path)


def write_mps(program: Program, path: str | Path) -> None:
    """Write a program in free MPS format, much as for LP, but subscripts stay in brackets.

    Rows without a finite side are further `N` rows, which some readers skip. Maximisation stands in a section OBJSENSE,
    which GLPK does not know. Raises OSError.
    """
    _write(mps_pieces(program), path)


def write_netcdf(problem: Program | linopy.Model, path: str | Path) -> None:
    """Write the linopy model of a program, to be read by `linopy.read_netcdf`. Raises OSError."""
    from energyscope.backends.linopy_model import to_linopy  # linopy takes as long to import as a small model to run

    model = to_linopy(problem) if isinstance(problem, Program) else problem
    with whole_file(path) as part:
        model.to_netcdf(part)


def _write(pieces: Iterable[str], path: str | Path) -> None:
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for piece in pieces:
            file.write(piece)
