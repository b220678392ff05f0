"""Values for the items of a model, by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from energyscope.language.diagnostics import Diagnostic
from energyscope.language.modeltext import FileMode, ModelText, read_model
from energyscope.language.source import Source
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.reading import read_given
from energyscope.modeldata.symbols import Symbols


class HasFiles(Protocol):
    """A model: an ordered list of `("mod" | "dat", path)`."""

    @property
    def files(self) -> Sequence[tuple[FileMode, str | Path]]:
        """The files, in the order they are read."""


class ModelData:
    """The values given for a model; what follows from them is asked of `evaluator`."""

    def __init__(
        self,
        text: ModelText | None,
        symbols: Symbols,
        sets: dict[str, Set],
        parameters: dict[str, Parameter],
        warnings: Sequence[Diagnostic] = (),
    ) -> None:
        self.text = text
        self.symbols = symbols
        self.sets = sets
        self.parameters = parameters
        self.warnings = tuple(warnings)
        self.version = 0

    @classmethod
    def from_text(cls, text: ModelText) -> ModelData:
        """The data sections of a model text.

        Raises ModelError with all mistakes in them.
        """
        symbols = Symbols()
        given = read_given(text, symbols)
        return cls(text, symbols, given.sets, given.parameters, given.warnings)

    @classmethod
    def from_files(cls, model: HasFiles | Sequence[tuple[FileMode, str | Path]]) -> ModelData:
        """The data in the files of a model.

        Raises ModelError with all mistakes in the text, or in the data; OSError when a file cannot be read.
        """
        files = model if isinstance(model, Sequence) else model.files
        return cls.from_text(read_model([(mode, Source.from_file(path)) for mode, path in files]))
