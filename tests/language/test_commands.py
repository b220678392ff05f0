"""Commands: what is read, in model text and among data, and that it is printed back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from energyscope.language import ast
from energyscope.language.data.nodes import ParamData, SetData
from energyscope.language.diagnostics import Report
from energyscope.language.printing.printer import print_file, print_statement
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file

Read = Callable[..., ast.File]

COMMANDS = {
    "let p := 3;": ast.Let,
    "let p[i + 1,'a'] := q * 2;": ast.Let,
    "let {i in I: i > 1} p[i] := if i = 2 then 1 else p[i - 1];": ast.Let,
    "let S['k'] := S['k'] union {'x'};": ast.Let,
    "fix x[3] := 2;": ast.Fix,
    "fix {i in I} x[i];": ast.Fix,
    "unfix {i in I} x[i];": ast.Unfix,
    "objective cost;": ast.ObjectiveChoice,
    "for {i in I} {\n    let p[i] := 3;\n    fix x[i];\n}": ast.For,
    "for {i in I} {\n}": ast.For,
    "if a = 1 then {\n    let p := 3;\n} else if b then {\n    let p := 4;\n} else {\n    let p := 5;\n}": ast.If,
    "for {i in I} {\n    check: i < 3;\n    for {j in J} {\n        display i, j;\n    }\n}": ast.For,
    "display x, y;": ast.Printing,
    "display {i in I, j in J}: x[i], (p[i],q[j]);": ast.Printing,
    "display I union J, {i in I} x[i];": ast.Printing,
    "display {i in I: x[i] > 0};": ast.Printing,
    "print;": ast.Printing,
    "print {i in I}: i, x[i].val > 'a' & name;": ast.Printing,
    "printf '%d; %s\\n', i, if x.val > 2 then 'a;' else '}' >> 'out.txt';": ast.Printing,
    "printf {i in I}: '%g', x[i], (i > 3) > file;": ast.Printing,
    "table t IN 'CSV', 'file.csv': S <- [FROM, 'to go'], d ~ DISTANCE, cost ~ cost;": ast.TableIn,
    "table t IN 'CSV', 'file.csv': [k], d ~ d;": ast.TableIn,
    "table t {(f,g) in S} OUT 'CSV', dir & '.csv': f ~ FROM, x[f,g] * 2 ~ FLOW, c[f].dual ~ PRICE;": ast.TableOut,
    "solve;": ast.Skipped,
    "option solver gurobi;": ast.Skipped,
}


@pytest.mark.parametrize("text", COMMANDS)
def test_commands_print_back(read: Read, report: Report, text: str) -> None:
    (statement,) = read(text).statements
    assert not report.diagnostics
    assert type(statement) is COMMANDS[text]
    assert print_statement(statement) == text
    assert statement.span.text == text


SPELLINGS = {
    "for {i in I}: fix x[i];": "for {i in I} { fix x[i]; };",
    "for{i in I}\n{\n\tlet\tp[i]:=3 ; # cost\n}": "for {i in I} let p[i] := 3;",
    "if a then if b then let p := 1; else let p := 2;": "if a then { if b then { let p := 1; } else { let p := 2; } }",
    "if (a) then { } else ;": "if a then {}",
    "display {i in I} x[i], y;": "display {i in I}: x[i], y;",
    "printf('%d %d', a, b);": "printf '%d %d', a, b;",
    "printf {i in I}: '%s = %g', i, x[i];": "printf {i in I} '%s = %g', i, x[i];",
    "display {i in I}: if x[i] = 1 then 'a' else 'b';": "display {i in I} if x[i] = 1 then 'a' else 'b';",
    "print x > results/out-1.csv ;": "print x > 'results/out-1.csv';",
    "table t 'alias' IN 'CSV' 'f.csv' : S<-[from,to], c;": "table t IN 'CSV', 'f.csv': S <- ['from', 'to'], c ~ c;",
    "table t{i in I} OUT 'CSV' 'f' : i, x[i].dual~d;": "table t {i in I} OUT 'CSV','f': i~i, x[i].dual~d;",
}


@pytest.mark.parametrize("text", SPELLINGS)
def test_spellings_of_the_same_command(read: Read, report: Report, text: str) -> None:
    statements = read(text).statements
    assert statements == read(SPELLINGS[text]).statements
    assert not report.diagnostics
    assert len(statements) == 1


UNREADABLE = {
    "printf '%s', time2str(t);": "`time2str` is not a function",
    "display x @ y;": "unexpected character `@`",
    "printf;": "expected something to printf, found `;`",
    "for {i in {I, 1}} { printf '}', i; }": "members and sets cannot stand in one brace",
    "if a then { display x; } else { display y }": "file ends inside `display`",
}


@pytest.mark.parametrize("text", UNREADABLE)
def test_printing_code_that_cannot_be_read(read: Read, report: Report, text: str) -> None:
    skipped, following = read(f"{text} param p;").statements
    assert not report.diagnostics
    assert isinstance(skipped, ast.Skipped)
    assert skipped.reason == UNREADABLE[text]
    assert skipped.span.text == text
    assert isinstance(following, ast.ParamDeclaration)
    assert read(print_statement(skipped)).statements[0] == skipped


def read_data(text: str, report: Report) -> tuple[ast.Node, ...]:
    (section,) = parse_file(Source("t.dat", text), "data", report, set()).statements
    assert isinstance(section, ast.DataSection)
    return section.statements


@pytest.mark.parametrize("text", COMMANDS)
def test_commands_among_data(report: Report, text: str) -> None:
    before, command, after = read_data(f"set A := x-y 1e;\n{text}\nset B := 2015_20;", report)
    assert not report.diagnostics
    assert isinstance(before, SetData)
    assert type(command) is COMMANDS[text]
    assert isinstance(after, SetData)
    file = parse_file(Source("t.dat", text), "data", report, set())
    assert parse_file(Source("again.mod", print_file(file)), "model", report, set()) == file


def test_words_of_data_behind_a_command_are_no_tokens_of_model_text(report: Report) -> None:
    let, data = read_data("let p := 3;\nparam q := 3a.b é 'x' 01;", report)
    assert not report.diagnostics
    assert isinstance(let, ast.Let)
    assert isinstance(data, ParamData)


def test_the_last_command_of_data_may_have_no_semicolon(report: Report) -> None:
    (let,) = read_data("let p := 3\n", report)
    assert isinstance(let, ast.Let)
    assert [each.code for each in report.diagnostics] == ["missing-semicolon"]


def test_mistakes_in_commands_among_data(report: Report) -> None:
    text = "let p 3;\nset A := x;\nfor {i in I} { let q 3; let r := 1; }\nrepeat { };\n;set B := y;"
    statements = read_data(text, report)
    assert [(each.code, each.span.line, each.span.column) for each in report.diagnostics if each.span] == [
        ("syntax", 1, 7),
        ("syntax", 3, 22),
        ("unsupported", 4, 1),
    ]
    assert [type(each) for each in statements] == [SetData, ast.For, SetData]


def test_sections_change_among_data(report: Report) -> None:
    text = "set A := x; data; let p := 1; model; var x; data; set B := y; end; @"
    file = parse_file(Source("t.dat", text), "data", report, set())
    kinds = [type(each).__name__ for each in file.statements]
    assert kinds == ["DataSection", "VarDeclaration", "DataSection"]
    assert not report.diagnostics


@pytest.mark.parametrize("depth", [1000])
def test_deep_blocks(read: Read, report: Report, depth: int) -> None:
    text = "if a then { " * depth + "let p := 1;" + " } else let p := 2;" * depth
    loops = "".join(f"for {{i{k} in I}} " for k in range(depth)) + "fix x;"
    file = read(text + loops)
    assert not report.diagnostics
    assert [type(each) for each in file.statements] == [ast.If, ast.For]
    assert read(print_file(file)) == file
