"""A whole model text: all its files parsed and resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic, ModelError, Report
from energyscope.language.goal import Goal, parse_goal
from energyscope.language.networks import as_constraint
from energyscope.language.ordering import DATA, acts, flattened
from energyscope.language.resolving.resolver import Resolution, resolve
from energyscope.language.source import Source
from energyscope.language.syntax.inclusions import Load, is_text
from energyscope.language.syntax.parser import parse_file

FileMode = Literal["mod", "dat"]
Kind = TypeVar("Kind", bound=ast.Node)


@dataclass(frozen=True)
class ModelText:
    """The statements of all files, in order, with what resolution learnt about them.

    `declarations` are keyed by name; `objective_choice` is the last `objective NAME;` outside of blocks.
    """

    files: tuple[ast.File, ...]
    declarations: Mapping[str, ast.Declaration]
    checks: tuple[ast.Check, ...] = ()
    events: tuple[ast.Node, ...] = ()
    """Data statements and the commands that act on data, bounds and the objective, in the order of the text."""
    after_solve: tuple[ast.Node, ...] = ()
    """Printing code, output tables, and what behind `solve` reads values of variables, in the order of the text."""
    objective_choice: ast.ObjectiveChoice | None = None
    warnings: tuple[Diagnostic, ...] = ()
    resolution: Resolution = field(default_factory=Resolution, repr=False)

    def arity(self, name: str) -> int:
        """How many subscripts an item takes."""
        return self.resolution.arities.get(name, 0)

    def dimension(self, name: str) -> int:
        """How many places the members of a set have."""
        return self.resolution.dimensions[name]

    def expression_dimension(self, expression: ast.Expression) -> int:
        """How many places the members of a set expression of the text have; 1 where any number fits, as in `{}`."""
        return self.resolution.places.get(id(expression), 1)

    def new_indices(self, item: ast.IndexItem) -> tuple[str, ...]:
        """The indices that an index item of the text opens, in order; its other slots are values to match."""
        return self.resolution.new_indices.get(id(item), ())

    @cached_property
    def index_names(self) -> frozenset[str]:
        """Every name that is an index somewhere; an item declared further down may have the same name."""
        return frozenset(name for names in self.resolution.new_indices.values() for name in names)

    @property
    def postprocessing(self) -> Mapping[str, ast.Declaration]:
        """The sets and parameters of `after_solve`, which read values of variables, by name."""
        return self.resolution.aside

    def dependencies(self, name: str) -> frozenset[str]:
        """The declared names that the declaration of an item reads."""
        return self.resolution.dependencies[name]

    @property
    def sets(self) -> dict[str, ast.SetDeclaration]:
        """The sets by name."""
        return self._of_kind(ast.SetDeclaration)

    @property
    def parameters(self) -> dict[str, ast.ParamDeclaration]:
        """The parameters by name."""
        return self._of_kind(ast.ParamDeclaration)

    @property
    def variables(self) -> dict[str, ast.VarDeclaration]:
        """The variables by name."""
        return self._of_kind(ast.VarDeclaration)

    @property
    def objectives(self) -> dict[str, ast.ObjectiveDeclaration]:
        """The objectives by name."""
        return self._of_kind(ast.ObjectiveDeclaration)

    @cached_property
    def constraints(self) -> dict[str, ast.ConstraintDeclaration]:
        """The constraints by name; the nodes of networks are among them."""
        rows: dict[str, ast.ConstraintDeclaration] = {}
        for name, item in self.declarations.items():
            if isinstance(item, ast.ConstraintDeclaration):
                rows[name] = item
            elif isinstance(item, ast.NodeDeclaration):
                rows[name] = as_constraint(item)
        return rows

    def _of_kind(self, kind: type[Kind]) -> dict[str, Kind]:
        return {name: item for name, item in self.declarations.items() if isinstance(item, kind)}


def read_model(
    files: Sequence[tuple[FileMode, Source]], load: Load = Source.from_file, goal: Goal | None = None
) -> ModelText:
    """Parse the files in order and resolve their names. Files that a text names are read by `load`.

    A `goal` is chosen before the objectives that the files declare.

    Raises ModelError with all mistakes found, in order of place.
    """
    report = Report()
    known_sets: set[str] = set()
    if not all(is_text(source, report) for _, source in files):
        report.raise_errors()
    parsed = tuple(
        parse_file(source, "model" if mode == "mod" else "data", report, known_sets, load) for mode, source in files
    )
    statements = list(flattened(statement for file in parsed for statement in file.statements))
    if goal is not None:
        taken = {each.name for each in statements if isinstance(each, ast.Declaration)}
        parsed = (*parsed, parse_goal(goal, taken, report, known_sets))
        statements.extend(parsed[-1].statements)
    resolution = resolve(statements, report, tolerant=bool(report.errors))
    if report.errors:
        raise ModelError(_in_order(report.errors, parsed))
    return ModelText(
        files=parsed,
        declarations=resolution.declarations,
        checks=tuple(resolution.checks),
        events=tuple(each for each in statements if isinstance(each, DATA) or acts(each)),
        after_solve=tuple(resolution.after_solve),
        objective_choice=next(reversed(_only(statements, ast.ObjectiveChoice)), None),
        warnings=tuple(_in_order(report.warnings, parsed)),
        resolution=resolution,
    )


def _only(statements: Sequence[ast.Node], kind: type[Kind]) -> tuple[Kind, ...]:
    return tuple(statement for statement in statements if isinstance(statement, kind))


def _in_order(diagnostics: Sequence[Diagnostic], files: Sequence[ast.File]) -> list[Diagnostic]:
    """Diagnostics by file and place; those without a place come last."""
    order = {id(file.source): number for number, file in enumerate(files)}

    def place(diagnostic: Diagnostic) -> tuple[int, int]:
        span = diagnostic.span
        return (len(files), 0) if span is None else (order.get(id(span.source), len(files)), span.start)

    return sorted(diagnostics, key=place)
