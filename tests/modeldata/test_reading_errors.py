"""What is said about wrong data, and exactly where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reading_cases import first_error, from_texts

from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData

REJECTED = Path(__file__).parents[1] / "conformance" / "reject"
OURS = ("data-unknown", "data-kind", "data-for-defined", "data-duplicate", "data-row-length", "data-not-number",
        "data-slice", "duplicate-member")  # fmt: skip
CASES = {
    name: case for name, case in json.loads((REJECTED / "rejected.json").read_text()).items() if case["code"] in OURS
}


@pytest.mark.parametrize("name", CASES)
def test_reject_cases(name):
    case = CASES[name]
    files = [("mod", name), *(("dat", each) for each in case.get("data", ()))]
    text = read_model([(mode, Source(each, (REJECTED / each).read_text())) for mode, each in files])
    with pytest.raises(ModelError) as caught:
        ModelData.from_text(text)
    first = caught.value.diagnostics[0]
    assert (first.code, first.span.source.name, first.span.line, first.span.column) == (
        case["code"], case["file"], case["line"], case["column"],
    )  # fmt: skip


MODEL = """set S; set E dimen 2; set T{1..2}; set D := {1}; set G default {1};
param n; param p{S}; param q{S}; param c{S,S}; param av{S,S,S}; param s{S} symbolic; param k := 3; param f = 4;
var x{S} >= 0;
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set S2 := a;", ("data-unknown", 1, 5)),
        ("param : p zz := a 1 2;", ("data-unknown", 1, 11)),
        ("param : SS : p := a 1;", ("data-unknown", 1, 9)),
        ("set p := a;", ("data-kind", 1, 5)),
        ("param x := a 1;", ("data-kind", 1, 7)),
        ("param : p : q := a 1;", ("data-kind", 1, 9)),
        ("param f := 3;", ("data-for-defined", 1, 7)),
        ("param : D : p := a 1;", ("data-for-defined", 1, 9)),
        ("set T := a;", ("subscript-count", 1, 5)),
        ("set S[1] := a;", ("subscript-count", 1, 5)),
        ("param : T : p := a 1;", ("subscript-count", 1, 9)),
        ("param : p c := a 1 2;", ("subscript-count", 1, 11)),
        ("param : E : p := a 1;", ("set-dimension", 1, 9)),
        ("param : S : p := a 1; set S := a;", ("data-duplicate", 1, 27)),
        ("set T[1] := a; set T[2] := a; set T['1'] := a; set T[01] := b;", ("data-duplicate", 1, 52)),
        ("param : p p := a 1 2;", ("data-duplicate", 1, 11)),
        ("param c : k l :=\na 1 2\nb 1 2\na 3 4;", ("data-duplicate", 4, 1)),
        ("param c : k k := a 1 2;", ("data-duplicate", 1, 18)),
        ("param c := [a,*] k 1\n[*,k] b 1 a 2;", ("data-duplicate", 2, 11)),
        ("param : p q := a 1 .\n a . 2\n b 3 3\n a 5 .;", ("data-duplicate", 4, 2)),
        ("param : S : p q := a 1 . a . 2;", ("duplicate-member", 1, 26)),
        ("param n := 1 2;", ("data-row-length", 1, 14)),
        ("param c := [a,b] 1 2;", ("data-row-length", 1, 20)),
        ("param p :=\na 1\nb\nc 3;", ("data-row-length", 4, 1)),
        ("param p :=\na 1\nb 2 5\nc 3;", ("data-row-length", 3, 5)),
        ("param p := a 1 b", ("data-row-length", 1, 16)),
        ("param c : k l :=\na 1 2\nb 3\nc 4 5;", ("data-row-length", 4, 1)),
        ("param c : k l :=\na 1 2 # fine\nb 3 4 5\nc 4 5;", ("data-row-length", 3, 7)),
        ("param c : k l :=\r\na 1 2\r\nb 3\r\n: m := a 1;", ("data-row-length", 4, 1)),
        ("param : p q :=\na 1 2\nb 3\nc 4 5;", ("data-row-length", 4, 1)),
        ("param c : k l :=\na 1 2\nb 3 x;", ("data-not-number", 3, 5)),
        ("param : p q := a 1 2 b x 3;", ("data-not-number", 1, 24)),
        ("param p := a 1 b 2015_2020;", ("data-not-number", 1, 18)),
        ("param p := a nan;", ("data-not-number", 1, 14)),
        ("param p := a 'x';", ("data-not-number", 1, 14)),
        ("param p default x := a 1;", ("data-not-number", 1, 17)),
        ("param p := a +;", ("data-not-number", 1, 14)),
        ("param p := + 3;", ("syntax", 1, 12)),
        ("param p := . 3;", ("syntax", 1, 12)),
        ("param s := a -;", ("syntax", 1, 14)),
        ("param c : k . := a 1 2;", ("syntax", 1, 13)),
        ("param av := [a,*] b 1;", ("data-slice", 1, 13)),
        ("param av := [a,b,*] : k l := c 1 2;", ("data-slice", 1, 13)),
        ("param p : k l := a 1 2;", ("data-slice", 1, 9)),
        ("param : p := [a,*] 1 2;", ("data-slice", 1, 14)),
        ("set E := (a,b)\n (c,*,*) d e;", ("data-slice", 2, 2)),
        ("set E := (a,b) (c) (d,e);", ("set-dimension", 1, 16)),
        ("set E := (a,b) c (d,e);", ("set-dimension", 1, 18)),
        ("set E := (a,*) b (c,d);", ("set-dimension", 1, 18)),
        ("set E := a b\n c\n d e;", ("data-row-length", 3, 2)),
        ("set S := a . b;", ("syntax", 1, 12)),
        ("set E : k l := a + x;", ("syntax", 1, 20)),
        ("set E : k l :=\na + -\nb +\n;", ("data-row-length", 4, 1)),
        ("set S := a 1 b 01;", ("duplicate-member", 1, 16)),
        ("set E := (a,b) (b,a)\n ( a , b );", ("duplicate-member", 2, 2)),
        ("set E := a b b a\n a b;", ("duplicate-member", 2, 2)),
        ("set E : k l := a + + b + - a - +;", ("duplicate-member", 1, 28)),
        ("set T[1] := a b a;", ("duplicate-member", 1, 17)),
    ],
)
def test_place(text, said):
    code, line, column = said
    assert first_error(MODEL, text) == (code, "0.dat", line, column)


def test_messages_name_row_and_numbers():
    text = "param c : k l :=\n wind 1 2\n 'x y' 2;\nparam q := a 1 b;\nparam k := 4;\nset S := a a;"
    with pytest.raises(ModelError) as caught:
        from_texts(MODEL, text)
    assert [(each.code, each.message) for each in caught.value.diagnostics] == [
        ("data-row-length", "row `'x y'` has 1 value for 2 columns"),
        ("data-row-length", "an entry has 1 subscript and a value, found 3 words from `a` on"),
        ("data-for-defined", "`k` is defined in the model, data cannot change it"),
        ("duplicate-member", "`a` is already a member of `S`"),
    ]


def test_the_second_place_names_the_first():
    with pytest.raises(ModelError) as caught:
        from_texts(MODEL, "param p := a 1;", "param p := b 2;")
    assert caught.value.diagnostics[0].help == "first at 0.dat:1:7"
    with pytest.raises(ModelError) as caught:
        from_texts(MODEL, "param p := a 1\n b 1\n a 2;")
    assert caught.value.diagnostics[0].help == "first at 0.dat:1:12"


class TestOrigins:
    """The words of an entry are found again when somebody asks."""

    def test_matrix_with_holes(self):
        parameter = from_texts(MODEL, "param c : k l :=\n a 1 .\n b . 4\n: m :=\n a 7;").parameters["c"]
        places = [(parameter.origin.key_span(i).text, parameter.origin.value_span(i).text) for i in range(3)]
        assert places == [("a", "1"), ("b", "4"), ("a", "7")]
        assert [parameter.origin.place_span(i, 1).text for i in range(3)] == ["k", "l", "m"]

    def test_slices_and_transposed_tables(self):
        parameter = from_texts(MODEL, "param av := [a,*,b] k 3 [*,*,z] (tr) : p q := r 1 2;").parameters["av"]
        assert [parameter.origin.place_span(i, k).text for i in range(3) for k in range(3)] == [
            "a", "k", "b", "p", "r", "z", "q", "r", "z",
        ]  # fmt: skip
        assert [parameter.origin.value_span(i).text for i in range(3)] == ["3", "1", "2"]

    def test_columns(self):
        data = from_texts(MODEL, "param : S : p q := a 1 . b . 2 c 3 4;")
        assert [data.parameters["q"].origin.value_span(i).text for i in range(2)] == ["2", "4"]
        assert data.parameters["q"].origin.key_span(0).text == "b"
        assert [data.sets["S"].origin.key_span(i).text for i in range(3)] == ["a", "b", "c"]

    def test_scalar(self):
        origin = from_texts(MODEL, "param n := 3.5;").parameters["n"].origin
        assert (origin.key_span(0).text, origin.value_span(0).text) == ("3.5", "3.5")

    def test_members_and_keys_of_sets(self):
        data = from_texts(MODEL, "set E := (a,b) c d (e,*) f; set T[1] := p q; set T['2'] := r;")
        assert [data.sets["E"].origin.key_span(i).text for i in range(3)] == ["(a,b)", "c", "f"]
        assert [data.sets["T"].origin.key_span(i).text for i in range(3)] == ["p", "q", "r"]
        assert [data.sets["T"].key_origin.key_span(i).text for i in range(2)] == ["1", "'2'"]
