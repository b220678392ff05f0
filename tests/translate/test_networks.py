"""Nodes, arcs and entries: what is wrong and where, and what the result holds of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyscope.energyscope import Energyscope
from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic, ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.models import Model
from energyscope.translate import Translation, translate


def translated(text: str) -> Translation:
    """The translation of a text that holds its data."""
    model = read_model([("mod", Source("m.mod", text))])
    return translate(model, ModelData.from_text(model))


def refused(text: str) -> Diagnostic:
    """The first mistake in a text."""
    with pytest.raises(ModelError) as failure:
        translated(text)
    return failure.value.diagnostics[0]


CASES = {
    "from a variable": (
        "var x; node N; arc a from x, to N;",
        "wrong-kind",
        27,
        "`x` is a variable; `from` needs a node",
    ),
    "to a constraint": (
        "s.t. c: to_come >= 0; arc a to c;",
        "wrong-kind",
        32,
        "`c` is a constraint; `to` needs a node",
    ),
    "obj of a node": ("node N; var x obj N 1;", "wrong-kind", 19, "`N` is a node; `obj` needs an objective"),
    "coeff of an objective": ("minimize z; var x coeff z 1;", "wrong-kind", 25, "`coeff` needs a constraint"),
    "cover of a set": ("set S; var x cover S;", "wrong-kind", 20, "`S` is a set; `cover` needs a constraint"),
    "an unknown row": ("node Nord; arc a to Nrod;", "undeclared-name", 21, "`Nrod` is not declared"),
    "a row declared later": ("arc a to N; node N;", "undeclared-name", 10, "`N` is not declared"),
    "an index unknown": ("node N{1..2}; arc a to N[i];", "undeclared-name", 26, "`i` is not declared"),
    "too few subscripts": ("node N{1..2}; arc a to N;", "subscript-count", 24, "`N` takes 1 subscript, none given"),
    "a variable coefficient": ("node N; var x; arc a to N x;", "variable-in-data", 27, "cannot stand in a coefficient"),
    "outside the index set": ("node N{1..2}; arc a{i in 1..3} to N[i];", "subscript", 35, "`N[3]` is outside"),
    "a row that is not there": (
        "s.t. c{i in 1..2}: if i = 1 then to_come >= 1; var x{i in 1..2} >= 0, coeff c[i] 1;",
        "subscript",
        77,
        "`c[2]` has no row",
    ),
    "an infinite coefficient": ("node N; arc a to N Infinity;", "arithmetic", 20, "Infinity cannot be a coefficient"),
    "net_in outside": ("var x; s.t. c: x = net_in;", "undeclared-name", 20, "`net_in` is not declared"),
    "to_come in a parameter": ("param p := to_come;", "undeclared-name", 12, "`to_come` is not declared"),
    "to_come squared": ("s.t. c: to_come * to_come >= 1;", "nonlinear", 17, "product of variables"),
    "to_come in a condition": ("var x; minimize z: if to_come > 1 then x;", "variable-in-data", 23, "`to_come` cannot"),
    "net_in in a side that is constant": ("node N: net_in <= 3 <= 4;", "range-not-constant", 9, "must be constant"),
    "a body without flow": ("var x; node N: x = 3;", "syntax", 16, "holds neither `net_in` nor `net_out`"),
    "a body with two": ("node N: net_in = net_out;", "syntax", 18, "`net_out` stands twice"),
    "a row without arcs": ("var x; minimize z: x; node N: net_in = 3;", "row-infeasible", 28, "`N` reads 0 = 3"),
    "no entries for a definition": ("minimize z; var x = 3, obj z 2;", "unsupported", 17, "bounds, entries or a kind"),
    "data for a node": ("node N; data; param N := 3;", "data-kind", 21, "`N` is a node"),
    "a node named twice": ("node N; arc N to N;", "duplicate-name", 13, "already declared as a node"),
}


@pytest.mark.parametrize("name", CASES)
def test_mistake(name: str) -> None:
    text, code, column, sentence = CASES[name]
    first = refused(text)
    assert first.span is not None
    assert (first.code, first.span.column) == (code, column)
    assert sentence in first.message


def test_words_of_networks_are_names_elsewhere() -> None:
    text = "param node := 1; param net_in := 2; param obj := 3; var arc >= node, <= 9, := obj; minimize cover: arc;"
    program = translated(f"{text} subject to to_come: arc >= net_in + obj; from_here: arc <= 8;").program
    assert list(program.constraints) == ["to_come", "from_here"]
    assert program.constraints["to_come"].lower[0] == 5


NETWORK = """
set N := {'a','b','c'}; set L dimen 2 := {('a','b'), ('b','c'), ('a','c')};
param toll{(i,j) in L} := if i = 'b' then 2 else 3; param want{n in N} := if n = 'c' then 4 else 0;
minimize cost;
node Hub{n in N: n <> 'a'}: net_in >= want[n];
arc Ship{(i,j) in L} >= 0, <= 3, from {n in N: n = i and n <> 'a'} Hub[n], to Hub[j] 0.8, obj cost toll[i,j];
"""


def test_from_and_to_are_names_where_no_arc_is_declared() -> None:
    """Both arcs bring the 5 of `b`; one costs 2 * 5 a unit, the other 1 + 6."""
    text = (
        "param from; param to {1..2} default 3; set N := {'a', 'b'}; minimize total;"
        "node gate {n in N}: net_in = if n = 'b' then to[1] else -to[2];"
        "arc flow >= 0, from gate['a'] (from), to gate['b'] obj total to[1] * 2;"
        "arc again >= 0 from gate['a'] to gate['b'] obj total from + 6;"
        "subject to cap {i in 1..2}: to[i] >= flow - 100; data; param from := 1; param to := 1 5 2 5;"
    )
    program = translated(text).program
    assert (program.n_rows, program.n_columns) == (4, 2)
    assert program.objective is not None
    assert program.objective.coefficients.tolist() == [10.0, 7.0]


def test_helpers_of_the_text_see_nodes_and_arcs() -> None:
    text = read_model([("mod", Source("m.mod", NETWORK))])
    assert list(text.constraints) == ["Hub"]
    assert isinstance(text.variables["Ship"], ast.ArcDeclaration)
    assert text.constraints["Hub"] is text.constraints["Hub"]


def test_the_result_has_arcs_as_variables_and_nodes_with_duals(tmp_path: Path) -> None:
    """By hand: 3 on a-c give 2.4; 2 on b-c give 1.6 and need 2.5 on a-b: cost 3 * 3 + 2 * 2 + 3 * 2.5.

    One more unit at c costs 1.25 on b-c and 1.5625 on a-b: 2.5 + 4.6875.
    """
    path = tmp_path / "network.mod"
    path.write_text(NETWORK, encoding="utf-8")
    result = Energyscope(Model.from_paths([path])).calc()
    assert result.objectives["cost"]["cost"].item() == pytest.approx(20.5)
    assert result.variables["Ship"]["Ship"].to_dict() == pytest.approx(
        {("a", "b"): 2.5, ("b", "c"): 2.0, ("a", "c"): 3.0}
    )
    assert result.constraints["Hub"]["Hub"].tolist() == pytest.approx([3 / 0.8, 7.1875])
