"""The same function on many jobs: here, in processes of this machine, or by a Dask scheduler.

Jobs are independent and their results come in the order of the jobs, so that nothing depends on where they were done.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from multiprocessing import active_children, get_context
from threading import current_thread, main_thread
from time import perf_counter
from typing import Any, TypeVar

from energyscope.backends.base import BackendError, Progress, ProgressCallback, backend_error
from energyscope.families.btm.refusals import refuse
from energyscope.language.diagnostics import Diagnostic, EnergyscopeError

Common = TypeVar("Common")
Job = TypeVar("Job")
Result = TypeVar("Result")

CONNECT_SECONDS = 4.0
"""How long a Dask scheduler may take to answer."""


@dataclass(frozen=True)
class Place:
    """Where jobs are done: in so many processes of this machine, or at the address of a Dask scheduler."""

    workers: int = 1
    dask: str | None = None


@dataclass(frozen=True)
class _Failed:
    """An error on its way from one process to another: exceptions travel by their text, and would lose the rest."""

    error: type[EnergyscopeError]
    diagnostics: tuple[Diagnostic, ...]


def results(
    function: Callable[[Common, Job], Result],
    common: Common,
    jobs: Sequence[Job],
    place: Place,
    progress: ProgressCallback | None = None,
) -> Iterator[Result]:
    """`function(common, job)` for each job, in their order; `function` is one of a module, so that it can be sent.

    `progress` is told the number of each job that is done. The first error of a job is raised. Raises BackendError
    where the Dask scheduler cannot be used, BtmError BTM303 where a worker was ended from outside.
    """
    began = perf_counter()
    for number, each in enumerate(_answers(function, common, jobs, place), start=1):
        if isinstance(each, _Failed):
            raise each.error(each.diagnostics)
        if progress is not None:
            progress(Progress("solve", perf_counter() - began, iteration=number))
        yield each


def _answers(
    function: Callable[[Common, Job], Result], common: Common, jobs: Sequence[Job], place: Place
) -> Iterator[Result | _Failed]:
    if place.dask is not None:
        yield from _by_dask(function, common, jobs, place.dask)
    elif min(place.workers, len(jobs)) > 1:
        yield from _by_processes(function, common, jobs, min(place.workers, len(jobs)))
    else:
        yield from (_answer(function, common, job) for job in jobs)


def _answer(function: Callable[[Common, Job], Result], common: Common, job: Job) -> Result | _Failed:
    try:
        return function(common, job)
    except EnergyscopeError as failure:
        return _Failed(type(failure), failure.diagnostics)


_given: list[Any] = []
"""In a worker process: the function and what is common to all jobs, sent once."""


def _receive(function: Callable[[Any, Any], Any], common: object) -> None:
    _given[:] = [function, common]


def _answer_given(job: object) -> Any:
    function, common = _given
    return _answer(function, common, job)


class _Queue:
    """Jobs that this process and a pool of others take one by one, and their answers.

    An executor's own queue would hand jobs to a process that is still starting, or busy.
    """

    def __init__(self, jobs: Sequence[Any], pool: ProcessPoolExecutor) -> None:
        self.answers: list[Future[Any]] = [Future() for _ in jobs]
        self._waiting = deque(enumerate(jobs))
        self._pool = pool

    def take(self) -> tuple[int, Any] | None:
        """The next job with its place; None when all are taken."""
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def send(self) -> None:
        """Have the pool do the next job; whoever is done with one gets another."""
        taken = self.take()
        if taken is not None:
            self._pool.submit(_answer_given, taken[1]).add_done_callback(partial(self._received, taken[0]))

    def _received(self, place: int, done: Future[Any]) -> None:
        if done.cancelled():
            return
        if (failure := done.exception()) is not None:
            self.answers[place].set_exception(failure)
            return
        self.answers[place].set_result(done.result())
        with suppress(RuntimeError):  # the pool may be shutting down
            self.send()


def _by_processes(
    function: Callable[[Common, Job], Result], common: Common, jobs: Sequence[Job], workers: int
) -> Iterator[Result | _Failed]:
    """This process works, too: from the first moment on, while the others need a second to start."""
    with _pool(function, common, workers - 1) as pool:
        queue = _Queue(jobs, pool)
        with _deaf_children():
            for _ in range(workers - 1):
                queue.send()
        told = 0
        while (taken := queue.take()) is not None:
            queue.answers[taken[0]].set_result(_answer(function, common, taken[1]))
            while told < len(jobs) and queue.answers[told].done():
                yield queue.answers[told].result()
                told += 1
        yield from (each.result() for each in queue.answers[told:])


@contextmanager
def _pool(function: Callable[[Any, Any], Any], common: object, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes (spawn): a fork of a process with threads, as solvers and numpy have them, may hang."""
    others = set(active_children())
    with ExitStack() as ending:
        pool = ProcessPoolExecutor(workers, get_context("spawn"), _receive, (function, common))
        ending.callback(pool.shutdown, wait=True, cancel_futures=True)
        try:
            yield pool
        except BrokenProcessPool as failure:
            message = "a worker process was ended before its answer was there"
            raise refuse("BTM303", message, "was memory short? Try fewer with `--workers`") from failure
        except (KeyboardInterrupt, GeneratorExit):
            # nobody waits for the jobs that still run
            for worker in set(active_children()) - others:
                worker.terminate()
            raise


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes that start in the block do not hear Ctrl-C, and their start is not torn by it.

    The one that started them hears it behind the block. What is blocked stays blocked in new processes; a signal may
    still come by a thread that is older, so it is also noted instead of raised meanwhile.
    """
    if sys.platform == "win32" or current_thread() is not main_thread():
        yield
        return
    noted: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    if noted:
        raise KeyboardInterrupt


def _by_dask(
    function: Callable[[Common, Job], Result], common: Common, jobs: Sequence[Job], address: str
) -> Iterator[Result | _Failed]:
    try:
        distributed = import_module("distributed")
    except ImportError as missing:
        raise _no_dask(address, "dask is not installed", "pip install 'energyscope-linopy[dask]'") from missing
    try:
        with ThreadPoolExecutor(1) as aside:  # a notebook has a loop of its own in this thread
            aside.submit(asyncio.run, _knock(distributed, address)).result()
        with distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False) as client:
            sent = client.scatter(common, broadcast=True, hash=False)
            futures = [client.submit(_answer, function, sent, job, pure=False) for job in jobs]
            yield from (future.result() for future in futures)
    except (OSError, ValueError, distributed.KilledWorker) as failure:
        raise _no_dask(address, str(failure), "start `dask scheduler` and `dask worker` with this version") from failure


async def _knock(distributed: Any, address: str) -> None:
    """See whether anybody answers: a client that fails to connect tries on in its destructor. Raises OSError."""
    security = distributed.Security().get_connection_args("client")
    door = await distributed.comm.connect(address, timeout=CONNECT_SECONDS, **security)
    await door.close()


def _no_dask(address: str, reason: str, help: str) -> BackendError:
    return backend_error("dask", f"the Dask scheduler at {address} cannot be used: {reason}", help)
