"""Words that stand for what later columns bring: `to_come` in rows and objectives, `net_in` and `net_out` in nodes."""

from __future__ import annotations

from energyscope.language import ast
from energyscope.language.source import Span

TO_COME = frozenset(("to_come",))
NET_FLOWS = frozenset(("net_in", "net_out"))


def placeholder(word: str, span: Span) -> ast.ToCome | ast.NetFlow:
    """The node of such a word; elsewhere than in their statements they are plain names."""
    if word == "to_come":
        return ast.ToCome(span)
    return ast.NetFlow(span, "net_in" if word == "net_in" else "net_out")
