"""The members of an indexed set, gathered key by key."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from energyscope.language.diagnostics import error
from energyscope.language.source import Span
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Set
from energyscope.modeldata.layouts import TextOrigin
from energyscope.modeldata.readmembers import Members
from energyscope.modeldata.symbols import Symbols


@dataclass(frozen=True)
class JoinedOrigin:
    """Origins of stretches of entries, one behind the other; `starts[k]` is the first entry of `origins[k]`."""

    starts: np.ndarray[tuple[int], np.dtype[np.int64]]
    origins: tuple[TextOrigin, ...]

    def key_span(self, position: int) -> Span | None:
        """The place of a member."""
        origin, local = self._local(position)
        return origin.key_span(local)

    def value_span(self, position: int) -> Span | None:
        """The place of a member."""
        return self.key_span(position)

    def place_span(self, position: int, place: int) -> Span | None:
        """The word at one place of a member."""
        origin, local = self._local(position)
        return origin.place_span(local, place)

    def _local(self, position: int) -> tuple[TextOrigin, int]:
        k = int(np.searchsorted(self.starts, position, side="right")) - 1
        return self.origins[k], position - int(self.starts[k])


@dataclass(frozen=True)
class KeyOrigin:
    """The places of the keys of an indexed set: their first subscripts."""

    spans: tuple[Span, ...]

    def key_span(self, position: int) -> Span | None:
        """The first subscript of a key."""
        return self.spans[position]

    def value_span(self, position: int) -> Span | None:
        """The same: a key has no value."""
        return self.spans[position]


@dataclass
class SetParts:
    """One entry a key, in order of the data; a plain set has the one key `()`."""

    name: str
    dimension: int
    keys: list[tuple[int, ...]] = field(default_factory=list)
    places: list[Span] = field(default_factory=list)
    members: list[Members] = field(default_factory=list)

    def add(self, key: tuple[int, ...], place: Span, members: Members, symbols: Symbols) -> None:
        """Take the members of one key, which stands at a place.

        Raises ModelError `duplicate-member` at the second place of a member.
        """
        second = Index(members.columns, 0).first_repeat
        if second is not None:
            label = ",".join(symbols.label(int(column[second])) for column in members.columns)
            shown = f"({label})" if len(members.columns) > 1 else label
            name = symbols.describe(self.name, key)
            raise error(
                "duplicate-member", members.origin.key_span(second), f"`{shown}` is already a member of `{name}`"
            )
        self.keys.append(key)
        self.places.append(place)
        self.members.append(members)

    def joined(self) -> Set:
        """All keys as one set."""
        lengths = [len(part.columns[0]) if part.columns else 0 for part in self.members]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        columns = [np.concatenate([part.columns[k] for part in self.members]) for k in range(self.dimension)]
        places = len(self.keys[0])
        keys = Index(tuple(np.array([key[k] for key in self.keys], np.int32) for k in range(places)), len(self.keys))
        origin = JoinedOrigin(offsets[:-1], tuple(part.origin for part in self.members))
        return Set(self.name, keys, offsets, Index(columns), origin, KeyOrigin(tuple(self.places)))
