"""Storages, periods and rows by the names that a user gave them."""

from __future__ import annotations

from energyscope.modeldata.symbols import Codes
from energyscope.passes.flat import Flat, Ints

SHOWN = 3
"""So many reasons are told; of more only the number."""


def storage_name(flat: Flat, levels: Ints) -> str:
    """`Storage_level` of PHS: the variable, and the members that its levels share."""
    columns = _members(flat, levels)
    shared = [flat.symbols.label(int(codes[0])) for codes in columns if (codes == codes[0]).all()]
    name = f"`{flat.columns.names[int(flat.columns.block[levels[0]])]}`"
    return f"{name} of {', '.join(shared)}" if shared else name


def period_name(flat: Flat, levels: Ints, period: int) -> str:
    """The members that tell one level from the others."""
    columns = _members(flat, levels)
    own = [flat.symbols.label(int(codes[period])) for codes in columns if (codes != codes[0]).any()]
    return f"period {','.join(own)}"


def joined(reasons: list[str]) -> str:
    """Reasons in one line."""
    rest = f"; and {len(reasons) - SHOWN} more storages" if len(reasons) > SHOWN else ""
    return "; ".join(reasons[:SHOWN]) + rest


def _members(flat: Flat, columns: Ints) -> list[Codes]:
    index = flat.columns.indices[int(flat.columns.block[columns[0]])]
    return [codes[flat.columns.place[columns]] for codes in index.columns]
