"""What the tests of data share: reading a model and its data from text, and looking at the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from energyscope.language.diagnostics import ModelError
from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData

Reader = Callable[..., ModelData]


def from_texts(model: str, *data: str) -> ModelData:
    """The data of one model text and any number of data texts."""
    files = [("mod", Source("case.mod", model)), *(("dat", Source(f"{k}.dat", text)) for k, text in enumerate(data))]
    return ModelData.from_text(read_model(files))


def members(data: ModelData, name: str, *key: Any) -> list[Any]:
    """The members given for a set (under a key)."""
    return data[name][key] if key else list(data[name])


def values(data: ModelData, name: str) -> dict[Any, Any]:
    """The values given for a parameter by subscripts."""
    return dict(data[name].items())


def first_error(model: str, *data: str) -> tuple[str, str, int, int]:
    """Code, file, line and column of the first thing said about wrong data."""
    with pytest.raises(ModelError) as caught:
        from_texts(model, *data)
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.span is not None
    return diagnostic.code, diagnostic.span.source.name, diagnostic.span.line, diagnostic.span.column
