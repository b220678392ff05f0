"""Every form of data that the language has, and the values it gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_cases import from_texts, members, values

from energyscope.language.data import words as datawords

TWO = "set I; set J; param c{I,J};"
THREE = "set I; set J; set K; param av{I,J,K};"
MATRIX = {("a", "k"): 1, ("a", "l"): 2, ("b", "k"): 3, ("b", "l"): 4}


class TestParameters:
    def test_scalar(self):
        assert values(from_texts("param rate;", "param rate := 0.05;"), "rate") == {(): 0.05}

    def test_one_dimensional_list(self):
        assert values(from_texts("set I; param c{I};", "param c := pv 3, wind 4;"), "c") == {"pv": 3, "wind": 4}

    @pytest.mark.parametrize(
        "text",
        [
            "param c := a k 1  a l 2, b k 3\n b l, 4;",
            "param c := [a,*] k 1 l 2  [*,k] b 3 [b,*] l 4;",
            "param c := [a,k] 1 [a,*] l 2 [*,*] b k 3 b l 4;",
            "param c : k l := a 1 2  b 3 4;",
            "param c := : k l := a 1 2  b 3 4;",
            "param c (tr) : a b := k 1 3  l 2 4;",
            "param c : k := a 1 b 3  : l := a 2 b 4;",
            "param c := [*,*] : k l := a 1 2 b 3 4;",
            "param c := [*,*] (tr) : a b := k 1 3  l 2 4;",
            "param c : k\n l = a # one\n 1 2 /* two */ b\n 3\n 4;",
            "param : c := a k 1 a l 2 b k 3 b l 4;",
            "param : c := [a,*] k 1 l 2 [b,*] k 3 l 4;",
        ],
    )
    def test_forms_of_a_matrix(self, text):
        assert values(from_texts(TWO, text), "c") == MATRIX

    def test_a_dot_is_no_value(self):
        data = from_texts(TWO, "param c : k l := a 1 . b . 4;")
        assert values(data, "c") == {("a", "k"): 1, ("b", "l"): 4}
        assert values(from_texts("set I; param c{I};", "param c := a . b 2;"), "c") == {"b": 2}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                '["PV",*,*]: 1 2 := 1 0 0.5  2 3 4',
                {("PV", 1, 1): 0, ("PV", 1, 2): 0.5, ("PV", 2, 1): 3, ("PV", 2, 2): 4},
            ),
            (": 1 2 := PV 1 0 .5  PV 2 3 4", {("PV", 1, 1): 0, ("PV", 1, 2): 0.5, ("PV", 2, 1): 3, ("PV", 2, 2): 4}),
            ("[*,2,*]: 1 2 := PV 0 5", {("PV", 2, 1): 0, ("PV", 2, 2): 5}),
            ("[*,2,*] (tr) : PV := 1 0 2 5", {("PV", 2, 1): 0, ("PV", 2, 2): 5}),
            ("(tr) : PV := 2 1 0  2 2 5", {("PV", 2, 1): 0, ("PV", 2, 2): 5}),
            ("[PV,*,1] 1 2 3 4", {("PV", 1, 1): 2, ("PV", 3, 1): 4}),
        ],
    )
    def test_three_subscripts(self, text, expected):
        assert values(from_texts(THREE, f"param av := {text};"), "av") == expected

    def test_columns(self):
        data = from_texts("set T; param cost{T}; param life{T};", "param : cost life := pv 3 25  wind 4 . ;")
        assert values(data, "cost") == {"pv": 3, "wind": 4}
        assert values(data, "life") == {"pv": 25}

    def test_columns_fill_a_set(self):
        model = "set L dimen 2; param len{L}; param cap{L};"
        data = from_texts(model, "param : L : len cap := a b 5 1  a c 4 . ;")
        assert members(data, "L") == [("a", "b"), ("a", "c")]
        assert values(data, "len") == {("a", "b"): 5, ("a", "c"): 4}
        assert values(data, "cap") == {("a", "b"): 1}

    def test_columns_under_a_template(self):
        data = from_texts("set I; param lo{I,I}; param hi{I,I};", "param: lo hi := [a,*] 1 0 5  2 0 6 [*,1] b 7 .;")
        assert values(data, "lo") == {("a", 1): 0, ("a", 2): 0, ("b", 1): 7}
        assert values(data, "hi") == {("a", 1): 5, ("a", 2): 6}

    def test_columns_of_numbers_and_symbols(self):
        data = from_texts("set T; param n{T}; param s{T} symbolic;", "param : n s := a 1 x  b . 'y z' c 3 .;")
        assert values(data, "n") == {"a": 1, "c": 3}
        assert values(data, "s") == {"a": "x", "b": "y z"}

    def test_defaults_of_the_data_are_kept_apart(self):
        data = from_texts("set I; param c{I}; param d{I};", "param default 6 : I : c d := a . 1  b . .;")
        assert [data.parameters[name].default for name in "cd"] == [6, 6]
        assert values(data, "d") == {"a": 1}
        assert from_texts("param s{1..3} symbolic;", "param s default x := 1 y;").parameters["s"].default is not None

    def test_infinity_is_a_value(self):
        data = from_texts("set I; param c{I};", "param c := a Infinity b -Infinity c +Infinity d 1d3;")
        assert values(data, "c") == {"a": math.inf, "b": -math.inf, "c": math.inf, "d": 1000}

    def test_quoted_numbers_count_with_one_warning_a_file(self):
        model = "set I; param c{I}; param d;"
        data = from_texts(model, "param c := a \"Infinity\" b '3.5';\nparam d := 1;", "param d2 := 4;"[:0])
        assert values(data, "c") == {"a": math.inf, "b": 3.5}
        assert [(each.code, each.span.line, each.span.column) for each in data.warnings] == [("quoted-number", 1, 14)]

    def test_symbolic_values_are_members(self):
        data = from_texts("set I; param s{I} symbolic;", "param s := a 1 b '1' c 2015_2020;")
        assert values(data, "s") == {"a": 1, "b": "1", "c": "2015_2020"}

    def test_number_and_text_are_two_subscripts(self):
        data = from_texts("set I; param c{I};", "param c := 1 5 '1' 6 1e 7;")
        assert values(data, "c") == {1: 5, "1": 6, "1e": 7}

    def test_crlf_and_letters_of_all_alphabets(self):
        data = from_texts("set I; param c{I};", "param c :=\r\n\t'Wärme' 3\r\n\téolien\t4 # é\r\n;")
        assert values(data, "c") == {"Wärme": 3, "éolien": 4}

    def test_a_parameter_without_values(self):
        data = from_texts("set I; param c{I}; param d;", "param c := ; param d := .;")
        assert (values(data, "c"), values(data, "d")) == ({}, {})


class TestSets:
    def test_list(self):
        assert members(from_texts("set S;", "set S := a 'b c' 3, 01.5;"), "S") == ["a", "b c", 3, 1.5]

    def test_empty(self):
        assert members(from_texts("set S;", "set S := ;"), "S") == []

    def test_indexed(self):
        data = from_texts("set T{1..2, 1..2} default {};", "set T['x',1] := p q; set T[x,2] := ;")
        assert members(data, "T", "x", 1) == ["p", "q"]
        assert members(data, "T", "x", 2) == []
        assert list(data["T"]) == [("x", 1), ("x", 2)]

    @pytest.mark.parametrize(
        "text",
        [
            "(a,b) ( a , 'c' ) (d,b)",
            "a b a c d b",
            "(a,b) a c\n(d,b)",
            "a b (a,c) d, b",
            "(a,*) b c (*,b) d",
            "(a,*) (b) c (*,b) (d)",
            ": b c := a + + d + -",
            ": b := a + : c := a + : b := d +",
            ": b c e := a + + - d + - -",
        ],
    )
    def test_tuples(self, text):
        expected = {("a", "b"), ("a", "c"), ("d", "b")}
        assert set(members(from_texts("set E dimen 2;", f"set E := {text};"), "E")) == expected

    def test_transposed_table(self):
        data = from_texts("set E dimen 2;", "set E (tr) : 5 6 := 1 - + 2 + +;")
        assert members(data, "E") == [(6, 1), (5, 2), (6, 2)]

    def test_templates_of_three_places(self):
        data = from_texts("set F dimen 3;", "set F := (a,*,*) b 1 (c,2) (*,*,9) b z (*,y,*) : 1 2 := q + -;")
        assert members(data, "F") == [("a", "b", 1), ("a", "c", 2), ("b", "z", 9), ("q", "y", 1)]


def test_data_may_stand_above_the_declaration_in_a_later_file():
    from energyscope.language.modeltext import read_model
    from energyscope.language.source import Source
    from energyscope.modeldata.model_data import ModelData

    files = [("dat", Source("a.dat", "param n := 3;")), ("mod", Source("b.mod", "param n;"))]
    assert values(ModelData.from_text(read_model(files)), "n") == {(): 3}


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(datawords, "PIECE", 16)


@pytest.mark.usefixtures("small_pieces")
class TestRunsOfManyPieces:
    def test_rows_may_begin_in_one_piece_and_end_in_the_next(self):
        head = " ".join(f"c{k}" for k in range(7))
        rows = "\n".join(
            f"'r {i}' " + " ".join("." if (i + k) % 5 == 0 else str(i * k) for k in range(7)) for i in range(40)
        )
        data = from_texts(TWO, f"param c : {head} :=\n{rows};")
        expected = {(f"r {i}", f"c{k}"): i * k for i in range(40) for k in range(7) if (i + k) % 5}
        assert values(data, "c") == expected

    def test_tuples_and_bare_words(self):
        text = " ".join(f"({i}, 'x {i}')" if i % 3 else f"{i} 'x {i}'" for i in range(60))
        assert members(from_texts("set E dimen 2;", f"set E := {text};"), "E") == [(i, f"x {i}") for i in range(60)]


CELLS = st.one_of(st.none(), st.floats(allow_nan=False), st.integers(-(10**6), 10**6).map(float))
MEMBERS = st.one_of(st.text("ab1.é'\" ;#-", max_size=4), st.floats(allow_nan=False, allow_infinity=False))


@given(
    st.lists(MEMBERS, min_size=1, max_size=5, unique_by=lambda m: (type(m), m)),
    st.lists(MEMBERS, min_size=1, max_size=4, unique_by=lambda m: (type(m), m)),
    st.data(),
)
def test_any_table_gives_its_cells(rows, columns, drawn):
    from energyscope.modeldata.symbols import label

    cells = [[drawn.draw(CELLS) for _ in columns] for _ in rows]
    lines = [
        " ".join([label(row), *("." if cell is None else label(cell) for cell in line)])
        for row, line in zip(rows, cells, strict=True)
    ]
    text = f"param c : {' '.join(map(label, columns))} :=\n" + "\n".join(lines) + ";"
    expected = {
        (row, column): cell
        for row, line in zip(rows, cells, strict=True)
        for column, cell in zip(columns, line, strict=True)
        if cell is not None
    }
    found = values(from_texts(TWO, text), "c")
    assert {tuple(map(plain, key)): value for key, value in found.items()} == {
        tuple(map(plain, key)): v for key, v in expected.items()
    }


def plain(member):
    return member if isinstance(member, str) else float(member)


def test_large_values_stay_exact():
    numbers = np.random.default_rng(3).random(2000) * 10.0 ** np.random.default_rng(4).integers(-300, 300, 2000)
    text = "param c := " + "\n".join(f"{k} {value!r}" for k, value in enumerate(numbers.tolist())) + ";"
    assert list(from_texts("set I; param c{I};", text).parameters["c"].values) == numbers.tolist()
