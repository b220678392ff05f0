"""Pictures of money: the bill by component, and the cash flows of an investment."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from energyscope.families.btm.accounts.bill import COMPONENTS, TOTAL
from energyscope.plots.btm.style import AFTER, BEFORE, CHEAPER, DEARER, FAINT, INK, WIDTH, Picture, by_series
from energyscope.plots.btm.wording import component, money
from energyscope.plots.btm.written import Tree, Written

_ROOM = 0.16
"""Share of the axis kept free for the amounts beside the bars."""


def bill_waterfall(written: Written) -> Picture:
    """From the bill of the passive site to the optimised one, component by component [GBP]."""
    before, after = (float(written.metrics[name]["bill"][TOTAL]) for name in ("baseline", "optimised"))
    saved = written.metrics["savings"]["by_component"]
    changes = {component(key): -float(saved[key]) for key in COMPONENTS if saved[key]}
    rows = _waterfall(before, changes, after)
    edges = [0.0, *rows["begin"], *rows["end"]]
    room = _ROOM * (max(edges) - min(edges))
    x = alt.X("begin:Q", title="GBP", scale=alt.Scale(domain=[min(edges), max(edges) + room], nice=False))
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(grid=False, labelLimit=200, ticks=False))
    bars = alt.Chart(rows).mark_bar().encode(x=x, x2="end:Q", y=y, color=alt.Color("colour:N", scale=None))
    texts = alt.Chart(rows).mark_text(align="left", dx=5, color=INK, fontSize=12)
    chart = bars + texts.encode(x="right:Q", y=y, text="text:N")
    parts = ", ".join(f"{name} {_signed(each)}" for name, each in changes.items()) or "no component changes"
    return Picture(
        "bill",
        "Where the saving comes from",
        "From the bill of the passive site to the optimised one; each bar in between is the change of one component.",
        f"Waterfall from the baseline bill of {money(before)} to the optimised bill of {money(after)}: {parts}.",
        chart.properties(width=WIDTH - 170, height=alt.Step(26)),
    )


def _waterfall(before: float, changes: Mapping[str, float], after: float) -> pd.DataFrame:
    """A row for each bar: where it begins and ends, its colour, and the amount written beside it."""
    ends = before + np.cumsum([0.0, *changes.values()])
    colours = [CHEAPER if change < 0 else DEARER for change in changes.values()]
    rows = pd.DataFrame(
        {
            "label": ["baseline", *changes, "optimised"],
            "begin": [0.0, *ends[:-1], 0.0],
            "end": [before, *ends[1:], after],
            "text": [money(before), *map(_signed, changes.values()), money(after)],
            "colour": [BEFORE, *colours, AFTER],
        }
    )
    return rows.assign(right=rows[["begin", "end"]].max(axis=1))


def _signed(amount: float) -> str:
    return f"{'+' if amount > 0 else ''}{money(amount)}"


def cash_flow(written: Written) -> Picture | None:
    """Cash flow of each year and what it has come to, discounted and not [GBP]; None outside underwriting."""
    worth, terms = written.metrics["underwriting"], written.run.underwriting
    if worth is None or terms is None:
        return None
    flows = np.array(worth["cash_flow_gbp"], dtype=np.float64)
    years = np.arange(len(flows))
    discounted = np.cumsum(flows / (1 + terms.discount_rate) ** years)
    colours = {"so far": INK, f"so far, discounted at {100 * terms.discount_rate:g} %": AFTER}
    sums = [
        pd.DataFrame({"year": years, "value": values, "series": name})
        for name, values in zip(colours, (np.cumsum(flows), discounted), strict=True)
    ]
    bars = alt.Chart(pd.DataFrame({"year": years, "value": flows})).mark_bar(color=BEFORE, size=18)
    span = alt.Scale(domain=[-0.6, len(flows) - 0.4], nice=False)
    x = alt.X("year:Q", title="year", scale=span, axis=alt.Axis(tickMinStep=1, format="d", grid=False))
    lines = alt.Chart(pd.concat(sums)).mark_line(point=True, strokeWidth=2)
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=FAINT).encode(y="value:Q")
    layers = (
        bars.encode(x=x, y=alt.Y("value:Q", title="GBP")),
        zero,
        lines.encode(x=x, y="value:Q", color=by_series(colours)),
    )
    return Picture(
        "cash",
        "What the battery pays back",
        "Bars: cash flow of each year; lines: their sum from the purchase on.",
        _cash_words(worth, len(flows) - 1),
        alt.layer(*layers).properties(width=WIDTH, height=240),
    )


def _cash_words(worth: Tree, years: int) -> str:
    paid = worth["simple_payback_years"]
    back = "never pays back" if paid is None else f"pays back after {paid:.1f} years"
    return (
        f"Cash flows over {years} years: a battery of {money(worth['capex_gbp'])} saves "
        f"{money(worth['first_year_savings_gbp'])} in the first year and {back}; "
        f"its net present value is {money(worth['npv_gbp'])}."
    )
