"""Killed, out of room, not allowed: outputs are old or new, never half, a mixture is noticed, and a rerun heals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import btm_writer
import numpy as np
import pytest
from btm_writer import EXACT, OUTPUTS

from energyscope.families.btm.bundles.verify import verify

KILLED = -int(signal.SIGKILL)


class Writer:
    """A server process that forks writers: to start one takes milliseconds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        arguments = [sys.executable, btm_writer.__file__, "serve", str(folder)]
        self.versions = {which: written(folder, which) for which in ("new", "old")}
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert int(pipe(self.process.stdout).readline()) == self.process.pid

    def start(self, action: str) -> int:
        """The process that acts."""
        pipe(self.process.stdin).write(f"{action}\n")
        pipe(self.process.stdin).flush()
        return int(pipe(self.process.stdout).readline())

    def ended(self) -> int:
        """How it ended: exit status, or less the signal."""
        return int(pipe(self.process.stdout).readline())

    def close(self) -> None:
        pipe(self.process.stdin).close()
        self.process.wait(timeout=60)

    def state(self) -> list[str]:
        """Which version each exact output is; anything else is a failure."""
        found = []
        for name in EXACT:
            data = (self.folder / name).read_bytes()
            found.append(next(which for which, files in self.versions.items() if files[name] == data))
        return found


def pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def written(folder: Path, which: str) -> dict[str, bytes]:
    btm_writer.write(folder, which)
    return {name: (folder / name).read_bytes() for name in OUTPUTS}


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.fixture(scope="module")
def server() -> Iterator[Writer]:
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)  # the child without privileges gets as far as the folder itself
        started = Writer(btm_writer.write_inputs(Path(made) / "bundle"))
        yield started
        started.close()


@pytest.fixture
def writer(server: Writer) -> Writer:
    healed(server)
    return server


def settled(writer: Writer) -> None:
    """After a kill: each file is whole; a mixture of versions, and only that, is told by `verify`; a rerun heals."""
    state = writer.state()
    assert {path.name for path in writer.folder.iterdir()} >= {*btm_writer.INPUTS, *OUTPUTS}
    mixed = len(set(state)) > 1
    found = verify(writer.folder)
    assert bool(found) == mixed, (state, found)
    assert {each.code for each in found} <= {"BTM401"}


def healed(writer: Writer) -> None:
    btm_writer.write(writer.folder, "old")
    assert verify(writer.folder) == []
    assert hidden(writer.folder) == []


def kill_at_random_moments(writer: Writer, times: int) -> None:
    generator = np.random.default_rng(11)
    for delay in generator.uniform(0, 0.05, times):
        child = writer.start("forever")
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        assert writer.ended() == KILLED
        settled(writer)
    healed(writer)


def test_killed_at_20_random_moments(writer: Writer) -> None:
    kill_at_random_moments(writer, 20)


@pytest.mark.slow
def test_killed_at_200_random_moments(writer: Writer) -> None:
    kill_at_random_moments(writer, 200)


def test_killed_before_every_access_to_the_disk(writer: Writer) -> None:
    states = []
    for event in range(1, 200):
        btm_writer.write(writer.folder, "old")
        writer.start(f"killed {event}")
        status = writer.ended()
        settled(writer)
        states.append("".join(each[0] for each in writer.state()))
        if status == 0:
            break
        assert status == KILLED
    assert sorted(set(states), key=states.index) == ["ooo", "noo", "nno", "nnn"]
    healed(writer)


def test_a_first_run_that_is_killed_leaves_nothing_that_a_second_stumbles_over(writer: Writer) -> None:
    for event in range(1, 200):
        for name in OUTPUTS:
            (writer.folder / name).unlink(missing_ok=True)
        writer.start(f"killed {event}")
        status = writer.ended()
        healed(writer)
        if status == 0:
            break
        assert status == KILLED
    else:
        pytest.fail("no end")


@pytest.mark.parametrize("room", [0, 1000, 10_000])
def test_a_full_disk_leaves_the_old_outputs(writer: Writer, room: int) -> None:
    writer.start(f"full {room}")
    assert writer.ended() == 4  # BTM004
    assert writer.state() == ["old"] * len(EXACT)
    assert hidden(writer.folder) == []
    assert verify(writer.folder) == []


def test_a_folder_that_may_only_be_read_keeps_the_old_outputs(writer: Writer) -> None:
    writer.folder.chmod(0o555)
    try:
        writer.start("unprivileged")
        assert writer.ended() == 4  # BTM004
    finally:
        writer.folder.chmod(0o755)
    assert writer.state() == ["old"] * len(EXACT)
    assert hidden(writer.folder) == []
