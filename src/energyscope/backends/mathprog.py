"""A model with its data as one MathProg text, which GLPK's own translator reads.

What the text defines stays a formula; only what MathProg cannot say is carried as values (spec/ampl, section 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from energyscope.atomic import whole_file
from energyscope.backends.mathprog_data import holds_infinity, parameter_data, set_data
from energyscope.backends.mathprog_fixed import held_variable
from energyscope.backends.mathprog_tables import entry_tables, segment_tables
from energyscope.language import ast
from energyscope.language.diagnostics import ModelError
from energyscope.language.printing.mathprog.networks import table_statements
from energyscope.language.printing.mathprog.scope import NOWHERE, Context, OrderNames
from energyscope.language.printing.mathprog.statements import (
    constraint_statements,
    objective_statement,
    param_statement,
    printed_set,
    set_statement,
    var_statement,
)
from energyscope.language.trampoline import Walk, run
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Parameter, Set
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.translation import Translation

_HEADER = """\
# MathProg text written by energyscope for GLPK: model and data in one file.
# Left out: checks and restrictions (they held when the data were read), starting values, what the program does not use.
# 1.7976931348623157e+308 in the data stands for Infinity: GLPK takes it for a bound that is not there.
"""
_SOLVE = "solve;\n"
_DATA = f"{_SOLVE}data;\n"
"""What stands between model and data; texts have no line ends, so that it stands nowhere else."""


@dataclass(frozen=True)
class MathProg:
    """The text, and what a constraint of it is called in the model it was made of.

    `constraints` gives for every constraint of the text the name in the model and how many subscripts to drop.
    `objective` is the name of the row that GLPK makes of the objective, None when there is none.
    """

    text: str
    constraints: dict[str, tuple[str, int]]
    objective: str | None

    def write(self, path: str | Path, data: str | Path | None = None) -> None:
        """Write the text to a file, or the model and its data to a pair of files. Raises OSError."""
        model, mark, figures = self.text.partition(_DATA)
        if data is None:
            _write(self.text, path)
            return
        _write(f"{model}{_SOLVE}end;\n", path)
        _write(f"{mark.removeprefix(_SOLVE)}{figures}", data)


def mathprog(translation: Translation) -> MathProg:
    """The MathProg text of a translated model. Raises ModelError `export` for what GLPK cannot be told."""
    return _Writer(translation.evaluator, translation).written()


def _write(text: str, path: str | Path) -> None:
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


@dataclass
class _Writer:
    """Collects statements and data of one text."""

    ev: Evaluator
    translation: Translation
    statements: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    constraints: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ctx = Context.of(self.ev.text)
        self.ctx.pieces, self.piece_data = segment_tables(self.ctx, self.ev)

    def written(self) -> MathProg:
        goal = self.translation.program.objective
        needed = _needed(self.ev, None if goal is None else goal.name)
        targets = self.ev.networks.targets()
        statable = [each for name, each in self.ev.text.declarations.items() if name in needed]
        for declaration in (each for each in statable if each.name not in targets):
            self._declaration(declaration)
        for declaration in (each for each in statable if each.name in targets):
            self._entries(declaration.name)
            self._declaration(declaration)
        for node in [each for each, table in self.ctx.pieces.items() if table.declared]:
            self.data.extend(self.piece_data[node])
        order = [line for name, names in self.ctx.ordered.items() for line in self._order(name, names)]
        text = [_HEADER, *order, *self.statements, _DATA, *self.data, "end;\n"]
        return MathProg("".join(text), self.constraints, None if goal is None else goal.name)

    def _declaration(self, node: ast.Declaration) -> None:
        match node:
            case ast.SetDeclaration():
                self._set(node)
            case ast.ParamDeclaration():
                self._param(node)
            case ast.VarDeclaration():
                self._variable(node)
            case ast.ObjectiveDeclaration():
                self._state(run(objective_statement(self.ctx, node)))
            case ast.ConstraintDeclaration() | ast.NodeDeclaration():
                self._constraint(self.ev.text.constraints[node.name])

    def _state(self, *statements: str) -> None:
        """Put down statements behind the auxiliary sets that they need."""
        for auxiliary in self.ctx.pending:
            self.statements.append((auxiliary if isinstance(auxiliary, str) else printed_set(auxiliary)) + "\n")
        self.ctx.pending.clear()
        self.statements.extend(f"{statement}\n" for statement in statements)

    def _entries(self, name: str) -> None:
        """The tables of the entries of a row family, whose rows are written when all variables are declared."""
        tables, data = entry_tables(self.ctx, self.ev, name)
        self.ctx.tables[name] = tables
        self.data.extend(data)
        self._state(*(statement for table in tables for statement in table_statements(table)))

    def _variable(self, node: ast.VarDeclaration) -> None:
        if node.name in self.ev.data.fixed:
            held = held_variable(self.ctx, self.translation.program.variables[node.name], self.ev.symbols)
            self._state(*held.statements)
            self.data.extend(held.data)
        elif node.fixed is None:
            self._state(run(var_statement(self.ctx, node)))

    def _set(self, node: ast.SetDeclaration) -> None:
        given = self.ev.data.sets.get(node.name)
        as_data = given is not None and node.assignment == ":="
        if not self._stated(lambda as_data: set_statement(self.ctx, node, as_data=as_data), as_data):
            given = self.ev.set_table(node.name)
        if given is not None:
            self.data.extend(set_data(given, self.ev.symbols))

    def _param(self, node: ast.ParamDeclaration) -> None:
        given = self.ev.data.parameters.get(node.name)
        default = None if given is None else self._default(given)
        infinite = bool(self.ev.text.dependencies(node.name) & self.ctx.infinite)
        as_data = node.assignment in (":=", "=") and (given is not None or infinite)
        if not self._stated(lambda as_data: param_statement(self.ctx, node, default, as_data=as_data), as_data):
            given = self.ev.parameter_table(node.name)
        if (given is not None and holds_infinity(given.values)) or _says_infinity(node.definition):
            self.ctx.infinite.add(node.name)
        if given is not None:
            self.data.append(parameter_data(given, self.ev.symbols))

    def _default(self, given: Parameter) -> ast.Expression | None:
        """What the data section states for subscripts without a value."""
        if given.default is None:
            return None
        if given.values.dtype.kind != "i":
            return ast.Number(NOWHERE, float(given.default))
        member = self.ev.symbols.member(int(given.default))
        return ast.Text(NOWHERE, member) if isinstance(member, str) else ast.Number(NOWHERE, member)

    def _stated(self, statement: Callable[[bool], Walk[str]], as_data: bool) -> bool:
        """Put down a declaration with its definition; False where its values alone are written."""
        if not as_data:
            try:
                self._state(run(statement(False)))
            except ModelError as failure:
                if failure.diagnostics[0].code != "export":
                    raise
                self.ctx.pending.clear()
            else:
                return True
        self._state(run(statement(True)))
        return False

    def _constraint(self, node: ast.ConstraintDeclaration) -> None:
        for name, statement in run(constraint_statements(self.ctx, node)):
            self._state(statement)
            extra = 1 if node.indexing is None and not isinstance(node.body, ast.Row) else 0
            self.constraints[name] = (node.name, extra)

    def _order(self, name: str, names: OrderNames) -> Iterator[str]:
        """The parameters that carry the order of a set, and their values."""
        given = self.ev.set_table(name)
        counts = np.diff(given.offsets)
        keys = tuple(np.repeat(column, counts) for column in given.keys.columns)
        starts = np.repeat(given.offsets[:-1], counts)
        places = np.arange(len(given.members), dtype=np.float64) - starts + 1
        members = given.members.columns[0]
        by_member = Index((*keys, members))
        by_place = Index((*keys, self.ev.symbols.codes_of_numbers(places)))
        once = (Index((), 1), np.array([0, len(members)], dtype=np.int64))
        self.data.extend(set_data(Set(names.place_set, *once, by_member), self.ev.symbols))
        self.data.extend(set_data(Set(names.member_set, *once, by_place), self.ev.symbols))
        self.data.append(parameter_data(Parameter(names.place, by_member, places), self.ev.symbols))
        self.data.append(parameter_data(Parameter(names.member, by_place, members), self.ev.symbols))
        yield f"set {names.place_set} dimen {by_member.dimension};\n"
        yield f"param {names.place} {{{names.place_set}}};  # place of a member of {name}\n"
        yield f"set {names.member_set} dimen {by_place.dimension};\n"
        yield f"param {names.member} {{{names.member_set}}} symbolic;  # member of {name} at a place\n"


def _needed(ev: Evaluator, objective: str | None) -> set[str]:
    """The names that the rows and the active objective read, directly or through others."""
    open_names = [*ev.text.constraints, *([] if objective is None else [objective])]
    targets = ev.networks.targets()
    needed: set[str] = set()
    while open_names:
        name = open_names.pop()
        if name not in needed:
            needed.add(name)
            open_names.extend((*ev.text.dependencies(name), *targets.get(name, ())))
    return needed


def _says_infinity(node: ast.Expression | None) -> bool:
    stack: list[object] = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Number) and abs(part.value) == float("inf"):
            return True
        if isinstance(part, ast.Node):
            stack.extend(getattr(part, name) for name in part.__dataclass_fields__)
        elif isinstance(part, tuple):
            stack.extend(part)
    return False
