"""Rows opened by the tolerance that solvers grant themselves, for the solve alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from energyscope.modeldata.symbols import Values
from energyscope.program.blocks import ConstraintBlock, Program

OPENING = 1e-7
"""Inequalities are opened by this times 1 + |side|.

It is the feasibility tolerance of every solver, so that no point becomes acceptable that would not be anyway. Rows
whose rounded coefficients leave the feasible set without an interior get one (weights that sum to 1 + 1e-16).
"""


def opened(program: Program, by: float = OPENING) -> Program:
    """The program with the sides of every inequality moved outwards; equations and bounds stay."""
    blocks = {name: _opened_block(block, by) for name, block in program.constraints.items()}
    return replace(program, constraints=blocks)


def _opened_block(block: ConstraintBlock, by: float) -> ConstraintBlock:
    equal = block.lower == block.upper
    lower = block.lower - np.where(equal, 0.0, _distance(block.lower, by))
    upper = block.upper + np.where(equal, 0.0, _distance(block.upper, by))
    return replace(block, lower=lower, upper=upper)


def _distance(side: Values, by: float) -> Values:
    """How far a side moves; a side that is not there stays away."""
    there = np.isfinite(side)
    return np.where(there, by * (1 + np.abs(np.where(there, side, 0.0))), 0.0)
