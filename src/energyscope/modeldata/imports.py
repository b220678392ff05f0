"""Data that stand beside the texts of a model: a folder of CSV files, an Excel workbook, a NetCDF file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from energyscope.language.diagnostics import ModelError, error
from energyscope.language.modeltext import ModelText
from energyscope.modeldata import labelled, netcdf
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Codes, Symbols

SUFFIXES = frozenset((".xlsx", ".nc"))

Items = tuple[dict[str, Set], dict[str, Parameter]]


def is_import(path: Path) -> bool:
    """Are these data that are no text?"""
    return path.suffix.lower() in SUFFIXES or path.is_dir()


def imported(path: Path, text: ModelText, symbols: Symbols, given: Collection[str] = ()) -> Items:
    """The sets and parameters of a folder or a file, by name; labels of arrays do not replace sets that are `given`.

    Raises ModelError for what does not fit, and where it cannot be read.
    """
    from energyscope.modeldata import csvfolder, workbook
    from energyscope.modeldata.filling import items_from

    try:
        if path.is_dir():
            return items_from(csvfolder.read(path), text, symbols)
        if path.suffix.lower() == ".xlsx":
            return items_from(workbook.read(path), text, symbols)
        return _of_netcdf(path, text, symbols, given)
    except OSError as failure:
        raise _unreadable(path, failure) from failure


def _of_netcdf(path: Path, text: ModelText, symbols: Symbols, given: Collection[str]) -> Items:
    if netcdf.is_own(path):
        return _recoded(*netcdf.read(path), text, symbols)
    theirs, sets, parameters = labelled.read(path)
    return _recoded(theirs, *labelled.fitting(sets, parameters, text, given), text, symbols)


def _unreadable(path: Path, failure: OSError) -> ModelError:
    if isinstance(failure, FileNotFoundError):
        return error("file", None, f"there is no file `{path}`", f"paths are relative to {Path.cwd()}")
    return error("file", None, f"`{path}` cannot be read: {failure.strerror or failure}")


def _recoded(
    theirs: Symbols, sets: Mapping[str, Set], parameters: Mapping[str, Parameter], text: ModelText, symbols: Symbols
) -> Items:
    """Items with the codes of other symbols. Raises ModelError for names that the model has not."""
    codes = symbols.codes(theirs.member(code) for code in range(len(theirs)))
    for name in (*sets, *parameters):
        if name not in (text.sets if name in sets else text.parameters):
            kind = "set" if name in sets else "parameter"
            raise error("data-unknown", None, f"`{name}` is no {kind} of the model", "these data belong to another one")
    new_sets = {
        name: Set(name, _with(codes, each.keys), each.offsets, _with(codes, each.members))
        for name, each in sets.items()
    }
    return new_sets, {name: _parameter(codes, each) for name, each in parameters.items()}


def _with(codes: Codes, index: Index) -> Index:
    return Index([codes[column] for column in index.columns], len(index))


def _parameter(codes: Codes, given: Parameter) -> Parameter:
    if given.values.dtype.kind != "i":
        return Parameter(given.name, _with(codes, given.index), given.values, given.default)
    default = None if given.default is None else int(codes[int(given.default)])
    return Parameter(given.name, _with(codes, given.index), codes[given.values], default)
