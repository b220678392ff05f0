"""Commands as text again. Blocks may nest deeply: the walk keeps its own stack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from energyscope.language import ast
from energyscope.language.data.lets import terms_of, words_of
from energyscope.language.printing.expressions import pieces, quoted, value_pieces
from energyscope.language.printing.lines import INDENT, filled

Line: TypeAlias = "tuple[int, str | ast.Node]"
"""An indentation, and the text of a line or a command to be printed there."""


def print_command(command: ast.Node) -> str:
    """A command as text, without a line end behind it."""
    text: list[str] = []
    stack: list[Line] = [(0, command)]
    while stack:
        depth, part = stack.pop()
        if isinstance(part, ast.For | ast.If):
            stack.extend(reversed(list(_for(part, depth) if isinstance(part, ast.For) else _if(part, depth))))
            continue
        written = part if isinstance(part, str) else _PRINTERS[type(part)](part)
        text.append(f"{INDENT * min(depth, 10)}{written}")
    return "\n".join(text)


def _for(node: ast.For, depth: int) -> Iterator[Line]:
    yield depth, filled(["for ", *pieces(node.indexing), " {"])
    yield from ((depth + 1, each) for each in node.body)
    yield depth, "}"


def _if(node: ast.If, depth: int) -> Iterator[Line]:
    before = ""
    for test, body in node.branches:
        yield depth, filled([f"{before}if ", *pieces(test), " then {"])
        yield from ((depth + 1, each) for each in body)
        before = "} else "
    if node.otherwise:
        yield depth, "} else {"
        yield from ((depth + 1, each) for each in node.otherwise)
    yield depth, "}"


def _let(node: ast.Let) -> str:
    return filled([*_assigned("let", node), " := ", *value_pieces(node.value), ";"])


def _fix(node: ast.Fix) -> str:
    value = [] if node.value is None else [" := ", *value_pieces(node.value)]
    return filled([*_assigned("fix", node), *value, ";"])


def _unfix(node: ast.Unfix) -> str:
    return filled([*_assigned("unfix", node), ";"])


def _assigned(keyword: str, node: ast.Let | ast.Fix | ast.Unfix) -> list[str]:
    return [f"{keyword} ", *_indexing(node.indexing), *pieces(node.target)]


def _indexing(indexing: ast.Indexing | None) -> list[str]:
    return [] if indexing is None else [*pieces(indexing), " "]


def _let_run(node: ast.LetRun) -> str:
    return "\n".join(
        f"let {name}{_subscripts(words_of(subscripts))} := {''.join(terms_of(value))};"
        for name, subscripts, value in (match.groups() for match in node.lets.statements())
    )


def _subscripts(words: tuple[str, ...]) -> str:
    return f"[{','.join(words)}]" if words else ""


def _objective_choice(node: ast.ObjectiveChoice) -> str:
    return f"objective {node.name};"


def _check(node: ast.Check) -> str:
    indexing = [] if node.indexing is None else [" ", *pieces(node.indexing)]
    return filled(["check", *indexing, ": ", *pieces(node.condition), ";"])


def _printing(node: ast.Printing) -> str:
    text: list[str] = [node.keyword]
    if node.indexing is not None:
        text.extend((" ", *pieces(node.indexing), ":"))
    if node.items:
        text.extend((" ", *_listed(pieces(item) for item in node.items)))
    if node.redirect is not None:
        text.extend((" >> " if node.appended else " > ", *value_pieces(node.redirect)))
    return filled([*text, ";"])


def _table_in(node: ast.TableIn) -> str:
    target = [] if node.target is None else [*pieces(node.target), " <- "]
    text = [f"table {node.name} IN ", *_listed(map(value_pieces, node.arguments)), ": ", *target]
    text.extend(("[", ", ".join(map(_column, node.keys)), "]"))
    for field in node.fields:
        text.extend((", ", *_field(field)))
    return filled([*text, ";"])


def _table_out(node: ast.TableOut) -> str:
    text = [f"table {node.name} ", *_indexing(node.indexing), "OUT ", *_listed(map(value_pieces, node.arguments))]
    return filled([*text, ": ", *_listed(map(_field, node.fields)), ";"])


def _field(field: ast.TableField) -> list[str]:
    return [*value_pieces(field.expression), " ~ ", _column(field.column)]


def _column(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else quoted(name)


def _listed(items: Iterable[list[str]]) -> list[str]:
    text: list[str] = []
    for item in items:
        text.extend((",", " ", *item) if text else item)
    return text


def _inclusion(node: ast.Inclusion) -> str:
    return f"{node.mode} {quoted(node.name)};"


def _skipped(node: ast.Skipped) -> str:
    """The command as it was; a comment in it may hide what follows on its line."""
    text = f"{node.keyword} {node.text}".rstrip()
    return f"{text}\n;" if "#" in node.text else f"{text};"


_PRINTERS: dict[type[ast.Node], Callable[[Any], str]] = {
    ast.Let: _let,
    ast.LetRun: _let_run,
    ast.Fix: _fix,
    ast.Unfix: _unfix,
    ast.ObjectiveChoice: _objective_choice,
    ast.Check: _check,
    ast.Printing: _printing,
    ast.TableIn: _table_in,
    ast.TableOut: _table_out,
    ast.Inclusion: _inclusion,
    ast.Skipped: _skipped,
}
