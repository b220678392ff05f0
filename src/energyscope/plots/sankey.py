"""Where the energy of the year comes from and goes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from energyscope.plots.names import colour, label, short
from energyscope.plots.picture import Flows, Picture
from energyscope.plots.sankey_layout import with_columns
from energyscope.plots.tables import ENERGY, total_balance
from energyscope.result import Result

SMALLEST = 0.002
"""Share of the widest flow below which one is not drawn."""
_SERVICES = {"Mpkm/y": "Passenger mobility", "Mtkm/y": "Freight"}
"""What is supplied in other units; its node is as wide as the energy that goes into it."""
_COLOURED_AS = {"Passenger mobility": "MOB_PRIVATE", "Freight": "MOB_FREIGHT_RAIL"}


def sankey(result: Result) -> Picture:
    """Energy flows of the year between resources, layers, technologies and demand [TWh].

    A technology that supplies no energy (a car) passes on the energy that it uses. Storages are left out, so that
    energy does not run in circles.
    """
    balance = total_balance(result)
    links = pd.concat([_energy_links(balance[balance["unit"].isin(ENERGY)]), _service_links(balance)])
    links = links.groupby(["source", "target", "carrier"], as_index=False)["value"].sum()
    links = links[links["value"] > SMALLEST * links["value"].max()]
    annual = "annual_balance" in result.postprocessing
    unit, per = ("TWh/y", 1000.0) if annual else ("GWh", 1.0)
    amount = "TWh a year" if annual else "GWh in all periods"
    note = f"{amount}. The sides of a node differ by what it loses or takes from the surroundings, and by storage."
    title = "Energy of the year" if annual else "Energy flows"
    return Picture(title, note, _flows(links.assign(value=links["value"] / per), unit))


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
    supplies = set(balance.loc[balance["unit"].isin(ENERGY) & (balance["value"] > 0), "item"])
    used = balance[balance["unit"].isin(ENERGY) & (balance["value"] < 0) & balance["item"].isin(service.index)]
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


def _flows(links: pd.DataFrame, unit: str) -> Flows:
    names = pd.unique(pd.concat([links["source"], links["target"]]))
    place = {name: rank for rank, name in enumerate(names)}
    plain = [name.partition(":")[2] for name in names]
    placed = links.assign(
        source=links["source"].map(place), target=links["target"].map(place), colour=links["carrier"].map(colour)
    )
    out_of, into = (np.bincount(placed[end], placed["value"], len(names)) for end in ("source", "target"))
    nodes = pd.DataFrame({"name": names, "label": _labels(names)})
    ends = (out_of == 0) | (into == 0)
    amounts = pd.Series(out_of + into).map(short)
    nodes["text"] = nodes["label"].where(~ends, nodes["label"] + " " + amounts)
    nodes["colour"] = [colour(_COLOURED_AS.get(name, name)) for name in plain]
    return Flows(unit, with_columns(nodes, placed), placed.reset_index(drop=True))


def _labels(nodes: Sequence[str]) -> list[str]:
    """Labels of nodes; where a technology stands is seen from what it supplies, and told where two are called alike."""
    layers = {name.partition(":")[2] for name in nodes if name.startswith("layer:")}
    said = [_label(node, layers) for node in nodes]
    brief = [text.partition(" (")[0] for text in said]
    alike = Counter(brief)
    return [
        short_text if alike[short_text] == 1 else text.replace("(decentralised", "(local").replace(" heating)", ")")
        for short_text, text in zip(brief, said, strict=True)
    ]


def _label(node: str, layers: set[str]) -> str:
    kind, _, name = node.partition(":")
    if kind == "demand":
        return f"{label(name)} demand"
    if kind == "resource" and name in layers:
        return f"{label(name)} import"
    return label(name)
