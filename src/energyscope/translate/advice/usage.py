"""Items and members that nothing uses, or that nobody gave figures for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from energyscope.language import ast
from energyscope.modeldata.symbols import Codes
from energyscope.translate.advice.findings import Finding, listed
from energyscope.translate.dependencies import Names, references
from energyscope.translate.frame import child_nodes

if TYPE_CHECKING:
    from energyscope.language.modeltext import ModelText
    from energyscope.modeldata.items import Set
    from energyscope.modeldata.model_data import ModelData
    from energyscope.translate.evaluator import Evaluator

_NAME = re.compile(r"[A-Za-z_]\w*")


def needed_items(ev: Evaluator) -> Names:
    """What a row, a variable, an objective, a check or a command needs, directly or through other items."""
    text, ways = ev.text, ev.dependencies
    plain = (ast.SetDeclaration, ast.ParamDeclaration)
    asked = {name for name, item in text.declarations.items() if not isinstance(item, plain)}
    asked |= ways.named_in(text.checks)
    for command in text.events:
        asked |= {each.name for each in references(_expressions(command))}
    for shown in (*text.after_solve, *text.postprocessing.values()):
        asked.update(_NAME.findall(shown.span.text))
    return frozenset[str]().union(*(ways.upstream(name) for name in asked.intersection(text.declarations)))


def _expressions(command: ast.Node) -> Iterator[ast.Node]:
    """What a command reads; the item that a `let` fills is not read by it."""
    stack = [command]
    while stack:
        node = stack.pop()
        match node:
            case ast.Let():
                yield from (*([] if node.indexing is None else [node.indexing]), *node.target.subscripts, node.value)
            case ast.For():
                yield node.indexing
                stack.extend(node.body)
            case ast.If():
                yield from (test for test, _ in node.branches)
                stack.extend([*(each for _, body in node.branches for each in body), *node.otherwise])
            case ast.Fix() | ast.Unfix():
                yield from child_nodes(node)


def unused(ev: Evaluator, needed: Names, declared: Mapping[str, ast.Declaration]) -> Iterator[Finding]:
    """Parameters or sets that nothing needs."""
    for name, item in declared.items():
        if name in needed:
            continue
        users = sorted(ev.dependencies.downstream(name) - {name})
        kind = "set" if isinstance(item, ast.SetDeclaration) else "parameter"
        reason = f"is used only by {listed(users)}, which nothing needs" if users else "is never used"
        help = "take it out, or look for the place where it was forgotten"
        yield Finding(f"unused-{kind}", name, item.name_span, f"{kind} `{name}` {reason}", help)


def kept_defaults(text: ModelText, data: ModelData, needed: Names) -> Iterator[Finding]:
    """Parameters whose default holds everywhere, since no data are given."""
    for name, item in text.parameters.items():
        if item.assignment != "default" or name not in needed or name in data.parameters:
            continue
        span = item.name_span if item.definition is None else item.definition.span
        message = f"no data for `{name}`: its default holds everywhere"
        yield Finding("default-kept", name, span, message, "give data, or define it by `:=` if it is meant so")


def members_without_data(text: ModelText, data: ModelData) -> Iterator[Finding]:
    """Members of a set of the data that no parameter over this set has a figure for, while others have."""
    over = _parameters_over(text, data)
    for name, columns in over.items():
        given = data.sets[name]
        members = given.members.columns[0]
        bare = np.flatnonzero(~np.isin(members, np.concatenate(columns)))
        if len(bare) and 2 * len(bare) <= len(members):
            names = [data.symbols.label(int(code)) for code in members[bare]]
            yield from _bare_members(given, names, int(bare[0]), len(columns))


def _bare_members(given: Set, names: Sequence[str], first: int, count: int) -> Iterator[Finding]:
    span = None if given.origin is None else given.origin.key_span(first)
    if span is not None:
        what = f"member {listed(names)} of `{given.name}` has" if len(names) == 1 else ""
        what = what or f"members {listed(names)} of `{given.name}` have"
        where = "the only parameter" if count == 1 else f"any of the {count} parameters"
        help = "give their figures, or take them out: are they spelled as in the other data?"
        yield Finding("member-without-data", given.name, span, f"{what} no data in {where} over it", help)


def _parameters_over(text: ModelText, data: ModelData) -> dict[str, list[Codes]]:
    """By plain set with data: the subscripts that parameters have at the places where they run over it."""
    plain = {name for name, item in data.sets.items() if not item.keys.columns and item.members.dimension == 1}
    found: dict[str, list[Codes]] = defaultdict(list)
    for name, parameter in data.parameters.items():
        item = text.parameters.get(name)
        if item is None or item.indexing is None or not len(parameter.index):
            continue
        place = 0
        for part in item.indexing.items:
            width = len(text.new_indices(part)) if part.slots else text.expression_dimension(part.set)
            if isinstance(part.set, ast.Reference) and part.set.name in plain and width == 1:
                found[part.set.name].append(parameter.index.columns[place])
            place += width
    return found
