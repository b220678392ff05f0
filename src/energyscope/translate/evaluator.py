"""The evaluator: one model text with one set of data, and everything computed from them so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from energyscope.language import ast
from energyscope.language.diagnostics import Diagnostic
from energyscope.language.modeltext import ModelText
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk, run
from energyscope.modeldata.items import Parameter, Set
from energyscope.modeldata.model_data import ModelData
from energyscope.modeldata.symbols import Codes
from energyscope.translate import conditions, expressions, sets, values
from energyscope.translate.constant_sets import ConstantSets
from energyscope.translate.declared_sets import DeclaredSets
from energyscope.translate.dependencies import Dependencies
from energyscope.translate.figures import Figures
from energyscope.translate.frame import Frame, IndexUse, Mask
from energyscope.translate.members import Members
from energyscope.translate.networks import Networks
from energyscope.translate.parameters import Parameters
from energyscope.translate.piecewise import Pieces
from energyscope.translate.recursion import row_name
from energyscope.translate.values import Value
from energyscope.translate.variables import Variables


class Evaluator:
    """Values, conditions and sets of the expressions of a text, computed when needed and remembered by name.

    It answers for the data as they were at `version`; after an edit of the data a new evaluator is made. While the
    commands of a text are carried out, one evaluator is told what changes (`forget`).
    The walks `value`, `condition` and `set` are the three faces of an expression (see `trampoline`).
    With the `figures` of a solution, variables, objectives and constraints are numbers in all of them.
    """

    def __init__(self, text: ModelText, data: ModelData, figures: Figures | None = None) -> None:
        self.text = text
        self.data = data
        self.figures = figures
        self.version = data.version
        self.symbols = data.symbols
        self.recursive = frozenset(name for name in text.declarations if name in text.dependencies(name))
        self.use = IndexUse(
            set(text.declarations) - text.index_names, {name: row_name(name) for name in self.recursive}
        )
        self.constant_sets = ConstantSets()
        self.warnings: dict[tuple[str, int], Diagnostic] = {}
        self.sets = DeclaredSets(self)
        self.parameters = Parameters(self)
        self.variables = Variables(self)
        self.networks = Networks(self)
        self.pieces = Pieces(self)

    def value(self, node: ast.Expression, frame: Frame) -> Walk[Value]:
        """Numbers, members or linear expressions, one a row."""
        return expressions.value(self, node, frame)

    def condition(self, node: ast.Expression, frame: Frame) -> Walk[Mask]:
        """Where a condition holds."""
        return conditions.condition(self, node, frame)

    def set(self, node: ast.Expression, frame: Frame) -> Walk[Members]:
        """The set in every row."""
        return sets.members(self, node, frame)

    def as_codes(self, value: Value) -> Codes:
        """A value as members."""
        return values.as_codes(self, value)

    def set_table(self, name: str) -> Set:
        """A declared set over its whole index set, given or derived."""
        return run(self.sets.table(self.text.sets[name]))

    def parameter_table(self, name: str) -> Parameter:
        """A parameter over its whole index set, given or derived."""
        return run(self.parameters.table(self.text.parameters[name]))

    def renewed(self, data: ModelData) -> Evaluator:
        """An evaluator of the same text for other data, or for these after an edit."""
        return Evaluator(self.text, data)

    @cached_property
    def dependencies(self) -> Dependencies:
        """Which items need which."""
        return Dependencies(self.text)

    def forget(self, names: Iterable[str]) -> None:
        """Drop what was computed of some items, whose data are new, and of all that need them."""
        stale = frozenset[str]().union(*(self.dependencies.downstream(name) for name in names))
        self.sets.forget(stale)
        self.parameters.forget(stale)
        self.constant_sets.forget(stale, self.dependencies)

    def warn(self, code: str, span: Span, message: str, help: str | None = None) -> None:
        """Note a warning, once a place."""
        self.warnings.setdefault((code, span.start), Diagnostic(code, "warning", span, message, help))

    def other_spelling(self, columns: Sequence[Codes], row: int) -> str | None:
        """A help sentence where a subscript has a twin, the number 1 and the text '1'."""
        for column in columns:
            member = self.symbols.member(int(column[row]))
            if isinstance(member, str):
                try:
                    twin = float(member)
                except ValueError:
                    continue
                if self.symbols.find(twin) >= 0:
                    return f"'{member}' is text; the set holds the number {twin:g}"
            elif self.symbols.find(self.symbols.label(int(column[row]))) >= 0:
                return f"{self.symbols.label(int(column[row]))} is a number; the set holds the text of that spelling"
        return None


def evaluator_of(data: ModelData) -> Evaluator:
    """An evaluator of the text that the data belong to: the one to hand to `ModelData.evaluator`."""
    if data.text is None:
        raise ValueError("these data belong to no model text: derived values cannot be computed")
    return Evaluator(data.text, data)
