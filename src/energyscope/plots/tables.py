"""The tables of a result that pictures show."""

from __future__ import annotations

import pandas as pd

from energyscope.language.diagnostics import Diagnostic, EnergyscopeError
from energyscope.result import Result


def table_of(result: Result, name: str) -> pd.DataFrame:
    """A table of postprocessing of the only run.

    Raises EnergyscopeError where the model has not the names that it is made of, or the result has several runs.
    """
    if len(result.runs) != 1:
        message = f"a picture shows one run, this result has {len(result.runs)}"
        raise EnergyscopeError(Diagnostic("plots", "error", None, message, "draw each result before they are joined"))
    if name not in result.postprocessing:
        message = f"this picture needs the table `{name}` of `postprocessing`, which this result does not have"
        help = "it is made for models that have the names of core (F_t[i,h,td], T_H_TD, ...): see docs/results.md"
        raise EnergyscopeError(Diagnostic("plots", "error", None, message, help))
    return result.postprocessing[name]
