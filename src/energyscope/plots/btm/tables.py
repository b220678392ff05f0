"""The tables of a report: every figure in them stands in metrics.json, solve_stats.json or bundle_metadata.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from energyscope.families.btm.accounts.bill import COMPONENTS, TOTAL
from energyscope.plots.btm.wording import component, figure, labelled, local_time, number, shown
from energyscope.plots.btm.written import Tree, Written

SIDES = {"baseline": "baseline", "optimised": "optimised", "no_assets": "no PV, no battery"}
"""The sites that are compared: how metrics.json and the report call them."""
ENERGIES = (
    *("load_kwh", "pv_kwh", "pv_curtailed_kwh", "import_kwh", "export_kwh", "charge_kwh", "discharge_kwh", "flex_kwh"),
    *("self_consumption", "self_sufficiency", "carbon_kg", "import_limit_breach_kwh"),
)
BATTERY = (
    *("initial_soc_kwh", "final_soc_kwh", "charge_kwh", "discharge_kwh", "losses_kwh", "equivalent_full_cycles"),
    *("utilisation", "wear_cost_gbp", "terminal_value_gbp"),
)
WORTH = (
    *("capex_gbp", "first_year_savings_gbp", "npv_gbp", "irr", "simple_payback_years", "discounted_payback_years"),
    "lcos_gbp_per_kwh",
)
SIZES = ("rows", "columns", "nonzeros", "binaries")
ROLLING = ("windows", "warmup_steps", "perfect_foresight_gbp", "regret_gbp")


@dataclass(frozen=True)
class Table:
    """Texts by row and column; `figures` are the columns of numbers, `total` says that the last row is a sum."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: range
    note: str = ""
    total: bool = False


def _pairs(title: str, told: Mapping[str, str], note: str = "") -> Table:
    """A table of names and figures."""
    return Table(title, ["", "value"], [list(each) for each in told.items()], range(1, 2), note)


def _told(tree: Tree, keys: Iterable[str]) -> dict[str, str]:
    """Values of a tree by their labels."""
    return {labelled(key): figure(key, tree[key]) for key in keys}


def bill_table(metrics: Tree) -> Table:
    """The bill by component: without and with the battery, what was saved, and the site without assets."""
    bills = [metrics[name]["bill"] for name in SIDES]
    sides = [*bills[:2], metrics["savings"]["by_component"], bills[2]]
    used = [key for key in COMPONENTS if any(each[key] for each in sides)]
    rows = [[component(key), *(number(each[key]) for each in sides)] for key in (*used, TOTAL)]
    heads = ["GBP before VAT", "baseline", "optimised", "saved", SIDES["no_assets"]]
    note = "Baseline: the same site, load, PV and tariff without battery and flex. Negative amounts are income."
    return Table("The bill", heads, rows, range(1, 5), note, total=True)


def energy_table(metrics: Tree) -> Table:
    """Energies and shares of the three sites."""
    sides = [metrics[name]["energy"] for name in SIDES]
    keys = [key for key in ENERGIES if any(each[key] for each in sides)]
    rows = [[labelled(key), *(figure(key, each[key]) for each in sides)] for key in keys]
    return Table("Energy", ["", *SIDES.values()], rows, range(1, 4))


def demand_table(written: Written) -> Table | None:
    """Demand charges by month, before and after; None where the tariff has none."""
    before, after = (written.metrics[name]["demand"] for name in ("baseline", "optimised"))
    zone = written.site.timezone
    rows = [
        [
            name,
            month,
            number(before[name][month]["peak_kw"]),
            number(each["peak_kw"]),
            number(each["chargeable_kw"]),
            shown(None) if each["at"] is None else local_time(each["at"], zone),
            number(each["rate_gbp_per_kw"], 4),
            number(before[name][month]["amount_gbp"]),
            number(each["amount_gbp"]),
        ]
        for name, months in after.items()
        for month, each in months.items()
    ]
    heads = ["charge", "month", "peak before [kW]", "peak after [kW]", "chargeable [kW]", "decided at", "GBP/kW"]
    note = f"Decided at: start of the metering interval that sets the peak, {zone}; none if it was set before the run."
    table = Table("Demand charges", [*heads, "before [GBP]", "after [GBP]"], rows, range(2, 9), note)
    return table if rows else None


def battery_table(battery: Tree) -> Table:
    """What the battery did and what it wore off."""
    cycles = battery["cycles"]
    told = _told(battery, BATTERY) | {"cycles by rainflow": number(cycles["count"], 1)}
    told |= _told(cycles, ("mean_depth", "damage")) | _told(battery["soh"], ("cycle_fade", "calendar_fade", "end_soh"))
    note = (
        "Damage: share of the cycle life used in the run; state of health: capacity left of the nameplate at its end."
    )
    return _pairs("Wear and use", told, note)


def worth_table(worth: Tree) -> Table:
    """The figures by which an investment is judged."""
    return _pairs("Figures of the investment", _told(worth, WORTH))


def cash_table(worth: Tree) -> Table:
    """Cash flows by year."""
    rows = [[str(year), number(flow)] for year, flow in enumerate(worth["cash_flow_gbp"])]
    return Table("Cash flow by year", ["year", "GBP"], rows, range(2))


def rolling_table(rolling: Tree) -> Table:
    """What planning with forecasts cost against perfect foresight."""
    told = _told(rolling, ROLLING)
    told |= {f"mean error of the {key} forecast [kW]": number(each) for key, each in rolling["forecast_mae_kw"].items()}
    note = "Regret: the settled cost less that of perfect foresight over the whole run."
    return _pairs("Planning with forecasts", told, note)


def scenario_table(written: Written) -> Table | None:
    """The scenarios run on this bundle, if any."""
    if written.scenarios is None:
        return None
    table = written.scenarios.astype(object).where(written.scenarios.notna(), None)
    rows = [[figure(key, each) for key, each in zip(table, row, strict=True)] for row in table.to_numpy().tolist()]
    return Table("Scenarios", [labelled(key) for key in table], rows, range(2, len(table.columns) - 1))


def line_table(metrics: Tree) -> Table:
    """Every line of the bill before and after; the lines of both are the same, since tariff and calendar make them."""
    before, after = (metrics[name]["lines"] for name in ("baseline", "optimised"))
    rows = [_line(old, new) for old, new in zip(before, after, strict=True)]
    totals = [number(metrics[name]["bill"][TOTAL]) for name in ("baseline", "optimised")]
    heads = ["component", "charge", "month", "unit", "rate [GBP]", "before", "after", "before [GBP]", "after [GBP]"]
    note = "Quantities and amounts without and with the battery. A line without a rate has a price for each step."
    return Table("Lines of the bill", heads, [*rows, ["total", *[""] * 6, *totals]], range(4, 9), note, total=True)


def _line(before: Tree, after: Tree) -> list[str]:
    rate = shown(None) if after["rate"] is None else number(after["rate"], 5)
    charge = ", ".join(each for each in (after["name"], after["band"]) if each)
    amounts = [number(each[key]) for key in ("quantity", "amount_gbp") for each in (before, after)]
    return [component(after["component"]), charge, after["month"] or "", after["unit"], rate, *amounts]


def certificate_table(written: Written) -> Table:
    """What proves that the answer is right and best."""
    metrics, stats = written.metrics, written.stats
    exclusivity, checks = metrics["exclusivity"], metrics["checks"]
    told = {
        "status": stats["status"],
        "objective [GBP]": number(metrics["objective_gbp"], 6),
        "bound proven by the solver [GBP]": number(stats["dual_bound_gbp"], 6),
        "gap of integers": shown(stats["mip_gap"]),
        "bill computed again, off by [GBP]": shown(checks["bill_gap_gbp"]),
        "balance, off by at most [kW]": shown(checks["max_balance_residual_kw"]),
        "state of charge, off by at most [kWh]": shown(checks["max_soc_residual_kwh"]),
        "smallest flow [kW]": shown(checks["min_flow_kw"]),
        "state of charge within its limits": shown(checks["soc_within_bounds"]),
        "all checks passed": shown(checks["passed"]),
        "rows of the program violated by at most": shown(stats["max_primal_infeasibility"]),
        "its duals violated by at most": shown(stats["max_dual_infeasibility"]),
        "charging while discharging": _exclusivity(exclusivity),
        "both at once at most [kW]": shown(exclusivity["max_simultaneous_kw"]),
        "linear relaxation [GBP]": number(exclusivity["relaxation_objective_gbp"], 6),
        "rounds": shown(exclusivity["rounds"]),
        "solver": f"{stats['solver']['name']} {stats['solver']['version']}, by {stats['backend']}",
        "size of the program": ", ".join(f"{shown(stats['model'][name])} {name}" for name in SIZES),
    }
    return _pairs("Certificate", told)


def _exclusivity(told: Tree) -> str:
    said = {
        "lp_exact": "ruled out by the linear program itself",
        "binaries": f"ruled out by {told['binaries']:,} binary variables, where they are needed",
        "violated": "not ruled out: a lower bound of the cost",
    }
    return f"{said[told['status']]} (mode {told['mode']})"


def hash_table(metadata: Tree) -> Table:
    """The files of the run and their fingerprints."""
    kinds = [[(kind, name, each) for name, each in metadata[kind].items()] for kind in ("inputs", "outputs")]
    rows = [[kind[:-1], name, f"{each['bytes']:,}", each["sha256"]] for kind, name, each in chain.from_iterable(kinds)]
    content = ["content", "values of the time series", "", metadata["content_sha256"]]
    note = "The command gridq verify computes them again, and the bill with them."
    return Table("Files", ["", "file", "bytes", "SHA-256"], [*rows, content], range(2, 3), note)


def versions_text(metadata: Tree) -> str:
    """What the run was made with."""
    packages = ", ".join(f"{name} {each}" for name, each in metadata["dependency_versions"].items())
    return f"energyscope {metadata['energyscope_version']}, Python {metadata['python_version']}, {packages}"
