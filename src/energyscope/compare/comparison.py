"""Running the routes and holding them against one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np

from energyscope.backends.base import ProgressCallback, backend_error
from energyscope.certify import certify
from energyscope.certify.certificate import FEASIBILITY_TOLERANCE
from energyscope.compare.matrices import LITERAL, SAME, compare_matrices
from energyscope.compare.report import (
    CrossCheck,
    Extreme,
    FamilySizes,
    MatrixComparison,
    ParityReport,
    RouteReport,
    SolutionDifference,
)
from energyscope.compare.routes import EVIDENCE, ROUTES, Route, Runner
from energyscope.compare.transfer import carried, transfer
from energyscope.language.diagnostics import did_you_mean
from energyscope.modeldata.symbols import Values
from energyscope.models import Model
from energyscope.program.blocks import Program
from energyscope.program.solution import Solution

READ_BY_US_AND_GLPK = {"linopy:text", "glpk"}
"""Routes with a program of the text as it stands."""


def compare(
    model: Model,
    backends: Sequence[str] | str = ROUTES,
    tolerance: float = 1e-6,
    data: Mapping[str, object] | None = None,
    progress: ProgressCallback | None = None,
    *,
    relax: bool = False,
    time_limit: float | None = None,
    objective: str | None = None,
) -> ParityReport:
    """Run a model by several routes and compare what comes out.

    `backends` are names of routes, in a list or with commas between them; the first is what others are held against.
    Routes that are not installed, or that the model does not have, are listed with the reason and are no failure, as
    long as two are left. `tolerance` holds for objectives, relative; violations may be as large, or as the 1e-6 that
    solvers are good for.
    `data` gives new values to sets and parameters, by name, on every route. With `relax` integers are continuous on
    every route; `time_limit` is in seconds for the solve of each, and one that ends there agrees with nothing;
    `objective` names one where the model declares several.

    Raises ModelError for mistakes in the model, BackendError for an unknown route or a tolerance below 0.
    """
    if not tolerance >= 0:
        raise backend_error("argument", f"`tolerance` is {tolerance!r}, must be 0 or above", "1e-6 is the usual one")
    if time_limit is not None and not time_limit > 0:
        raise backend_error("solver-option", f"`time_limit` is {time_limit!r}, must be a number of seconds above 0")
    names = _routes_named(backends)
    runner = Runner(model, data, progress, relax, time_limit, objective)
    return parity(model.name, [runner.run(name) for name in names], tolerance)


def _routes_named(backends: Sequence[str] | str) -> list[str]:
    """The names of routes, each once. Raises BackendError for an unknown one, and for none at all."""
    parts = backends.split(",") if isinstance(backends, str) else backends
    names = list(dict.fromkeys(name.strip() for name in parts if name.strip()))
    everything = f"there are {', '.join(ROUTES)}"
    for name in names:
        if name not in ROUTES:
            help = did_you_mean(name, ROUTES) or everything
            raise backend_error("backend-unknown", f"there is no route `{name}` to compare", help)
    if not names:
        raise backend_error("backend-unknown", "no route is named that could be compared", everything)
    return names


def parity(name: str, routes: Sequence[Route], tolerance: float) -> ParityReport:
    """Hold routes against one another that have been run."""
    present = [route for route in routes if route.program is not None]
    matrices = tuple(_matrix(present[0], other) for other in present[1:])
    cross = tuple(_cross(one, other) for one, other in permutations(present, 2) if _answers(one))
    reports = _with_differences([route.report() for route in routes])
    failures = [
        *_route_failures(routes, present),
        *_objective_failures(reports, tolerance),
        *_matrix_failures(matrices),
        *_cross_failures(cross, tolerance),
    ]
    return ParityReport(
        model=name,
        tolerance=tolerance,
        routes=tuple(reports),
        families=_families(present),
        matrices=matrices,
        cross=cross,
        differences=_differences(present, cross, tolerance),
        missing=tuple(_missing(routes, matrices, cross)),
        failures=tuple(failures),
    )


def _answers(route: Route) -> bool:
    return route.solution is not None and route.solution.primal is not None and route.solution.status == "optimal"


def _matrix(one: Route, other: Route) -> MatrixComparison:
    assert one.program is not None
    assert other.program is not None
    same = LITERAL if {one.name, other.name} == READ_BY_US_AND_GLPK else SAME
    found = compare_matrices(one.name, one.program, other.name, other.program, same)
    strays = (*one.strays, *other.strays)
    known = [name for name in strays if name not in found.missing]
    return replace(found, missing=(*found.missing, *known)[:5], missing_count=max(found.missing_count, len(strays)))


def _cross(answer: Route, target: Route) -> CrossCheck:
    """One answer in the other program."""
    assert answer.program is not None
    assert target.program is not None
    assert answer.solution is not None
    assert answer.solution.primal is not None
    values, unknown = carried(transfer(answer.program, target.program), answer.solution.primal)
    if len(unknown):
        first = target.program.column_label(int(unknown[0]))
        reason = f"{answer.name} has no value for {len(unknown):,} columns, `{first}` the first"
        return CrossCheck(answer.name, target.name, reason)
    figures = certify(target.program, Solution("optimal", "", answer.name, primal=values))
    reported = 0.0 if answer.solution.objective is None else answer.solution.objective
    return CrossCheck(
        answer.name,
        target.name,
        violation=max(figures.row_violation, figures.bound_violation, figures.integrality_violation),
        relative_violation=max(figures.relative_row_violation, figures.relative_bound_violation),
        objective=figures.objective,
        relative_difference=_relative(figures.objective, reported),
    )


def _relative(value: float, reference: float) -> float:
    """Distance relative to the reference, or to 1 where that is smaller."""
    return abs(value - reference) / max(1.0, abs(reference))


def _with_differences(reports: Sequence[RouteReport]) -> list[RouteReport]:
    """The reports with the distance of each objective from the first one."""
    first = next((report.objective for report in reports if report.objective is not None), None)
    if first is None:
        return list(reports)
    return [
        report if report.objective is None else replace(report, relative_difference=_relative(report.objective, first))
        for report in reports
    ]


def _families(routes: Sequence[Route]) -> tuple[FamilySizes, ...]:
    sized = [(route.name, _sizes(route.program)) for route in routes if route.program is not None]
    keys = dict.fromkeys(key for _, sizes in sized for key in sizes)
    nothing = (None, None)
    return tuple(
        FamilySizes(
            kind,
            name,
            {route: sizes.get((kind, name), nothing)[0] for route, sizes in sized},
            {route: sizes.get((kind, name), nothing)[1] for route, sizes in sized},
        )
        for kind, name in keys
    )


def _sizes(program: Program) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """Rows and nonzeros of every constraint, used columns of every variable."""
    sizes: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    for name, block in program.constraints.items():
        sizes["constraint", name] = len(block.index), int(block.matrix.nnz)
    for name, variable in program.variables.items():
        sizes["variable", name] = int(np.count_nonzero(program.used[variable.columns])), None
    return sizes


def _differences(
    routes: Sequence[Route], cross: Sequence[CrossCheck], tolerance: float
) -> tuple[SolutionDifference, ...]:
    """By variable, where the answers of two routes are not the same, the largest first."""
    checks = {(check.answer, check.program): check for check in cross}
    found: list[SolutionDifference] = []
    for one, other in combinations([route for route in routes if _answers(route)], 2):
        both = (checks[one.name, other.name], checks[other.name, one.name])
        matters = not all(_holds(check, tolerance) for check in both)
        found.extend(_pair_differences(one, other, tolerance, matters))
    return tuple(sorted(found, key=lambda each: -each.relative))


def _pair_differences(one: Route, other: Route, tolerance: float, matters: bool) -> list[SolutionDifference]:
    assert one.program is not None
    assert other.program is not None
    assert one.solution is not None
    assert other.solution is not None
    assert one.solution.primal is not None
    assert other.solution.primal is not None
    theirs = other.solution.primal
    ours, unknown = carried(transfer(one.program, other.program), one.solution.primal)
    relative = np.abs(ours - theirs) / (1 + np.maximum(np.abs(ours), np.abs(theirs)))
    relative[unknown] = 0.0
    limit = max(tolerance, FEASIBILITY_TOLERANCE)
    return [
        _largest(one.name, other, place, ours, relative, matters)
        for block in other.program.variables.values()
        if len(block.index) and relative[place := int(block.first + relative[block.columns].argmax())] > limit
    ]


def _largest(one: str, other: Route, place: int, ours: Values, relative: Values, matters: bool) -> SolutionDifference:
    assert other.program is not None
    assert other.solution is not None
    assert other.solution.primal is not None
    where = other.program.column_label(place)
    variable = where.partition("[")[0]
    values = float(ours[place]), float(other.solution.primal[place])
    return SolutionDifference(one, other.name, variable, where, *values, float(relative[place]), matters)


def _holds(check: CrossCheck, tolerance: float) -> bool:
    if check.relative_violation is None or check.relative_difference is None:
        return False
    return check.relative_violation <= max(tolerance, FEASIBILITY_TOLERANCE) and check.relative_difference <= tolerance


def _route_failures(routes: Sequence[Route], present: Sequence[Route]) -> list[str]:
    failures = [f"{route.name}: {route.reason}" for route in routes if route.failed]
    if len(present) < 2:
        alone = f"only {present[0].name}" if present else "no route"
        failures.append(f"nothing to compare: {alone} ran")
    statuses = {route.name: route.solution.status for route in present if route.solution is not None}
    if len(set(statuses.values())) > 1:
        failures.append("the routes end differently: " + ", ".join(f"{name} {end}" for name, end in statuses.items()))
    for name, status in statuses.items():
        if status in ("error", "time_limit"):
            failures.append(f"{name} has no answer: {status}")
    return failures


def _objective_failures(reports: Sequence[RouteReport], tolerance: float) -> list[str]:
    first = next((report for report in reports if report.objective is not None), None)
    return [
        f"objective of {report.name} is {report.objective:.12g}, that of {first.name} {first.objective:.12g}"
        for report in reports
        if first is not None and report.relative_difference is not None and report.relative_difference > tolerance
    ]


def _matrix_failures(matrices: Sequence[MatrixComparison]) -> list[str]:
    failures = []
    for found in matrices:
        pair = f"{found.first} and {found.second}"
        if found.missing_count:
            failures.append(f"{pair}: {found.missing_count:,} rows or columns only in one, {', '.join(found.missing)}")
        for what in ("coefficients", "sides", "bounds", "costs"):
            extreme: Extreme | None = getattr(found, what)
            if extreme is not None and extreme.count:
                failures.append(
                    f"{pair}: {extreme.count:,} {what} differ, the most in {extreme.where} by {extreme.largest:.1e}"
                )
    return failures


def _cross_failures(cross: Sequence[CrossCheck], tolerance: float) -> list[str]:
    failures = []
    for check in cross:
        where = f"the answer of {check.answer} in the program of {check.program}"
        if check.relative_violation is not None and check.relative_violation > max(tolerance, FEASIBILITY_TOLERANCE):
            relative = f"{check.relative_violation:.1e} relative to the terms of the row"
            failures.append(f"{where} violates a row or bound by {check.violation:.1e}, {relative}")
        if check.relative_difference is not None and check.relative_difference > tolerance:
            apart = f"{check.relative_difference:.1e} away from the one it came with"
            failures.append(f"{where} has the objective {check.objective:.12g}, {apart}")
    return failures


def _missing(
    routes: Sequence[Route], matrices: Sequence[MatrixComparison], cross: Sequence[CrossCheck]
) -> Iterator[str]:
    """The evidence that is not there, and why."""
    for route in routes:
        if route.program is None:
            yield f"{EVIDENCE.get(route.name, 'an answer')}; {route.name} did not run: {route.reason}"
        elif route.solution is None:
            yield f"an answer of {route.name}, which did not solve: {route.reason}"
    for found in matrices:
        if found.reason:
            yield f"coefficients of {found.first} and {found.second} by name: {found.reason}"
    for check in cross:
        if check.reason:
            yield f"the answer of {check.answer} in the program of {check.program}: {check.reason}"
