"""Models as ordered lists of files, and the catalogue of those that come with the package.

`models.toy`, `models.core` and `models.core_small` are ready to be run; `Model([("mod", path), ("dat", path)])` is any
other, and `models.core + Model([("mod", "extra.mod")])` reads one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from os import PathLike
from pathlib import Path

from energyscope.language.diagnostics import Diagnostic, ModelError, did_you_mean, error
from energyscope.language.modeltext import FileMode, ModelText, read_model
from energyscope.language.source import Source

_EXTENSIONS: dict[str, FileMode] = {".mod": "mod", ".dat": "dat"}


class Model:
    """An ordered list of model and data files, read in that order.

    `name` and `description` are for reports; without a name those of the files stand for it.
    """

    def __init__(
        self, files: Iterable[tuple[str, str | PathLike[str]]], name: str | None = None, description: str = ""
    ) -> None:
        self.files: list[tuple[FileMode, Path]] = [(_mode(mode), Path(path)) for mode, path in files]
        self.name = name or " + ".join(path.stem for _, path in self.files)
        self.description = description

    @classmethod
    def from_paths(cls, paths: Iterable[str | PathLike[str]], name: str | None = None) -> Model:
        """A model of files whose extensions (.mod, .dat) say what they are. Raises ModelError for any other one."""
        return cls([(_mode_of(Path(path)), path) for path in paths], name)

    def __add__(self, other: Model) -> Model:
        """The files of this model, then those of another."""
        return Model([*self.files, *other.files], f"{self.name} + {other.name}")

    def __repr__(self) -> str:
        return f"Model({[(mode, str(path)) for mode, path in self.files]!r}, name={self.name!r})"

    def read(self) -> ModelText:
        """Read, parse and resolve the files.

        Raises ModelError with all mistakes found, missing files among them.
        """
        return read_model(self._sources())

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
        rows = "".join(
            f"<tr><td>{number}</td><td>{mode}</td><td>{escape(str(path))}</td><td>{_size(path)}</td></tr>"
            for number, (mode, path) in enumerate(self.files, 1)
        )
        return (
            f"<table><caption>Model <b>{escape(self.name)}</b></caption>"
            f"<thead><tr><th></th><th>kind</th><th>file</th><th>size</th></tr></thead><tbody>{rows}</tbody></table>"
        )


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
    raise error("file", None, f"`{path}` is neither a .mod nor a .dat file", "the extension says how a file is read")


def _unreadable(path: Path, failure: OSError) -> Diagnostic:
    if isinstance(failure, FileNotFoundError):
        neighbours = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        help = did_you_mean(path.name, neighbours) or f"paths are relative to {Path.cwd()}"
        return Diagnostic("file", "error", None, f"there is no file `{path}`", help)
    message = f"`{path}` cannot be read: {failure.strerror}"
    return Diagnostic("file", "error", None, message, "check that it is a file you may read")


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1000:,.0f} kB" if path.is_file() else "missing"


def _data_folder() -> Path:
    """`energyscope/data` of an installed wheel, else `data` of the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parents[1] / "data"


def _own(name: str, description: str, model: str, *datasets: str) -> Model:
    folder = _data_folder()
    data = [("dat", folder / "datasets" / dataset) for dataset in datasets]
    return Model([("mod", folder / "models" / model), *data], name, description)


toy = _own("toy", "five technologies, one day of 24 hours", "toy.mod", "toy/toy.dat")
core = _own(
    "core",
    "national model of Switzerland, 8760 hours by 12 typical days",
    "core.mod",
    "core/core_12td.dat",
    "core/core.dat",
)
core_small = _own("core_small", "fourteen days of core", "core.mod", "core_small/core_small.dat")

catalogue: dict[str, Model] = {model.name: model for model in (toy, core, core_small)}
"""The models that come with the package, by name."""
