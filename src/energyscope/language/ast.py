"""The tree of a model text: frozen nodes, each with its span.

Two nodes are equal when they say the same, wherever they stand: spans do not count. Comparison, like every walk over
the tree, keeps its own stack, so that depth never meets Python's recursion limit. Nodes are not hashable: caches are
keyed by `id`. Parentheses leave no trace; chains of operators of one level (`a + b - c`) are one flat node.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias

from energyscope.language.source import Source, Span


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Base of all nodes."""

    span: Span = field(repr=False, compare=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and _same(self, other)

    __hash__ = None  # type: ignore[assignment]


def _same(left: Any, right: Any) -> bool:
    pairs = [(left, right)]
    while pairs:
        a, b = pairs.pop()
        if type(a) is not type(b):
            return False
        if isinstance(a, Node):
            pairs.extend((getattr(a, f.name), getattr(b, f.name)) for f in fields(a) if f.compare)
        elif isinstance(a, tuple):
            if len(a) != len(b):
                return False
            pairs.extend(zip(a, b, strict=True))
        elif a != b:
            return False
    return True


# --- expressions: numbers, text, sets and conditions share one tree ------------------------------------------------


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
)


# --- declarations ----------------------------------------------------------------------------------------------------


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


# --- other statements ------------------------------------------------------------------------------------------------


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
class Skipped(Node):
    """`solve; display …; printf …; option …;`: read to its `;`, not acted on while the problem is built."""

    keyword: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class DataSection(Node):
    """`data;` to `model;` or the end of the file. Its statements are those of `energyscope.language.data.section`."""

    statements: tuple[Node, ...]


Statement: TypeAlias = (
    SetDeclaration
    | ParamDeclaration
    | VarDeclaration
    | ObjectiveDeclaration
    | ConstraintDeclaration
    | Check
    | ObjectiveChoice
    | Skipped
    | DataSection
)


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """One file: its statements in order."""

    source: Source
    statements: tuple[Statement, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, File) and _same(self.statements, other.statements)

    __hash__ = None  # type: ignore[assignment]
