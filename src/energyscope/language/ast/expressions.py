"""Expressions: numbers, text, sets and conditions share one tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from energyscope.language.ast.node import Node
from energyscope.language.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Number(Node):
    """A number literal; `Infinity` is one."""

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Text(Node):
    """A string literal, delimiters and doubling removed."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Reference(Node):
    """A name with its subscripts: an index, a set, a parameter, a variable (the resolver knows which)."""

    name: str
    subscripts: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """A built-in function of its arguments; the span is that of the whole call, which begins at the name."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tuple(Node):
    """`(a, b)`: a member with several places."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Chain(Node):
    """Operands of one left-associative level: operators[k] stands before operands[k + 1].

    Levels: `+ - less`; `* / div mod`; `&`; `or`; `and`; `union diff symdiff`; `inter`; `cross`.
    """

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]
    operator_spans: tuple[Span, ...] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Node):
    """`-x`, `+x` or `not x`."""

    operator: Literal["-", "+", "not"]
    operand: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Power(Node):
    """`base ^ exponent`."""

    base: Expression
    exponent: Expression
    operator_span: Span = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Node):
    """`left op right` with op one of `< <= = <> >= >` (`==` is read as `=`, `!=` as `<>`)."""

    operator: str
    left: Expression
    right: Expression
    operator_span: Span = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Membership(Node):
    """`member in set` (the member may be a Tuple) or `set within set`, or the negation of either."""

    operator: Literal["in", "within"]
    negated: bool
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Conditional(Node):
    """`if test then value else if test then value … else otherwise`; a chain of `else if` is one node."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class IndexItem(Node):
    """`i in S`, `(i, 'x', k) in S` or just `S`: slots are new names (plain References) or values to match."""

    slots: tuple[Expression, ...]
    set: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Indexing(Node):
    """`{items: condition}`; also a set expression."""

    items: tuple[IndexItem, ...]
    condition: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Iterated(Node):
    """`sum prod min max exists forall setof union inter` over an indexing; the body of `setof` may be a Tuple."""

    operator: str
    indexing: Indexing
    body: Expression


@dataclass(frozen=True, slots=True, eq=False)
class SetLiteral(Node):
    """`{a, b, (c, d)}` or `{}`."""

    members: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Range(Node):
    """`start .. stop by step`."""

    start: Expression
    stop: Expression
    step: Expression | None
    operator_span: Span = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class ListItem(Node):
    """`expression` or `{indexing} expression`: one item of a list that may run over an indexing."""

    indexing: Indexing | None
    expression: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Piecewise(Node):
    """`<<breaks; slopes>> argument` or `<<…>> (argument, zero)`: a piecewise-linear function of one variable.

    It is 0 where the argument is `zero` (0 when left out).
    """

    breaks: tuple[ListItem, ...]
    slopes: tuple[ListItem, ...]
    argument: Expression
    zero: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Suffix(Node):
    """`x[i].val`, `row.dual`: a figure of the solution; only printing code and OUT tables may hold it."""

    reference: Reference
    name: str
    name_span: Span = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class ToCome(Node):
    """`to_come`: where the entries of later variables go."""


@dataclass(frozen=True, slots=True, eq=False)
class NetFlow(Node):
    """`net_in` or `net_out` of the node being declared: the sum of what its arcs bring, or take."""

    direction: Literal["net_in", "net_out"]


Expression: TypeAlias = (
    Number
    | Text
    | Reference
    | Call
    | Tuple
    | Chain
    | Unary
    | Power
    | Comparison
    | Membership
    | Conditional
    | Indexing
    | Iterated
    | SetLiteral
    | Range
    | Piecewise
    | Suffix
    | ToCome
    | NetFlow
)
