"""What is known of the published files before they are there: names, sizes, checksums, and the models they make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["mod", "dat"]


@dataclass(frozen=True)
class PublishedFile:
    """One file; its name is that inside the wheel."""

    name: str
    size: int
    sha256: str

    def matches(self, content: bytes) -> bool:
        """Is this the published content?"""
        return len(content) == self.size and hashlib.sha256(content).hexdigest() == self.sha256


@dataclass(frozen=True)
class PublishedModel:
    """A model: its files in the order in which they are read."""

    name: str
    description: str
    files: tuple[tuple[Kind, PublishedFile], ...]


@dataclass(frozen=True)
class Listing:
    """The files and models of one published version."""

    distribution: str
    version: str
    files: Mapping[str, PublishedFile]
    models: Mapping[str, PublishedModel]

    @property
    def wheel(self) -> str:
        """The name of the wheel."""
        return f"{self.distribution}-{self.version}-py3-none-any.whl"


def _listing() -> Listing:
    content = json.loads(Path(__file__).with_name("files.json").read_text(encoding="utf-8"))
    files = {name: PublishedFile(name, each["bytes"], each["sha256"]) for name, each in content["files"].items()}
    models = {
        name: PublishedModel(name, each["description"], tuple((kind, files[file]) for kind, file in each["files"]))
        for name, each in content["models"].items()
    }
    return Listing(content["distribution"], content["version"], files, models)


LISTING = _listing()
"""The one version that this package knows."""
