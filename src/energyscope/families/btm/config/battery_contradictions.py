"""Where fields of the battery contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from energyscope.families.btm.config.clashes import Spot, clash, idle
from energyscope.families.btm.config.schemas import Battery, CycleLife, RollingTerminal, TerminalSoc
from energyscope.language.diagnostics import Diagnostic


def of_battery(spot: Spot, battery: Battery | None) -> Iterator[Diagnostic]:
    """Contradictions of a battery; one without capacity is none and may say what it likes."""
    if battery is None:
        return
    wrong_window = list(_window(spot, battery))
    yield from wrong_window
    yield from _states_beyond(spot, battery) if wrong_window else _states(spot, battery)
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
    for state, given in _given_states(spot, battery):
        if not battery.min_soc_kwh <= given <= battery.highest_soc_kwh:
            yield clash("a state of charge within the window", state, *_ends(spot, battery))


def _states_beyond(spot: Spot, battery: Battery) -> Iterator[Diagnostic]:
    """States that no window between the ends that are given would hold, where these ends are themselves wrong."""
    low, high = sorted((battery.min_soc_kwh, battery.highest_soc_kwh))
    for state, given in _given_states(spot, battery):
        if given > battery.capacity_kwh:
            yield clash("no more than the capacity", state, spot / "capacity_kwh")
        elif not low <= given <= high:
            yield clash("a state of charge within the window", state, *_ends(spot, battery))


def _given_states(spot: Spot, battery: Battery) -> Iterator[tuple[Spot, float]]:
    """The state before the first step and a fixed one after the last, as far as they are given."""
    terminal = battery.terminal_soc
    if battery.initial_soc_kwh is not None:
        yield spot / "initial_soc_kwh", battery.initial_soc_kwh
    if terminal.mode == "fixed" and terminal.soc_kwh is not None:
        yield spot / "terminal_soc" / "soc_kwh", terminal.soc_kwh


def _ends(spot: Spot, battery: Battery) -> tuple[Spot, Spot]:
    """The fields that say where the window begins and ends."""
    return spot / "min_soc_kwh", spot / ("capacity_kwh" if battery.max_soc_kwh is None else "max_soc_kwh")


def terminal_state(spot: Spot, terminal: TerminalSoc | RollingTerminal) -> Iterator[Diagnostic]:
    """`fixed` needs a state of charge, `valued` a value."""
    if terminal.mode == "fixed" and terminal.soc_kwh is None:
        yield clash("a state of charge", spot / "mode", spot / "soc_kwh", help="give `soc_kwh`")
    if terminal.mode == "valued" and terminal.value_gbp_per_kwh is None:
        yield clash("a value", spot / "mode", spot / "value_gbp_per_kwh", help="give `value_gbp_per_kwh`")


def idle_figures(spot: Spot, terminal: TerminalSoc | RollingTerminal) -> Iterator[Diagnostic]:
    """Warnings of a state of charge, or a value of it, that the mode does not look at."""
    for mode, field in (("fixed", "soc_kwh"), ("valued", "value_gbp_per_kwh")):
        if terminal.mode != mode and getattr(terminal, field) is not None:
            yield idle(spot / field, f"but the mode is `{terminal.mode}`", f"leave it out, or set `mode: {mode}`")


def _cycle_life(spot: Spot, points: tuple[CycleLife, ...]) -> Iterator[Diagnostic]:
    """Depth rises, cycles fall."""
    for place, (before, after) in enumerate(pairwise(points)):
        if after.depth <= before.depth:
            yield clash("a greater depth than before", spot / (place + 1) / 0, spot / place / 0)
        if after.cycles >= before.cycles:
            yield clash("fewer cycles than before", spot / (place + 1) / 1, spot / place / 1)
