"""Colours and labels of names."""

from __future__ import annotations

import re

import pytest

from energyscope import Energyscope, models
from energyscope.plots.names import colour, label, short

SETS = ("TECHNOLOGIES", "RESOURCES", "LAYERS")


@pytest.fixture(scope="module")
def names() -> list[str]:
    data = Energyscope(models.core_small, backend="linopy:text").data
    tables = [data.set_table(name) for name in SETS]
    codes = [code for table in tables for code in table.members.columns[0].tolist()]
    return sorted({str(data.symbols.member(code)) for code in codes})


def test_every_name_of_core_has_a_label_of_its_own(names: list[str]) -> None:
    assert len(names) > 130
    said = [label(name) for name in names]
    assert len(set(said)) == len(said)
    assert all(text[0].isupper() and "_" not in text for text in said)


def test_every_name_has_a_colour(names: list[str]) -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", colour(name)) for name in names)
    assert colour("TS_DEC_HP_ELEC") != colour("DEC_HP_ELEC") != colour("DHN_HP_ELEC")
    assert colour("PV") == "#f2b632" and colour("a name of one's own") == colour("a name of one's own")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("DEC_HP_ELEC", "Electric heat pump (decentralised)"),
        ("IND_BOILER_WOOD", "Wood boiler (industry)"),
        ("AMMONIA_RE", "Renewable ammonia"),
        ("TS_DEC_HP_ELEC", "Heat store of electric heat pump (decentralised)"),
        ("PV", "PV"),
        ("DHN", "District heating network"),
        ("End_uses", "Demand"),
        ("my_plant", "My plant"),
        (3, "3"),
    ],
)
def test_labels(name: object, said: str) -> None:
    assert label(name) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(1598.6, "1,599"), (106.4, "106"), (17.94, "17.9"), (0.115, "0.115"), (1e-9, "0"), (-2.5, "-2.5")],
)
def test_numbers_are_short_and_plain(value: float, said: str) -> None:
    assert short(value) == said
