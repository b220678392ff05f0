"""Origins of entries that were gathered from several statements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from energyscope.language.source import Span
from energyscope.modeldata.items import Origin

NOWHERE = -1
"""The source of an entry that stands in no text."""


@dataclass(frozen=True)
class OnePlace:
    """All entries come from one command: its target, and the value it gives."""

    target: Span
    value: Span

    def key_span(self, position: int) -> Span | None:
        """The target."""
        return self.target

    def value_span(self, position: int) -> Span | None:
        """The value."""
        return self.value


@dataclass(frozen=True)
class GatheredOrigin:
    """Entry i is entry `positions[i]` of `origins[sources[i]]`.

    `origins` is shared with what is gathered from this one later: it only ever grows.
    """

    origins: list[Origin]
    sources: NDArray[np.int32]
    positions: NDArray[np.int64]

    def key_span(self, position: int) -> Span | None:
        """The subscripts of an entry that stands in a text."""
        source = int(self.sources[position])
        return None if source == NOWHERE else self.origins[source].key_span(int(self.positions[position]))

    def value_span(self, position: int) -> Span | None:
        """The value of an entry that stands in a text."""
        source = int(self.sources[position])
        return None if source == NOWHERE else self.origins[source].value_span(int(self.positions[position]))


def gathered(first: Origin | None, length: int, second: Origin | None, more: int) -> GatheredOrigin:
    """The origin of `length` entries of one and `more` entries of another behind them."""
    head = first if isinstance(first, GatheredOrigin) else _plain(first, length)
    source = NOWHERE
    if second is not None:
        source = len(head.origins)
        head.origins.append(second)
    return GatheredOrigin(
        head.origins,
        np.concatenate([head.sources, np.full(more, source, np.int32)]),
        np.concatenate([head.positions, np.arange(more, dtype=np.int64)]),
    )


def chosen(origin: GatheredOrigin, order: NDArray[np.int64]) -> GatheredOrigin:
    """The origin of some of the entries, in another order."""
    return GatheredOrigin(origin.origins, origin.sources[order], origin.positions[order])


def _plain(origin: Origin | None, length: int) -> GatheredOrigin:
    sources = np.full(length, NOWHERE if origin is None else 0, np.int32)
    return GatheredOrigin([] if origin is None else [origin], sources, np.arange(length, dtype=np.int64))
