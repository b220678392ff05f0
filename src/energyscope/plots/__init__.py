"""Pictures of results: Plotly for HTML, Altair for PNG and SVG (extra `plots`).

Each function takes a `Result` and gives a `Picture`, which is drawn when it is shown or written.
"""

from __future__ import annotations

from energyscope.plots.bars import capacities, costs, emissions, variables
from energyscope.plots.days import typical_day
from energyscope.plots.picture import Picture
from energyscope.plots.sankey import sankey
from energyscope.plots.storage import storage_level

__all__ = ["Picture", "capacities", "costs", "emissions", "sankey", "storage_level", "typical_day", "variables"]
