"""The layout of the national data set: what stands in core.dat and in the file of its typical days, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataset_text import (
    Key,
    Section,
    Tables,
    columns,
    indexed_set,
    matrix,
    plain_set,
    scalars,
    sliced_matrices,
    sparse_rows,
    tuples_by_day,
)


def _resources(tables: Tables) -> Mapping[str, Sequence[Key]]:
    return {"": tables.sets["RESOURCES"][()]}


def _storages(tables: Tables) -> Mapping[str, Sequence[Key]]:
    return {"": tables.sets["STORAGE_TECH"][()]}


def _end_uses(tables: Tables) -> Mapping[str, Sequence[Key]]:
    return {"": [member for members in tables.sets["END_USES_TYPES_OF_CATEGORY"].values() for member in members]}


def _technologies(tables: Tables) -> Mapping[str, Sequence[Key]]:
    """Technologies in groups: by the end use they serve, storages, infrastructure."""
    served = {str(key[0]): members for key, members in tables.sets["TECHNOLOGIES_OF_END_USES_TYPE"].items()}
    return served | {"storage": tables.sets["STORAGE_TECH"][()], "infrastructure": tables.sets["INFRASTRUCTURE"][()]}


def _vehicles(tables: Tables) -> Mapping[str, Sequence[Key]]:
    return {"": tables.sets["V2G"][()]}


SETS = (
    Section(
        "Demand",
        (
            plain_set("SECTORS", "who demands"),
            plain_set("END_USES_INPUT", "what is demanded, as statistics give it"),
            plain_set("END_USES_CATEGORIES", "end uses, from broad to narrow"),
            indexed_set("END_USES_TYPES_OF_CATEGORY", "the types of each category; each is a layer"),
        ),
    ),
    Section(
        "Resources",
        (
            plain_set("RESOURCES", "fuels, imports, exports, natural flows"),
            plain_set("RES_IMPORT_CONSTANT", "imported at the same rate all year"),
            plain_set("BIOFUELS", "imports that are delivered into the layer of their fossil twin"),
            plain_set("RE_RESOURCES", "renewable"),
            plain_set("EXPORT", "taken out of the system"),
        ),
    ),
    Section(
        "Technologies",
        (
            indexed_set("TECHNOLOGIES_OF_END_USES_TYPE", "what can serve an end use"),
            plain_set("INFRASTRUCTURE", "networks, conversions between layers, efficiency measures"),
            plain_set("STORAGE_TECH", "storages"),
            plain_set("STORAGE_DAILY", "storages that end every typical day as they began it"),
            indexed_set("STORAGE_OF_END_USES_TYPES", "storages that go with an end use"),
            indexed_set("TS_OF_DEC_TECH", "heat storage of a decentralised heating technology"),
            plain_set("V2G", "vehicles that may feed the grid"),
            plain_set("EVs_BATT", "batteries of vehicles"),
            indexed_set("EVs_BATT_OF_V2G", "battery of a vehicle"),
            plain_set("COGEN", "heat and power, for reports"),
            plain_set("BOILERS", "heat only, for reports"),
        ),
    ),
)

PARAMETERS = (
    Section(
        "Demand and policy",
        (
            matrix("end_uses_demand_year", "Annual demand [GWh/y; passenger mobility Mpkm/y; freight Mtkm/y]"),
            scalars(
                ("i_rate", "[-] real discount rate"),
                ("gwp_limit", "[ktCO2-eq./y] emissions allowed"),
                ("share_mobility_public_min", "[-] public transport in passenger mobility"),
                ("share_mobility_public_max", "[-]"),
                ("share_freight_train_min", "[-] rail in freight"),
                ("share_freight_train_max", "[-]"),
                ("share_freight_road_min", "[-] road in freight"),
                ("share_freight_road_max", "[-]"),
                ("share_freight_boat_min", "[-] boats in freight"),
                ("share_freight_boat_max", "[-]"),
                ("share_heat_dhn_min", "[-] district heating in low-temperature heat"),
                ("share_heat_dhn_max", "[-]"),
                ("solar_area", "[km2] surface that panels may cover"),
                ("power_density_pv", "[GW/km2] photovoltaic panels"),
                ("power_density_solar_thermal", "[GW/km2] solar thermal panels"),
                ("c_grid_extra", "[MEUR/GW] grid reinforcement for wind and photovoltaic power"),
            ),
        ),
    ),
    Section(
        "Resources",
        (
            columns(
                ("avail", "c_op", "gwp_op"),
                "avail [GWh/y] (Infinity: no limit), c_op [MEUR/GWh], gwp_op [ktCO2-eq./GWh]",
                _resources,
            ),
        ),
    ),
    Section(
        "Technologies",
        (
            columns(
                ("f_min", "f_max", "fmin_perc", "fmax_perc", "c_p", "c_inv", "c_maint", "lifetime", "gwp_constr"),
                "f_min, f_max: capacity [GW; Mpkm/h; Mtkm/h; GWh for a storage] (Infinity: no limit)\n"
                "fmin_perc, fmax_perc: share of the annual output of all that serve the same end use [-]\n"
                "c_p: mean availability over the year [-]; lifetime [y]\n"
                "c_inv, c_maint, gwp_constr: MEUR, MEUR/y, ktCO2-eq. a unit of capacity",
                _technologies,
            ),
            columns(
                ("vehicle_capacity", "batt_per_car"),
                "vehicle_capacity [km-pass/h a vehicle], batt_per_car [kWh a vehicle]",
                _vehicles,
            ),
            sparse_rows(
                "layers_in_out",
                0,
                "Layers that a resource or technology feeds (> 0) and uses (< 0) for one unit of main output\n"
                "[GW/GW; for mobility GW/(Mpkm/h) or GW/(Mtkm/h)]; a layer that is not named: 0",
            ),
        ),
    ),
    Section(
        "Storage and networks",
        (
            sparse_rows("storage_eff_in", 0, "Efficiency of charging from a layer [-]; layers not named: none"),
            sparse_rows("storage_eff_out", 0, "Efficiency of discharging into a layer [-]"),
            columns(
                ("storage_charge_time", "storage_discharge_time", "storage_availability", "storage_losses"),
                "storage_charge_time, storage_discharge_time: from empty to full and back [h]\n"
                "storage_availability: share at hand [-]; storage_losses: of the energy stored [1/h]",
                _storages,
            ),
            columns(("loss_network",), "Losses of what is fed into a network [-]", _end_uses),
        ),
    ),
)

TYPICAL_DAYS = (
    Section(
        "Calendar",
        (tuples_by_day("T_H_TD", "(hour of the year, hour of the day, typical day), one day of the year a line"),),
    ),
    Section(
        "Demand by hour and typical day",
        (
            matrix("electricity_time_series", "Lighting: share of the annual demand in the hour [-]"),
            matrix("heating_time_series", "Space heating [-]"),
            matrix("mob_pass_time_series", "Passenger mobility [-]"),
            matrix("mob_freight_time_series", "Freight [-]"),
        ),
    ),
    Section(
        "Availability by hour and typical day",
        (sliced_matrices("c_p_t", "Output a unit of capacity [-]; technologies not named are always available"),),
    ),
)

OWN_PERIODS = (
    Section(
        "Time, other than a year of 12 typical days",
        (plain_set("PERIODS", "hours"), plain_set("TYPICAL_DAYS", "days that stand for all of them")),
    ),
)
