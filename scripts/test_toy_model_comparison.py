"""Run toy on every route that is installed, print the table, and fail beyond 0.1 %.

Run it with `python scripts/test_toy_model_comparison.py`; pytest takes it, too.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from energyscope import models
from energyscope.cli.compare import show_report
from energyscope.compare import ParityReport, compare

TOLERANCE = 1e-3
"""Relative difference of objectives that is allowed here; what is reached is ten orders of magnitude better."""


def reached(report: ParityReport) -> float:
    """The largest relative difference of an objective from the first one."""
    return max((route.relative_difference or 0.0 for route in report.routes), default=0.0)


def test_toy_on_every_route() -> None:
    """All routes that are installed agree."""
    report = compare(models.toy, tolerance=TOLERANCE)
    assert report.passed, report.failures


def main() -> int:
    """Show the report and the difference that is reached."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    report = compare(models.toy, tolerance=TOLERANCE)
    show_report(report, Console(highlight=False, width=120))
    print(f"largest relative difference of an objective: {reached(report):.1e} (allowed: {TOLERANCE:g})")
    return 0 if report.passed else 4


if __name__ == "__main__":
    sys.exit(main())
