"""Mistakes that show only when text and data meet: code, place and sentence."""

from __future__ import annotations

import pytest

from energyscope.language.diagnostics import ModelError
from energyscope.language.goal import Goal
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.translate import Translation, translate


def translated(text: str) -> Translation:
    """The translation of a text that holds its data."""
    model = read_model([("mod", Source("m.mod", text))])
    return translate(model, ModelData.from_text(model))


CASES = [
    ("var y >= 0; var x = y + 1, >= 5; minimize z: x;", "unsupported", 17, "bounds, entries or a kind of the defined"),
    ("var x >= Infinity; minimize z: x;", "bound-conflict", 5, "`x` has bounds inf and inf"),
    ("param a := 10^400; var x >= a; minimize z: x;", "arithmetic", 14, "too large"),
    ("param p := 1e400; var x >= 0; minimize z: x;", "bad-number", 12, "too large for a number"),
    ("param n := 1e10; set S := 1..n; var x {S}; minimize z: 0;", "memory", 28, "1e+10 members"),
    ("var x; minimize z: x; s.t. c: 0 >= 1;", "row-infeasible", 28, "`c` reads 0 >= 1"),
    ("param f {i in 1..3} := f[i+1]; var x >= f[1]; minimize z: x;", "subscript", 24, "`f[4]` is outside"),
    ("set S := 1..2; param c {S}; minimize z: c[1]; data; param c := 1 2 3 4;", "data-subscript", 68, "`3` is not in"),
    ("set T := {'a'}; param p {T} default 1; var x; minimize z: x * p['b'];", "subscript", 63, "`p[b]` is outside"),
    ("param a := Infinity - Infinity; var x; minimize z: a;", "arithmetic", 21, "no value"),
]


@pytest.mark.parametrize(("text", "code", "column", "sentence"), CASES, ids=[case[1] + str(case[2]) for case in CASES])
def test_mistake(text: str, code: str, column: int, sentence: str) -> None:
    with pytest.raises(ModelError) as failure:
        translated(text)
    first = failure.value.diagnostics[0]
    assert first.span is not None
    assert (first.code, first.span.column) == (code, column)
    assert sentence in first.message


def test_the_other_spelling_of_a_member_is_offered() -> None:
    with pytest.raises(ModelError) as failure:
        translated("set S := {1, 2}; param p {S} default 1; var x; minimize z: x * p['1'];")
    assert failure.value.diagnostics[0].help == "'1' is text; the set holds the number 1"


def test_a_number_compared_with_a_text_is_a_warning() -> None:
    warnings = translated("set S := 1..2; var x; minimize z: x + sum {i in S: i = '1'} 1;").warnings
    assert [warning.code for warning in warnings] == ["never-equal"]


def test_an_index_may_be_named_like_an_item_declared_further_down() -> None:
    program = translated(
        "set I := 1..3; param p {n in I} := n; param n := 5; var x; minimize z: x; s.t. c: x >= p[2] + n;"
    ).program
    assert program.constraints["c"].lower[0] == 7


def test_a_text_without_objective_is_told() -> None:
    (warning,) = translated("var x >= 0; s.t. c: x >= 1;").warnings
    assert (warning.code, warning.severity) == ("no-objective", "warning")
    assert "--minimize EXPR" in (warning.help or "")
    goal = Goal("minimize", "x")
    model = read_model([("mod", Source("m.mod", "var x >= 0; s.t. c: x >= 1;"))], goal=goal)
    assert not translate(model, ModelData.from_text(model)).warnings
