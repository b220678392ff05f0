"""Work in Python does not grow with the data: only arrays do."""

from __future__ import annotations

import sys
from types import FrameType

from energyscope.language.modeltext import ModelText, read_model
from energyscope.language.source import Source
from energyscope.modeldata.model_data import ModelData
from energyscope.translate import translate

STORAGE = """
param last;
set T := 1..last;
set H := 1..24;
set D := 1..last div 24;
set MAP dimen 3 := setof {t in T} (t, 1 + (t - 1) mod 24, 1 + (t - 1) div 24);
set HOUR {t in T} := setof {h in H, d in D: (t,h,d) in MAP} h;
set DAY {t in T} := setof {h in H, d in D: (t,h,d) in MAP} d;
set S := {'tank', 'pond'};
param loss {s in S} := if s = 'tank' then 0.01 else 0;
param price {h in H, d in D} := 1 + (h + d) mod 7;
param grown {t in 0..3} := if t = 0 then 1 else grown[t-1] * 2;
var level {S, T} >= 0;
var fill {S, H, D} >= 0, <= 5;
minimize cost: sum {s in S, t in T, h in HOUR[t], d in DAY[t]} price[h,d] * fill[s,h,d];
s.t. balance {s in S, t in T, h in HOUR[t], d in DAY[t]}:
    level[s,t] = (if t = 1 then level[s,last] else level[s,t-1]) * (1 - loss[s]) + fill[s,h,d] - grown[3] / 8;
s.t. most {s in S, t in T: t mod 2 = 0}: level[s,t] <= 10;
data;
param last := %d;
"""


def calls_of_translation(periods: int) -> tuple[int, int]:
    """Python calls made while a model of some periods is translated, and the rows it has."""
    text: ModelText = read_model([("mod", Source("storage.mod", STORAGE % periods))])
    data = ModelData.from_text(text)
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        translation = translate(text, data)
    finally:
        sys.setprofile(None)
    return calls, translation.program.n_rows


def test_ten_times_the_periods_take_no_more_python_calls() -> None:
    calls_of_translation(2400)  # so many entries bring scipy along, whose import is not counted
    small, few_rows = calls_of_translation(240)
    large, many_rows = calls_of_translation(2400)
    assert many_rows == 10 * few_rows
    assert large <= 1.05 * small
