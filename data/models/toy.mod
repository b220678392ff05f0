# toy: five technologies, three layers, one day of 24 hours.
#
# The smallest energy system that exercises capacity, hourly operation, energy layers, one storage and costs.
# Power in GW, energy in GWh, money in MEUR; annual costs are set against the operation of the one day.

# ---- Sets

set TECHNOLOGIES;
set STORAGE_TECH within TECHNOLOGIES;
set LAYERS;
set PERIODS default 1 .. 24;                                        # hours of the day

# ---- Parameters

param f_min {TECHNOLOGIES} >= 0 default 0;                          # [GW; GWh for a storage] smallest capacity
param f_max {TECHNOLOGIES} >= 0;                                    # [GW; GWh for a storage] largest capacity
param c_inv {TECHNOLOGIES} >= 0;                                    # [MEUR/GW; MEUR/GWh] investment
param c_maint {TECHNOLOGIES} >= 0;                                  # [MEUR/GW/y; MEUR/GWh/y] maintenance
param lifetime {TECHNOLOGIES} > 0;                                  # [y]
param i_rate > 0;                                                   # [-] discount rate
param tau {j in TECHNOLOGIES} :=                                    # [1/y] annuity of one unit of investment
    i_rate * (1 + i_rate) ^ lifetime[j] / ((1 + i_rate) ^ lifetime[j] - 1);

param layers_in_out {TECHNOLOGIES, LAYERS};                         # [GW/GW] output > 0, input < 0
param c_p_t {TECHNOLOGIES, PERIODS} >= 0 default 1;                 # [-] availability of the hour
param c_op {i in {"GAS", "GRID"}} >= 0;                             # [MEUR/GWh] a fuel by its layer, imports by technology
param storage_eff_in {STORAGE_TECH} > 0, <= 1;                      # [-] charging efficiency
param storage_eff_out {STORAGE_TECH} > 0, <= 1;                     # [-] discharging efficiency
param demand {PERIODS} >= 0;                                        # [GW] end use

# ---- Checks: figures that cannot be meant

check {j in TECHNOLOGIES}: f_min[j] <= f_max[j];                    # a capacity lies between them
check {l in LAYERS: l = "END_USE" and max {t in PERIODS} demand[t] > 0}:  # what is demanded can be served
    exists {j in TECHNOLOGIES diff STORAGE_TECH: layers_in_out[j, l] > 0} f_max[j] > 0;

# ---- Variables

var F {j in TECHNOLOGIES} >= f_min[j], <= f_max[j];                 # [GW; GWh for a storage] installed capacity
var F_t {TECHNOLOGIES diff STORAGE_TECH, PERIODS} >= 0;             # [GW] operation
var Storage_in {STORAGE_TECH, PERIODS} >= 0;                        # [GW] charging
var Storage_out {STORAGE_TECH, PERIODS} >= 0;                       # [GW] discharging
var Storage_level {STORAGE_TECH, PERIODS} >= 0;                     # [GWh] energy stored at the end of the hour

# ---- Constraints

# F_t[j,t] <= F[j] c_p_t[j,t]    [GW]
# What is installed, times the availability of the hour, limits the operation.
subject to capacity_limit {j in TECHNOLOGIES diff STORAGE_TECH, t in PERIODS}:
    F_t[j, t] <= F[j] * c_p_t[j, t];

# production + discharge - charge >= demand    [GW]
# Every layer is covered in every hour; what is produced beyond that is spilled.
# The storage stands here at the side of its own terminals, hence the efficiencies.
subject to energy_balance {l in LAYERS, t in PERIODS}:
    sum {j in TECHNOLOGIES diff STORAGE_TECH} layers_in_out[j, l] * F_t[j, t]
    + (if l = "ELECTRICITY" then
          sum {s in STORAGE_TECH} (storage_eff_out[s] * Storage_out[s, t] - Storage_in[s, t] / storage_eff_in[s])
       else 0)
    >= if l = "END_USE" then demand[t] else 0;

# level[t] = level[t-1] + eff_in in[t] - out[t] / eff_out    [GWh]
# The day begins with a half-full storage.
subject to storage_balance {s in STORAGE_TECH, t in PERIODS}:
    Storage_level[s, t] = (if t = 1 then 0.5 * F[s] else Storage_level[s, t - 1])
        + storage_eff_in[s] * Storage_in[s, t] - Storage_out[s, t] / storage_eff_out[s];

# level[t] <= F    [GWh]
subject to storage_capacity {s in STORAGE_TECH, t in PERIODS}:
    Storage_level[s, t] <= F[s];

# level[24] = F / 2    [GWh]
# The day ends as it began.
subject to storage_cyclic {s in STORAGE_TECH}:
    Storage_level[s, card(PERIODS)] = 0.5 * F[s];

# ---- Objective

# annuities + maintenance + gas burnt + electricity imported    [MEUR]
minimize obj:
    sum {j in TECHNOLOGIES} tau[j] * c_inv[j] * F[j]
    + sum {j in TECHNOLOGIES} c_maint[j] * F[j]
    + sum {t in PERIODS} (c_op["GAS"] * abs(layers_in_out["GAS_PLANT", "GAS"]) * F_t["GAS_PLANT", t]
                          + c_op["GRID"] * F_t["GRID", t]);
