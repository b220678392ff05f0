"""Trees as AMPL text again, so that reading the text gives an equal tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from energyscope.language import ast
from energyscope.language.data.section import print_data_section
from energyscope.language.printing.commands import print_command
from energyscope.language.printing.expressions import pieces, quoted, value_pieces
from energyscope.language.printing.lines import INDENT, WIDTH, filled

__all__ = ["print_expression", "print_file", "print_statement"]


def print_expression(expression: ast.Expression) -> str:
    """An expression as text on one line."""
    return "".join(pieces(expression))


def print_file(file: ast.File) -> str:
    """All statements of a file as text; model text goes on after a data section with `model;`."""
    text: list[str] = []
    for before, statement in zip((None, *file.statements), file.statements, strict=False):
        if isinstance(before, ast.DataSection):
            text.append("model;\n")
        paragraph = print_statement(statement) + "\n"
        if text and (type(statement) is not type(before) or max(text[-1].count("\n"), paragraph.count("\n")) > 1):
            text.append("\n")
        text.append(paragraph)
    return "".join(text)


def print_statement(statement: ast.Node) -> str:
    """One statement as text, without a line end behind it."""
    printer = _PRINTERS.get(type(statement))
    return print_command(statement) if printer is None else printer(statement)


def _set(node: ast.SetDeclaration) -> str:
    attributes: list[list[str]] = []
    if node.dimension is not None:
        attributes.append([f"dimen {node.dimension}"])
    attributes.extend(["within ", *value_pieces(outer)] for outer in node.within)
    if node.ordering is not None:
        attributes.append([node.ordering + (f" by {_order(node.ordered_by)}" if node.ordered_by else "")])
    if node.definition is not None:
        attributes.append([f"{node.assignment} ", *value_pieces(node.definition)])
    return _declaration("set", node, attributes, "")


def _param(node: ast.ParamDeclaration) -> str:
    attributes = [] if node.kind == "real" else [[str(node.kind)]]
    attributes.extend([f"{rule.operator} ", *value_pieces(rule.bound)] for rule in node.restrictions)
    if node.definition is not None:
        attributes.append([f"{node.assignment} ", *value_pieces(node.definition)])
    return _declaration("param", node, attributes, ",")


def _var(node: ast.VarDeclaration) -> str:
    return _declaration("var", node, _column_attributes(node), ",")


def _arc(node: ast.ArcDeclaration) -> str:
    return _declaration("arc", node, _column_attributes(node), ",")


def _column_attributes(node: ast.VarDeclaration) -> list[list[str]]:
    attributes = [] if node.kind == "real" else [[str(node.kind)]]
    attributes.extend([">= ", *value_pieces(bound)] for bound in node.lower)
    attributes.extend(["<= ", *value_pieces(bound)] for bound in node.upper)
    if node.fixed is not None:
        attributes.append(["= ", *value_pieces(node.fixed)])
    if node.initial is not None:
        attributes.append([":= ", *value_pieces(node.initial)])
    attributes.extend(map(_entry, node.entries))
    return attributes


def _entry(node: ast.Entry) -> list[str]:
    """`to {…} target coefficient`, in parentheses where it begins with a word that would pass for an attribute."""
    text = [f"{node.kind} "]
    if node.indexing is not None:
        text.extend((*pieces(node.indexing), " "))
    text.extend(pieces(node.target))
    if node.coefficient is not None:
        coefficient = value_pieces(node.coefficient)
        attribute = node.kind in ("from", "to") and coefficient[0] in ("obj", "coeff", "cover", "from", "to")
        text.extend((" (", *coefficient, ")") if attribute else (" ", *coefficient))
    return text


def _node(node: ast.NodeDeclaration) -> str:
    if node.body is None:
        return filled([*_head("node", node), ";"])
    return _titled([*_head("node", node), ":"], pieces(node.body))


def _objective(node: ast.ObjectiveDeclaration) -> str:
    if node.expression is None:
        return filled([*_head(node.sense, node), ";"])
    return _titled([*_head(node.sense, node), ":"], value_pieces(node.expression))


def _constraint(node: ast.ConstraintDeclaration) -> str:
    return _titled([*_head("subject to", node), ":"], pieces(node.body))


def _check(node: ast.Check) -> str:
    indexing = [] if node.indexing is None else [" ", *pieces(node.indexing)]
    return _titled(["check", *indexing, ":"], pieces(node.condition))


def _data_section(node: ast.DataSection) -> str:
    return f"data;\n{print_data_section(node, print_command)}".rstrip("\n")


def _declaration(keyword: str, node: ast.Declaration, attributes: Iterable[list[str]], separator: str) -> str:
    text = _head(keyword, node)
    first = True
    for attribute in attributes:
        text.extend((" ",) if first else (separator, " "))
        text.extend(attribute)
        first = False
    return filled([*text, ";"])


def _head(keyword: str, node: ast.Declaration) -> list[str]:
    text = [f"{keyword} {node.name}"]
    if node.alias is not None:
        text.extend((" ", quoted(node.alias)))
    if node.indexing is not None:
        text.extend((" ", *pieces(node.indexing)))
    return text


def _order(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else quoted(name)


def _titled(head: list[str], body: list[str]) -> str:
    """A head and its body: on one line when they fit, else the body below."""
    if sum(map(len, head)) + sum(map(len, body)) + 2 <= WIDTH:
        return "".join([*head, " ", *body, ";"])
    return f"{filled(head)}\n{INDENT}{filled([*body, ';'], len(INDENT))}"


_PRINTERS: dict[type[ast.Node], Callable[[Any], str]] = {
    ast.SetDeclaration: _set,
    ast.ParamDeclaration: _param,
    ast.VarDeclaration: _var,
    ast.ArcDeclaration: _arc,
    ast.NodeDeclaration: _node,
    ast.ObjectiveDeclaration: _objective,
    ast.ConstraintDeclaration: _constraint,
    ast.Check: _check,
    ast.DataSection: _data_section,
}
