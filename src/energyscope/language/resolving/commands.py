"""The static check of commands that act: they see all declarations of the text, wherever these stand."""

from __future__ import annotations

from collections.abc import Sequence

from energyscope.language import ast
from energyscope.language.diagnostics import ModelError, did_you_mean
from energyscope.language.resolving.expressions import bind, check_subscripts, visit
from energyscope.language.resolving.meaning import begin, places
from energyscope.language.resolving.scope import Scope, kind_of, with_article
from energyscope.language.source import Span
from energyscope.language.trampoline import Walk

Assignment = ast.Let | ast.Fix | ast.Unfix
_VARIABLE = frozenset(("variable",))
_ASSIGNED = frozenset(("set", "parameter", "variable"))


def check_command(scope: Scope, command: ast.Node) -> Walk[None]:
    """Check a command and those in its blocks."""
    if isinstance(command, ast.LetRun):
        _let_run(scope, command)
    elif isinstance(command, Assignment):
        yield _assignment(scope, command)
    elif isinstance(command, ast.For):
        opened: list[str] = []
        yield bind(scope, command.indexing, opened)
        yield _body(scope, command.body)
        scope.release(opened)
    elif isinstance(command, ast.If):
        for test, body in command.branches:
            yield visit(scope, test, "condition", "the condition of a command")
            yield _body(scope, body)
        yield _body(scope, command.otherwise)
    elif isinstance(command, ast.TableIn):
        yield _table_in(scope, command)
    elif isinstance(command, ast.ObjectiveChoice):
        check_choice(scope, command)
    elif isinstance(command, ast.Check):
        yield check_condition(scope, command)


def check_condition(scope: Scope, check: ast.Check) -> Walk[None]:
    """Check the indexing and the condition of `check`."""
    opened: list[str] = []
    if check.indexing is not None:
        yield bind(scope, check.indexing, opened)
    yield visit(scope, check.condition, "condition", "a check")
    scope.release(opened)


def check_choice(scope: Scope, choice: ast.ObjectiveChoice) -> None:
    """The objective that is chosen exists."""
    objectives = [name for name, item in scope.everything.items() if isinstance(item, ast.ObjectiveDeclaration)]
    if choice.name not in objectives and not scope.tolerant:
        help = did_you_mean(choice.name, objectives)
        scope.report.error("unknown-objective", choice.name_span, f"no objective `{choice.name}`", help)


def _body(scope: Scope, body: Sequence[ast.Node]) -> Walk[None]:
    for command in body:
        yield check_command(scope, command)


def _assignment(scope: Scope, command: Assignment) -> Walk[None]:
    keyword = type(command).__name__.lower()
    opened: list[str] = []
    if command.indexing is not None:
        yield bind(scope, command.indexing, opened)
    for subscript in command.target.subscripts:
        yield visit(scope, subscript, "number", "a subscript")
    name = command.target.name
    span = begin(command.target.span, len(name))
    target = _target(scope, name, span, keyword, _ASSIGNED if isinstance(command, ast.Let) else _VARIABLE)
    if target is not None:
        check_subscripts(scope, command.target, target, span)
    value = None if isinstance(command, ast.Unfix) else command.value
    if value is not None:
        is_set = isinstance(target, ast.SetDeclaration)
        if target is not None or name not in scope.declared:
            meaning = yield visit(scope, value, "set" if is_set else "number", f"the value of `{keyword}`")
            if is_set:
                _check_dimension(scope, name, value, meaning.dimension)
    scope.release(opened)


def _target(scope: Scope, name: str, span: Span, keyword: str, kinds: frozenset[str]) -> ast.Declaration | None:
    """What is assigned to; None, after an error, when nothing can be."""
    if name in scope.indices:
        scope.report.error("wrong-kind", span, f"`{name}` is an index; `{keyword}` cannot change it")
        return None
    declaration = scope.declared.get(name)
    if declaration is None:
        scope.unknown(name, span)
        return None
    kind = kind_of(declaration)
    if kind not in kinds:
        needed = "a variable" if kinds is _VARIABLE else "a set, a parameter or a variable"
        scope.report.error("wrong-kind", span, f"`{name}` is {with_article(kind)}; `{keyword}` needs {needed}")
        return None
    if _is_final(declaration):
        message = f"`{name}` is defined by `=` in the model, `{keyword}` cannot change it"
        scope.report.error("data-for-defined", span, message, "use `:=` or `default` there")
        return None
    return declaration


def _is_final(declaration: ast.Declaration) -> bool:
    if isinstance(declaration, ast.VarDeclaration):
        return declaration.fixed is not None
    return isinstance(declaration, ast.SetDeclaration | ast.ParamDeclaration) and declaration.assignment == "="


def _check_dimension(scope: Scope, name: str, node: ast.Node, given: int | None) -> None:
    known = scope.dimensions.get(name)
    if known is not None and given is not None and given != known:
        message = f"`{name}` has dimension {known}, members have {places(given)} here"
        scope.report.error("set-dimension", node.span, message)


def _let_run(scope: Scope, command: ast.LetRun) -> None:
    lets = command.lets
    try:
        found = lets.columns()
    except ModelError as failure:
        scope.report.diagnostics.extend(failure.diagnostics)
        return
    for columns in found:
        place = lets.target_span(columns.statements[0])
        span = begin(place, len(columns.name))
        target = _target(scope, columns.name, span, "let", _ASSIGNED)
        if isinstance(target, ast.SetDeclaration):
            message = "a number stands where a set is needed"
            scope.report.error("wrong-kind", lets.value_span(columns.statements[0]), message)
        elif target is not None:
            subscripts = tuple(ast.Number(span, 0.0) for _ in columns.subscripts)
            check_subscripts(scope, ast.Reference(place, columns.name, subscripts), target, span)


def _table_in(scope: Scope, table: ast.TableIn) -> Walk[None]:
    for argument in table.arguments:
        yield visit(scope, argument, "number", "a table")
    if table.target is not None:
        name = table.target.name
        declaration = _table_target(scope, table.target, "set", 0)
        if declaration is not None and scope.dimensions.get(name, len(table.keys)) != len(table.keys):
            message = f"`{name}` has dimension {scope.dimensions[name]}, the table has {places(len(table.keys))}"
            scope.report.error("set-dimension", table.target.span, message)
    for field in table.fields:
        assert isinstance(field.expression, ast.Reference), "the parser gives names only"
        _table_target(scope, field.expression, "parameter", len(table.keys))


def _table_target(scope: Scope, target: ast.Reference, kind: str, arity: int) -> ast.Declaration | None:
    """A set or parameter that a table fills; its subscripts come from the columns of the table."""
    span = begin(target.span, len(target.name))
    declaration = _target(scope, target.name, span, "table", frozenset((kind,)))
    if declaration is None:
        return None
    if kind == "parameter" and scope.arities.get(target.name, arity) != arity:
        takes = scope.arities[target.name]
        message = f"`{target.name}` takes {takes} subscript{'' if takes == 1 else 's'}, the table gives {arity}"
        scope.report.error("subscript-count", span, message)
    return declaration
