"""Symbols and Index: members as codes, tuples as tables."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Symbols

codes = st.integers(0, 30)


def test_numbers_are_equal_as_doubles_and_never_equal_to_texts() -> None:
    symbols = Symbols()
    assert symbols.code(1) == symbols.code(1.0) == symbols.codes_of_numbers(np.array([1.0]))[0]
    assert symbols.code(1) != symbols.code("1")
    assert symbols.code(-0.0) == symbols.code(0.0)


def test_labels_are_those_of_reports() -> None:
    symbols = Symbols()
    members = [1, 2.5, "pv", "d h", "l'eau", "1", "2015_2020", 1e20]
    labels = [symbols.label(symbols.code(member)) for member in members]
    assert labels == ["1", "2.5", "pv", "'d h'", "'l''eau'", "'1'", "2015_2020", "1e+20"]
    assert symbols.describe("Ft", [symbols.code("d h"), symbols.code(1)]) == "Ft['d h',1]"
    assert symbols.describe("F", []) == "F"


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_come_back_from_their_codes(numbers: list[float]) -> None:
    symbols = Symbols()
    found = symbols.codes_of_numbers(np.array(numbers, dtype=np.float64))
    assert symbols.numbers[found].tolist() == numbers
    assert len(symbols) == len(set(numbers))


@given(st.lists(st.tuples(codes, codes), unique=True), st.lists(st.tuples(codes, codes)))
def test_positions_are_those_of_a_dictionary(tuples: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    table = np.array(tuples, dtype=np.int32).reshape(-1, 2)
    wanted = np.array(asked, dtype=np.int32).reshape(-1, 2)
    index = Index((table[:, 0], table[:, 1]))
    place = {pair: position for position, pair in enumerate(tuples)}
    assert index.positions((wanted[:, 0], wanted[:, 1])).tolist() == [place.get(pair, -1) for pair in asked]


def test_sparse_key_spaces_are_searched() -> None:
    index = Index((np.arange(0, 100_000, 7, dtype=np.int32), np.arange(0, 100_000, 7, dtype=np.int32)[::-1]))
    assert index.positions(index.columns).tolist() == list(range(len(index)))
    assert not index.contains((index.columns[0][:5], index.columns[0][:5])).any()


@given(st.lists(st.tuples(codes, codes), min_size=1))
def test_first_repeat_is_the_second_sight(tuples: list[tuple[int, int]]) -> None:
    table = np.array(tuples, dtype=np.int32)
    seen: set[tuple[int, int]] = set()
    expected = next((i for i, pair in enumerate(tuples) if pair in seen or seen.add(pair)), None)  # type: ignore[func-returns-value]
    assert Index((table[:, 0], table[:, 1])).first_repeat == expected
