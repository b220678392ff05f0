"""What help proposes instead of a name that is not known."""

from __future__ import annotations

import pytest

from energyscope.language.diagnostics import did_you_mean


@pytest.mark.parametrize(
    ("name", "candidates", "help"),
    [
        ("WNID", ["PV", "WIND"], "did you mean `WIND`?"),
        ("wind", ["WIND"], "did you mean `WIND`?"),
        ("25", ["1", "2", "24"], None),
        ("-1.5", ["1.5"], None),
        ("h2", ["2", "H2"], "did you mean `H2`?"),
        ("x2", ["2"], None),
    ],
)
def test_a_number_is_no_misspelling(name: str, candidates: list[str], help: str | None) -> None:
    assert did_you_mean(name, candidates) == help
