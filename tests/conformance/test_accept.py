"""Every accepted case: status, objective and sizes, by the way that the command line goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from energyscope.energyscope import Energyscope
from energyscope.models import Model

HERE = Path(__file__).parent
CASES = {
    f"{folder}/{name}": case
    for folder in ("accept", "combined")
    for name, case in json.loads((HERE / folder / "expected.json").read_text(encoding="utf-8")).items()
}
SIZES = ("rows", "columns", "nonzeros", "integers")


@pytest.mark.parametrize("name", CASES)
def test_accept(name: str) -> None:
    case = CASES[name]
    model = HERE / name
    data = model.with_suffix(".dat")
    arguments = case.get("arguments", [])
    objective = arguments[arguments.index("--objective") + 1] if arguments else None

    run = Energyscope(Model.from_paths([model, data] if data.exists() else [model]))
    sizes = run.translate(objective).program.sizes
    solution = run.solve(objective)

    expected = {size: case[size] for size in SIZES if case[size] is not None}
    assert {size: sizes[size] for size in expected} == expected
    assert sizes["constant_rows"] == case.get("constant_rows_dropped", sizes["constant_rows"])
    assert solution.status == case["status"]
    if case["objective"] is not None:
        assert solution.objective == pytest.approx(case["objective"], rel=1e-6, abs=1e-6)
