"""What a run leaves on the screen: the bill before and after, the battery, and how well all that is proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

Tree = Mapping[str, Any]
NO_FIGURE = "-"


def table(headings: Sequence[str], *, texts: int = 1) -> Table:
    """An empty table: the first `texts` columns hold words, the others figures."""
    empty = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, heading in enumerate(headings):
        empty.add_column(heading, justify="left" if number < texts else "right", overflow="fold", no_wrap=False)
    return empty


def facts(rows: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> Table:
    """Names and what is said of them, line by line."""
    shown = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    shown.add_column(style="bold", no_wrap=True)
    shown.add_column(overflow="fold")
    for name, said in rows:
        shown.add_row(name, said)
    return shown


def outcome_shown(console: Console, metrics: Tree, stats: Tree, target: str) -> None:
    """Print what came of a run."""
    console.print(f"{metrics['runner']} of {metrics['site_id']}", style="bold", markup=False, soft_wrap=True)
    console.print()
    console.print(_bill(metrics))
    console.print()
    rows = [_period(metrics), *_battery(metrics), *_rolling(metrics), *_worth(metrics), *_proof(metrics, stats)]
    console.print(facts(rows))
    console.print(f"written to {target}", markup=False, soft_wrap=True)


def _period(metrics: Tree) -> tuple[str, str]:
    period = metrics["period"]
    days = f"{period['days']} day{'' if period['days'] == 1 else 's'}"
    return "period", f"{days}, {_minute(period['start'])} to {_minute(period['end'])} UTC"


def _minute(instant: str) -> str:
    """`2025-06-01 00:00` of an instant in UTC."""
    return instant[:16].replace("T", " ")


def _bill(metrics: Tree) -> Table:
    """Components of the bill that are not zero everywhere, and their sum [GBP]."""
    sides = [metrics["baseline"]["bill"], metrics["optimised"]["bill"], metrics["savings"]["by_component"]]
    shown = table(["GBP", "without battery", "optimised", "saved"])
    for name in sides[0]:
        if name != "total_gbp" and any(abs(side[name]) >= 0.005 for side in sides):
            shown.add_row(name.removesuffix("_gbp").replace("_", " "), *(money(side[name]) for side in sides))
    percent = metrics["savings"]["percent"]
    share = "" if percent is None else f" ({percent:.1f} %)"
    shown.add_section()
    shown.add_row(f"total{share}", *(money(side["total_gbp"]) for side in sides), style="bold")
    return shown


def _battery(metrics: Tree) -> Iterator[tuple[str, str]]:
    battery, before, after = metrics["battery"], metrics["baseline"]["peaks"], metrics["optimised"]["peaks"]
    if battery is not None:
        cycled = figure(battery["equivalent_full_cycles"], ".1f")
        wear = f", wear {money(battery['wear_cost_gbp'])} GBP" if battery["wear_cost_gbp"] else ""
        yield "battery", f"{battery['discharge_kwh']:,.0f} kWh discharged, {cycled} full cycles{wear}"
    yield "import peak", f"{before['import_peak_kw']:,.1f} kW before, {after['import_peak_kw']:,.1f} kW after"


def _rolling(metrics: Tree) -> Iterator[tuple[str, str]]:
    rolling = metrics["rolling"]
    if rolling is not None:
        missed = rolling["forecast_mae_kw"]
        errors = ", ".join(f"{name} {figure(value, '.2f')} kW" for name, value in missed.items())
        yield "windows", f"{rolling['windows']:,}; {rolling['warmup_steps']:,} steps were planned without a forecast"
        yield "forecast off by", f"{errors} on average"
        yield "regret", f"{money(rolling['regret_gbp'])} GBP dearer than with perfect foresight"


def _worth(metrics: Tree) -> Iterator[tuple[str, str]]:
    worth = metrics["underwriting"]
    if worth is not None:
        yield "capex", f"{money(worth['capex_gbp'])} GBP; saves {money(worth['first_year_savings_gbp'])} GBP a year"
        yield "present value", f"{money(worth['npv_gbp'])} GBP; rate of return {percent(worth['irr'])}"
        simple, discounted = worth["simple_payback_years"], worth["discounted_payback_years"]
        yield "paid back in", f"{years(simple)}, discounted in {years(discounted)}" if simple else years(simple)


def _proof(metrics: Tree, stats: Tree) -> Iterator[tuple[str, str]]:
    """Solver, certificate and checks: why the figures may be believed."""
    solver, model, exclusivity = stats["solver"], stats["model"], metrics["exclusivity"]
    sizes = f"{model['rows']:,} rows, {model['columns']:,} columns"
    yield "objective", f"{metrics['objective_gbp']:,.6f} GBP, {stats['status']}"
    yield "solver", f"{solver['name']} {solver['version']}: {sizes}, {sum(stats['timings_s'].values()):.1f} s in all"
    yield "exclusivity", _exclusivity(exclusivity)
    yield "checks", f"passed: bill and objective differ by {abs(metrics['checks']['bill_gap_gbp']):.0e} GBP"


def _exclusivity(told: Tree) -> str:
    if told["status"] == "lp_exact":
        return "holds without binaries"
    if told["status"] == "binaries":
        return f"holds with {told['binaries']:,} binaries, {told['rounds']} rounds"
    return f"violated by up to {told['max_simultaneous_kw']:.3g} kW: the cost is a lower bound"


def figure(value: float | None, form: str) -> str:
    """A figure, or a dash where it is undefined."""
    return NO_FIGURE if value is None else format(value, form)


def money(value: float | None) -> str:
    """An amount in pounds and pence; what rounds to nothing has no sign."""
    return NO_FIGURE if value is None else f"{round(value, 2) + 0.0:,.2f}"


def percent(value: float | None, decimals: int = 1) -> str:
    """A share as a percentage."""
    return NO_FIGURE if value is None else f"{100 * value:.{decimals}f} %"


def years(value: float | None) -> str:
    """A length of time, `never` where there is none."""
    return "never (within its life)" if value is None else f"{value:.1f} years"
