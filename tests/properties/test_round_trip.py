"""Whatever can be said in a tree is said the same in text: parse(print(tree)) == tree.

Trees are generated in the shape the parser gives them: flat chains, flat conditionals, members and sets where they
belong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from energyscope.language import ast
from energyscope.language.diagnostics import Report
from energyscope.language.printing.printer import print_expression, print_file
from energyscope.language.resolving.functions import SIGNATURES
from energyscope.language.source import Source, Span
from energyscope.language.syntax.parser import parse_file

Draw = Callable[[st.SearchStrategy[Any]], Any]
Strategy = st.SearchStrategy[Any]

SPAN = Span(Source("generated.mod", ""), 0, 0)
SETS = ("S", "T", "ARCS_2")

names = st.sampled_from(("x", "F_t", "_a", "first", "max", "node", "solve", "data", "end"))
set_names = st.sampled_from(SETS)
characters = st.characters(codec="utf-8", exclude_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def tuples(strategy: Strategy, least: int = 1, most: int = 3) -> Strategy:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def make(kind: type[ast.Node], *parts: Strategy) -> Strategy:
    return st.builds(lambda *values: kind(SPAN, *values), *parts)


def with_operator(kind: type[ast.Node], *parts: Strategy) -> Strategy:
    return st.builds(lambda *values: kind(SPAN, *values, SPAN), *parts)


def chains(operators: tuple[str, ...], operands: Strategy) -> Strategy:
    def chain(first: Any, rest: list[tuple[str, Any]]) -> ast.Chain:
        spans = (SPAN,) * len(rest)
        return ast.Chain(SPAN, (first, *(o for _, o in rest)), tuple(o for o, _ in rest), spans)

    rest = st.lists(st.tuples(st.sampled_from(operators), operands), min_size=1, max_size=3)
    return st.builds(chain, operands, rest)


def conditionals(kind: type[ast.Node], tests: Strategy, values: Strategy, else_needed: bool = False) -> Strategy:
    branches = tuples(st.tuples(tests, values), most=2)
    otherwise = values.filter(lambda value: not isinstance(value, kind))
    return make(kind, branches, otherwise if else_needed else st.none() | otherwise)


numbers = make(ast.Number, st.floats(min_value=0, allow_nan=False) | st.integers(0, 10**18).map(float))
texts = make(ast.Text, st.text(characters, max_size=6))

relations = st.sampled_from(("<", "<=", "=", "<>", ">=", ">"))


class Level(NamedTuple):
    """Strategies for trees of a limited depth."""

    values: Strategy
    sets: Strategy
    conditions: Strategy
    indexings: Strategy
    members: Strategy
    joined: Strategy


def lowest() -> Level:
    values = numbers | make(ast.Reference, names)
    sets = make(ast.Reference, set_names) | st.just(ast.SetLiteral(SPAN, ()))
    items = make(ast.IndexItem, tuples(make(ast.Reference, names)) | st.just(()), sets)
    conditions = with_operator(ast.Comparison, relations, values, values)
    indexings = make(ast.Indexing, tuples(items, most=2))
    return Level(values, sets, conditions, indexings, values | texts, chains(("&",), values | texts))


def above(below: Level) -> Level:
    """Trees one step deeper."""
    values, sets, conditions, indexings, members, joined = below
    pairs = make(ast.Tuple, tuples(members, least=2))
    slots = tuples(make(ast.Reference, names) | members)
    items = make(ast.IndexItem, slots | st.just(()), sets)
    listed = make(ast.ListItem, st.none() | indexings, values)
    return Level(
        st.one_of(
            values,
            make(ast.Reference, names, tuples(members)),
            make(ast.Call, st.sampled_from(sorted(SIGNATURES)), tuples(members | sets)),
            chains(("+", "-", "less"), values),
            chains(("*", "/", "div", "mod"), values),
            make(ast.Unary, st.sampled_from("+-"), values),
            with_operator(ast.Power, values, values),
            conditionals(ast.Conditional, conditions, values),
            make(ast.Iterated, st.sampled_from(("sum", "prod", "min", "max")), indexings, values),
            make(ast.Piecewise, tuples(listed, least=0), tuples(listed), values, st.none() | values),
        ),
        st.one_of(
            sets,
            make(ast.Reference, set_names, tuples(members)),
            chains(("union", "diff", "symdiff"), sets),
            chains(("inter",), sets),
            chains(("cross",), sets),
            make(ast.SetLiteral, tuples(members | pairs)),
            indexings,
            with_operator(ast.Range, values, values, st.none() | values),
            conditionals(ast.Conditional, conditions, sets, else_needed=True),
            make(ast.Iterated, st.just("setof"), indexings, members | pairs | joined),
            make(ast.Iterated, st.sampled_from(("union", "inter")), indexings, sets),
        ),
        st.one_of(
            with_operator(ast.Comparison, relations, members | joined, members),
            make(ast.Membership, st.just("in"), st.booleans(), members | pairs, sets),
            make(ast.Membership, st.just("within"), st.booleans(), sets, sets),
            chains(("or",), conditions),
            chains(("and",), conditions),
            make(ast.Unary, st.just("not"), conditions),
            make(ast.Iterated, st.sampled_from(("exists", "forall")), indexings, conditions),
        ),
        make(ast.Indexing, tuples(items, most=2), st.none() | conditions),
        st.one_of(members, values),
        chains(("&",), members),
    )


shallow = above(lowest())
middle = above(shallow)
deep = above(middle)

heads = (names, st.just(SPAN), st.none() | st.text(characters, max_size=4), st.none() | shallow.indexings)
set_heads = (set_names, *heads[1:])
bounds = tuples(middle.values, least=0, most=2)
directed = st.sampled_from((("<=",), ("=",), (">=",), ("<=", "<="), (">=", ">=")))


def definitions(strategy: Strategy) -> Strategy:
    return st.just((None, None)) | st.tuples(st.sampled_from((":=", "=", "default")), strategy)


@st.composite
def set_declarations(draw: Draw) -> ast.SetDeclaration:
    ordering = draw(st.sampled_from((None, "ordered", "circular")))
    by = draw(st.sampled_from((None, "T", "a b"))) if ordering else None
    dimension = draw(st.none() | st.integers(1, 5))
    within = draw(tuples(shallow.sets, least=0, most=2))
    return ast.SetDeclaration(
        SPAN, *map(draw, set_heads), dimension, within, ordering, by, *draw(definitions(middle.sets))
    )


@st.composite
def param_declarations(draw: Draw) -> ast.ParamDeclaration:
    restriction = make(ast.Restriction, st.sampled_from(("<", "<=", "<>", ">=", ">")), middle.values) | make(
        ast.Restriction, st.just("in"), shallow.sets
    )
    kind = draw(st.sampled_from(("real", "integer", "binary", "symbolic")))
    restrictions = draw(tuples(restriction, least=0, most=2))
    return ast.ParamDeclaration(
        SPAN, *map(draw, heads), kind, restrictions, *draw(definitions(middle.members | middle.joined))
    )


@st.composite
def rows(draw: Draw) -> ast.Row:
    operators = draw(directed)
    sides = tuple(draw(middle.values) for _ in range(len(operators) + 1))
    return ast.Row(SPAN, sides, operators, (SPAN,) * len(operators))


conditional_rows = conditionals(ast.ConditionalRow, shallow.conditions, rows())
bodies = rows() | conditional_rows | conditionals(ast.ConditionalRow, shallow.conditions, rows() | conditional_rows)
to_come = make(ast.ToCome)
net_flows = make(ast.NetFlow, st.sampled_from(("net_in", "net_out")))


def held(places: Strategy) -> Strategy:
    """Rows that hold a placeholder: alone, or in a sum."""
    return st.builds(
        lambda row, place: ast.Row(SPAN, (place, *row.sides[1:]), row.operators, row.operator_spans),
        rows(),
        places | chains(("+", "-"), shallow.values | places),
    )


def entries(kinds: tuple[str, ...], coefficients: Strategy) -> Strategy:
    targets = make(ast.Reference, names, tuples(shallow.members, least=0))
    return make(ast.Entry, st.sampled_from(kinds), st.none() | shallow.indexings, targets, coefficients)


column_entries = entries(("obj", "coeff"), shallow.values) | entries(("cover",), st.none())
arc_entries = column_entries | entries(("from", "to"), st.none() | shallow.values)
columns = (
    *heads,
    st.sampled_from(("real", "integer", "binary")),
    bounds,
    bounds,
    st.none() | middle.values,
    st.none() | middle.values,
)
var_declarations = make(ast.VarDeclaration, *columns, tuples(column_entries, least=0, most=2))
arc_declarations = make(ast.ArcDeclaration, *columns, tuples(arc_entries, least=0, most=3))
targets = make(ast.Reference, names, tuples(shallow.members, least=0))
listed = make(ast.ListItem, st.none() | shallow.indexings, shallow.values | shallow.sets | shallow.members)
plain = make(ast.ListItem, st.none(), shallow.values | texts)
columns_of_files = st.sampled_from(("FROM", "to go", "in", "é"))
figures = make(ast.Suffix, targets, st.sampled_from(("val", "dual", "lb")), st.just(SPAN))
fields = make(ast.TableField, shallow.values | figures, columns_of_files)
filled_fields = make(ast.TableField, make(ast.Reference, names), columns_of_files)
drivers = st.tuples(st.just(ast.Text(SPAN, "CSV")), shallow.members)
simple_commands = st.one_of(
    make(ast.Let, shallow.indexings, targets, shallow.values | shallow.sets | shallow.joined),
    make(ast.Fix, st.none() | shallow.indexings, targets, st.none() | middle.values),
    make(ast.Unfix, st.none() | shallow.indexings, targets),
    make(ast.ObjectiveChoice, names, st.just(SPAN)),
    make(ast.Printing, st.just("display"), st.none(), st.tuples(plain) | tuples(plain), st.none(), st.just(False)),
    make(
        ast.Printing,
        st.sampled_from(("display", "print", "printf")),
        shallow.indexings,
        tuples(listed),
        st.none() | texts,
        st.just(False),
    ),
    make(ast.Printing, st.just("printf"), st.none(), tuples(plain), texts | targets, st.booleans()),
    make(ast.TableOut, names, shallow.indexings, drivers, tuples(fields)),
    make(ast.TableIn, names, drivers, st.none() | targets, tuples(columns_of_files), tuples(filled_fields, least=0)),
    make(ast.Skipped, st.sampled_from(("solve", "option")), st.sampled_from(("", "x, 'a;b'", "note {i in I} don't"))),
)


def blocks(inner: Strategy) -> Strategy:
    body = tuples(inner, least=0, most=3)
    branches = tuples(st.tuples(shallow.conditions, body), most=2)
    return make(ast.For, shallow.indexings, body) | make(ast.If, branches, body)


commands = simple_commands | blocks(simple_commands | blocks(simple_commands))
statements = st.one_of(
    commands,
    arc_declarations,
    make(ast.NodeDeclaration, *heads, st.none() | held(net_flows)),
    make(ast.ConstraintDeclaration, *heads, held(to_come)),
    set_declarations(),
    param_declarations(),
    var_declarations,
    make(ast.ObjectiveDeclaration, *heads, st.sampled_from(("minimize", "maximize")), st.none() | middle.values),
    make(ast.ConstraintDeclaration, *heads, bodies),
    make(ast.Check, st.none() | shallow.indexings, middle.conditions),
)


def read(text: str) -> ast.File:
    report = Report()
    file = parse_file(Source("printed.mod", text), "model", report, set(SETS))
    assert not report.errors, "\n".join([text, *(error.render() for error in report.errors)])
    return file


@settings(max_examples=300, deadline=None)
@given(deep.values)
def test_values(tree: ast.Expression) -> None:
    (statement,) = read(f"param p := {print_expression(tree)};").statements
    assert statement.definition == tree  # type: ignore[union-attr]


@settings(max_examples=300, deadline=None)
@given(deep.sets)
def test_sets(tree: ast.Expression) -> None:
    (statement,) = read(f"set S := {print_expression(tree)};").statements
    assert statement.definition == tree  # type: ignore[union-attr]


@settings(max_examples=300, deadline=None)
@given(deep.conditions)
def test_conditions(tree: ast.Expression) -> None:
    (statement,) = read(f"check: {print_expression(tree)};").statements
    assert statement.condition == tree  # type: ignore[union-attr]


@settings(max_examples=300, deadline=None)
@given(st.lists(statements, min_size=1, max_size=4))
def test_files(parts: list[ast.Statement]) -> None:
    tree = ast.File(SPAN.source, tuple(parts))
    printed = print_file(tree)
    assert read(printed) == tree
    assert print_file(read(printed)) == printed
