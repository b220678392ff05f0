"""What the rewriting of a text remembers: names in use, auxiliary sets, sets whose order is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from energyscope.language import ast
from energyscope.language.modeltext import ModelText
from energyscope.language.source import Source, Span

NOWHERE = Span(Source("mathprog", ""), 0, 0)
"""The span of nodes that the rewriting makes."""


@dataclass(frozen=True)
class OpenItem:
    """An index item in MathProg's form and the indices it opens there."""

    item: ast.IndexItem
    indices: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """What the indices of the text stand for at one place.

    `names` maps an index to what is written for it, `sets` to the set it runs over (as the text has it); `items` are
    the index items that are open, outermost first. With `renaming` new indices get names of their own, as they must
    where a piece of text is written a second time.
    """

    names: Mapping[str, ast.Expression] = field(default_factory=dict)
    sets: Mapping[str, ast.Expression] = field(default_factory=dict)
    items: tuple[OpenItem, ...] = ()
    renaming: bool = False

    def binding(self, names: Mapping[str, ast.Expression], sets: Mapping[str, ast.Expression]) -> Scope:
        """This scope with more indices."""
        return replace(self, names={**self.names, **names}, sets={**self.sets, **sets})

    def opening(self, item: OpenItem) -> Scope:
        """This scope inside one more index item."""
        return replace(self, items=(*self.items, item))


@dataclass(frozen=True)
class OrderNames:
    """The parameters that give place and member of an ordered set, and the sets they are indexed over."""

    place: str
    place_set: str
    member: str
    member_set: str


@dataclass(frozen=True)
class EntryTable:
    """What one variable puts into one row family: a parameter of coefficients over a set of (row, column) places."""

    column: str
    places: str
    coefficient: str
    row_places: int
    column_places: int


@dataclass
class SegmentTable:
    """Names of what the piecewise-linear terms of one place in the text are written with.

    `keys` are the indices of the text that tell the terms apart; the sets `terms`, `segments` and `steps` (of those
    with binaries, None where there are none) index the parameters and variables. `declared` once that is done.
    """

    keys: tuple[str, ...]
    terms: str
    segments: str
    steps: str | None
    base: str
    anchor: str
    count: str
    slope: str
    sign: str
    lower: str
    upper: str
    segment: str
    split: str
    reached: str
    filled: str
    opened: str
    declared: bool = False


@dataclass
class Context:
    """The state of one export.

    `pending` are auxiliary sets and ready statements that come before the statement at hand, `infinite` the parameters
    that have infinite values. `tables` holds the entries of columns by row family, `entries` those of the rows at hand;
    `pieces` the piecewise-linear terms by `id` of their node.
    """

    text: ModelText
    taken: set[str]
    infinite: set[str] = field(default_factory=set)
    pending: list[ast.SetDeclaration | str] = field(default_factory=list)
    ordered: dict[str, OrderNames] = field(default_factory=dict)
    tables: dict[str, tuple[EntryTable, ...]] = field(default_factory=dict)
    entries: ast.Expression | None = None
    pieces: dict[int, SegmentTable] = field(default_factory=dict)

    @classmethod
    def of(cls, text: ModelText) -> Context:
        """A fresh one; no name that stands in the text will be given to anything else."""
        return cls(text, {*text.declarations, *text.index_names})

    def fresh(self, wish: str) -> str:
        """A name that nothing has yet."""
        name, number = wish, 1
        while name in self.taken:
            number += 1
            name = f"{wish}_{number}"
        self.taken.add(name)
        return name

    def indices(self, count: int) -> tuple[ast.Reference, ...]:
        """New indices."""
        return tuple(reference(self.fresh("i_")) for _ in range(count))

    def order_names(self, name: str) -> OrderNames:
        """The parameters that know the order of a set."""
        if name not in self.ordered:
            wishes = (f"ORD_{name}", f"ORD_SET_{name}", f"SEQ_{name}", f"SEQ_SET_{name}")
            self.ordered[name] = OrderNames(*map(self.fresh, wishes))
        return self.ordered[name]


def reference(name: str, subscripts: Sequence[ast.Expression] = ()) -> ast.Reference:
    """A reference that the text does not hold."""
    return ast.Reference(NOWHERE, name, tuple(subscripts))


def number(value: float) -> ast.Number:
    """A number that the text does not hold."""
    return ast.Number(NOWHERE, float(value))


def chain(operator: str, *operands: ast.Expression) -> ast.Expression:
    """`a op b op c`; one operand stands for itself."""
    if len(operands) == 1:
        return operands[0]
    operators = (operator,) * (len(operands) - 1)
    return ast.Chain(NOWHERE, tuple(operands), operators, (NOWHERE,) * len(operators))


def negation(operand: ast.Expression) -> ast.Expression:
    """`not a`."""
    return ast.Unary(NOWHERE, "not", operand)


def comparison(left: ast.Expression, operator: str, right: ast.Expression) -> ast.Expression:
    """`a op b`."""
    return ast.Comparison(NOWHERE, operator, left, right, NOWHERE)


def call(function: str, *arguments: ast.Expression) -> ast.Expression:
    """`function(a, b)`."""
    return ast.Call(NOWHERE, function, tuple(arguments))


def names_in(root: ast.Node) -> set[str]:
    """All names that are referred to below a node."""
    names: set[str] = set()
    stack: list[object] = [root]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Reference):
            names.add(part.name)
        if isinstance(part, ast.Node):
            stack.extend(getattr(part, field) for field in part.__dataclass_fields__)
        elif isinstance(part, tuple):
            stack.extend(part)
    return names


def member_of(indices: Sequence[ast.Expression]) -> ast.Expression:
    """One index, or a tuple of them."""
    return indices[0] if len(indices) == 1 else ast.Tuple(NOWHERE, tuple(indices))
