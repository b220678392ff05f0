"""From a text with data and commands to its data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from energyscope.language.modeltext import ModelText
from energyscope.modeldata.imports import imported
from energyscope.modeldata.model_data import ModelData
from energyscope.translate.commands.runner import Runner


def load(text: ModelText, imports: Sequence[Path] = ()) -> ModelData:
    """The data of a text after its commands, with an evaluator for what follows from them.

    Items in `imports` (folders of CSV files, .xlsx, .nc) take the place of what text and commands give for them.
    Raises ModelError with all mistakes in the data, or the first one in a command.
    """
    runners: list[Runner] = []

    def commands(data: ModelData) -> Runner:
        runners.append(Runner(text, data))
        return runners[-1]

    data = ModelData.from_text(text, commands)
    ev = runners[0].ev
    for path in imports:
        data.replace(*imported(path, text, data.symbols, data.sets))
        data.version += 1
    data.warnings = (*data.warnings, *ev.warnings.values())
    data.evaluator = ev
    return data
