"""Variables of which some columns are fixed, for GLPK: their columns and bounds as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energyscope.backends.mathprog_data import parameter_data, set_data
from energyscope.language.printing.mathprog.scope import Context
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Symbols
from energyscope.program.blocks import VariableBlock


@dataclass(frozen=True)
class HeldVariable:
    """Statements that declare a variable, and the data they read."""

    statements: list[str]
    data: list[str]


def held_variable(ctx: Context, block: VariableBlock, symbols: Symbols) -> HeldVariable:
    """A variable with the bounds that its columns have after `fix`; infinite ones are none to GLPK."""
    lower, upper = ctx.fresh(f"LOWER_{block.name}"), ctx.fresh(f"UPPER_{block.name}")
    bounds = [Parameter(lower, block.index, block.lower), Parameter(upper, block.index, block.upper)]
    values = [parameter_data(each, symbols) for each in bounds]
    kind = " integer," if block.integer else ""
    if not block.index.columns:
        declared = [f"param {lower};", f"param {upper};"]
        return HeldVariable([*declared, f"var {block.name}{kind} >= {lower}, <= {upper};"], values)
    places = ctx.fresh(f"COLUMNS_{block.name}")
    indices = ",".join(index.name for index in ctx.indices(block.index.dimension))
    dummy = f"({indices})" if "," in indices else indices
    whole = Set(places, Index((), 1), np.array([0, len(block.index)], dtype=np.int64), block.index)
    statements = [
        f"set {places} dimen {block.index.dimension};",
        f"param {lower}{{{places}}};",
        f"param {upper}{{{places}}};",
        f"var {block.name} {{{dummy} in {places}}}{kind} >= {lower}[{indices}], <= {upper}[{indices}];",
    ]
    return HeldVariable(statements, [*set_data(whole, symbols), *values])
