"""What a report says, in order: headline, verdict and proof, then pictures and tables under headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from energyscope.families.btm.accounts.bill import TOTAL
from energyscope.plots.btm import tables
from energyscope.plots.btm.style import Picture
from energyscope.plots.btm.tables import Table
from energyscope.plots.btm.wording import NO_FIGURE, local_time, money, number
from energyscope.plots.btm.written import Tree, Written

Part = Picture | Table


@dataclass(frozen=True)
class Heading:
    """A part of the report with its own heading."""

    anchor: str
    title: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Report:
    """A report apart from its form; `sound` says that all checks passed."""

    title: str
    about: str
    verdict: str
    proof: str
    sound: bool
    headline: Sequence[tuple[str, str]]
    headings: Sequence[Heading]
    made_with: str


def report_of(written: Written, pictures: Mapping[str, Picture]) -> Report:
    """The report of a run with its pictures, by their names."""
    return Report(
        title=written.site.site_id,
        about=about(written),
        verdict=verdict(written),
        proof=proof(written),
        sound=sound(written),
        headline=headline(written),
        headings=[each for each in _headings(written, pictures) if each.parts],
        made_with=tables.versions_text(written.metadata),
    )


def _headings(written: Written, pictures: Mapping[str, Picture]) -> list[Heading]:
    metrics = written.metrics
    battery, worth, rolling = metrics["battery"], metrics["underwriting"], metrics["rolling"]
    parts: list[tuple[str, str, list[Part | None]]] = [
        ("result", "The bill", [tables.bill_table(metrics), pictures.get("bill")]),
        ("worth", "Is it worth its price?", _worth(worth, pictures)),
        ("dispatch", "Dispatch", [pictures.get("week")]),
        ("rolling", "Planning with forecasts", [None if rolling is None else tables.rolling_table(rolling)]),
        ("energy", "Energy", [tables.energy_table(metrics), pictures.get("import_by_hour")]),
        ("peaks", "Peaks", [pictures.get("peaks"), pictures.get("duration"), tables.demand_table(written)]),
        (
            "battery",
            "The battery",
            [pictures.get("cycles"), None if battery is None else tables.battery_table(battery)],
        ),
        ("scenarios", "Scenarios", [tables.scenario_table(written)]),
        ("lines", "Lines of the bill", [tables.line_table(metrics)]),
        ("certificate", "Certificate", [tables.certificate_table(written)]),
        ("files", "Files", [tables.hash_table(written.metadata)]),
    ]
    return [Heading(anchor, title, [each for each in found if each is not None]) for anchor, title, found in parts]


def _worth(worth: Tree | None, pictures: Mapping[str, Picture]) -> list[Part | None]:
    if worth is None:
        return []
    return [pictures.get("cash"), tables.worth_table(worth), tables.cash_table(worth)]


def about(written: Written) -> str:
    """What was run, in a sentence."""
    period, zone = written.metrics["period"], written.site.timezone
    start, end = (local_time(period[each], zone) for each in ("start", "end"))
    return (
        f"{written.metrics['runner'].capitalize()} from {start} to {end} ({zone}): {period['days']:,} days, "
        f"{period['steps']:,} steps of {period['timestep_minutes']} minutes. All amounts before VAT."
    )


def verdict(written: Written) -> str:
    """What the battery was worth, in a sentence or two."""
    metrics = written.metrics
    saved, percent, worth = metrics["savings"]["total_gbp"], metrics["savings"]["percent"], metrics["underwriting"]
    before, after = (money(metrics[name]["bill"][TOTAL]) for name in ("baseline", "optimised"))
    share = "" if percent is None else f" ({number(abs(percent), 1)} %)"
    which = "settled" if metrics["runner"] == "live" else "optimised"
    said = f"The {which} dispatch {'saves' if saved >= 0 else 'costs'} {money(abs(saved))}{share}"
    told = [f"{said}: a bill of {after} instead of {before}."]
    if metrics["battery"] is None:
        told.insert(0, "The site has no battery.")
    if worth is not None:
        paid = worth["simple_payback_years"]
        back = "it never pays back" if paid is None else f"it pays back after {number(paid, 1)} years"
        price, value = money(worth["capex_gbp"]), money(worth["npv_gbp"])
        told.append(f"For {price} the battery has a net present value of {value}; {back}.")
    return " ".join(told)


def sound(written: Written) -> bool:
    """Did all checks pass, and can the dispatch be run as it is?"""
    return bool(written.metrics["checks"]["passed"]) and written.metrics["exclusivity"]["status"] != "violated"


def proof(written: Written) -> str:
    """Why the figures may be believed, or why not."""
    if not written.metrics["checks"]["passed"]:
        return "The checks of this run failed: do not rely on it."
    if not sound(written):
        return (
            "This is a lower bound only: in some steps the dispatch charges and discharges, or buys and sells, at "
            "once, which was not ruled out in this run (exclusivity mode relaxed)."
        )
    return (
        "Every amount was computed twice, by the linear program and again from the dispatch alone; balance, state of "
        "charge and limits hold in every step; the certificate is at the end."
    )


def headline(written: Written) -> list[tuple[str, str]]:
    """The figures that people look for first: what they are, and their value."""
    metrics = written.metrics
    saved, worth = metrics["savings"], metrics["underwriting"]
    percent = "" if saved["percent"] is None else f", {number(saved['percent'], 1)} %"
    before, after = (metrics[name]["peaks"]["import_peak_kw"] for name in ("baseline", "optimised"))
    told = [
        ("baseline bill", money(metrics["baseline"]["bill"][TOTAL])),
        ("optimised bill", money(metrics["optimised"]["bill"][TOTAL])),
        (f"saved{percent}", money(saved["total_gbp"])),
        ("highest half-hour before", f"{number(before, 1)} kW"),
        ("highest half-hour after", f"{number(after, 1)} kW"),
        _use(metrics),
    ]
    if worth is not None:
        told += [("net present value", money(worth["npv_gbp"])), ("internal rate of return", percent_of("irr", worth))]
    return told


def _use(metrics: Tree) -> tuple[str, str]:
    """How much the battery was used; without one, how much of its load the site serves."""
    if metrics["battery"] is None:
        return "self-sufficiency", percent_of("self_sufficiency", metrics["optimised"]["energy"])
    return "full cycles of the battery", number(metrics["battery"]["equivalent_full_cycles"], 1)


def percent_of(key: str, tree: Tree) -> str:
    """A share in percent."""
    return NO_FIGURE if tree[key] is None else f"{number(100 * tree[key], 1)} %"
