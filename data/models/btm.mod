# btm: a battery and PV behind the meter of one site, at least cost.
#
# Power in kW at the AC side, energy in kWh, money in GBP. Every flow is at least 0 in the direction of its name and is the
# mean over its step; the state of charge is that at the end of the step. Instants are UTC; days and months follow the
# local clock of the site. This is the linear program: nothing keeps it from charging and discharging in one step.

# ---- Sets

set STEPS ordered;                                                  # steps of equal length, by their start
set DAYS;                                                           # local days
set STEPS_OF_DAY {DAYS} within STEPS default {};
set MONTHS ordered;                                                 # billing months
set INTERVALS default {};                                           # metering intervals, by start and duration
set STEPS_OF_INTERVAL {INTERVALS} within STEPS;
set INTERVALS_OF_MONTH {MONTHS} within INTERVALS default {};        # those that count for the agreed capacity
set DEMAND_CHARGES default {};
set METERED {DEMAND_CHARGES, MONTHS} within INTERVALS default {};   # intervals inside the windows of a demand charge
set LOOKBACK {DEMAND_CHARGES, MONTHS} within MONTHS default {};     # earlier months of the run that a ratchet looks at
set SERVICES_UP default {};                                         # reserve that discharges when it is called
set SERVICES_DOWN default {};                                       # reserve that charges when it is called
set SERVICES := SERVICES_UP union SERVICES_DOWN;

# ---- Parameters

param dt > 0;                                                       # [h] length of a step
param load {STEPS} >= 0;                                            # [kW]
param pv {STEPS} >= 0;                                              # [kW] what PV could give
param import_price {STEPS};                                         # [GBP/kWh] with multiplier and volumetric rates
param export_price {STEPS};                                         # [GBP/kWh] likewise
param import_bound {STEPS} >= 0;                                    # [kW] connection limit, or load + max_charge
param export_bound {STEPS} >= 0;                                    # [kW] connection limit, or pv + max_discharge
param flex_available {STEPS} >= 0 default 0;                        # [kW] load that may be curtailed
param flex_price {STEPS} default 0;                                 # [GBP/kWh] paid for it
param triad_rate {STEPS} default 0;                                 # [GBP/kW] of import in a step of a triad half-hour
param triad_credit {STEPS} default 0;                               # [GBP/kW] of export in it
param curtailable binary default 1;                                 # may PV be curtailed?

param eta_charge > 0, <= 1, default 1;                              # [-] AC to store
param eta_discharge > 0, <= 1, default 1;                           # [-] store to AC
param retention >= 0, <= 1, default 1;                              # [-] stored energy that is left after a step
param soc_min >= 0 default 0;                                       # [kWh] lower end of the usable window
param soc_max >= 0 default 0;                                       # [kWh] upper end; 0 without a battery
param soc_initial >= 0 default soc_min;                             # [kWh] before the first step, unless cyclic
param max_charge >= 0 default 0;                                    # [kW]
param max_discharge >= 0 default 0;                                 # [kW]
param wear_cost >= 0 default 0;                                     # [GBP/kWh] per energy discharged
param terminal_value default 0;                                     # [GBP/kWh] of final less initial energy
param terminal_min default -Infinity;                               # [kWh] least state of charge at the end
param terminal_max default Infinity;                                # [kWh] highest state of charge at the end
param cyclic binary default 0;                                      # does the run begin as it ends?
param grid_charging binary default 1;                               # may the grid charge the battery?
param battery_export binary default 1;                              # may the battery export?
param daily_discharge_max >= 0 default Infinity;                    # [kWh/d] what the warranty allows
param discharged_before {DAYS} >= 0 default 0;                      # [kWh] discharged on the day before the run begins
param flex_day_max >= 0 default Infinity;                           # [kWh/d]
param flex_before {DAYS} >= 0 default 0;                            # [kWh] curtailed on the day before the run begins
param flex_total_max >= 0 default Infinity;                         # [kWh]

param demand_rate {DEMAND_CHARGES, MONTHS} >= 0;                    # [GBP/kW]
param incurred {DEMAND_CHARGES, MONTHS} >= 0 default 0;             # [kW] peak of the month before the run begins
param ratchet_fraction {DEMAND_CHARGES} >= 0, <= 1, default 0;      # [-] of an earlier peak that is charged again
param ratchet_floor {DEMAND_CHARGES, MONTHS} >= 0 default 0;        # [kW] the same for peaks before the run
param agreed_kva >= 0 default Infinity;                             # [kVA] agreed supply capacity
param power_factor > 0, <= 1, default 1;                            # [kW/kVA]
param excess_rate {MONTHS} >= 0 default 0;                          # [GBP/kVA] for all days of the month
param excess_floor {MONTHS} >= 0 default 0;                         # [kVA] excess of the month before the run begins

param service_price {SERVICES, STEPS};                              # [GBP/(kW h)] for availability
param service_max {SERVICES} >= 0;                                  # [kW] most that is sold
param service_hours {SERVICES} > 0;                                 # [h] how long a call may last
param constant_cost default 0;                                      # [GBP] fixed charges and agreed capacity

# ---- Checks: figures that cannot be meant

check: soc_min <= soc_max;
check: cyclic = 1 or (soc_min <= soc_initial and soc_initial <= soc_max);
check: terminal_min <= terminal_max;
check {q in INTERVALS}: card(STEPS_OF_INTERVAL[q]) > 0;             # a mean over nothing is none
check: card(SERVICES_UP inter SERVICES_DOWN) = 0;

# ---- Variables

var Import {t in STEPS} >= 0, <= import_bound[t];                   # [kW] from the grid
var Export {t in STEPS} >= 0, <= export_bound[t];                   # [kW] to the grid
var Charge {STEPS} >= 0, <= max_charge;                             # [kW] into the battery
var Discharge {STEPS} >= 0, <= max_discharge;                       # [kW] out of the battery
var Soc {STEPS} >= soc_min, <= soc_max;                             # [kWh] stored at the end of the step
var Curtailed {t in STEPS} >= 0, <= curtailable * pv[t];            # [kW] PV that is not used
var Flex {t in STEPS} >= 0, <= min(flex_available[t], load[t]);     # [kW] load that is curtailed and sold
var Peak {j in DEMAND_CHARGES, m in MONTHS} >= incurred[j, m];      # [kW] metered demand
var Chargeable {DEMAND_CHARGES, MONTHS} >= 0;                       # [kW] demand that is charged
var Excess_kva {m in MONTHS} >= excess_floor[m];                    # [kVA] above the agreed capacity
var Availability {s in SERVICES, STEPS} >= 0, <= service_max[s];    # [kW] sold to a service

# ---- Objective

# energy and flex + triads + demand + excess capacity + wear - reserve - value of stored energy + constants    [GBP]
minimize Total_cost:
    sum {t in STEPS} dt * (import_price[t] * Import[t] - export_price[t] * Export[t] - flex_price[t] * Flex[t])
    + sum {t in STEPS} (triad_rate[t] * Import[t] - triad_credit[t] * Export[t])
    + sum {j in DEMAND_CHARGES, m in MONTHS} demand_rate[j, m] * Chargeable[j, m]
    + sum {m in MONTHS} excess_rate[m] * Excess_kva[m]
    + sum {t in STEPS} wear_cost * dt * Discharge[t]
    - sum {s in SERVICES, t in STEPS} service_price[s, t] * dt * Availability[s, t]
    - (if cyclic = 1 then 0 else terminal_value * (Soc[last(STEPS)] - soc_initial))
    + constant_cost;

# ---- Constraints: energy at the meter

# What the load, the battery and the grid take comes from PV, the battery or the grid.    [kW]
subject to energy_balance {t in STEPS}:
    load[t] - Flex[t] + Charge[t] + Export[t] = pv[t] - Curtailed[t] + Discharge[t] + Import[t];

# What is stored, with losses of rest, charging and discharging.    [kWh]
subject to soc_dynamics {t in STEPS}:
    Soc[t] = retention * (if t = first(STEPS) then (if cyclic = 1 then Soc[last(STEPS)] else soc_initial)
                          else Soc[prev(t)])
        + eta_charge * dt * Charge[t] - dt / eta_discharge * Discharge[t];

# Load that is curtailed in a local day, and in the run.    [kWh]
subject to flex_day {d in DAYS: flex_day_max < Infinity}:
    sum {t in STEPS_OF_DAY[d]} dt * Flex[t] <= flex_day_max - flex_before[d];
subject to flex_total:
    if flex_total_max < Infinity then sum {t in STEPS} dt * Flex[t] <= flex_total_max;

# What is asked of the state of charge at the end.    [kWh]
subject to terminal_low:
    if terminal_min > -Infinity then Soc[last(STEPS)] >= terminal_min;
subject to terminal_high:
    if terminal_max < Infinity then Soc[last(STEPS)] <= terminal_max;

# Charging from PV alone, exporting PV alone.    [kW]
subject to green_charge {t in STEPS: grid_charging = 0}:
    Charge[t] <= pv[t] - Curtailed[t];
subject to no_battery_export {t in STEPS: battery_export = 0}:
    Export[t] <= pv[t] - Curtailed[t];

# A warranty counts cycles: energy discharged in a local day.    [kWh]
subject to daily_cycles {d in DAYS: daily_discharge_max < Infinity}:
    sum {t in STEPS_OF_DAY[d]} dt * Discharge[t] <= daily_discharge_max - discharged_before[d];

# ---- Constraints: charges on metered peaks

# The meter takes the mean over the interval.    [kW]
subject to demand_peak {j in DEMAND_CHARGES, m in MONTHS, q in METERED[j, m]}:
    Peak[j, m] >= (sum {t in STEPS_OF_INTERVAL[q]} Import[t]) / card(STEPS_OF_INTERVAL[q]);

# The month's own peak is charged, or a fraction of an earlier one in the run, or before it.    [kW]
subject to chargeable_peak {j in DEMAND_CHARGES, m in MONTHS}:
    Chargeable[j, m] >= Peak[j, m];
subject to chargeable_ratchet {j in DEMAND_CHARGES, m in MONTHS, e in LOOKBACK[j, m]}:
    Chargeable[j, m] >= ratchet_fraction[j] * Peak[j, e];
subject to chargeable_history {j in DEMAND_CHARGES, m in MONTHS: ratchet_floor[j, m] > 0}:
    Chargeable[j, m] >= ratchet_floor[j, m];

# Apparent power above the agreed capacity is paid for the whole month.    [kVA]
subject to excess_capacity {m in MONTHS, q in INTERVALS_OF_MONTH[m]}:
    Excess_kva[m] >= (sum {t in STEPS_OF_INTERVAL[q]} Import[t]) / card(STEPS_OF_INTERVAL[q]) / power_factor - agreed_kva;

# ---- Constraints: power and energy held back for reserve

# [kW]
subject to service_up_power {t in STEPS: card(SERVICES_UP) > 0}:
    sum {s in SERVICES_UP} Availability[s, t] <= max_discharge - Discharge[t] + Charge[t];
# [kWh]
subject to service_up_energy {t in STEPS: card(SERVICES_UP) > 0}:
    sum {s in SERVICES_UP} service_hours[s] / eta_discharge * Availability[s, t] <= Soc[t] - soc_min;
# [kW]
subject to service_down_power {t in STEPS: card(SERVICES_DOWN) > 0}:
    sum {s in SERVICES_DOWN} Availability[s, t] <= max_charge - Charge[t] + Discharge[t];
# [kWh]
subject to service_down_energy {t in STEPS: card(SERVICES_DOWN) > 0}:
    sum {s in SERVICES_DOWN} service_hours[s] * eta_charge * Availability[s, t] <= soc_max - Soc[t];
