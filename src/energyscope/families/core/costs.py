"""Costs: investment, maintenance, operation, and their total."""

from __future__ import annotations

from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families
from energyscope.families.core.variables import Core


def totalcost_cal(m: Core) -> Constraint:
    """TotalCost = sum_j (tau[j] C_inv[j] + C_maint[j]) + sum_i C_op[i]    [MEUR/y]   (Eq. 2.1)."""
    return m.TotalCost - (m.C_inv * m.data.tau).sum() - m.C_maint.sum() - m.C_op.sum() == 0


def investment_cost_calc(m: Core) -> Constraint:
    """C_inv[j] = c_inv[j] F[j]    [MEUR]   (Eq. 2.3)."""
    return m.C_inv - m.F * m.data.c_inv == 0


def main_cost_calc(m: Core) -> Constraint:
    """C_maint[j] = c_maint[j] F[j]    [MEUR/y]   (Eq. 2.4)."""
    return m.C_maint - m.F * m.data.c_maint == 0


def op_cost_calc(m: Core) -> Constraint:
    """C_op[i] = c_op[i] sum_t F_t[i] t_op    [MEUR/y]   (Eq. 2.5)."""
    return m.C_op - m.yearly("resource", m.sets.resources) * m.data.c_op == 0


FAMILIES: Families = {
    "totalcost_cal": totalcost_cal,
    "investment_cost_calc": investment_cost_calc,
    "main_cost_calc": main_cost_calc,
    "op_cost_calc": op_cost_calc,
}
