"""core_small, solved once a process from its text."""

from __future__ import annotations

from functools import cache

from energyscope import Energyscope, models
from energyscope.result import Result


@cache
def core_small() -> Result:
    """The result of core_small by the text route; nobody changes its tables."""
    return Energyscope(models.core_small, backend="linopy:text").calc()


@cache
def toy() -> Result:
    """The result of toy, a model with few of the names of core."""
    return Energyscope(models.toy, backend="linopy:text").calc()
