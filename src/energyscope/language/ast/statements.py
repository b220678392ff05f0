"""Statements that declare nothing: checks, commands, tables, data, and the files they all stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from energyscope.language.ast.declarations import (
    ConstraintDeclaration,
    NodeDeclaration,
    ObjectiveDeclaration,
    ParamDeclaration,
    SetDeclaration,
    VarDeclaration,
)
from energyscope.language.ast.expressions import Expression, Indexing, ListItem, Reference
from energyscope.language.ast.node import Node, same
from energyscope.language.data.lets import Lets
from energyscope.language.source import Source, Span


@dataclass(frozen=True, slots=True, eq=False)
class Check(Node):
    """`check {…}: condition;`; the span begins at the keyword."""

    indexing: Indexing | None
    condition: Expression


@dataclass(frozen=True, slots=True, eq=False)
class ObjectiveChoice(Node):
    """`objective NAME;`"""

    name: str
    name_span: Span = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Let(Node):
    """`let {…} target := value;`: a new value for a parameter, a set, or the starting value of a variable."""

    indexing: Indexing | None
    target: Reference
    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class LetRun(Node):
    """Many `let name[constants] := constant;` in a row, as columns."""

    lets: Lets


@dataclass(frozen=True, slots=True, eq=False)
class Fix(Node):
    """`fix {…} x[i] := value;`; without value, at the present one."""

    indexing: Indexing | None
    target: Reference
    value: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Unfix(Node):
    """`unfix {…} x[i];`"""

    indexing: Indexing | None
    target: Reference


@dataclass(frozen=True, slots=True, eq=False)
class For(Node):
    """`for {…} { … }`: the body for each member, in order."""

    indexing: Indexing
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class If(Node):
    """`if test then { … } else { … }` as a command; a chain of `else if` is one node."""

    branches: tuple[tuple[Expression, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Printing(Node):
    """`display …;`, `print …;`, `printf {…} "format", …> file;`: shown after the solve.

    The first item of `printf` is its format. `redirect` is the file behind `>`, or `>>` when it is `appended` to.
    """

    keyword: Literal["display", "print", "printf"]
    indexing: Indexing | None
    items: tuple[ListItem, ...]
    redirect: Expression | None = None
    appended: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TableField(Node):
    """One column of a table: a parameter or an expression, `~`, the name of the column in the file."""

    expression: Expression
    column: str


@dataclass(frozen=True, slots=True, eq=False)
class TableIn(Node):
    """`table t IN "CSV" "file" : SET <- [columns], param ~ column, …;`: read where it stands.

    `target` is the set that the keys fill, None where only parameters are read.
    """

    name: str
    arguments: tuple[Expression, ...]
    target: Reference | None
    keys: tuple[str, ...]
    fields: tuple[TableField, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TableOut(Node):
    """`table t {…} OUT "CSV" "file" : expression ~ column, …;`: written after the solve."""

    name: str
    indexing: Indexing
    arguments: tuple[Expression, ...]
    fields: tuple[TableField, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Skipped(Node):
    """`solve; option …; write …;`: read to its `;`, not acted on while the problem is built.

    Printing commands that cannot be read are skipped, too; `reason` then says why they cannot be shown.
    """

    keyword: str
    text: str
    reason: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class DataSection(Node):
    """`data;` to `model;` or the end of the file.

    Its statements are those of `energyscope.language.data.section`, and commands.
    """

    statements: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Inclusion(Node):
    """`model FILE;` or `data FILE;`: the statements of that file stand here."""

    mode: Literal["model", "data"]
    name: str
    statements: tuple[Statement, ...] = field(repr=False)


Statement: TypeAlias = (
    SetDeclaration
    | ParamDeclaration
    | VarDeclaration
    | ObjectiveDeclaration
    | ConstraintDeclaration
    | Check
    | NodeDeclaration
    | ObjectiveChoice
    | Let
    | LetRun
    | Fix
    | Unfix
    | For
    | If
    | Printing
    | TableIn
    | TableOut
    | Skipped
    | DataSection
    | Inclusion
)


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """One file: its statements in order."""

    source: Source
    statements: tuple[Statement, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, File) and same(self.statements, other.statements)

    __hash__ = None  # type: ignore[assignment]
