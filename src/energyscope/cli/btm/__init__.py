"""The command `gridq`: the behind-the-meter engine by its own name; `energyscope btm` is the same."""

from __future__ import annotations

from energyscope.cli import serve


def main() -> None:
    """Run the command line; how it ends is as for `energyscope`."""
    serve("gridq", "energyscope.cli.btm.app")
