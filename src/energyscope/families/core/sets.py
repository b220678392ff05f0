"""The sets of core, given and derived.

What follows from given sets (TECHNOLOGIES, LAYERS, ...) is computed here and not asked of the evaluator of core.mod: so
the comparison of both routes tests it too, and data without a model text do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from energyscope.families.checks import Findings
from energyscope.families.reading import Members, members, relation
from energyscope.language.diagnostics import did_you_mean
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Member

EV_BATTERIES = ("BEV_BATT", "PHEV_BATT")
"""Storages whose power is limited by the vehicles that are plugged in."""
SOLAR_HEAT = "DEC_SOLAR"
"""The technology whose panels stand beside other decentralised heating."""


@dataclass(frozen=True, eq=False)
class CoreSets:
    """Members in the order of the data; a relation is a table with a row a tuple.

    `typical` has the columns period, hour, typical_day (T_H_TD); `technologies_of_type` end_use_type, technology;
    `types_of_category` category, end_use_type; `battery_of_vehicle` vehicle, battery; `storage_of_heating` heating,
    storage.
    """

    periods: Members
    hours: Members
    typical_days: Members
    typical: pd.DataFrame
    sectors: Members
    inputs: Members
    categories: Members
    types_of_category: pd.DataFrame
    resources: Members
    constant_imports: Members
    biofuels: Members
    exports: Members
    technologies_of_type: pd.DataFrame
    storages: Members
    daily_storages: Members
    infrastructure: Members
    vehicles: Members
    battery_of_vehicle: pd.DataFrame
    storage_of_heating: pd.DataFrame

    @classmethod
    def of(cls, data: ModelData) -> CoreSets:
        """Read the given sets. Raises ModelError for what is missing or of another dimension."""
        return cls(
            periods=members(data, "PERIODS", range(1, 8761)),
            hours=members(data, "HOURS", range(1, 25)),
            typical_days=members(data, "TYPICAL_DAYS", range(1, 13)),
            typical=relation(data, "T_H_TD", "period", "hour", "typical_day"),
            sectors=members(data, "SECTORS"),
            inputs=members(data, "END_USES_INPUT"),
            categories=members(data, "END_USES_CATEGORIES"),
            types_of_category=relation(data, "END_USES_TYPES_OF_CATEGORY", "category", "end_use_type"),
            resources=members(data, "RESOURCES"),
            constant_imports=members(data, "RES_IMPORT_CONSTANT"),
            biofuels=members(data, "BIOFUELS"),
            exports=members(data, "EXPORT"),
            technologies_of_type=relation(data, "TECHNOLOGIES_OF_END_USES_TYPE", "end_use_type", "technology"),
            storages=members(data, "STORAGE_TECH"),
            daily_storages=members(data, "STORAGE_DAILY"),
            infrastructure=members(data, "INFRASTRUCTURE"),
            vehicles=members(data, "V2G"),
            battery_of_vehicle=relation(data, "EVs_BATT_OF_V2G", "vehicle", "battery"),
            storage_of_heating=relation(data, "TS_OF_DEC_TECH", "heating", "storage"),
        )

    @cached_property
    def end_use_types(self) -> list[Member]:
        """END_USES_TYPES: the types of all categories, in order of the categories."""
        return _distinct(each for category in self.categories for each in self.types_of(category))

    @cached_property
    def layers(self) -> list[Member]:
        """LAYERS: resources that are no biofuels or exports, then end-use types."""
        return _distinct([*_without(self.resources, [*self.biofuels, *self.exports]), *self.end_use_types])

    @cached_property
    def technologies(self) -> list[Member]:
        """TECHNOLOGIES: those of all end-use types, storages, infrastructure."""
        serving = self.serving["technology"]
        return _distinct([*serving, *self.storages, *self.infrastructure])

    @cached_property
    def serving(self) -> pd.DataFrame:
        """(end_use_type, technology) in order of END_USES_TYPES."""
        return _in_order(self.technologies_of_type, self.end_use_types)

    @cached_property
    def batteries(self) -> pd.DataFrame:
        """(vehicle, battery) in order of V2G."""
        return _in_order(self.battery_of_vehicle, self.vehicles)

    @cached_property
    def heat_stores(self) -> pd.DataFrame:
        """(heating, storage) in order of DECENTRALISED_HEATING."""
        return _in_order(self.storage_of_heating, self.heating)

    @cached_property
    def operated(self) -> list[Member]:
        """What F_t is of: resources and technologies."""
        return _distinct([*self.resources, *self.technologies])

    @cached_property
    def activities(self) -> list[Member]:
        """ACTIVITIES: all that converts or delivers, storages left out."""
        return _without(self.operated, self.storages)

    @cached_property
    def seasonal_storages(self) -> list[Member]:
        """Storages whose level follows the year."""
        return _without(self.storages, self.daily_storages)

    @cached_property
    def heating(self) -> list[Member]:
        """DECENTRALISED_HEATING: decentralised heating but for the solar panels."""
        return _without(self.technologies_of("HEAT_LOW_T_DECEN"), [SOLAR_HEAT])

    def technologies_of(self, end_use_type: Member) -> list[Member]:
        """The technologies of one end-use type."""
        table = self.technologies_of_type
        return list(table["technology"][table["end_use_type"] == end_use_type])

    def types_of(self, category: Member) -> list[Member]:
        """The end-use types of one category."""
        table = self.types_of_category
        return list(table["end_use_type"][table["category"] == category])

    def technologies_of_category(self, category: Member) -> list[Member]:
        """The technologies of all types of a category."""
        return _distinct(each for kind in self.types_of(category) for each in self.technologies_of(kind))

    def check(self, data: ModelData) -> None:
        """Look for members that no set has, and hours that no typical day stands for. Raises ModelError with all.

        `data` tell where the sets are declared.
        """
        report = Findings(data)
        wholes: Mapping[str, Members] = {
            "STORAGE_TECH": self.storages,
            "RESOURCES": self.resources,
            "TECHNOLOGIES": self.technologies,
        }
        parts = [
            ("STORAGE_DAILY", self.daily_storages, "STORAGE_TECH"),
            ("RES_IMPORT_CONSTANT", self.constant_imports, "RESOURCES"),
            ("V2G", self.vehicles, "TECHNOLOGIES"),
            ("EVs_BATT_OF_V2G", list(self.batteries["battery"]), "STORAGE_TECH"),
            ("TS_OF_DEC_TECH", list(self.heat_stores["storage"]), "STORAGE_TECH"),
        ]
        for name, part, whole in parts:
            _report_strangers(report, name, part, whole, wholes[whole])
        _check_time(report, self)
        report.raise_errors()


def _check_time(report: Findings, sets: CoreSets) -> None:
    """Every hour of the year is 1, 2, 3, ... and has one hour of one typical day."""
    if list(sets.periods) != list(range(1, len(sets.periods) + 1)):
        message = "`PERIODS` is not 1, 2, 3, ..."
        report.error("time", "PERIODS", (), message, "the hours of the year are numbered from 1")
    _report_strangers(report, "T_H_TD", list(sets.typical["hour"].unique()), "HOURS", sets.hours)
    _report_strangers(report, "T_H_TD", list(sets.typical["typical_day"].unique()), "TYPICAL_DAYS", sets.typical_days)
    _report_strangers(report, "T_H_TD", list(sets.typical["period"].unique()), "PERIODS", sets.periods)
    counts = sets.typical["period"].value_counts().reindex(list(sets.periods), fill_value=0)
    for count, wrong in ((0, counts == 0), (2, counts > 1)):
        if wrong.any():
            first, more = counts.index[wrong][0], int(wrong.sum()) - 1
            many = "has no typical day" if count == 0 else "has several typical days"
            message = f"hour {first} of the year {many}" + (f", and {more} more hours" if more else "")
            help = "`T_H_TD` has one row (hour of the year, hour, typical day) for each"
            report.error("time", "T_H_TD", (), message, help)


def _report_strangers(report: Findings, name: str, part: Members, whole_name: str, whole: Members) -> None:
    known = set(whole)
    for each in part:
        if each not in known:
            help = did_you_mean(str(each), [str(member) for member in whole])
            report.error("not-within", name, (), f"`{each}` in `{name}` is no member of `{whole_name}`", help)


def _in_order(table: pd.DataFrame, keys: Members) -> pd.DataFrame:
    """The rows of a relation whose first column is one of the keys, in order of the keys."""
    rank = pd.Index(list(keys)).get_indexer(pd.Index(table.iloc[:, 0]))
    order = np.argsort(rank, kind="stable")
    return table.iloc[order[rank[order] >= 0]].reset_index(drop=True)


def _distinct(given: Iterable[Member]) -> list[Member]:
    return list(dict.fromkeys(given))


def _without(given: Members, others: Members) -> list[Member]:
    left_out = set(others)
    return [each for each in given if each not in left_out]
