"""One typical day of a layer: who supplies it, who uses it, hour by hour."""

from __future__ import annotations

import pandas as pd

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError, did_you_mean
from energyscope.plots.names import label
from energyscope.plots.picture import Day, Picture
from energyscope.plots.tables import DEMANDS, ENERGY, hourly_balance, hours_of_days, total_balance
from energyscope.result import Result

SMALLEST = 0.01
"""Share of what flows through a layer below which an item is put with the others."""
NOTHING = 1e-3
"""Share below which the others together cannot be seen."""
MANY = 3
"""Items that make a layer without demand worth a picture."""


def typical_day(result: Result, layer: str = "ELECTRICITY", day: object = None) -> Picture:
    """Supply (+) and use (-) of a layer in a typical day, with its demand as a line; in HTML any day can be chosen.

    Without a `day`, that which stands for most of the year. Raises EnergyscopeError for an unknown layer or day.
    """
    hourly, weights = hourly_balance(result), hours_of_days(result)
    require_known(layer, hourly["layer"].unique(), "layer")
    shown = weights.idxmax() if day is None else day
    require_known(shown, weights.index, "typical day")
    own = hourly[hourly["layer"] == layer]
    demanded = own["item"].isin(DEMANDS)
    demand = own[demanded]
    content = Day(
        _power(result, layer),
        _flows(own[~demanded]),
        demand.assign(value=-demand["value"])[["day", "hour", "value"]].sort_values(["day", "hour"]),
        weights.index.tolist(),
        weights.tolist(),
        shown,
    )
    note = "Supply above zero, use below it" + ("; the line is the demand." if len(demand) else ".")
    title = f"{label(layer)} in a typical day" if len(weights) > 1 else f"{label(layer)}, hour by hour"
    return Picture(title, note, content)


def main_layers(result: Result, count: int = 4) -> list[str]:
    """The energy layers through which most flows: those with a demand, then others that join at least three items."""
    total = total_balance(result)
    energy = total[total["unit"].isin(ENERGY)]
    layers = (
        energy.assign(value=energy["value"].clip(lower=0.0))
        .groupby("layer")
        .agg(flow=("value", "sum"), items=("item", "nunique"))
    )
    layers["demanded"] = layers.index.isin(energy.loc[energy["item"].isin(DEMANDS), "layer"])
    kept = layers[layers["demanded"] | (layers["items"] >= MANY)]
    return [str(layer) for layer in kept.sort_values(["demanded", "flow"], ascending=False).index[:count]]


def _power(result: Result, layer: str) -> str:
    """The unit of what flows through a layer in an hour."""
    total = total_balance(result)
    amount = str(total.loc[total["layer"] == layer, "unit"].iloc[0]).removesuffix("/y")
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


def require_known(given: object, known: pd.Index, what: str) -> None:
    """Raise EnergyscopeError for a name that the result does not have."""
    if given in set(known):
        return
    names = [str(each) for each in known]
    help = did_you_mean(str(given), names) or f"there are {', '.join(names)}"
    raise EnergyscopeError(Diagnostic("plots", "error", None, f"there is no {what} `{given}`", help))
