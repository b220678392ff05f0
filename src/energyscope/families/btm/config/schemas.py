"""The configuration files of run bundles and portfolios, field by field.

Power kW, energy kWh, money GBP (positive is cost to the site), prices GBP/kWh, demand rates GBP/kW. Every flow is >= 0
in the direction of its name. `null` stands for the default. What one field alone can be wrong about is said here and in
`fieldtypes`; what two fields contradict each other in stands in `contradictions`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from energyscope.families.btm.config.fieldtypes import (
    AboveMinusOne,
    AboveZero,
    AsPair,
    AtLeastZero,
    Clock,
    Day,
    Efficiency,
    Finite,
    Flag,
    HalfHour,
    Identifier,
    InnerShare,
    Instant,
    Integer,
    Loss,
    MeteringMinutes,
    Month,
    MonthOfYear,
    Name,
    Patch,
    ServiceName,
    Share,
    Text,
    Timestep,
    Whole,
    Years,
    Zone,
)
from energyscope.families.btm.config.section import ConfigFile, Section

SCHEMA_VERSION = 1
"""Version of all schemas of a bundle."""


def _version(value: object) -> object:
    if value != SCHEMA_VERSION or isinstance(value, bool):
        raise PydanticCustomError("BTM106", "{phrase}", {"phrase": f"{SCHEMA_VERSION}"})
    return SCHEMA_VERSION


Version: TypeAlias = Annotated[int, BeforeValidator(_version)]
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class TerminalSoc(Section):
    """What is asked of the state of charge at the end of the run."""

    mode: Literal["free", "at_least_initial", "fixed", "cyclic", "valued"] = "at_least_initial"
    soc_kwh: AtLeastZero | None = Field(default=None, description="the state of charge at the end, for `fixed` [kWh]")
    value_gbp_per_kwh: Finite | None = Field(default=None, description="of final minus initial, for `valued` [GBP/kWh]")


class CycleLife(Section):
    """One point of a curve: how many cycles of this depth until the end of life; a pair [depth, cycles] in the file."""

    depth: Efficiency
    cycles: AboveZero


class Degradation(Section):
    """Wear of the battery: linear in the objective, by cycles and time after the solve."""

    wear_cost_gbp_per_kwh: AtLeastZero = Field(default=0.0, description="per kWh discharged at the AC side [GBP/kWh]")
    cycle_life: tuple[Annotated[CycleLife, AsPair], ...] | None = Field(
        default=None, min_length=1, description="depth [1] rising, cycles falling; null: wear by cycles is not counted"
    )
    calendar_fade_per_year: Loss = Field(default=0.0, description="loss of capacity by time alone [1/a]")
    end_of_life_soh: InnerShare = Field(
        default=0.8, description="state of health at which the cycles of `cycle_life` end [1]"
    )


class Battery(Section):
    """A battery behind the meter; powers at the AC side."""

    capacity_kwh: AtLeastZero = Field(description="nameplate energy; 0: no battery [kWh]")
    max_charge_kw: AtLeastZero = Field(description="at the AC side [kW]")
    max_discharge_kw: AtLeastZero = Field(description="at the AC side [kW]")
    charge_efficiency: Efficiency = Field(default=0.95, description="AC to store [1]")
    discharge_efficiency: Efficiency = Field(default=0.95, description="store to AC [1]")
    self_discharge_per_hour: Loss = Field(
        default=0.0, description="fraction of the stored energy lost in an hour [1/h]"
    )
    min_soc_kwh: AtLeastZero = Field(default=0.0, description="lower end of the usable window [kWh]")
    max_soc_kwh: AtLeastZero | None = Field(
        default=None, description="upper end of the window; null: the capacity [kWh]"
    )
    initial_soc_kwh: AtLeastZero | None = Field(
        default=None, description="before the first step; null: min_soc_kwh [kWh]"
    )
    terminal_soc: TerminalSoc = TerminalSoc()
    allow_grid_charging: Flag = Field(default=True, description="false: charge <= PV used")
    allow_battery_export: Flag = Field(default=True, description="false: export <= PV used")
    max_cycles_per_day: AboveZero | None = Field(
        default=None, description="discharged AC energy of a local day over capacity_kwh; null: no limit [1/d]"
    )
    degradation: Degradation = Degradation()

    @property
    def highest_soc_kwh(self) -> float:
        """Upper end of the usable window [kWh]."""
        return self.capacity_kwh if self.max_soc_kwh is None else self.max_soc_kwh

    @property
    def first_soc_kwh(self) -> float:
        """State of charge before the first step [kWh]."""
        return self.min_soc_kwh if self.initial_soc_kwh is None else self.initial_soc_kwh


class Grid(Section):
    """The connection: mean power of a step."""

    import_limit_kw: AtLeastZero | None = Field(default=None, description="null: no limit [kW]")
    export_limit_kw: AtLeastZero | None = Field(
        default=None, description="export margin; 0: zero export; null: no limit [kW]"
    )


class Pv(Section):
    """What may be done with the yield of the PV plant."""

    curtailable: Flag = Field(default=True, description="false: all PV must go somewhere")


class Flex(Section):
    """Limits of sold load curtailment."""

    max_kwh_per_day: AtLeastZero | None = Field(default=None, description="of a local day; null: no limit [kWh]")
    max_kwh_total: AtLeastZero | None = Field(default=None, description="of the run; null: no limit [kWh]")


class SiteConfig(ConfigFile):
    """site_config.yaml: the plant behind one meter."""

    schema_version: Version
    site_id: Identifier
    timezone: Zone = Field(default="Europe/London", description="clock of windows, days and billing months")
    grid: Grid = Grid()
    pv: Pv = Pv()
    battery: Battery | None = Field(default=None, description="null: no battery")
    flex: Flex = Flex()

    @property
    def storage(self) -> Battery | None:
        """The battery, None also for one without capacity."""
        return self.battery if self.battery is not None and self.battery.capacity_kwh > 0 else None


class Window(Section):
    """A part of the week on the local clock: [start, end) on such days of such months."""

    months: tuple[MonthOfYear, ...] | None = Field(default=None, description="1 to 12; null: all")
    days: tuple[Weekday, ...] | None = Field(default=None, description="mon to sun; null: all")
    start: Clock = Field(default="00:00", description="included")
    end: Clock = Field(default="24:00", description="excluded")

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end in minutes of the local clock."""
        first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (self.start, self.end))
        return first, last


class Band(Section):
    """A rate and when it holds; without windows always."""

    name: Name
    rate_gbp_per_kwh: Finite = Field(description="positive is a cost, also for export [GBP/kWh]")
    windows: tuple[Window, ...] = ()


class VolumetricCharge(Section):
    """Charge per kWh by bands; a step takes the rate of the first band that matches, none is 0."""

    name: Name
    direction: Literal["import", "export"] = "import"
    exclude_dates: tuple[Day, ...] = Field(default=(), description="local dates on which no window holds")
    bands: tuple[Band, ...] = ()


class Ratchet(Section):
    """The chargeable demand is at least a fraction of the highest peak of the months before."""

    fraction: Share
    lookback_months: Whole = 11
    history_kw: dict[Month, AtLeastZero] = Field(default={}, description="peaks of months before the run [kW]")


class DemandCharge(Section):
    """Charge for the highest metered mean of import in each billing month."""

    name: Name
    rate_gbp_per_kw: AtLeastZero = Field(description="for every month touched [GBP/kW]")
    windows: tuple[Window, ...] = ()
    exclude_dates: tuple[Day, ...] = Field(default=(), description="local dates on which no window holds")
    metering_interval_minutes: MeteringMinutes = Field(default=30, description="on the UTC clock [min]")
    incurred_peak_kw: dict[Month, AtLeastZero] = Field(
        default={}, description="metered in the month before the run [kW]"
    )
    prorate: Flag = Field(default=False, description="rate times days of the month in the run over days of the month")
    ratchet: Ratchet | None = None


class CapacityCharge(Section):
    """Agreed supply capacity and what is paid for exceeding it; a breach is paid for the whole month."""

    agreed_capacity_kva: AtLeastZero
    rate_gbp_per_kva_day: AtLeastZero = Field(default=0.0, description="of the agreed capacity [GBP/(kVA d)]")
    excess_rate_gbp_per_kva_day: AtLeastZero = Field(default=0.0, description="of what exceeds it [GBP/(kVA d)]")
    power_factor: Efficiency = Field(default=1.0, description="kW over kVA, constant [1]")
    incurred_kva: dict[Month, AtLeastZero] = Field(default={}, description="metered in the month before the run [kVA]")


class TriadCharge(Section):
    """Charge on the mean import, and credit on the mean export, of three half-hours of a winter."""

    rate_gbp_per_kw: AtLeastZero = Field(description="of the mean of the three [GBP/kW]")
    export_credit_gbp_per_kw: AtLeastZero = Field(default=0.0, description="of the mean of the three [GBP/kW]")
    half_hours: tuple[HalfHour, ...] | None = None
    select: Literal["system_demand"] | None = None


class FixedCharge(Section):
    """Charge per local day, whatever is used."""

    name: Name
    rate_gbp_per_day: Finite


class Service(Section):
    """Reserve sold at a price per kW and hour of availability."""

    name: ServiceName
    direction: Literal["up", "down"]
    price_column: Name = Field(description="a column of the time series [GBP/(kW h)]")
    max_kw: AtLeastZero
    duration_hours: AboveZero = Field(description="for which the energy, or the room for it, is held [h]")


class Tariff(Section):
    """All that a site pays and is paid, before VAT."""

    import_price_multiplier: AboveZero = Field(default=1.0, description="line losses, for instance [1]")
    export_price_multiplier: AboveZero = Field(default=1.0, description="line losses, for instance [1]")
    volumetric_charges: tuple[VolumetricCharge, ...] = ()
    demand_charges: tuple[DemandCharge, ...] = ()
    capacity_charge: CapacityCharge | None = None
    triad_charge: TriadCharge | None = None
    fixed_charges: tuple[FixedCharge, ...] = ()
    services: tuple[Service, ...] = ()


class Horizon(Section):
    """Half-open part of the data that is used; null is all of it."""

    start: Instant | None = None
    end: Instant | None = None


class Exclusivity(Section):
    """How charging with discharging, and import with export, in one step is ruled out."""

    mode: Literal["auto", "relaxed", "full"] = "auto"
    tolerance_kw: AboveZero = Field(default=1e-6, description="both ways at once by more than this is a violation [kW]")


class SolverChoice(Section):
    """The solver and its own options."""

    name: Name = "highs"
    options: dict[str, Flag | Integer | Finite | Text] = Field(default={}, description="by the solver's own names")
    time_limit_s: AboveZero | None = Field(default=None, description="null: no limit [s]")
    threads: Whole = Field(default=1, description="1 keeps results identical")


class RollingTerminal(Section):
    """What is asked of the state of charge at the end of a window that ends before the run."""

    mode: Literal["free", "at_least_initial", "fixed", "valued"] = "free"
    soc_kwh: AtLeastZero | None = Field(default=None, description="for `fixed` [kWh]")
    value_gbp_per_kwh: Finite | None = Field(default=None, description="of final minus initial, for `valued` [GBP/kWh]")


class Rolling(Section):
    """Windows of the live runner."""

    horizon_hours: AboveZero = Field(default=48.0, description="planned ahead [h]")
    step_hours: AboveZero = Field(default=24.0, description="kept of every plan [h]")
    terminal_soc: RollingTerminal = RollingTerminal()


class Forecast(Section):
    """What the live runner knows of the future; further providers register by entry point."""

    provider: Name = Field(default="replay", description="replay, persistence, file, or one that is installed")
    lag_hours: AboveZero = Field(default=24.0, description="of persistence [h]")


class Underwriting(Section):
    """What the battery costs and what its savings are worth over its life."""

    capex_gbp_per_kwh: AtLeastZero = Field(default=0.0, description="times capacity_kwh [GBP/kWh]")
    capex_gbp_per_kw: AtLeastZero = Field(default=0.0, description="times max_discharge_kw [GBP/kW]")
    capex_fixed_gbp: Finite = Field(default=0.0, description="negative: a grant [GBP]")
    opex_gbp_per_year: Finite = 0.0
    opex_escalation: AboveMinusOne = Field(default=0.0, description="[1/a]")
    lifetime_years: Years
    discount_rate: AboveMinusOne = Field(description="[1/a]")
    savings_escalation: AboveMinusOne = Field(default=0.0, description="[1/a]")
    soh_fade_per_year: Share | Literal["rainflow"] = Field(
        default=0.0, description="`rainflow`: the fade of the run [1/a]"
    )
    residual_value_gbp: Finite = Field(default=0.0, description="earned in the last year [GBP]")
    annualise: Flag = Field(default=False, description="savings times 365 over the days of the run")


class RunConfig(ConfigFile):
    """run_config.yaml: what is asked, and at what prices."""

    schema_version: Version
    runner: Literal["backtest", "underwrite", "live"] = "backtest"
    timestep_minutes: Timestep = 15
    horizon: Horizon = Horizon()
    tariff: Tariff = Tariff()
    exclusivity: Exclusivity = Exclusivity()
    solver: SolverChoice = SolverChoice()
    backend: Literal["linopy", "glpk", "ampl"] = "linopy"
    rolling: Rolling = Rolling()
    forecast: Forecast = Forecast()
    underwriting: Underwriting | None = None

    @property
    def dt(self) -> float:
        """Length of a step [h]."""
        return self.timestep_minutes / 60


class ScenarioBattery(Section):
    """A battery of the grid of scenarios: a name and a patch of the site's battery."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Name


class Scenarios(ConfigFile):
    """scenarios.yaml: tariffs times batteries, each a patch of the bundle's own."""

    schema_version: Version
    tariffs: dict[Name, Patch] = Field(min_length=1)
    batteries: tuple[ScenarioBattery, ...] = Field(min_length=1)


class SharedLimits(Section):
    """Limits of a connection that the sites of a portfolio have in common."""

    import_limit_kw: AtLeastZero | None = Field(default=None, description="null: no limit [kW]")
    export_limit_kw: AtLeastZero | None = Field(default=None, description="null: no limit [kW]")


class PortfolioConfig(ConfigFile):
    """portfolio.yaml: sites by their folders, and what couples them."""

    schema_version: Version
    portfolio_id: Identifier
    coupling: Literal["independent", "shared_limits"] = "independent"
    sites: tuple[Name, ...] = Field(min_length=1, description="folders beside portfolio.yaml")
    shared: SharedLimits = SharedLimits()
    price_signal: Name | None = Field(default=None, description="parquet of one import and export price for all")
