"""From a model text to its data: data statements and commands in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from energyscope.language import ast
from energyscope.language.data.nodes import ColumnData, ParamData, SetData
from energyscope.language.diagnostics import ModelError, error
from energyscope.language.modeltext import ModelText
from energyscope.modeldata.lets import Given, read_lets, store_lets
from energyscope.modeldata.reading import Reader
from energyscope.modeldata.readvalues import Notes


class Commands(Protocol):
    """Carries out commands on data that are filled as the text goes on."""

    def changed(self, names: Sequence[str]) -> None:
        """Some items have other data than before."""

    def run(self, command: ast.Node) -> None:
        """Carry out one command. Raises ModelError where it cannot be."""


def carry_out(text: ModelText, given: Given, commands: Commands | None) -> Notes:
    """Read data statements and carry out commands, in order; gives the warnings of reading.

    Tables are read behind the data statements that follow them.
    After the first mistake only data statements are read on, for theirs. Raises ModelError with all of them.
    """
    reader = Reader(text, given.symbols, given.sets, given.parameters)
    report = reader.notes.report
    for event in _in_turn(text.events):
        try:
            if isinstance(event, SetData | ParamData | ColumnData):
                names = reader.read(event)
                if commands is not None:
                    commands.changed(names)
            elif not report.errors:
                reader.settle()
                _command(event, text, given, commands, reader)
        except ModelError as failure:
            report.diagnostics.extend(failure.diagnostics)
    report.raise_errors()
    reader.settle()
    return reader.notes


def _in_turn(events: Iterable[ast.Node]) -> Iterator[ast.Node]:
    """The events in order, but tables behind the data up to the next command: their files may be named in those."""
    waiting: list[ast.Node] = []
    for event in events:
        if isinstance(event, ast.TableIn):
            waiting.append(event)
            continue
        if not isinstance(event, SetData | ParamData | ColumnData):
            yield from waiting
            waiting.clear()
        yield event
    yield from waiting


def _command(event: ast.Node, text: ModelText, given: Given, commands: Commands | None, reader: Reader) -> None:
    if commands is not None:
        commands.run(event)
    elif isinstance(event, ast.LetRun):
        store_lets(given, read_lets(event.lets, text, reader.codes), text)
    elif isinstance(event, ast.ObjectiveChoice):
        given.objective = event.name
    else:
        message = "data that follow from commands need the whole model"
        raise error("unsupported", event.span, message, "`Energyscope(model).data` carries out the commands")
