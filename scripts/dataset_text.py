"""How a data set is laid out as text: sections of sets, scalars and tables, aligned, with comments and units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Member = str | float
Key = tuple[Member, ...]

WIDTH = 118
"""Longest line of a plain list."""
_BARE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


@dataclass
class Tables:
    """The figures of a data set.

    `sets` maps a name to its members per key (a plain set has the key `()`), `parameters` maps a name to its values.
    """

    sets: dict[str, dict[Key, list[Key]]] = field(default_factory=dict)
    parameters: dict[str, dict[Key, float]] = field(default_factory=dict)


Writer = Callable[[Tables], str]
"""Writes one statement, or a few that belong together."""


@dataclass(frozen=True)
class Section:
    """A titled run of statements."""

    title: str
    writers: Sequence[Writer]


def write(heading: str, sections: Iterable[Section], tables: Tables) -> str:
    """The text of a data file."""
    parts = ["".join(f"# {line}".rstrip() + "\n" for line in heading.splitlines())]
    for section in sections:
        parts.append(f"# ---- {section.title}\n")
        parts.extend(writer(tables) for writer in section.writers)
    return "\n".join(parts)


def number(value: float) -> str:
    """Shortest decimal that reads back as the same double."""
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))


def word(member: Member) -> str:
    """A member as data text spells it."""
    if not isinstance(member, str):
        return number(member)
    return member if _BARE_WORD.match(member) else "'" + member.replace("'", "''") + "'"


def plain_set(name: str, comment: str) -> Writer:
    """`set NAME := a b c;`, wrapped."""

    def writer(tables: Tables) -> str:
        return f"{_comment(comment)}{_set_list(f'set {name} :=', tables.sets[name][()])}\n"

    return writer


def indexed_set(name: str, comment: str) -> Writer:
    """`set NAME["key"] := a b;` for every key."""

    def writer(tables: Tables) -> str:
        statements = [
            _set_list(f"set {name}[{','.join(_quoted(part) for part in key)}] :=", members)
            for key, members in tables.sets[name].items()
        ]
        return _comment(comment) + "\n".join(statements) + "\n"

    return writer


def scalars(*entries: tuple[str, str]) -> Writer:
    """`param name := value;` a line, with a comment each."""

    def writer(tables: Tables) -> str:
        width = max(len(name) for name, _ in entries)
        statements = [f"param {name:{width}} := {number(tables.parameters[name][()])};" for name, _ in entries]
        column = max(map(len, statements)) + 2
        comments = [comment for _, comment in entries]
        return "".join(f"{text:{column}}# {comment}\n" for text, comment in zip(statements, comments, strict=True))

    return writer


def columns(names: Sequence[str], comment: str, groups: Callable[[Tables], Mapping[str, Sequence[Key]]]) -> Writer:
    """`param : a b c := ...;`: a row a key, a column a parameter, rows in titled groups."""

    def writer(tables: Tables) -> str:
        values = [tables.parameters[name] for name in names]
        rows: list[tuple[str, list[str]] | str] = []
        for title, keys in groups(tables).items():
            present = [key for key in keys if any(key in column for column in values)]
            rows.extend([title] if title and present else [])
            rows.extend((_row_head(key), [_cell(column, key) for column in values]) for key in present)
        written = sum(not isinstance(row, str) for row in rows)
        if written != len(set().union(*values)):
            raise ValueError(f"some rows of {', '.join(names)} belong to no group")
        return _comment(comment) + _table("param :", names, rows)

    return writer


def matrix(name: str, comment: str) -> Writer:
    """`param name : columns := rows;` of a parameter with two subscripts."""

    def writer(tables: Tables) -> str:
        return _comment(comment) + _matrix(f"param {name} :", tables.parameters[name])

    return writer


def sliced_matrices(name: str, comment: str) -> Writer:
    """One matrix for every first subscript: `[first,*,*] : columns := rows`."""

    def writer(tables: Tables) -> str:
        slices: dict[Member, dict[Key, float]] = {}
        for key, value in tables.parameters[name].items():
            slices.setdefault(key[0], {})[key[1:]] = value
        blocks = [_matrix(f"[{_quoted(first)},*,*] :", cells, end="") for first, cells in slices.items()]
        return f"{_comment(comment)}param {name} :=\n" + "".join(blocks) + ";\n"

    return writer


def sparse_rows(name: str, default: float, comment: str) -> Writer:
    """`[first,*] second value ...` a line; cells equal to the default are left to it."""

    def writer(tables: Tables) -> str:
        rows: dict[Member, list[str]] = {}
        for (first, second), value in tables.parameters[name].items():
            cells = rows.setdefault(first, [])
            if value != default:
                cells.append(f"{word(second)} {number(value)}")
        width = max(len(word(first)) for first in rows) + 4
        lines = [f"    {f'[{word(first)},*]':{width}}  {'  '.join(cells)}" for first, cells in rows.items() if cells]
        return f"{_comment(comment)}param {name} default {number(default)} :=\n" + "\n".join(lines) + " ;\n"

    return writer


def tuples_by_day(name: str, comment: str) -> Writer:
    """A set of tuples (t, h, td), the hours of one day a line."""

    def writer(tables: Tables) -> str:
        days: list[list[str]] = []
        for member in tables.sets[name][()]:
            if member[1] == 1:
                days.append([])
            days[-1].append(f"({','.join(word(part) for part in member)})")
        lines = ["    " + " ".join(day) for day in days]
        return f"{_comment(comment)}set {name} :=\n" + "\n".join(lines) + " ;\n"

    return writer


def _comment(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


def _quoted(member: Member) -> str:
    return f'"{member}"' if isinstance(member, str) else number(member)


def _row_head(key: Key) -> str:
    return " ".join(word(part) for part in key)


def _cell(values: Mapping[Key, float], key: Key) -> str:
    return number(values[key]) if key in values else "."


def _matrix(head: str, cells: Mapping[Key, float], end: str = " ;") -> str:
    across = list(dict.fromkeys(key[-1] for key in cells))
    down = list(dict.fromkeys(key[:-1] for key in cells))
    rows: list[tuple[str, list[str]] | str] = [
        (_row_head(row), [_cell(cells, (*row, column)) for column in across]) for row in down
    ]
    return _table(head, [word(column) for column in across], rows, end)


def _table(head: str, names: Sequence[str], rows: Sequence[tuple[str, list[str]] | str], end: str = " ;") -> str:
    """Rows of cells below their heads, right-aligned; a text among the rows is a comment line."""
    cells = [row for row in rows if not isinstance(row, str)]
    first = max(len(head), *(len(name) + 4 for name, _ in cells))
    widths = [max(len(name), *(len(row[1][i]) for row in cells)) for i, name in enumerate(names)]

    def line(name: str, texts: Sequence[str]) -> str:
        return "  ".join([f"{name:{first}}", *(f"{text:>{width}}" for text, width in zip(texts, widths, strict=True))])

    body = [f"    # {row}" if isinstance(row, str) else line(f"    {row[0]}", row[1]) for row in rows]
    return "\n".join([f"{line(head, names)} :=", *body]) + f"{end}\n"


def _set_list(head: str, members: Sequence[Key]) -> str:
    """Members behind the head, on lines of their own when they are too many for one."""
    words = [word(member[0]) for member in members]
    text = " ".join([head, *words, ";"])
    return text if len(text) <= WIDTH else f"{head}\n{_wrapped(words)} ;"


def _wrapped(words: Sequence[str]) -> str:
    lines = ["   "]
    for text in words:
        if len(lines[-1]) + 1 + len(text) > WIDTH:
            lines.append("   ")
        lines[-1] += " " + text
    return "\n".join(lines)
