"""What functions of the engine are given in Python: of the right kind, or refused with what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import pandas as pd

from energyscope.families.btm.bundles.bundle import Bundle, load_bundle
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.program.inputs import Inputs
from energyscope.families.btm.refusals import BtmError, problem

_HELP: Mapping[type, str] = {
    SiteConfig: "`btm.site_of({...})` makes one from a mapping, `btm.load_bundle(path).site` from a folder",
    RunConfig: "`btm.run_of({...})` makes one from a mapping, `btm.load_bundle(path).run` from a folder",
    pd.DataFrame: "`btm.load_bundle(path).frame` is one, `pandas.read_parquet` reads one",
    Dispatch: "`btm.optimise(...)[0]` and `btm.baseline(...)` are one",
    Inputs: "`btm.inputs_of(site, run, frame)` makes one",
    Bundle: '`btm.load_bundle("my_site")` reads one, and its path will do',
}
"""Kinds of arguments, and where each comes from."""


def require_kinds(**given: tuple[object, type]) -> None:
    """Raise BtmError BTM103 naming every argument that is of another kind than its own."""
    wrong = [
        problem("BTM103", f"`{name}` is {_shown(value)}; expected a `{kind.__name__}`", _HELP[kind])
        for name, (value, kind) in given.items()
        if not isinstance(value, kind)
    ]
    if wrong:
        raise BtmError(wrong)


def require_listener(progress: object) -> None:
    """Raise BtmError BTM103 unless progress can be told."""
    if progress is not None and not callable(progress):
        message = f"`progress` is {_shown(progress)}; expected a function that is told of each stage"
        raise BtmError(problem("BTM103", message, "say `progress=print`, or leave it out"))


def bundle_of(given: object) -> Bundle:
    """A bundle, or the one in the folder that a path or a URL names. Raises BtmError."""
    if isinstance(given, str | PathLike):
        return load_bundle(given if isinstance(given, str) else Path(given))
    require_kinds(bundle=(given, Bundle))
    assert isinstance(given, Bundle)
    return given


def _shown(value: object) -> str:
    """Texts, which may be paths, as they are; of all else the kind."""
    if value is None:
        return "None"
    return repr(value) if isinstance(value, str) else f"of type {type(value).__name__}"
