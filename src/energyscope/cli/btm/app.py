"""The commands of `gridq` and their options. The work is imported when one runs, so that `--help` comes at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer
from typer.core import TyperGroup

from energyscope.cli.btm.asked import Manner, Overrides, Parallel, Run, read_instant
from energyscope.cli.btm.early import refused_early
from energyscope.cli.btm.options import (
    Backend,
    Bundle,
    Csv,
    Dask,
    End,
    Exclusivity,
    Json,
    LogJson,
    Out,
    Overwrite,
    Profile,
    Quiet,
    ReportForm,
    Solver,
    Start,
    Workers,
    finite,
    named,
)

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""What every mistake in a command line is; newer versions of typer have a `click` of their own."""


class Commands(TyperGroup):
    """The commands; with `--json` a mistake in the command line is one JSON object, too."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep what was typed, since a command that cannot be parsed does not know that JSON was wanted."""
        ctx.meta[__name__] = list(args)
        with self._told(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed. Raises a usage error for one that makes no sense."""
        with self._told(ctx):
            return super().invoke(ctx)

    @contextmanager
    def _told(self, ctx: Any) -> Iterator[None]:
        """Tell a mistake in JSON where that was asked for, wherever in the line."""
        try:
            yield
        except USAGE_ERROR as mistake:
            typed, known = ctx.meta[__name__], cast(Any, mistake)
            if "--json" in typed and sys.stdout is not None:
                command = next((word for word in typed if word in self.commands), None)
                typer.echo(refused_early(command, known.format_message()))
            raise


app = typer.Typer(
    cls=Commands,
    name="btm",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with [bold]gridq init my_site[/bold], then [bold]gridq backtest my_site[/bold]. Exit codes: 0 done, "
    "1 the input is wrong, 2 usage, 3 infeasible or unbounded, 4 solver failure, limit or failed check, "
    "130 interrupted.",
)


@app.callback()
def btm() -> None:
    """Behind-the-meter battery and PV: the dispatch that makes the bill smallest, and what the battery was worth."""


@app.command(epilog="Example: [bold]gridq validate my_site --strict[/bold]")
def validate(
    bundle: Bundle,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are errors.")] = False,
    json: Json = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """List everything that is wrong with a bundle; solve nothing."""
    manner = Manner("validate", json, quiet, log_json)

    def work() -> int:
        from energyscope.cli.btm.looking import perform_validate

        return perform_validate(bundle, strict, manner)

    _end(work)


@app.command(epilog="Example: [bold]gridq backtest my_site --out results/my_site[/bold]")
def backtest(
    bundle: Bundle,
    out: Out = None,
    overwrite: Overwrite = False,
    exclusivity: Exclusivity = None,
    solver: Solver = None,
    backend: Backend = None,
    start: Start = None,
    end: End = None,
    csv: Csv = False,
    profile: Profile = None,
    json: Json = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Find the best dispatch of a bundle with perfect foresight, and write it with its bill."""
    run = Run(bundle, out, overwrite, csv, Overrides(exclusivity, solver, backend, start, end))
    _perform_run(run, Manner("backtest", json, quiet, log_json, profile))


@app.command(epilog="Example: [bold]gridq underwrite my_site[/bold]")
def underwrite(
    bundle: Bundle,
    out: Out = None,
    overwrite: Overwrite = False,
    exclusivity: Exclusivity = None,
    solver: Solver = None,
    backend: Backend = None,
    start: Start = None,
    end: End = None,
    csv: Csv = False,
    profile: Profile = None,
    json: Json = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Backtest a year, and say whether the battery is worth its price."""
    run = Run(bundle, out, overwrite, csv, Overrides(exclusivity, solver, backend, start, end))
    _perform_run(run, Manner("underwrite", json, quiet, log_json, profile))


@app.command(epilog="Example: [bold]gridq live my_site --now 2025-06-04T00:00:00Z[/bold]")
def live(
    bundle: Bundle,
    now: Annotated[
        str | None,
        typer.Option("--now", metavar="TIME", help="Make only the plan of this instant, as in 2025-06-04T00:00:00Z."),
    ] = None,
    out: Out = None,
    overwrite: Overwrite = False,
    exclusivity: Exclusivity = None,
    solver: Solver = None,
    backend: Backend = None,
    start: Start = None,
    end: End = None,
    csv: Csv = False,
    profile: Profile = None,
    json: Json = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Plan step by step with forecasts, settle against what happened, and tell what foresight would have been worth."""
    run = Run(bundle, out, overwrite, csv, Overrides(exclusivity, solver, backend, start, end))
    manner = Manner("live", json, quiet, log_json, profile)
    if now is None:
        _perform_run(run, manner)
    instant = read_instant(now, "--now")

    def work() -> int:
        from energyscope.cli.btm.planning import perform_plan

        return perform_plan(run, instant, manner)

    _end(work)


@app.command(epilog="Example: [bold]gridq scenarios my_site --workers 2[/bold]")
def scenarios(
    bundle: Bundle,
    grid: Annotated[
        str | None,
        typer.Option(
            "--grid", metavar="FILE", help="The grid to run instead of BUNDLE/scenarios.yaml.", callback=named
        ),
    ] = None,
    workers: Workers = None,
    dask: Dask = None,
    out: Out = None,
    overwrite: Overwrite = False,
    exclusivity: Exclusivity = None,
    solver: Solver = None,
    backend: Backend = None,
    start: Start = None,
    end: End = None,
    profile: Profile = None,
    json: Json = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Run every tariff with every battery of a grid, and compare what they are worth."""
    run = Run(bundle, out, overwrite, overrides=Overrides(exclusivity, solver, backend, start, end))
    manner = Manner("scenarios", json, quiet, log_json, profile)
    parallel = Parallel(workers, dask)

    def work() -> int:
        from energyscope.cli.btm.scenarios import perform_scenarios

        return perform_scenarios(run, grid, parallel, manner)

    _end(work)


@app.command(epilog="Example: [bold]gridq portfolio my_sites[/bold]")
def portfolio(
    folder: Annotated[
        str,
        typer.Argument(metavar="DIR", help="The folder with portfolio.yaml and the bundles.", callback=named),
    ],
    workers: Workers = None,
    dask: Dask = None,
    out: Out = None,
    overwrite: Overwrite = False,
    exclusivity: Exclusivity = None,
    solver: Solver = None,
    backend: Backend = None,
    start: Start = None,
    end: End = None,
    profile: Profile = None,
    json: Json = False,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Run several sites, each for itself or behind common limits."""
    run = Run(folder, out, overwrite, overrides=Overrides(exclusivity, solver, backend, start, end))
    manner = Manner("portfolio", json, quiet, log_json, profile)
    parallel = Parallel(workers, dask)

    def work() -> int:
        from energyscope.cli.btm.portfolios import perform_portfolio

        return perform_portfolio(run, parallel, manner)

    _end(work)


@app.command(epilog="Example: [bold]gridq report my_site --open[/bold]")
def report(
    bundle: Bundle,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="PLACE", help="Write it here instead of into the bundle.", callback=named),
    ] = None,
    form: Annotated[
        ReportForm, typer.Option("--format", help="One page, a text, or the pictures as files of their own.")
    ] = ReportForm.HTML,
    opened: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a report of the outputs that a run has left in a bundle."""

    def work() -> int:
        from energyscope.cli.btm.reporting import perform_report

        return perform_report(bundle, out, form.value, opened, Manner("report", json, quiet))

    _end(work)


@app.command(epilog="Example: [bold]gridq verify my_site[/bold]")
def verify(
    bundle: Bundle,
    outputs: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR", help="Where the outputs are, if not in the bundle.", callback=named),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold the outputs of a bundle against its inputs: hashes, bill and balance once more."""

    def work() -> int:
        from energyscope.cli.btm.looking import perform_verify

        return perform_verify(bundle, outputs, Manner("verify", json, quiet))

    _end(work)


@app.command(epilog="Example: [bold]gridq wear my_site --replacement-cost 60000[/bold]")
def wear(
    bundle: Bundle,
    replacement_cost: Annotated[
        float | None,
        typer.Option("--replacement-cost", metavar="GBP", min=0.0, help="What a new battery costs.", callback=finite),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell what a run did to the battery: cycles, state of health, and the linear cost that matches."""

    def work() -> int:
        from energyscope.cli.btm.looking import perform_wear

        return perform_wear(bundle, replacement_cost, Manner("wear", json, quiet))

    _end(work)


@app.command(epilog="Example: [bold]gridq init my_site --example duos_dst_week[/bold]")
def init(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="The folder to make; an empty one may be there.", callback=named)
    ],
    example: Annotated[
        str | None,
        typer.Option("--example", metavar="NAME", help="Write this example; a name that is none lists them all."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a commented bundle with PV under a clear sky to start from, or an example."""

    def work() -> int:
        from energyscope.cli.btm.beginning import perform_init

        return perform_init(Path(folder), example, Manner("init", json, quiet))

    _end(work)


@app.command()
def version(json: Json = False) -> None:
    """Show the versions of energyscope, of what it computes with, and of the schema of bundles."""

    def work() -> int:
        from energyscope.cli.btm.beginning import perform_version

        return perform_version(Manner("version", json))

    _end(work)


def _perform_run(run: Run, manner: Manner) -> NoReturn:
    """Do a run of one bundle and end with its exit code."""

    def work() -> int:
        from energyscope.cli.btm.running import perform_run

        return perform_run(run, manner)

    _end(work)


def _end(work: Callable[[], int]) -> NoReturn:
    """Work and end with the exit code; Ctrl-C counts from here on, also while modules are still being imported."""
    try:
        code = int(work())
    except KeyboardInterrupt as stop:
        raise typer.Exit(130) from stop
    raise typer.Exit(code)
