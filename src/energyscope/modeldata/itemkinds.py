"""What an item is: the declaration tells, else what is given for it, else the look of a new value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, did_you_mean, error
from energyscope.modeldata.frames import holds_values, subscripts_in
from energyscope.modeldata.incoming import is_blank, is_scalar
from energyscope.modeldata.index import Index
from energyscope.modeldata.shapes import Shape
from energyscope.modeldata.symbols import Member
from energyscope.modeldata.tabulate import index_names

if TYPE_CHECKING:
    from energyscope.modeldata.model_data import ModelData


def unknown_item(data: ModelData, name: object) -> ModelError:
    """The error for a name that the model has not."""
    if not isinstance(name, str):
        return error("data-kind", None, f"an item is asked for by its name, not by {name!r}", 'as in `data["f_max"]`')
    help = did_you_mean(name, data) or "`list(data)` has the names"
    return error("data-unknown", None, f"`{name}` is no set or parameter of the model", help)


def is_set(data: ModelData, name: str, value: object = None) -> bool:
    """Is it a set? Raises ModelError `data-unknown` where the model has neither set nor parameter of the name."""
    import pandas as pd

    if data.text is not None:
        declared = data.text.declarations.get(name)
        if not isinstance(declared, ast.SetDeclaration | ast.ParamDeclaration):
            raise unknown_item(data, name)
        return isinstance(declared, ast.SetDeclaration)
    if name in data.sets or name in data.parameters:
        return name in data.sets
    if isinstance(value, Mapping):
        first = next(iter(value.values()), None)
        return bool(value) and not is_scalar(first) and not is_blank(first)
    if isinstance(value, pd.DataFrame):
        return not holds_values(value, name)
    return not is_scalar(value) and not is_blank(value) and not isinstance(value, pd.Series)


def arity_of(data: ModelData, name: str, value: object = None) -> int:
    """How many subscripts it takes."""
    import pandas as pd

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
    return subscripts_in(value) if isinstance(value, pd.DataFrame) and holds_values(value, name) else 0


def shape_of(data: ModelData, name: str, value: object = None) -> Shape:
    """What a parameter, or an indexed set, looks like."""
    arity = arity_of(data, name, value)
    symbolic = is_set(data, name, value) or _is_symbolic(data, name, value)
    names = tuple(index_names(data.text, name, arity))
    guessed = data.text is None
    return Shape(name, arity, symbolic, names, _index_sets(data, name, arity), _example(data, name), guessed)


def _index_sets(data: ModelData, name: str, arity: int) -> tuple[str, ...]:
    """The set of every subscript as the declaration writes it; nothing where one item fills several."""
    declared = data.text.declarations.get(name) if data.text is not None else None
    items = declared.indexing.items if declared is not None and declared.indexing is not None else ()
    return tuple(" ".join(item.set.span.text.split()) for item in items) if len(items) == arity else ()


def _example(data: ModelData, name: str) -> tuple[Member, ...]:
    """The first key that data are given for."""
    keys = data.sets[name].keys if name in data.sets else Index((), 0)
    if name in data.parameters:
        keys = data.parameters[name].index
    return tuple(data.symbols.objects[int(column[0])] for column in keys.columns if len(column))


def _is_symbolic(data: ModelData, name: str, value: object) -> bool:
    declared = data.text.declarations.get(name) if data.text is not None else None
    if isinstance(declared, ast.ParamDeclaration):
        return declared.kind == "symbolic"
    if name in data.parameters:
        return data.parameters[name].values.dtype.kind == "i"
    return any(isinstance(each, str) for each in _values_in(value))


def _values_in(value: object) -> Iterable[object]:
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        return value.iloc[:, -1].tolist()
    if isinstance(value, pd.Series):
        return value.tolist()
    return value.values() if isinstance(value, Mapping) else [value]
