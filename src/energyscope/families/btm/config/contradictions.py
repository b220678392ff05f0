"""Where fields of a bundle contradict each other (BTM104), and where one has no effect (a warning, BTM290)."""

from __future__ import annotations

from collections.abc import Iterator

from energyscope.families.btm.config.battery_contradictions import idle_figures, of_battery, terminal_state
from energyscope.families.btm.config.clashes import Spot, clash
from energyscope.families.btm.config.schemas import PortfolioConfig, RunConfig, Scenarios, SiteConfig
from energyscope.families.btm.config.section import ConfigFile
from energyscope.families.btm.config.tariff_contradictions import idle_dates, of_tariff, same_names
from energyscope.families.btm.refusals import BtmError
from energyscope.language.diagnostics import Diagnostic

TEXT_BACKENDS = ("glpk", "ampl")
"""Backends that solve the text twin, which has no binaries."""


def contradictions(site: SiteConfig | None, run: RunConfig | None) -> list[Diagnostic]:
    """All contradictions within and between the configurations that are there, then warnings of fields without effect.

    They carry places where a configuration was read from a file.
    """
    found: list[Diagnostic] = []
    if site is not None:
        found += own_contradictions(site)
    if run is not None:
        found += [*own_contradictions(run), *of_choices(run)]
    if site is not None and run is not None:
        found += _between(site, run)
    return [*found, *_idle(site, run)]


def _idle(site: SiteConfig | None, run: RunConfig | None) -> Iterator[Diagnostic]:
    """Warnings of fields without effect."""
    if site is not None and site.storage is not None:
        yield from idle_figures(Spot(site, ("battery", "terminal_soc")), site.storage.terminal_soc)
    if run is not None:
        yield from idle_dates(Spot(run, ("tariff",)), run.tariff)
        yield from idle_figures(Spot(run, ("rolling", "terminal_soc")), run.rolling.terminal_soc)


def require_consistent(site: SiteConfig, run: RunConfig) -> list[Diagnostic]:
    """The warnings of a site and a run that do not contradict each other. Raises BtmError with all contradictions."""
    found = contradictions(site, run)
    if wrong := [each for each in found if each.severity == "error"]:
        raise BtmError(wrong)
    return found


def own_contradictions(config: ConfigFile) -> list[Diagnostic]:
    """The contradictions within one configuration that no option of a command can mend."""
    match config:
        case SiteConfig():
            return list(of_battery(Spot(config, ("battery",)), config.storage))
        case RunConfig():
            return [*of_tariff(config), *_of_rolling(config)]
        case Scenarios():
            return list(same_names(Spot(config, ("batteries",)), [battery.name for battery in config.batteries]))
        case PortfolioConfig():
            return list(same_names(Spot(config, ("sites",)), config.sites, field=None))
        case _:
            return []


def of_choices(run: RunConfig) -> Iterator[Diagnostic]:
    """Contradictions between fields that options of commands set."""
    spot = Spot(run, ())
    yield from of_horizon(run)
    if run.backend in TEXT_BACKENDS and run.exclusivity.mode == "full":
        mode = spot / "exclusivity" / "mode"
        yield clash(
            "a mode without binaries for this backend", mode, spot / "backend", help="use `relaxed` or `linopy`"
        )


def of_horizon(run: RunConfig) -> Iterator[Diagnostic]:
    """A horizon begins before it ends."""
    spot, horizon = Spot(run, ("horizon",)), run.horizon
    if horizon.start is not None and horizon.end is not None and horizon.start >= horizon.end:
        yield clash("a start before the end", spot / "start", spot / "end")


def _of_rolling(run: RunConfig) -> Iterator[Diagnostic]:
    """Contradictions between the windows of the live runner, the step, and the rule at the end of windows."""
    spot, step = Spot(run, ("rolling",)), Spot(run, ("timestep_minutes",))
    if run.rolling.step_hours > run.rolling.horizon_hours:
        yield clash("a step within the horizon", spot / "step_hours", spot / "horizon_hours")
    hours = [spot / "horizon_hours", spot / "step_hours"]
    if run.forecast.provider == "persistence":
        hours.append(Spot(run, ("forecast", "lag_hours")))
    for each in hours:
        if not _whole_steps(each.value / run.dt):
            yield clash("a whole number of steps", each, step)
    yield from terminal_state(spot / "terminal_soc", run.rolling.terminal_soc)


def _whole_steps(steps: float) -> bool:
    """Is a number of steps whole but for rounding? Hours such as 0.1 are not exact in binary, so 1e-9 is allowed."""
    part = steps % 1
    return min(part, 1 - part) <= 1e-9


def _between(site: SiteConfig, run: RunConfig) -> Iterator[Diagnostic]:
    """Contradictions between the site and the run."""
    battery = site.storage
    if battery is None:
        return
    spot, terminal = Spot(site, ("battery",)), run.rolling.terminal_soc
    low, high = battery.min_soc_kwh, battery.highest_soc_kwh
    if terminal.mode == "fixed" and terminal.soc_kwh is not None and not low <= terminal.soc_kwh <= high:
        target = Spot(run, ("rolling", "terminal_soc", "soc_kwh"))
        upper = spot / ("capacity_kwh" if battery.max_soc_kwh is None else "max_soc_kwh")
        yield clash("a state of charge within the window", target, spot / "min_soc_kwh", upper)


def of_underwriting(site: SiteConfig, run: RunConfig) -> list[Diagnostic]:
    """What hinders the runner `underwrite`: no mapping of costs, or a fade by cycles without a curve of cycles.

    No part of `contradictions`, as a command may run a bundle otherwise than its `runner` says.
    """
    if run.underwriting is None:
        help = "give `lifetime_years` and `discount_rate` at least"
        return [clash("a mapping of what the battery costs", Spot(run, ("underwriting",)), help=help)]
    battery, fade = site.storage, Spot(run, ("underwriting", "soh_fade_per_year"))
    if fade.value == "rainflow" and battery is not None and battery.degradation.cycle_life is None:
        curve = Spot(site, ("battery", "degradation", "cycle_life"))
        return [clash("a curve of cycles for it", fade, curve, help="or give the fade as a number")]
    return []
