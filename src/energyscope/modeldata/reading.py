"""From data statements to sets and parameters, checked against the declarations of the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from energyscope.language import ast
from energyscope.language.data.nodes import ColumnData, ParamData, SetData
from energyscope.language.diagnostics import did_you_mean, error
from energyscope.language.modeltext import ModelText
from energyscope.language.source import Span
from energyscope.modeldata.edits import laid_over, set_laid_over
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.readmembers import Members, member_code, read_members
from energyscope.modeldata.readvalues import Notes, Target, read_columns, read_parameter
from energyscope.modeldata.setparts import SetParts
from energyscope.modeldata.symbols import Symbols
from energyscope.modeldata.words import WordCodes


@dataclass
class Reader:
    """Reads data statements one after the other into `sets` and `parameters`.

    What commands put there in between stays where data behind it say nothing else. `places` are the names of the
    statements so far, those of indexed sets with their key. Members are put together by `settle`.
    """

    text: ModelText
    symbols: Symbols
    sets: dict[str, Set]
    parameters: dict[str, Parameter]
    notes: Notes = field(default_factory=Notes)
    places: dict[tuple[str, tuple[int, ...]], Span] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.codes = WordCodes(self.symbols)
        self._parts: dict[str, SetParts] = {}

    def read(self, statement: ast.Node) -> tuple[str, ...]:
        """Read one statement; gives the names of the items that it fills.

        Raises ModelError for what does not fit.
        """
        match statement:
            case SetData():
                return self._set(statement)
            case ParamData():
                return self._parameter(statement)
            case ColumnData():
                return self._columns(statement)
        raise AssertionError(f"{type(statement).__name__} is no data statement")

    def settle(self) -> None:
        """Put the members read so far into `sets`."""
        for name, parts in self._parts.items():
            self.sets[name] = set_laid_over(self.sets.get(name), parts.joined())
        self._parts.clear()

    def _set(self, statement: SetData) -> tuple[str, ...]:
        name, place = statement.name, statement.name_span
        self._declaration(name, place, ast.SetDeclaration)
        arity = self.text.arity(name)
        if len(statement.key) != arity:
            message = f"`{name}` takes {arity} subscript{'' if arity == 1 else 's'}, {len(statement.key)} given"
            raise error("subscript-count", place, message)
        key = tuple(member_code(member, self.codes) for member in statement.key)
        self._claim(name, place, key)
        members = read_members(name, statement.segments, self.text.dimension(name), self.codes)
        self._add_members(name, key, statement.key[0].span if key else place, members)
        return (name,)

    def _parameter(self, statement: ParamData) -> tuple[str, ...]:
        target = self._target(statement.name, statement.name_span)
        self._claim(statement.name, statement.name_span)
        self._take(read_parameter(statement, target, self.codes, self.notes))
        return (target.name,)

    def _columns(self, statement: ColumnData) -> tuple[str, ...]:
        targets = [self._target(name, span) for name, span in zip(statement.names, statement.name_spans, strict=True)]
        for target, span in zip(targets, statement.name_spans, strict=True):
            self._claim(target.name, span)
        places = self._places(statement, targets)
        parameters, members = read_columns(statement, targets, places, self.codes, self.notes)
        for parameter in parameters:
            self._take(parameter)
        if statement.set_name is None or statement.set_span is None:
            return statement.names
        self._add_members(statement.set_name, (), statement.set_span, members)
        return (*statement.names, statement.set_name)

    def _take(self, parameter: Parameter) -> None:
        """Values of a data statement; what a command gave before stays where they say nothing."""
        self.parameters[parameter.name] = laid_over(self.parameters.get(parameter.name), parameter)

    def _places(self, statement: ColumnData, targets: list[Target]) -> int:
        """How many subscripts a row begins with; the set and all parameters must agree."""
        places = targets[0].arity
        if statement.set_name is not None and statement.set_span is not None:
            self._declaration(statement.set_name, statement.set_span, ast.SetDeclaration)
            if self.text.arity(statement.set_name):
                raise error(
                    "subscript-count",
                    statement.set_span,
                    f"`{statement.set_name}` is indexed, a table fills a plain set",
                )
            self._claim(statement.set_name, statement.set_span)
            dimension = self.text.dimension(statement.set_name)
            if dimension != places:
                message = (
                    f"`{statement.set_name}` has dimension {dimension}, `{targets[0].name}` takes {places} subscripts"
                )
                raise error("set-dimension", statement.set_span, message)
        for target, span in zip(targets, statement.name_spans, strict=True):
            if target.arity != places:
                message = f"`{target.name}` takes {target.arity} subscripts, `{targets[0].name}` takes {places}"
                raise error("subscript-count", span, message, "one table holds parameters over the same sets")
        return places

    def _add_members(self, name: str, key: tuple[int, ...], place: Span, members: Members) -> None:
        parts = self._parts.setdefault(name, SetParts(name, len(members.columns)))
        parts.add(key, place, members, self.codes.symbols)

    def _target(self, name: str, place: Span) -> Target:
        declaration = self._declaration(name, place, ast.ParamDeclaration)
        assert isinstance(declaration, ast.ParamDeclaration)
        return Target(name, self.text.arity(name), declaration.kind == "symbolic")

    def _declaration(self, name: str, place: Span, kind: type[ast.Declaration]) -> ast.Declaration:
        """The declaration of an item that data may be given for."""
        declaration = self.text.declarations.get(name)
        if declaration is None:
            help = did_you_mean(name, self.text.declarations)
            raise error("data-unknown", place, f"`{name}` is not declared in the model", help)
        if not isinstance(declaration, kind):
            raise error("data-kind", place, *_kind_message(name, declaration))
        if isinstance(declaration, ast.SetDeclaration | ast.ParamDeclaration) and declaration.assignment in (":=", "="):
            message = f"`{name}` is defined in the model, data cannot change it"
            raise error("data-for-defined", place, message, "use `default` there")
        return declaration

    def _claim(self, name: str, place: Span, key: tuple[int, ...] = ()) -> None:
        """Note that a statement gives this item (of this key); the second one is an error."""
        first = self.places.setdefault((name, key), place)
        if first is not place:
            shown = self.codes.symbols.describe(name, key)
            raise error("data-duplicate", place, f"`{shown}` already has data", f"first at {first}")


def _kind_message(name: str, declaration: ast.Declaration) -> tuple[str, str]:
    if isinstance(declaration, ast.SetDeclaration):
        return f"`{name}` is a set, no parameter", f"use `set {name} := ...`"
    if isinstance(declaration, ast.ParamDeclaration):
        return f"`{name}` is a parameter, no set", f"use `param {name} := ...`"
    noun = {
        ast.VarDeclaration: "variable",
        ast.ArcDeclaration: "arc",
        ast.NodeDeclaration: "node",
        ast.ObjectiveDeclaration: "objective",
        ast.ConstraintDeclaration: "constraint",
    }
    return (
        f"`{name}` is a {noun.get(type(declaration), 'row')}, data are for sets and parameters",
        "remove the statement",
    )
