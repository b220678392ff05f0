"""Name resolution: one pass over the declarations of a text, from top to bottom.

Finds what is wrong without looking at data: names, kinds, numbers of subscripts, dimensions, variables where only data
may stand, and products of variables. The findings go to a report; what was learnt about the items is the Resolution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.ordering import DATA, acts, only_shows
from energyscope.language.resolving.aftersolve import kept_aside, not_shown_inside, reads_solution, shown
from energyscope.language.resolving.certainty import depends_on_itself
from energyscope.language.resolving.commands import check_command, check_condition
from energyscope.language.resolving.data import data_dimensions
from energyscope.language.resolving.dimensions import dimensions_by_use
from energyscope.language.resolving.expressions import bind, visit
from energyscope.language.resolving.lateness import warn_of_late_values
from energyscope.language.resolving.meaning import Meaning, Want, places
from energyscope.language.resolving.networks import check_entries, check_node
from energyscope.language.resolving.scope import Scope
from energyscope.language.trampoline import Walk, run

_CALCULATED = (ast.SetDeclaration, ast.ParamDeclaration, ast.Check)


@dataclass(frozen=True)
class Resolution:
    """What the pass learnt, by name: declarations in order, dimensions of sets, numbers of subscripts, names read."""

    declarations: dict[str, ast.Declaration] = field(default_factory=dict)
    dimensions: dict[str, int] = field(default_factory=dict)
    arities: dict[str, int] = field(default_factory=dict)
    dependencies: dict[str, frozenset[str]] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    """Dimension of every set expression that has one, by `id` of its node."""
    new_indices: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The indices that each index item opens, by `id` of the item; its other slots are values to match."""
    aside: dict[str, ast.Declaration] = field(default_factory=dict)
    """Sets and parameters behind `solve` that read values of variables."""
    checks: list[ast.Check] = field(default_factory=list)
    """The checks on data, in order."""
    after_solve: list[ast.Node] = field(default_factory=list)
    """What waits for the solution, in order; what cannot be resolved is skipped with the reason."""


def resolve(statements: Sequence[ast.Node], report: Report, tolerant: bool = False) -> Resolution:
    """Check all statements of a text, included files and data sections opened: declarations in order, then commands.

    With `tolerant` (after syntax errors) unknown names pass.
    """
    declarations = [statement for statement in statements if isinstance(statement, ast.Declaration)]
    everything = {declaration.name: declaration for declaration in reversed(declarations)}
    scope = Scope(report, everything, tolerant)
    learnt = Resolution(
        declarations=scope.declared,
        dimensions=scope.dimensions,
        arities=scope.arities,
        places=scope.places,
        new_indices=scope.new_indices,
        aside=scope.aside,
    )
    waiting = _declarations(scope, statements, learnt)
    _commands(scope, statements, waiting)
    warn_of_late_values(scope, statements, learnt.dependencies)
    learnt.after_solve.extend(waiting[key] for key in sorted(waiting))
    return learnt


def _declarations(scope: Scope, statements: Sequence[ast.Node], learnt: Resolution) -> dict[int, ast.Node]:
    """Check what is no command, in order; gives what behind `solve` waits for the solution, by place in the text."""
    hints = _open_dimensions(statements)
    waiting: dict[int, ast.Node] = {}
    solved = False
    for number, statement in enumerate(statements):
        scope.open_statement()
        solved = solved or (isinstance(statement, ast.Skipped) and statement.keyword == "solve")
        if isinstance(statement, ast.Declaration):
            check = _declaration(scope, statement, hints)
        elif isinstance(statement, ast.Check):
            check = check_condition(scope, statement)
        else:
            continue
        if solved and isinstance(statement, _CALCULATED) and reads_solution(scope, statement):
            waiting[number] = kept_aside(scope, statement, check)
            continue
        run(check)
        if isinstance(statement, ast.Check):
            learnt.checks.append(statement)
        if isinstance(statement, ast.Declaration):
            learnt.dependencies.setdefault(statement.name, frozenset(scope.reads))
    return waiting


def _commands(scope: Scope, statements: Sequence[ast.Node], waiting: dict[int, ast.Node]) -> None:
    """Check commands against all declarations; what only shows something goes to `waiting`."""
    solve: ast.Node | None = None
    warned = False
    for number, statement in enumerate(statements):
        scope.open_statement()
        if solve is None and isinstance(statement, ast.Skipped) and statement.keyword == "solve":
            solve = statement
        if only_shows(statement):
            waiting[number] = shown(scope, statement)
        elif acts(statement):
            run(check_command(scope, statement))
            not_shown_inside(scope, statement)
            if solve is not None and not warned:
                warned = True
                message = "commands follow: the problem is solved as it is at the end of the text, not here"
                scope.report.warning("early-solve", solve.span, message, "solve several times from Python")


def _open_dimensions(statements: Sequence[ast.Node]) -> dict[str, int]:
    """Dimensions of the sets whose declarations leave them open, as their use or else their data tell them."""
    names = {each.name for each in statements if isinstance(each, ast.SetDeclaration) and each.dimension is None}
    rest = [statement for statement in statements if not isinstance(statement, DATA)]
    return {**data_dimensions(statements, names), **dimensions_by_use(rest)}


def _declaration(scope: Scope, declaration: ast.Declaration, hints: Mapping[str, int]) -> Walk[None]:
    arity: int | None = 0
    if declaration.indexing is not None:
        arity = yield bind(scope, declaration.indexing, [])
    scope.declare(declaration)
    if arity is not None:
        scope.arities.setdefault(declaration.name, arity)
    if isinstance(declaration, ast.SetDeclaration):
        yield _set(scope, declaration, hints)
    elif isinstance(declaration, ast.ParamDeclaration):
        yield _param(scope, declaration)
    elif isinstance(declaration, ast.VarDeclaration):
        yield _var(scope, declaration)
    elif isinstance(declaration, ast.ObjectiveDeclaration) and declaration.expression is not None:
        yield visit(scope, declaration.expression, "number", None)
    elif isinstance(declaration, ast.ConstraintDeclaration):
        yield _row_body(scope, declaration.body)
    elif isinstance(declaration, ast.NodeDeclaration) and declaration.body is not None:
        yield _row(scope, declaration.body)
        check_node(scope, declaration)
    if depends_on_itself(declaration):
        message = f"`{declaration.name}` depends on itself: {declaration.name} -> {declaration.name}"
        scope.report.error("circular-definition", declaration.name_span, message)


def _set(scope: Scope, declaration: ast.SetDeclaration, hints: Mapping[str, int]) -> Walk[None]:
    known = declaration.dimension
    for outer in declaration.within:
        known = yield _fitting_set(scope, declaration, outer, known, "the definition of a set")
    if known is not None:
        scope.dimensions.setdefault(declaration.name, known)
    if declaration.definition is not None:
        known = yield _fitting_set(scope, declaration, declaration.definition, known, "the definition of a set")
    scope.dimensions.setdefault(declaration.name, hints.get(declaration.name, 1) if known is None else known)
    _ordering(scope, declaration)


def _fitting_set(
    scope: Scope, declaration: ast.SetDeclaration, node: ast.Expression, known: int | None, where: str
) -> Walk[int | None]:
    """Check a set expression against the dimension known so far; gives the dimension known from here on."""
    meaning = yield visit(scope, node, "set", where)
    given = meaning.dimension
    if known is not None and given is not None and given != known:
        message = f"`{declaration.name}` has dimension {known}, members have {places(given)} here"
        scope.report.error("set-dimension", node.span, message)
    return given if known is None else known


def _ordering(scope: Scope, declaration: ast.SetDeclaration) -> None:
    name = declaration.ordered_by
    if name is None:
        return
    order = scope.declared.get(name)
    if order is None:
        scope.unknown(name, declaration.name_span)
    elif not isinstance(order, ast.SetDeclaration):
        scope.report.error("wrong-kind", declaration.name_span, f"`{name}` is not a set; `ordered by` needs one")
    else:
        scope.reads.add(name)


def _param(scope: Scope, declaration: ast.ParamDeclaration) -> Walk[None]:
    for restriction in declaration.restrictions:
        want: Want = "set" if restriction.operator == "in" else "number"
        yield visit(scope, restriction.bound, want, "the restriction of a parameter")
    if declaration.definition is not None:
        yield visit(scope, declaration.definition, "number", "the definition of a parameter")


def _var(scope: Scope, declaration: ast.VarDeclaration) -> Walk[None]:
    for bounds in (declaration.lower, declaration.upper):
        for bound in bounds:
            yield visit(scope, bound, "number", "a bound")
        if len(bounds) > 1:
            message = f"`{declaration.name}` has two {'lower' if bounds is declaration.lower else 'upper'} bounds"
            scope.report.warning("repeated-bound", bounds[1].span, message, "the tighter one holds")
    if declaration.initial is not None:
        yield visit(scope, declaration.initial, "number", "a starting value")
    if declaration.fixed is not None:
        yield visit(scope, declaration.fixed, "number", None)
    yield check_entries(scope, declaration)


def _row_body(scope: Scope, body: ast.RowBody) -> Walk[None]:
    if isinstance(body, ast.Row):
        yield _row(scope, body)
        return
    for test, row in body.branches:
        yield visit(scope, test, "condition", "a condition")
        yield _row_body(scope, row)
    if body.otherwise is not None:
        yield _row_body(scope, body.otherwise)


def _row(scope: Scope, row: ast.Row) -> Walk[None]:
    meanings: list[Meaning] = []
    for side in row.sides:
        meanings.append((yield visit(scope, side, "number", None)))
    if len(row.sides) < 3:
        return
    for side, meaning in ((row.sides[0], meanings[0]), (row.sides[2], meanings[2])):
        if meaning.variable:
            message = f"outer sides of a double inequality must be constant, variable `{meaning.variable}` stands here"
            scope.report.error("range-not-constant", side.span, message, "write two constraints")
