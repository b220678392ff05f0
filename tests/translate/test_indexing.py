"""Indexing expressions against nested loops written in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.translate import evaluator_of

A = st.lists(st.integers(1, 6), unique=True, max_size=6)
PAIRS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), unique=True, max_size=14)
FAMILY = st.lists(A, min_size=6, max_size=6)

Instance = tuple[list[int], list[int], list[tuple[int, int]], list[list[int]]]
INSTANCES = st.tuples(A, A, PAIRS, FAMILY)


def members_of(indexing: str, arity: int, instance: Instance) -> list[tuple[float, ...]]:
    """The tuples that our evaluator finds for `setof {indexing} (…)`, in order."""
    a, b, pairs, family = instance
    listed = " ".join(f"({i},{j})" for i, j in pairs)
    families = "".join(f"set H[{k + 1}] := {' '.join(map(str, s))};\n" for k, s in enumerate(family))
    text = (
        f"set A; set B; set R dimen 2; set H{{1..6}};\nset FOUND dimen {arity} := {{{indexing}}};\ndata;\n"
        f"set A := {' '.join(map(str, a))};\nset B := {' '.join(map(str, b))};\nset R := {listed};\n{families}"
    )
    model = read_model([("mod", Source("test.mod", text))])
    data = ModelData.from_text(model)
    table = evaluator_of(data).set_table("FOUND").members
    columns = [data.symbols.numbers[column].tolist() for column in table.columns]
    return list(zip(*columns, strict=True))


Loops = Callable[[list[int], list[int], list[tuple[int, int]], list[list[int]]], Iterator[tuple[int, ...]]]

CASES: dict[str, tuple[int, Loops]] = {
    "i in A, j in B": (2, lambda a, b, r, h: ((i, j) for i in a for j in b)),
    "i in A, j in B: (i,j) in R": (2, lambda a, b, r, h: ((i, j) for i in a for j in b if (i, j) in r)),
    "i in A, j in B: (j,i) in R and i < j": (
        2,
        lambda a, b, r, h: ((i, j) for i in a for j in b if (j, i) in r and i < j),
    ),
    "(i,j) in R: i in A": (2, lambda a, b, r, h: ((i, j) for i, j in r if i in a)),
    "i in A, (i,j) in R": (2, lambda a, b, r, h: ((i, j) for i in a for x, j in r if x == i)),
    "(i,i) in R": (1, lambda a, b, r, h: ((i,) for i, j in r if i == j)),
    "i in A, j in H[i]": (2, lambda a, b, r, h: ((i, j) for i in a for j in h[i - 1])),
    "i in A, j in H[i], k in H[j]: (i,k) in R": (
        3,
        lambda a, b, r, h: ((i, j, k) for i in a for j in h[i - 1] for k in h[j - 1] if (i, k) in r),
    ),
    "i in A, j in B, k in A: (i,j) in R and (j,k) in R": (
        3,
        lambda a, b, r, h: ((i, j, k) for i in a for j in b for k in a if (i, j) in r and (j, k) in r),
    ),
    "i in A, j in B: (i,j) not in R or i = j": (
        2,
        lambda a, b, r, h: ((i, j) for i in a for j in b if (i, j) not in r or i == j),
    ),
    "i in A union B, j in A inter B": (
        2,
        lambda a, b, r, h: ((i, j) for i in dict.fromkeys(a + b) for j in a if j in b),
    ),
    "i in A, j in A diff H[i]": (2, lambda a, b, r, h: ((i, j) for i in a for j in a if j not in h[i - 1])),
    "i in A, j in 1..i by 2": (2, lambda a, b, r, h: ((i, j) for i in a for j in range(1, i + 1, 2))),
    "i in A: exists {j in B} (i,j) in R": (1, lambda a, b, r, h: ((i,) for i in a if any((i, j) in r for j in b))),
    "i in A: forall {j in H[i]} j in B": (1, lambda a, b, r, h: ((i,) for i in a if all(j in b for j in h[i - 1]))),
    "i in A: card(H[i]) > 1 and H[i] within B": (
        1,
        lambda a, b, r, h: ((i,) for i in a if len(h[i - 1]) > 1 and set(h[i - 1]) <= set(b)),
    ),
    "i in A, j in setof {(i,k) in R} k": (
        2,
        lambda a, b, r, h: ((i, j) for i in a for j in dict.fromkeys(k for x, k in r if x == i)),
    ),
    "i in A, j in union {k in H[i]} H[k]": (
        2,
        lambda a, b, r, h: ((i, j) for i in a for j in dict.fromkeys(m for k in h[i - 1] for m in h[k - 1])),
    ),
    "i in A, j in (if i in B then H[i] else A)": (
        2,
        lambda a, b, r, h: ((i, j) for i in a for j in (h[i - 1] if i in b else a)),
    ),
    "i in A, j in B: i - j == 2": (2, lambda a, b, r, h: ((i, j) for i in a for j in b if i - j == 2)),
    "i in A, j in B: j = 3 and i <= j": (2, lambda a, b, r, h: ((i, j) for i in a for j in b if j == 3 and i <= j)),
    "i in A, j in B, k in A: k - (2 * i - j) = -i + 1": (
        3,
        lambda a, b, r, h: ((i, j, k) for i in a for j in b for k in a if k - (2 * i - j) == -i + 1),
    ),
    "i in A, j in B, k in A: i + 1 = k and (i,j) in R": (
        3,
        lambda a, b, r, h: ((i, j, k) for i in a for j in b for k in a if i + 1 == k and (i, j) in r),
    ),
    "i in A, (j,k) in R: k = i + 1": (3, lambda a, b, r, h: ((i, j, k) for i in a for j, k in r if k == i + 1)),
    "i in A, j in H[i], k in H[j]: j = 7 - i": (
        3,
        lambda a, b, r, h: ((i, j, k) for i in a for j in h[i - 1] for k in h[j - 1] if j == 7 - i),
    ),
    "i in A, j in B: 2 * i = i + j": (2, lambda a, b, r, h: ((i, j) for i in a for j in b if 2 * i == i + j)),
    "i in A symdiff B, (i,j) in R: j <> i and (j,i) in R": (
        2,
        lambda a, b, r, h: (
            (i, j)
            for i in [*(x for x in a if x not in b), *(x for x in b if x not in a)]
            for x, j in r
            if x == i and j != i and (j, i) in r
        ),
    ),
}


@pytest.mark.parametrize("indexing", CASES)
@settings(max_examples=25, deadline=None)
@given(instance=INSTANCES)
def test_the_tuples_and_their_order_are_those_of_nested_loops(indexing: str, instance: Instance) -> None:
    arity, loops = CASES[indexing]
    assert members_of(indexing, arity, instance) == list(loops(*instance))


MIXED = st.lists(st.sampled_from(("0.1", "0.2", "0.3", "1", "2", "3", "1e17", "'b'", "'1'")), unique=True, max_size=6)
EQUALITIES = (
    "i = j",
    "j = k",
    "i - j == k",
    "j - k = i",
    "i + j = k",
    "j = i + 0.1",
    "'b' = j",
    "-j = -2",
    "j = i / j",
)


def answer_of(condition: str, members: list[list[str]]) -> tuple[object, ...]:
    """What a condition keeps of three sets (texts and numbers), or the error it ends in; and the warnings."""
    listed = "".join(f"set {name} := {' '.join(each)};\n" for name, each in zip("KIJ", members, strict=True))
    text = (
        f"set I; set J; set K;\nset FOUND dimen 3 := setof {{k in K, i in I, j in J: {condition}}} (k, i, j);\n"
        f"data;\n{listed}"
    )
    model = read_model([("mod", Source("test.mod", text))])
    evaluator = evaluator_of(ModelData.from_text(model))
    try:
        columns = evaluator.set_table("FOUND").members.columns
    except ModelError as refused:
        return tuple(finding.code for finding in refused.diagnostics)
    kept = [[evaluator.symbols.member(code) for code in column.tolist()] for column in columns]
    return *zip(*kept, strict=True), *(code for code, _ in evaluator.warnings)


@pytest.mark.parametrize("equality", EQUALITIES)
@settings(max_examples=40, deadline=None)
@given(members=st.tuples(MIXED, MIXED, MIXED))
def test_an_index_that_is_computed_is_the_one_that_a_filter_keeps(
    equality: str, members: tuple[list[str], list[str], list[str]]
) -> None:
    assert answer_of(equality, list(members)) == answer_of(f"({equality}) or 1 = 0", list(members))


def test_texts_are_in_the_order_of_their_characters_behind_all_numbers() -> None:
    """The pairs are those that glpsol 5.0 displays for the same sets."""
    members = [["0"], ["'b'", "10", "2"], ["'ab'", "'b'", "9", "'1'", "'B'", "'é'", "'z'"]]
    texts = ("ab", "b", "1", "B", "é", "z")
    after = [("b", "é"), ("b", "z"), *((10.0, text) for text in texts)]
    after += [(2.0, member) for member in ("ab", "b", 9.0, "1", "B", "é", "z")]
    assert answer_of("i < j", members) == tuple((0.0, *pair) for pair in after)
    assert answer_of("i >= j", members) == tuple(
        (0.0, *pair) for pair in [("b", "ab"), ("b", "b"), ("b", 9.0), ("b", "1"), ("b", "B"), (10.0, 9.0)]
    )


def test_an_equality_of_indices_never_makes_the_product_of_their_sets() -> None:
    text = "set N := 1..200000;\nset PAIRS dimen 2 := {i in N, j in N: i + j = 200001};\n"
    model = read_model([("mod", Source("test.mod", text))])
    assert len(evaluator_of(ModelData.from_text(model)).set_table("PAIRS").members) == 200_000
