"""`model FILE;` and `data FILE;`: the file stands where it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, Report
from energyscope.language.modeltext import read_model
from energyscope.language.printing.printer import print_file
from energyscope.language.source import Source
from energyscope.language.syntax.parser import parse_file


def files(folder: Path, **texts: str) -> Path:
    """Files by name (`main`, `sub__part` is in a folder), all of them `.mod`; gives the folder."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.mod"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def test_statements_of_the_files_stand_in_their_order(tmp_path: Path) -> None:
    files(
        tmp_path,
        main="model sub/part.mod;\nlet n := 2; data 'sub/numbers.mod'; var x >= n; minimize z: x;",
        sub__part="param n; set I; model other.mod;",
        sub__other="param m{I};",
        sub__numbers="set I := a 2-b; let n := 3; param m := a 1 2-b 2; data more.mod; let n := 4;",
        sub__more="param k := 3;",
    )
    (tmp_path / "sub" / "other.mod").write_text("param m{I}; param k;")
    text = read_model([("mod", Source.from_file(tmp_path / "main.mod"))])
    assert list(text.declarations) == ["n", "I", "m", "k", "x", "z"]
    kinds = [type(event).__name__ for event in text.events]
    assert kinds == ["Let", "SetData", "Let", "ParamData", "ParamData", "Let"]


def test_inclusions_print_back(tmp_path: Path) -> None:
    main = Source.from_file(files(tmp_path, main='data "it\'s.mod"; var x;', **{"it's": "set I := a;"}) / "main.mod")
    report = Report()
    file = parse_file(main, "model", report, set())
    assert not report.diagnostics
    assert isinstance(file.statements[0], ast.Inclusion)
    again = parse_file(Source("again.mod", print_file(file), path=main.path), "model", report, set())
    assert again == file


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("model 'parts.mod';", 7, "there is no file `"),
        ("data sub;", 6, "sub` cannot be read: Is a directory"),
        ("model main.mod;", 7, "`main.mod` includes itself: main.mod -> main.mod"),
        ("param p; model round.mod;", 7, "`main.mod` includes itself: main.mod -> round.mod -> main.mod"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, text: str, column: int, message: str) -> None:
    files(tmp_path, main=text, part="var x;", round="model main.mod;", sub__a="")
    with pytest.raises(ModelError) as caught:
        read_model([("mod", Source.from_file(tmp_path / "main.mod"))])
    (finding,) = caught.value.diagnostics
    assert finding.span is not None
    assert (finding.code, finding.span.column) == ("file", column)
    assert message in finding.message
    assert finding.help == "did you mean `part.mod`?" or "parts" not in text


def test_a_text_without_a_file_names_none() -> None:
    with pytest.raises(ModelError) as caught:
        read_model([("mod", Source("t.mod", "model part.mod;"))])
    assert [each.code for each in caught.value.diagnostics] == ["file"]


def test_the_reader_of_files_can_be_chosen() -> None:
    def load(path: Path) -> Source:
        return Source(str(path), "set S;", path=path)

    text = read_model([("mod", Source("t.mod", "model a.mod;", path=Path("there/t.mod")))], load)
    assert list(text.sets) == ["S"]
    assert text.declarations["S"].span.source.name == "there/a.mod"


def test_one_file_may_be_named_twice(tmp_path: Path) -> None:
    files(tmp_path, main="param p default 1; model part.mod; model part.mod;", part="let p := p + 1;")
    text = read_model([("mod", Source.from_file(tmp_path / "main.mod"))])
    assert len(text.events) == 2
