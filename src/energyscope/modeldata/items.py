"""Values given for the items of a model: sets and parameters as columns of codes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from energyscope.language.source import Span
from energyscope.modeldata.index import Index
from energyscope.modeldata.symbols import Codes, Values


class Origin(Protocol):
    """Where data came from, found only when something must be said about it."""

    def key_span(self, position: int) -> Span | None:
        """The first word of the subscripts (or of the member) of an entry."""

    def value_span(self, position: int) -> Span | None:
        """The value of an entry."""


@dataclass(frozen=True)
class Set:
    """Members given for a set.

    A plain set has `keys` of dimension 0 and one entry in it; an indexed set `S{K}` has one entry a key, in order of
    the data. `offsets` (len(keys) + 1) cuts `members` into the members of each key. `origin` finds members,
    `key_origin` finds keys.
    """

    name: str
    keys: Index
    offsets: NDArray[np.int64]
    members: Index
    origin: Origin | None = None
    key_origin: Origin | None = None


@dataclass(frozen=True)
class Parameter:
    """Values given for a parameter: `values[i]` belongs to the tuple `index[i]`.

    Values are doubles, or codes (int32) of a symbolic parameter. `default` is the one that the data section states
    (a double, or a code), None when there is none; the default of the model text is not here.
    """

    name: str
    index: Index
    values: Values | Codes
    default: float | int | None = None
    origin: Origin | None = None
