"""Fetching published files: checked, all or nothing, kept. A small wheel stands for the published one."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope.cli.app import app
from energyscope.language.diagnostics import ModelError
from energyscope.upstream import FetchError, cache, fetch, fetching, model_files
from energyscope.upstream.listing import Listing, PublishedFile, PublishedModel

MOD, DAT, UNUSED = "energyscope/data/a.mod", "energyscope/data/a.dat", "energyscope/__init__.py"
CONTENTS = {MOD: b"param p;\n", DAT: b"param p := 3;\n"}
FILES = {name: PublishedFile(name, len(each), hashlib.sha256(each).hexdigest()) for name, each in CONTENTS.items()}
LISTING = Listing(
    "energyscope", "0.0.1", FILES, {"a": PublishedModel("a", "one", (("mod", FILES[MOD]), ("dat", FILES[DAT])))}
)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and the listing of the small wheel."""
    monkeypatch.setenv("ENERGYSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "LISTING", LISTING)
    monkeypatch.setattr(fetching, "LISTING", LISTING)
    return tmp_path / "cache"


def wheel(folder: Path, changed: dict[str, bytes] | None = None, left_out: str = "") -> Path:
    path = folder / "some.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**CONTENTS, UNUSED: b"", **(changed or {})}.items():
            if name != left_out:
                archive.writestr(name, content)
    return path


def test_files_of_a_wheel_are_kept_and_the_second_call_says_so(kept: Path, tmp_path: Path) -> None:
    first = fetch(wheel(tmp_path))
    assert (first.folder, first.new) == (kept / "upstream-0.0.1", True)
    assert not fetch().new
    assert [(kind, path.read_bytes()) for kind, path in model_files("a")] == [
        ("mod", CONTENTS[MOD]),
        ("dat", CONTENTS[DAT]),
    ]
    assert not (first.folder / UNUSED).exists()
    assert [path.name for path in kept.iterdir()] == ["upstream-0.0.1"]


def test_force_fetches_what_is_there(kept: Path, tmp_path: Path) -> None:
    source = wheel(tmp_path)
    assert fetch(source).new
    assert fetch(source, force=True).new
    assert [path.name for path in kept.iterdir()] == ["upstream-0.0.1"]


def test_a_changed_file_is_not_read_and_fetched_again(kept: Path, tmp_path: Path) -> None:
    path = fetch(wheel(tmp_path)).folder / DAT
    path.write_bytes(b"param p := 4;\n")
    with pytest.raises(ModelError, match=r"not the file that was published.*\n.*fetch-upstream --force"):
        model_files("a")
    assert fetch(wheel(tmp_path)).new
    assert path.read_bytes() == CONTENTS[DAT]


def test_without_files_the_command_is_named(kept: Path) -> None:
    with pytest.raises(ModelError, match="run `energyscope fetch-upstream`"):
        model_files("a")


@pytest.mark.parametrize("changed", [{DAT: b"param p := 9;\n"}, {DAT: b"param p := 3;\n\n"}], ids=["value", "size"])
def test_another_content_is_refused_and_nothing_is_kept(kept: Path, tmp_path: Path, changed: dict[str, bytes]) -> None:
    with pytest.raises(FetchError, match=r"`energyscope/data/a\.dat` has another size or sha256"):
        fetch(wheel(tmp_path, changed))
    assert list(kept.iterdir()) == []


def test_a_bad_wheel_leaves_good_files_alone(kept: Path, tmp_path: Path) -> None:
    folder = fetch(wheel(tmp_path)).folder
    with pytest.raises(FetchError):
        fetch(wheel(tmp_path, {MOD: b""}), force=True)
    assert (folder / MOD).read_bytes() == CONTENTS[MOD]


def test_a_missing_member_and_a_text_are_no_wheels(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"a\.mod"):
        fetch(wheel(tmp_path, left_out=MOD))
    text = tmp_path / "text.whl"
    text.write_text("no wheel")
    with pytest.raises(FetchError, match="it is no wheel"):
        fetch(text)


def test_pip_that_finds_nothing_is_told_with_the_way_out(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(FetchError, match=r"pip cannot download energyscope 0\.0\.1: .*\n.*--wheel FILE") as caught:
        fetch()
    assert caught.value.diagnostics[0].code == "fetch"
    assert list(kept.iterdir()) == []


def test_the_cache_of_the_user_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENERGYSCOPE_CACHE")
    assert "energyscope" in cache.cache_folder().parts
    assert cache.cache_folder().is_absolute()


def test_exit_codes_and_json(kept: Path, tmp_path: Path) -> None:
    good, target = wheel(tmp_path), tmp_path / "fetch.json"

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["fetch-upstream", *words, "--json", str(target)])
        return result.exit_code, json.loads(target.read_text())["status"]

    assert run("--wheel", str(tmp_path / "none.whl")) == (1, "error")
    assert run("--wheel", str(good)) == (0, "fetched")
    assert run() == (0, "present")
    assert run("--force", "--wheel", str(wheel(tmp_path, {MOD: b"x"}))) == (4, "error")


def test_a_cache_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ENERGYSCOPE_CACHE", str(tmp_path / "file" / "cache"))
    result = CliRunner().invoke(app, ["fetch-upstream"])
    assert result.exit_code == 4
    assert "cannot be written" in result.stderr
