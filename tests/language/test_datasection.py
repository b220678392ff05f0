"""Data sections: cutting text into statements, words, and what is said about wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counting import calls_of
from energyscope.language.ast import Number, Text
from energyscope.language.data import words as datawords
from energyscope.language.data.nodes import ColumnData, ParamData, SetData
from energyscope.language.data.section import print_data_section, read_data_section
from energyscope.language.data.words import Words, member_of, skip_words, words_of
from energyscope.language.diagnostics import Report
from energyscope.language.printing.printer import print_file
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file

ACCEPTED = Path(__file__).parents[1] / "conformance" / "accept"


def no_command(position: int):
    raise AssertionError(f"a command at {position}")


def read(text: str, start: int = 0):
    report = Report()
    section, stop = read_data_section(Source("case.dat", text), start, report, (), no_command)
    return section, stop, [(each.code, each.span.line, each.span.column) for each in report.diagnostics]


def statement(text: str):
    section, _, said = read(text)
    assert said == []
    assert len(section.statements) == 1
    return section.statements[0]


def words(run: Words) -> list[str]:
    return [word for piece in run.pieces() for word in piece]


class TestStatements:
    def test_a_list(self):
        node = statement("param c := a k 1, a l 2;")
        assert isinstance(node, ParamData)
        assert (node.name, node.name_span.column, node.default) == ("c", 7, None)
        assert words(node.segments[0].body) == ["a", "k", "1", "a", "l", "2"]

    def test_a_default_before_or_behind_the_name(self):
        for text in ("param default 7 c := ;", "param c default 7;", "param c default 7 : k l := a 1 2;"):
            assert statement(text).default.value == 7

    def test_a_transposed_table_under_a_slice(self):
        node = statement('param av := ["PV",*,*] (tr) : 1 2 := 1 0 0.5;')
        segment = node.segments[0]
        assert [place and place.value for place in segment.template.places] == ["PV", None, None]
        assert (segment.template.stars, segment.transposed) == (2, True)
        assert (words(segment.columns), words(segment.body)) == (["1", "2"], ["1", "0", "0.5"])

    def test_several_tables_make_several_segments(self):
        node = statement("param c : k := a 1 b 3 : l := a 2 b 4;")
        assert [words(segment.columns) for segment in node.segments] == [["k"], ["l"]]

    def test_columns_with_a_set(self):
        node = statement("param default 0 : S : a, b := x 1 2;")
        assert isinstance(node, ColumnData)
        assert (node.set_name, node.names, node.default.value) == ("S", ("a", "b"), 0)

    def test_a_key_of_a_set_keeps_numbers_and_texts_apart(self):
        node = statement("set T [A, 1, '1'] := p q;")
        assert isinstance(node, SetData)
        assert [type(member) for member in node.key] == [Text, Number, Text]
        assert words(node.segments[0].body) == ["p", "q"]

    def test_an_empty_set(self):
        assert statement("set T[x] := ;").segments == ()

    def test_tuples_are_words_and_templates_begin_segments(self):
        assert words(statement("set E := (a,b) ( c , d ) e f;").segments[0].body) == list("(ab)(cd)ef")
        node = statement("set E := (a,*) b c (*,z) b;")
        assert [words(segment.body) for segment in node.segments] == [["b", "c"], ["b"]]

    def test_a_one_place_tuple_called_tr_is_no_mark(self):
        assert words(statement("set E := (tr) (x);").segments[0].body) == ["(", "tr", ")", "(", "x", ")"]

    def test_equals_sign_for_assignment(self):
        assert statement("param c : k l = a 3 4;") == statement("param c : k l := a 3 4;")


class TestWhereReadingStops:
    def test_model_gives_the_place_behind_it(self):
        text = "data; set S := a; model; var x;"
        section, stop, said = read(text, start=5)
        assert (text[stop:], len(section.statements), said) == (" var x;", 1, [])

    @pytest.mark.parametrize("text", ["set S := a; end; ~~~", "set S := a; end", "set S := a; data;"])
    def test_end_of_file(self, text):
        section, stop, said = read(text)
        assert (stop, len(section.statements), said) == (len(text), 1, [])

    @pytest.mark.parametrize(
        ("text", "place"),
        [("param c : k :=\n a 3\n b 4 # done\n", (3, 4)), ("set S := a", (1, 10)), ("param d", (1, 7))],
    )
    def test_the_end_of_the_file_closes_the_last_statement(self, text, place):
        section, _, said = read(text)
        assert len(section.statements) == 1
        assert said == [("missing-semicolon", *place)]


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("param p := a 1\n  ~b 2;", ("bad-character", 2, 3)),
            ("set S := 'a\nb;", ("unterminated-string", 1, 10)),
            ("set S := a; /* no end", ("unterminated-comment", 1, 13)),
            ("param p := a 1\nparam q := b 2;", ("syntax", 2, 9)),
            ("set S := a [b] c;", ("syntax", 1, 12)),
            ("param p := (a) 3;", ("syntax", 1, 12)),
            ("set S[*] := a;", ("syntax", 1, 6)),
            ("param : a b 3;", ("syntax", 1, 14)),
            ("param : a b : c := 3;", ("syntax", 1, 13)),
            ("param : := 3;", ("syntax", 1, 9)),
            ("param p : := a;", ("syntax", 1, 11)),
            ("param p default := 3;", ("syntax", 1, 17)),
            ("set := a;", ("syntax", 1, 5)),
            ("var x >= 0;", ("syntax", 1, 1)),
            ("3;", ("syntax", 1, 1)),
            (":= 3;", ("syntax", 1, 1)),
        ],
    )
    def test_place_and_recovery(self, text, said):
        section, _, found = read(text + "\nset LAST := z;")
        assert found[0] == said
        if said[0] != "unterminated-comment":
            assert section.statements[-1].name == "LAST"

    @pytest.mark.parametrize(("text", "place"), [("set S[a", (1, 7)), ("param : a", (1, 9)), ("param", (1, 1))])
    def test_the_text_ends_in_a_head(self, text, place):
        assert read(text)[2] == [("unexpected-end", *place)]

    def test_several_mistakes_in_one_file(self):
        _, _, said = read("set S := ~;\nparam := 3;\nset T := a;\nfoo;")
        assert [(code, line) for code, line, _ in said] == [("bad-character", 1), ("syntax", 2), ("syntax", 4)]


class TestWords:
    @pytest.mark.parametrize(
        ("word", "member"),
        [
            ("12", 12.0), ("12.", 12.0), (".5", 0.5), ("-1.5e-3", -0.0015), ("+3", 3.0), ("1e3", 1000.0), ("01", 1.0),
            ("1d3", 1000.0), ("1D-1", 0.1), ("Infinity", float("inf")), ("-Infinity", float("-inf")),
            ("2015_2020", "2015_2020"), ("3a.b-c", "3a.b-c"), ("1e", "1e"), ("nan", "nan"), ("inf", "inf"),
            ("infinity", "infinity"), ("1_0", "1_0"), ("٣", "٣"), ("éolien", "éolien"), ("+x-y", "+x-y"),
            ("1.2.3", "1.2.3"),
            ("'1'", "1"), ("'l''eau'", "l'eau"), ('"a""b"', 'a"b'), ("''", ""), ("'a\\\nb'", "ab"), ("'.'", "."),
            (".", None), ("+", None), ("-", None),
        ],
    )  # fmt: skip
    def test_meaning(self, word, member):
        assert member_of(word) == member

    def test_comments_and_commas_vanish(self):
        assert words_of("a,b # 'c' ;\n d/* (e */f") == ["a", "b", "d", "f"]
        assert words_of("'a#b' /* it's */ \"c d\",e") == ["'a#b'", '"c d"', "e"]

    def test_places_of_words(self):
        run = statement("set S :=\r\n a 'b c' # x\r\n /* y */ (d,\te);").segments[0].body
        assert [(span.line, span.column, span.text) for span in run.spans()] == [
            (2, 2, "a"), (2, 4, "'b c'"), (3, 11, "d"), (3, 14, "e"),
        ]  # fmt: skip
        assert run.span_at(2).text == "d"
        assert run.span_at(4) is None


PARTS = st.sampled_from(
    ["a", "-1.5e3", "2015_2020", "é", ".", "+", "'it''s'", '"; ) #"', "(x,y)", "('p q', /* ) */ 3)", ",",
     "# note ' ;\n", "/* ; * ' */", "\n", "\r\n", "\t"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=60), st.integers(1, 40))
def test_pieces_of_any_length_hold_the_same_words(parts, length):
    text = " ".join(parts) + " ;"
    whole = words_of(text[:-1])
    full = datawords.PIECE
    datawords.PIECE = length
    try:
        stop, cuts = skip_words(text, 0, tuples=True)
    finally:
        datawords.PIECE = full
    assert stop == len(text) - 1
    assert words(Words(Source("t", text), 0, stop, cuts)) == whole


NAMES = st.sampled_from(["cost", "S", "x1"])
WORDS = st.lists(st.sampled_from(["a", "1", "'b c'", '"it""s"', "2015_2020", ".", "-3e2"]), max_size=8).map(" ".join)
TEMPLATES = st.sampled_from(["", "[a,*]", "[*,'b',*]"])
HEADS = st.sampled_from(["", ": k l :=", "(tr) : 1 'x y' :=", "# note\n : k /* c */ ="])
STATEMENTS = st.one_of(
    st.tuples(NAMES, st.lists(st.tuples(TEMPLATES, HEADS, WORDS), max_size=3)).map(
        lambda drawn: f"param {drawn[0]} := " + " ".join(" ".join(part) for part in drawn[1]) + ";"
    ),
    st.tuples(NAMES, WORDS).map(
        lambda drawn: f"set {drawn[0]}['k', 1] := ({drawn[0]}, 1) {drawn[1]} (a,*) {drawn[1]};"
    ),
    st.tuples(NAMES, WORDS).map(lambda drawn: f"param default 3 : {drawn[0]} : p q := {drawn[1]};"),
)


@given(st.lists(STATEMENTS, max_size=5).map("\n".join))
def test_printed_sections_read_back_equal(text):
    section, _, said = read(text)
    again, _, said_again = read(print_data_section(section, str))
    assert (said, said_again) == ([], [])
    assert again == section


@pytest.mark.parametrize("path", sorted(ACCEPTED.glob("*.dat")), ids=lambda path: path.name)
def test_accepted_files_read_back_equal(path):
    file = parse_file(Source.from_file(path), "data", Report(), set())
    printed = print_file(file).removeprefix("data;\n")
    assert parse_file(Source("again.dat", printed), "data", Report(), set()) == file


def test_runs_differ_when_a_word_does():
    assert statement("set S := a 1;") == statement("set S :=\n'a' , 01;")
    assert statement("set S := a 1;") != statement("set S := a '1';")
    assert statement("set S := a 1;") != statement("set S := a;")


def test_many_unclosed_parentheses_take_linear_work():
    few, many = (calls_of(lambda count=count: read("set S := " + "(a " * count + ";")) for count in (400, 4_000))
    assert many < 10.5 * few
