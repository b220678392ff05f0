"""From the configuration and the time series of a run to the numbers of its linear program."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energyscope.families.btm import columns
from energyscope.families.btm.config.schemas import (
    Battery,
    CapacityCharge,
    DemandCharge,
    RunConfig,
    Service,
    SiteConfig,
    TerminalSoc,
)
from energyscope.families.btm.program.inputs import Capacity, Demand, Inputs, Metering, ReserveService, Storage
from energyscope.families.btm.program.state import RollingState, WholeRun, end_of
from energyscope.families.btm.refusals import refuse
from energyscope.families.btm.tariff.calendar import HALF_HOUR, Calendar, cuts, metering
from energyscope.families.btm.tariff.demand import demand_months, excess_months
from energyscope.families.btm.tariff.rates import effective_prices
from energyscope.families.btm.tariff.triads import triad_rates
from energyscope.families.btm.tariff.windows import in_windows
from energyscope.modeldata.symbols import Values

__all__ = ["RollingState", "WholeRun", "inputs_of"]


def inputs_of(
    site: SiteConfig,
    run: RunConfig,
    frame: pd.DataFrame,
    *,
    whole: WholeRun | None = None,
    state: RollingState | None = None,
) -> Inputs:
    """A run as numbers.

    `frame` is as `check_frame` gives it: UTC starts of equal steps, float columns. A window of a rolling run also gives
    the facts of the `whole` run and the `state` that it begins with.
    """
    calendar = Calendar.of(frame.index, site.timezone, run.timestep_minutes)
    whole = WholeRun.of_calendar(run, frame, calendar) if whole is None else whole
    storage = _storage(site.storage, calendar, whole, state)
    return _inputs(site, run, frame, calendar, whole, state or RollingState.at_start(site), storage)


def _inputs(
    site: SiteConfig,
    run: RunConfig,
    frame: pd.DataFrame,
    calendar: Calendar,
    whole: WholeRun,
    state: RollingState,
    storage: Storage | None,
) -> Inputs:
    load, pv = _column(frame, columns.LOAD), _column(frame, columns.PV)
    import_price, export_price = effective_prices(run, frame, calendar)
    import_bound, export_bound = _grid_bounds(site, load, pv)
    intervals = _intervals(run, calendar)
    triad_rate, triad_credit = triad_rates(run.tariff.triad_charge, calendar, whole.triads)
    return Inputs(
        index=calendar.index,
        dt=calendar.dt,
        load=load,
        pv=pv,
        import_price=import_price,
        export_price=export_price,
        import_bound=import_bound,
        export_bound=export_bound,
        flex_available=np.minimum(_column(frame, columns.FLEX_AVAILABLE), load),
        flex_price=_column(frame, columns.FLEX_PRICE),
        triad_rate=triad_rate,
        triad_credit=triad_credit,
        curtailable=site.pv.curtailable,
        day=calendar.day,
        day_names=calendar.day_names,
        month=calendar.month,
        month_names=calendar.month_names,
        flex_day_max=_left_by_day(site.flex.max_kwh_per_day, calendar, state.flex_used_kwh),
        flex_total_max=max(_limit(site.flex.max_kwh_total) - state.flex_used_total_kwh, 0.0),
        storage=storage,
        demand=tuple(_demand(charge, calendar, intervals, whole, state) for charge in run.tariff.demand_charges),
        capacity=_capacity(run.tariff.capacity_charge, calendar, intervals, whole, state),
        services=tuple(_service(each, frame) for each in run.tariff.services),
        constant_cost=whole.constant_cost,
    )


def _column(frame: pd.DataFrame, name: str) -> Values:
    """A column of the time series, zeros where it is absent."""
    return frame[name].to_numpy(np.float64) if name in frame else np.zeros(len(frame))


def _grid_bounds(site: SiteConfig, load: Values, pv: Values) -> tuple[Values, Values]:
    """i_t <= min(import_limit, load_t + max_charge); e_t <= min(export_limit, pv_t + max_discharge)    [kW].

    The second terms never cut a physical dispatch and keep the relaxation bounded.
    """
    battery, grid = site.storage, site.grid
    charge, discharge = (0.0, 0.0) if battery is None else (battery.max_charge_kw, battery.max_discharge_kw)
    import_bound = np.minimum(_limit(grid.import_limit_kw), load + charge)
    return import_bound, np.minimum(_limit(grid.export_limit_kw), pv + discharge)


def _limit(value: float | None) -> float:
    return np.inf if value is None else value


def _left_by_day(daily: float | None, calendar: Calendar, used: Mapping[str, float]) -> Values:
    """What is left of a daily amount on each local date [kWh], inf without a limit."""
    return np.maximum(_limit(daily) - np.array([used.get(day, 0.0) for day in calendar.day_names]), 0.0)


def _storage(
    battery: Battery | None, calendar: Calendar, whole: WholeRun, state: RollingState | None
) -> Storage | None:
    if battery is None:
        return None
    rule = battery.terminal_soc if state is None else state.terminal
    terminal_min, terminal_max = _terminal(battery, rule, calendar, whole, state)
    cycles = battery.max_cycles_per_day
    daily = None if cycles is None else cycles * battery.capacity_kwh
    return Storage(
        eta_charge=battery.charge_efficiency,
        eta_discharge=battery.discharge_efficiency,
        retention=(1.0 - battery.self_discharge_per_hour) ** calendar.dt,
        soc_min=battery.min_soc_kwh,
        soc_max=battery.highest_soc_kwh,
        soc_initial=_initial(battery, state),
        max_charge=battery.max_charge_kw,
        max_discharge=battery.max_discharge_kw,
        wear_cost=battery.degradation.wear_cost_gbp_per_kwh,
        terminal_value=(rule.value_gbp_per_kwh or 0.0) if rule.mode == "valued" else 0.0,
        terminal_min=terminal_min,
        terminal_max=terminal_max,
        grid_charging=battery.allow_grid_charging,
        battery_export=battery.allow_battery_export,
        daily_discharge_max=_left_by_day(daily, calendar, {} if state is None else state.discharged_kwh),
    )


def _initial(battery: Battery, state: RollingState | None) -> float | None:
    """State of charge before the first step [kWh]; None where the optimiser chooses it (cyclic)."""
    if state is not None:
        return state.soc_kwh
    return None if battery.terminal_soc.mode == "cyclic" else battery.first_soc_kwh


def _terminal(
    battery: Battery, rule: TerminalSoc, calendar: Calendar, whole: WholeRun, state: RollingState | None
) -> tuple[float, float]:
    """Least and most that is left at the end [kWh]; -inf and inf where there is no such row.

    `at_least_initial` means the initial state of the run in a window that ends with the run, that of the window in one
    that ends before. A window cannot choose a start that is past: there `cyclic` ends at the initial state of the run.
    """
    ends_the_run = end_of(calendar) >= whole.end
    initial = battery.first_soc_kwh if state is None or ends_the_run else state.soc_kwh
    if rule.mode == "fixed":
        soc = initial if rule.soc_kwh is None else rule.soc_kwh
        return soc, soc
    if rule.mode == "cyclic" and state is not None:
        return battery.first_soc_kwh, battery.first_soc_kwh
    return (initial, np.inf) if rule.mode == "at_least_initial" else (-np.inf, np.inf)


def _intervals(run: RunConfig, calendar: Calendar) -> dict[int, Metering]:
    """The metering intervals of every length that charges ask for; charges share them."""
    lengths = {charge.metering_interval_minutes for charge in run.tariff.demand_charges}
    lengths |= {HALF_HOUR} if run.tariff.capacity_charge is not None else set()
    return {minutes: _whole_intervals(calendar, minutes) for minutes in sorted(lengths)}


def _whole_intervals(calendar: Calendar, minutes: int) -> Metering:
    if cuts(calendar, minutes):
        raise refuse(
            "BTM211",
            f"steps from {calendar.index[0]} to {end_of(calendar)} cut a metering interval of {minutes} min; "
            "a demand or capacity charge needs whole ones",
            f"begin and end on a multiple of {minutes} min of the UTC clock",
        )
    return metering(calendar, minutes)


def _demand(
    charge: DemandCharge,
    calendar: Calendar,
    meterings: Mapping[int, Metering],
    whole: WholeRun,
    state: RollingState,
) -> Demand:
    intervals = meterings[charge.metering_interval_minutes]
    local = calendar.local.at(intervals.steps[:, 0])
    metered = np.flatnonzero(in_windows(local, charge.windows, charge.exclude_dates)).astype(np.int64)
    carried = state.incurred_peak_kw.get(charge.name, {})
    months = demand_months(charge, calendar, days=whole.days, carried_kw=carried)
    return Demand(
        name=charge.name,
        metering=intervals,
        metered=metered,
        metered_month=intervals.month[metered],
        rate=months.rate,
        incurred=months.incurred,
        ratchet_fraction=months.ratchet_fraction,
        ratchet_floor=months.ratchet_floor,
        lookback=months.lookback,
    )


def _capacity(
    charge: CapacityCharge | None,
    calendar: Calendar,
    meterings: Mapping[int, Metering],
    whole: WholeRun,
    state: RollingState,
) -> Capacity | None:
    if charge is None:
        return None
    rate, floor = excess_months(charge, calendar, days=whole.days, carried_kva=state.incurred_kva)
    return Capacity(meterings[HALF_HOUR], charge.agreed_capacity_kva, charge.power_factor, rate, floor)


def _service(service: Service, frame: pd.DataFrame) -> ReserveService:
    price = frame[service.price_column].to_numpy(np.float64)
    return ReserveService(service.name, service.direction, price, service.max_kw, service.duration_hours)
