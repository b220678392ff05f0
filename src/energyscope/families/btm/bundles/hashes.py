"""Fingerprints of files and of the values of a time series."""

from __future__ import annotations

from hashlib import sha256
from typing import TypedDict

import pandas as pd


class FileHash(TypedDict):
    """The fingerprint of a file as bundle_metadata.json has it."""

    sha256: str
    bytes: int


def file_hash(data: bytes) -> FileHash:
    """The fingerprint of the bytes of a file."""
    return {"sha256": sha256(data).hexdigest(), "bytes": len(data)}


def content_sha256(frame: pd.DataFrame) -> str:
    """The fingerprint of the values of a checked time series, whatever file they came from.

    Over the instants (microseconds since 1970) and then every column by its name: little-endian 64-bit numbers, zeros
    without sign. Order of columns, unit of the timestamps and encoding of the file make no difference.
    """
    index = pd.DatetimeIndex(frame.index).as_unit("us")
    digest = sha256(index.asi8.astype("<i8").tobytes())
    for name in sorted(frame.columns):
        digest.update(b"\0" + name.encode() + b"\0")
        digest.update((frame[name].to_numpy("<f8") + 0.0).tobytes())
    return digest.hexdigest()
