"""What acts before the solve and what waits for it: events, printing code, and what is said about both."""

from __future__ import annotations

import pytest

from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic, ModelError
from energyscope.language.modeltext import ModelText, read_model
from energyscope.language.source import Source

MODEL = """set I; set E dimen 2; param p{I}; param k; param fixed = 3;
var x{I}; var y; var double = 2 * y;
minimize cost: y; s.t. row{i in I}: x[i] >= 1;
"""
FIRST = MODEL.count("\n") + 1

WRONG = {
    "an unknown target": ("let q := 3;", "5 undeclared-name"),
    "a constraint": ("let row[1] := 3;", "5 wrong-kind"),
    "an objective": ("let cost := 3;", "5 wrong-kind"),
    "a parameter that is fixed": ("fix p[1] := 3;", "5 wrong-kind"),
    "an index": ("for {i in I} let i := 3;", "18 wrong-kind"),
    "a definition by =": ("let fixed := 3;", "5 data-for-defined"),
    "a defined variable": ("fix double := 3;", "5 data-for-defined"),
    "too few subscripts": ("let p := 3;", "5 subscript-count"),
    "too many subscripts": ("fix y[1] := 3;", "5 subscript-count"),
    "a number for a set": ("let I := 3;", "10 wrong-kind"),
    "a set for a number": ("let k := I;", "10 wrong-kind"),
    "pairs for a set of dimension 1": ("let I := E;", "10 set-dimension"),
    "a variable in a value": ("let k := y;", "10 variable-in-data"),
    "a variable in a fixed value": ("fix y := x[1];", "10 variable-in-data"),
    "a variable in a condition": ("if y > 0 then let k := 1;", "4 variable-in-data"),
    "a variable in an indexing": ("for {i in I: x[i] > 0} let k := 1;", "14 variable-in-data"),
    "a suffix in a value": ("let k := y.val;", "11 unsupported"),
    "a suffix in a parameter": ("param q := row[1].dual;", "18 unsupported"),
    "an index that is taken": ("let {k in I} p[k] := 1;", "6 index-redefined"),
    "an index outside of its loop": ("for {i in I} let k := 1; let p[i] := 1;", "32 undeclared-name"),
    "an unknown objective": ("for {i in I} objective coast;", "24 unknown-objective"),
    "a run to a set": ("let I := 1; " * 4, "10 wrong-kind"),
    "a run with too few subscripts": ("let k := 1; " * 4 + "let p := 1;", "53 subscript-count"),
    "a run with an unknown name": ("let k := 1; " * 4 + "let q := 1;", "53 undeclared-name"),
    "a run that divides by zero": ("let k := 1; " * 4 + "let k := 3 / 0;", "60 arithmetic"),
    "a table into a variable": ("table t IN 'CSV' 'f': [i], x;", "28 wrong-kind"),
    "a table of another dimension": ("table t IN 'CSV' 'f': E <- [i];", "23 set-dimension"),
    "a table with too few columns": ("table t IN 'CSV' 'f': [i], k;", "28 subscript-count"),
}


def read(text: str) -> ModelText:
    return read_model([("mod", Source("t.mod", MODEL + text))])


def kinds(nodes: tuple[ast.Node, ...]) -> list[str]:
    return [type(node).__name__ for node in nodes]


def warned(text: ModelText) -> list[str]:
    return [f"{place(each)} {each.code}" for each in text.warnings]


def place(finding: Diagnostic) -> str:
    assert finding.span is not None
    return str(finding.span.column) if finding.span.line == FIRST else f"{finding.span.line}:{finding.span.column}"


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_in_commands(name: str) -> None:
    text, expected = WRONG[name]
    with pytest.raises(ModelError) as caught:
        read(text)
    first = caught.value.diagnostics[0]
    assert f"{place(first)} {first.code}" == expected


def test_events_come_in_the_order_of_the_text() -> None:
    text = read(
        "let k := 1; data; set I := a b; let p['a'] := 3; param k := 4; model; fix y := 2; display y;\n"
        "for {i in I} { let p[i] := 1; } unfix y; objective cost; table t IN 'CSV' 'f': [i], p; solve; display x;"
    )
    assert kinds(text.events) == [
        "Let",
        "SetData",
        "Let",
        "ParamData",
        "Fix",
        "For",
        "Unfix",
        "ObjectiveChoice",
        "TableIn",
    ]
    assert kinds(text.after_solve) == ["Printing", "Printing"]
    assert warned(text) == []


def test_commands_see_names_that_are_declared_later() -> None:
    files = [("mod", Source("a.mod", "let n := 3; display z;")), ("mod", Source("b.mod", "param n; minimize z: n;"))]
    assert kinds(read_model(files).events) == ["Let"]  # type: ignore[arg-type]


SHOWN = [
    "display I, p, x, y, row, cost, k;",
    "display {i in I: x[i] > 0.5}: x[i] * y, x[i].val, row[i].dual, row[i];",
    "printf {i in I} '%s %g\\n', i, if x[i].val > 2 then 'big' else 'small' > ('out' & '.txt');",
    "print {i in I} max(x[i], y), sum {j in I: x[j] > y} x[j]^2, y.rc, cost;",
    "for {i in I: x[i] > 0} { if y > 3 then printf '%g', y / x[i]; else { display y; } option omit_zero_rows 1; }",
    "table t {i in I: x[i] > 0} OUT 'CSV' 'f.csv': i ~ I, x[i] * y ~ product;",
    "display y.lb, y.ub, x.val;",
]


@pytest.mark.parametrize("text", SHOWN)
def test_printing_code_may_read_the_solution(text: str) -> None:
    for written in (text, f"solve; {text}", f"data; {text}"):
        found = read(written)
        assert found.events == ()
        (node,) = found.after_solve
        assert not isinstance(node, ast.Skipped)
        assert found.warnings == ()


NOT_SHOWN = {
    "display nothing;": "`nothing` is not declared",
    "display y.foo;": "suffix `.foo` is not known",
    "printf '%d', x;": "`x` takes 1 subscript, none given",
    "for {i in I} printf '%d', j;": "`j` is not declared",
    "display solve_result;": "`solve_result` is not declared",
    "printf '%s', ctime();": "`ctime` is not supported",
    "show vars;": None,
}


@pytest.mark.parametrize("text", NOT_SHOWN)
def test_printing_code_that_cannot_be_resolved_is_kept_with_the_reason(text: str) -> None:
    found = read(text)
    reasons = [node.reason for node in found.after_solve if isinstance(node, ast.Skipped)]
    assert reasons == ([NOT_SHOWN[text]] if NOT_SHOWN[text] else [])
    assert found.warnings == ()


def test_calculations_behind_solve_are_kept_aside() -> None:
    text = read(
        "solve;\nparam total := sum {i in I} x[i] * y;\nset USED := {i in I: x[i] > 0};\nparam twice := 2 * total;\n"
        "check: y >= 0;\nparam plain := 3;\ncheck: plain > 2;\nprintf '%g', twice + card(USED);"
    )
    assert kinds(text.after_solve) == ["ParamDeclaration", "SetDeclaration", "ParamDeclaration", "Check", "Printing"]
    assert set(text.postprocessing) == {"total", "USED", "twice"}
    assert "plain" in text.declarations
    assert not set(text.postprocessing) & set(text.declarations)
    assert len(text.checks) == 1
    assert warned(text) == [f"{FIRST + line}:1 after-solve" for line in (1, 2, 3, 4)]


def test_what_is_kept_aside_cannot_be_read_by_the_model() -> None:
    with pytest.raises(ModelError) as caught:
        read("solve; param total := y; s.t. more: y >= total;")
    assert [each.code for each in caught.value.diagnostics] == ["variable-in-data"]


def test_a_calculation_that_cannot_be_resolved_is_not_shown() -> None:
    text = read("solve; param total := y * nothing; display total;")
    reasons = [node.reason for node in text.after_solve if isinstance(node, ast.Skipped)]
    assert reasons == ["`nothing` is not declared", "`total` is not declared"]


def test_an_early_solve_is_warned_of_once() -> None:
    assert warned(read("solve; display y; let k := 3; fix y; solve;")) == ["1 early-solve", "8 shown-late"]
    assert warned(read("let k := 3; solve; data; set I := a; param k := 3; end;")) == []


def test_printing_in_a_block_that_acts_is_warned_of() -> None:
    text = read("for {i in I} { let p[i] := 1; display p; }")
    assert kinds(text.events) == ["For"]
    assert warned(text) == ["31 not-shown"]


def test_dimensions_by_commands() -> None:
    text = read("set A; set B; let A := {(1,2), (3,4)}; table t IN 'CSV' 'f': B <- [i, j, k];")
    assert [text.dimension(name) for name in "AB"] == [2, 3]


def test_deep_blocks() -> None:
    depth = 1000
    loops = "".join(f"for {{i{number} in I}} {{ " for number in range(depth))
    text = read(
        "if k > 1 then { " * depth
        + "let k := 1;"
        + "} else let k := 2; " * depth
        + loops
        + "fix y; "
        + "}" * depth
        + loops
        + "display y; "
        + "}" * depth
    )
    assert (kinds(text.events), kinds(text.after_solve)) == (["If", "For"], ["For"])


LATE = {
    "let": ("display k; let k := 2;", "`k` is changed at line 4"),
    "fix": ("display y;\nfix y := 2;", "`y` is changed at line 5"),
    "through a definition": ("param q := k + 1; print q;\n\nlet k := 2;", "`k` is changed at line 6"),
    "in a loop": ("printf '%g', k; for {i in 1..2} let k := i;", "`k` is changed at line 4"),
    "a run": ("display k;\n" + "let k := 1; " * 4, "`k` is changed at line 5"),
    "the first of two": ("display k;\nlet k := 1;\nlet k := 2;", "`k` is changed at line 5"),
    "the other order": ("let k := 2; display k;", None),
    "another name": ("display k; let y := 2;", None),
}


@pytest.mark.parametrize("name", LATE)
def test_what_is_changed_behind_its_print_is_a_warning(name: str) -> None:
    text, expected = LATE[name]

    found = [each for each in read(text).warnings if each.code == "shown-late"]

    assert [each.message.split(": ")[1] for each in found] == ([] if expected is None else [expected])
