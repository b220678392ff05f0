"""The next plan of a live site: what `gridq live --now` gives, for a person or a controller to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from energyscope.backends.base import ProgressCallback
from energyscope.families.btm import columns
from energyscope.families.btm.bundles.bundle import Bundle
from energyscope.families.btm.config.schemas import SCHEMA_VERSION
from energyscope.families.btm.refusals import refuse
from energyscope.families.btm.runners.rolling import Course, Planned, plan, roll
from energyscope.families.btm.runners.windows import Window
from energyscope.families.btm.series.data_rows import instant_text

SHOWN = [columns.LOAD, columns.PV, columns.IMPORT_PRICE, columns.EXPORT_PRICE]
"""What of the forecast and of the prices stands beside the flows."""


@dataclass(frozen=True, eq=False)
class NextPlan:
    """A plan from `now` on: a row a step with forecast, prices and flows.

    `soc_kwh` is the state of charge at `now`; of the steps only those before `kept_until` are meant to be carried out.
    """

    site_id: str
    now: pd.Timestamp
    kept_until: pd.Timestamp
    soc_kwh: float
    objective_gbp: float
    table: pd.DataFrame

    def to_json(self) -> dict[str, Any]:
        """The plan as a tree for JSON, instants as text."""
        steps = self.table.reset_index().to_dict("records")
        return {
            "schema_version": SCHEMA_VERSION,
            "site_id": self.site_id,
            "now": instant_text(self.now),
            "kept_until": instant_text(self.kept_until),
            "initial_soc_kwh": self.soc_kwh,
            "objective_gbp": self.objective_gbp,
            "steps": [{**each, columns.TIMESTAMP: instant_text(each[columns.TIMESTAMP])} for each in steps],
        }


def next_plan(bundle: Bundle, now: pd.Timestamp, progress: ProgressCallback | None = None) -> NextPlan:
    """The plan that the live run of a bundle makes at `now`.

    What went before is rolled and settled as in that run, so that the plan begins with its state of charge, its peaks
    and what it has used of daily limits. A site whose state is known otherwise begins its run at `now` (horizon.start,
    initial_soc_kwh, incurred_peak_kw). Raises BtmError BTM210 for an instant that no step of the run begins with.
    """
    course = Course.of(bundle)
    window = _window(course, now)
    ledger = course.ledger()
    before = [each for each in course.windows() if each.start < window.start]
    if before:
        last = before[-1]
        before[-1] = Window(last.start, window.start, last.stop)
    for _ in roll(course, ledger, before, progress):
        pass
    return _told(course, plan(course, window, ledger.state(course.terminal(window)), progress))


def _window(course: Course, now: pd.Timestamp) -> Window:
    index = course.frame.index
    if now not in index:
        span = f"{instant_text(index[0])} to {instant_text(index[-1])} in steps of {course.run.timestep_minutes} min"
        message = f"there is no step that begins at {instant_text(now)}; the run has those from {span}"
        raise refuse("BTM210", message, "give one of these instants, or extend the time series")
    return course.window(int(index.get_loc(now)))


def _told(course: Course, planned: Planned) -> NextPlan:
    index = course.frame.index
    end = index[-1] + pd.Timedelta(minutes=course.run.timestep_minutes)
    return NextPlan(
        site_id=course.site.site_id,
        now=index[planned.window.start],
        kept_until=index[planned.window.kept] if planned.window.kept < len(index) else end,
        soc_kwh=planned.state.soc_kwh,
        objective_gbp=planned.solved.objective_gbp,
        table=planned.forecast.frame[SHOWN].join(planned.flows),
    )
