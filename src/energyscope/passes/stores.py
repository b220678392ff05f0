"""The columns that stand for a chain of levels: levels of typical days, their widths, starts of runs of equal days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from energyscope.modeldata.symbols import Values
from energyscope.passes.chains import Chain
from energyscope.passes.flat import Flat, Ints


@dataclass(frozen=True)
class Runs:
    """Stretches of days of one kind: first and last day of each, and the run of every day."""

    first: Ints
    last: Ints
    of_day: Ints

    @classmethod
    def of(cls, kind: Ints) -> Runs:
        """The runs of days of some kinds."""
        begins = np.concatenate([[True], kind[1:] != kind[:-1]])
        first = np.flatnonzero(begins)
        return cls(first, np.concatenate([first[1:], [len(kind)]]) - 1, np.cumsum(begins) - 1)

    @property
    def longer(self) -> Ints:
        """The runs of more than one day."""
        return np.flatnonzero(self.last > self.first)


@dataclass(frozen=True)
class Store:
    """The new columns of one chain: V (kinds, H + 1), W (kinds), U of the first and of the last day of each run."""

    chain: Chain
    runs: Runs
    level: Ints
    width: Ints
    at_first: Ints
    at_last: Ints

    @property
    def decay(self) -> Values:
        """R[k,h], shape (kinds, H + 1)."""
        retention = self.chain.by_kind(self.chain.retention)
        return np.concatenate([np.ones((len(retention), 1)), np.cumprod(retention, axis=1)], axis=1)

    def levels(self, columns: int) -> sp.csr_array:
        """Every level as a sum of the new columns; from the first day of its run the start of day n has gone to

        V[k,0] + R[H]^n U + (1 + R[H] + … + R[H]^(n-1)) (V[k,H] - V[k,0]).
        """
        chain, runs = self.chain, self.runs
        hours, kind = chain.day_length, np.repeat(chain.kind, chain.day_length)
        decay = self.decay
        power, sums = geometric(decay[chain.kind, hours], np.arange(chain.days) - runs.first[runs.of_day])
        reach = decay[chain.kind, 1:]
        period = np.arange(chain.periods)
        column = [
            self.level[chain.kind, 1:].ravel(),
            self.at_first[np.repeat(runs.of_day, hours)],
            self.level[kind, hours],
            self.level[kind, 0],
        ]
        moved = (reach * sums[:, None]).ravel()
        value = [np.ones(chain.periods), (reach * power[:, None]).ravel(), moved, -moved]
        place = (np.tile(period, len(column)), np.concatenate(column))
        return sp.csr_array(sp.coo_array((np.concatenate(value), place), shape=(chain.periods, columns)))


def with_store(flat: Flat, chain: Chain, name: str) -> tuple[Flat, Store]:
    """The program with the columns for a chain."""
    runs = Runs.of(chain.kind)
    lowest = _lowest_levels(flat, chain)
    flat, level = flat.with_columns(f"{name} level", lowest.ravel(), np.full(lowest.size, np.inf))
    flat, width = _with_nonnegative(flat, f"{name} width", len(lowest))
    flat, at_first = _with_nonnegative(flat, f"{name} start", len(runs.first))
    flat, extra = _with_nonnegative(flat, f"{name} last start", len(runs.longer))
    at_last = at_first.copy()
    at_last[runs.longer] = extra
    return flat, Store(chain, runs, level.reshape(lowest.shape), width, at_first, at_last)


def _lowest_levels(flat: Flat, chain: Chain) -> Values:
    """Lower bounds of V; at the start of a kind that of the levels that its days begin with."""
    start = np.full(len(chain.first_day), np.inf)
    np.minimum.at(start, chain.kind, flat.lower[chain.previous[:: chain.day_length]])
    return np.concatenate([start[:, None], chain.by_kind(flat.lower[chain.levels])], axis=1)


def _with_nonnegative(flat: Flat, name: str, count: int) -> tuple[Flat, Ints]:
    return flat.with_columns(name, np.zeros(count), np.full(count, np.inf))


def geometric(ratio: Values, steps: Ints) -> tuple[Values, Values]:
    """ratio^n and 1 + ratio + … + ratio^(n-1)."""
    power = ratio**steps
    near_one = np.abs(1.0 - ratio) < 1e-12
    sums = np.where(near_one, steps, (1.0 - power) / np.where(near_one, 1.0, 1.0 - ratio))
    return power, sums
