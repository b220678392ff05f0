"""Sets and parameters as NetCDF: codes that point into one table of members, which tells numbers from texts."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from energyscope.modeldata.datfile import write_atomically
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.labelled import engine_of
from energyscope.modeldata.symbols import Codes, Symbols

if TYPE_CHECKING:
    import xarray as xr

FORMAT = "energyscope model data 1"


def write(
    path: str | PathLike[str], symbols: Symbols, sets: Mapping[str, Set], parameters: Mapping[str, Parameter]
) -> None:
    """Write all given values.

    `member_text` and `member_number` (NaN: a text) say what a code stands for; a parameter `p` has `p` (values, or
    codes when symbolic) and `p.index` (place, entry); a set `S` has `S` (place, member), `S.keys` and `S.offsets`.
    """
    import xarray as xr

    variables = _member_variables(symbols)
    for name, given in sets.items():
        variables[name] = ((f"{name}.place", f"{name}.entry"), _matrix(given.members), {"kind": "set"})
        variables[f"{name}.keys"] = ((f"{name}.key_place", f"{name}.key"), _matrix(given.keys), {})
        variables[f"{name}.offsets"] = ((f"{name}.bound",), given.offsets, {})
    for name, parameter in parameters.items():
        symbolic = parameter.values.dtype.kind == "i"
        attributes: dict[str, Any] = {"kind": "symbolic" if symbolic else "numeric"}
        if parameter.default is not None:
            attributes["default"] = parameter.default
        variables[name] = ((f"{name}.entry",), parameter.values, attributes)
        variables[f"{name}.index"] = ((f"{name}.place", f"{name}.entry"), _matrix(parameter.index), {})
    dataset = xr.Dataset(variables, attrs={"format": FORMAT})
    encoding = {
        name: {"_FillValue": None} for name, variable in variables.items() if np.asarray(variable[1]).dtype.kind == "f"
    }
    write_atomically(path, lambda temporary: dataset.to_netcdf(temporary, engine="h5netcdf", encoding=encoding))


def _member_variables(symbols: Symbols) -> dict[str, Any]:
    members = [symbols.member(code) for code in range(len(symbols))]
    texts = np.array([member if isinstance(member, str) else "" for member in members], dtype=object)
    return {"member_text": (("member",), texts, {}), "member_number": (("member",), symbols.numbers.copy(), {})}


def _matrix(index: Index) -> Codes:
    if not index.columns:
        return np.empty((0, len(index)), dtype=np.int32)
    return np.stack(index.columns)


def is_own(path: str | PathLike[str]) -> bool:
    """Is it a file of `write`? Raises OSError when it cannot be read."""
    import xarray as xr

    with xr.open_dataset(path, engine=engine_of(path), decode_cf=False) as dataset:
        return dataset.attrs.get("format") == FORMAT


def read(path: str | PathLike[str]) -> tuple[Symbols, dict[str, Set], dict[str, Parameter]]:
    """What `write` wrote. Raises OSError when it cannot be read."""
    import xarray as xr

    with xr.open_dataset(path, engine="h5netcdf", mask_and_scale=False) as dataset:
        dataset.load()
    symbols = Symbols()
    pairs = zip(dataset["member_text"].values.tolist(), dataset["member_number"].values.tolist(), strict=True)
    codes = symbols.codes(text if np.isnan(number) else number for text, number in pairs)
    sets = {name: _set(dataset, name, codes) for name in _of_kind(dataset, "set")}
    parameters = {name: _parameter(dataset, name, codes) for name in _of_kind(dataset, "numeric", "symbolic")}
    return symbols, sets, parameters


def _of_kind(dataset: xr.Dataset, *kinds: str) -> list[str]:
    return [str(name) for name, variable in dataset.variables.items() if variable.attrs.get("kind") in kinds]


def _index(dataset: xr.Dataset, name: str, codes: Codes) -> Index:
    matrix = dataset[name].values
    return Index(tuple(codes[row] for row in matrix), matrix.shape[1])


def _set(dataset: xr.Dataset, name: str, codes: Codes) -> Set:
    keys, members = _index(dataset, f"{name}.keys", codes), _index(dataset, name, codes)
    return Set(name, keys, dataset[f"{name}.offsets"].values, members)


def _parameter(dataset: xr.Dataset, name: str, codes: Codes) -> Parameter:
    variable = dataset[name]
    default = variable.attrs.get("default")
    symbolic = variable.attrs["kind"] == "symbolic"
    values = codes[variable.values] if symbolic else variable.values
    if default is not None:
        default = int(codes[int(default)]) if symbolic else float(default)
    return Parameter(name, _index(dataset, f"{name}.index", codes), values, default)
