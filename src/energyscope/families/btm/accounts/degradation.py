"""Wear of a battery after the solve: cycles by rainflow, the damage they do, state of health.

The linear program sees a linear wear cost only; what stands here reports what its dispatch did to the battery.
Cycle counting: ASTM E1049-85 (2011), section 5.4.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Any

import numpy as np
from rainflow import extract_cycles

from energyscope.families.btm.config.schemas import CycleLife, Degradation
from energyscope.modeldata.symbols import Values

LEAST_DEPTH = 1e-9
"""Shallower cycles are rounding of the solver's, not use."""
DAYS_OF_YEAR = 365
_TENTHS = 10

Cycles = list[tuple[float, float]]
"""Pairs of depth (share of the capacity) and count (1 for a full cycle, 0.5 for a half), shallow ones first."""


def cycles(soc_fraction: Values) -> Cycles:
    """The cycles of a state of charge over capacity, the state before the first step first.

    First and last point are reversals, plateaus are one point, what closes no cycle counts as half cycles. (The last
    point is given twice: the library finds no cycle in a series of two points.)
    """
    points = soc_fraction.tolist()
    found = ((depth, count) for depth, _, count, _, _ in extract_cycles([*points, *points[-1:]]))
    return sorted((depth, count) for depth, count in found if depth >= LEAST_DEPTH)


def cycles_to_failure(depth: Values, cycle_life: Sequence[CycleLife]) -> Values:
    """N(depth): how many cycles of each depth a battery lasts, by a curve of depths and cycles.

    Linear in (log depth, log cycles), beyond the ends along the outer segment; a curve of one point is cycles x
    depth_0 / depth.
    """
    if len(cycle_life) == 1:
        return cycle_life[0].cycles * cycle_life[0].depth / depth
    x = np.log([point.depth for point in cycle_life])
    y = np.log([point.cycles for point in cycle_life])
    segment = np.clip(np.searchsorted(x, np.log(depth)) - 1, 0, len(x) - 2)
    slope = np.diff(y) / np.diff(x)
    return np.exp(y[segment] + slope[segment] * (np.log(depth) - x[segment]))


def damage(counted: Cycles, cycle_life: Sequence[CycleLife] | None) -> float | None:
    """The share of its cycle life that a battery has used, sum of count / N(depth); None without a curve."""
    if cycle_life is None:
        return None
    depth, count = np.array(counted, dtype=np.float64).reshape(-1, 2).T
    return fsum((count / cycles_to_failure(depth, cycle_life)).tolist())


def histogram(counted: Cycles) -> list[dict[str, float]]:
    """Counts by tenths of depth, each from above `depth_from` up to and including `depth_to`."""
    depth, count = np.array(counted, dtype=np.float64).reshape(-1, 2).T
    tenth = np.clip(np.ceil(depth * _TENTHS - LEAST_DEPTH).astype(np.int64) - 1, 0, _TENTHS - 1)
    counts = np.bincount(tenth, weights=count, minlength=_TENTHS).tolist()
    return [
        {"depth_from": place / _TENTHS, "depth_to": (place + 1) / _TENTHS, "count": float(each)}
        for place, each in enumerate(counts)
    ]


def cycle_figures(counted: Cycles, cycle_life: Sequence[CycleLife] | None) -> dict[str, Any]:
    """The block `battery.cycles` of metrics.json; the mean depth is None where there is no cycle."""
    total = fsum(count for _, count in counted)
    return {
        "count": total,
        "mean_depth": fsum(depth * count for depth, count in counted) / total if total > 0 else None,
        "damage": damage(counted, cycle_life),
        "histogram": histogram(counted),
    }


def soh(degradation: Degradation, used: float | None, days: int) -> dict[str, float | None]:
    """The block `battery.soh`: fade of the capacity by cycles and by time, and the state of health that is left.

    cycle_fade = damage x (1 - end_of_life_soh); calendar_fade = rate x days / 365; end_soh = 1 - both, at least 0.
    Without a curve of cycle life (damage None) the first and the last are None: what is not known is not 0.
    """
    calendar_fade = degradation.calendar_fade_per_year * days / DAYS_OF_YEAR
    if used is None:
        return {"cycle_fade": None, "calendar_fade": calendar_fade, "end_soh": None}
    cycle_fade = used * (1 - degradation.end_of_life_soh)
    return {
        "cycle_fade": cycle_fade,
        "calendar_fade": calendar_fade,
        "end_soh": max(0.0, 1 - cycle_fade - calendar_fade),
    }


def matching_wear_cost(replacement_cost_gbp: float, used: float | None, discharge_kwh: float) -> float | None:
    """The linear wear cost that charges what a dispatch wore off: replacement cost x damage / discharge    [GBP/kWh].

    None without a curve of cycle life, or without discharge.
    """
    return None if used is None or discharge_kwh <= 0 else replacement_cost_gbp * used / discharge_kwh
