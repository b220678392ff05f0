"""Which items an item or an expression needs, directly and through others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from energyscope.language import ast
from energyscope.language.modeltext import ModelText
from energyscope.translate.frame import child_nodes

Names = frozenset[str]


class Dependencies:
    """Answers for one text; every answer is found once."""

    def __init__(self, text: ModelText) -> None:
        self._declared = text.declarations
        self._needs: dict[str, Names] = {name: text.dependencies(name) for name in text.declarations}
        serves: dict[str, set[str]] = defaultdict(set)
        for name, needed in self._needs.items():
            for each in needed:
                serves[each].add(name)
        self._serves = {name: frozenset(served) for name, served in serves.items()}
        self._upstream: dict[str, Names] = {}
        self._downstream: dict[str, Names] = {}

    def upstream(self, name: str) -> Names:
        """The item itself and all that its declaration needs."""
        if name not in self._upstream:
            self._upstream[name] = _reached(name, self._needs)
        return self._upstream[name]

    def downstream(self, name: str) -> Names:
        """The item itself and all that need it."""
        if name not in self._downstream:
            self._downstream[name] = _reached(name, self._serves)
        return self._downstream[name]

    def indexing(self, name: str) -> ast.Indexing | None:
        """The indexing of an item's declaration."""
        return self._declared[name].indexing

    def read_by(self, nodes: Iterable[ast.Node]) -> Names:
        """The declared items that expressions need, directly or through others."""
        return frozenset().union(*(self.upstream(name) for name in self.named_in(nodes)))

    def named_in(self, nodes: Iterable[ast.Node]) -> set[str]:
        """The declared items that expressions name."""
        return {node.name for node in references(nodes) if node.name in self._declared}


def references(nodes: Iterable[ast.Node]) -> list[ast.Reference]:
    """All references in expressions."""
    found: list[ast.Reference] = []
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Reference):
            found.append(node)
        stack.extend(child_nodes(node))
    return found


def _reached(name: str, ways: Mapping[str, Names]) -> Names:
    reached, stack = {name}, [name]
    while stack:
        fresh = ways.get(stack.pop(), frozenset()) - reached
        reached |= fresh
        stack.extend(fresh)
    return frozenset(reached)
