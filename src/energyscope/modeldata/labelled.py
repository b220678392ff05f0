"""NetCDF of other makers: arrays whose dimensions are labelled, as xarray writes them."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.modeltext import ModelText
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.symbols import Codes, Symbols

if TYPE_CHECKING:
    import xarray as xr

_HELP = "dimensions have labels, as in `xr.Dataset({'p': (('S',), values)}, coords={'S': members})`"


def read(path: str | PathLike[str]) -> tuple[Symbols, dict[str, Set], dict[str, Parameter]]:
    """Data variables as parameters over their dimensions in order (NaN: not given), labels of dimensions as sets.

    Raises ModelError `data-kind` where a dimension has no labels, or holds neither numbers nor texts; OSError when the
    file cannot be read.
    """
    import xarray as xr

    symbols = Symbols()
    with xr.open_dataset(path, engine=engine_of(path), decode_times=False) as dataset:
        dataset.load()
    bare = next((dimension for dimension in dataset.dims if dimension not in dataset.indexes), None)
    if bare is not None:
        message = f"{path} was not written by `ModelData.to_netcdf`, and its dimension `{bare}` has no labels"
        raise error("data-kind", None, message, _HELP)
    labels = {dimension: _codes(dimension, dataset[dimension].values, symbols) for dimension in dataset.dims}
    sets = {str(name): _set(str(name), codes, symbols) for name, codes in labels.items()}
    parameters = {
        str(name): _parameter(str(name), variable, labels, symbols) for name, variable in dataset.data_vars.items()
    }
    return symbols, sets, parameters


def engine_of(path: str | PathLike[str]) -> str:
    """What reads a file: the older format begins with `CDF`."""
    with Path(path).open("rb") as file:
        return "scipy" if file.read(3) == b"CDF" else "h5netcdf"


def _set(name: str, codes: Codes, symbols: Symbols) -> Set:
    members = Index([codes])
    if (second := members.first_repeat) is not None:
        message = f"`{symbols.label(int(codes[second]))}` stands twice along the dimension `{name}`"
        raise error("duplicate-member", None, message, "each label once: `ds.drop_duplicates(...)`")
    return Set(name, Index((), 1), np.array([0, len(codes)], dtype=np.int64), members)


def _codes(name: Hashable, values: NDArray[Any], symbols: Symbols) -> Codes:
    """Numbers or texts as members."""
    if values.dtype.kind in "iuf" and not np.isnan(values).any():
        return symbols.codes(float(value) for value in values.tolist())
    texts = values.astype(object).tolist()
    wrong = next((value for value in texts if not isinstance(value, str)), None)
    if wrong is not None:
        raise error("data-kind", None, f"`{name}` holds {wrong!r}, which is neither a number nor a text", _HELP)
    return symbols.codes(texts)


def _parameter(name: str, array: xr.DataArray, labels: dict[Hashable, Codes], symbols: Symbols) -> Parameter:
    values = np.asarray(array.values)
    symbolic = values.dtype.kind not in "biuf"
    given = ~np.asarray(array.isnull().values)
    places = np.nonzero(given) if values.ndim else ()
    index = Index(
        [labels[dimension][place] for dimension, place in zip(array.dims, places, strict=True)], int(given.sum())
    )
    held = values[given]
    return Parameter(name, index, _codes(name, held, symbols) if symbolic else held.astype(np.float64))


def fitting(
    sets: dict[str, Set], parameters: dict[str, Parameter], text: ModelText, given: Collection[str]
) -> tuple[dict[str, Set], dict[str, Parameter]]:
    """What a model takes of such a file: labels are members only of sets that nothing else gives.

    Raises ModelError for a parameter that its declaration does not fit.
    """
    for name, parameter in parameters.items():
        if name in text.parameters:
            _require_fit(text.parameters[name], parameter, text.arity(name))
    return {name: each for name, each in sets.items() if name not in given and _takes_labels(name, text)}, parameters


def _takes_labels(name: str, text: ModelText) -> bool:
    declaration = text.sets.get(name)
    if declaration is None or declaration.assignment in (":=", "="):
        return False
    return text.arity(name) == 0 and text.dimension(name) == 1


def _require_fit(declaration: ast.ParamDeclaration, parameter: Parameter, arity: int) -> None:
    name, found = parameter.name, parameter.index.dimension
    if declaration.assignment in (":=", "="):
        raise error(
            "data-for-defined", None, f"`{name}` is defined in the model, data cannot change it", "use `default` there"
        )
    if found != arity:
        raise error("data-columns", None, f"`{name}` has {arity} subscripts, its array has {found} dimensions", _HELP)
    texts = parameter.values.dtype.kind == "i"
    if texts != (declaration.kind == "symbolic"):
        message = f"`{name}` holds {'numbers' if texts else 'symbols'}, its array {'texts' if texts else 'numbers'}"
        help = f"declare `{name}` symbolic" if texts else "make texts of them: `.astype(str)`"
        raise error("data-not-number", None, message, help)
