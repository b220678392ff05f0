"""Models as ordered lists of files or as Python functions, and the catalogue of those that come with the package.

`models.toy`, `models.core` and `models.core_small` are ready to be run; `Model([("mod", path), ("dat", path)])` is any
other, and `models.core + Model([("mod", "extra.mod")])` reads one after the other. A `LinopyModel` has a function from
data to `linopy.Model` for its equations, beside a text or instead of one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from energyscope.folders import data_folder
from energyscope.language.diagnostics import Diagnostic, ModelError, did_you_mean, error, nearest
from energyscope.language.goal import Goal, Sense
from energyscope.language.modeltext import FileMode, ModelText, read_model
from energyscope.language.source import Source
from energyscope.modeldata.imports import is_import
from energyscope.modeldata.model_data import ModelData
from energyscope.upstream import LISTING, model_files

if TYPE_CHECKING:
    import linopy

Build = Callable[[ModelData], "linopy.Model"]
"""A formulation in Python. Raises ModelError for data that do not fit."""
Check = Callable[[ModelData], None]
"""Looks for figures that cannot be meant before anything is solved. Raises ModelError with all of them."""

Located: TypeAlias = "list[tuple[FileMode, Path]]"

_EXTENSIONS: dict[str, FileMode] = {".mod": "mod", ".dat": "dat"}


class Model:
    """An ordered list of model and data files, read in that order.

    `name` and `description` are for reports; without a name those of the files stand for it. `build`, `check` and
    `given` are those of a `LinopyModel`, None for all others. `goal` is the objective named by `minimizing`. Files that
    have to be fetched first are a function that finds them. `imports` are data that are no text (folders of CSV files,
    .xlsx, .nc), read behind all files.
    """

    build: Build | None = None
    check: Check | None = None
    given: ModelData | None = None
    objective = "obj"
    goal: Goal | None = None
    imports: tuple[Path, ...] = ()

    def __init__(
        self,
        files: Iterable[tuple[str, str | PathLike[str]]] | Callable[[], Located],
        name: str | None = None,
        description: str = "",
    ) -> None:
        self._files = files if callable(files) else [(_mode(mode), Path(path)) for mode, path in files]
        self.name = name or _joined(path.stem for _, path in self.files)
        self.description = description

    @classmethod
    def from_paths(cls, paths: Iterable[str | PathLike[str]], name: str | None = None) -> Model:
        """A model of files whose extensions (.mod, .dat) say what they are. Raises ModelError for any other one.

        Folders of CSV files, .xlsx and .nc are its imports.
        """
        located = [Path(path) for path in paths]
        imports = tuple(path for path in located if is_import(path))
        files = [(_mode_of(path), path) for path in located if path not in imports]
        return _importing(cls(files, name or (None if files else _joined(path.stem for path in imports))), imports)

    @property
    def files(self) -> Located:
        """The files with their kinds. Raises ModelError where they have not been fetched."""
        return self._files() if callable(self._files) else self._files

    @property
    def has_text(self) -> bool:
        """Are there equations in text?"""
        return any(mode == "mod" for mode, _ in self.files)

    def __add__(self, other: Model) -> Model:
        """The files of this model, then those of another; more data leave a formulation in Python as it is."""
        files, name = [*self.files, *other.files], _joined((self.name, other.name))
        if self.build is None or other.build is not None or other.has_text:
            return _importing(_aiming(Model(files, name), other.goal or self.goal), self.imports + other.imports)
        model = LinopyModel(
            self.build, Model(files), name, self.description, check=self.check, objective=self.objective
        )
        return _importing(model, self.imports + other.imports)

    def __repr__(self) -> str:
        files = "..." if callable(self._files) else repr([(mode, str(path)) for mode, path in self._files])
        return f"Model({files}, name={self.name!r})"

    def minimizing(self, expression: str) -> Model:
        """The same text with this expression to be minimised, whatever objectives the files declare.

        Names are those of the text, as in `TotalCost + 0.5 * TotalGWP`.
        """
        return self._aiming_at("minimize", expression)

    def maximizing(self, expression: str) -> Model:
        """The same text with this expression to be maximised, whatever objectives the files declare."""
        return self._aiming_at("maximize", expression)

    def _aiming_at(self, sense: Sense, expression: str) -> Model:
        if self.build is not None and not self.has_text:
            message = f"the model `{self.name}` has no text in which `{expression}` could be read"
            raise error("no-text", None, message, "write the objective into its Python function")
        model = Model(self._files, self.name, self.description)
        model.check = self.check
        return _importing(_aiming(model, Goal(sense, expression)), self.imports)

    def read(self) -> ModelText:
        """Read, parse and resolve the files.

        Raises ModelError with all mistakes found, missing files among them.
        """
        return read_model(self._sources(), goal=self.goal)

    def _sources(self) -> list[tuple[FileMode, Source]]:
        sources: list[tuple[FileMode, Source]] = []
        unreadable: list[Diagnostic] = []
        for mode, path in self.files:
            try:
                sources.append((mode, Source.from_file(path)))
            except OSError as failure:
                unreadable.append(_unreadable(path, failure))
        if unreadable:
            raise ModelError(unreadable)
        return sources

    def _repr_html_(self) -> str:
        try:
            files = self.files
        except ModelError as missing:
            return f"<p>Model <b>{escape(self.name)}</b>: {escape(str(missing))}</p>"
        rows = "".join(
            f"<tr><td>{number}</td><td>{mode}</td><td>{escape(str(path))}</td><td>{_size(path)}</td></tr>"
            for number, (mode, path) in enumerate(files, 1)
        )
        return (
            f"<table><caption>Model <b>{escape(self.name)}</b></caption>"
            f"<thead><tr><th></th><th>kind</th><th>file</th><th>size</th></tr></thead><tbody>{rows}</tbody></table>"
        )


class LinopyModel(Model):
    """A model whose equations are a Python function from its data to a `linopy.Model`.

    `data` are files (a `Model` or its list; with a .mod among them the same equations stand as text too), `ModelData`,
    or values by name as `ModelData.from_frames` takes them. `check` looks at the data before the build; `objective` is
    the name of the objective in results. Raises ModelError for data files without a .mod, for a `build` that cannot be
    called with data, and for `data` of another kind.
    """

    def __init__(
        self,
        build: Build,
        data: Model | ModelData | Mapping[str, object] | Iterable[tuple[str, str | PathLike[str]]],
        name: str | None = None,
        description: str = "",
        *,
        check: Check | None = None,
        objective: str = "obj",
    ) -> None:
        _require_function(build)
        _require_data(data)
        given = ModelData.from_frames(None, data) if isinstance(data, Mapping) else data
        files = given.files if isinstance(given, Model) else [] if isinstance(given, ModelData) else given
        super().__init__(files, name or _function_name(build), description)
        if self.files and not self.has_text:
            message = f"`{self.files[0][1]}`: data files are read by the declarations of a .mod, and there is none"
            help = "put a .mod with the sets and parameters before it, or hand over values by name or a `ModelData`"
            raise error("no-text", None, message, help)
        self.given = given if isinstance(given, ModelData) else None
        self.build = build
        self.check = check
        self.objective = objective

    def __repr__(self) -> str:
        assert self.build is not None
        data = repr([(mode, str(path)) for mode, path in self.files]) if self.given is None else repr(self.given)
        return f"LinopyModel({_function_name(self.build)}, {data}, name={self.name!r})"


def _require_function(build: object) -> None:
    """A formulation is called with the data, and nothing else."""
    help = "as in `def build(data): ...; return model`"
    if not callable(build):
        message = f"a formulation is a function from data to linopy.Model, not {type(build).__name__}"
        raise error("model-kind", None, message, help)
    try:
        signature = inspect.signature(build)
    except ValueError:  # a function in C may not tell
        return
    try:
        signature.bind(None)
    except TypeError as misfit:
        message = f"the formulation `{_function_name(build)}{signature}` cannot be called with the data alone: {misfit}"
        raise error("model-kind", None, message, f"{help}; `functools.partial` gives it further arguments") from None


def _require_data(data: object) -> None:
    """Files, values by name, or ModelData."""
    if isinstance(data, Model | ModelData | Mapping):
        return
    pairs = isinstance(data, Iterable) and not isinstance(data, str | PathLike) and not hasattr(data, "iloc")
    if isinstance(data, Sequence):
        pairs = pairs and all(isinstance(each, tuple | list) and len(each) == 2 for each in data)
    if not pairs:
        message = f"the data of a model in Python are not {_shown(data)}"
        help = 'give values by name `{name: value}`, a `ModelData`, or files `[("mod", path), ("dat", path)]`'
        raise error("model-kind", None, message, help)


def _shown(value: object) -> str:
    return repr(value) if value is None or isinstance(value, str | Sequence) else type(value).__name__


def _joined(names: Iterable[str]) -> str:
    """Names with a plus between them, each once: `toy` for toy.mod and toy.dat."""
    return " + ".join(dict.fromkeys(names))


def _function_name(build: Build) -> str:
    function = build.func if isinstance(build, partial) else build
    return str(getattr(function, "__name__", type(function).__name__))


def aimed(model: Model, minimize: str | None = None, maximize: str | None = None) -> Model:
    """The model with an expression to be minimised or maximised, or as it is. Raises ModelError for two expressions."""
    if minimize is not None and maximize is not None:
        message = f"`{minimize}` is to be minimised and `{maximize}` to be maximised"
        raise error("two-objectives", None, message, "name one of them: a model has one objective at a time")
    if minimize is not None:
        return model.minimizing(minimize)
    return model if maximize is None else model.maximizing(maximize)


def _aiming(model: Model, goal: Goal | None) -> Model:
    model.goal = goal
    return model


def _importing(model: Model, imports: tuple[Path, ...]) -> Model:
    model.imports = imports
    return model


def _mode(mode: str) -> FileMode:
    if mode not in ("mod", "dat"):
        raise ValueError(f"the kind of a model file is 'mod' or 'dat', not {mode!r}")
    return "mod" if mode == "mod" else "dat"


def _mode_of(path: Path) -> FileMode:
    """What a file is by its extension."""
    mode = _EXTENSIONS.get(path.suffix.lower())
    if mode is not None:
        return mode
    if path.suffix.lower() == ".run":
        help = "write the commands in Python: `Energyscope(model).calc()`; model and data files end in .mod and .dat"
        raise error("unsupported", None, f"`{path}`: command files (.run) are not supported", help)
    if not path.suffix and not path.exists():
        near = nearest(str(path), catalogue)
        help = f"`energyscope calc {near}` solves the model of the package" if near else "files end in .mod or .dat"
        raise error("model-unknown", None, f"there is no model file `{path}`", help)
    help = "the extension says how a file is read; data may also be .xlsx, .nc, or a folder of CSV files"
    raise error("file", None, f"`{path}` is neither a .mod nor a .dat file", help)


def _unreadable(path: Path, failure: OSError) -> Diagnostic:
    if isinstance(failure, FileNotFoundError):
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        neighbours = [each.name for each in beside if each.suffix.lower() in _EXTENSIONS or is_import(each)]
        help = did_you_mean(path.name, neighbours) or f"paths are relative to {Path.cwd()}"
        return Diagnostic("file", "error", None, f"there is no file `{path}`", help)
    message = f"`{path}` cannot be read: {failure.strerror}"
    return Diagnostic("file", "error", None, message, "check that it is a file you may read")


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1000:,.0f} kB" if path.is_file() else "missing"


def _files(model: str, *datasets: str) -> Model:
    folder = data_folder()
    return Model([("mod", folder / "models" / model), *(("dat", folder / "datasets" / each) for each in datasets)])


def _build_toy(data: ModelData) -> linopy.Model:
    from energyscope.families import toy

    return toy.build(data)


def _check_toy(data: ModelData) -> None:
    from energyscope.families import toy

    toy.check(data)


def _build_core(data: ModelData, groups: Iterable[str] | None = None) -> linopy.Model:
    from energyscope.families import core

    return core.build(data, groups)


def _check_core(data: ModelData) -> None:
    from energyscope.families import core

    core.check(data)


toy = LinopyModel(
    _build_toy,
    _files("toy.mod", "toy/toy.dat"),
    "toy",
    "five technologies, one day of 24 hours",
    check=_check_toy,
)
core = LinopyModel(
    _build_core,
    _files("core.mod", "core/core_12td.dat", "core/core.dat"),
    "core",
    "national model of Switzerland, 8760 hours by 12 typical days",
    check=_check_core,
)
core_small = LinopyModel(
    _build_core,
    _files("core.mod", "core_small/core_small.dat"),
    "core_small",
    "fourteen days of core",
    check=_check_core,
)

published: dict[str, Model] = {
    name: Model(partial(model_files, name), name, each.description) for name, each in LISTING.models.items()
}
"""The models of the published wheel, by name; `energyscope fetch-upstream` brings their files."""
core_td = published["core_td"]
infrastructure_ch_2050 = published["infrastructure_ch_2050"]
infrastructure_qc_2020 = published["infrastructure_qc_2020"]
lca_ch_2020 = published["lca_ch_2020"]
lca_qc_2020 = published["lca_qc_2020"]

catalogue: dict[str, Model] = {model.name: model for model in (toy, core, core_small)} | published
"""The models that come with the package or are published, by name."""


def named(words: Sequence[str]) -> Model:
    """A model of the catalogue, by its name, or one of files.

    Raises ModelError for a name that is neither.
    """
    own = catalogue.get(words[0]) if len(words) == 1 else None
    if own is not None:
        return own
    if len(words) == 1 and not Path(words[0]).suffix and not Path(words[0]).is_file():
        help = did_you_mean(words[0], catalogue) or f"there are {', '.join(catalogue)}; files end in .mod or .dat"
        raise error("model-unknown", None, f"there is no model `{words[0]}`", help)
    return Model.from_paths(words)
