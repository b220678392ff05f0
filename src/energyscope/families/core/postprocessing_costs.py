"""Costs, emissions and prices by name."""

from __future__ import annotations

import pandas as pd

from energyscope.families import dust
from energyscope.families.core.postprocessing_solved import Solved
from energyscope.families.solved import sparse_array

EUR_PER_MEUR_A_KT = 1000.0
"""1 MEUR/kt = 1e6 EUR / 1e3 t."""


def costs(m: Solved) -> pd.DataFrame:
    """Annual costs by technology and resource [MEUR/y]: investment (tau C_inv), maintenance, operation, total.

    The totals add up to TotalCost.
    """
    frame = pd.DataFrame(
        {
            "investment": m.parameters["tau"]["tau"] * m.variables["C_inv"]["C_inv"],
            "maintenance": m.variables["C_maint"]["C_maint"],
        }
    )
    operation = m.variables["C_op"]["C_op"].to_frame("operation")
    return _by_item(m, frame, operation, total=True)


def emissions(m: Solved) -> pd.DataFrame:
    """Emissions by technology and resource: operation [ktCO2-eq./y], construction [ktCO2-eq.] and a year's share of it.

    `construction_per_year` is construction by the lifetime. TotalGWP is the sum of `operation` alone.
    """
    construction = m.variables["GWP_constr"]["GWP_constr"]
    frame = pd.DataFrame(
        {
            "construction": construction,
            "construction_per_year": construction / m.parameters["lifetime"]["lifetime"].reindex(construction.index),
        }
    )
    return _by_item(m, frame, m.variables["GWP_op"]["GWP_op"].to_frame("operation"), total=False)


def co2_price(m: Solved) -> pd.DataFrame:
    """The shadow price of the emission limit [EUR/tCO2-eq.]: what the last tonne that the limit forbids would save."""
    dual = m.constraints["Minimum_GWP_reduction"]["Minimum_GWP_reduction"]
    return pd.DataFrame({"co2_price": 0.0 - dual.to_numpy() * EUR_PER_MEUR_A_KT, "Run": m.run})


def layer_prices(m: Solved) -> pd.DataFrame:
    """What one unit more of demand in a layer and hour costs [MEUR/GWh; MEUR/Mpkm, MEUR/Mtkm, MEUR/kt].

    The dual of layer_balance is MEUR a GW in all hours of the year that the row stands for; by their number it becomes
    a price. NaN for hours that do not occur. 1 MEUR/GWh = 1000 EUR/MWh = 1 EUR/kWh.
    """
    dual = sparse_array(m.constraints["layer_balance"]["layer_balance"], ("layer", "hour", "typical_day"))
    # a price may be as small as it likes, but not -0.0
    price = dual / m.hours_of_year.where(m.hours_of_year > 0) + 0.0
    series = price.transpose("layer", "hour", "typical_day").to_series()
    return series.to_frame("layer_price").assign(Run=m.run)


def df_annual(m: Solved) -> pd.DataFrame:
    """One row a technology or resource, with the columns that scripts written for the published package read.

    `Annual_Use` is year(F_t) [GWh/y] with each hour counted as often as it occurs; 0 for a storage.
    """
    frame = pd.DataFrame(
        {
            "C_inv": m.variables["C_inv"]["C_inv"],
            "C_maint": m.variables["C_maint"]["C_maint"],
            "tau": m.parameters["tau"]["tau"],
            "F_Mult": m.capacity,
        }
    )
    year = (m.operation * m.hours_of_year).sum(["hour", "typical_day"]).to_series()
    frame = pd.concat([frame, m.variables["C_op"]["C_op"], year.rename("Annual_Use")], axis=1).fillna(0.0)
    frame.loc[frame.index.isin(m.not_built), ["C_inv", "C_maint", "Annual_Use"]] = 0.0
    frame["C_inv_an"] = frame["C_inv"] * frame["tau"]
    for column in ("C_inv", "C_maint", "C_inv_an", "C_op", "Annual_Use"):
        frame[column] = dust.additive(frame[column])
    frame["Category"] = [str(m.end_use_of.get(item, "Others")) for item in frame.index]
    return m.with_run(frame.rename_axis("index"))


def _by_item(m: Solved, technologies: pd.DataFrame, resources: pd.DataFrame, total: bool) -> pd.DataFrame:
    """Technologies, then resources; columns of the other side are 0. A name that is both has two rows."""
    technologies.loc[technologies.index.isin(m.not_built)] = 0.0
    frame = dust.additive(pd.concat([technologies, resources]).fillna(0.0).rename_axis("item"))
    if total:
        frame["total"] = frame.sum(axis=1)
    kinds = ["storage" if item in m.members("STORAGE_TECH") else "technology" for item in technologies.index]
    return m.with_run(frame.assign(kind=[*kinds, *["resource"] * len(resources)]))
