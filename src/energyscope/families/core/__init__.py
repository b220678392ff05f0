"""core: the national energy system EnergyScope TD as a linopy model, the same mathematics as core.mod.

Equations: G. Limpens, S. Moret, H. Jeanmart, F. Marechal (2019), "EnergyScope TD", Applied Energy 255, 113729. Each
group of equations is a module, each constraint family a function of `Core`.
"""

from __future__ import annotations

from energyscope.families.core.build import GROUPS, build
from energyscope.families.core.checks import check
from energyscope.families.core.data import CoreData
from energyscope.families.core.sets import CoreSets
from energyscope.families.core.variables import Core, add_variables

__all__ = ["GROUPS", "Core", "CoreData", "CoreSets", "add_variables", "build", "check"]
