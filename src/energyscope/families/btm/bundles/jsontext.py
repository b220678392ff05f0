"""JSON as the engine writes it: the same tree gives the same bytes, whatever the machine."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real

import numpy as np

DECIMALS = 9
"""Decimals of a float: a nano-pound; what lies beyond is rounding of the arithmetic."""


def json_text(tree: object) -> str:
    """The text of a tree: sorted keys, indent of 2, floats to 9 decimals, `null` for NaN and infinity, last newline.

    Numbers, arrays and booleans of numpy are written as those of Python. Raises TypeError for anything that JSON has
    no word for.
    """
    return json.dumps(_plain(tree), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def json_bytes(tree: object) -> bytes:
    """`json_text` in UTF-8; half of a surrogate pair, which UTF-8 has no bytes for, as its escape."""
    return json_text(tree).encode("utf-8", "backslashreplace")


def _plain(tree: object) -> object:
    if tree is None or isinstance(tree, str):
        return tree
    if isinstance(tree, bool | np.bool_):
        return bool(tree)
    if isinstance(tree, Integral):
        return int(tree)
    if isinstance(tree, Real):
        return _rounded(float(tree))
    if isinstance(tree, Mapping):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, np.ndarray):
        return _plain(tree.tolist())
    if isinstance(tree, Iterable) and not isinstance(tree, bytes | set | frozenset):
        return [_plain(each) for each in tree]
    raise TypeError(f"{type(tree).__name__} has no form in JSON")


def _rounded(number: float) -> float | None:
    """The sum turns -0.0 into 0.0."""
    return round(number, DECIMALS) + 0.0 if math.isfinite(number) else None
