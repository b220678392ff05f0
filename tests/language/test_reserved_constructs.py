"""What is said of constructs outside of the language, of files that are no text, and of control characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.models import Model


def mistake(text: str) -> ModelError:
    with pytest.raises(ModelError) as caught:
        read_model([("mod", Source("m.mod", text))])
    return caught.value


@pytest.mark.parametrize(
    ("text", "column", "help"),
    [
        ("set V := interval [0,1];", 10, "list the members"),
        ("param p in interval [0,1];", 12, "list the members"),
        ("var x in {0} union interval[2,5];", 7, "s.t. lo: x >= 2*on"),
        ("include x.mod;", 1, "`model FILE;`"),
        ("commands x;", 1, "`model FILE;`"),
        ("call f;", 1, "external functions"),
        ("function f;", 1, "external functions"),
        ("reset data;", 1, "`data.let(...)`"),
        ("update data p;", 1, "`data.let(...)`"),
    ],
)
def test_unsupported_with_help(text: str, column: int, help: str) -> None:
    (found,) = mistake(text).diagnostics
    assert found.code == "unsupported"
    assert found.span is not None
    assert found.span.column == column
    assert help in (found.help or "")


def test_interval_is_a_name_where_it_is_declared() -> None:
    assert (
        "interval"
        in read_model(
            [("mod", Source("m.mod", "set T; param interval{T}; check {t in T}: interval[t] > 0;"))]
        ).parameters
    )


def test_the_binary_of_the_help_is_accepted() -> None:
    text = "var x; var on binary; s.t. lo: x >= 2*on; s.t. up: x <= 5*on;"
    assert not read_model([("mod", Source("m.mod", text))]).warnings


def test_control_characters_are_not_shown() -> None:
    shown = str(mistake("var x \x1b[31m;\nparam \x07a := 3;"))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\N{REPLACEMENT CHARACTER}[31m" in shown


@pytest.mark.parametrize(("content", "said"), [(bytes(200), "not text"), ("var x;".encode("utf-16-le"), "UTF-16")])
def test_files_that_are_no_text(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "m.mod").write_bytes(content)
    with pytest.raises(ModelError, match=said):
        Model.from_paths([tmp_path / "m.mod"]).read()


def test_only_files_that_can_be_read_are_proposed(tmp_path: Path) -> None:
    (tmp_path / "note.md").touch()
    with pytest.raises(ModelError) as caught:
        Model.from_paths([tmp_path / "nope.mod"]).read()
    assert "note.md" not in str(caught.value)
    (tmp_path / "nose.mod").touch()
    with pytest.raises(ModelError, match=r"did you mean `nose\.mod`"):
        Model.from_paths([tmp_path / "nope.mod"]).read()
