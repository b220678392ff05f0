"""The commands and their options. What they do is imported when one of them runs, so that `--help` comes at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from energyscope.cli.btm.app import app as btm_app
from energyscope.cli.options import (
    AllowWrites,
    Backend,
    Files,
    Form,
    Json,
    Lp,
    Maximize,
    MaxMemory,
    Minimize,
    Mps,
    Netcdf,
    Objective,
    Options,
    Out,
    OwnModel,
    Print,
    Reductions,
    Relax,
    Robust,
    Solver,
    TimeLimit,
    Trust,
)
from energyscope.cli.task import Task, require_outputs, solver_options

if TYPE_CHECKING:
    from energyscope.models import Model

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with [bold]energyscope calc toy[/bold]. Exit codes: 0 done, 1 the input is wrong, 2 usage, "
    "3 infeasible or unbounded, 4 solver failure, limit or failed check, 130 interrupted.",
)
app.add_typer(btm_app, name="btm")

ALL_ROUTES = "linopy:native,linopy:text,glpk,ampl"


def _show_version(asked: bool) -> None:
    """Print the versions and end, where that was asked for."""
    if not asked:
        return
    from energyscope.backends.versions import versions

    for package, version in versions().items():
        typer.echo(f"{package} {version}")
    raise typer.Exit


@app.callback()
def energyscope(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show versions and exit.")
    ] = False,
) -> None:
    """Read energy system models in AMPL text (.mod, .dat), translate them to linear programs, and solve them."""


@app.command(epilog="Example: [bold]energyscope calc core --time-limit 600 --out results[/bold]")
def calc(
    model: Annotated[OwnModel, typer.Argument(help="One of the models that come with the package or are published.")],
    objective: Objective = None,
    minimize: Minimize = None,
    maximize: Maximize = None,
    backend: Backend = "linopy",
    solver: Solver = None,
    option: Options = None,
    time_limit: TimeLimit = None,
    out: Out = None,
    json: Json = None,
    reductions: Reductions = True,
    relax: Relax = False,
    robust: Robust = Trust.AUTO,
    max_memory: MaxMemory = None,
    shown: Print = None,
    allow_writes: AllowWrites = False,
) -> None:
    """Solve a model that comes with the package or is published."""
    from energyscope import models

    own = _aimed(lambda: models.catalogue[model.value], objective, minimize, maximize)
    _perform(
        Task(
            goal="solve",
            model=own,
            objective=objective,
            backend=backend,
            solver=solver,
            options=solver_options(option, time_limit),
            json=json,
            out=out,
            reductions=reductions,
            relax=relax,
            robust=robust.value,
            max_memory=max_memory,
            shown=shown,
            allow_writes=allow_writes,
        )
    )


@app.command(epilog="Example: [bold]energyscope solve grid.mod grid.dat --json grid.json --out results[/bold]")
def solve(
    files: Files,
    objective: Objective = None,
    minimize: Minimize = None,
    maximize: Maximize = None,
    backend: Backend = "linopy",
    solver: Solver = None,
    option: Options = None,
    time_limit: TimeLimit = None,
    json: Json = None,
    lp: Lp = None,
    mps: Mps = None,
    netcdf: Netcdf = None,
    out: Out = None,
    reductions: Reductions = True,
    relax: Relax = False,
    robust: Robust = Trust.AUTO,
    max_memory: MaxMemory = None,
    shown: Print = None,
    allow_writes: AllowWrites = False,
) -> None:
    """Read a model from files, translate it, and solve it."""
    _perform(
        Task(
            goal="solve",
            model=_aimed(_read(files), objective, minimize, maximize),
            objective=objective,
            backend=backend,
            solver=solver,
            options=solver_options(option, time_limit),
            json=json,
            lp=lp,
            mps=mps,
            netcdf=netcdf,
            out=out,
            reductions=reductions,
            inputs=tuple(files),
            relax=relax,
            robust=robust.value,
            max_memory=max_memory,
            shown=shown,
            allow_writes=allow_writes,
        )
    )


@app.command(epilog="Example: [bold]energyscope translate grid.mod grid.dat --lp grid.lp[/bold]")
def translate(
    files: Files,
    objective: Objective = None,
    minimize: Minimize = None,
    maximize: Maximize = None,
    json: Json = None,
    lp: Lp = None,
    mps: Mps = None,
    netcdf: Netcdf = None,
    max_memory: MaxMemory = None,
) -> None:
    """Do everything up to the matrix, and solve nothing."""
    model = _aimed(_read(files), objective, minimize, maximize)
    inputs = tuple(files)
    _perform(
        Task(
            "translate",
            model,
            objective,
            json=json,
            lp=lp,
            mps=mps,
            netcdf=netcdf,
            inputs=inputs,
            max_memory=max_memory,
        )
    )


@app.command(epilog="Example: [bold]energyscope check grid.mod grid.dat[/bold]")
def check(
    files: Files,
    form: Annotated[
        Form, typer.Option("--format", help="`text` for people; `json`: an array on standard output, for editors.")
    ] = Form.TEXT,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Tell mistakes only, no warnings.")] = False,
    json: Json = None,
    max_memory: MaxMemory = None,
) -> None:
    """Look for mistakes in model and data files, and for what may not be meant."""
    if form is Form.JSON and json == "-":
        raise typer.BadParameter("only one of --format json and --json - can have standard output")
    task = Task("check", _read(files), json=json, inputs=tuple(files), max_memory=max_memory)

    def work() -> int:
        from energyscope.cli.check import Manner, perform_check

        return perform_check(task, Manner(form is Form.JSON, quiet))

    _end(work)


@app.command(epilog="Example: [bold]energyscope explain-infeasible grid.mod grid.dat[/bold]")
def explain_infeasible(files: Files, solver: Solver = None, option: Options = None, json: Json = None) -> None:
    """Tell which constraints contradict each other, and by how much (exit code 3; 0 if none do)."""
    _perform(
        Task("explain", _read(files), solver=solver, options=solver_options(option), json=json, inputs=tuple(files))
    )


@app.command(epilog="Example: [bold]energyscope compare toy --backends linopy:text,glpk[/bold]")
def compare(
    model: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL", help="The name of a model, or model and data files in order, or `btm` and a run bundle."
        ),
    ],
    objective: Objective = None,
    minimize: Minimize = None,
    maximize: Maximize = None,
    relax: Relax = False,
    time_limit: TimeLimit = None,
    backends: Annotated[
        str,
        typer.Option(
            "--backends",
            metavar="A,B,…",
            show_default=False,
            help=f"Routes to compare; all of {ALL_ROUTES.replace(',', ', ')} unless said. Missing ones are listed.",
        ),
    ] = ALL_ROUTES,
    tolerance: Annotated[
        float, typer.Option("--tolerance", min=0.0, help="Relative difference of objectives that is allowed.")
    ] = 1e-6,
    sizes: Annotated[bool, typer.Option("--sizes", help="Show the sizes of every constraint and variable.")] = False,
    json: Json = None,
) -> None:
    """Run a model by several routes and hold their answers against one another (exit code 4 where they differ)."""
    open_files = ExitStack()
    aimed = _aimed(_twin_or_named(model, open_files), objective, minimize, maximize)
    require_outputs(json, inputs=[Path(each) for each in model])

    def work() -> int:
        from energyscope.cli.compare import Comparison, perform_compare

        with open_files:
            return perform_compare(Comparison(aimed, backends, tolerance, relax, time_limit, objective), json, sizes)

    _end(work)


@app.command(epilog="Example: [bold]energyscope export-mathprog grid.mod grid.dat -o grid_glpk.mod[/bold]")
def export_mathprog(
    files: Files,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The file to write.")],
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE", help="Write the data into a file of their own.")
    ] = None,
    objective: Objective = None,
    minimize: Minimize = None,
    maximize: Maximize = None,
) -> None:
    """Write model and data as one MathProg file, which glpsol reads, or as a pair of files."""
    model = _aimed(_read(files), objective, minimize, maximize)
    require_outputs(None, {"--out": out, "--data": data}, files)

    def work() -> int:
        from energyscope.cli.compare import perform_export

        return perform_export(model, objective, out, data)

    _end(work)


@app.command(epilog="Example: [bold]energyscope summary results/core[/bold]")
def summary(
    results: Annotated[Path, typer.Argument(metavar="DIR", help="What `--out` wrote, or a NetCDF file of results.")],
    json: Json = None,
) -> None:
    """Show the figures of results on one screen: costs, emissions, capacities, sizes, times."""
    require_outputs(json)
    from energyscope.cli.summary import summarise

    raise typer.Exit(summarise(results, json))


@app.command()
def models() -> None:
    """List the models that come with the package and those that are published."""
    from energyscope.cli.published import show_models

    show_models()


@app.command(epilog="Example: [bold]energyscope fetch-upstream[/bold], then [bold]energyscope models[/bold]")
def fetch_upstream(
    wheel: Annotated[
        Path | None,
        typer.Option("--wheel", metavar="FILE", help="Take the files from this wheel; nothing is downloaded."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Fetch them even where they are there as published.")] = False,
    json: Json = None,
) -> None:
    """Download the published models, check them, and keep them in a cache (exit code 4 where that fails)."""
    require_outputs(json, inputs=() if wheel is None else (wheel,))

    def work() -> int:
        from energyscope.cli.published import perform_fetch

        return perform_fetch(wheel, force, json)

    _end(work)


@app.command()
def version() -> None:
    """Show the versions of energyscope, Python, linopy and HiGHS."""
    _show_version(True)


def _read(files: list[Path]) -> Callable[[], Model]:
    return _named([str(file) for file in files])


def _aimed(
    model: Callable[[], Model], objective: str | None, minimize: str | None, maximize: str | None
) -> Callable[[], Model]:
    """The model with the objective that was named on the command line."""
    if sum(each is not None for each in (objective, minimize, maximize)) > 1:
        raise typer.BadParameter("name one objective: --objective, --minimize or --maximize")

    def aimed_model() -> Model:
        from energyscope.models import aimed

        return aimed(model(), minimize, maximize)

    return aimed_model


def _named(words: list[str]) -> Callable[[], Model]:
    """A model that comes with the package, by its name, or one of files."""

    def model() -> Model:
        from energyscope.models import named

        return named(words)

    return model


def _twin_or_named(words: list[str], open_files: ExitStack) -> Callable[[], Model]:
    """A model by its name, or one of files; `btm BUNDLE` is a bundle and its text, there while the files are open."""
    if words[0] != "btm":
        return _named(words)
    if len(words) != 2:
        raise typer.BadParameter("the model `btm` takes one run bundle: compare btm BUNDLE")

    def model() -> Model:
        from energyscope.twins import btm

        return open_files.enter_context(btm(words[1]))

    return model


def _perform(task: Task) -> None:
    """Do a task and end with its exit code."""

    def work() -> int:
        from energyscope.cli.run import perform

        return perform(task)

    _end(work)


def _end(work: Callable[[], int]) -> None:
    """Work and end with the exit code; Ctrl-C counts from here on, also while linopy is still being imported."""
    try:
        code = int(work())
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code)
