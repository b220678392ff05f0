"""The folder of a bundle, on the local disk or any file system that fsspec knows, and the names of its files."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from energyscope.families.btm.refusals import refuse

SITE = "site_config.yaml"
RUN = "run_config.yaml"
SERIES = "timeseries.parquet"
INPUTS = (SITE, RUN, SERIES)
"""What every bundle has."""
PORTFOLIO = "portfolio.yaml"
SCENARIOS = "scenarios.yaml"
FORECAST = "forecast.parquet"

DISPATCH = "dispatch.parquet"
METRICS = "metrics.json"
STATS = "solve_stats.json"
METADATA = "bundle_metadata.json"
DISPATCH_CSV = "dispatch.csv"
UNDERWRITING = "underwriting.json"


@dataclass(frozen=True, eq=False)
class Folder:
    """A place with files: a path on the disk, or a URL such as `memory://bundle` or `s3://bucket/bundle`."""

    given: str
    """As the user wrote it."""
    fs: Any
    """A file system of fsspec."""
    root: str
    """The folder as the file system calls it."""

    @classmethod
    def of(cls, path: str | Path) -> Folder:
        """The folder that a path or a URL names; it need not exist. Raises BtmError BTM001 where no driver knows it."""
        try:
            fs, root = fsspec.core.url_to_fs(str(path))
        except (ImportError, ValueError) as failure:
            help = "give a local path, or install the fsspec driver of this kind of storage"
            raise refuse("BTM001", f"`{path}` cannot be reached: {failure}", help) from failure
        return cls(str(path), fs, root)

    @classmethod
    def holding(cls, path: str | Path) -> tuple[Folder, str]:
        """The folder that holds a file, and the name of the file in it."""
        whole = cls.of(path)
        root, _, name = whole.root.rpartition("/")
        return cls(whole.given.removesuffix(name).rstrip("/\\") or ".", whole.fs, root), name

    @property
    def parent(self) -> Folder | None:
        """The folder that holds this one, None at the root."""
        root = self.root.rstrip("/").rpartition("/")[0]
        if not root:
            return None
        given = f"{self.given.rstrip('/')}/.." if self.local is not None else self.fs.unstrip_protocol(root)
        return Folder(given, self.fs, root)

    @property
    def local(self) -> Path | None:
        """The path on the local disk, None on any other file system."""
        return Path(self.root) if isinstance(self.fs, LocalFileSystem) else None

    def place(self, name: str) -> str:
        """A file of the folder as the file system calls it."""
        return f"{self.root.rstrip('/')}/{name}"

    def shown(self, name: str) -> str:
        """A file of the folder as messages name it."""
        return f"{self.given.rstrip('/')}/{name}"

    def exists(self) -> bool:
        """Is there such a folder?"""
        return bool(self.fs.isdir(self.root))

    def has(self, name: str) -> bool:
        """Is there anything of this name in the folder?"""
        return bool(self.fs.exists(self.place(name)))

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises OSError, as `require_file` does."""
        self.require_file(name)
        return bytes(self.fs.cat_file(self.place(name)))

    def require_file(self, name: str) -> None:
        """Raises OSError for a pipe or a device, which may never end; what is missing is left to the reader."""
        place = None if self.local is None else self.local / name
        if place is not None and place.exists() and not place.is_file() and not place.is_dir():
            raise OSError(errno.EINVAL, "it is a pipe or a device, no regular file", str(place))
