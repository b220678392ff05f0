"""`display`: one element a line, `x[1].val = 4`, as GLPK has it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from energyscope.language import ast
from energyscope.language.diagnostics import error
from energyscope.language.trampoline import Walk
from energyscope.modeldata.index import Index
from energyscope.modeldata.items import Set
from energyscope.modeldata.symbols import Codes
from energyscope.translate.declared import index_table
from energyscope.translate.evaluator import Evaluator
from energyscope.translate.figures import VALUE, whole_index
from energyscope.translate.frame import Frame, Rows
from energyscope.translate.members import Members
from energyscope.translate.shown.spelling import is_logical, labels, quoted
from energyscope.translate.values import Value, as_codes

_SET_OPERATORS = frozenset(("union", "diff", "symdiff", "inter", "cross"))


def displayed(ev: Evaluator, node: ast.Expression, frame: Frame) -> Walk[list[str]]:
    """The lines of one item, a text for every row of a frame."""
    reference = node.reference if isinstance(node, ast.Suffix) else node
    if isinstance(node, ast.Tuple):
        texts = [""] * frame.length
        for item in node.items:
            more: list[str] = yield displayed(ev, item, frame)
            texts = [a + b for a, b in zip(texts, more, strict=True)]
        return texts
    if isinstance(reference, ast.Reference) and reference.name not in frame.columns:
        declaration = ev.text.declarations.get(reference.name)
        if declaration is not None:
            suffix = node.name if isinstance(node, ast.Suffix) else ""
            item_texts: list[str] = yield _item(ev, declaration, suffix, node, reference, frame)
            return item_texts
    if is_set(node):
        sets: Members = yield ev.set(node, frame)
        return _sets(ev, [node.span.text] * frame.length, sets)
    value: Value = yield ev.value(node, frame)
    if is_logical(node):
        return [f"{'true' if holds else 'false'}\n" for holds in np.asarray(value).tolist()]
    return [f"{text}\n" for text in quoted(ev, value)]


def is_set(node: ast.Expression) -> bool:
    """Is it a set that is written out, as `1 .. 3` is?"""
    if isinstance(node, ast.Chain):
        return node.operators[0] in _SET_OPERATORS
    if isinstance(node, ast.Iterated):
        return node.operator in ("setof", "union", "inter")
    return isinstance(node, ast.Indexing | ast.SetLiteral | ast.Range)


def _item(
    ev: Evaluator,
    declaration: ast.Declaration,
    suffix: str,
    node: ast.Expression,
    reference: ast.Reference,
    frame: Frame,
) -> Walk[list[str]]:
    """A declared item: the elements that are named, or all of them."""
    columns: list[Codes] = []
    for subscript in reference.subscripts:
        columns.append(as_codes(ev, (yield ev.value(subscript, frame))))
    if ev.text.arity(declaration.name) and not columns:
        whole = yield _whole(ev, declaration, suffix, node)
        return [whole] * frame.length
    if isinstance(declaration, ast.SetDeclaration):
        sets: Members = yield ev.set(reference, frame)
        return _sets(ev, labels(ev, declaration.name, columns, frame.length), sets)
    value: Value = yield ev.value(node, frame)
    return _lines(ev, declaration, suffix, columns, value, frame.length)


def _whole(ev: Evaluator, declaration: ast.Declaration, suffix: str, node: ast.Expression) -> Walk[str]:
    """All elements of an indexed item, in order."""
    name = declaration.name
    if isinstance(declaration, ast.SetDeclaration):
        table: Set = yield ev.sets.table(declaration)
        sets = Members(table.offsets, table.members.columns, np.arange(len(table.keys), dtype=np.int64))
        lines = _sets(ev, labels(ev, name, table.keys.columns, len(table.keys)), sets)
    else:
        index: Index = yield _elements(ev, declaration)
        value: Value
        if isinstance(declaration, ast.ParamDeclaration):
            value = yield ev.parameters.lookup(
                declaration, index.columns, ast.Reference(node.span, name), Frame(len(index), {})
            )
        else:
            assert ev.figures is not None
            place = ast.Reference(node.span, name)
            frame = Frame(len(index), {})
            value = yield ev.figures.lookup(ev, declaration, suffix or VALUE, index.columns, place, frame)
        lines = _lines(ev, declaration, suffix, index.columns, value, len(index))
    return "".join(lines) or f"{name} has empty content\n"


def _elements(ev: Evaluator, declaration: ast.Declaration) -> Walk[Index]:
    known = None if ev.figures is None else whole_index(ev.figures, declaration)
    if known is None:
        known = yield index_table(ev, declaration)
    return known


def _lines(
    ev: Evaluator, declaration: ast.Declaration, suffix: str, columns: Sequence[Codes], value: Value, length: int
) -> list[str]:
    if isinstance(declaration, ast.ParamDeclaration):
        if suffix:
            raise error("not-shown", declaration.name_span, f"a parameter has no suffix `.{suffix}`")
        dot = ""
    else:
        dot = f".{suffix or VALUE}"
    names = labels(ev, declaration.name, columns, length)
    return [f"{name}{dot} = {text}\n" for name, text in zip(names, quoted(ev, value), strict=True)]


def _sets(ev: Evaluator, names: Sequence[str], sets: Members) -> list[str]:
    """The members of the set in every row, one a line."""
    rows, columns, _ = sets.expand()
    spelled = list(zip(*(quoted(ev, column) for column in columns), strict=True)) or [()] * len(rows)
    ends: Rows = np.cumsum(sets.counts)
    texts: list[str] = []
    for name, start, stop in zip(names, (ends - sets.counts).tolist(), ends.tolist(), strict=True):
        members = [f"   {_tuple(member)}\n" for member in spelled[start:stop]]
        texts.append(f"{name}:\n{''.join(members)}" if members else f"{name} is empty\n")
    return texts


def _tuple(member: Sequence[str]) -> str:
    return member[0] if len(member) == 1 else f"({','.join(member)})"
