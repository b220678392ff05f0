"""Set expressions that use no index: computed once, forgotten when something they need changes."""

from __future__ import annotations

from energyscope.language import ast
from energyscope.translate.dependencies import Dependencies, Names
from energyscope.translate.members import Members


class ConstantSets:
    """The sets of expressions, by node."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ast.Expression, Members]] = {}
        self._needs: dict[int, Names] = {}

    def get(self, node: ast.Expression) -> Members | None:
        """The set of an expression, where it was computed before."""
        known = self._known.get(id(node))
        return None if known is None else known[1]

    def keep(self, node: ast.Expression, members: Members) -> None:
        """Remember the set of an expression; the node is kept with it, so that its `id` stays its own."""
        self._known[id(node)] = node, members

    def forget(self, names: Names, dependencies: Dependencies) -> None:
        """Drop the sets that need one of some items."""
        for key, (node, _) in list(self._known.items()):
            needs = self._needs.get(key)
            if needs is None:
                needs = self._needs[key] = dependencies.read_by([node])
            if needs & names:
                del self._known[key], self._needs[key]
