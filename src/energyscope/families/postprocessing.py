"""Tables that follow from a solution: every family offers its own, the names in the result decide."""

from __future__ import annotations

from collections.abc import Mapping

from energyscope.families.core import postprocessing as core
from energyscope.families.core.postprocessing_solved import Solved
from energyscope.families.solved import Frames, Maker, allowed
from energyscope.families.toy import postprocessing as toy
from energyscope.families.toy.postprocessing_solved import SolvedPeriods


def postprocessing_tables(
    variables: Frames,
    parameters: Frames,
    sets: Frames,
    constraints: Frames,
    dimensions: Mapping[str, int],
    run: int,
) -> dict[str, Maker]:
    """The tables that the names allow, each made when it is called.

    `dimensions` gives the number of subscripts of variables and constraints.
    """
    frames = (variables, parameters, sets, constraints)
    return {
        **allowed(core.RECIPES, Solved(*frames, run), dimensions),
        **allowed(toy.RECIPES, SolvedPeriods(*frames, run), dimensions),
    }
