"""One direction at a time: where the relaxation runs both ways, and the binaries that forbid it there.

The linear program lets battery and meter run both ways in one step, which only pays where a condition on prices fails.
Binaries are added for steps where it does, and the program is solved again until no step is left. The last program is a
relaxation of the one with binaries everywhere; its solution is feasible for that one, hence optimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.backends.highs import Arrays
from energyscope.families.btm.program.plant import storage_of
from energyscope.families.btm.solving.located import Site
from energyscope.families.btm.solving.netting import export_income, import_cost
from energyscope.modeldata.symbols import Values

PAIRS = (("Import", "Export"), ("Charge", "Discharge"))
"""Variables of which one may be positive in a step."""
GRID, BATTERY = PAIRS

Steps = NDArray[np.bool_]
"""Sites x pairs x steps: which of them are meant."""


@dataclass(frozen=True, eq=False)
class Binaries:
    """A program with binaries behind its columns: binary k lets `first[k]` be positive if 1, `second[k]` if 0.

    `first_limit` and `second_limit` are what these can be at most [kW].
    """

    arrays: Arrays
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    first_limit: Values
    second_limit: Values


def both_ways(flows: Mapping[str, Values]) -> Values:
    """What runs both ways: the smaller flow of each pair in each step [kW], pairs x steps."""
    return np.array([np.minimum(flows[one], flows[other]) for one, other in PAIRS])


def widened(site: Site, found: Steps, value: Values) -> Steps:
    """The steps of each pair that were found, each with the run of steps around it that fails for the same reason.

    The meter runs both ways where export earns more than import costs. The battery does where energy is worth nothing
    or less: where import is paid for, or, at any price, by `value`, what a kW more at the site saves in a step [GBP].
    """
    inputs = site.inputs
    reasons = {
        GRID: (export_income(inputs) > import_cost(inputs),),
        BATTERY: (import_cost(inputs) < 0, value <= 0),
    }
    wide = found.copy()
    for number, pair in enumerate(PAIRS):
        unexplained = found[number]
        for reason in reasons[pair]:
            wide[number] |= _runs(reason, unexplained & reason)
            unexplained = unexplained & ~reason
    return wide


def _runs(holds: NDArray[np.bool_], marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """All steps of those runs of `holds` that have a mark."""
    run = np.cumsum(np.diff(holds, prepend=False) & holds)
    return holds & np.isin(run, run[marked])


def everywhere(site: Site) -> Steps:
    """All steps of all pairs."""
    return np.ones((len(PAIRS), site.inputs.steps), dtype=np.bool_)


def with_binaries(arrays: Arrays, sites: tuple[Site, ...], steps: Steps) -> Binaries:
    """The program with a binary for each pair and step that is named, unless one of the flows cannot be positive.

    first <= limit u and second <= limit (1 - u), where the limits are those of the columns, and for the battery what
    fits into its usable window in one step.
    """
    first, second = _columns(sites, steps)
    possible = (arrays.upper[first] > 0) & (arrays.upper[second] > 0)
    first, second = first[possible], second[possible]
    limit = _tightened(arrays.upper, sites)
    count, width = len(first), arrays.matrix.shape[1]
    binary = np.arange(width, width + count)
    up = _rows(first, binary, -limit[first], width + count)
    down = _rows(second, binary, limit[second], width + count)
    old = arrays.matrix
    wide = sp.csr_array((old.data, old.indices, old.indptr), shape=(old.shape[0], width + count))
    added = replace(
        arrays,
        matrix=sp.vstack([wide, up, down], format="csr"),
        row_lower=np.concatenate([arrays.row_lower, np.full(2 * count, -np.inf)]),
        row_upper=np.concatenate([arrays.row_upper, np.zeros(count), limit[second]]),
        cost=np.concatenate([arrays.cost, np.zeros(count)]),
        lower=np.concatenate([arrays.lower, np.zeros(count)]),
        upper=np.concatenate([arrays.upper, np.ones(count)]),
        integer=np.concatenate([arrays.integer, np.ones(count, dtype=np.bool_)]),
    )
    return Binaries(added, first, second, limit[first], limit[second])


def decided(binaries: Binaries, primal: Values, upper: Values) -> Values:
    """The upper bounds of the columns of the linear program when each binary is what it was found to be."""
    forward = primal[len(primal) - len(binaries.first) :] > 0.5
    bounds = upper.copy()
    bounds[np.where(forward, binaries.second, binaries.first)] = 0.0
    return bounds


def _columns(sites: tuple[Site, ...], steps: Steps) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The columns of the flows of the pairs and steps that are named: those that are first, and their counterparts."""
    first, second = [], []
    for site, of_site in zip(sites, steps, strict=True):
        for (one, other), wanted in zip(PAIRS, of_site, strict=True):
            places = np.flatnonzero(wanted)
            first.append(site.columns[one].start + places)
            second.append(site.columns[other].start + places)
    return np.concatenate(first), np.concatenate(second)


def _tightened(upper: Values, sites: tuple[Site, ...]) -> Values:
    """The upper bounds of the columns; what runs one way in a step moves no more than the usable window [kW]."""
    bounds = upper.copy()
    for site in sites:
        battery, dt = storage_of(site.inputs), site.inputs.dt
        charged = (battery.soc_max - battery.retention * battery.soc_min) / (battery.eta_charge * dt)
        discharged = (battery.retention * battery.soc_max - battery.soc_min) * battery.eta_discharge / dt
        for name, most in (("Charge", charged), ("Discharge", discharged)):
            places = site.columns[name]
            bounds[places] = np.minimum(bounds[places], max(most, 0.0))
    return bounds


def _rows(columns: NDArray[np.int64], binary: NDArray[np.int64], factors: Values, width: int) -> sp.csr_array:
    """Rows `column + factor binary`."""
    count = len(columns)
    entries = np.column_stack([np.ones(count), factors]).ravel()
    places = np.column_stack([columns, binary]).ravel()
    return sp.csr_array((entries, places, np.arange(count + 1) * 2), shape=(count, width))
