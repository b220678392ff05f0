"""Compare routes on a model: `python scripts/compare_backends.py core_small linopy:native linopy:text`.

The same as `energyscope compare`, as the start of a script of one's own: what the report holds is plain data.
"""

from __future__ import annotations

import sys

from rich.console import Console

from energyscope.cli.compare import show_report
from energyscope.compare import ParityReport, compare
from energyscope.models import catalogue


def compared(name: str, *routes: str) -> ParityReport:
    """The report on a model that comes with the package, on some routes or on all that need no licence."""
    return compare(catalogue[name], routes) if routes else compare(catalogue[name])


def main() -> int:
    """Show the report, and the slowest route."""
    report = compared(*(sys.argv[1:] or ["toy"]))
    show_report(report, Console(highlight=False, width=120))
    slowest = max(report.routes, key=lambda route: route.seconds or 0.0)
    print(f"slowest route: {slowest.name}, {slowest.seconds:.1f} s")
    return 0 if report.passed else 4


if __name__ == "__main__":
    sys.exit(main())
