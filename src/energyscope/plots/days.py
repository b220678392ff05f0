"""One typical day of a layer: who supplies it, who uses it, hour by hour."""

from __future__ import annotations

import pandas as pd

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError, did_you_mean
from energyscope.plots.names import label
from energyscope.plots.picture import Day, Picture
from energyscope.plots.tables import table_of
from energyscope.result import Result

SMALLEST = 0.01
"""Share of what flows through a layer below which an item is put with the others."""
NOTHING = 1e-3
"""Share below which the others together cannot be seen."""
DEMAND = "End_uses"


def typical_day(result: Result, layer: str = "ELECTRICITY", day: object = None) -> Picture:
    """Supply (+) and use (-) of a layer in a typical day, with its demand as a line; in HTML any day can be chosen.

    Without a `day`, that which stands for most of the year. Raises EnergyscopeError for an unknown layer or day.
    """
    hourly = table_of(result, "hourly_balance").reset_index()
    weights = table_of(result, "year_weights")["hours"].groupby("typical_day").sum()
    _require(layer, hourly["layer"].unique(), "layer")
    shown = weights.idxmax() if day is None else day
    _require(shown, weights.index, "typical day")
    own = hourly[hourly["layer"] == layer].rename(columns={"typical_day": "day", "hourly_balance": "value"})
    demand = own[own["item"] == DEMAND]
    content = Day(
        _power(result, layer),
        _flows(own[own["item"] != DEMAND]),
        demand.assign(value=-demand["value"])[["day", "hour", "value"]].sort_values(["day", "hour"]),
        weights.index.tolist(),
        weights.tolist(),
        shown,
    )
    return Picture(
        f"{label(layer)} in a typical day", "Supply above zero, use below it; the line is the demand.", content
    )


def main_layers(result: Result, count: int = 4) -> list[str]:
    """The energy layers with a demand through which most energy flows in the year."""
    annual = table_of(result, "annual_balance").reset_index()
    demanded = set(annual.loc[annual["item"] == DEMAND, "layer"])
    energy = annual[annual["layer"].isin(demanded) & (annual["unit"] == "GWh/y") & (annual["annual_balance"] > 0)]
    flows = energy.groupby("layer")["annual_balance"].sum().sort_values(ascending=False)
    return [str(layer) for layer in flows.index[:count]]


def _power(result: Result, layer: str) -> str:
    """The unit of what flows through a layer in an hour."""
    annual = table_of(result, "annual_balance")["unit"]
    amount = str(annual[annual.index.get_level_values("layer") == layer].iloc[0]).removesuffix("/y")
    return "GW" if amount == "GWh" else f"{amount}/h"


def _flows(own: pd.DataFrame) -> pd.DataFrame:
    """A row for each day, hour and item; small items together."""
    size = own.assign(value=own["value"].abs()).groupby("item")["value"].sum()
    small = set(size.index[size < SMALLEST * size.sum()])
    named = own.assign(name=["Other" if item in small else item for item in own["item"]])
    if size[list(small)].sum() < NOTHING * size.sum():
        named = named[named["name"] != "Other"]
    table = named.groupby(["day", "hour", "name"], as_index=False)["value"].sum()
    order = [*size.drop(list(small)).sort_values(ascending=False).index, "Other"]
    place = {name: rank for rank, name in enumerate(order)}
    table = table.assign(place=table["name"].map(place), label=table["name"].map(label))
    return table.sort_values(["place", "day", "hour"], ignore_index=True)


def _require(given: object, known: pd.Index, what: str) -> None:
    if given in set(known):
        return
    names = [str(each) for each in known]
    help = did_you_mean(str(given), names) or f"there are {', '.join(names)}"
    raise EnergyscopeError(Diagnostic("plots", "error", None, f"there is no {what} `{given}`", help))
