"""The results that `--out` leaves: tables, and a page with the pictures."""

from __future__ import annotations

import logging
from pathlib import Path

from energyscope.language.diagnostics import EnergyscopeError
from energyscope.plots.report import write_report
from energyscope.result import Result

PAGE = "index.html"

logger = logging.getLogger(__name__)


def write_results(result: Result, folder: Path, name: str) -> None:
    """Write all tables and, with the extra `plots` and a model that has something to draw, `index.html`."""
    result.write(folder)
    page = folder / PAGE
    # a page of earlier results would not fit these tables
    page.unlink(missing_ok=True)
    try:
        write_report(result, page, f"energyscope: {name}")
    except EnergyscopeError as failure:
        logger.warning("no %s: %s; %s", PAGE, failure.diagnostics[0].message, failure.diagnostics[0].help)
