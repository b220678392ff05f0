"""Energy system models in AMPL text, translated to linear programs and solved.

`Energyscope(models.toy).calc()` runs a model; `Model([("mod", path), ("dat", path)])` is one of your own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from energyscope.energyscope import Energyscope
    from energyscope.language.diagnostics import EnergyscopeError, ModelError
    from energyscope.modeldata.model_data import ModelData
    from energyscope.models import LinopyModel, Model
    from energyscope.result import Result, parse_result

__all__ = [
    "Energyscope",
    "EnergyscopeError",
    "LinopyModel",
    "Model",
    "ModelData",
    "ModelError",
    "Result",
    "__version__",
    "parse_result",
]

_HOMES = {
    "Energyscope": "energyscope.energyscope",
    "EnergyscopeError": "energyscope.language.diagnostics",
    "LinopyModel": "energyscope.models",
    "Model": "energyscope.models",
    "ModelData": "energyscope.modeldata.model_data",
    "ModelError": "energyscope.language.diagnostics",
    "Result": "energyscope.result",
    "parse_result": "energyscope.result",
}
"""Where the public names live; their modules are imported at first use, since linopy takes a second."""


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("energyscope-linopy")
    except PackageNotFoundError:
        return "unknown (not installed)"


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
