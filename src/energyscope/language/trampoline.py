"""Recursion without Python's call stack.

A walk over a tree is written as a generator: `value = yield walk(child)` visits a child, `return value` answers.
`run` keeps the generators on a list, so that depth costs memory only and never meets the recursion limit.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Walk = Generator[Any, Any, Answer]


def run(walk: Walk[Answer]) -> Answer:
    """Drive a walk to its end and give its answer; an exception passes through the parents as in plain calls."""
    stack: list[Walk[Any]] = [walk]
    answer: Any = None
    failure: BaseException | None = None
    while stack:
        try:
            if failure is None:
                child = stack[-1].send(answer)
            else:
                thrown, failure = failure, None
                child = stack[-1].throw(thrown)
        except StopIteration as stop:
            stack.pop()
            answer = stop.value
        except BaseException as error:  # noqa: BLE001 - handed to the parent, raised again below the last one
            stack.pop()
            failure = error
        else:
            stack.append(child)
            answer = None
    if failure is not None:
        raise failure
    return answer
