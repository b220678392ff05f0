"""Calling a formulation in Python: what it must give, and blanks that linopy would pass over."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import linopy
from linopy import LinopySemanticsWarning

from energyscope.backends.base import backend_error
from energyscope.language.diagnostics import error
from energyscope.language.source import Source, Span
from energyscope.modeldata.model_data import ModelData

_LINOPY = str(Path(linopy.__file__).parent)


def formulated(build: Callable[[ModelData], linopy.Model], data: ModelData, name: str) -> linopy.Model:
    """The linopy model of a formulation.

    linopy leaves out a row whose right side is NaN, and takes a coefficient NaN for 0, with no more than a warning;
    nothing in the finished model tells. Here that is ModelError `not-a-number`, with the line that did it.
    Raises BackendError `build-result` where something else than a linopy model comes back.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="NaN in", category=LinopySemanticsWarning)
        try:
            model = build(data)
        except LinopySemanticsWarning as blank:
            what = str(blank).partition(" was silently")[0].removeprefix("NaN in ")
            message = f"NaN in {what}, in the formulation `{name}`"
            help = "a value is missing (`.isna()` finds it): give it, or leave the row out by `mask=`"
            raise error("not-a-number", _own_line(blank), message, help) from blank
    if not isinstance(model, linopy.Model):
        message = f"the function `{name}` gave {type(model).__name__}, not a linopy.Model"
        raise backend_error("build-result", message, "end it with `return model`")
    return model


def _own_line(problem: BaseException) -> Span | None:
    """The line that called linopy."""
    frames = traceback.extract_tb(problem.__traceback__)
    calls = (here for here, below in pairwise(frames) if below.filename.startswith(_LINOPY))
    call = next((here for here in calls if not here.filename.startswith(_LINOPY)), None)
    if call is None or call.lineno is None or not Path(call.filename).is_file():
        return None
    source = Source.from_file(call.filename)
    start = source.line_starts[call.lineno - 1]
    line = source.line_text(call.lineno)
    return Span(source, start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
