"""Small energy systems with daily and seasonal storage over repeated days, made at random, and ways to begin a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from energyscope.language.modeltext import read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.program.blocks import Program
from energyscope.translate import translate

HOURS = 4

TEXT = """
param n; set T := 1..n; set H := 1..%d; set K; set D := 1..n div %d;
param kind {D};
set MAP := setof {t in T} (t, 1 + (t - 1) mod %d, kind[1 + (t - 1) div %d]);
set S; set DAILY within S;
param loss {S}; param eff_in {S}; param eff_out {S}; param size {S}; param floor {S} default 0;
param demand {H, K}; param available {H, K}; param price {H, K};
param weight {k in K} := card({d in D: kind[d] = k});
var level {S, T} >= 0; var hourly {DAILY, H, K} >= 0;
var fill {S, H, K} >= 0; var draw {S, H, K} >= 0;
var F {s in S} >= 0, <= size[s]; var sun >= 0, <= 4; var buy {H, K} >= 0;
minimize cost: sum {k in K, h in H} weight[k] * price[h,k] * buy[h,k] + 3 * sun + sum {s in S} 0.7 * F[s];
s.t. balance {h in H, k in K}:
    buy[h,k] + available[h,k] * sun + sum {s in S} (draw[s,h,k] - fill[s,h,k]) = demand[h,k];
s.t. chain {s in S, (t,h,k) in MAP}:
    level[s,t] = (if t = 1 then level[s,n] else level[s,t-1]) * (1 - loss[s])
        + eff_in[s] * fill[s,h,k] - draw[s,h,k] / eff_out[s];
s.t. tie {s in DAILY, (t,h,k) in MAP}: level[s,t] = hourly[s,h,k];
s.t. most_hourly {s in DAILY, h in H, k in K}: hourly[s,h,k] <= F[s];
s.t. most {s in S diff DAILY, t in T}: level[s,t] <= F[s];
s.t. least {s in S diff DAILY, t in T: floor[s] > 0}: F[s] * floor[s] <= level[s,t];
s.t. speed {s in S, h in H, k in K}: fill[s,h,k] + draw[s,h,k] <= F[s] / 2;
data;
param n := %d;
set K := %s;
param kind := %s;
set S := %s; set DAILY := %s;
param : loss eff_in eff_out size floor := %s;
param : demand available price := %s;
""".replace("%d", str(HOURS), 4)


@dataclass(frozen=True)
class Storage:
    """Losses an hour, efficiencies, largest size, and least level as a share of the size."""

    daily: bool
    loss: float
    eff_in: float
    eff_out: float
    size: float
    floor: float


@dataclass(frozen=True)
class Case:
    """Kinds of the days in order, storages, and demand, availability and price of every hour of a kind."""

    kinds: tuple[int, ...]
    storages: tuple[Storage, ...]
    seed: int

    def program(self, *changes: tuple[str, str]) -> Program:
        """The program, row by row for every period; `changes` are made in its text."""
        generator = np.random.default_rng(self.seed)
        kinds = sorted(set(self.kinds))
        names = [f"s{number}" for number in range(len(self.storages))]
        hourly = [
            f"{h} {k} {generator.uniform(0.5, 2):.3f} {generator.choice([0, 0.3, 1])} {generator.uniform(1, 9):.3f}"
            for h in range(1, HOURS + 1)
            for k in kinds
        ]
        text = TEXT % (
            HOURS * len(self.kinds),
            " ".join(map(str, kinds)),
            " ".join(f"{d} {k}" for d, k in enumerate(self.kinds, 1)),
            " ".join(names),
            " ".join(name for name, s in zip(names, self.storages, strict=True) if s.daily),
            " ".join(
                f"{name} {s.loss} {s.eff_in} {s.eff_out} {s.size} {0 if s.daily else s.floor}"
                for name, s in zip(names, self.storages, strict=True)
            ),
            " ".join(hourly),
        )
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        model = read_model([("mod", Source("storage.mod", text))])
        return translate(model, ModelData.from_text(model)).program


storages = st.builds(
    Storage,
    st.booleans(),
    st.sampled_from([0.0, 0.01, 0.2]),
    st.sampled_from([1.0, 0.9]),
    st.sampled_from([1.0, 0.8]),
    st.sampled_from([0.5, 3.0, 40.0]),
    st.sampled_from([0.0, 0.0, 0.1]),
)
cases = st.builds(
    Case,
    st.lists(st.integers(1, 3), min_size=14, max_size=20).map(tuple),
    st.lists(storages, min_size=1, max_size=3).map(tuple),
    st.integers(0, 10_000),
)

CHAIN = "s.t. chain {s in S, (t,h,k) in MAP}:"
BEFORE = "(if t = 1 then level[s,n] else level[s,t-1])"
LEVEL = "var level {S, T} >= 0;"
FLOW = """ * (1 - loss[s])
        + eff_in[s] * fill[s,h,k] - draw[s,h,k] / eff_out[s];"""
DATA = "data;"

Changes = tuple[tuple[str, str], ...]


def first_level(value: str) -> Changes:
    """A level before the first period that is an expression."""
    return ((BEFORE, f"(if t = 1 then {value} else level[s,t-1])"),)


def more(*rows: str) -> Changes:
    """More constraints."""
    return ((DATA, "\n".join(rows) + f"\n{DATA}"),)


OWN_COLUMN = ((LEVEL, "var level {S, 0..n} >= 0;"), (BEFORE, "level[s,t-1]"))
STARTS: dict[str, Changes] = {
    "closed": (),
    "given": first_level("0.3 * size[s]"),
    "half full": first_level("0.5 * F[s]"),
    "empty": first_level("0"),
    "free": ((CHAIN, f"{CHAIN[:-2]}: t > 1}}:"), (BEFORE, "level[s,t-1]")),
    "a row of its own": (
        (
            CHAIN,
            f"s.t. first {{s in S, (t,h,k) in MAP: t = 1}}: level[s,1] = 0.4 * size[s]{FLOW}\n{CHAIN[:-2]}: t > 1}}:",
        ),
        (BEFORE, "level[s,t-1]"),
    ),
    "a column of its own": (*OWN_COLUMN, *more("s.t. begin {s in S}: level[s,0] <= F[s];")),
    "a column equal to the last": (*OWN_COLUMN, *more("s.t. again {s in S}: level[s,0] = level[s,n];")),
    "at the beginning of periods": (
        (f"level[s,t] = {BEFORE}", "(if t = n then level[s,1] else level[s,t+1]) = level[s,t]"),
    ),
}
ENDS: dict[str, Changes] = {
    "nothing": (),
    "at least the first": more("s.t. last {s in S}: level[s,n] >= level[s,1];"),
    "at least a number": more("s.t. last {s in S}: level[s,n] >= 0.2 * size[s];"),
    "half full": more("s.t. last {s in S}: level[s,n] = 0.5 * F[s];"),
    "what is left is worth something": (("+ 3 * sun", "+ 3 * sun - sum {s in S} 0.3 * level[s,n]"),),
    "levels cost": (("+ 3 * sun", "+ 3 * sun + sum {s in S, t in T} 0.01 * (1 + t mod 3) * level[s,t]"),),
    "an upper bound in one period": more("s.t. once {s in S}: level[s,9] <= 0.4 * size[s];"),
    "losses by hour and kind of day": (("(1 - loss[s])", "(1 - loss[s] * (h + k) / 7)"),),
    "limits on daily storage, too": (("s.t. most {s in S diff DAILY, t in T}", "s.t. most {s in S, t in T}"),),
}
