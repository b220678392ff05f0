"""The static check of calls to built-in functions."""

from __future__ import annotations

from collections.abc import Callable

from energyscope.language import ast
from energyscope.language.resolving.functions import SIGNATURES, Signature
from energyscope.language.resolving.linear import nonlinear
from energyscope.language.resolving.meaning import Meaning, Want, begin
from energyscope.language.resolving.scope import Scope
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk

Visit = Callable[[Scope, ast.Expression, Want, str | None], Walk[Meaning]]


def check_call(scope: Scope, node: ast.Call, where: str | None, visit: Visit) -> Walk[Meaning]:
    """Check arguments and their number, the order of a set argument, and that no variable is an argument."""
    signature = SIGNATURES[node.function]
    name_span = begin(node.span, len(node.function))
    _check_count(scope, node, signature, name_span)
    held: str | None = None
    for place, argument in enumerate(node.arguments):
        if place == signature.set_place:
            yield visit(scope, argument, "set", where or "a set")
        else:
            meaning = yield visit(scope, argument, "number", where)
            held = held or meaning.variable
    if held:
        nonlinear(scope.report, name_span, f"`{node.function}` of variable `{held}`")
    if signature.ordered:
        _check_order(scope, node, signature, name_span)
    return Meaning("number", variable=held, text=signature.gives_text)


def _check_count(scope: Scope, node: ast.Call, signature: Signature, span: Span) -> None:
    given = len(node.arguments)
    if given < signature.fewest or (signature.most is not None and given > signature.most):
        message = f"`{node.function}` takes {signature.expected}, {given or 'none'} given"
        scope.report.error("syntax", span, message)


def _check_order(scope: Scope, node: ast.Call, signature: Signature, span: Span) -> None:
    """The set a function of order works on must have one: the argument, or the set that the index runs over."""
    place = signature.set_place or 0
    if place < len(node.arguments):
        asked: ast.Expression | None = node.arguments[place]
    else:
        asked = _set_of_index(scope, node)
        if asked is None:
            message = f"`{node.function}` does not know its set here"
            scope.report.error("unordered-set", span, message, f"name it: `{node.function}(…, SET)`")
            return
    if not is_ordered(scope, asked):
        called = f"`{asked.name}`" if isinstance(asked, ast.Reference) else "the set"
        scope.report.error("unordered-set", span, f"{called} is not ordered", "declare it `ordered`")


def _set_of_index(scope: Scope, node: ast.Call) -> ast.Expression | None:
    argument = node.arguments[0] if node.arguments else None
    if not isinstance(argument, ast.Reference) or argument.subscripts:
        return None
    binding = scope.indices.get(argument.name)
    return None if binding is None else binding.runs_over


def is_ordered(scope: Scope, node: ast.Expression | None) -> bool:
    """Whether a set has an order to ask for: declared so, `a .. b`, or a plain alias of such a set."""
    while True:
        if isinstance(node, ast.Indexing):
            if len(node.items) > 1 or node.condition is not None or node.items[0].slots:
                return False
            node = node.items[0].set
        elif isinstance(node, ast.Reference):
            declaration = scope.declared.get(node.name)
            if not isinstance(declaration, ast.SetDeclaration):
                return True  # another error has been reported
            if declaration.ordering is not None:
                return True
            if declaration.definition is node:
                return False
            node = declaration.definition
        else:
            return isinstance(node, ast.Range)
