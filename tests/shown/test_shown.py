"""`display`, `print` and `printf` after the solve, against what glpsol shows of the same text."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from energyscope.backends import linopy_backend
from energyscope.energyscope import Energyscope
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.models import Model
from energyscope.result import parse_result
from energyscope.translate.commands.load import load
from energyscope.translate.shown import Shown, show
from energyscope.translate.translation import translate
from glpsol_output import processed, shown_by_glpsol

MODEL = """set I := 1..3; set S := {'a b', 'pv', "l'eau", 'x-1', '2015_2020', '12'};
set A dimen 2 := {(1,'a b'),(2,'pv')};
set K{I} := 1..2; set E{i in I} := {i, i+1}; set O := {i in I: i > 5};
param p{i in I} := i/3; param q := 3.5; param s symbolic := 'he llo'; param m{i in I, j in S} := i*1e6;
var x{I} >= 0; var y >= 1, <= 5;
minimize z: sum {i in I} i*x[i] + y;
s.t. r: sum {i in I} x[i] = 4.5; s.t. rr{i in I}: x[i] + y >= i; s.t. dd: 1 <= x[1] + x[2] <= 100;
solve;
"""

AS_GLPSOL = {
    "variables": "display x; display y, q; display x, y, p;",
    "sets": "display S; display A; display K; display E; display O;",
    "symbols": "display s; display m;",
    "rows": "display r, rr, z;",
    "suffixes": "display x[1], x[2].val, y.lb, y.ub, rr[1].dual, rr[3].dual, r.val, r.dual, dd.lb, dd.ub;",
    "expressions": "display 1/3, 'abc', 1e20, 3.0, x[1] * y, (1 < 2), exp(y);",
    "an indexing": "display {i in I} x[i], y; display {i in I}: x[i], x[i].lb; display {i in I, j in I: i < j} i + j;",
    "an empty indexing": "display {i in I: x[i] > 100} i;",
    "integers": 'printf "%d|%i|%5d|%-5d|%05d|%+d|% d|%.3d|%5.1d\\n", x[1], 2.5, 3.5, -2.5, 42, 7, 5, 7, 5;',
    "broken numbers": 'printf "%g|%f|%e|%G|%E|%10.3f|%-10.2e|%08.3f|%+-8.3e|%#g|%.20f\\n", 1/3, 1/3, 1/3, 1e-10, '
    "1e-10, 3.14159, 12345.678, 5, 5, 5, 0.1;",
    "texts": "printf \"%s|%10s|%-10s|%.2s|%s|%10.3s|%-6s|\\n\", 'abc', 'abc', 'abc', 'abcdef', 1/3, 1/3, 5;",
    "numbers as texts": 'printf "%s %s %s %s %s\\n", 1e6, 123456789, 1e16, 12345678.125, 1.0e-5/3;',
    "escapes": 'printf "100%% \\\\ back ""q"" \\n"; printf \'single \\n\';',
    "a format that is computed": "printf s & \" %d\\n\", 3; printf s; printf 'a%sb\\n', '';",
    "values that run out": 'printf "few %s %d|", 1;',
    "values left over": 'printf "extra\\n", 1, 2;',
    "a dual": 'printf "%s %s %s\\n", z, r.dual, rr[3].dual;',
    "an indexing of printf": 'printf {i in I} "%d:%g ", i, x[i]; printf {t in S}: "%s;", t;',
    "a logical value": 'printf "%s %s %d %d\\n", (1 > 2), (1 < 2), (1 > 2), (1 < 2);',
    "a condition on values": 'for {i in I: x[i] > 0.1} printf "%d!,", i;',
    "loops in loops": 'for {i in I} { printf "row %d", i; for {t in S} { printf " %s", t; } printf "\\n"; }',
    "a loop over pairs": 'for {i in I} for {j in I: j > i} printf "%d%d ", i, j;',
    "a loop as a condition": 'for {{0}: y > 0} { printf "yes\\n"; } for {{0}: y > 9} { printf "no\\n"; }',
    "display in a loop": "for {i in I} display x[i];",
    "products of values": 'printf "%.10g %.10g\\n", x[1] * y, x[1] ^ 2 / y;',
    "parameters behind solve": "param t{i in I} := x[i] + 1; display t; display t[1], sum {i in I} t[i];",
    "sets behind solve": "set Q := {i in I: x[i] > 0.1}; display Q;",
    "without an else": "printf \"%s|\", if y > 100 then 'a' else 0;",
    "nowhere": 'printf {i in I} "%d\\n", i > "/dev/null"; printf "after";',
}


@pytest.mark.parametrize("name", AS_GLPSOL)
def test_as_glpsol(name: str, tmp_path: Path) -> None:
    printing = AS_GLPSOL[name]

    shown = shown_of(MODEL.rstrip("\n") + printing)

    assert not shown.warnings
    assert shown.text == shown_by_glpsol(MODEL, printing, tmp_path)


OWN = {
    "print puts values on a line": ("print x[1], 'a b', 1/3;", "4.5 a b 0.333333333333333\n"),
    "print of an indexed list": ("print {i in I} x[i];", "4.5 0 0\n"),
    "print line by line": ("print {i in I}: i, x[i];", "1 4.5\n2 0\n3 0\n"),
    "an empty print": ("print;", "\n"),
    "an item with an indexing": ("print 'x', {i in I} i;", "x 1 2 3\n"),
    "no bound is Infinity": ('printf "%s %g %9.2f|", x[1].ub, x[1].ub, -x[1].ub;', "Infinity Infinity -Infinity|"),
    "tabs": ('printf "a\\tb";', "a\tb"),
    "all elements of a suffix": (
        "display x.lb;",
        "Display statement at line 8\n" + "".join(f"x[{i}].lb = 0\n" for i in (1, 2, 3)),
    ),
    "brackets around everything": ('printf("%d %s\\n", 1, s);', "1 he llo\n"),
    "the left side of a row": ('printf "%g %g", dd, dd.body;', "4.5 4.5"),
    "distance to the nearer side": ('printf "%g %g", dd.slack, y.slack;', "3.5 2"),
    "if and else": ("for {i in I} if i < 2 then printf 'a'; else if i < 3 then printf 'b'; else printf 'c';", "abc"),
    "the first to a file opens it": ("printf 'A' > 'f'; printf 'B' > 'f'; printf 'C' >> 'f';", ""),
    "files by row": ("printf {i in I} 'r%d', i > 'f' & i;", ""),
}
FILES = {
    "the first to a file opens it": {"f": "ABC"},
    "files by row": {"f1": "r1", "f2": "r2", "f3": "r3"},
}


@pytest.mark.parametrize("name", OWN)
def test_beyond_glpsol(name: str) -> None:
    printing, expected = OWN[name]

    shown = shown_of(MODEL.rstrip("\n") + printing)

    assert shown.text == expected
    assert {file: each.text for file, each in shown.files.items()} == FILES.get(name, {})
    assert not shown.warnings


NOT_SHOWN = {
    "a division by zero": "printf '%g', 1 / x[2];",
    "a subscript outside": "display x[7];",
    "text for a number": "printf '%d', s;",
    "an unknown conversion": "printf '%q', s;",
    "a width beyond reason": "printf '%99999999d', 5;",
    "a star": "printf '%*d', 5, 5;",
    "a suffix that a variable has not": "display y.body;",
    "an unknown name": "display nothing;",
    "what cannot be read": "display x[1] x[2];",
    "an unknown suffix": "display y.colour;",
}


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_what_cannot_be_shown_is_a_warning_and_the_rest_is_shown(name: str) -> None:
    printing = NOT_SHOWN[name]

    shown = shown_of(f"{MODEL}printf 'before '; {printing}\nfor {{i in I}} {{ printf 'a'; {printing} printf 'b'; }}\n")

    assert shown.text.startswith("before ")
    assert {each.code for each in shown.warnings} == {"not-shown"}
    first = shown.warnings[0].span
    assert first is not None
    assert first.line == MODEL.count("\n") + 1


def test_the_place_is_that_of_the_culprit() -> None:
    shown = shown_of(MODEL + "printf '%g', 1 / x[2];")

    (warning,) = shown.warnings
    assert str(warning.span) == "t.mod:9:16"
    assert "division by zero" in warning.message


def test_a_check_behind_solve_that_fails_is_a_warning() -> None:
    shown = shown_of(MODEL + "check {i in I}: x[i] > 1; display y;")

    assert [each.code for each in shown.warnings] == ["check-failed"]
    assert "i = 2" in shown.warnings[0].message
    assert "y.val = 3" in shown.text


def test_a_row_without_variables_has_body_and_dual_zero() -> None:
    model = "set I := 1..2; var x >= 1; minimize z: x; s.t. c{i in I}: (i - 1) * x >= 0; solve;"
    shown = shown_of(f"{model} display c[1], c[1].dual, c[2];")

    assert shown.text.splitlines()[1:] == ["c[1].val = 0", "c[1].dual = 0", "c[2].val = 1"]


def test_integers_are_whole_and_others_are_as_found() -> None:
    """A solver leaves dust on integers; `if x[i]` would take it for more than 0."""
    model = "var n integer >= 0; var y >= 0; minimize z: n + y; s.t. c: n + y >= 0; solve;"
    read = read_model([("mod", Source("t.mod", model + "display n, y; printf '%s', if n then 'some' else 'none';"))])
    data = load(read)
    program = translate(read, data).program
    solution = linopy_backend.solve(program)
    assert solution.primal is not None

    shown = show(read, data, program, replace(solution, primal=solution.primal * 0 + 2e-7))

    assert shown.text.splitlines()[1:] == ["n.val = 0", "y.val = 2e-07", "none"]


def test_integer_programs_show_no_duals_but_0_as_glpsol_does(tmp_path: Path) -> None:
    model = "set I := 1..2; var x {I} integer >= 0; minimize cost: 3 * x[1] + 2 * x[2];\n"
    model += "s.t. need: 2 * x[1] + x[2] >= 7.5; solve;\n"
    printing = 'printf {i in I} "%d %g %g|", i, x[i], x[i].dual; printf "%g\\n", need.dual;'
    assert shown_of(model + printing).text == shown_by_glpsol(model, printing, tmp_path)


def test_an_objective_that_was_not_solved_has_its_value() -> None:
    model = "var x >= 2; minimize one: x; maximize two: 3 * x + 1; s.t. c: x <= 5; solve; display one, two;"

    assert shown_of(model).text.splitlines()[1:] == ["one.val = 2", "two.val = 7"]


def test_output_grows_with_the_text_not_with_the_loops() -> None:
    """Evaluation is by column: ten times the rows are not ten times the calls (counted, not timed)."""
    counts = [_calls(size) for size in (200, 2000)]

    assert counts[1] < 1.05 * counts[0]


def _calls(size: int) -> int:
    evaluations = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal evaluations
        code = getattr(frame, "f_code", None)
        evaluations += event == "call" and code is not None and code.co_name in ("value", "_reference", "expand")

    model = f"set I := 1..{size}; var x{{I}} >= 1; minimize z: sum {{i in I}} x[i]; s.t. c: x[1] >= 1; solve;"
    printing = "for {i in I} { printf '%d', i; for {j in 1..2} printf ' %g', x[i] + j; printf '\\n'; }"
    text = read_model([("mod", Source("t.mod", model + printing))])
    data = load(text)
    program = translate(text, data).program
    solution = linopy_backend.solve(program)
    sys.setprofile(count)
    try:
        show(text, data, program, solution)
    finally:
        sys.setprofile(None)
    return evaluations


def test_the_conformance_case_is_shown_as_by_glpsol() -> None:
    path = Path(__file__).parents[1] / "conformance" / "accept" / "110-after-solve.mod"

    result = Energyscope(Model.from_paths([path])).calc()

    said = processed(path).splitlines()
    first = next(number for number, line in enumerate(said) if line.startswith("Memory used"))
    assert result.shown.text.splitlines() == said[first + 1 : said.index("Model has been successfully processed")]
    assert not result.shown.warnings


def test_a_result_shows_it(tmp_path: Path) -> None:
    path = tmp_path / "t.mod"
    table = 'table t {i in I} OUT "CSV" "t.csv": i, x[i] ~ amount;'
    path.write_text(MODEL + "display y; " + table, encoding="utf-8")

    result = Energyscope(Model.from_paths([path])).calc()

    assert str(result.shown) == "Display statement at line 9\ny.val = 3\n"
    assert result.tables_out["t"].to_dict("list") == {"i": [1, 2, 3], "amount": [4.5, 0.0, 0.0]}
    with pytest.raises(ValueError, match="2 runs"):
        _ = (result + result).shown


def shown_of(text: str) -> Shown:
    """What a text shows after its solve."""
    read = read_model([("mod", Source("t.mod", text))])
    data = load(read)
    program = translate(read, data).program
    return parse_result(program, linopy_backend.solve(program), data).shown
