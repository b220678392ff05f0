"""The code on the page docs/native-models.md runs and gives what its comments say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import linopy
import pytest


def test_the_code_of_the_page_runs(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (checkout / "docs" / "native-models.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "native-models.md", "exec"), names)
    result = names["result"]
    assert len(blocks) == 5
    assert result.objective == pytest.approx(62.0)
    assert result.variables["power"]["power"].to_dict() == pytest.approx({"gas": 2.0, "wind": 2.0})
    assert result.constraints["balance"]["balance"].item() == pytest.approx(30.0)
    assert names["report"].passed
    assert names["run"].calc().variables["F"]["F"]["WIND"] == pytest.approx(1.5)
    assert names["text_run"].calc().variables["F"]["F"]["WIND"] == pytest.approx(2.2)
    assert isinstance(names["part"], linopy.Model)
    assert "totalGWP_calc" not in names["unlimited"].build(names["data"]).constraints
