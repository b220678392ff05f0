"""Emissions of greenhouse gases: construction, resources, and their limit."""

from __future__ import annotations

from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families
from energyscope.families.core.variables import Core


def gwp_constr_calc(m: Core) -> Constraint:
    """GWP_constr[j] = gwp_constr[j] F[j]    [ktCO2-eq.]   (Eq. 2.7).

    Reported; not part of the total.
    """
    return m.GWP_constr - m.F * m.data.gwp_constr == 0


def gwp_op_calc(m: Core) -> Constraint:
    """GWP_op[i] = gwp_op[i] sum_t F_t[i] t_op    [ktCO2-eq./y]   (Eq. 2.8)."""
    return m.GWP_op - m.yearly("resource", m.sets.resources) * m.data.gwp_op == 0


def total_gwp_calc(m: Core) -> Constraint:
    """TotalGWP = sum_i GWP_op[i]    [ktCO2-eq./y]   (Eq. 2.6)."""
    return m.TotalGWP - m.GWP_op.sum() == 0


def minimum_gwp_reduction(m: Core) -> Constraint:
    """TotalGWP <= gwp_limit    [ktCO2-eq./y]   (Eq. 2.34)."""
    return 1 * m.TotalGWP <= m.data.gwp_limit


FAMILIES: Families = {
    "gwp_constr_calc": gwp_constr_calc,
    "gwp_op_calc": gwp_op_calc,
    "totalGWP_calc": total_gwp_calc,
    "Minimum_GWP_reduction": minimum_gwp_reduction,
}
