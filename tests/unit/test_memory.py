"""Memory: sizes as they are written, what may be taken, and models that would take more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope import memory
from energyscope.cli.app import app
from energyscope.cli.memory_watch import within_memory
from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import EnergyscopeError, ModelError
from energyscope.models import Model

tells = pytest.mark.skipif(memory.resident() is None, reason="this system does not tell the memory of a process")

PAIRS = "set I := 1..100000; set J := 1..20000;\n"


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4e9), ("4 GB", 4e9), ("1.5G", 1.5e9), ("800MB", 8e8), ("2GiB", 2e9), ("300k", 3e5), ("5000", 5000)],
)
def test_sizes(text: str, size: float) -> None:
    assert memory.size_of(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "0", "4XB", "4 4GB", "inf"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="no size of memory"):
        memory.size_of(text)


@tells
def test_a_limit_holds_within_its_block() -> None:
    free = memory.room()
    with memory.limited_to(10**15):
        assert 0.9e15 < memory.room() < 1e15
        with memory.limited_to(1):
            assert memory.room() == 0
    assert memory.room() == pytest.approx(free, rel=0.5)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (f"{PAIRS}var x{{I,J}} >= 0;", (2, 9), "100,000 x 20,000 = 2e+09 tuples"),
        (f"{PAIRS}set K := {{i in I, j in J: (i + j) mod 7 = 0}};\nvar x{{K}};", (2, 24), "100,000 x 20,000"),
        (f"{PAIRS}set K := I cross J;\nvar x{{K}};", (2, 18), "`cross` gives 2e+09 tuples"),
        (f"{PAIRS}var x{{J}};\ns.t. c{{i in I}}: sum{{j in J}} x[j] >= i;", (3, 17), "2e+09 terms"),
        (f"{PAIRS}var x{{J}};\ns.t. c{{i in I}}: sum{{j in J}} i * j * x[j] >= i;", (3, 17), "more terms"),
        (
            f"{PAIRS}param p{{i in I}} := max{{j in J}} i * j;\nvar x >= 0;\ns.t. c: sum{{i in I}} p[i] * x >= 1;",
            (2, 23),
            "",
        ),
        ("set T := 1..1e11;\nvar x{T};", (1, 11), "the range has 1e+11 members"),
    ],
    ids=["product", "condition over a product", "cross", "sum of one kind", "sum a row", "iterated max", "range"],
)
def test_a_model_beyond_the_memory_is_refused_before_it_is_built(
    tmp_path: Path, text: str, place: tuple[int, int], said: str
) -> None:
    path = tmp_path / "m.mod"
    path.write_text(text)
    before = memory.resident() or 0
    # 2e9 tuples are some 100 GB; the limit is the same on every machine, and does for what comes first.
    with memory.limited_to(before + 5_000_000_000), pytest.raises(ModelError) as caught:
        Energyscope(Model.from_paths([path])).translate()
    (found,) = caught.value.diagnostics
    assert found.code == "memory"
    assert found.span is not None
    assert (found.span.line, found.span.column) == place
    assert said in found.message
    assert found.help is not None
    assert "--max-memory" in found.help


@tells
def test_the_command_line_ends_with_4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.mod").write_text(f"{PAIRS}var x{{I,J}} >= 0;")
    for command in ("check", "translate", "solve"):
        result = CliRunner().invoke(app, [command, "m.mod", "--max-memory", "8GB", "--json", "m.json"])
        assert result.exit_code == 4
        assert "m.mod:2:9: error[memory]" in result.stderr
        assert [each["code"] for each in json.loads(Path("m.json").read_text())["errors"]] == ["memory"]


def test_a_size_that_is_none_is_usage(tmp_path: Path) -> None:
    (tmp_path / "m.mod").write_text("var x;")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "m.mod"), "--max-memory", "much"])
    assert result.exit_code == 2


@tells
def test_no_room_at_all_is_said_before_the_work_begins() -> None:
    with pytest.raises(EnergyscopeError) as caught, within_memory(1_000_000, lambda _: None):
        pytest.fail("the work has begun")
    assert caught.value.diagnostics[0].code == "memory"


GROWS = """
from energyscope import memory
from energyscope.cli.memory_watch import within_memory
from energyscope.language.diagnostics import EnergyscopeError

held = memory.resident()
kept = []
try:
    with within_memory(held + 200_000_000, lambda last: print("at once", last.code, flush=True)):
        {work}
except EnergyscopeError as failure:
    print("interrupted", failure.diagnostics[0].code)
"""
AWAKE = "while True: kept.append(bytearray(b'x' * 1_000_000)); sum(range(50_000))"
DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n        " + AWAKE


@tells
@pytest.mark.parametrize(("work", "said", "code"), [(AWAKE, "interrupted memory", 0), (DEAF, "at once memory", 4)])
def test_a_run_that_grows_is_ended(work: str, said: str, code: int) -> None:
    command = [sys.executable, "-c", GROWS.format(work=work)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.strip(), done.returncode) == (said, code)
