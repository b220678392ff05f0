"""Fields of a configuration by their paths, and the places in a file where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from energyscope.language.source import Source, Span

FieldPath: TypeAlias = tuple[str | int, ...]
"""Names of fields and places in lists, from the outermost in."""
LONGEST = 60
"""Characters of a given word or value that a message repeats."""


@dataclass(frozen=True, eq=False)
class Document:
    """The values of a YAML file and where they stand: `spans` of values, `keys` of the words before them."""

    data: Any
    source: Source
    spans: Mapping[FieldPath, Span] = field(repr=False)
    keys: Mapping[FieldPath, Span] = field(repr=False)

    def value(self, path: FieldPath) -> Span:
        """Where a value stands; one that is not written, or a collection, by the key of the innermost field around."""
        span = self.spans.get(path)
        return span if span is not None and not isinstance(self.at(path), dict | list) else self.key(path)

    def key(self, path: FieldPath) -> Span:
        """Where the name of a field stands, or that of the innermost field or item around it."""
        for length in range(len(path), 0, -1):
            if found := self.keys.get(path[:length]) or self.spans.get(path[:length]):
                return found
        return Span(self.source, 0, 0)

    def at(self, path: FieldPath) -> Any:
        """The value at a path that is written."""
        found = self.data
        for part in path:
            found = found[part]
        return found


def shown(path: FieldPath) -> str:
    """A path as people write it: `tariff.demand_charges[0].windows[1].start`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{shortened(part)}" for part in path]
    return "".join(parts).removeprefix(".")


def shortened(text: str) -> str:
    """A given word in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def value_text(given: Any, document: Document | None = None, path: FieldPath = ()) -> str:
    """A value as it is written, or would be."""
    match given:
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return f"a list of {len(given)}" if given else "an empty list"
        case None:
            return "null"
    if document is not None and (span := document.spans.get(path)):
        return shortened(span.text)
    match given:
        case bool():
            return str(given).lower()
        case str():
            return f'"{shortened(given)}"'
        case int() if given.bit_length() > LONGEST:
            return "an integer beyond measure"
        case int() | float():
            return f"{given:.12g}"
        case date():
            return given.isoformat().replace("+00:00", "Z")
    return f"a {type(given).__name__}"
