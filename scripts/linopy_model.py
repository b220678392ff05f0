"""The smallest example: a model of one's own in linopy, solved and read like any other.

Run it with `python scripts/linopy_model.py`.
"""

from __future__ import annotations

import argparse

import linopy
import pandas as pd

from energyscope import Energyscope, LinopyModel, ModelData
from energyscope.families.reading import array

DATA = {
    "PLANTS": ["gas", "wind"],
    "capacity": pd.Series({"gas": 5.0, "wind": 2.0}),
    "cost": pd.Series({"gas": 30.0, "wind": 1.0}),
    "demand": 4.0,
}
"""Capacity and demand in GW, cost in EUR/MWh."""


def dispatch(data: ModelData) -> linopy.Model:
    """Meet a demand at least cost."""
    model = linopy.Model()
    power = model.add_variables(0, array(data, "capacity", plant="PLANTS"), name="power")
    model.add_constraints(power.sum() >= array(data, "demand"), name="balance")
    model.add_objective((power * array(data, "cost", plant="PLANTS")).sum())
    return model


def main() -> None:
    """Solve it and show what comes back."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    result = Energyscope(LinopyModel(dispatch, DATA)).calc()
    print(f"objective: {result.objective:g}")
    print(result.variables["power"])


if __name__ == "__main__":
    main()
