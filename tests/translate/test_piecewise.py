"""Piecewise-linear terms: what is wrong and where, which of them need binaries, and what their blocks are called."""

from __future__ import annotations

import sys

import pytest

from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.program.blocks import Program
from energyscope.translate import translate


def program_of(text: str) -> Program:
    """The program of a text that holds its data."""
    model = read_model([("mod", Source("m.mod", text))])
    return translate(model, ModelData.from_text(model)).program


PARAMS = "set I := 1..2; param b{I,1..2}; param s{I,1..3}; var x{I} >= 0, <= 9; "
TERM = "minimize z: sum {i in I} <<{k in 1..2} b[i,k]; {k in 1..3} s[i,k]>> x[i]; "
CASES = {
    "too few slopes": ("var x; minimize z: <<1, 2; 3, 4>> x;", "pwl-count", 20, "2 breaks need 3 slopes, 2 given"),
    "too many slopes": ("var x; minimize z: <<; 3, 4>> x;", "pwl-count", 20, "0 breaks need 1 slopes, 2 given"),
    "slopes by data": (
        "set I := 1..3; var x{I}; minimize z: sum {i in I} <<{k in 1..i} k; {k in 1..3} k>> x[i];",
        "pwl-count",
        51,
        "1 breaks need 2 slopes, 3 given for i = 1",
    ),
    "breaks that fall": (
        "var x; minimize z: 2 + <<3, 1; 1, 2, 3>> x;",
        "pwl-order",
        24,
        "must not decrease: 1 follows 3",
    ),
    "breaks that fall by data": (
        PARAMS + TERM + "data; param b : 1 2 := 1 2 5 2 4 3; param s : 1 2 3 := 1 1 2 3 2 1 2 3;",
        "pwl-order",
        len(PARAMS) + 26,
        "3 follows 4 for i = 2",
    ),
    "no bound above": ("var x >= 0; maximize z: <<1; 1, 2>> x;", "pwl-unbounded", 25, "lacks a finite bound"),
    "no bound below": ("var x <= 3; minimize z: <<1; 2, 1>> x;", "pwl-unbounded", 25, "lacks a finite bound"),
    "no bound of one": (
        "set I := 1..2; var x{i in I} >= 0, <= if i = 1 then 4 else Infinity; "
        "minimize z: x[1]; s.t. c{i in I}: <<1; 2, 1>> x[i] = 3;",
        "pwl-unbounded",
        104,
        "for i = 2",
    ),
    "a variable break": (
        "var x; minimize z: <<x; 1, 2>> x;",
        "variable-in-data",
        22,
        "the breaks of a piecewise-linear",
    ),
    "a variable slope": (
        "var x; minimize z: <<1; 1, x>> x;",
        "variable-in-data",
        28,
        "the slopes of a piecewise-linear",
    ),
    "a variable zero": (
        "var x; minimize z: <<1; 1, 2>> (x, x);",
        "variable-in-data",
        36,
        "the zero of a piecewise-linear",
    ),
    "an infinite slope": ("var x; minimize z: <<1; 1, Infinity>> x;", "arithmetic", 20, "Infinity cannot be a slope"),
    "a product of terms": ("var x; minimize z: <<1; 1, 2>> x * x;", "nonlinear", 34, "product of variables"),
    "a term of a term": ("var x; minimize z: <<1; 1, 2>> (<<1; 1, 2>> x);", "unsupported", 33, "of another one"),
    "a set as a break": ("set S; var x; minimize z: <<S; 1, 2>> x;", "wrong-kind", 29, "`S` is a set"),
}


@pytest.mark.parametrize("name", CASES)
def test_mistake(name: str) -> None:
    text, code, column, sentence = CASES[name]
    with pytest.raises(ModelError) as failure:
        program_of(text)
    first = failure.value.diagnostics[0]
    assert first.span is not None
    assert (first.code, first.span.column) == (code, column)
    assert sentence in first.message


DIRECTIONS = {
    "minimize z: <<1; 1, 2>> x;": 0,
    "maximize z: <<1; 1, 2>> x;": 1,
    "maximize z: -3 * <<1; 1, 2>> x;": 0,
    "maximize z: <<1, 3; 3, 2, 0>> x;": 0,
    "minimize z: <<1, 3; 3, 2, 0>> x;": 2,
    "minimize z: y; s.t. c: <<1; 1, 2>> x <= 3;": 0,
    "minimize z: y; s.t. c: 3 >= <<1; 1, 2>> x + y;": 0,
    "minimize z: y; s.t. c: <<1; 1, 2>> x >= 3;": 1,
    "minimize z: y; s.t. c: y <= 4 - <<1; 1, 2>> x;": 0,
    "minimize z: y; s.t. c: <<1; 1, 2>> x = 3;": 1,
    "minimize z: y; s.t. c: 1 <= <<1; 1, 2>> x <= 3;": 1,
    "minimize z: y; s.t. c: 1 <= <<1; 2, 2>> x <= 3;": 0,
    "minimize z: y; s.t. c: <<1; 2, 1>> x <= Infinity;": 0,
    "minimize z: <<-3, 2, 7; 9, 1, 2, -4>> x;": 0,
    "minimize z: 0 * <<1; 2, 1>> x;": 0,
    "minimize z: x + <<1; 2, 1>> (4);": 0,
}


@pytest.mark.parametrize("text", DIRECTIONS)
def test_binaries_stand_only_where_a_term_is_pressed_out_of_its_shape(text: str) -> None:
    program = program_of(f"var x >= 0, <= 5; var y >= 0; {text}")
    assert program.sizes["integers"] == DIRECTIONS[text]


def test_blocks_are_named_after_the_declaration_and_differ_from_all_names() -> None:
    program = program_of(
        "set I := {'a', 'b'}; var x{I} >= 0, <= 5; var c_split >= 0; minimize z: sum {i in I} <<1; 1, 2>> x[i];"
        " s.t. c{i in I}: <<1; 2, 1>> x[i] + <<2; 1, 3>> x[i] + c_split = 3;"
    )
    assert list(program.variables) == "x c_split c_segment_2 c_reached_2 c_segment_3 c_reached_3 z_segment".split()
    assert (
        list(program.constraints) == "c c_split_2 c_filled_2 c_opened_2 c_split_3 c_filled_3 c_opened_3 z_split".split()
    )
    assert program.column_label(program.variables["z_segment"].first + 3) == "z_segment[b,2]"
    assert program.row_label(program.constraints["z_split"].first + 1) == "z_split[b]"


def test_the_steps_of_building_do_not_grow_with_the_number_of_terms() -> None:
    """Arrays do the work: tenfold the terms take hardly more calls (spec/ampl, section 13, allows 5 %)."""
    assert calls(2000) <= 1.05 * calls(200)


def calls(count: int) -> int:
    """Calls of functions while a program with so many terms is built."""
    text = (
        f"set I := 1..{count}; var x{{I}} >= 0, <= 9; minimize z;"
        " arc_rows{i in I}: 2 * to_come >= <<i mod 3 + 1; 2, 1>> x[i]; node N{i in I}: net_in >= i mod 7;"
        " arc a{i in I} >= 0, to N[i] 0.5, obj z 2, coeff arc_rows[i] 3;"
    )
    seen = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal seen
        seen += event == "call"

    model = read_model([("mod", Source("m.mod", text))])
    data = ModelData.from_text(model)
    sys.setprofile(count_call)
    try:
        translate(model, data)
    finally:
        sys.setprofile(None)
    return seen
