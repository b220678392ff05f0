"""Settlement of plans: rules by hand, laws for any plan and truth, and a step-by-step settlement beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.families.btm import columns
from energyscope.families.btm.program.inputs import ReserveService, Storage
from energyscope.families.btm.runners.settlement import Equipment, settle

ROUNDED = 1e-8
"""kW and kWh: values within 1e-9 are put on a bound, and states are told apart only by more than 1e-10."""
BOUGHT, E, C, D, S, K, F = columns.DISPATCH


def storage(**changed: Any) -> Storage:
    usual: dict[str, Any] = {
        "eta_charge": 1.0,
        "eta_discharge": 1.0,
        "retention": 1.0,
        "soc_min": 0.0,
        "soc_max": 10.0,
        "soc_initial": 0.0,
        "max_charge": 5.0,
        "max_discharge": 5.0,
        "wear_cost": 0.0,
        "terminal_value": 0.0,
        "terminal_min": -np.inf,
        "terminal_max": np.inf,
        "grid_charging": True,
        "battery_export": True,
        "daily_discharge_max": np.array([np.inf]),
    }
    return Storage(**{**usual, **changed})


def plant(battery: Storage | None = None, **changed: Any) -> Equipment:
    usual: dict[str, Any] = {
        "dt": 1.0,
        "import_limit": np.inf,
        "export_limit": np.inf,
        "curtailable": True,
        "services": (),
    }
    return Equipment(**{**usual, "battery": battery or storage(), **changed})


def plan_of(steps: int = 1, **flows: Any) -> pd.DataFrame:
    index = pd.date_range("2025-06-01", periods=steps, freq="h", tz="UTC", name="timestamp")
    names = {"i": BOUGHT, "e": E, "c": C, "d": D, "soc": S, "k": K, "f": F}
    given = {names.get(name, name): values for name, values in flows.items()}
    return pd.DataFrame({**dict.fromkeys(columns.DISPATCH, 0.0), **given}, index=index, dtype=float)


def settled(plan: pd.DataFrame, load: Any, pv: Any, where: Equipment, soc: float = 0.0) -> dict[str, list[float]]:
    broad = [np.broadcast_to(np.asarray(each, dtype=float), (len(plan),)) for each in (load, pv)]
    found = settle(plan, *broad, where, soc)
    assert list(found.columns) == list(plan.columns)
    return {name: [round(value, 9) for value in found[name]] for name in found}


def test_the_grid_absorbs_what_the_forecast_missed() -> None:
    found = settled(plan_of(2, i=[4, 0], e=[0, 2], c=[1, 0], d=[0, 2], soc=[3, 1]), [6, 3], [1, 7], plant(), 2)
    assert (found[BOUGHT], found[E], found[S]) == ([6, 0], [0, 6], [3, 1])


def test_flex_is_cut_to_the_load_and_charge_to_the_pv() -> None:
    green = plant(storage(grid_charging=False))
    found = settled(plan_of(f=3, c=4, soc=4), 2, 1, green)
    assert (found[F], found[C], found[S], found[BOUGHT], found[E]) == ([2], [1], [1], [0], [0])


def test_a_battery_that_may_not_export_follows_the_load() -> None:
    found = settled(plan_of(i=1, d=4, soc=1), 2, 0, plant(storage(battery_export=False)), 5)
    assert (found[D], found[E], found[S]) == ([2], [0], [3])


def test_import_above_the_limit_charges_less_then_discharges_then_breaches() -> None:
    limited = plant(import_limit=10.0)
    assert settled(plan_of(i=10, c=3, soc=7), 8, 0, limited, 4)[C] == [2]
    found = settled(plan_of(i=10, c=3, soc=7), 12, 0, limited, 4)
    assert (found[C], found[D], found[S], found[BOUGHT]) == ([0], [2], [2], [10])
    found = settled(plan_of(i=10, c=3, soc=7), 20, 0, limited, 4)
    assert (found[C], found[D], found[S], found[BOUGHT]) == ([0], [4], [0], [16])
    found = settled(plan_of(i=10, c=3, soc=9), 20, 0, limited, 6)
    assert (found[D], found[S], found[BOUGHT]) == ([5], [1], [15])


def test_export_above_the_limit_spills_then_discharges_less() -> None:
    limited = plant(export_limit=4.0)
    found = settled(plan_of(e=4, d=3, soc=2), 2, 6, limited, 5)
    assert (found[K], found[D], found[E]) == ([3], [3], [4])
    found = settled(plan_of(e=4, d=5, soc=2), 0, 0.5, limited, 7)
    assert (found[K], found[D], found[S], found[E]) == ([0.5], [4], [3], [4])
    rigid = plant(export_limit=4.0, curtailable=False)
    found = settled(plan_of(e=4, d=3, soc=2), 2, 6, rigid, 5)
    assert (found[K], found[D], found[E]) == ([0], [0], [4])


def test_pv_spilt_by_plan_holds_the_planned_exchange() -> None:
    """Where exporting costs money the plan spills: as much as keeps the meter at what was planned, no more."""
    plan = plan_of(3, k=[5, 5, 5])
    assert settled(plan, 3, [8, 6, 2], plant())[K] == [5, 3, 0]
    assert settled(plan, 3, [8, 6, 2], plant())[BOUGHT] == [0, 0, 1]


def test_an_emptier_battery_discharges_less_later() -> None:
    plan = plan_of(3, c=[4, 0, 0], d=[0, 2, 2], soc=[4, 2, 0])
    found = settled(plan, 1, [3, 0, 0], plant(storage(grid_charging=False)))
    assert (found[C], found[D], found[S]) == ([3, 0, 0], [0, 2, 1], [3, 1, 0])
    assert (found[BOUGHT], found[E]) == ([1, 0, 0], [0, 1, 0])


def test_standing_losses_never_undercut_the_lower_bound() -> None:
    leaky = plant(storage(retention=0.5, soc_min=2.0, grid_charging=False))
    found = settled(plan_of(2, c=1, soc=2), 3, [1, 0], leaky, 2)
    assert (found[C], found[S], found[BOUGHT]) == ([1, 1], [2, 2], [3, 4])


def test_a_site_without_battery() -> None:
    idle = storage(soc_max=0.0, max_charge=0.0, max_discharge=0.0)
    found = settled(plan_of(i=2, f=1), 3, 0.5, plant(idle, import_limit=1.0))
    assert (found[BOUGHT], found[F], found[S]) == ([1.5], [1], [0])


def test_reserve_is_cut_to_what_the_battery_had() -> None:
    price = np.zeros(1)
    services = (
        ReserveService("a", "up", price, 5.0, 1.0),
        ReserveService("b", "up", price, 5.0, 2.0),
        ReserveService("c", "down", price, 9.0, 0.5),
    )
    flows = {"service_a_kw": 2.0, "service_b_kw": 2.0, "service_c_kw": 9.0}
    found = settled(plan_of(i=4, soc=6, **flows), 4, 0, plant(services=services, import_limit=9.0), 3)
    assert found["service_a_kw"] == found["service_b_kw"] == [1]  # 1 h + 2 h of 1 kW are the 3 kWh in store
    assert found["service_c_kw"] == [5]  # no more than the power to charge


STEPS = 6
kw = st.floats(0, 12).map(lambda value: round(value, 3))
series = st.lists(kw, min_size=STEPS, max_size=STEPS)


@st.composite
def settlements(draw: st.DrawFn) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, Equipment, float]:
    """A plan that charges or discharges within the power of the battery, whatever it says of the rest, and a truth."""
    battery = storage(
        eta_charge=draw(st.sampled_from([1.0, 0.9])),
        eta_discharge=draw(st.sampled_from([1.0, 0.8])),
        retention=draw(st.sampled_from([1.0, 0.95])),
        soc_min=draw(st.sampled_from([0.0, 1.5])),
        grid_charging=draw(st.booleans()),
        battery_export=draw(st.booleans()),
    )
    limit = st.sampled_from([np.inf, 8.0, 0.0])
    where = plant(battery, import_limit=draw(limit), export_limit=draw(limit), curtailable=draw(st.booleans()))
    ways = np.array(draw(st.lists(st.floats(-5, 5), min_size=STEPS, max_size=STEPS)))
    flows = {name: draw(series) for name in ("i", "e", "k", "f")}
    plan = plan_of(STEPS, c=np.maximum(ways, 0), d=np.maximum(-ways, 0), soc=draw(series), **flows)
    return plan, np.array(draw(series)), np.array(draw(series)), where, draw(st.floats(battery.soc_min, 10))


@given(settlements())
@settings(deadline=None, max_examples=60)
def test_laws_hold_for_any_plan_and_truth(drawn: tuple[pd.DataFrame, np.ndarray, np.ndarray, Equipment, float]) -> None:
    plan, load, pv, where, soc = drawn
    found = settle(plan, load, pv, where, soc)
    battery = where.battery
    i, e, c, d, s, k, f = (found[name].to_numpy() for name in columns.DISPATCH)
    before = np.concatenate([[soc], s[:-1]])
    assert np.abs(load - f + c + e - (pv - k + d + i)).max() < ROUNDED
    assert np.abs(s - battery.retention * before - battery.eta_charge * c + d / battery.eta_discharge).max() < ROUNDED
    assert found.to_numpy().min() >= 0
    assert s.min() >= battery.soc_min - ROUNDED
    assert s.max() <= battery.soc_max + ROUNDED
    assert (np.minimum(i, e) == 0).all()
    assert (c <= battery.max_charge).all() and (d <= battery.max_discharge + ROUNDED).all()
    assert (f <= np.minimum(plan[F], load)).all()
    assert (k <= (pv if where.curtailable else 0)).all()
    holds = np.maximum(battery.soc_min - battery.retention * before, 0) / battery.eta_charge
    if not battery.grid_charging:
        assert (c <= np.maximum(pv - k, holds) + ROUNDED).all()
    if not battery.battery_export:
        assert (e <= pv - k + ROUNDED).all()


@given(settlements())
@settings(deadline=None, max_examples=60)
def test_a_limit_is_only_passed_where_nothing_is_left_to_do(
    drawn: tuple[pd.DataFrame, np.ndarray, np.ndarray, Equipment, float],
) -> None:
    plan, load, pv, where, soc = drawn
    found = settle(plan, load, pv, where, soc)
    battery = where.battery
    i, e, c, d, s, k, _ = (found[name].to_numpy() for name in columns.DISPATCH)
    empty, full = s <= battery.soc_min + ROUNDED, s >= battery.soc_max - ROUNDED
    breach = i > where.import_limit + ROUNDED
    assert (empty | ((c < ROUNDED) & (d >= battery.max_discharge - ROUNDED)))[breach].all()
    beyond = e > where.export_limit + ROUNDED
    spilt = k >= pv - ROUNDED if where.curtailable else np.ones(len(k), dtype=bool)
    charging = np.zeros(len(k), dtype=bool) if battery.grid_charging else c >= pv - k - ROUNDED
    assert (spilt | charging)[beyond].all()
    assert (full | (d < ROUNDED))[beyond].all()


@given(settlements())
@settings(deadline=None, max_examples=60)
def test_all_steps_at_once_are_one_step_after_another(
    drawn: tuple[pd.DataFrame, np.ndarray, np.ndarray, Equipment, float],
) -> None:
    """The state of charge is the only thing that steps hand on: settling them one by one must give the same."""
    plan, load, pv, where, soc = drawn
    together = settle(plan, load, pv, where, soc)
    singles = []
    for step in range(len(plan)):
        one = slice(step, step + 1)
        singles.append(settle(plan.iloc[one], load[one], pv[one], where, soc))
        soc = float(singles[-1][S].iloc[0])
    pd.testing.assert_frame_equal(together, pd.concat(singles), rtol=0, atol=ROUNDED, check_freq=False)
