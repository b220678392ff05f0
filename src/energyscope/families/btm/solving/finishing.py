"""The answer of a solver to the last digit: solution files have six digits, the checks of a dispatch ask for more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from energyscope.backends.base import OptionValue
from energyscope.backends.highs import Arrays, Outcome, Watch, load_arrays, run, set_options
from energyscope.modeldata.symbols import Values

DIGITS = 1e-5
"""What values, and the cost, may be off by, relative to 1 and their size: the sixth digit, rounded."""


def finished(arrays: Arrays, answer: Outcome, options: Mapping[str, OptionValue], watch: Watch) -> Outcome:
    """The optimum with the binaries of an answer, near which the simplex method of HiGHS begins.

    It first stays within the digits of the answer, then goes on without that limit: hardly a step where the answer is
    right. What it finds holds to its own tolerance, and proves a linear program optimal. An answer that costs otherwise
    is an error. The bound of a program with binaries is the solver's own. `options` are those of
    HiGHS.
    """
    if answer.primal is None:
        return answer
    exact = _fixed(arrays, answer.primal)
    outcome = _from_near(exact, answer.primal, options, watch)
    if outcome.status != "optimal" or outcome.primal is None:
        told = f"{answer.message}; with its digits made good: {outcome.message}"
        return replace(answer, status="time_limit" if outcome.status == "time_limit" else "error", message=told)
    claimed = float(arrays.cost @ answer.primal)
    if abs(outcome.objective - claimed) > DIGITS * (1.0 + float(np.abs(arrays.cost * answer.primal).sum())):
        told = f"{answer.message} at {claimed:.9g}; HiGHS finds {outcome.objective:.9g} from there"
        return replace(answer, status="error", message=told)
    iterations = {**answer.iterations, **outcome.iterations}
    return replace(outcome, message=answer.message, iterations=iterations, bound=answer.bound)


def _fixed(arrays: Arrays, primal: Values) -> Arrays:
    """The linear program that whole numbers leave."""
    whole = np.round(primal)
    return replace(
        arrays,
        lower=np.where(arrays.integer, whole, arrays.lower),
        upper=np.where(arrays.integer, whole, arrays.upper),
        integer=np.zeros_like(arrays.integer),
    )


def _from_near(arrays: Arrays, primal: Values, options: Mapping[str, OptionValue], watch: Watch) -> Outcome:
    """The optimum of a linear program by way of the best point within the digits of another."""
    reach = DIGITS * (1.0 + np.abs(primal))
    near = np.clip(primal, arrays.lower, arrays.upper)
    lower, upper = np.maximum(arrays.lower, near - reach), np.minimum(arrays.upper, near + reach)
    highs = load_arrays(replace(arrays, lower=lower, upper=upper))
    set_options(highs, options)
    run(highs, watch)
    columns = np.arange(len(lower), dtype=np.int32)
    highs.changeColsBounds(len(columns), columns, arrays.lower, arrays.upper)
    return run(highs, watch)
