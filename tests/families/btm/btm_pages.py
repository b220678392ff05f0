"""Pages of docs as tests read them: commands with what they show, code, files, arithmetic."""

from __future__ import annotations

import ast
import operator
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from energyscope.cli.btm.app import app

ELLIPSIS = "..."
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Session:
    """One command of a page, and the lines it is said to show."""

    command: str
    shown: tuple[str, ...]


def blocks(page: str, kind: str) -> list[str]:
    """The fenced blocks of a kind, in order."""
    return re.findall(rf"```{kind}\n(.*?)```", page, flags=re.DOTALL)


def sessions(page: str) -> Iterator[Session]:
    """Every command of a page, in order."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            yield Session(command, tuple(line.rstrip() for line in shown))


def shows(session: Session, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command in the present folder: it shows the lines of the page, `...` stands for others; its exit code."""
    program, *words = shlex.split(session.command)
    assert program == "gridq"
    monkeypatch.setenv("COLUMNS", "130")
    done = CliRunner().invoke(app, words)
    found = [line.rstrip() for line in done.output.splitlines()]
    place = 0
    for line in session.shown:
        if line != ELLIPSIS and line:
            assert line in found[place:], f"{session.command}: {line!r} is not in\n{done.output}"
            place = found.index(line, place) + 1
    return done.exit_code


def files(page: str) -> Iterator[tuple[Path, str]]:
    """Files that a page writes out: their first line is a comment with the path."""
    for block in blocks(page, "yaml"):
        first = block.partition("\n")[0]
        if first.startswith("# ") and first.endswith(".yaml"):
            yield Path(first[2:]), block


def equations(page: str) -> list[tuple[str, float, str]]:
    """All arithmetic of a page: the text of an equation in backquotes, its left side, and the number on the right."""
    found = []
    for text in re.findall(r"`([^`\n]* = -?[\d,.]+)`", page):
        left, _, right = text.rpartition(" = ")
        found.append((text, _value(ast.parse(_plain(left), mode="eval").body), right))
    return found


def holds(value: float, shown: str) -> bool:
    """Is a number what it is shown as: to all decimals that are shown, half of the last for rounded terms."""
    decimals = len(shown.partition(".")[2])
    return abs(value - float(_plain(shown))) <= 0.500001 * 10**-decimals


def _plain(text: str) -> str:
    return text.replace(",", "").replace("×", "*")


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    assert isinstance(node, ast.Constant)
    return float(node.value)
