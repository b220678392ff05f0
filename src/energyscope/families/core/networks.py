"""Networks: losses, and how large the grids of power and of heat must be."""

from __future__ import annotations

from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families
from energyscope.families.core.variables import Core
from energyscope.families.terms import weighted_sum

INTERMITTENT = ("WIND_ONSHORE", "WIND_OFFSHORE", "PV")
"""Technologies that make the power grid larger."""


def network_losses(m: Core) -> Constraint:
    """Network_losses[eut] = loss_network[eut] sum_j layers_in_out[j,eut] F_t[j]    [GW]   (Eq. 2.20).

    The sum is over what feeds the layer, layers_in_out > 0. Losses are in proportion to all that is fed into the layer.
    """
    fed = m.data.layers_in_out.sel(layer=m.sets.end_use_types).rename(layer="end_use_type").clip(min=0)
    return m.Network_losses - weighted_sum(m.F_t, fed * m.data.loss_network, "activity") == 0


def extra_grid(m: Core) -> Constraint:
    """F[GRID] = 1 + c_grid_extra / c_inv[GRID] sum_j (F[j] - f_min[j])    [GW]   (Eq. 2.21).

    The sum is over wind and photovoltaic power. Intermittent generation makes the grid larger.
    """
    extra = m.data.c_grid_extra / float(m.data.c_inv.sel(technology="GRID"))
    new = m.F.sel(technology=list(INTERMITTENT)).sum()
    there = float(m.data.f_min.sel(technology=list(INTERMITTENT)).sum())
    return m.size("GRID") - extra * new == 1 - extra * there


def extra_dhn(m: Core) -> Constraint:
    """F[DHN] = sum_j layers_in_out[j,HEAT_LOW_T_DHN] F[j]    [GW]   (Eq. 2.22).

    The sum is over what feeds the layer, layers_in_out > 0. District heating networks are as large as what feeds them.
    """
    technologies = [each for each in m.sets.technologies if each not in m.sets.storages]
    feed = m.data.layers_in_out.sel(layer="HEAT_LOW_T_DHN", drop=True).sel(activity=technologies).clip(min=0)
    return m.size("DHN") - (m.sizes("activity", technologies) * feed).sum() == 0


FAMILIES: Families = {
    "network_losses": network_losses,
    "extra_grid": extra_grid,
    "extra_dhn": extra_dhn,
}
