"""Resources: what may be had in a year, and imports at a constant rate."""

from __future__ import annotations

from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families
from energyscope.families.core.variables import Core


def resource_availability(m: Core) -> Constraint:
    """sum_t F_t[i] t_op <= avail[i]    [GWh/y]   (Eq. 2.12)."""
    return m.yearly("resource", m.sets.resources) <= m.data.avail


def resource_constant_import(m: Core) -> Constraint:
    """F_t[i,h,td] t_op[h,td] = Import_constant[i]    [GWh]   (Eq. 2.12, second part).

    Some imports come at the same rate all year.
    """
    return m.operation("resource", m.sets.constant_imports) * m.data.t_op - m.Import_constant == 0


FAMILIES: Families = {
    "resource_availability": resource_availability,
    "resource_constant_import": resource_constant_import,
}
