"""The scripts beside the package: what they answer to wrong arguments."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import compare_backends
import import_dataset
import linopy_model
import make_core_small
import solve_published_run
import test_toy_model_comparison as toy_comparison


def test_a_model_that_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["compare_backends.py", "tooy"])
    assert compare_backends.main() == 2
    assert "did you mean `toy`?" in capsys.readouterr().err


def test_a_route_that_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["compare_backends.py", "toy", "glkp"])
    assert compare_backends.main() == 2
    assert "did you mean `glpk`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("main", "arguments", "told"),
    [
        (linopy_model.main, ["x"], "unrecognized arguments: x"),
        (toy_comparison.main, ["x"], "unrecognized arguments: x"),
        (solve_published_run.main, [], "required: table"),
        (solve_published_run.main, ["nothing.json"], "cannot be read"),
        (solve_published_run.main, ["file"], "is no JSON"),
        (make_core_small.main, ["--out", "file/folder"], "cannot be made"),
        (import_dataset.main, ["--out", "file"], "cannot be made"),
    ],
)
def test_wrong_arguments_are_usage(
    main: object,
    arguments: list[str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("x")
    monkeypatch.setattr(sys, "argv", ["script.py", *arguments])
    assert callable(main)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert told in capsys.readouterr().err


def test_the_smallest_example(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["linopy_model.py"])
    linopy_model.main()
    assert "objective: 62" in capsys.readouterr().out
