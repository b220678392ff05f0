"""The command `check` answers every pair of files: it ends with 0, 1 or 4, and says why."""

from __future__ import annotations

from pathlib import Path

import fuzz_texts as fuzz
import pytest
from hypothesis import given
from test_reading_any_text import thorough
from typer.testing import CliRunner

from energyscope.cli.app import app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("check")


@thorough
@given(texts=fuzz.mutated(fuzz.real_models()))
def test_files_with_something_wrong(folder: Path, texts: fuzz.Texts) -> None:
    files = []
    for number, (mode, text) in enumerate(texts):
        files.append(folder / f"{number}.{mode}")
        files[-1].write_text(text, encoding="utf-8", errors="surrogateescape", newline="")
    result = CliRunner().invoke(app, ["check", *map(str, files), "--max-memory", "3GB"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1, 4)
    assert result.exit_code == 0 or "error[" in result.stderr
    assert "Traceback" not in result.stderr


@thorough
@given(texts=fuzz.mutated([(("mod", "set T := 1..3;\nvar x{T} >= 0;\nminimize c: sum{t in T} x[t];\n"),)]))
def test_bytes_that_are_no_text(folder: Path, texts: fuzz.Texts) -> None:
    path = folder / "bytes.mod"
    path.write_bytes(texts[0][1].encode("utf-16"))
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 1
    assert "error[bad-character]" in result.stderr
