"""The linopy model of core, whole or in part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import linopy

from energyscope.families.core import (
    costs,
    emissions,
    energy_balance,
    heating,
    mobility,
    networks,
    policy,
    resources,
    storage,
)
from energyscope.families.core.checks import check_figures
from energyscope.families.core.data import CoreData
from energyscope.families.core.family import Families
from energyscope.families.core.variables import add_variables
from energyscope.families.reading import refuse_derived
from energyscope.language.diagnostics import did_you_mean, error
from energyscope.modeldata.model_data import ModelData

GROUPS: Mapping[str, Families] = {
    "energy_balance": energy_balance.FAMILIES,
    "resources": resources.FAMILIES,
    "storage": storage.FAMILIES,
    "costs": costs.FAMILIES,
    "emissions": emissions.FAMILIES,
    "mobility": mobility.FAMILIES,
    "heating": heating.FAMILIES,
    "networks": networks.FAMILIES,
    "policy": policy.FAMILIES,
}
"""The constraint families by group, in the order of core.mod."""


def build(data: ModelData, groups: Iterable[str] | None = None) -> linopy.Model:
    """The linopy model of the national energy system; variables and constraints by the names of core.mod.

    `groups` names the groups of constraints to build, all nine without it. Every variable is there in any case. The
    upper side of `size_limit` is the constraint `size_limit upper side`.

    Raises ModelError for data that do not fit and `unknown-group` for a group that is not there.
    """
    chosen = _chosen(groups)
    refuse_derived(data)
    figures = CoreData.of(data)
    check_figures(figures, data)
    model = linopy.Model()
    m = add_variables(model, figures)
    for group in chosen:
        for name, family in GROUPS[group].items():
            rows = family(m)
            lower, *upper = rows if isinstance(rows, tuple) else (rows,)
            model.add_constraints(lower, name=name, freeze=True)
            for side in upper:
                model.add_constraints(side, name=f"{name} upper side", freeze=True)
    model.add_objective(1 * m.TotalCost)
    return model


def _chosen(groups: Iterable[str] | None) -> list[str]:
    """The groups asked for, in the order of core.mod."""
    wanted = list(GROUPS) if groups is None else [groups] if isinstance(groups, str) else list(groups)
    for each in wanted:
        if each not in GROUPS:
            help = did_you_mean(each, GROUPS) or f"there are {', '.join(GROUPS)}"
            raise error("unknown-group", None, f"core has no group `{each}`", help)
    return [group for group in GROUPS if group in wanted]
