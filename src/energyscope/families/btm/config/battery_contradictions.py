"""Where fields of the battery contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from energyscope.families.btm.config.clashes import Spot, clash
from energyscope.families.btm.config.schemas import Battery, CycleLife, RollingTerminal, TerminalSoc
from energyscope.language.diagnostics import Diagnostic


def of_battery(spot: Spot, battery: Battery | None) -> Iterator[Diagnostic]:
    """Contradictions of a battery; one without capacity is none and may say what it likes."""
    if battery is None:
        return
    wrong_window = list(_window(spot, battery))
    yield from wrong_window or _states(spot, battery)
    yield from terminal_state(spot / "terminal_soc", battery.terminal_soc)
    yield from _cycle_life(spot / "degradation" / "cycle_life", battery.degradation.cycle_life or ())


def _window(spot: Spot, battery: Battery) -> Iterator[Diagnostic]:
    """0 <= min <= max <= capacity."""
    capacity, low, high = spot / "capacity_kwh", spot / "min_soc_kwh", spot / "max_soc_kwh"
    if battery.highest_soc_kwh > battery.capacity_kwh:
        yield clash("no more than the capacity", high, capacity)
    if battery.min_soc_kwh > battery.highest_soc_kwh:
        upper = capacity if battery.max_soc_kwh is None else high
        yield clash("a lower end below the upper", low, upper)


def _states(spot: Spot, battery: Battery) -> Iterator[Diagnostic]:
    """The states at the start and at the end lie in the window."""
    ends = (spot / "min_soc_kwh", spot / ("capacity_kwh" if battery.max_soc_kwh is None else "max_soc_kwh"))
    states = [(spot / "initial_soc_kwh", battery.initial_soc_kwh)]
    if battery.terminal_soc.mode == "fixed":
        states.append((spot / "terminal_soc" / "soc_kwh", battery.terminal_soc.soc_kwh))
    for state, given in states:
        if given is not None and not battery.min_soc_kwh <= given <= battery.highest_soc_kwh:
            yield clash("a state of charge within the window", state, *ends)


def terminal_state(spot: Spot, terminal: TerminalSoc | RollingTerminal) -> Iterator[Diagnostic]:
    """`fixed` needs a state of charge, `valued` a value."""
    if terminal.mode == "fixed" and terminal.soc_kwh is None:
        yield clash("a state of charge", spot / "mode", spot / "soc_kwh", help="give `soc_kwh`")
    if terminal.mode == "valued" and terminal.value_gbp_per_kwh is None:
        yield clash("a value", spot / "mode", spot / "value_gbp_per_kwh", help="give `value_gbp_per_kwh`")


def _cycle_life(spot: Spot, points: tuple[CycleLife, ...]) -> Iterator[Diagnostic]:
    """Depth rises, cycles fall."""
    for place, (before, after) in enumerate(pairwise(points)):
        if after.depth <= before.depth:
            yield clash("a greater depth than before", spot / (place + 1) / 0, spot / place / 0)
        if after.cycles >= before.cycles:
            yield clash("fewer cycles than before", spot / (place + 1) / 1, spot / place / 1)
