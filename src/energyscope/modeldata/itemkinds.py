"""What an item is: the declaration tells, else what is given for it, else the look of a new value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from energyscope.language import ast
from energyscope.language.diagnostics import did_you_mean, error
from energyscope.modeldata.incoming import Shape, is_scalar

if TYPE_CHECKING:
    from energyscope.modeldata.model_data import ModelData


def is_set(data: ModelData, name: str, value: object = None) -> bool:
    """Is it a set? Raises ModelError `data-unknown` where the model has neither set nor parameter of the name."""
    if data.text is not None:
        declared = data.text.declarations.get(name)
        if not isinstance(declared, ast.SetDeclaration | ast.ParamDeclaration):
            help = did_you_mean(name, data)
            raise error("data-unknown", None, f"`{name}` is no set or parameter of the model", help)
        return isinstance(declared, ast.SetDeclaration)
    if name in data.sets or name in data.parameters:
        return name in data.sets
    if isinstance(value, Mapping):
        return bool(value) and not is_scalar(next(iter(value.values())))
    if isinstance(value, pd.DataFrame):
        return len(value.columns) == 0 or value.columns[-1] != name
    return not is_scalar(value) and not isinstance(value, pd.Series)


def arity_of(data: ModelData, name: str, value: object = None) -> int:
    """How many subscripts it takes."""
    if data.text is not None:
        return data.text.arity(name)
    if name in data.sets:
        return data.sets[name].keys.dimension
    if name in data.parameters:
        return data.parameters[name].index.dimension
    if isinstance(value, Mapping):
        first = next(iter(value), None)
        return len(first) if isinstance(first, tuple) else 1
    if isinstance(value, pd.Series):
        return value.index.nlevels
    return len(value.columns) - 1 if isinstance(value, pd.DataFrame) and value.columns[-1] == name else 0


def shape_of(data: ModelData, name: str, value: object = None) -> Shape:
    """What a parameter looks like."""
    return Shape(name, arity_of(data, name, value), _is_symbolic(data, name, value))


def _is_symbolic(data: ModelData, name: str, value: object) -> bool:
    declared = data.text.declarations.get(name) if data.text is not None else None
    if isinstance(declared, ast.ParamDeclaration):
        return declared.kind == "symbolic"
    if name in data.parameters:
        return data.parameters[name].values.dtype.kind == "i"
    return any(isinstance(each, str) for each in _values_in(value))


def _values_in(value: object) -> Iterable[object]:
    if isinstance(value, pd.DataFrame):
        return value.iloc[:, -1].tolist()
    if isinstance(value, pd.Series):
        return value.tolist()
    return value.values() if isinstance(value, Mapping) else [value]
