"""Values for the items of a model, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic, did_you_mean, error
from energyscope.language.modeltext import FileMode, ModelText, read_model
from energyscope.language.source import Source
from energyscope.modeldata import datfile, labelled, netcdf, tabulate
from energyscope.modeldata.edits import new_parameter, new_set, with_entries, with_members, without
from energyscope.modeldata.imports import imported
from energyscope.modeldata.incoming import entries_from, key_codes, keyed_members_from, members_from
from energyscope.modeldata.itemkinds import arity_of, is_set, shape_of, unknown_item
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.loading import Commands, carry_out
from energyscope.modeldata.shapes import Shape
from energyscope.modeldata.symbols import Symbols
from energyscope.modeldata.views import ParameterView, SetView

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class HasFiles(Protocol):
    """A model: an ordered list of `("mod" | "dat", path)`."""

    @property
    def files(self) -> Sequence[tuple[FileMode, str | Path]]:
        """The files, in the order they are read."""


Files = Sequence[tuple[FileMode, str | Path]]


class Evaluator(Protocol):
    """Computes what follows from the data as they were at one `version`."""

    @property
    def version(self) -> int:
        """The version of the data it answers for."""

    def set_table(self, name: str) -> Set:
        """A declared set, given or derived, over its whole index set."""

    def parameter_table(self, name: str) -> Parameter:
        """A declared parameter, given or derived, over its whole index set."""

    def renewed(self, data: ModelData) -> Evaluator:
        """An evaluator for other data of the same text, or for these after an edit."""


class ModelData:
    """The values given for a model, by name; what follows from them is asked of an evaluator.

    `sets` and `parameters` hold what is given and are never changed in place; `version` counts the edits, `warnings`
    are those of reading. The `evaluator` (none, or one of `translate`) is renewed when it is asked after an edit.
    Of variables, `fixed` holds the values of fixed columns and `initial` starting values; `objective` is the one that
    the text chooses, if it does.
    """

    def __init__(
        self,
        text: ModelText | None,
        symbols: Symbols,
        sets: Mapping[str, Set],
        parameters: Mapping[str, Parameter],
        warnings: Sequence[Diagnostic] = (),
    ) -> None:
        self.text = text
        self.symbols = symbols
        self.sets = dict(sets)
        self.parameters = dict(parameters)
        self.fixed: dict[str, Parameter] = {}
        self.initial: dict[str, Parameter] = {}
        self.objective: str | None = None
        self.warnings = tuple(warnings)
        self.version = 0
        self.evaluator: Evaluator | None = None

    @classmethod
    def from_text(cls, text: ModelText, commands: Callable[[ModelData], Commands] | None = None) -> ModelData:
        """The data of a model text; its `let`, `for`, `if` and `fix` are carried out by what `commands` makes.

        Raises ModelError with all mistakes in data, the first one in commands, and where there is a command and
        nothing to carry it out.
        """
        data = cls(text, Symbols(), {}, {})
        notes = carry_out(text, data, None if commands is None else commands(data))
        data.warnings = tuple(notes.report.warnings)
        return data

    @classmethod
    def from_files(cls, model: HasFiles | Files) -> ModelData:
        """The data in the files of a model that holds no commands but `let` of constants.

        `Energyscope(model).data` carries out the others as well.
        Raises ModelError with all mistakes in the text, or in the data; OSError when a file cannot be read.
        """
        return cls.from_text(_text(model))

    @classmethod
    def from_frames(cls, model: HasFiles | Files | ModelText | None, frames: Mapping[str, object]) -> ModelData:
        """Data from numbers, lists, dicts and pandas tables by name; they replace what the files of the model give.

        Sets: a list of members, or a table with a column a place; indexed sets: a dict from key to members, or a table
        of key and member columns. Parameters: a number or text, a dict or Series by subscripts, or a table. Its columns
        are the subscripts and then the value, which has the name of the item or `value`; subscripts stand in order,
        or all have the names that `to_frame` gives them. A table with that one column has them in its index. Without a
        model, a table is a parameter's when its last column has its name, or is `value`. True and False count as 1
        and 0; a text that reads as a number is none.
        Raises ModelError where a name or a value does not fit, `missing-data` for blanks (NaN, None), `data-not-number`
        for texts where numbers belong: without a model, beside numbers and where they read as numbers.
        """
        if not isinstance(frames, Mapping):
            message = f"frames are values by name, `{{name: value}}`, not {type(frames).__name__}"
            raise error("data-kind", None, message, "the model comes first: `ModelData.from_frames(model, frames)`")
        data = cls(None, Symbols(), {}, {}) if model is None else cls._of(model)
        for name, value in frames.items():
            data._check_definition(name)
            if is_set(data, name, value):
                data.sets[name] = data._new_set(name, value, None)
            else:
                shape = shape_of(data, name, value)
                data.parameters[name] = new_parameter(shape, entries_from(value, shape, data.symbols), data.symbols)
        return data

    @classmethod
    def _of(cls, model: HasFiles | Files | ModelText) -> ModelData:
        if isinstance(model, ModelText):
            return cls.from_text(model)
        if isinstance(model, str | Mapping) or not (isinstance(model, Sequence) or hasattr(model, "files")):
            message = f"a model is a Model, its text, or a list of files, not {type(model).__name__}"
            raise error("model-kind", None, message, "say `models.toy`, or None for data without a model")
        return cls.from_files(model)

    @classmethod
    def from_netcdf(cls, path: str | PathLike[str], model: HasFiles | Files | ModelText | None = None) -> ModelData:
        """Data as `to_netcdf` wrote them, or arrays with labels; with a model, its declarations stand behind them.

        Of arrays, labels of dimensions are sets and data variables parameters. Raises ModelError for a file of no kind.
        """
        text = None if model is None else model if isinstance(model, ModelText) else cls._of(model).text
        own = netcdf.is_own(path)
        symbols, sets, parameters = netcdf.read(path) if own else labelled.read(path)
        if text is not None and not own:
            sets, parameters = labelled.fitting(sets, parameters, text, ())
        return cls(text, symbols, sets, parameters)

    @classmethod
    def from_csv(cls, folder: str | PathLike[str], model: HasFiles | Files | ModelText) -> ModelData:
        """The data of a folder with a file `NAME.csv` for each item, as `to_csv` writes them; see `filling`.

        Of the model only the declarations are used. Raises ModelError where a table does not fit them.
        """
        return cls._imported(Path(folder), model)

    @classmethod
    def from_excel(cls, path: str | PathLike[str], model: HasFiles | Files | ModelText) -> ModelData:
        """The data of a workbook with a sheet for each item, as `to_excel` writes them; else as `from_csv`."""
        return cls._imported(Path(path), model)

    @classmethod
    def _imported(cls, path: Path, model: HasFiles | Files | ModelText) -> ModelData:
        text = model if isinstance(model, ModelText) else _text(model)
        data = cls(text, Symbols(), {}, {})
        data.replace(*imported(path, text, data.symbols))
        return data

    def replace(self, sets: Mapping[str, Set], parameters: Mapping[str, Parameter]) -> None:
        """Put items of the same symbols in the place of what is given for them."""
        self.sets = {**self.sets, **sets}
        self.parameters = {**self.parameters, **parameters}

    def copy(self) -> ModelData:
        """The same data, to be edited apart; arrays are shared, edits replace them."""
        twin = ModelData(self.text, self.symbols, self.sets, self.parameters, self.warnings)
        twin.fixed, twin.initial, twin.objective = dict(self.fixed), dict(self.initial), self.objective
        twin.version = self.version + 1
        twin.evaluator = self.evaluator
        return twin

    def __getitem__(self, name: str) -> ParameterView | SetView:
        """One item. Raises ModelError `data-unknown` for a name that is no set and no parameter."""
        if name not in self:
            raise unknown_item(self, name)
        shape = shape_of(self, name)
        return SetView(self, shape) if is_set(self, name) else ParameterView(self, shape)

    def __iter__(self) -> Iterator[str]:
        """Names of the declared sets and parameters, or of those given where there is no model."""
        declared = () if self.text is None else (*self.text.sets, *self.text.parameters)
        return iter(dict.fromkeys((*declared, *self.sets, *self.parameters)))

    def __contains__(self, name: object) -> bool:
        return any(name == each for each in self)

    def set_table(self, name: str) -> Set:
        """A set with all that follows for it; as it is given where no evaluator is at hand.

        Raises ModelError `missing-data` when neither gives one.
        """
        if (evaluator := self._current_evaluator()) is not None:
            return evaluator.set_table(name)
        if name not in self.sets:
            raise _needs_evaluator(name)
        return self.sets[name]

    def parameter_table(self, name: str) -> Parameter:
        """A parameter with all that follows for it; as it is given where no evaluator is at hand.

        Raises ModelError `missing-data` when neither gives one.
        """
        if (evaluator := self._current_evaluator()) is not None:
            return evaluator.parameter_table(name)
        if name not in self.parameters:
            raise _needs_evaluator(name)
        return self.parameters[name]

    def _current_evaluator(self) -> Evaluator | None:
        if self.evaluator is not None and self.evaluator.version != self.version:
            self.evaluator = self.evaluator.renewed(self)
        return self.evaluator

    def __setitem__(self, name: str, value: object) -> None:
        """As `let(name, value)`."""
        self.let(name, value)

    def let(self, name: str | Mapping[str, object], value: object = None, key: object = None) -> None:
        """Give values to one item, or to several as `{name: value}`; what is not named stays.

        A parameter takes what `from_frames` takes, or one value with its `key`; a set takes its new members. Subscripts
        that are not given keep their values; a blank (NaN, None) is no such subscript but an error `missing-data`.
        Raises ModelError where a name, a number of subscripts or a value does not fit; then nothing is changed.
        """
        if not isinstance(name, str | Mapping):
            raise unknown_item(self, name)
        changes = dict(name) if isinstance(name, Mapping) else {name: value if key is None else {key: value}}
        sets, parameters = dict(self.sets), dict(self.parameters)
        for each, new in changes.items():
            if each not in self:
                raise unknown_item(self, each)
            self._check_definition(each)
            if is_set(self, each, new):
                sets[each] = self._new_set(each, new, self.sets.get(each))
            else:
                shape = shape_of(self, each, new)
                entries = entries_from(new, shape, self.symbols)
                parameters[each] = with_entries(self.parameters.get(each), shape, entries, self.symbols)
        self.sets, self.parameters = sets, parameters
        self.version += 1

    def fix(self, name: str, value: object, key: object = None) -> None:
        """Hold a variable at a value: one for its `key`, or a mapping or a table by subscripts, as `let` takes them.

        Raises ModelError where the name, a number of subscripts or a value does not fit.
        """
        shape = self._variable(name)
        entries = entries_from(value if key is None else {key: value}, shape, self.symbols)
        self.fixed = {**self.fixed, name: with_entries(self.fixed.get(name), shape, entries, self.symbols)}
        self.version += 1

    def unfix(self, name: str, key: object = None) -> None:
        """Let go of a fixed variable, or of one element of it.

        Raises ModelError where the name or the key does not fit.
        """
        shape, held = self._variable(name), self.fixed.get(name)
        if held is None:
            return
        self.fixed = {each: values for each, values in self.fixed.items() if each != name}
        if key is not None:
            codes = [np.array([code], np.int32) for code in key_codes(self.symbols, key, shape)]
            self.fixed[name] = without(held, codes)
        self.version += 1

    def fixed_frame(self, name: str) -> pd.DataFrame:
        """The values that a variable is held at as a table: index columns, then a column named as the variable."""
        names = tabulate.index_names(self.text, name, self._variable(name).arity)
        return tabulate.parameter_frame(self.fixed[name], names, self.symbols)

    def _variable(self, name: str) -> Shape:
        variables = {} if self.text is None else self.text.variables
        if name not in variables:
            raise error("data-unknown", None, f"`{name}` is no variable of the model", did_you_mean(name, variables))
        arity = 0 if self.text is None else self.text.arity(name)
        return Shape(name, arity, symbolic=False, names=tuple(tabulate.index_names(self.text, name, arity)))

    def _check_definition(self, name: str) -> None:
        declaration = self.text.declarations.get(name) if self.text is not None else None
        if isinstance(declaration, ast.SetDeclaration | ast.ParamDeclaration) and declaration.assignment == "=":
            message = f"`{name}` is defined by `=` in the model and cannot be given another value"
            raise error("data-for-defined", declaration.name_span, message, "use `:=` or `default` there")

    def _new_set(self, name: str, value: object, given: Set | None) -> Set:
        arity = arity_of(self, name, value)
        dimension = self.text.dimension(name) if self.text is not None else None
        if arity == 0:
            return new_set(name, 0, [((), members_from(value, dimension, name, self.symbols))], self.symbols)
        members = keyed_members_from(value, shape_of(self, name, value), dimension, self.symbols)
        return with_members(given, name, arity, members, self.symbols)

    def to_frame(self, name: str) -> pd.DataFrame:
        """A set or parameter as a table: index columns, then the member or value in a column named as the item.

        Index columns have the names of the declaration's indices, else `index0`, `index1`, …
        """
        names = tabulate.index_names(self.text, name, arity_of(self, name))
        if is_set(self, name):
            return tabulate.set_frame(self.set_table(name), names, self.symbols)
        return tabulate.parameter_frame(self.parameter_table(name), names, self.symbols)

    def to_xarray(self, name: str | None = None) -> xr.DataArray | xr.Dataset:
        """A parameter as an array over the members of its index sets (NaN: no value); all given ones without a name."""
        from energyscope.modeldata import arrays

        return arrays.dataset(self) if name is None else arrays.array(self, name)

    def to_dat(self, path: str | PathLike[str] | None = None) -> str:
        """What is given as data text, also written to a file when one is named; reading it gives the same data."""
        text = datfile.text_of(self.sets, self.parameters, self.symbols)
        if path is not None:
            datfile.write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
        return text

    def to_netcdf(self, path: str | PathLike[str]) -> None:
        """Write what is given as NetCDF; `from_netcdf` gives the same data."""
        netcdf.write(path, self.symbols, self.sets, self.parameters)

    def to_csv(self, folder: str | PathLike[str]) -> None:
        """Write what is given into a folder, `NAME.csv` for each item; `from_csv` gives the same data."""
        from energyscope.modeldata import csvfolder
        from energyscope.modeldata.filling import tables_of

        csvfolder.write(Path(folder), tables_of(self.sets, self.parameters, self.text, self.symbols))

    def to_excel(self, path: str | PathLike[str]) -> None:
        """Write what is given as a workbook, a sheet for each item; `from_excel` gives the same data."""
        from energyscope.modeldata import workbook
        from energyscope.modeldata.filling import tables_of

        workbook.write(Path(path), tables_of(self.sets, self.parameters, self.text, self.symbols))

    def __repr__(self) -> str:
        return f"<ModelData: {len(self.sets)} sets and {len(self.parameters)} parameters given>"


def _text(model: HasFiles | Files) -> ModelText:
    files = model if isinstance(model, Sequence) else model.files
    return read_model([(mode, Source.from_file(path)) for mode, path in files])


def _needs_evaluator(name: str) -> Exception:
    message = f"`{name}` is not given; its value follows from the model and needs an evaluator"
    return error("missing-data", None, message, "give data, or set `data.evaluator`")
