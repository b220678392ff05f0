"""Whether the assignments of a command may be made all at once, or must be made one after another.

They may where nothing that is evaluated reads what is assigned; a right side may read the very element it replaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from energyscope.language import ast
from energyscope.language.ast.node import same
from energyscope.translate.dependencies import Dependencies, references

Assignment = ast.Let | ast.Fix | ast.Unfix


def assignments(commands: Sequence[ast.Node]) -> Iterator[Assignment | None]:
    """Everything that commands assign, None for what is done in order only."""
    for command in commands:
        if isinstance(command, Assignment):
            yield command
        elif isinstance(command, ast.For):
            yield from assignments(command.body)
        elif isinstance(command, ast.If):
            for _, body in command.branches:
                yield from assignments(body)
            yield from assignments(command.otherwise)
        elif not isinstance(command, ast.Printing | ast.Skipped):
            yield None


def at_once(commands: Sequence[ast.Node], dependencies: Dependencies) -> bool:
    """May commands run for all rows of a loop at once, should no subscript of a `replaces_itself` stand twice?

    Lets that alone assign their target (`own`) may read the element they replace.
    """
    given = list(assignments(commands))
    if any(each is None for each in given):
        return False
    targets = [each.target.name for each in given if isinstance(each, ast.Let)]
    own = {id(each) for each in given if isinstance(each, ast.Let) and targets.count(each.target.name) == 1}
    return all(
        not dependencies.read_by(_evaluated(each, dependencies, own)).intersection(targets) for each in _flat(commands)
    )


def replaces_itself(commands: Sequence[ast.Node]) -> bool:
    """Does a right side read what it replaces?"""
    return any(
        isinstance(each, ast.Let) and any(node.name == each.target.name for node in references([each.value]))
        for each in assignments(commands)
    )


def _flat(commands: Sequence[ast.Node]) -> Iterator[ast.Node]:
    for command in commands:
        yield command
        if isinstance(command, ast.For):
            yield from _flat(command.body)
        elif isinstance(command, ast.If):
            for _, body in command.branches:
                yield from _flat(body)
            yield from _flat(command.otherwise)


def _evaluated(command: ast.Node, dependencies: Dependencies, own: set[int]) -> list[ast.Node]:
    """What a command evaluates by itself, the index set of its target included; see `at_once` for `own`."""
    if isinstance(command, Assignment):
        places = [*_present(command.indexing), *command.target.subscripts]
        return [*places, *_present(dependencies.indexing(command.target.name)), *_right_side(command, own)]
    if isinstance(command, ast.For):
        return [command.indexing]
    return [test for test, _ in command.branches] if isinstance(command, ast.If) else []


def _right_side(command: Assignment, own: set[int]) -> list[ast.Node]:
    """The value; a `fix` without one reads what the variable starts at."""
    if isinstance(command, ast.Unfix):
        return []
    if command.value is None:
        return [command.target]
    return _without(command.value, command.target) if id(command) in own else [command.value]


def _present(indexing: ast.Indexing | None) -> list[ast.Node]:
    return [] if indexing is None else [indexing]


def _without(value: ast.Node, target: ast.Reference) -> list[ast.Node]:
    """What an expression reads, apart from the target itself."""
    read = references([value])
    return [
        ast.Reference(node.span, node.name)
        for node in read
        if not (node.name == target.name and same(node.subscripts, target.subscripts))
    ]
