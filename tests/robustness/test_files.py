"""Files as they come from other machines and programs: each is read, or answered with what is wrong with it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import Diagnostic, ModelError
from energyscope.models import Model

MODEL = """set T;
param d{T};
var x{T} >= 0;
minimize c: sum {t in T} x[t];
s.t. n{t in T}: x[t] >= d[t];
"""
DATA = "set T := a b 'é';\nparam d := a 1\n b 2\n 'é' 3;\n"


def optimum(*files: Path) -> tuple[float, list[str]]:
    """The objective, and the codes of the warnings."""
    run = Energyscope(Model.from_paths(files))
    value = run.solve().objective
    return value, [warning.code for warning in run.warnings]


def refusal(*files: Path) -> Diagnostic:
    """The first thing that is said about files that cannot be read."""
    with pytest.raises(ModelError) as caught:
        Energyscope(Model.from_paths(files)).translate()
    return caught.value.diagnostics[0]


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return written(tmp_path, "m.mod", MODEL.encode())


@pytest.mark.parametrize(
    ("content", "warnings"),
    [
        (DATA.encode(), []),
        (b"\xef\xbb\xbf" + DATA.encode(), []),
        (DATA.replace("\n", "\r\n").encode(), []),
        (DATA.replace("\n", "\r").encode(), []),
        (DATA.encode("latin-1"), ["encoding"]),
        (DATA.rstrip("\n;").encode(), ["missing-semicolon"]),
    ],
    ids=["utf-8", "byte order mark", "CRLF", "CR", "Latin-1", "no semicolon at the end"],
)
def test_what_can_be_read(model: Path, tmp_path: Path, content: bytes, warnings: list[str]) -> None:
    assert optimum(model, written(tmp_path, "m.dat", content)) == (pytest.approx(6.0), warnings)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_characters_are_named(model: Path, tmp_path: Path, encoding: str) -> None:
    found = refusal(model, written(tmp_path, "m.dat", DATA.encode(encoding)))
    assert (found.code, found.help) == ("bad-character", "save it as UTF-8")
    assert "UTF-16" in found.message


@pytest.mark.parametrize(
    "content",
    [gzip.compress(DATA.encode() * 50, mtime=0), bytes(range(256)) * 20, b"PK\x03\x04\x00\x00" + bytes(100)],
    ids=["gzip", "all bytes", "a workbook"],
)
def test_a_binary_file_is_no_text(model: Path, tmp_path: Path, content: bytes) -> None:
    found = refusal(model, written(tmp_path, "m.dat", content))
    assert found.code == "bad-character"
    assert "not text" in found.message


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("set T := a b;\nparam d := a 1 b '2", "unterminated-string", (2, 18)),
        ("set T := a b;\n/* param d := a 1", "unterminated-comment", (2, 1)),
        ("set T := a b;\nparam d := a 1 b", "data-row-length", None),
        ("set T := a b;\npara", "syntax", (2, 1)),
        ("set T := a b;\nparam", None, None),
    ],
)
def test_a_data_file_that_ends_too_early(
    model: Path, tmp_path: Path, text: str, code: str | None, place: tuple[int, int] | None
) -> None:
    found = refusal(model, written(tmp_path, "m.dat", text.encode()))
    assert code is None or found.code == code
    assert found.span is not None
    assert place is None or (found.span.line, found.span.column) == place


@pytest.mark.parametrize(("cut", "code"), [(2, "unexpected-end"), (6, "unexpected-end"), (12, "unexpected-end")])
def test_a_model_that_ends_in_the_middle_of_a_token(tmp_path: Path, cut: int, code: str) -> None:
    assert refusal(written(tmp_path, "m.mod", MODEL[:-cut].encode())).code == code


def test_an_empty_model_is_a_model_of_nothing(tmp_path: Path) -> None:
    assert optimum(written(tmp_path, "m.mod", b"")) == (0.0, ["no-objective"])


def test_empty_data_are_no_data(model: Path, tmp_path: Path) -> None:
    assert refusal(model, written(tmp_path, "m.dat", b"")).code == "missing-data"


def test_a_folder_is_no_file(model: Path, tmp_path: Path) -> None:
    (tmp_path / "m.dat").mkdir()
    found = refusal(model, tmp_path / "m.dat")
    assert (found.code, str(tmp_path / "m.dat") in found.message) == ("file", True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(model: Path, tmp_path: Path) -> None:
    secret = written(tmp_path, "m.dat", DATA.encode())
    secret.chmod(0)
    found = refusal(model, secret)
    assert (found.code, "cannot be read" in found.message) == ("file", True)


def test_a_missing_file_is_named_with_its_neighbour(model: Path, tmp_path: Path) -> None:
    written(tmp_path, "m1.dat", DATA.encode())
    found = refusal(model, tmp_path / "m2.dat")
    assert (found.code, found.help) == ("file", "did you mean `m1.dat`?")


def test_two_files_that_give_the_same_set(model: Path, tmp_path: Path) -> None:
    first = written(tmp_path, "1.dat", b"set T := a b;\n")
    second = written(tmp_path, "2.dat", b"param d := a 1 b 2;\nset T := c;\n")
    found = refusal(model, first, second)
    assert found.code == "data-duplicate"
    assert found.span is not None
    assert (Path(found.span.source.name).name, found.span.line, found.span.column) == ("2.dat", 2, 5)
    assert found.help == f"first at {first}:1:5"


def test_two_files_that_declare_the_same_set(model: Path, tmp_path: Path) -> None:
    found = refusal(model, written(tmp_path, "n.mod", b"set T;\n"))
    assert found.code == "duplicate-name"
    assert found.span is not None
    assert Path(found.span.source.name).name == "n.mod"
