"""Canonical names of the columns of time series and dispatch, with units."""

from __future__ import annotations

TIMESTAMP = "timestamp"
"""Start of the step, UTC."""

LOAD = "load_kw"
PV = "pv_kw"
IMPORT_PRICE = "import_price_gbp_per_kwh"
EXPORT_PRICE = "export_price_gbp_per_kwh"
REQUIRED = (LOAD, PV, IMPORT_PRICE, EXPORT_PRICE)
"""Columns that every time series has."""

FLEX_AVAILABLE = "flex_available_kw"
FLEX_PRICE = "flex_price_gbp_per_kwh"
CARBON = "carbon_kg_per_kwh"
SYSTEM_DEMAND = "system_demand_mw"
OPTIONAL = (FLEX_AVAILABLE, FLEX_PRICE, CARBON, SYSTEM_DEMAND)
"""Columns that a time series may have; absent ones are zero."""

GRID_IMPORT = "grid_import_kw"
GRID_EXPORT = "grid_export_kw"
CHARGE = "battery_charge_kw"
DISCHARGE = "battery_discharge_kw"
SOC = "soc_kwh"
CURTAILED = "pv_curtailed_kw"
FLEX = "flex_kw"
DISPATCH = (GRID_IMPORT, GRID_EXPORT, CHARGE, DISCHARGE, SOC, CURTAILED, FLEX)
"""Columns of a dispatch, in order; `service` columns follow."""


def service(name: str) -> str:
    """The column of the availability sold to a reserve service [kW]."""
    return f"service_{name}_kw"
