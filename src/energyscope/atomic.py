"""Files that are written whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it takes the place of `path` when the block ends well.

    After any exception, Ctrl-C included, nothing is left behind and an older file stays as it was. A link stays a link
    to the file it names; a device or a pipe is written to as it is.
    Raises OSError, naming `path`, where it cannot be written.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file() and not target.is_dir():
        yield target
        return
    part = target.with_name(f".{target.stem[:200]}.{secrets.token_hex(4)}{target.suffix}")
    try:
        yield part
        part.replace(target)
    except OSError as failure:
        raise type(failure)(failure.errno, failure.strerror, str(path)) from failure
    finally:
        part.unlink(missing_ok=True)
