"""toy: five technologies, three layers, one day of 24 hours, as a linopy model; the same mathematics as toy.mod."""

from __future__ import annotations

from energyscope.families.toy.data import ToyData, check
from energyscope.families.toy.formulation import FAMILIES, Toy, build

__all__ = ["FAMILIES", "Toy", "ToyData", "build", "check"]
