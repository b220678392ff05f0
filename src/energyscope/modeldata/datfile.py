"""Sets and parameters as data text."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path

import numpy as np

from energyscope.language.diagnostics import error
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Codes, Symbols, label

_UNWRITABLE = re.compile(r"[\x00-\x08\n\x0b-\x1f\x7f\x85\u2028\u2029]")
"""Characters that no quoted word can hold."""


def text_of(sets: Mapping[str, Set], parameters: Mapping[str, Parameter], symbols: Symbols) -> str:
    """A statement for every set (one a key) and parameter, numbers with their shortest digits.

    Raises ModelError `export` for a member that quotes cannot hold.
    """
    words = _Words(symbols)
    statements = [text for given in sets.values() for text in _set_statements(given, words)]
    statements += [_parameter_statement(parameter, words) for parameter in parameters.values()]
    return "".join(statements)


class _Words:
    """The words of codes; only codes that occur are spelled, each once."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._known: dict[int, str] = {}

    def of(self, codes: Codes) -> list[str]:
        distinct, inverse = np.unique(codes, return_inverse=True)
        words = np.array([self._word(code) for code in distinct.tolist()], dtype=object)
        return words[inverse].tolist() if len(words) else []

    def _word(self, code: int) -> str:
        if (known := self._known.get(code)) is None:
            member = self._symbols.member(code)
            if isinstance(member, str) and _UNWRITABLE.search(member):
                raise error(
                    "export", None, f"{member!r} holds a character that data text cannot hold", "rename the member"
                )
            known = self._known[code] = label(member)
        return known


def _set_statements(given: Set, words: _Words) -> Iterator[str]:
    bounds = zip(given.offsets[:-1].tolist(), given.offsets[1:].tolist(), strict=True)
    keys = _rows([words.of(column) for column in given.keys.columns], len(given.keys))
    members = _rows([words.of(column) for column in given.members.columns], len(given.members))
    for key, (start, stop) in zip(keys, bounds, strict=True):
        subscripts = f"[{','.join(key)}]" if key else ""
        yield f"set {given.name}{subscripts} :={''.join(_member(member) for member in members[start:stop])};\n"


def _member(places: tuple[str, ...]) -> str:
    return f"\n {places[0]}" if len(places) == 1 else f"\n ({','.join(places)})"


def _parameter_statement(parameter: Parameter, words: _Words) -> str:
    values = _value_words(parameter, words)
    default = "" if parameter.default is None else f" default {_default_word(parameter, words)}"
    if not parameter.index.columns:
        return f"param {parameter.name}{default} :={''.join(f' {value}' for value in values)};\n"
    keys = [words.of(column) for column in parameter.index.columns]
    lines = "".join(f"\n {' '.join(row)}" for row in zip(*keys, values, strict=True))
    return f"param {parameter.name}{default} :={lines};\n"


def _value_words(parameter: Parameter, words: _Words) -> list[str]:
    if parameter.values.dtype.kind == "i":
        return words.of(parameter.values.astype(np.int32))
    return [label(value) for value in parameter.values.tolist()]


def _default_word(parameter: Parameter, words: _Words) -> str:
    assert parameter.default is not None
    if parameter.values.dtype.kind == "i":
        return words.of(np.array([parameter.default], np.int32))[0]
    return label(float(parameter.default))


def _rows(columns: list[list[str]], length: int) -> list[tuple[str, ...]]:
    return list(zip(*columns, strict=True)) if columns else [()] * length


def write_atomically(path: str | PathLike[str], write: Callable[[Path], object]) -> None:
    """Let a function write a temporary file beside `path`, then put it in its place; nothing half-written is left."""
    target = Path(path)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
