"""Compare routes on a model: `python scripts/compare_backends.py core_small linopy:native linopy:text`.

The same as `energyscope compare`, as the start of a script of one's own: what the report holds is plain data.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from energyscope.cli.compare import show_report
from energyscope.compare import ParityReport, compare
from energyscope.compare.routes import ROUTES
from energyscope.language.diagnostics import EnergyscopeError
from energyscope.models import catalogue, named


def compared(name: str, *routes: str) -> ParityReport:
    """The report on a model that comes with the package, on some routes or on all there are.

    Raises EnergyscopeError for a model or route that there is not.
    """
    return compare(named([name]), routes or ROUTES)


def main() -> int:
    """Show the report, and the slowest route."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="toy", help=f"one of {', '.join(catalogue)}")
    parser.add_argument("routes", nargs="*", metavar="route", help=f"some of {', '.join(ROUTES)}")
    arguments = parser.parse_args()
    try:
        report = compared(arguments.model, *arguments.routes)
    except EnergyscopeError as failure:
        print(failure, file=sys.stderr)
        return 2
    show_report(report, Console(highlight=False, width=120))
    slowest = max(report.routes, key=lambda route: route.seconds or 0.0)
    print(f"slowest route: {slowest.name}, {slowest.seconds or 0.0:.1f} s")
    return 0 if report.passed else 4


if __name__ == "__main__":
    sys.exit(main())
