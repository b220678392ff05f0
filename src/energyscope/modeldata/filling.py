"""From tables, one an item, to sets and parameters: what CSV folders and workbooks have in common.

A table of a parameter has a column for every subscript and then one of values, named as the item or `value`. One of a
set has the columns of its key, where it is indexed, and then one for every place of a member. Columns of subscripts may
stand in any order when all have the names of the declaration.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic, ModelError, did_you_mean, error
from energyscope.language.modeltext import ModelText
from energyscope.modeldata.csvtext import CellOrigin, CsvColumn, CsvTable, codes_of, numbers_of
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Codes, Symbols, label
from energyscope.modeldata.tabulate import index_names, parameter_frame, set_frame

DEFAULTS = "default_values"
"""The table of the defaults that data state: columns `name` and `default_value`."""
NOTHING = ""
"""A text without characters (`""`) in all places of a member: the key has no members."""


def items_from(
    tables: Iterable[tuple[str, CsvTable]], text: ModelText, symbols: Symbols
) -> tuple[dict[str, Set], dict[str, Parameter]]:
    """The items that tables hold, by name. Raises ModelError with the mistakes of all tables."""
    sets: dict[str, Set] = {}
    parameters: dict[str, Parameter] = {}
    mistakes: list[Diagnostic] = []
    defaults: list[CsvTable] = []
    for name, table in tables:
        try:
            if name == DEFAULTS:
                defaults.append(table)
            elif isinstance(_declaration(name, table, text), ast.SetDeclaration):
                sets[name] = _set(name, table, text, symbols)
            else:
                parameters[name] = _parameter(name, table, text, symbols)
        except ModelError as failure:
            mistakes.extend(failure.diagnostics)
    for table in defaults:
        _set_defaults(parameters, table, text, symbols)
    if mistakes:
        raise ModelError(mistakes)
    return sets, parameters


def _declaration(name: str, table: CsvTable, text: ModelText) -> ast.SetDeclaration | ast.ParamDeclaration:
    """The declaration of an item that data may be given for."""
    declaration = text.declarations.get(name)
    if not isinstance(declaration, ast.SetDeclaration | ast.ParamDeclaration):
        known = [*text.sets, *text.parameters]
        message = f"`{name}` is no set or parameter of the model"
        raise error("data-unknown", table.head, message, did_you_mean(name, known) or "take the table away")
    if declaration.assignment in (":=", "="):
        message = f"`{name}` is defined in the model, data cannot change it"
        raise error("data-for-defined", table.head, message, "use `default` there")
    return declaration


def _parameter(name: str, table: CsvTable, text: ModelText, symbols: Symbols) -> Parameter:
    names = index_names(text, name, text.arity(name))
    keys, values = table.columns[:-1], table.columns[-1]
    if len(keys) != len(names) or values.name.lower() not in (name.lower(), "value"):
        raise _other_columns(table, name, [*names, name])
    keys = _in_order(keys, names)
    index = Index([codes_of(column, symbols) for column in keys], table.length)
    origin = CellOrigin(table, (keys or (values,))[0], values)
    if (second := index.first_repeat) is not None:
        said = symbols.describe(name, [int(column[second]) for column in index.columns])
        raise error("data-duplicate", origin.key_span(second), f"`{said}` is given twice")
    symbolic = text.parameters[name].kind == "symbolic"
    found = codes_of(values, symbols) if symbolic else numbers_of(table, values, name)
    return Parameter(name, index, found, None, origin)


def _set(name: str, table: CsvTable, text: ModelText, symbols: Symbols) -> Set:
    arity, dimension = text.arity(name), text.dimension(name)
    if len(table.columns) != arity + dimension:
        places = [name] if dimension == 1 else [f"{name}_{place}" for place in range(dimension)]
        raise _other_columns(table, name, [*index_names(text, name, arity), *places])
    keys = _in_order(table.columns[:arity], index_names(text, name, arity))
    columns = [codes_of(column, symbols) for column in table.columns[arity:]]
    key_columns = [codes_of(column, symbols) for column in keys]
    origin = CellOrigin(table, table.columns[arity], table.columns[-1])
    index = Index([*key_columns, *columns])
    if (second := index.first_repeat) is not None:
        said = ",".join(symbols.label(int(column[second])) for column in columns)
        shown = symbols.describe(name, [int(column[second]) for column in key_columns])
        raise error("duplicate-member", origin.key_span(second), f"`{said}` stands twice in `{shown}`")
    if not arity:
        return Set(name, Index((), 1), np.array([0, table.length], dtype=np.int64), index, origin, None)
    return _by_key(name, key_columns, columns, symbols)


def _by_key(name: str, keys: list[Codes], columns: list[Codes], symbols: Symbols) -> Set:
    """An indexed set: keys in order of first sight, the members of each in order of the table."""
    group = pd.DataFrame(dict(enumerate(keys))).groupby(list(range(len(keys))), sort=False).ngroup().to_numpy()
    first = np.unique(group, return_index=True)[1]
    nothing = symbols.find(NOTHING)
    real = ~np.logical_and.reduce([column == nothing for column in columns])
    counts = np.bincount(group[real], minlength=len(first))
    order = np.flatnonzero(real)[np.argsort(group[real], kind="stable")]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Set(name, Index([key[first] for key in keys]), offsets, Index([column[order] for column in columns]))


def _in_order(columns: tuple[CsvColumn, ...], names: list[str]) -> tuple[CsvColumn, ...]:
    """Columns of subscripts as the declaration has them, by name when all names are there, else as they stand."""
    by_name = {column.name: column for column in columns}
    return tuple(by_name[name] for name in names) if set(by_name) == set(names) else columns


def _other_columns(table: CsvTable, name: str, expected: list[str]) -> ModelError:
    found = ", ".join(f"`{each}`" for each in table.names)
    help_ = f"expected {', '.join(f'`{each}`' for each in expected)}"
    return error("data-columns", table.head, f"the table of `{name}` has the columns {found}", help_)


def _set_defaults(parameters: dict[str, Parameter], table: CsvTable, text: ModelText, symbols: Symbols) -> None:
    """Give parameters their defaults; those that the model does not declare are for another one."""
    names, values = codes_of(table.column("name"), symbols), table.column("default_value")
    for record, code in enumerate(names.tolist()):
        name = str(symbols.member(code))
        if name not in text.parameters:
            continue
        cell = CsvColumn(values.name, values.place, values.cells, values.choice[record : record + 1])
        symbolic = text.parameters[name].kind == "symbolic"
        default = int(codes_of(cell, symbols)[0]) if symbolic else float(numbers_of(table, cell, name)[0])
        given = parameters.get(name) or _empty(name, text)
        parameters[name] = Parameter(name, given.index, given.values, default, given.origin)


def _empty(name: str, text: ModelText) -> Parameter:
    index = Index([np.zeros(0, dtype=np.int32)] * text.arity(name), 0)
    if text.parameters[name].kind == "symbolic":
        return Parameter(name, index, np.zeros(0, dtype=np.int32))
    return Parameter(name, index, np.zeros(0))


def tables_of(
    sets: dict[str, Set], parameters: dict[str, Parameter], text: ModelText | None, symbols: Symbols
) -> Iterable[tuple[str, pd.DataFrame]]:
    """A table for every item, and one of the defaults: what `items_from` reads."""
    for name, given in sets.items():
        frame = set_frame(given, index_names(text, name, given.keys.dimension), symbols)
        yield name, _with_empty(frame, given, symbols)
    defaults: dict[str, float | str] = {}
    for name, parameter in parameters.items():
        yield name, _spelled(parameter_frame(parameter, index_names(text, name, parameter.index.dimension), symbols))
        if parameter.default is not None:
            symbolic = parameter.values.dtype.kind == "i"
            member = symbols.member(int(parameter.default)) if symbolic else float(parameter.default)
            defaults[name] = member if isinstance(member, str) or np.isfinite(member) else label(member)
    if defaults:
        values = pd.Series([*defaults.values()], dtype=object)
        yield DEFAULTS, pd.DataFrame({"name": list(defaults), "default_value": values})


def _with_empty(frame: pd.DataFrame, given: Set, symbols: Symbols) -> pd.DataFrame:
    """The members of an indexed set, and a line with empty texts for every key that has none."""
    arity = given.keys.dimension
    if frame.iloc[:, arity:].eq(NOTHING).all(axis=1).any():
        raise error("export", None, f"a member of `{given.name}` has no characters: no table can hold it")
    without = np.flatnonzero(np.diff(given.offsets) == 0)
    if not arity or not len(without):
        return frame
    rows = {name: symbols.objects[key[without]] for name, key in zip(frame, given.keys.columns, strict=False)}
    empty = pd.DataFrame(rows).reindex(columns=frame.columns).astype(object).fillna(NOTHING)
    return pd.concat([frame.astype(object), empty], ignore_index=True)


def _spelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Infinite values as the language writes them."""
    values = frame.iloc[:, -1]
    if values.dtype != np.float64 or np.isfinite(values).all():
        return frame
    spelled = [value if np.isfinite(value) else label(value) for value in values.tolist()]
    return frame.assign(**{str(frame.columns[-1]): pd.Series(spelled, dtype=object)})
