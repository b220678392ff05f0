"""The figures that model and data files give, read with the reader of the project, as plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dataset_text import Key, Tables
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Set
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Symbols
from energyscope.models import Model


def given_tables(paths: Sequence[Path]) -> Tables:
    """The sets and parameters that the data of a model state, derived ones and defaults left out."""
    data = ModelData.from_files(Model.from_paths(paths))
    symbols = data.symbols
    sets = {name: _members(item, symbols) for name, item in data.sets.items()}
    parameters = {
        name: dict(zip(_tuples(item.index, symbols), item.values.tolist(), strict=True))
        for name, item in data.parameters.items()
    }
    return Tables(sets, parameters)


def _members(item: Set, symbols: Symbols) -> dict[Key, list[Key]]:
    members = _tuples(item.members, symbols)
    cuts = item.offsets.tolist()
    keys = _tuples(item.keys, symbols)
    return {key: members[start:stop] for key, start, stop in zip(keys, cuts, cuts[1:], strict=False)}


def _tuples(index: Index, symbols: Symbols) -> list[Key]:
    if not index.columns:
        return [()] * len(index)
    columns = [[symbols.member(code) for code in column.tolist()] for column in index.columns]
    return list(zip(*columns, strict=True))
