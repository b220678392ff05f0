"""Files of a folder that are replaced together: each is old or new at any moment, a failure puts the old ones back."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePath, PurePosixPath

from energyscope.atomic import whole_file
from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.refusals import refuse


def write_files(folder: Folder, files: Mapping[str, bytes]) -> None:
    """Write files under temporary names, then move them into place in quick succession, in the order given.

    A name may have folders in it. A run that is killed leaves every file old or new, and hidden temporary files, which
    the next run removes; one that fails leaves the old files. Raises BtmError BTM004 where the folder takes no file.
    """
    try:
        if (local := folder.local) is not None:
            _write_locally(local, files)
        else:
            _write_remotely(folder, files)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        help = "make room or allow writing there, or choose another folder with `--out DIR`"
        raise refuse("BTM004", f"the outputs cannot be written to `{folder.given}`: {reason}", help) from failure


def _write_locally(root: Path, files: Mapping[str, bytes]) -> None:
    paths = [root / name for name in files]
    for path in paths:
        _require_place(path, path.is_dir())
    for folder in dict.fromkeys(path.parent for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder, [path.name for path in paths])
    with ExitStack() as moves:
        moves.enter_context(_old_ones_back(paths))
        # A stack unwinds from its top, so that the first file is moved first.
        parts = {name: moves.enter_context(whole_file(root / name)) for name in reversed(list(files))}
        for name, data in files.items():
            with parts[name].open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())


def _require_place(place: str | Path, taken: bool) -> None:
    """Raises OSError where a folder has the name of a file, before any file is moved."""
    if taken:
        raise IsADirectoryError(errno.EISDIR, f"`{PurePath(place).name}` is a folder", str(place))


@contextmanager
def _old_ones_back(paths: Iterable[Path]) -> Iterator[None]:
    """After any exception the files are as they were: what was replaced is put back, what is new is removed."""
    kept: dict[Path, Path] = {}
    targets = [path.resolve() for path in paths]
    try:
        for target in targets:
            if target.is_file():
                copy = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
                _keep(target, copy)
                kept[target] = copy
        yield
    except BaseException:
        for target in targets:
            if target in kept:
                kept[target].replace(target)
            elif target.is_file():
                target.unlink()
        raise
    finally:
        for copy in kept.values():
            copy.unlink(missing_ok=True)


def _keep(path: Path, copy: Path) -> None:
    """Another name for a file; a copy where the file system knows no such thing."""
    try:
        os.link(path, copy)
    except OSError:
        shutil.copy2(path, copy)


def _remove_leftovers(root: Path, names: Iterable[str]) -> None:
    """Remove temporary files (as `whole_file` names them) of runs that were killed."""
    split = [PurePath(name) for name in names]
    leftover = re.compile("|".join(rf"\.{re.escape(p.stem)}\.[0-9a-f]{{8}}{re.escape(p.suffix)}" for p in split))
    for path in root.iterdir():
        if leftover.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _write_remotely(folder: Folder, files: Mapping[str, bytes]) -> None:
    parts = {name: str(PurePosixPath(name).with_name(f".{PurePosixPath(name).name}.part")) for name in files}
    for name in files:
        _require_place(name, folder.fs.isdir(folder.place(name)))
    for parent in dict.fromkeys(folder.place(name).rpartition("/")[0] for name in files):
        folder.fs.makedirs(parent, exist_ok=True)
    old = {name: folder.read(name) if folder.has(name) else None for name in files}
    moved: list[str] = []
    try:
        for name, data in files.items():
            folder.fs.pipe_file(folder.place(parts[name]), data)
        for name, part in parts.items():
            moved.append(name)
            folder.fs.mv(folder.place(part), folder.place(name))
    except BaseException:
        for name in moved:
            _put_back(folder, name, old[name])
        raise
    finally:
        for part in parts.values():
            if folder.has(part):
                folder.fs.rm_file(folder.place(part))


def _put_back(folder: Folder, name: str, data: bytes | None) -> None:
    if data is not None:
        folder.fs.pipe_file(folder.place(name), data)
    elif folder.has(name):
        folder.fs.rm_file(folder.place(name))
