"""Why no dispatch satisfies all limits, in the words of the site: steps and kW, or the energy that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import linopy
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from energyscope.backends.highs import Arrays, Watch, load_arrays, run
from energyscope.backends.infeasibility import explain_infeasibility
from energyscope.backends.linopy_program import program_of
from energyscope.families.btm.program.inputs import Inputs, Places
from energyscope.families.btm.program.plant import step_names, storage_of
from energyscope.families.btm.refusals import BtmError, refuse
from energyscope.families.btm.solving.located import Site, shared_rows
from energyscope.modeldata.symbols import Symbols, Values

NOTABLE_KW = 1e-6
"""Shortfalls up to this come from the tolerance of the solver."""
FIRST = 5
"""Steps that are named."""

TARGETS = {"terminal_low": 1.0, "terminal_high": -1.0}
"""Rows on the last state of charge, and the sign of what they may be missed by."""

IMPORT_HELP = "raise grid.import_limit_kw or the battery's discharging power, or check load_kw at these steps"
EXPORT_HELP = "let PV be curtailed (pv.curtailable: true), or raise grid.export_limit_kw"
SOC_HELP = "lower the target of battery.terminal_soc, or check powers, efficiencies and limits of the connection"

LOSSES_HELP = "lower battery.min_soc_kwh or battery.self_discharge_per_hour, or raise battery.max_charge_kw"


@dataclass(frozen=True, eq=False)
class Infeasible:
    """A program without feasible point, and the sites that it is made of."""

    model: linopy.Model
    arrays: Arrays
    sites: tuple[Site, ...]
    watch: Watch


def explained(problem: Infeasible) -> BtmError:
    """The error BTM301 with the first reason that applies.

    Steps whose load cannot be covered, or whose PV cannot be taken, whatever the battery holds; a limit in common that
    sites which could be served alone cannot keep together; a state of charge at the end that cannot be reached; steps
    that cannot be covered since the battery holds too little; a least state of charge that cannot be kept up; else the
    family of rows that the cheapest violation breaks.
    """
    reasons: tuple[Callable[[Infeasible], BtmError | None], ...] = (
        _by_power,
        _by_shared,
        _by_target,
        _by_energy,
        _by_losses,
    )
    found = (reason(problem) for reason in reasons)
    return next((each for each in found if each is not None), None) or _by_family(problem)


def _by_power(problem: Infeasible) -> BtmError | None:
    """Steps in which full discharge cannot cover the load, or full charge cannot take what PV gives."""
    for site in problem.sites:
        inputs, battery = site.inputs, storage_of(site.inputs)
        sold = np.minimum(inputs.flex_available, inputs.load)
        short = inputs.load - sold - inputs.pv - battery.max_discharge - inputs.import_bound
        if (short > NOTABLE_KW).any():
            return _short(site, short)
        over = inputs.pv - inputs.load - battery.max_charge - inputs.export_bound
        if not inputs.curtailable and (over > NOTABLE_KW).any():
            return _over(site, over)
    return None


def _by_shared(problem: Infeasible) -> BtmError | None:
    """Steps in which the sites together need more than a limit in common, where nothing else is in the way."""
    rows = shared_rows(problem.model)
    misses = _misses(problem, [(np.arange(places.start, places.stop), -1.0) for places in rows.values()])
    for (name, places), miss in zip(rows.items(), misses or (), strict=False):
        if miss.max() > NOTABLE_KW:
            flow = name.removeprefix("shared_")
            limit = f"the limit in common of {problem.arrays.row_upper[places.start]:.6g} kW"
            where = _where(problem.sites[0].inputs, miss)
            help = f"raise shared.{flow}_limit_kw in portfolio.yaml: each site can be served alone"
            return refuse("BTM301", f"{flow} of all sites exceeds shared.{flow}_limit_kw, {limit}, {where}", help)
    return None


def _by_target(problem: Infeasible) -> BtmError | None:
    """How near the last state of charge comes to its target, where all else is possible."""
    opened = [(site, name) for site in problem.sites for name in TARGETS if name in site.rows]
    misses = _misses(problem, [(_rows(site, name), TARGETS[name]) for site, name in opened])
    for (site, name), miss in zip(opened, misses or (), strict=False):
        if miss.max() > NOTABLE_KW:
            battery = storage_of(site.inputs)
            target = battery.terminal_min if name == "terminal_low" else battery.terminal_max
            most = "highest" if name == "terminal_low" else "lowest"
            reached = target - TARGETS[name] * float(miss.max())
            needed = f"the state of charge at the end of the run must be {target:.6g} kWh"
            return refuse("BTM301", f"{_of(site)}{needed}; the {most} possible is {reached:.6g} kWh", SOC_HELP)
    return None


def _by_energy(problem: Infeasible) -> BtmError | None:
    """Steps that miss power, or have too much, by the least that any dispatch misses in all of them together."""
    supply = [(_rows(site, "energy_balance"), -1.0) for site in problem.sites]
    demand = [(rows, 1.0) for rows, _ in supply]
    targets = [
        (_rows(site, name), sign) for site in problem.sites for name, sign in TARGETS.items() if name in site.rows
    ]
    misses = _misses(problem, [*supply, *demand, *targets])
    if misses is None:
        return None
    count = len(problem.sites)
    for site, short, over in zip(problem.sites, misses[:count], misses[count : 2 * count], strict=True):
        if short.max() > NOTABLE_KW:
            return _short(site, short)
        if over.max() > NOTABLE_KW:
            return _over(site, over)
    return None


def _by_losses(problem: Infeasible) -> BtmError | None:
    """Steps that end below the least state of charge, by the least energy that would have to come from nowhere."""
    misses = _misses(problem, [(_rows(site, "soc_dynamics"), -1.0) for site in problem.sites])
    for site, miss in zip(problem.sites, misses or (), strict=False):
        if miss.max() > NOTABLE_KW:
            least = f"the state of charge cannot be kept at its least, {storage_of(site.inputs).soc_min:.6g} kWh"
            return refuse("BTM301", f"{_of(site)}{least}, {_where(site.inputs, miss, 'kWh')}", LOSSES_HELP)
    return None


def _by_family(problem: Infeasible) -> BtmError:
    """The family of rows that the cheapest violation breaks."""
    program = program_of(problem.model, Symbols())
    limit = None if problem.watch.time_limit is None else problem.watch.remaining
    explanation = explain_infeasibility(program, time_limit=limit)
    general = "no dispatch satisfies all limits"
    if not explanation.conflicts:
        return refuse("BTM301", general, f"no reason was found either: {explanation.solution.message}")
    worst = explanation.conflicts[0]
    families = ", ".join(dict.fromkeys(each.family for each in explanation.conflicts))
    message = f"{general}: `{worst.family}` would have to give way by {worst.largest:.6g}, as at {worst.example}"
    return refuse("BTM301", message, f"what takes part: {families}")


def _misses(problem: Infeasible, opened: list[tuple[Places, float]]) -> list[Values] | None:
    """By how much each group of rows is missed when the sum of all misses is least; None where that does not help."""
    if not opened:
        return None
    arrays = problem.arrays
    rows = np.concatenate([places for places, _ in opened])
    signs = np.concatenate([np.full(len(places), sign) for places, sign in opened])
    elastic = _with_misses(arrays, rows, signs)
    outcome = run(load_arrays(elastic), problem.watch)
    if outcome.status != "optimal" or outcome.primal is None:
        return None
    missed = outcome.primal[arrays.matrix.shape[1] :]
    return np.split(missed, np.cumsum([len(places) for places, _ in opened])[:-1])


def _with_misses(arrays: Arrays, rows: Places, signs: Values) -> Arrays:
    """The program with a column that helps each of the rows, and their sum for objective."""
    count, height = len(rows), arrays.matrix.shape[0]
    extra = sp.csr_array((signs, (rows, np.arange(count))), shape=(height, count))
    return replace(
        arrays,
        matrix=sp.csr_array(sp.hstack([arrays.matrix, extra], format="csr")),
        cost=np.concatenate([np.zeros_like(arrays.cost), np.ones(count)]),
        lower=np.concatenate([arrays.lower, np.zeros(count)]),
        upper=np.concatenate([arrays.upper, np.full(count, np.inf)]),
        integer=np.zeros(len(arrays.cost) + count, dtype=np.bool_),
    )


def _rows(site: Site, name: str) -> Places:
    places = site.rows[name]
    return np.arange(places.start, places.stop)


def _short(site: Site, missing: Values) -> BtmError:
    message = f"load - PV - discharge exceeds the import limit {_where(site.inputs, missing)}"
    return refuse("BTM301", _of(site) + message, IMPORT_HELP)


def _over(site: Site, surplus: Values) -> BtmError:
    message = f"PV - load - charge exceeds the export limit {_where(site.inputs, surplus)}, and PV may not be curtailed"
    return refuse("BTM301", _of(site) + message, EXPORT_HELP)


def _of(site: Site) -> str:
    """Which of several sites it is about."""
    return f"site {site.name}: " if site.name else ""


def _where(inputs: Inputs, amounts: Values, unit: str = "kW") -> str:
    """In how many steps, and the first of them with the amount."""
    places: NDArray[np.intp] = np.flatnonzero(amounts > NOTABLE_KW)
    names = step_names(pd.DatetimeIndex(inputs.index[places[:FIRST]]))
    told = ", ".join(f"{name} by {amounts[place]:.6g} {unit}" for name, place in zip(names, places, strict=False))
    steps = "1 step" if len(places) == 1 else f"{len(places)} steps"
    return f"in {steps}: {told}{', ...' if len(places) > FIRST else ''}"
