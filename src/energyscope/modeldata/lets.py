"""Reads runs of `let name[constants] := constant;` into columns, one parameter a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from energyscope.language import ast
from energyscope.language.data.lets import LetColumns, Lets
from energyscope.language.modeltext import ModelText
from energyscope.language.source import Span
from energyscope.modeldata.edits import laid_over, last_entries
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Codes, Symbols, Values
from energyscope.modeldata.words import WordCodes


class Given(Protocol):
    """What is filled: the items of a model by name, starting values of variables, the objective that is chosen."""

    symbols: Symbols
    sets: dict[str, Set]
    parameters: dict[str, Parameter]
    initial: dict[str, Parameter]
    objective: str | None


@dataclass(frozen=True, eq=False)
class LetOrigin:
    """Finds target and value of an entry by reading its run again."""

    lets: Lets
    statements: list[int]

    def key_span(self, position: int) -> Span | None:
        """The target."""
        return self.lets.target_span(self.statements[position])

    def value_span(self, position: int) -> Span | None:
        """The value."""
        return self.lets.value_span(self.statements[position])


def read_lets(lets: Lets, text: ModelText, codes: WordCodes) -> list[Parameter]:
    """What a run assigns, by target; of several values for the same subscripts the last.

    Raises ModelError for arithmetic that has no value.
    """
    return [_parameter(lets, columns, text, codes) for columns in lets.columns()]


def store_lets(given: Given, assigned: Sequence[Parameter], text: ModelText) -> None:
    """Put what a run assigns over the data so far."""
    for each in assigned:
        values = given.initial if isinstance(text.declarations[each.name], ast.VarDeclaration) else given.parameters
        values[each.name] = laid_over(values.get(each.name), each)


def _parameter(lets: Lets, columns: LetColumns, text: ModelText, codes: WordCodes) -> Parameter:
    subscripts = [codes.of(words) for words in columns.subscripts]
    numbers = np.array(columns.values, dtype=np.float64)
    declaration = text.declarations[columns.name]
    symbolic = isinstance(declaration, ast.ParamDeclaration) and declaration.kind == "symbolic"
    values: Values | Codes = codes.symbols.codes_of_numbers(numbers) if symbolic else numbers
    if not subscripts:
        values = values[-1:]
    origin = LetOrigin(lets, columns.statements[-len(values) :])
    return last_entries(Parameter(columns.name, Index(subscripts, len(values)), values, None, origin))
