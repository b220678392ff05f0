"""One HTML page with the pictures of a result and its figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from pathlib import Path

import pandas as pd

from energyscope.atomic import whole_file
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.plots.bars import capacities, costs, emissions, variables
from energyscope.plots.days import main_layers, typical_day
from energyscope.plots.picture import Picture, require
from energyscope.plots.sankey import sankey
from energyscope.plots.storage import storage_level
from energyscope.plots.with_plotly import spec
from energyscope.result import Result
from energyscope.result_summary import spoken

_STYLE = """
body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #222; max-width: 1180px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 0 .3rem } nav { margin: 0 0 1.5rem }
nav a { margin-right: 1.1rem; color: #2b5d8a; white-space: nowrap; display: inline-block }
section { margin: 0 0 2.5rem } p.note { color: #666; margin: 0 0 0 10px; font-size: .9rem }
table { border-collapse: collapse; font-size: .9rem; margin: 0 2.5rem 1.5rem 0 }
caption { text-align: left; font-weight: bold }
td, th { padding: .15rem .8rem .15rem 0; text-align: left; border-bottom: 1px solid #e6e6e6; font-weight: normal }
td.number { text-align: right; font-variant-numeric: tabular-nums }
.tables { display: flex; flex-wrap: wrap; align-items: flex-start }
"""


CONFIG = {"displaylogo": False, "responsive": True}
"""How plotly.js shows a picture: as wide as the window allows."""


def pictures(result: Result) -> list[Picture]:
    """All pictures that the tables of a result allow, in the order of the page.

    A model that no table of postprocessing knows has one of its variables.
    """
    makers: list[Callable[[Result], Picture]] = [sankey, capacities, costs, emissions]
    if any(name in result.postprocessing for name in ("hourly_balance", "period_balance")):
        makers += [partial(typical_day, layer=layer) for layer in main_layers(result)]
    return _made(result, [*makers, storage_level]) or _made(result, [variables])


def _made(result: Result, makers: Iterable[Callable[[Result], Picture]]) -> list[Picture]:
    made = []
    for make in makers:
        try:
            made.append(make(result))
        except EnergyscopeError:
            # a model without the names of core has fewer pictures
            continue
    return made


def write_report(result: Result, path: str | Path, title: str) -> bool:
    """Write one HTML file that needs no other; False, and no file, where there are no variables to tell about.

    Raises EnergyscopeError where Plotly is not installed.
    """
    require("plotly")
    if not result.variables:
        return False
    page = _page(result, pictures(result), title)
    with whole_file(path) as part:
        part.write_text(page, encoding="utf-8")
    return True


def _page(result: Result, shown: list[Picture], title: str) -> str:
    from plotly.offline import get_plotlyjs

    links = "".join(f'<a href="#p{place}">{escape(each.title)}</a>' for place, each in enumerate(shown))
    sections = "".join(_section(place, each) for place, each in enumerate(shown))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><script>{get_plotlyjs()}</script></head><body><h1>{escape(title)}</h1>"
        f'<nav>{links}<a href="#figures">Figures</a></nav>{sections}'
        f'<section id="figures"><div class="tables">{_tables(result)}{_variables(result)}</div></section>'
        "</body></html>\n"
    )


def _section(place: int, picture: Picture) -> str:
    drawn = spec(picture)
    # `<` in a text must not end the script
    given = ", ".join(json.dumps(part).replace("<", "\\u003c") for part in (drawn["data"], drawn["layout"], CONFIG))
    height = f"height:{drawn['layout']['height']:.0f}px"
    return (
        f'<section id="p{place}"><div id="g{place}" class="plotly-graph-div" style="{height}"></div><script>'
        f'Plotly.newPlot("g{place}", {given})</script>'
        f'<p class="note">{escape(picture.note)}</p></section>'
    )


def _tables(result: Result) -> str:
    """The summary, a table for each of its sections."""
    summary = result.summary()
    (value,) = (name for name in summary.columns if name != "unit")
    return "".join(
        f"<table><caption>{escape(str(section))}</caption>{_rows(part, value)}</table>"
        for section, part in summary.groupby(level="section", sort=False)
    )


def _rows(part: pd.DataFrame, value: str) -> str:
    return "".join(
        f'<tr><td>{escape(str(item))}</td><td class="number">{escape(spoken(number))}</td><td>{escape(unit)}</td></tr>'
        for (_, item), unit, number in zip(part.index, part["unit"], part[value], strict=True)
    )


def _variables(result: Result) -> str:
    """What each variable holds, for models without tables of their own."""
    if result.postprocessing:
        return ""
    rows = "".join(_variable(name, table) for name, table in result.variables.items())
    heads = "".join(f"<th>{head}</th>" for head in ("", "subscripts", "values", "not 0", "smallest", "largest", "sum"))
    return f"<table><caption>variables</caption><tr>{heads}</tr>{rows}</table>"


def _variable(name: str, table: pd.DataFrame) -> str:
    values = table[name]
    places = 0 if values.index.names == [None] else values.index.nlevels
    figures = [places, len(values), int((values != 0).sum())]
    extremes = [float(each) for each in (values.min(), values.max(), values.sum())] if len(values) else []
    cells = "".join(f'<td class="number">{escape(spoken(figure))}</td>' for figure in (*figures, *extremes))
    return f"<tr><td>{escape(name)}</td>{cells}</tr>"
