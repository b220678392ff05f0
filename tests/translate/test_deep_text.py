"""Deep and long texts: nothing depends on Python's recursion limit."""

from __future__ import annotations

import pytest

from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.program.blocks import Program
from energyscope.translate import translate


def program_of(text: str) -> Program:
    """The program of a text that holds its data."""
    model = read_model([("mod", Source("deep.mod", text))])
    return translate(model, ModelData.from_text(model)).program


def least_x(expression: str) -> float:
    """The right side that `x >= expression` comes to."""
    program = program_of(f"var x >= 0; minimize z: x; s.t. r: x >= {expression};")
    return float(program.constraints["r"].lower[0])


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (" + ".join(["1"] * 10_000), 10_000),
        ("(" * 2_000 + "7" + ")" * 2_000, 7),
        ("(1 + 1 * " * 2_000 + "7" + ")" * 2_000, 2_007),
        ("- " * 2_001 + "7", -7),
        ("".join(f"if 1 = {k} then {k} else " for k in range(2, 1_002)) + "7", 7),
        ("".join(f"if 1 = {k} then {k} else (" for k in range(2, 1_002)) + "7" + ")" * 1_000, 7),
        ("".join(f"sum {{i{k} in 1..1}} (" for k in range(300)) + "7" + ")" * 300, 7),
        ("if " + "not (" * 2_000 + "1 = 1" + ")" * 2_000 + " then 7 else 5", 7),
    ],
    ids=["sum", "parentheses", "nested", "minus", "else-if", "else-if-parentheses", "sums", "not"],
)
def test_depth_has_no_limit(expression: str, expected: float) -> None:
    assert least_x(expression) == expected


def test_ten_thousand_terms_of_variables() -> None:
    terms = " + ".join(f"x[{i}]" for i in range(1, 10_001))
    program = program_of(f"set I := 1..10000; var x {{I}} >= 0; minimize z: x[1]; s.t. r: {terms} >= 3;")
    assert program.sizes["nonzeros"] == 10_000


def test_long_recursive_definitions() -> None:
    program = program_of(
        "param f {t in 0..3000} := if t = 0 then 1 else f[t-1] + 1;\n"
        "set S {t in 0..300} := if t = 0 then {0} else S[t-1] union {t};\n"
        "var x >= 0; minimize z: x; s.t. r: x >= f[3000] + card(S[300]);"
    )
    assert program.constraints["r"].lower[0] == 3001 + 301
