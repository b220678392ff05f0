"""Random programs of `let`, `fix`, `for` and `if` over small sets, and a plain interpreter of them in Python.

The sets are I = 1..4 and J = {'a', 'b'}; s, p{I} and q{I,J} are parameters, T and S{I} sets; d{I}, e and U follow from
them, x{I} is a variable. A program is a list of statements, each one a tuple whose first place says what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

DECLARATIONS = """
set I := 1..4; set J := {'a', 'b'};
param s default 1;
param p{i in I} default i;
param q{I, J} default 0;
set T default {1, 2};
set S{i in I} default {i};
param d{i in I} := p[i] + s;
param e := sum {i in I} (d[i] + q[i,'a']);
set U := union {i in I} S[i];
var x{I};
"""
MOST = 1000
"""Values are cut off here, so that doubles stay whole numbers however often a program doubles them."""

Node = tuple[Any, ...]
State = dict[str, Any]
Bound = dict[str, int]

_NUMBERS = [f"i{depth}" for depth in range(4)]


def _subscript(depth: int) -> st.SearchStrategy[Node]:
    """A member of I: a constant, an index in sight, or the one behind an index."""
    plain = st.integers(1, 4).map(lambda number: ("constant", number))
    if not depth:
        return plain
    index = st.sampled_from(_NUMBERS[:depth])
    return plain | index.map(lambda name: ("index", name)) | index.map(lambda name: ("next", name))


def _value(depth: int) -> st.SearchStrategy[Node]:
    subscript = _subscript(depth)
    leaves = (
        st.integers(-3, 3).map(lambda number: ("number", number))
        | st.sampled_from(["s", "e"]).map(lambda name: ("scalar", name))
        | st.tuples(st.sampled_from(["p", "d"]), subscript).map(lambda pair: ("element", *pair))
        | st.tuples(subscript, st.sampled_from("ab")).map(lambda pair: ("q", *pair))
        | st.just(("sum",))
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.tuples(st.sampled_from(["+", "-"]), inner, inner)
            | st.tuples(st.just("if"), _condition(depth, inner), inner, inner)
        ),
        max_leaves=3,
    )


def _condition(depth: int, value: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    subscript = _subscript(depth)
    return st.tuples(st.just("<="), value, value) | st.tuples(st.just("in T"), subscript)


def _set(depth: int) -> st.SearchStrategy[Node]:
    subscript = _subscript(depth)
    base = st.just(("T",)) | subscript.map(lambda each: ("S", each))
    return st.tuples(st.sampled_from(["union", "diff"]), base, subscript)


def _indexing(depth: int) -> st.SearchStrategy[Node]:
    """A new index over I or T, perhaps with a condition."""
    condition = st.none() | _condition(depth + 1, _value(depth + 1))
    return st.tuples(st.just(_NUMBERS[depth]), st.sampled_from(["I", "T"]), condition)


def _let(depth: int) -> st.SearchStrategy[Node]:
    subscript, value = _subscript(depth), _value(depth)
    return (
        st.tuples(st.just("let s"), value)
        | st.tuples(st.just("let p"), subscript, value)
        | st.tuples(st.just("let q"), subscript, st.sampled_from("ab"), value)
        | st.tuples(st.just("let T"), _set(depth))
        | st.tuples(st.just("let S"), subscript, _set(depth))
        | st.tuples(st.just("let x"), subscript, value)
        | st.tuples(st.just("fix"), subscript, st.none() | value)
        | st.tuples(st.just("unfix"), subscript)
    )


def _statement(depth: int) -> st.SearchStrategy[Node]:
    if depth == 3:
        return _let(depth)
    indexed = st.tuples(st.just("indexed"), _indexing(depth), _let(depth + 1))
    body = st.lists(st.deferred(lambda: _statement(depth + 1)), min_size=1, max_size=3)
    loop = st.tuples(st.just("for"), _indexing(depth), body)
    same = st.lists(st.deferred(lambda: _let(depth)), min_size=1, max_size=2)
    branch = st.tuples(st.just("if then"), _condition(depth, _value(depth)), same, same)
    return _let(depth) | indexed | loop | branch


PROGRAMS = st.lists(_statement(0), min_size=1, max_size=4)


def text_of(program: list[Node]) -> str:
    """The statements as text."""
    return "".join(_text(statement) + "\n" for statement in program)


def _text(node: Node) -> str:
    match node:
        case ("constant" | "number", number):
            return f"({number})"
        case ("index" | "scalar", name):
            return str(name)
        case ("next", name):
            return f"(1 + {name} mod 4)"
        case ("element", name, subscript):
            return f"{name}[{_text(subscript)}]"
        case ("q", subscript, letter):
            return f"q[{_text(subscript)},'{letter}']"
        case ("sum",):
            return "(sum {k in I} p[k])"
        case ("+" | "-" | "<=" as operator, left, right):
            return f"({_text(left)} {operator} {_text(right)})"
        case ("if", condition, left, right):
            return f"(if {_text(condition)} then {_text(left)} else {_text(right)})"
        case ("in T", subscript):
            return f"{_text(subscript)} in T"
        case ("T",):
            return "T"
        case ("S", subscript):
            return f"S[{_text(subscript)}]"
        case ("union" | "diff" as operator, base, subscript):
            return f"{_text(base)} {operator} {{{_text(subscript)}}}"
    return _command(node)


def _command(node: Node) -> str:
    match node:
        case ("let s", value):
            return f"let s := {_cut_off(value)};"
        case ("let p", subscript, value):
            return f"let p[{_text(subscript)}] := {_cut_off(value)};"
        case ("let q", subscript, letter, value):
            return f"let q[{_text(subscript)},'{letter}'] := {_cut_off(value)};"
        case ("let T", value):
            return f"let T := {_text(value)};"
        case ("let S", subscript, value):
            return f"let S[{_text(subscript)}] := {_text(value)};"
        case ("let x", subscript, value):
            return f"let x[{_text(subscript)}] := {_cut_off(value)};"
        case ("fix", subscript, value):
            return f"fix x[{_text(subscript)}]{'' if value is None else f' := {_cut_off(value)}'};"
        case ("unfix", subscript):
            return f"unfix x[{_text(subscript)}];"
        case ("indexed", indexing, command):
            keyword, rest = _text(command).split(" ", 1)
            return f"{keyword} {_braces(indexing)} {rest}"
        case ("for", indexing, body):
            return f"for {_braces(indexing)} {{ {' '.join(map(_text, body))} }}"
        case ("if then", condition, yes, no):
            return f"if {_text(condition)} then {{ {' '.join(map(_text, yes))} }} else {{ {' '.join(map(_text, no))} }}"
    raise AssertionError(node)


def _cut_off(value: Node) -> str:
    return f"max(-{MOST}, min({MOST}, {_text(value)}))"


def _braces(indexing: Node) -> str:
    name, container, condition = indexing
    return f"{{{name} in {container}{f': {name} in I and ({_text(condition)})' if condition else f': {name} in I'}}}"


def carried_out(program: list[Node]) -> State:
    """What the parameters and sets are after a program, by name."""
    state: State = {
        "s": 1,
        "p": {i: i for i in range(1, 5)},
        "q": {(i, j): 0 for i in range(1, 5) for j in "ab"},
        "T": [1, 2],
        "S": {i: [i] for i in range(1, 5)},
        "start": {},
        "fixed": {},
    }
    for statement in program:
        _do(statement, state, {})
    state["d"] = {i: _d(i, state) for i in range(1, 5)}
    state["e"] = _e(state)
    state["U"] = list(dict.fromkeys(each for i in range(1, 5) for each in state["S"][i]))
    return state


def _do(node: Node, state: State, bound: Bound) -> None:
    match node:
        case ("let s", value):
            state["s"] = _number(value, state, bound)
        case ("let p", subscript, value):
            state["p"][_member(subscript, bound)] = _number(value, state, bound)
        case ("let q", subscript, letter, value):
            state["q"][_member(subscript, bound), letter] = _number(value, state, bound)
        case ("let T", value):
            state["T"] = _members(value, state, bound)
        case ("let S", subscript, value):
            state["S"][_member(subscript, bound)] = _members(value, state, bound)
        case ("let x", subscript, value):
            state["start"][_member(subscript, bound)] = _number(value, state, bound)
        case ("fix", subscript, value):
            place = _member(subscript, bound)
            held = state["start"].get(place, 0) if value is None else _number(value, state, bound)
            state["fixed"][place] = held
        case ("unfix", subscript):
            state["fixed"].pop(_member(subscript, bound), None)
        case ("indexed", indexing, command):
            for inner in list(_rows(indexing, state, bound)):
                _do(command, state, inner)
        case ("for", indexing, body):
            for inner in list(_rows(indexing, state, bound)):
                for each in body:
                    _do(each, state, inner)
        case ("if then", condition, yes, no):
            for each in yes if _holds(condition, state, bound) else no:
                _do(each, state, bound)


def _rows(indexing: Node, state: State, bound: Bound) -> Iterator[Bound]:
    name, container, condition = indexing
    for member in range(1, 5) if container == "I" else state["T"]:
        inner = {**bound, name: member}
        if condition is None or _holds(condition, state, inner):
            yield inner


def _member(node: Node, bound: Bound) -> int:
    match node:
        case ("constant", number):
            return int(number)
        case ("index", name):
            return bound[name]
    return 1 + bound[node[1]] % 4


def _number(node: Node, state: State, bound: Bound) -> int:
    return max(-MOST, min(MOST, _plain(node, state, bound)))


def _plain(node: Node, state: State, bound: Bound) -> int:
    match node:
        case ("number", number):
            return int(number)
        case ("scalar", name):
            return int(state["s"]) if name == "s" else _e(state)
        case ("element", name, subscript):
            place = _member(subscript, bound)
            return int(state["p"][place]) if name == "p" else _d(place, state)
        case ("q", subscript, letter):
            return int(state["q"][_member(subscript, bound), letter])
        case ("sum",):
            return int(sum(state["p"].values()))
        case ("+", left, right):
            return _plain(left, state, bound) + _plain(right, state, bound)
        case ("-", left, right):
            return _plain(left, state, bound) - _plain(right, state, bound)
    _, condition, left, right = node
    return _plain(left if _holds(condition, state, bound) else right, state, bound)


def _d(place: int, state: State) -> int:
    return int(state["p"][place] + state["s"])


def _e(state: State) -> int:
    return sum(_d(i, state) + int(state["q"][i, "a"]) for i in range(1, 5))


def _holds(node: Node, state: State, bound: Bound) -> bool:
    match node:
        case ("<=", left, right):
            return _plain(left, state, bound) <= _plain(right, state, bound)
    return _member(node[1], bound) in state["T"]


def _members(node: Node, state: State, bound: Bound) -> list[int]:
    operator, base, subscript = node
    members = list(state["T"] if base == ("T",) else state["S"][_member(base[1], bound)])
    one = _member(subscript, bound)
    if operator == "diff":
        return [each for each in members if each != one]
    return members if one in members else [*members, one]
