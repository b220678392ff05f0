"""Files of a folder that are replaced together: each is old or new at any moment, and the last seals all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path, PurePath

from energyscope.atomic import whole_file
from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.refusals import refuse


def write_files(folder: Folder, files: Mapping[str, bytes]) -> None:
    """Write files under temporary names, then move them into place in quick succession, in the order given.

    A run that is killed leaves every file old or new, and hidden temporary files, which the next run removes; one that
    fails leaves neither. Raises BtmError BTM004 where the folder takes no file.
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
    root.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(root, files)
    with ExitStack() as moves:
        # A stack unwinds from its top, so that the first file is moved first.
        parts = {name: moves.enter_context(whole_file(root / name)) for name in reversed(list(files))}
        for name, data in files.items():
            with parts[name].open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())


def _remove_leftovers(root: Path, names: Iterable[str]) -> None:
    """Remove temporary files (as `whole_file` names them) of runs that were killed."""
    split = [PurePath(name) for name in names]
    leftover = re.compile("|".join(rf"\.{re.escape(p.stem)}\.[0-9a-f]{{8}}{re.escape(p.suffix)}" for p in split))
    for path in root.iterdir():
        if leftover.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _write_remotely(folder: Folder, files: Mapping[str, bytes]) -> None:
    parts = {name: folder.place(f".{name}.part") for name in files}
    folder.fs.makedirs(folder.root, exist_ok=True)
    try:
        for name, data in files.items():
            folder.fs.pipe_file(parts[name], data)
        for name, part in parts.items():
            folder.fs.mv(part, folder.place(name))
    finally:
        for part in parts.values():
            if folder.fs.exists(part):
                folder.fs.rm_file(part)
