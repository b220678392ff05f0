"""What the resolver says, one case a mistake: the text, then line, column and code of the first finding."""

from __future__ import annotations

import pytest

from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic, ModelError
from energyscope.language.modeltext import ModelText, read_model
from energyscope.language.resolving.dimensions import nodes_under
from energyscope.language.source import Source

WRONG = {
    "a second declaration": ("param cost;\nvar cost;", "2:5 duplicate-name"),
    "a misspelt parameter": ("param demand := 4;\nvar x;\nminimize z: x;\ns.t. r: x >= demnd;", "4:14 undeclared-name"),
    "a misspelt set": ("set FUELS;\nvar x{FUEL};", "2:7 undeclared-name"),
    "used above its declaration": ("param a := 2 * b;\nparam b;", "1:16 undeclared-name"),
    "an index out of its scope": ("set I;\nvar x{I};\nminimize z: (sum {i in I} x[i]) + x[i];", "3:37 undeclared-name"),
    "an item in its own index set": ("set S{i in S};", "1:12 undeclared-name"),
    "a set as a number": ("set S;\nvar x;\nminimize z: x;\ns.t. r: x >= S;", "4:14 wrong-kind"),
    "a parameter as a set": ("param n := 3;\nvar x{i in n};", "2:12 wrong-kind"),
    "an index as a set": ("set I;\nvar x{i in I, j in i};", "2:20 wrong-kind"),
    "a constraint as a number": ("var x;\ns.t. r: x >= 1;\ns.t. q: x >= r;", "3:14 wrong-kind"),
    "a number in a union": ("set A;\nset B := A union 3;", "2:18 wrong-kind"),
    "a condition as a number": ("param a := 1;\nparam b := 1 + (a > 2);", "2:17 wrong-kind"),
    "a set as a condition": ("set S;\nparam p := if S then 1 else 2;", "2:15 wrong-kind"),
    "too few subscripts": (
        "set I;\nparam c{I,I};\nvar x{I};\nminimize z: sum {i in I} c[i]*x[i];",
        "4:26 subscript-count",
    ),
    "too many subscripts": ("set I;\nvar x{I};\nminimize z: sum {i in I} x[i,1];", "3:26 subscript-count"),
    "no subscripts at all": ("set I;\nparam c{I};\nparam d := c;", "3:12 subscript-count"),
    "subscripts of a scalar": ("set I;\nparam c;\nparam d{i in I} := c[i];", "3:20 subscript-count"),
    "subscripts of an index": ("set I;\nparam d{i in I} := i[1];", "2:20 subscript-count"),
    "an indexed set without key": ("set I;\nset T{I};\nparam n := card(T);", "3:17 subscript-count"),
    "too many places in an index": ("set A dimen 2;\nvar x{(i,j,k) in A};", "2:7 set-dimension"),
    "one place for two": ("set A dimen 2;\nvar x{i in A};", "2:7 set-dimension"),
    "operands of a union": ("set A := 1..3;\nset B := A cross A;\nset C := A union B;", "3:18 set-dimension"),
    "members of a literal": ("set A := {1, (2, 3)};", "1:14 set-dimension"),
    "a member in a set of pairs": ("set A dimen 2;\nparam p := if 1 in A then 1;", "2:15 set-dimension"),
    "a definition against dimen": ("set A;\nset B dimen 2 := A;", "2:18 set-dimension"),
    "two uses that differ": ("set A;\nvar x{(i,j) in A};\nvar y{(i,j,k) in A};", "3:7 set-dimension"),
    "an index twice": ("set I;\nvar x{I};\ns.t. r{i in I}: sum {i in I} x[i] >= 1;", "3:22 index-redefined"),
    "an index named like a parameter": ("set I;\nparam n;\nvar x{n in I};", "3:7 index-redefined"),
    "outer side of a range": ("var x; var y;\nminimize z: x;\ns.t. r: y <= x <= 4;", "3:9 range-not-constant"),
    "outer right side of a range": (
        "var x; var y;\nminimize z: x;\ns.t. r: 1 <= x <= 4 + y;",
        "3:19 range-not-constant",
    ),
    "a product": ("var x; var y;\nminimize z: 3 * x * y;", "2:19 nonlinear"),
    "a product with an `if`": ("param p; var x; var y;\nminimize z: (if p > 1 then y else 2) * x;", "2:38 nonlinear"),
    "a product of a defined variable": ("var x; var y = 2 * x;\nminimize z: x * y;", "2:15 nonlinear"),
    "a quotient": ("var x; var y;\nminimize z: y / x;", "2:15 nonlinear"),
    "a function": ("var x;\nminimize z: abs(x);", "2:13 nonlinear"),
    "an iterated maximum": ("set I;\nvar x{I};\nminimize z: max {i in I} x[i];", "3:13 nonlinear"),
    "a power": ("var x;\ns.t. r: 3 + x^2 >= 4;", "2:14 nonlinear"),
    "a modulus": ("var x;\ns.t. r: x mod 2 >= 4;", "2:11 nonlinear"),
    "a variable in a condition": ("set I;\nvar x{I};\nminimize z: sum {i in I: x[i] > 1} i;", "3:26 variable-in-data"),
    "a variable in the test of an `if`": ("var x;\nminimize z: if x > 1 then 2 else 3;", "2:16 variable-in-data"),
    "a variable in a parameter": ("var x;\nparam p := 2 * x;", "2:16 variable-in-data"),
    "a variable in a bound": ("var x;\nvar y >= x;", "2:10 variable-in-data"),
    "a variable in a subscript": ("set I;\nvar k;\nvar x{I};\nminimize z: x[k];", "4:15 variable-in-data"),
    "a variable in a set": ("var n;\nset S := 1..n;", "2:13 variable-in-data"),
    "a variable in a check": ("var x;\ncheck: x + 1;", "2:8 variable-in-data"),
    "an item that is itself": ("param a{i in 1..2} := a[i] + 1;", "1:7 circular-definition"),
    "a scalar that is itself": ("param a := 2 * a;", "1:7 circular-definition"),
    "a set that is itself": ("set S := S union {1};", "1:5 circular-definition"),
    "next on a set without order": ("set S;\nparam n{s in S} := next(s, S);", "2:20 unordered-set"),
    "the set of an index without order": ("set S;\nparam n{s in S} := ord(s);", "2:20 unordered-set"),
    "no index to tell the set": ("set S ordered;\nparam k;\nparam n := ord(k);", "3:12 unordered-set"),
    "a place of a tuple tells no set": ("set E dimen 2;\nparam n{(i,j) in E} := ord(i);", "2:24 unordered-set"),
    "an unknown objective": ("var x;\nminimize cost: x;\nobjective cots;", "3:11 unknown-objective"),
    "sets need an else": ("param c;\nset A := if c = 1 then {1,2};", "2:29 syntax"),
    "text needs an else": ("param c;\nparam t symbolic := (if c = 1 then 'a') & 'b';", "2:39 syntax"),
    "arguments of a function": ("param c;\nparam d := c + sqrt(c, 2);", "2:16 syntax"),
}

RIGHT = {
    "recursion with other subscripts": "param f{i in 1..9} := if i = 1 then 1 else i * f[i-1];",
    "an alias of a range has order": """
        set T := 1..9;
        set U := T;
        param n{t in U: t < 9} := next(t) + first(U) + ord(t, {T});""",
    "circular and ordered sets": """
        set T circular;
        set S ordered;
        param n{t in T, s in S} symbolic := prev(t, T, 2) & prevw(s);""",
    "names of functions as names": """
        set T ordered;
        param first; param last;
        param n := first + last + ord(first(T), T);""",
    "a declared name in a tuple is matched": """
        set N;
        param src symbolic in N;
        set E within N cross N;
        var f{E};
        maximize o: sum {(src,j) in E} f[src,j];""",
    "an outer index in a tuple is matched": """
        set N;
        set E within N cross N;
        var f{E};
        s.t. b{n in N}: sum {(n,j) in E} f[n,j] = 0;""",
    "a literal in a tuple": "set S dimen 3;\nset K := setof {(i,'x',k) in S} k;\nparam c{K};",
    "an index may come back": "set I;\nvar x{i in I};\nminimize z: sum {i in I} x[i] + sum {i in I} 2 * x[i];",
    "one name, first index then item": "set I;\nparam p{n in I} := n;\nparam n;",
    "the empty set fits any dimension": "set E dimen 2 default {};\nset F := E union {};",
    "cross and braces add places": """
        set A;
        set B within {A, A} cross A;
        var x{B, 1..2};
        minimize z: sum {(a,b,c) in B} x[a,b,c,1];""",
    "iterated sets": "set C;\nset M{C} dimen 2;\nset ALL := union {c in C} M[c];\nvar x{(i,j) in ALL};",
    "products with constants": "var x;\nparam p;\nminimize z: (if p > 1 then x) * p / 2 - p * x;",
    "defined variables": "set I;\nvar x{I};\nvar total = sum {i in I} x[i];\nminimize z: 2 * total;",
    "conditional rows": """
        set I;
        param p{I};
        var x{I};
        s.t. r{i in I}: if p[i] = 1 then x[i] = 0 else x[i] <= 3;""",
    "data tell the dimension": "set E;\nvar x{E};\nminimize z: x['a','b'];\ndata;\nset E := (a,b) (b,c);",
}


def read(text: str) -> ModelText:
    return read_model([("mod", Source("t.mod", text))])


def findings(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(ModelError) as caught:
        read(text)
    return caught.value.diagnostics


def brief(diagnostic: Diagnostic) -> str:
    assert diagnostic.span is not None
    return f"{diagnostic.span.line}:{diagnostic.span.column} {diagnostic.code}"


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_found_at_its_place(name: str) -> None:
    text, expected = WRONG[name]
    assert brief(findings(text)[0]) == expected


@pytest.mark.parametrize("name", RIGHT)
def test_a_correct_text_passes(name: str) -> None:
    assert read(RIGHT[name]).declarations


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("param demand;\nparam a := demnd;", "did you mean `demand`?"),
        ("param a := b;\nparam b;", "declared later, at line 2: move it up"),
        ("set I;\nparam c{I,I};\nparam d{i in I} := c[i];", "declared `param c{I,I}` at line 2"),
        ("param c;\nvar c;", "first declared at line 1"),
        ("set S;\nparam p := S;", "`card(S)`?"),
    ],
)
def test_help_says_what_to_do(text: str, help: str) -> None:
    assert findings(text)[0].help == help


def test_products_name_both_variables() -> None:
    (finding,) = findings("set I;\nvar flow{I};\nvar price;\nminimize z: sum {i in I} flow[i] * price;")
    assert finding.message == "product of variables `flow` and `price` is not linear"


def test_mistakes_come_in_order_of_place() -> None:
    text = "param a := b;\nparam b := 1 / c;\nvar x;\nminimize z: x * x;\nparam a;"
    assert [brief(each) for each in findings(text)] == [
        "1:12 undeclared-name",
        "2:16 undeclared-name",
        "4:15 nonlinear",
        "5:7 duplicate-name",
    ]


def test_one_mistake_is_said_once_a_statement() -> None:
    text = "var x;\ns.t. r: q * x + q >= q;\ns.t. s: x >= q;"
    assert [brief(each) for each in findings(text)] == ["2:9 undeclared-name", "3:14 undeclared-name"]


def test_syntax_errors_do_not_breed_unknown_names() -> None:
    assert {each.code for each in findings("param a := ;\nvar x >= a;\nminimize z: x * x;")} == {"syntax", "nonlinear"}


def test_what_is_learnt_about_the_items() -> None:
    text = read(
        "set T; set D within T cross T;\nparam c{T, D} default 1; param k := 3;\n"
        "var x{D} >= k;\nminimize z: sum {(i,j) in D} c[i,i,j] * x[i,j];\ns.t. r{i in T}: x[i,i] >= 1;"
    )
    assert (list(text.sets), list(text.parameters), list(text.variables)) == (["T", "D"], ["c", "k"], ["x"])
    assert (list(text.objectives), list(text.constraints)) == (["z"], ["r"])
    assert [text.dimension(name) for name in text.sets] == [1, 2]
    assert [text.arity(name) for name in ("T", "c", "k", "x", "r")] == [0, 3, 0, 2, 1]
    assert text.dependencies("z") == {"D", "c", "x"}
    assert text.dependencies("x") == {"D", "k"}


def test_places_of_a_tuple_are_indices_or_values_to_match() -> None:
    text = read("set N; set E within N cross N;\nparam p{n in N} := sum {(n,j) in E, ('x',k) in E} 1;\nparam j;")
    first, second, third = (
        item for node in nodes_under(text.declarations["p"]) if isinstance(node, ast.Indexing) for item in node.items
    )
    assert [text.new_indices(item) for item in (first, second, third)] == [("n",), ("j",), ("k",)]
    assert text.expression_dimension(second.set) == 2
    assert text.index_names == {"n", "j", "k"}


def test_a_repeated_bound_is_a_warning() -> None:
    text = read("var x >= 0 >= 2, <= 5;\nminimize z: x;")
    assert [(each.code, each.severity) for each in text.warnings] == [("repeated-bound", "warning")]


def test_names_of_one_file_are_known_in_the_next() -> None:
    files = [("mod", Source("a.mod", "set I;\nparam p{I};")), ("mod", Source("b.mod", "var x{i in I} >= p[j];"))]
    with pytest.raises(ModelError) as caught:
        read_model(files)
    assert str(caught.value.diagnostics[0].span) == "b.mod:1:20"


def test_depth_is_no_limit() -> None:
    deep = "if a > 1 then (2 * (" * 800 + "x" + ")) else 3" * 800
    assert read(f"param a; var x;\nminimize z: {deep};").objectives
