"""Every rejected case: code and place of the first diagnostic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from energyscope.energyscope import Energyscope
from energyscope.language.diagnostics import ModelError
from energyscope.models import Model

FOLDER = Path(__file__).parent / "reject"
CASES = json.loads((FOLDER / "rejected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_reject(name: str) -> None:
    case = CASES[name]
    files = [FOLDER / name, *(FOLDER / data for data in case.get("data", []))]

    with pytest.raises(ModelError) as caught:
        Energyscope(Model.from_paths(files)).translate()

    first = caught.value.diagnostics[0]
    assert first.span is not None, first
    place = (Path(first.span.source.name).name, first.span.line, first.span.column)
    assert (first.code, *place) == (case["code"], case["file"], case["line"], case["column"]), first.render()
