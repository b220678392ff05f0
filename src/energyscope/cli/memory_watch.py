"""Ends a run before it takes more memory than it may."""

from __future__ import annotations

import _thread
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from energyscope import memory
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError

POLL_SECONDS = 0.1
"""Pause between looks at the memory: a process fills well under a gigabyte in it."""
BEYOND = 1.15
"""Times the limit at which a run that does not hear an interrupt, deep in a library, is ended at once."""

LastWords = Callable[[Diagnostic], None]


@contextmanager
def within_memory(limit: int | None, last_words: LastWords) -> Iterator[None]:
    """Within the block this process keeps to so many bytes, by default to most of what is free now.

    `last_words` is called where it must be ended at once, with exit code 4.
    Raises EnergyscopeError `memory` where it comes to more.
    """
    held = memory.resident()
    if held is None or not memory.room() < float("inf"):
        with memory.limited_to(limit):
            yield
        return
    watch = _Watch(held + int(memory.room()) if limit is None else limit, last_words)
    if held > watch.limit:
        raise EnergyscopeError(_too_much(held, watch.limit))
    watch.start()
    try:
        with memory.limited_to(limit):
            yield
    except KeyboardInterrupt:
        if watch.exceeded is None:
            raise
        raise EnergyscopeError(watch.exceeded) from None
    finally:
        watch.over.set()


class _Watch(threading.Thread):
    """Looks at the memory of this process now and then."""

    def __init__(self, limit: int, last_words: LastWords) -> None:
        super().__init__(name="memory", daemon=True)
        self.limit = limit
        self.last_words = last_words
        self.over = threading.Event()
        self.exceeded: Diagnostic | None = None

    def run(self) -> None:
        """Interrupt the main thread at the limit, end the process further on."""
        while not self.over.wait(POLL_SECONDS):
            held = memory.resident() or 0
            if self.exceeded is None and held > self.limit:
                self.exceeded = _too_much(held, self.limit)
                _thread.interrupt_main()
            elif self.exceeded is not None and held > BEYOND * self.limit:
                self.last_words(self.exceeded)
                os._exit(4)


def _too_much(held: int, limit: int) -> Diagnostic:
    message = f"the run takes {memory.shown(held)} of memory, {memory.shown(limit)} are allowed"
    help = "use smaller sets or fewer periods, close other programs, or allow more with `--max-memory`"
    return Diagnostic("memory", "error", None, message, help)
