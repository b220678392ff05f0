# core: a national energy system, one year of 8760 hours told by 12 typical days.
#
# Equations: G. Limpens, S. Moret, H. Jeanmart, F. Marechal (2019), "EnergyScope TD: A novel open-source model for
# regional energy systems", Applied Energy 255, 113729; equation numbers are those of the EnergyScope documentation.
# Names of sets, parameters, variables and constraints are the published ones; data written for that model fit this one.
#
# Power in GW, energy in GWh, money in MEUR, emissions in ktCO2-eq., passengers in Mpkm, freight in Mtkm.
# The size of a storage is in GWh. An hour of the year t stands for the pair (h, td): hour h of typical day td.

# ---- Sets: time

set PERIODS default 1 .. 8760;                                      # hours of the year
set HOURS default 1 .. 24;                                          # hours of a day
set TYPICAL_DAYS default 1 .. 12;
set T_H_TD within {PERIODS, HOURS, TYPICAL_DAYS};                   # (t, h, td): one pair (h, td) for every t

# ---- Sets: demand, resources, layers

set SECTORS;
set END_USES_INPUT;                                                 # demands as statistics give them
set END_USES_CATEGORIES;
set END_USES_TYPES_OF_CATEGORY {END_USES_CATEGORIES};
set RESOURCES;                                                      # fuels, imports, exports, natural flows
set RES_IMPORT_CONSTANT within RESOURCES;                           # imported at constant power
set BIOFUELS within RESOURCES;                                      # imported, delivered into another layer
set EXPORT within RESOURCES;
set RE_RESOURCES within RESOURCES;                                  # renewable ones, for reports
set END_USES_TYPES := setof {c in END_USES_CATEGORIES, eut in END_USES_TYPES_OF_CATEGORY[c]} eut;
set LAYERS := (RESOURCES diff BIOFUELS diff EXPORT) union END_USES_TYPES;

# ---- Sets: technologies

set TECHNOLOGIES_OF_END_USES_TYPE {END_USES_TYPES};
set STORAGE_TECH;
set STORAGE_OF_END_USES_TYPES {END_USES_TYPES} within STORAGE_TECH;
set INFRASTRUCTURE;                                                 # networks, intermediate conversions, efficiency
set TECHNOLOGIES :=
    (setof {eut in END_USES_TYPES, j in TECHNOLOGIES_OF_END_USES_TYPE[eut]} j) union STORAGE_TECH union INFRASTRUCTURE;
set TECHNOLOGIES_OF_END_USES_CATEGORY {c in END_USES_CATEGORIES} within TECHNOLOGIES :=
    setof {eut in END_USES_TYPES_OF_CATEGORY[c], j in TECHNOLOGIES_OF_END_USES_TYPE[eut]} j;
set STORAGE_DAILY within STORAGE_TECH;                              # same level at the end of every typical day
set V2G within TECHNOLOGIES;                                        # vehicles that may feed the grid
set EVs_BATT within STORAGE_TECH;                                   # batteries of electric vehicles
set EVs_BATT_OF_V2G {V2G};                                          # battery of a vehicle
set DECENTRALISED_HEATING := TECHNOLOGIES_OF_END_USES_TYPE["HEAT_LOW_T_DECEN"] diff {"DEC_SOLAR"};
set TS_OF_DEC_TECH {DECENTRALISED_HEATING};                         # heat storage of a heating technology
set ACTIVITIES := RESOURCES union TECHNOLOGIES diff STORAGE_TECH;   # all that converts or delivers
set COGEN within TECHNOLOGIES;                                      # for reports
set BOILERS within TECHNOLOGIES;                                    # for reports

# ---- Sets: the hour and the day that stand for an hour of the year

set TYPICAL_DAY_OF_PERIOD {t in PERIODS} := setof {h in HOURS, td in TYPICAL_DAYS: (t, h, td) in T_H_TD} td;
set HOUR_OF_PERIOD {t in PERIODS} := setof {h in HOURS, td in TYPICAL_DAYS: (t, h, td) in T_H_TD} h;

# ---- Parameters: time

param t_op {HOURS, TYPICAL_DAYS} >= 0 default 1;                    # [h] duration
param total_time := sum {(t, h, td) in T_H_TD} t_op[h, td];         # [h] of the year

# ---- Parameters: demand

param end_uses_demand_year {END_USES_INPUT, SECTORS} >= 0 default 0;  # [GWh/y; Mpkm/y; Mtkm/y]
param end_uses_input {i in END_USES_INPUT} := sum {s in SECTORS} end_uses_demand_year[i, s];
param electricity_time_series {HOURS, TYPICAL_DAYS} >= 0, <= 1;     # [-] share of the year; sums to 1 over the year
param heating_time_series {HOURS, TYPICAL_DAYS} >= 0, <= 1;         # [-]
param mob_pass_time_series {HOURS, TYPICAL_DAYS} >= 0, <= 1;        # [-]
param mob_freight_time_series {HOURS, TYPICAL_DAYS} >= 0, <= 1;     # [-]

# Hourly demand of low-temperature heat [GW], passenger mobility [Mpkm/h], freight [Mtkm/h]. Hot water is constant.
param low_temperature_heat {h in HOURS, td in TYPICAL_DAYS} :=
    end_uses_input["HEAT_LOW_T_HW"] / total_time + end_uses_input["HEAT_LOW_T_SH"] * heating_time_series[h, td] / t_op[h, td];
param passenger_mobility {h in HOURS, td in TYPICAL_DAYS} :=
    end_uses_input["MOBILITY_PASSENGER"] * mob_pass_time_series[h, td] / t_op[h, td];
param freight_mobility {h in HOURS, td in TYPICAL_DAYS} :=
    end_uses_input["MOBILITY_FREIGHT"] * mob_freight_time_series[h, td] / t_op[h, td];

# ---- Parameters: policy

param i_rate > 0;                                                   # [-] real discount rate
param gwp_limit >= 0;                                               # [ktCO2-eq./y]
param share_mobility_public_min >= 0, <= 1;                         # [-] public transport in passenger mobility
param share_mobility_public_max >= 0, <= 1;
param share_freight_train_min >= 0, <= 1;                           # [-] rail, road and boat in freight
param share_freight_train_max >= 0, <= 1;
param share_freight_road_min >= 0, <= 1;
param share_freight_road_max >= 0, <= 1;
param share_freight_boat_min >= 0, <= 1;
param share_freight_boat_max >= 0, <= 1;
param share_heat_dhn_min >= 0, <= 1;                                # [-] district heating in low-temperature heat
param share_heat_dhn_max >= 0, <= 1;
param solar_area >= 0;                                              # [km2] roofs that solar panels may cover
param power_density_pv >= 0 default 0;                              # [GW/km2]
param power_density_solar_thermal >= 0 default 0;                   # [GW/km2]

# ---- Parameters: technologies

param f_min {TECHNOLOGIES} >= 0;                                    # [GW; GWh]
param f_max {TECHNOLOGIES} >= 0;                                    # [GW; GWh] Infinity: no limit
param fmin_perc {TECHNOLOGIES} >= 0, <= 1 default 0;                # [-] of the annual output of all that serve the same end use
param fmax_perc {TECHNOLOGIES} >= 0, <= 1 default 1;                # [-]
param c_p_t {TECHNOLOGIES, HOURS, TYPICAL_DAYS} default 1;          # [-] availability of the hour
param c_p {TECHNOLOGIES} >= 0, <= 1 default 1;                      # [-] mean availability over the year
param c_inv {TECHNOLOGIES} >= 0;                                    # [MEUR/GW; MEUR/GWh] investment
param c_maint {TECHNOLOGIES} >= 0;                                  # [MEUR/GW/y; MEUR/GWh/y] maintenance
param lifetime {TECHNOLOGIES} > 0;                                  # [y]
param gwp_constr {TECHNOLOGIES} >= 0;                               # [ktCO2-eq./GW; ktCO2-eq./GWh] construction
param tau {j in TECHNOLOGIES} :=                                    # [1/y] annuity of one unit of investment (Eq. 2.2)
    i_rate * (1 + i_rate) ^ lifetime[j] / ((1 + i_rate) ^ lifetime[j] - 1);
param layers_in_out {ACTIVITIES, LAYERS};                           # [GW/GW] per unit of main output; output > 0, input < 0
param vehicle_capacity {TECHNOLOGIES} >= 0 default 0;               # [km-pass/h a vehicle]
param batt_per_car {V2G} >= 0;                                      # [kWh a car]
param c_grid_extra >= 0;                                            # [MEUR/GW] of intermittent generation

# ---- Parameters: resources

param avail {RESOURCES} >= 0;                                       # [GWh/y] Infinity: no limit
param c_op {RESOURCES} >= 0;                                        # [MEUR/GWh]
param gwp_op {RESOURCES} >= 0;                                      # [ktCO2-eq./GWh]

# ---- Parameters: storage and networks

param storage_eff_in {STORAGE_TECH, LAYERS} >= 0, <= 1;             # [-] 0: not of this layer
param storage_eff_out {STORAGE_TECH, LAYERS} >= 0, <= 1;            # [-]
param storage_losses {STORAGE_TECH} >= 0, <= 1;                     # [1/h] of the energy stored
param storage_charge_time {STORAGE_TECH} >= 0;                      # [h] from empty to full
param storage_discharge_time {STORAGE_TECH} >= 0;                   # [h] from full to empty
param storage_availability {STORAGE_TECH} >= 0 default 1;           # [-] share of the storage at hand (vehicles plugged in)
param loss_network {END_USES_TYPES} >= 0 default 0;                 # [-] of what is fed in

# ---- Checks: figures that cannot be meant

check {t in PERIODS}:                                               # an hour of the year has one hour of one typical day
    sum {(t, h, td) in T_H_TD} 1 = 1;
check {j in TECHNOLOGIES}: f_min[j] <= f_max[j];                    # a capacity lies between them
check {j in TECHNOLOGIES}: fmin_perc[j] <= fmax_perc[j];
check: share_mobility_public_min <= share_mobility_public_max;
check: share_freight_train_min <= share_freight_train_max;
check: share_freight_road_min <= share_freight_road_max;
check: share_freight_boat_min <= share_freight_boat_max;
check: share_heat_dhn_min <= share_heat_dhn_max;

# A layer with a demand, as small as the shares allow, is served by a technology with capacity or by a resource at hand.
check {l in LAYERS:                                                 # what is demanded can be served
    (if l = "ELECTRICITY" then end_uses_input["ELECTRICITY"] + end_uses_input["LIGHTING"]
     else if l = "HEAT_HIGH_T" then end_uses_input["HEAT_HIGH_T"]
     else if l = "HEAT_LOW_T_DHN" then
         (end_uses_input["HEAT_LOW_T_HW"] + end_uses_input["HEAT_LOW_T_SH"]) * share_heat_dhn_min
     else if l = "HEAT_LOW_T_DECEN" then
         (end_uses_input["HEAT_LOW_T_HW"] + end_uses_input["HEAT_LOW_T_SH"]) * (1 - share_heat_dhn_max)
     else if l = "MOB_PUBLIC" then end_uses_input["MOBILITY_PASSENGER"] * share_mobility_public_min
     else if l = "MOB_PRIVATE" then end_uses_input["MOBILITY_PASSENGER"] * (1 - share_mobility_public_max)
     else if l = "MOB_FREIGHT_RAIL" then end_uses_input["MOBILITY_FREIGHT"] * share_freight_train_min
     else if l = "MOB_FREIGHT_ROAD" then end_uses_input["MOBILITY_FREIGHT"] * share_freight_road_min
     else if l = "MOB_FREIGHT_BOAT" then end_uses_input["MOBILITY_FREIGHT"] * share_freight_boat_min
     else 0) > 0}:
    exists {i in ACTIVITIES: layers_in_out[i, l] > 0} (if i in RESOURCES then avail[i] else f_max[i]) > 0;

# ---- Variables

var Share_mobility_public >= share_mobility_public_min, <= share_mobility_public_max;      # [-]
var Share_freight_train >= share_freight_train_min, <= share_freight_train_max;            # [-]
var Share_freight_road >= share_freight_road_min, <= share_freight_road_max;               # [-]
var Share_freight_boat >= share_freight_boat_min, <= share_freight_boat_max;               # [-]
var Share_heat_dhn >= share_heat_dhn_min, <= share_heat_dhn_max;                           # [-]

var F {TECHNOLOGIES} >= 0;                                          # [GW; GWh] installed capacity
var F_t {RESOURCES union TECHNOLOGIES, HOURS, TYPICAL_DAYS} >= 0;   # [GW] operation; of a storage: its level [GWh]
var Import_constant {RES_IMPORT_CONSTANT} >= 0;                     # [GWh] in every hour
var End_uses {LAYERS, HOURS, TYPICAL_DAYS} >= 0;                    # [GW; Mpkm/h; Mtkm/h] demand of a layer
var Network_losses {END_USES_TYPES, HOURS, TYPICAL_DAYS} >= 0;      # [GW]

var Storage_in {STORAGE_TECH, LAYERS, HOURS, TYPICAL_DAYS} >= 0;    # [GW] charging, seen by the layer
var Storage_out {STORAGE_TECH, LAYERS, HOURS, TYPICAL_DAYS} >= 0;   # [GW] discharging, seen by the layer
var Storage_level {STORAGE_TECH, PERIODS} >= 0;                     # [GWh] at the end of the hour

var Shares_mobility_passenger {TECHNOLOGIES_OF_END_USES_CATEGORY["MOBILITY_PASSENGER"]} >= 0;  # [-]
var Shares_mobility_freight {TECHNOLOGIES_OF_END_USES_CATEGORY["MOBILITY_FREIGHT"]} >= 0;      # [-]
var Shares_lowT_dec {DECENTRALISED_HEATING} >= 0;                   # [-] of decentralised heat, its solar panels included
var F_solar {DECENTRALISED_HEATING} >= 0;                           # [GW] solar thermal panels beside a heating technology
var F_t_solar {DECENTRALISED_HEATING, HOURS, TYPICAL_DAYS} >= 0;    # [GW]

var TotalCost >= 0;                                                 # [MEUR/y]
var C_inv {TECHNOLOGIES} >= 0;                                      # [MEUR]
var C_maint {TECHNOLOGIES} >= 0;                                    # [MEUR/y]
var C_op {RESOURCES} >= 0;                                          # [MEUR/y]
var TotalGWP >= 0;                                                  # [ktCO2-eq./y]
var GWP_constr {TECHNOLOGIES} >= 0;                                 # [ktCO2-eq.]
var GWP_op {RESOURCES} >= 0;                                        # [ktCO2-eq./y]

# ---- Energy balance

# End_uses[l,h,td] = the demand of the layer in the hour    [GW; Mpkm/h; Mtkm/h]   (Fig. 2.8)
# Annual demands become hourly ones: constant, or by their time series. Shares split a demand between layers.
# Losses of district heating count as demand; those of the power grid do not, as published.
subject to end_uses_t {l in LAYERS, h in HOURS, td in TYPICAL_DAYS}:
    End_uses[l, h, td] =
        if l = "ELECTRICITY" then
            end_uses_input["ELECTRICITY"] / total_time
            + end_uses_input["LIGHTING"] * electricity_time_series[h, td] / t_op[h, td]
        else if l = "HEAT_LOW_T_DHN" then
            low_temperature_heat[h, td] * Share_heat_dhn + Network_losses["HEAT_LOW_T_DHN", h, td]
        else if l = "HEAT_LOW_T_DECEN" then low_temperature_heat[h, td] * (1 - Share_heat_dhn)
        else if l = "HEAT_HIGH_T" then end_uses_input["HEAT_HIGH_T"] / total_time
        else if l = "MOB_PUBLIC" then passenger_mobility[h, td] * Share_mobility_public
        else if l = "MOB_PRIVATE" then passenger_mobility[h, td] * (1 - Share_mobility_public)
        else if l = "MOB_FREIGHT_RAIL" then freight_mobility[h, td] * Share_freight_train
        else if l = "MOB_FREIGHT_ROAD" then freight_mobility[h, td] * Share_freight_road
        else if l = "MOB_FREIGHT_BOAT" then freight_mobility[h, td] * Share_freight_boat
        else 0;

# sum_i layers_in_out[i,l] F_t[i] + sum_j (Storage_out[j,l] - Storage_in[j,l]) - End_uses[l] = 0    [GW]   (Eq. 2.13)
# In every layer and hour, what is produced and discharged is what is used, charged and demanded.
subject to layer_balance {l in LAYERS, h in HOURS, td in TYPICAL_DAYS}:
    sum {i in ACTIVITIES} layers_in_out[i, l] * F_t[i, h, td]
    + sum {j in STORAGE_TECH} (Storage_out[j, l, h, td] - Storage_in[j, l, h, td])
    - End_uses[l, h, td] = 0;

# F_t[j,h,td] <= F[j] c_p_t[j,h,td]    [GW; GWh]   (Eq. 2.10)
# What is installed, times the availability of the hour, limits the operation.
subject to capacity_factor_t {j in TECHNOLOGIES, h in HOURS, td in TYPICAL_DAYS}:
    F_t[j, h, td] <= F[j] * c_p_t[j, h, td];

# sum_t F_t[j] t_op <= F[j] c_p[j] total_time    [GWh/y]   (Eq. 2.11)
# Downtime and maintenance limit the output of the year.
subject to capacity_factor {j in TECHNOLOGIES}:
    sum {(t, h, td) in T_H_TD} F_t[j, h, td] * t_op[h, td] <= F[j] * c_p[j] * total_time;

# f_min <= F <= f_max    [GW; GWh]   (Eq. 2.9)
subject to size_limit {j in TECHNOLOGIES}:
    f_min[j] <= F[j] <= f_max[j];

# ---- Resources

# sum_t F_t[i] t_op <= avail[i]    [GWh/y]   (Eq. 2.12)
subject to resource_availability {i in RESOURCES}:
    sum {(t, h, td) in T_H_TD} F_t[i, h, td] * t_op[h, td] <= avail[i];

# F_t[i,h,td] t_op[h,td] = Import_constant[i]    [GWh]   (Eq. 2.12, second part)
# Some imports come at the same rate all year.
subject to resource_constant_import {i in RES_IMPORT_CONSTANT, h in HOURS, td in TYPICAL_DAYS}:
    F_t[i, h, td] * t_op[h, td] = Import_constant[i];

# ---- Storage

# level[j,t] = level[j,t-1] (1 - losses) + t_op (sum_l eff_in in[j,l] - sum_l out[j,l] / eff_out)    [GWh]   (Eq. 2.14)
# The year is a cycle: before its first hour comes its last.
subject to storage_level {j in STORAGE_TECH, (t, h, td) in T_H_TD}:
    Storage_level[j, t] =
        (if t = 1 then Storage_level[j, card(PERIODS)] else Storage_level[j, t - 1]) * (1 - storage_losses[j])
        + t_op[h, td] * (
            sum {l in LAYERS: storage_eff_in[j, l] > 0} Storage_in[j, l, h, td] * storage_eff_in[j, l]
            - sum {l in LAYERS: storage_eff_out[j, l] > 0} Storage_out[j, l, h, td] / storage_eff_out[j, l]);

# level[j,t] = F_t[j,h,td]    [GWh]   (Eq. 2.15)
# The level of a daily storage is the same in the same hour of all days of one kind.
subject to impose_daily_storage {j in STORAGE_DAILY, (t, h, td) in T_H_TD}:
    Storage_level[j, t] = F_t[j, h, td];

# level[j,t] <= F[j]    [GWh]   (Eq. 2.16)
subject to limit_energy_stored_to_maximum {j in STORAGE_TECH diff STORAGE_DAILY, t in PERIODS}:
    Storage_level[j, t] <= F[j];

# in[j,l] (ceil(eff_in[j,l]) - 1) = 0    [GW]   (Eq. 2.17)
# A storage exchanges nothing with layers that its efficiencies exclude; elsewhere the row is 0 = 0.
subject to storage_layer_in {j in STORAGE_TECH, l in LAYERS, h in HOURS, td in TYPICAL_DAYS}:
    Storage_in[j, l, h, td] * (ceil(storage_eff_in[j, l]) - 1) = 0;

# out[j,l] (ceil(eff_out[j,l]) - 1) = 0    [GW]   (Eq. 2.18)
subject to storage_layer_out {j in STORAGE_TECH, l in LAYERS, h in HOURS, td in TYPICAL_DAYS}:
    Storage_out[j, l, h, td] * (ceil(storage_eff_out[j, l]) - 1) = 0;

# in[j,l] charge_time + out[j,l] discharge_time <= F[j] availability    [GWh]   (Eq. 2.19)
# The size of a storage limits its power.
subject to limit_energy_to_power_ratio
    {j in STORAGE_TECH diff {"BEV_BATT", "PHEV_BATT"}, l in LAYERS, h in HOURS, td in TYPICAL_DAYS}:
    Storage_in[j, l, h, td] * storage_charge_time[j] + Storage_out[j, l, h, td] * storage_discharge_time[j]
    <= F[j] * storage_availability[j];

# in[j,l] charge_time + (out[j,l] - use by driving) discharge_time <= (F[j] - batteries on the road) availability
# [GWh]   (Eq. 2.19, second part)
# The same for the batteries of vehicles i: those on the road are not plugged in (layers_in_out is negative here).
subject to limit_energy_to_power_ratio_bis
    {i in V2G, j in EVs_BATT_OF_V2G[i], l in LAYERS, h in HOURS, td in TYPICAL_DAYS}:
    Storage_in[j, l, h, td] * storage_charge_time[j]
    + (Storage_out[j, l, h, td] + layers_in_out[i, "ELECTRICITY"] * F_t[i, h, td]) * storage_discharge_time[j]
    <= (F[j] - F_t[i, h, td] / vehicle_capacity[i] * batt_per_car[i]) * storage_availability[j];

# ---- Costs

# TotalCost = sum_j (tau C_inv + C_maint) + sum_i C_op    [MEUR/y]   (Eq. 2.1)
subject to totalcost_cal:
    TotalCost = sum {j in TECHNOLOGIES} (tau[j] * C_inv[j] + C_maint[j]) + sum {i in RESOURCES} C_op[i];

# C_inv = c_inv F    [MEUR]   (Eq. 2.3)
subject to investment_cost_calc {j in TECHNOLOGIES}:
    C_inv[j] = c_inv[j] * F[j];

# C_maint = c_maint F    [MEUR/y]   (Eq. 2.4)
subject to main_cost_calc {j in TECHNOLOGIES}:
    C_maint[j] = c_maint[j] * F[j];

# C_op[i] = sum_t c_op[i] F_t[i] t_op    [MEUR/y]   (Eq. 2.5)
subject to op_cost_calc {i in RESOURCES}:
    C_op[i] = sum {(t, h, td) in T_H_TD} c_op[i] * F_t[i, h, td] * t_op[h, td];

# ---- Emissions

# GWP_constr = gwp_constr F    [ktCO2-eq.]   (Eq. 2.7)
# Reported; not part of the total.
subject to gwp_constr_calc {j in TECHNOLOGIES}:
    GWP_constr[j] = gwp_constr[j] * F[j];

# GWP_op[i] = gwp_op[i] sum_t F_t[i] t_op    [ktCO2-eq./y]   (Eq. 2.8)
subject to gwp_op_calc {i in RESOURCES}:
    GWP_op[i] = gwp_op[i] * sum {(t, h, td) in T_H_TD} F_t[i, h, td] * t_op[h, td];

# TotalGWP = sum_i GWP_op[i]    [ktCO2-eq./y]   (Eq. 2.6)
subject to totalGWP_calc:
    TotalGWP = sum {i in RESOURCES} GWP_op[i];

# TotalGWP <= gwp_limit    [ktCO2-eq./y]   (Eq. 2.34)
subject to Minimum_GWP_reduction:
    TotalGWP <= gwp_limit;

# ---- Mobility

# F_t[j] = share[j] passenger_mobility    [Mpkm/h]   (Eq. 2.24)
# A means of transport serves the same share of demand in every hour.
subject to operating_strategy_mob_passenger
    {j in TECHNOLOGIES_OF_END_USES_CATEGORY["MOBILITY_PASSENGER"], h in HOURS, td in TYPICAL_DAYS}:
    F_t[j, h, td] = Shares_mobility_passenger[j] * passenger_mobility[h, td];

# F_t[j] = share[j] freight_mobility    [Mtkm/h]   (Eq. 2.25)
subject to operating_strategy_mobility_freight
    {j in TECHNOLOGIES_OF_END_USES_CATEGORY["MOBILITY_FREIGHT"], h in HOURS, td in TYPICAL_DAYS}:
    F_t[j, h, td] = Shares_mobility_freight[j] * freight_mobility[h, td];

# train + road + boat = 1    [-]   (Eq. 2.26)
subject to Freight_shares:
    Share_freight_train + Share_freight_road + Share_freight_boat = 1;

# F[i] = F[j] / vehicle_capacity[j] batt_per_car[j]    [GWh]   (Eq. 2.30)
# The batteries i grow with the number of vehicles j.
subject to EV_storage_size {j in V2G, i in EVs_BATT_OF_V2G[j]}:
    F[i] = F[j] / vehicle_capacity[j] * batt_per_car[j];

# out[i,ELECTRICITY] >= - layers_in_out[j,ELECTRICITY] F_t[j]    [GW]   (Eq. 2.31)
# Vehicles drive on their batteries.
subject to EV_storage_for_V2G_demand {j in V2G, i in EVs_BATT_OF_V2G[j], h in HOURS, td in TYPICAL_DAYS}:
    Storage_out[i, "ELECTRICITY", h, td] >= - layers_in_out[j, "ELECTRICITY"] * F_t[j, h, td];

# ---- Heating

# F_t_solar[j] <= F_solar[j] c_p_t[DEC_SOLAR]    [GW]   (Eq. 2.27)
subject to thermal_solar_capacity_factor {j in DECENTRALISED_HEATING, h in HOURS, td in TYPICAL_DAYS}:
    F_t_solar[j, h, td] <= F_solar[j] * c_p_t["DEC_SOLAR", h, td];

# F[DEC_SOLAR] = sum_j F_solar[j]    [GW]   (Eq. 2.28)
subject to thermal_solar_total_capacity:
    F["DEC_SOLAR"] = sum {j in DECENTRALISED_HEATING} F_solar[j];

# F_t[j] + F_t_solar[j] + sum_l (out[i,l] - in[i,l]) = share[j] low_temperature_heat    [GW]   (Eq. 2.29)
# A heating technology j with its panels and its storage i serves the same share of demand in every hour.
subject to decentralised_heating_balance
    {j in DECENTRALISED_HEATING, i in TS_OF_DEC_TECH[j], h in HOURS, td in TYPICAL_DAYS}:
    F_t[j, h, td] + F_t_solar[j, h, td] + sum {l in LAYERS} (Storage_out[i, l, h, td] - Storage_in[i, l, h, td])
    = Shares_lowT_dec[j] * low_temperature_heat[h, td];

# ---- Networks

# losses = loss_network times all that is fed into the layer    [GW]   (Eq. 2.20)
subject to network_losses {eut in END_USES_TYPES, h in HOURS, td in TYPICAL_DAYS}:
    Network_losses[eut, h, td] =
        loss_network[eut] * sum {j in ACTIVITIES: layers_in_out[j, eut] > 0} layers_in_out[j, eut] * F_t[j, h, td];

# F[GRID] = 1 + c_grid_extra / c_inv[GRID] (new wind and photovoltaic power)    [GW]   (Eq. 2.21)
# Intermittent generation makes the grid larger.
subject to extra_grid:
    F["GRID"] = 1 + c_grid_extra / c_inv["GRID"]
        * sum {j in {"WIND_ONSHORE", "WIND_OFFSHORE", "PV"}} (F[j] - f_min[j]);

# F[DHN] = sum_j layers_in_out[j,HEAT_LOW_T_DHN] F[j]    [GW]   (Eq. 2.22)
# District heating networks are as large as what feeds them.
subject to extra_dhn:
    F["DHN"] = sum {j in TECHNOLOGIES diff STORAGE_TECH: layers_in_out[j, "HEAT_LOW_T_DHN"] > 0}
        layers_in_out[j, "HEAT_LOW_T_DHN"] * F[j];

# ---- Policy

# sum_t F_t[j] t_op <= fmax_perc[j] (the same over all technologies of the end use)    [GWh/y]   (Eq. 2.36)
subject to f_max_perc {eut in END_USES_TYPES, j in TECHNOLOGIES_OF_END_USES_TYPE[eut]}:
    sum {(t, h, td) in T_H_TD} F_t[j, h, td] * t_op[h, td]
    <= fmax_perc[j] * sum {k in TECHNOLOGIES_OF_END_USES_TYPE[eut], (t, h, td) in T_H_TD} F_t[k, h, td] * t_op[h, td];

# sum_t F_t[j] t_op >= fmin_perc[j] (the same over all technologies of the end use)    [GWh/y]   (Eq. 2.36)
subject to f_min_perc {eut in END_USES_TYPES, j in TECHNOLOGIES_OF_END_USES_TYPE[eut]}:
    sum {(t, h, td) in T_H_TD} F_t[j, h, td] * t_op[h, td]
    >= fmin_perc[j] * sum {k in TECHNOLOGIES_OF_END_USES_TYPE[eut], (t, h, td) in T_H_TD} F_t[k, h, td] * t_op[h, td];

# F[EFFICIENCY] = 1 / (1 + i_rate)    [-]   (Eq. 2.37)
# Measures of energy efficiency are taken in any case.
subject to extra_efficiency:
    F["EFFICIENCY"] = 1 / (1 + i_rate);

# area of photovoltaic and solar thermal panels <= solar_area    [km2]   (Eq. 2.39)
subject to solar_area_limited:
    F["PV"] / power_density_pv + (F["DEC_SOLAR"] + F["DHN_SOLAR"]) / power_density_solar_thermal <= solar_area;

# ---- Objective

minimize obj: TotalCost;
