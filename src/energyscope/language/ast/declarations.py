"""Declarations: sets, parameters, variables, objectives, constraints, and the nodes and arcs of networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from energyscope.language.ast.expressions import Expression, Indexing, Reference
from energyscope.language.ast.node import Node
from energyscope.language.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Declaration(Node):
    """What all declarations share; the span is that of the whole statement."""

    name: str
    name_span: Span = field(repr=False, compare=False)
    alias: str | None
    indexing: Indexing | None


@dataclass(frozen=True, slots=True, eq=False)
class SetDeclaration(Declaration):
    """`set S {…} dimen 2 within T ordered := …;`"""

    dimension: int | None = None
    within: tuple[Expression, ...] = ()
    ordering: Literal["ordered", "circular"] | None = None
    ordered_by: str | None = None
    assignment: Literal[":=", "=", "default"] | None = None
    definition: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Restriction(Node):
    """`>= 0`, `<> other` or `in S` (operator `in`) on the values of a parameter."""

    operator: str
    bound: Expression


@dataclass(frozen=True, slots=True, eq=False)
class ParamDeclaration(Declaration):
    """`param p {…} integer >= 0 default 3;`"""

    kind: Literal["real", "integer", "binary", "symbolic"] = "real"
    restrictions: tuple[Restriction, ...] = ()
    assignment: Literal[":=", "=", "default"] | None = None
    definition: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)
class VarDeclaration(Declaration):
    """`var x {…} integer >= 0, <= 5 := 1;`; `fixed` is the right side of `= expr` (a defined variable)."""

    kind: Literal["real", "integer", "binary"] = "real"
    lower: tuple[Expression, ...] = ()
    upper: tuple[Expression, ...] = ()
    initial: Expression | None = None
    fixed: Expression | None = None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Entry(Node):
    """`coeff {…} row[…] e`, `obj {…} cost e`, `cover {…} row[…]`, `from {…} node[…] e`, `to {…} node[…] e`.

    A column's coefficient in rows declared before it; the coefficient is 1 where none is written.
    """

    kind: Literal["coeff", "obj", "cover", "from", "to"]
    indexing: Indexing | None
    target: Reference
    coefficient: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class ArcDeclaration(VarDeclaration):
    """`arc flow {…} >= 0, <= capacity, from origin, to destination gain, obj cost price;`"""


@dataclass(frozen=True, slots=True, eq=False)
class NodeDeclaration(Declaration):
    """`node balance {…}: net_in = demand;`; without a body what comes in goes out.

    In the body, a NetFlow stands among the sides (with constants added to it).
    """

    body: Row | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ObjectiveDeclaration(Declaration):
    """`minimize cost: …;`"""

    sense: Literal["minimize", "maximize"] = "minimize"
    expression: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Row(Node):
    """`a <= b` or `a <= b <= c`: two or three sides and the relations `<= = >=` between them."""

    sides: tuple[Expression, ...]
    operators: tuple[str, ...]
    operator_spans: tuple[Span, ...] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalRow(Node):
    """`if test then row else row`; a chain of `else if` is one node."""

    branches: tuple[tuple[Expression, RowBody], ...]
    otherwise: RowBody | None


RowBody: TypeAlias = Row | ConditionalRow


@dataclass(frozen=True, slots=True, eq=False)
class ConstraintDeclaration(Declaration):
    """`subject to name {…}: body;`"""

    body: RowBody
