"""`table … IN "CSV"`: the columns of a file become a set and parameters."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import did_you_mean, error
from energyscope.language.source import Source, Span
from energyscope.language.trampoline import Walk
from energyscope.modeldata.csvtext import CellOrigin, CsvColumn, CsvTable, codes_of, numbers_of, read_csv
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.frame import unit_frame
from energyscope.translate.values import as_codes


def read_table(ev: Evaluator, command: ast.TableIn) -> Walk[tuple[str, ...]]:
    """Read a file into the data; gives the names of the items that it fills.

    Raises ModelError for a file that is not there or does not fit, at its cell where one is to blame.
    """
    argument = command.arguments[1]
    codes = as_codes(ev, (yield ev.value(argument, unit_frame())))
    table = _file(ev, str(ev.symbols.member(int(codes[0]))), argument)
    keys = [table.column(name) for name in command.keys]
    index = Index([codes_of(column, ev.symbols) for column in keys])
    if (second := index.first_repeat) is not None:
        _refuse_repeat(ev, command, table, keys[0], index, second)
    filled: list[str] = []
    if command.target is not None:
        _claim(ev, command.target)
        place = CellOrigin(table, keys[0], keys[0])
        offsets = np.array([0, len(index)], dtype=np.int64)
        ev.data.sets[command.target.name] = Set(command.target.name, Index((), 1), offsets, index, place, None)
        filled.append(command.target.name)
    for field in command.fields:
        assert isinstance(field.expression, ast.Reference), "the parser gives names only"
        _claim(ev, field.expression)
        _fill(ev, field.expression.name, table, keys[0], table.column(field.column), index)
        filled.append(field.expression.name)
    return tuple(filled)


def _fill(ev: Evaluator, name: str, table: CsvTable, key: CsvColumn, column: CsvColumn, index: Index) -> None:
    """Give a parameter the values of a column."""
    declaration = ev.text.parameters[name]
    symbolic = declaration.kind == "symbolic"
    values = codes_of(column, ev.symbols) if symbolic else numbers_of(table, column, name)
    ev.data.parameters[name] = Parameter(name, index, values, None, CellOrigin(table, key, column))


def _file(ev: Evaluator, name: str, argument: ast.Expression) -> CsvTable:
    """The file of a table, in the working folder or else beside the text."""
    path = Path(name)
    beside = argument.span.source.path
    if not path.exists() and beside is not None and (beside.parent / name).exists():
        path = beside.parent / name
    try:
        source = Source.from_file(path)
    except FileNotFoundError:
        near = did_you_mean(path.name, [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else [])
        help_ = near or f"paths are relative to {Path.cwd()}, then to the folder of the text"
        raise error("file", argument.span, f"there is no file `{name}`", help_) from None
    except OSError as failure:
        raise error("file", argument.span, f"`{name}` cannot be read: {failure.strerror}") from None
    if source.undecodable is not None:
        place = Span(source, source.undecodable, source.undecodable + 1)
        ev.warn("encoding", place, "this file is not UTF-8: it is read as Latin-1", "save it as UTF-8")
    return read_csv(source)


def _claim(ev: Evaluator, target: ast.Reference) -> None:
    """Only an item without definition and without data is filled."""
    declaration = ev.text.declarations[target.name]
    assert isinstance(declaration, ast.SetDeclaration | ast.ParamDeclaration)
    if declaration.assignment in (":=", "="):
        message = f"`{target.name}` is defined in the model, a table cannot change it"
        raise error("data-for-defined", target.span, message, "use `default` there")
    if target.name in ev.data.sets or target.name in ev.data.parameters:
        raise error("data-duplicate", target.span, f"`{target.name}` already has data", "fill it once")


def _refuse_repeat(
    ev: Evaluator, command: ast.TableIn, table: CsvTable, key: CsvColumn, index: Index, second: int
) -> None:
    members = ev.symbols.describe("", [int(column[second]) for column in index.columns])[1:-1]
    shown = f"({members})" if len(index.columns) > 1 else members
    if command.target is not None:
        message = f"`{shown}` is already a member of `{command.target.name}`"
        raise error("duplicate-member", table.span(second, key), message)
    raise error("data-duplicate", table.span(second, key), f"`{shown}` stands twice in `{command.name}`")
