"""The static check of nodes, and of what columns put into rows."""

from __future__ import annotations

from energyscope.language import ast
from energyscope.language.resolving.dimensions import nodes_under
from energyscope.language.resolving.expressions import bind, check_subscripts, visit
from energyscope.language.resolving.meaning import begin
from energyscope.language.resolving.scope import Scope, kind_of, with_article
from energyscope.language.trampoline import Walk

_TARGETS: dict[str, tuple[str, str]] = {
    "obj": ("objective", "`coeff` names a constraint"),
    "coeff": ("constraint", "`obj` names an objective, `from` and `to` of an arc name nodes"),
    "cover": ("constraint", "`obj` names an objective, `from` and `to` of an arc name nodes"),
    "from": ("node", "`coeff` names a constraint"),
    "to": ("node", "`coeff` names a constraint"),
}


def check_entries(scope: Scope, declaration: ast.VarDeclaration) -> Walk[None]:
    """Each entry names a row of its kind that is declared above; its coefficient is constant."""
    for entry in declaration.entries:
        opened: list[str] = []
        if entry.indexing is not None:
            yield bind(scope, entry.indexing, opened)
        for subscript in entry.target.subscripts:
            yield visit(scope, subscript, "number", "a subscript")
        _check_target(scope, entry)
        if entry.coefficient is not None:
            yield visit(scope, entry.coefficient, "number", "a coefficient")
        scope.release(opened)


def _check_target(scope: Scope, entry: ast.Entry) -> None:
    name = entry.target.name
    span = begin(entry.target.span, len(name))
    declaration = scope.declared.get(name)
    if declaration is None:
        scope.unknown(name, span)
        return
    wanted, help = _TARGETS[entry.kind]
    if kind_of(declaration) != wanted:
        kind = with_article(kind_of(declaration))
        message = f"`{name}` is {kind}; `{entry.kind}` needs {with_article(wanted)}"
        scope.report.error("wrong-kind", span, message, help)
    else:
        check_subscripts(scope, entry.target, declaration, span)


def check_node(scope: Scope, declaration: ast.NodeDeclaration) -> None:
    """The body of a node holds `net_in` or `net_out`, once; its sides have been visited."""
    if declaration.body is None:
        return
    flows = [node for node in nodes_under(declaration.body) if isinstance(node, ast.NetFlow)]
    if not flows:
        message = f"the body of node `{declaration.name}` holds neither `net_in` nor `net_out`"
        scope.report.error("syntax", declaration.body.span, message, "write `net_in = demand`, or a constraint")
    elif len(flows) > 1:
        message = f"`{flows[1].direction}` stands twice in the body of node `{declaration.name}`"
        scope.report.error("syntax", flows[1].span, message, "name the net flow once")
