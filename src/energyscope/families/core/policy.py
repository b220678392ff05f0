"""Policy: shares of technologies in their end use, efficiency, area for solar panels."""

from __future__ import annotations

import numpy as np
import xarray as xr
from linopy import LinearExpression
from linopy.constraints import ConstraintBase as Constraint

from energyscope.families.core.family import Families
from energyscope.families.core.variables import Core
from energyscope.families.terms import pairs, weighted_sum


def f_max_perc(m: Core) -> Constraint:
    """year(F_t[j]) <= fmax_perc[j] sum_k year(F_t[k]), k all that serve the same end use    [GWh/y]   (Eq. 2.36)."""
    return _beyond_share(m, m.data.fmax_perc) <= 0


def f_min_perc(m: Core) -> Constraint:
    """year(F_t[j]) >= fmin_perc[j] sum_k year(F_t[k]), k all that serve the same end use    [GWh/y]   (Eq. 2.36)."""
    return _beyond_share(m, m.data.fmin_perc) >= 0


def extra_efficiency(m: Core) -> Constraint:
    """F[EFFICIENCY] = 1 / (1 + i_rate)    [-]   (Eq. 2.37).

    Measures of energy efficiency are taken in any case.
    """
    return 1 * m.size("EFFICIENCY") == 1 / (1 + m.data.i_rate)


def solar_area_limited(m: Core) -> Constraint:
    """F[PV] / power_density_pv + (F[DEC_SOLAR] + F[DHN_SOLAR]) / power_density_solar_thermal <= solar_area    [km2].

    (Eq. 2.39.) Panels for power and for heat share the roofs.
    """
    heat = (m.size("DEC_SOLAR") + m.size("DHN_SOLAR")) / m.data.power_density_solar_thermal
    return m.size("PV") / m.data.power_density_pv + heat <= m.data.solar_area


def _beyond_share(m: Core, share: xr.DataArray) -> LinearExpression:
    """year(F_t[j]) - share[j] sum_k year(F_t[k]), for each end-use type and technology j of it    [GWh/y].

    With a share of 1 the own terms cancel; what is the only technology of its end use leaves no term at all.
    """
    serving = pairs("serving", m.sets.serving)
    kind, technology = serving["end_use_type"].to_numpy(), serving["technology"].to_numpy()
    together = kind[:, None] == kind[None, :]
    own = np.eye(len(kind)) - share.sel(technology=technology).to_numpy()[:, None] * together
    weights = xr.DataArray(own, dims=["serving", "activity"], coords={**serving, "activity": technology})
    return (weighted_sum(m.F_t, weights, "activity") * m.data.year).sum(["hour", "typical_day"])


FAMILIES: Families = {
    "f_max_perc": f_max_perc,
    "f_min_perc": f_min_perc,
    "extra_efficiency": extra_efficiency,
    "solar_area_limited": solar_area_limited,
}
