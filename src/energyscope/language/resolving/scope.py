"""Names in sight while a text is read from top to bottom: declared items and the indices of open indexings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from energyscope.language import ast
from energyscope.language.diagnostics import Report, did_you_mean
from energyscope.language.source import Span
from energyscope.language.syntax.unsupported import INTERVAL_HELP

Kind = Literal["set", "parameter", "variable", "objective", "constraint", "node"]

_KINDS: dict[type[ast.Declaration], tuple[Kind, str]] = {
    ast.SetDeclaration: ("set", "set"),
    ast.ParamDeclaration: ("parameter", "param"),
    ast.VarDeclaration: ("variable", "var"),
    ast.ArcDeclaration: ("variable", "arc"),
    ast.ObjectiveDeclaration: ("objective", "objective"),
    ast.ConstraintDeclaration: ("constraint", "s.t."),
    ast.NodeDeclaration: ("node", "node"),
}

_PLACES = {
    "to_come": "it stands in objectives and constraints only",
    **dict.fromkeys(("net_in", "net_out"), "it stands in the body of a `node` only"),
}


def kind_of(declaration: ast.Declaration) -> Kind:
    """What a declaration declares."""
    return _KINDS[type(declaration)][0]


def with_article(kind: str) -> str:
    """`a set`, `an objective`."""
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"


def head_of(declaration: ast.Declaration) -> str:
    """`param cost{I,J}`: keyword, name and indexing as they were written."""
    indexing = declaration.indexing
    written = "" if indexing is None else " ".join(indexing.span.text.split())
    return f"{_KINDS[type(declaration)][1]} {declaration.name}{written}"


def line_of(span: Span, seen_from: Span) -> str:
    """`line 3`, or `line 3 of FILE` when that is another file."""
    place = f"line {span.line}"
    return place if span.source is seen_from.source else f"{place} of {span.source.name}"


@dataclass(frozen=True)
class IndexBinding:
    """An index in sight, with the set it runs over when it runs over one alone (not as a place of a tuple)."""

    span: Span
    runs_over: ast.Expression | None


@dataclass
class Scope:
    """Declared items seen so far and open indices; `everything` holds all declarations of the text.

    With `tolerant`, unknown names pass in silence: statements with syntax errors may have declared them.
    """

    report: Report
    everything: Mapping[str, ast.Declaration]
    tolerant: bool = False
    declared: dict[str, ast.Declaration] = field(default_factory=dict)
    dimensions: dict[str, int] = field(default_factory=dict)
    arities: dict[str, int] = field(default_factory=dict)
    indices: dict[str, IndexBinding] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    new_indices: dict[int, tuple[str, ...]] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    reported: set[str] = field(default_factory=set)
    aside: dict[str, ast.Declaration] = field(default_factory=dict)
    """Sets and parameters behind `solve` that read values of variables."""
    printing: bool = False
    """Is this code that runs after the solve, where variables have values?"""

    def open_statement(self) -> None:
        """Forget what belonged to the statement before."""
        self.indices.clear()
        self.reads = set()
        self.reported = set()

    def is_visible(self, name: str) -> bool:
        """Whether a name is an open index or an item declared above."""
        return name in self.indices or name in self.declared or (self.printing and name in self.aside)

    def found(self, name: str) -> ast.Declaration | None:
        """The declaration of a name, where it may be read."""
        declaration = self.declared.get(name)
        return self.aside.get(name) if declaration is None and self.printing else declaration

    def declare(self, declaration: ast.Declaration) -> None:
        """Make a name known; its second declaration is an error and changes nothing."""
        items = self.aside if self.printing and declaration.name not in self.declared else self.declared
        first = items.setdefault(declaration.name, declaration)
        if first is not declaration:
            self.report.error(
                "duplicate-name",
                declaration.name_span,
                f"`{declaration.name}` is already declared as {with_article(kind_of(first))}",
                f"first declared at {line_of(first.name_span, declaration.name_span)}",
            )

    def bind(self, name: str, span: Span, runs_over: ast.Expression | None) -> bool:
        """Open an index; False, after an error, when its name is taken."""
        if not self.is_visible(name):
            self.indices[name] = IndexBinding(span, runs_over)
            return True
        holder = self.declared.get(name)
        what = "" if name in self.indices or holder is None else f": it names {with_article(kind_of(holder))}"
        self.report.error("index-redefined", span, f"index `{name}` is already in use{what}", "choose another name")
        return False

    def release(self, names: list[str]) -> None:
        """Close indices."""
        for name in names:
            del self.indices[name]

    def unknown(self, name: str, span: Span) -> None:
        """Report a name that is not in sight, once a statement."""
        if self.tolerant or name in self.reported:
            return
        self.reported.add(name)
        if name in self.aside:
            message = f"`{name}` holds values of variables and cannot stand before the solve"
            self.report.error("variable-in-data", span, message, "only printing code and later parameters can read it")
            return
        later = self.everything.get(name)
        if name == "interval" and later is None:
            self.report.error("unsupported", span, "`interval` is not supported", INTERVAL_HELP)
            return
        if name in _PLACES:
            help: str | None = _PLACES[name]
        elif later is not None:
            help = f"declared later, at {line_of(later.name_span, span)}: move it up"
        else:
            help = did_you_mean(name, [*self.indices, *self.declared])
        self.report.error("undeclared-name", span, f"`{name}` is not declared", help)
