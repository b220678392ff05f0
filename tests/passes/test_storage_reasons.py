"""Why storage stays as it is written: told in the names of the model, so that it can be mended."""

from __future__ import annotations

import pytest
from storage_cases import BEFORE, CHAIN, LEVEL, Case, Changes, Storage, more

from energyscope.backends.linopy_backend import solve
from energyscope.passes import reduce_program
from small_programs import INF
from small_programs import program as small_program

KINDS = (1, 1, 2, 1, 3, 3, 2, 1, 1, 2, 1, 3, 3, 2)
SEASONAL = Storage(False, 0.01, 0.9, 0.8, 40, 0.1)
DAILY = Storage(True, 0.01, 0.9, 0.8, 40, 0.0)
MOST = "s.t. most {s in S diff DAILY, t in T}: level[s,t] <= F[s];"
TIE = "s.t. tie {s in DAILY, (t,h,k) in MAP}: level[s,t] = hourly[s,h,k];"
SIMPLEX = 1e-7
"""Feasibility and optimality that HiGHS's simplex method stops at."""
HOUR = "1 + (t - 1) mod 4, kind[1 + (t - 1) div 4]"

SEASONAL_REASONS: dict[str, tuple[Changes, tuple[str, ...]]] = {
    "an integer level": (((LEVEL, "var level {S, T} integer >= 0;"),), ("`level` of s0: `level[s0,1]` is an integer",)),
    "losses of every period": (
        ((BEFORE, f"{BEFORE} * (1 - t / 1000)"),),
        ("`level` of s0: period 5 has another loss than period 1, the same hour of a day that is equal otherwise",),
    ),
    "inflow of every period": (
        (("eff_in[s] * fill[s,h,k]", "0.01 * t + eff_in[s] * fill[s,h,k]"),),
        ("`level` of s0: period 5 has another constant inflow than period 1",),
    ),
    "flows of every period": (
        (("var sun", "var extra {S, T} >= 0; var sun"), ("eff_in[s] * fill", "extra[s,t] + eff_in[s] * fill")),
        ("`level` of s0: its 56 periods have 56 different flows; nothing repeats by typical days",),
    ),
    "bounds of every period": (
        ((LEVEL, "var level {s in S, t in T} >= t / 1000;"),),
        ("`level` of s0: period 5 has other bounds than period 1",),
    ),
    "limits of every period": (
        ((MOST, MOST.replace("F[s]", "F[s] - t / 1000")),),
        ("`level` of s0: period 5 has another row of `most` than period 1",),
    ),
    "hours in another order on some days": (
        ((HOUR, "1 + ((t - 1) * (1 + 2 * ((1 + (t - 1) div 4) mod 2))) mod 4, 1 + (t * t div 7) mod 3"),),
        ("`level` of s0: its hours are not in order: period ", " has the flows of period "),
    ),
    "limits from hour to hour": (
        more("s.t. ramp {s in S, t in T: t > 1}: level[s,t] - level[s,t-1] <= 3;"),
        ("`level` of s0: `ramp[s0,2]` holds more than one of its levels, and so do 54 more rows",),
    ),
    "many limits on one level": (
        more("s.t. many {s in S, t in T, i in 1..9}: level[s,t] <= F[s] + i;"),
        ("`level` of s0: more than 8 rows of `many` hold `level[s0,1]`",),
    ),
    "two rows for each level": (
        ((CHAIN, f"s.t. twice {{s in S, t in T: t > 1}}: level[s,t] = level[s,t-1];\n{CHAIN}"),),
        ("`level` of s0: two rows give `level[s0,2]`: `twice[s0,2]` and `chain[s0,2,2,1]`",),
    ),
    "a gap in the chain": (
        ((CHAIN, CHAIN.replace("in MAP", "in MAP: t <> 9")),),
        ("`level` of s0: no row gives `level[s0,9]` from the level before it",),
    ),
    "time running backwards": (
        ((BEFORE, "level[s, t mod n + 1]"),),
        ("`level` of s0: its levels do not follow one another in the order of their index: `level[s0,",),
    ),
}
DAILY_REASONS: dict[str, tuple[Changes, str]] = {
    "a period that is not tied": (
        ((TIE, TIE.replace("in MAP}", "in MAP: t <> 7}")),),
        "`level` of s0: no row of `tie` ties `level[s0,7]`",
    ),
    "ties of another form": (
        ((TIE, TIE.replace("= hourly", "= 2 * hourly")),),
        "`level` of s0: `tie[s0,1,1,1]` does not say that a level equals a column",
    ),
    "an integer column": (
        (("var hourly {DAILY, H, K} >= 0", "var hourly {DAILY, H, K} integer >= 0"),),
        "`level` of s0: `hourly[s0,1,1]` is an integer variable",
    ),
    "no ties": (((TIE, ""),), "`level` of s0: no rows tie its levels to columns of typical days"),
}


@pytest.mark.parametrize("case", SEASONAL_REASONS)
def test_what_keeps_days_from_repeating_is_told(case: str) -> None:
    changes, expected = SEASONAL_REASONS[case]
    reduction = reduce_program(Case(KINDS, (SEASONAL,), 1).program(*changes))
    assert reduction.program.passes == ()
    for said in expected:
        assert said in reduction.declined["seasonal-storage"]
    assert reduction.declined["daily-storage"] == "no levels repeat by days; seasonal-storage says why"


@pytest.mark.parametrize("case", DAILY_REASONS)
def test_what_keeps_levels_from_being_columns_of_typical_days_is_told(case: str) -> None:
    changes, expected = DAILY_REASONS[case]
    reduction = reduce_program(Case(KINDS, (DAILY,), 1).program(*changes))
    assert reduction.program.passes == ("seasonal-storage",)
    assert expected in reduction.declined["daily-storage"]


def test_one_storage_that_does_not_fit_keeps_no_other_from_it() -> None:
    ramp = "s.t. ramp {t in T: t > 1}: level['s1',t] - level['s1',t-1] <= 3;"
    reduction = reduce_program(Case(KINDS, (SEASONAL, SEASONAL, DAILY), 1).program(*more(ramp)))
    assert reduction.program.passes == ("daily-storage", "seasonal-storage")
    assert reduction.declined["seasonal-storage"].startswith("`level` of s1: `ramp[2]` holds more than one")


def test_of_many_storages_three_are_named() -> None:
    changes = SEASONAL_REASONS["losses of every period"][0]
    reduction = reduce_program(Case(KINDS, (SEASONAL,) * 5, 1).program(*changes))
    assert reduction.declined["seasonal-storage"].count("another loss") == 3
    assert reduction.declined["seasonal-storage"].endswith("; and 2 more storages")


def test_a_program_without_chains_says_so() -> None:
    reduction = reduce_program(small_program([[1, 1]], [1], [INF], bounds=[(0, INF)] * 2, cost=[1, 1]))
    assert reduction.declined["daily-storage"] == reduction.declined["seasonal-storage"]
    assert "no 48 columns of a variable or more follow one another" in reduction.declined["seasonal-storage"]


def test_a_day_unlike_the_others_is_a_kind_of_its_own() -> None:
    changes = ((BEFORE, f"(if t > 4 and t <= 8 then 0.5 else 1) * {BEFORE}"),)
    program = Case(KINDS * 2, (SEASONAL,), 1).program(*changes)
    reduction = reduce_program(program)
    assert reduction.program.passes == ("seasonal-storage",)
    assert "seasonal-storage" not in reduction.declined
    assert solve(program).objective == pytest.approx(solve(program, reductions=False).objective, rel=SIMPLEX)
