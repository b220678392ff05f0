"""Later data over earlier ones: entries, keys, and the places they came from, against dictionaries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from energyscope.language.source import Source, Span
from energyscope.modeldata.edits import laid_over, last_entries, set_laid_over, without
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set

KEYS = st.tuples(st.integers(0, 3), st.integers(0, 2))
LAYERS = st.lists(st.lists(st.tuples(KEYS, st.integers(0, 99)), max_size=6), min_size=1, max_size=5)
FAMILIES = st.lists(
    st.dictionaries(st.integers(0, 3), st.lists(st.integers(0, 9), unique=True, max_size=4), max_size=3),
    min_size=1,
    max_size=4,
)


@dataclass(frozen=True)
class Numbered:
    """Entry i of layer k stands at offset 100 k + i of an imagined text."""

    layer: int

    def key_span(self, position: int) -> Span:
        return Span(TEXT, 100 * self.layer + position, 0)

    def value_span(self, position: int) -> Span:
        return self.key_span(position)


TEXT = Source("imagined", "")


def parameter(layer: int, entries: list[tuple[tuple[int, int], int]]) -> Parameter:
    columns = [np.array([key[place] for key, _ in entries], np.int32) for place in range(2)]
    values = np.array([value for _, value in entries], np.float64)
    return Parameter("p", Index(columns), values, None, Numbered(layer))


def entries_of(made: Parameter) -> dict[tuple[int, ...], float]:
    keys = zip(*(column.tolist() for column in made.index.columns), strict=True)
    return dict(zip(keys, made.values.tolist(), strict=True))


@given(LAYERS)
def test_the_last_entry_of_each_subscript_holds(layers: list[list[tuple[tuple[int, int], int]]]) -> None:
    made: Parameter | None = None
    expected: dict[tuple[int, int], float] = {}
    places: dict[tuple[int, int], int] = {}
    for layer, entries in enumerate(layers):
        made = laid_over(made, last_entries(parameter(layer, entries)))
        expected.update(entries)
        places.update({key: 100 * layer + position for position, (key, _) in enumerate(entries)})
    assert made is not None
    assert entries_of(made) == expected
    assert made.origin is not None
    for position, key in enumerate(entries_of(made)):
        span = made.origin.key_span(position)
        assert span is not None
        assert span.start == places[key]  # type: ignore[index]


@given(LAYERS, st.lists(KEYS, max_size=5))
def test_entries_are_taken_away(layers: list[list[tuple[tuple[int, int], int]]], gone: list[tuple[int, int]]) -> None:
    made = last_entries(parameter(0, layers[0]))
    columns = [np.array([key[place] for key in gone], np.int32) for place in range(2)]
    assert entries_of(without(made, columns)) == {
        key: value for key, value in dict(layers[0]).items() if key not in gone
    }


def family(members: dict[int, list[int]]) -> Set:
    offsets = np.concatenate([[0], np.cumsum([len(each) for each in members.values()])]).astype(np.int64)
    keys = Index([np.array(list(members), np.int32)])
    return Set("S", keys, offsets, Index([np.array([m for each in members.values() for m in each], np.int32)]))


@given(FAMILIES)
def test_the_last_members_of_each_key_hold(layers: list[dict[int, list[int]]]) -> None:
    made: Set | None = None
    expected: dict[int, list[int]] = {}
    for members in layers:
        made = set_laid_over(made, family(members))
        expected.update(members)
    assert made is not None
    bounds = zip(made.offsets[:-1].tolist(), made.offsets[1:].tolist(), strict=True)
    column = made.members.columns[0].tolist()
    found = [column[start:stop] for start, stop in bounds]
    assert dict(zip(made.keys.columns[0].tolist(), found, strict=True)) == expected
