"""Where the energy of the year comes from and goes to."""

from __future__ import annotations

import pandas as pd

from energyscope.plots.names import colour, label
from energyscope.plots.picture import Flows, Picture
from energyscope.plots.sankey_layout import with_columns
from energyscope.plots.tables import table_of
from energyscope.result import Result

SMALLEST = 0.002
"""Share of the widest flow below which one is not drawn."""
ENERGY = "GWh/y"
_SERVICES = {"Mpkm/y": "Passenger mobility", "Mtkm/y": "Freight"}
"""What is supplied in other units; its node is as wide as the energy that goes into it."""


def sankey(result: Result) -> Picture:
    """Energy flows of the year between resources, layers, technologies and demand [TWh].

    A technology that supplies no energy (a car) passes on the energy that it uses. Storages are left out, so that
    energy does not run in circles.
    """
    balance = table_of(result, "annual_balance").reset_index().rename(columns={"annual_balance": "value"})
    links = pd.concat([_energy_links(balance[balance["unit"] == ENERGY]), _service_links(balance)])
    links = links.groupby(["source", "target", "carrier"], as_index=False)["value"].sum()
    links = links[links["value"] > SMALLEST * links["value"].max()]
    note = "TWh a year. The sides of a node differ by what it loses or takes from the surroundings, and by storage."
    return Picture("Energy of the year", note, _flows(links.assign(value=links["value"] / 1000)))


def _energy_links(energy: pd.DataFrame) -> pd.DataFrame:
    """A link for every term of the balances of energy layers, without those that only repeat a name."""
    seen = energy["value"].abs() > SMALLEST * energy["value"].abs().max()
    energy = energy[seen & (energy["kind"] != "storage")]
    gives = energy["value"] > 0
    producers = energy[gives].groupby("layer")["item"].agg(set)
    takers = energy[~gives].groupby("layer")["item"].agg(set)
    alone = [
        (kind == "resource" and {item} == producers.get(layer) and item == layer)
        or (kind == "demand" and {item} == takers.get(layer))
        for kind, item, layer in zip(energy["kind"], energy["item"], energy["layer"], strict=True)
    ]
    kept = energy[~pd.Series(alone, index=energy.index)]
    layers = "layer:" + kept["layer"]
    items = pd.Series([_node(*row) for row in kept[["kind", "item", "layer"]].itertuples(index=False)], kept.index)
    inward = kept["value"] > 0
    return pd.DataFrame(
        {
            "source": items.where(inward, layers),
            "target": layers.where(inward, items),
            "carrier": kept["layer"],
            "value": kept["value"].abs(),
        }
    )


def _service_links(balance: pd.DataFrame) -> pd.DataFrame:
    """Technologies that supply mobility pass on the energy they use, split by what they supply."""
    served = balance[(balance["kind"] == "technology") & (balance["value"] > 0) & balance["unit"].isin(_SERVICES)]
    service = served.drop_duplicates("item").set_index("item")["unit"].map(_SERVICES)
    supplies = set(balance.loc[(balance["unit"] == ENERGY) & (balance["value"] > 0), "item"])
    used = balance[(balance["unit"] == ENERGY) & (balance["value"] < 0) & balance["item"].isin(service.index)]
    used = used[~used["item"].isin(list(supplies))]
    return pd.DataFrame(
        {
            "source": "technology:" + used["item"],
            "target": "service:" + used["item"].map(service),
            "carrier": used["layer"],
            "value": -used["value"],
        }
    )


def _node(kind: str, item: str, layer: str) -> str:
    """The node of an item; each layer has a demand of its own."""
    return f"demand:{layer}" if kind == "demand" else f"{kind}:{item}"


def _flows(links: pd.DataFrame) -> Flows:
    names = pd.unique(pd.concat([links["source"], links["target"]]))
    layers = {name.partition(":")[2] for name in names if name.startswith("layer:")}
    nodes = pd.DataFrame({"name": names, "label": [_label(name, layers) for name in names]})
    nodes["colour"] = [colour(name.partition(":")[2]) for name in names]
    place = {name: rank for rank, name in enumerate(names)}
    placed = links.assign(
        source=links["source"].map(place), target=links["target"].map(place), colour=links["carrier"].map(colour)
    )
    return Flows("TWh/y", with_columns(nodes, placed), placed.reset_index(drop=True))


def _label(node: str, layers: set[str]) -> str:
    kind, _, name = node.partition(":")
    if kind == "demand":
        return f"{label(name)} demand"
    if kind == "resource" and name in layers:
        return f"{label(name)} import"
    # where a technology stands is seen from what it supplies
    return label(name).partition(" (")[0]
