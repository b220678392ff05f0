"""Lines of a bill for energy: what was bought, sold, charged by bands, curtailed for money and held in reserve.

A line has the bill's key it belongs to (`component`), the name of the charge, its band and billing month, a quantity in
a unit, a rate and an amount. Rates are costs to the site: income has a negative rate and a negative amount, and
`amount_gbp = quantity x rate` wherever a rate stands. A line whose price changes from step to step has no one rate: it
is None, and the amount is the sum over the steps. Which lines there are depends on tariff and calendar, not on flows:
the bills of one run can be compared line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from energyscope.families.btm import columns
from energyscope.families.btm.accounts.bill_terms import Terms, VolumetricTerms
from energyscope.families.btm.dispatch import Dispatch
from energyscope.modeldata.symbols import Values


@dataclass(frozen=True)
class Line:
    """One line of a bill; `amount_gbp` is positive where the site pays."""

    component: str
    name: str
    band: str | None
    month: str | None
    quantity: float
    unit: str
    rate: float | None
    amount_gbp: float

    def to_json(self) -> dict[str, Any]:
        """The line as it stands in metrics.json."""
        return asdict(self)


def at_rate(
    component: str, name: str, month: str | None, quantity: float, unit: str, rate: float, band: str | None = None
) -> Line:
    """A line of one rate."""
    return Line(component, name, band, month, quantity, unit, rate, quantity * rate + 0.0)


def energy_lines(terms: Terms, dispatch: Dispatch) -> Iterator[Line]:
    """Energy bought and sold at the prices of the time series, times their multipliers: one line a month each."""
    tariff = terms.tariff
    bought = dispatch.given(columns.IMPORT_PRICE) * tariff.import_price_multiplier
    sold = dispatch.given(columns.EXPORT_PRICE) * tariff.export_price_multiplier
    yield from _priced(terms, "import_energy_gbp", "import", bought, dispatch.flow(columns.GRID_IMPORT))
    yield from _priced(terms, "export_energy_gbp", "export", -sold, dispatch.flow(columns.GRID_EXPORT))


def volumetric_lines(terms: Terms, dispatch: Dispatch) -> Iterator[Line]:
    """Charges per kWh: one line for each charge, month and band that has a step in the month."""
    for each in terms.volumetric:
        yield from _volumetric(terms, each, dispatch)


def flex_lines(terms: Terms, dispatch: Dispatch) -> Iterator[Line]:
    """Income from load curtailed: one line a month where the time series has a price for it."""
    if columns.FLEX_PRICE in dispatch.frame:
        price = dispatch.given(columns.FLEX_PRICE)
        yield from _priced(terms, "flex_gbp", "flex", -price, dispatch.flow(columns.FLEX))


def service_lines(terms: Terms, dispatch: Dispatch) -> Iterator[Line]:
    """Income from availability [kW h] sold to reserve services: one line for each service and month."""
    for service in terms.tariff.services:
        price, sold = dispatch.given(service.price_column), dispatch.flow(columns.service(service.name))
        yield from _priced(terms, "services_gbp", service.name, -price, sold, unit="kW h")


def fixed_lines(terms: Terms) -> Iterator[Line]:
    """Charges per local date of the run: one line for each charge and month."""
    for charge in terms.tariff.fixed_charges:
        for month, days in terms.calendar.days_by_month.items():
            yield at_rate("fixed_gbp", charge.name, month, float(days), "day", charge.rate_gbp_per_day)


def _priced(terms: Terms, component: str, name: str, price: Values, flow: Values, unit: str = "kWh") -> Iterator[Line]:
    energy = flow * terms.calendar.dt
    rates = terms.months.common_values(price)
    for month, quantity, amount, rate in zip(
        terms.calendar.month_names, terms.months.sums(energy), terms.months.sums(price * energy), rates, strict=True
    ):
        if rate is None:
            yield Line(component, name, None, month, quantity, unit, None, amount + 0.0)
        else:
            yield at_rate(component, name, month, quantity, unit, rate)


def _volumetric(terms: Terms, each: VolumetricTerms, dispatch: Dispatch) -> Iterator[Line]:
    charge = each.charge
    flow = dispatch.flow(columns.GRID_IMPORT if charge.direction == "import" else columns.GRID_EXPORT)
    quantities = each.groups.sums(flow * terms.calendar.dt)
    for group, quantity in enumerate(quantities):
        month, place = divmod(group, len(charge.bands))
        if each.groups.size(group):
            band, name = charge.bands[place], terms.calendar.month_names[month]
            yield at_rate("volumetric_gbp", charge.name, name, quantity, "kWh", band.rate_gbp_per_kwh, band.name)
